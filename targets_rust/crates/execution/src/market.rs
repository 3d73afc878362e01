//! What a position meets: one bar of a symbol with its two sides, or one quote as a bar of a single price.

use crate::signal::Direction;
use crate::values::{Fields, Node, Read, double, flag, integer, optional, text};

/// The prices of one side that positions are tested against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The highest.
    pub high: f64,
    /// The lowest.
    pub low: f64,
    /// The last.
    pub close: f64,
}

/// A bar or a quote, with its time in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Market {
    /// A bar's open time, or a quote's time.
    pub time_us: i64,
    /// What sellers get.
    pub bid: Bar,
    /// What buyers pay; the bid where there is no ask.
    pub ask: Bar,
    /// Whether there is an ask.
    pub has_ask: bool,
    /// Whether this is a quote, for which other rules hold.
    pub is_quote: bool,
}

impl Market {
    /// A bar.
    #[must_use]
    #[inline]
    pub fn bar(time_us: i64, bid: Bar, ask: Option<Bar>) -> Self {
        Self { time_us, bid, ask: ask.unwrap_or(bid), has_ask: ask.is_some(), is_quote: false }
    }

    /// The side on which a position is left: the bid for a long, the ask for a short one.
    #[must_use]
    #[inline]
    pub fn side(&self, direction: Direction) -> &Bar {
        match direction {
            Direction::Long => &self.bid,
            Direction::Short => &self.ask,
        }
    }
}

/// A quote of a symbol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Microseconds.
    pub time_us: i64,
    /// What a seller gets.
    pub bid: f64,
    /// What a buyer pays.
    pub ask: f64,
}

impl Quote {
    /// The bid for a long, the ask for a short position: where it can be left.
    ///
    /// An order that names no price takes the same one, an oddity of the original.
    #[must_use]
    pub fn price(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Long => self.bid,
            Direction::Short => self.ask,
        }
    }

    /// The quote as what positions meet.
    #[must_use]
    #[inline]
    pub fn market(&self) -> Market {
        let bar = |price| Bar { high: price, low: price, close: price };
        Market { time_us: self.time_us, bid: bar(self.bid), ask: bar(self.ask), has_ask: true, is_quote: true }
    }
}

/// A candle as it is given: a symbol and what its positions meet, `None` for one to pass over, because it is not valid or has no bid.
#[derive(Clone, Debug, PartialEq)]
pub struct Candle {
    /// What is traded.
    pub symbol: String,
    /// What positions meet.
    pub market: Option<Market>,
}

/// A tick as it is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// What is traded.
    pub symbol: String,
    /// Its quote.
    pub quote: Quote,
}

/// Read a candle.
///
/// # Errors
/// `InvalidArgument` (1001) for an unknown key, `Type` (1004), `MissingField` (1008).
pub fn read_candle<N: Node>(node: &N) -> Read<N, Candle> {
    let fields = Fields::of(node, "candle", &["symbol", "time", "bid", "ask", "valid"])?;
    let side = |node: &N, name: &str| optional(node, name, read_bar);
    let (symbol, time_us) = (fields.need("symbol", text)?, fields.need("time", integer)?);
    let (bid, ask) = (fields.get("bid", side)?.flatten(), fields.get("ask", side)?.flatten());
    let valid = fields.get("valid", flag)?.unwrap_or(true);
    Ok(Candle { symbol, market: bid.filter(|_| valid).map(|bid| Market::bar(time_us, bid, ask)) })
}

fn read_bar<N: Node>(node: &N, name: &str) -> Read<N, Bar> {
    let fields = Fields::of(node, name, &["open", "high", "low", "close", "volume"])?;
    fields.need("open", double)?;
    let (high, low, close) = (fields.need("high", double)?, fields.need("low", double)?, fields.need("close", double)?);
    fields.get("volume", double)?;
    Ok(Bar { high, low, close })
}

/// Read a tick.
///
/// # Errors
/// `InvalidArgument` (1001) for an unknown key, `Type` (1004), `MissingField` (1008).
pub fn read_tick<N: Node>(node: &N) -> Read<N, Tick> {
    let fields = Fields::of(node, "tick", &["symbol", "time", "bid", "ask"])?;
    let (symbol, time_us) = (fields.need("symbol", text)?, fields.need("time", integer)?);
    Ok(Tick { symbol, quote: Quote { time_us, bid: fields.need("bid", double)?, ask: fields.need("ask", double)? } })
}

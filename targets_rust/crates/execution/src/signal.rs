//! What a strategy asks for: to enter, to leave or to change positions; checked before anything happens.

use crate::error::{Code, ExecutionError, Result};
use crate::words::words;

words! {
    /// Which way a position earns.
    Direction {
        /// When prices rise.
        Long = "long",
        /// When prices fall.
        Short = "short",
    }
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }
}

words! {
    /// At once, at a better price, or at a worse one.
    OrderType {
        /// At once.
        Market = "market",
        /// At a better price.
        Limit = "limit",
        /// At a worse price.
        Stop = "stop",
    }
}

/// A row of the signal table as it came; `None` where a cell is null, in levels, size and trail also where it is NaN.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignalRow<'a> {
    /// When the signal was given.
    pub timestamp: Option<i64>,
    /// `long` or `short`.
    pub direction: Option<&'a str>,
    /// The price asked for.
    pub entry: Option<f64>,
    /// The stop.
    pub sl: Option<f64>,
    /// The target.
    pub tp: Option<f64>,
    /// The size in lots.
    pub size: Option<f64>,
    /// What is traded.
    pub symbol: Option<&'a str>,
    /// `limit`, `stop`, or anything else for at once.
    pub order_type: Option<&'a str>,
    /// Why the signal was given.
    pub reason: Option<&'a str>,
    /// A note that is kept.
    pub scenario: Option<&'a str>,
    /// A note that is kept.
    pub tags: Option<&'a str>,
    /// `entry`, `exit` or `modify`.
    pub signal_type: Option<&'a str>,
    /// The position that is meant.
    pub position_id: Option<&'a str>,
    /// The strategy's number.
    pub magic_number: Option<i64>,
    /// How far the stop follows the price.
    pub trail_distance: Option<f64>,
    /// In steps of at least.
    pub trail_step: Option<f64>,
    /// From which gain on.
    pub trail_activation: Option<f64>,
}

/// How a stop follows the price, in units of the price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trail {
    /// How far behind.
    pub distance: f64,
    /// In steps of at least.
    pub step: f64,
    /// From which gain on.
    pub activation: f64,
}

/// Open a position at once or when the price comes to it; no price is the quote's (ticks only).
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The row, for what is only copied from it.
    pub row: &'a SignalRow<'a>,
    /// When the signal was given.
    pub time_us: i64,
    /// What is traded.
    pub symbol: &'a str,
    /// Which way.
    pub direction: Direction,
    /// When.
    pub order_type: OrderType,
    /// Whether the price slips.
    pub slips: bool,
    /// The price asked for.
    pub price: Option<f64>,
    /// The trailing stop.
    pub trail: Option<Trail>,
}

/// Which positions a signal is about: those of a symbol, of a direction and of an id, each of the latter if given.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Positions entered later are not meant.
    pub time_us: i64,
    /// What is traded.
    pub symbol: &'a str,
    /// Which way.
    pub direction: Option<Direction>,
    /// Which one.
    pub position_id: Option<&'a str>,
}

/// Close the open positions of the selection, call back the pending ones; no price is the quote's (ticks only).
#[derive(Clone, Copy, Debug)]
pub struct Exit<'a> {
    /// Which positions.
    pub selection: Selection<'a>,
    /// The price asked for.
    pub price: Option<f64>,
}

/// Set the levels that are given for the open and the pending positions of the selection.
#[derive(Clone, Copy, Debug)]
pub struct Modify<'a> {
    /// Which positions.
    pub selection: Selection<'a>,
    /// The new stop.
    pub stop_loss: Option<f64>,
    /// The new target.
    pub take_profit: Option<f64>,
    /// The new trailing stop.
    pub trail: Option<Trail>,
}

/// A row that was checked.
#[derive(Clone, Copy, Debug)]
pub enum Signal<'a> {
    /// Open a position.
    Entry(Entry<'a>),
    /// Close positions.
    Exit(Exit<'a>),
    /// Change positions.
    Modify(Modify<'a>),
}

/// What a row asks for.
///
/// # Errors
/// The first fault in the order of the interface document, 7.1: `Null` (1002), `InvalidArgument` (1001), `MissingField` (1008), `Nan`
/// (2004), `Infinite` (2005).
pub fn read_signal<'a>(row: &'a SignalRow<'a>, tick_mode: bool) -> Result<Signal<'a>> {
    let time_us = present(row.timestamp, "timestamp is null")?;
    let kind = row.signal_type.unwrap_or("entry");
    if !matches!(kind, "entry" | "exit" | "modify") {
        return Err(ExecutionError::new(Code::InvalidArgument, "unknown signal type"));
    }
    let symbol = present(row.symbol, "symbol is null")?;
    if kind == "entry" {
        return read_entry(row, time_us, symbol, tick_mode).map(Signal::Entry);
    }
    let direction = row.direction.map(read_direction).transpose()?;
    let selection = Selection { time_us, symbol, direction, position_id: row.position_id };
    if kind == "exit" {
        return Ok(Signal::Exit(Exit { selection, price: read_price(row.entry, tick_mode)? }));
    }
    check_finite(&[row.sl, row.tp])?;
    Ok(Signal::Modify(Modify { selection, stop_loss: row.sl, take_profit: row.tp, trail: read_trail(row)? }))
}

fn read_entry<'a>(row: &'a SignalRow<'a>, time_us: i64, symbol: &'a str, tick_mode: bool) -> Result<Entry<'a>> {
    let direction = read_direction(present(row.direction, "direction is null")?)?;
    let price = read_price(row.entry, tick_mode)?;
    check_finite(&[row.sl, row.tp, row.size])?;
    let trail = read_trail(row)?;
    if row.sl.is_none() && row.size.is_none() {
        return Err(ExecutionError::new(Code::MissingField, "an entry without stop needs a size"));
    }
    let order_type = row.order_type.and_then(OrderType::of).unwrap_or(OrderType::Market);
    let slips = !tick_mode || row.order_type.is_none_or(|word| word == OrderType::Market.word());
    Ok(Entry { row, time_us, symbol, direction, order_type, slips, price, trail })
}

fn present<T>(value: Option<T>, otherwise: &'static str) -> Result<T> {
    value.ok_or_else(|| ExecutionError::new(Code::Null, otherwise))
}

fn read_direction(word: &str) -> Result<Direction> {
    Direction::of(word).ok_or_else(|| ExecutionError::new(Code::InvalidArgument, "unknown direction"))
}

/// The price of a signal; with ticks none, NaN and 0 leave it to the quote.
fn read_price(price: Option<f64>, tick_mode: bool) -> Result<Option<f64>> {
    check_finite(&[price])?;
    if tick_mode {
        return Ok(price.filter(|price| !price.is_nan() && *price != 0.0));
    }
    let price = present(price, "entry is null")?;
    if price.is_nan() { Err(ExecutionError::new(Code::Nan, "entry is NaN")) } else { Ok(Some(price)) }
}

fn read_trail(row: &SignalRow<'_>) -> Result<Option<Trail>> {
    check_finite(&[row.trail_distance, row.trail_step, row.trail_activation])?;
    let Some(distance) = row.trail_distance else { return Ok(None) };
    // Adding zero turns -0.0 into 0.0.
    let or_zero = |level: Option<f64>| level.unwrap_or(0.0) + 0.0;
    let trail = Trail { distance, step: or_zero(row.trail_step), activation: or_zero(row.trail_activation) };
    if trail.distance <= 0.0 || trail.step < 0.0 || trail.activation < 0.0 {
        return Err(ExecutionError::new(Code::InvalidArgument, "a trail needs a positive distance, step and activation not negative"));
    }
    Ok(Some(trail))
}

/// Refuse infinite levels.
///
/// # Errors
/// `Infinite` (2005).
pub fn check_finite(levels: &[Option<f64>]) -> Result<()> {
    if levels.iter().flatten().any(|level| level.is_infinite()) {
        return Err(ExecutionError::new(Code::Infinite, "a level is infinite"));
    }
    Ok(())
}

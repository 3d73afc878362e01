//! One position from its signal to its result.

use std::sync::Arc;

use crate::signal::{Direction, OrderType, Trail};
use crate::symbols::SymbolId;
use crate::trailing::TrailingStop;
use crate::words::words;

words! {
    /// Waiting for its price, in the market, or done.
    Status {
        /// Waiting for its price.
        Pending = "pending",
        /// In the market.
        Open = "open",
        /// Done.
        Closed = "closed",
    }
}

words! {
    /// The list in which a position ended.
    Book {
        /// Left the market.
        Closed = "closed",
        /// Left the market in part.
        Partial = "partial",
        /// Never entered the market.
        Expired = "expired",
    }
}

words! {
    /// Why a position ended, in the words of the simulator; the first four are found by an exit pass.
    Cause {
        /// The target was reached.
        TakeProfit = "take_profit",
        /// The stop was reached.
        StopLoss = "stop_loss",
        /// A stop that was moved was reached.
        BreakEvenStopLoss = "break_even_stop_loss",
        /// A stop that followed the price was reached.
        TrailingStop = "trailing_stop",
        /// A signal said so.
        Signal = "signal",
        /// It was open for too long.
        Timeout = "timeout",
        /// It was called back while it waited.
        LimitExpired = "limit_expired",
        /// A part was closed.
        PartialExit = "partial_exit",
        /// It was closed by hand.
        Manual = "manual",
    }
}

/// Why a position ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// For a cause that has consequences.
    Known(Cause),
    /// For one that only whoever closed it understands.
    Other(Arc<str>),
}

impl Reason {
    /// The reason that a text gives.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Cause::of(text).map_or_else(|| Self::Other(text.into()), Self::Known)
    }

    /// The text of the reason.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Known(cause) => cause.word(),
            Self::Other(text) => text,
        }
    }
}

/// A text that is kept with a position.
pub type Note = Option<Arc<str>>;

/// A position is known by its number; times in microseconds, sizes in lots, results in account money.
#[derive(Clone, Debug)]
pub struct Position {
    /// Counted from 1 over all symbols.
    pub number: u64,
    /// The place in the order of insertion.
    pub order: u64,
    /// What is traded.
    pub symbol: SymbolId,
    /// Which way.
    pub direction: Direction,
    /// How it is entered.
    pub order_type: OrderType,
    /// Where it stands; a closed position stays open until the portfolio has it.
    pub status: Status,
    /// Whether it ended.
    pub is_closed: bool,
    /// Whether the trailing stop was the last to set the stop.
    pub stop_by_trailing: bool,
    /// Whether it ended at a stop that was moved, and is counted as such.
    pub break_even: bool,
    /// The list in which it ended.
    pub book: Option<Book>,
    /// When it was asked for.
    pub entry_time: i64,
    /// The price at which it is entered.
    pub entry_price: f64,
    /// The stop as it stands.
    pub stop_loss: Option<f64>,
    /// The target as it stands.
    pub take_profit: Option<f64>,
    /// The stop by which the risk is counted.
    pub initial_stop_loss: Option<f64>,
    /// The first target.
    pub initial_take_profit: Option<f64>,
    /// The size that the signal asked for.
    pub requested_size: Option<f64>,
    /// What it may lose at its stop.
    pub risk_per_trade: f64,
    /// The size.
    pub size: f64,
    /// The strategy's number.
    pub magic_number: i64,
    /// When it was filled.
    pub trigger_time: Option<i64>,
    /// The stop that follows the price.
    pub trailing: Option<Box<TrailingStop>>,
    /// Why the signal was given.
    pub signal_reason: Note,
    /// A note of the signal.
    pub scenario: Note,
    /// A note of the signal.
    pub tags: Note,
    /// When it ended.
    pub exit_time: Option<i64>,
    /// The price at which it ended.
    pub exit_price: Option<f64>,
    /// What it earned before fees.
    pub result: Option<f64>,
    /// Why it ended.
    pub reason: Option<Reason>,
    /// Fees of the way in.
    pub entry_fee: f64,
    /// Fees of the way out.
    pub exit_fee: f64,
}

impl Position {
    /// Whether it earns when prices rise.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.direction == Direction::Long
    }

    /// The gain in units of the initial risk; 0.0 without exit price, without stop, and without distance to it.
    #[must_use]
    pub fn r_multiple(&self) -> f64 {
        let Some((exit_price, stop)) = self.exit_price.zip(self.initial_stop_loss.or(self.stop_loss)) else { return 0.0 };
        let risk = (self.entry_price - stop).abs();
        if risk == 0.0 {
            return 0.0;
        }
        let gain = if self.is_long() { exit_price - self.entry_price } else { self.entry_price - exit_price };
        gain / risk
    }

    /// Set the stop and remember who did.
    pub fn move_stop(&mut self, level: f64, by_trailing: bool) {
        self.stop_loss = Some(level);
        self.stop_by_trailing = by_trailing;
        self.trailing.iter_mut().for_each(|trailing| trailing.settled = by_trailing);
    }

    /// Set the levels that are given.
    pub fn set_levels(&mut self, stop_loss: Option<f64>, take_profit: Option<f64>) {
        if let Some(level) = stop_loss {
            self.move_stop(level, false);
        }
        self.take_profit = take_profit.or(self.take_profit);
    }

    /// Let the stop follow the price, counted from the entry price on.
    pub fn trail_by(&mut self, trail: Trail) {
        self.trailing = Some(Box::new(TrailingStop::new(trail, self.entry_price)));
    }

    /// Fill a pending order: what was changed while it waited becomes the initial levels.
    pub fn trigger(&mut self, time_us: i64, size: f64) {
        self.size = size;
        self.status = Status::Open;
        self.trigger_time = Some(time_us);
        self.initial_stop_loss = self.stop_loss;
        self.initial_take_profit = self.take_profit;
        if let Some(trailing) = &mut self.trailing {
            **trailing = TrailingStop::new(trailing.trail, self.entry_price);
        }
    }

    /// End the position; the status stays for the portfolio to read, a result needs a price.
    pub fn close(&mut self, time_us: i64, price: Option<f64>, reason: Reason) {
        self.exit_time = Some(time_us);
        self.exit_price = price;
        self.reason = Some(reason);
        self.result = price.map(|_| self.r_multiple() * self.risk_per_trade);
        self.is_closed = true;
    }
}

//! The account: cash, fees, the book of positions and the equity curve.

use std::sync::Arc;

use crate::error::{Code, ExecutionError, Result};
use crate::fees::Leg;
use crate::position::{Book, Cause, Position, Reason, Status};
use crate::roster::{Roster, Slot};
use crate::rounding::larger;
use crate::symbols::SymbolId;

/// The time of the curve's first point, the beginning of the year 2000.
pub const PLACEHOLDER_TIME: i64 = 946_684_800_000_000;

/// What a fee was taken for.
#[derive(Clone, Debug, PartialEq)]
pub enum Occasion {
    /// A leg of a position that this simulator made.
    Made {
        /// What was traded.
        symbol: SymbolId,
        /// The position's number.
        number: u64,
        /// The way in or out.
        leg: Leg,
    },
    /// As a saved state says.
    Loaded {
        /// The position's id.
        position_id: Arc<str>,
        /// The kind of fee.
        kind: Arc<str>,
    },
}

/// A line of the fee log.
#[derive(Clone, Debug, PartialEq)]
pub struct FeeEntry {
    /// Microseconds.
    pub time_us: i64,
    /// What for.
    pub occasion: Occasion,
    /// Account money.
    pub amount: f64,
}

/// The account after each update; equity is cash, open positions never count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Microseconds.
    pub times: Vec<i64>,
    /// The cash.
    pub equity: Vec<f64>,
    /// The most that there ever was.
    pub high_water: Vec<f64>,
}

impl Curve {
    fn push(&mut self, time_us: i64, equity: f64, high_water: f64) {
        self.times.push(time_us);
        self.equity.push(equity);
        self.high_water.push(high_water);
    }

    fn replace_last(&mut self, equity: f64, high_water: f64) {
        self.equity.pop();
        self.high_water.pop();
        self.equity.push(equity);
        self.high_water.push(high_water);
    }

    /// Make room for so many more points.
    pub fn reserve(&mut self, points: usize) {
        self.times.reserve_exact(points);
        self.equity.reserve_exact(points);
        self.high_water.reserve_exact(points);
    }
}

/// The money of an account and how far it rose and fell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Money {
    /// What there is.
    pub cash: f64,
    /// What there was at the last fee or update.
    pub equity: f64,
    /// All fees together.
    pub total_fees: f64,
    /// The highest equity.
    pub max_equity: f64,
    /// The deepest fall below the highest equity.
    pub max_drawdown: f64,
    /// The deepest fall below the initial balance.
    pub initial_drawdown: f64,
}

/// Where the effects of positions go.
pub trait Ledger {
    /// Add a position to the open ones.
    ///
    /// # Errors
    /// `InvalidArgument` (1001) for a position without symbol.
    fn enter(&mut self, slot: Slot, symbol: &str) -> Result<()>;

    /// Take a fee, if there is one, and note it on the position; negative fees are income.
    fn pay(&mut self, position: &mut Position, amount: f64, leg: Leg, time_us: i64);

    /// Put an ended position into its list and its result, if it has one, into the cash.
    fn exit(&mut self, slot: Slot, position: &mut Position);
}

/// Positions without symbol cannot be entered.
///
/// # Errors
/// `InvalidArgument` (1001).
pub fn check_symbol(symbol: &str) -> Result<()> {
    if symbol.is_empty() { Err(ExecutionError::new(Code::InvalidArgument, "a position without symbol cannot be entered")) } else { Ok(()) }
}

/// Money in the account's currency; peaks and drawdowns move only in [`Portfolio::update`].
#[derive(Clone, Debug)]
pub struct Portfolio {
    /// The cash at the beginning.
    pub initial_balance: f64,
    /// The money.
    pub money: Money,
    /// The time of the first update.
    pub start_time: Option<i64>,
    /// The equity curve with its placeholder.
    pub curve: Curve,
    /// All fees in their order.
    pub fee_log: Vec<FeeEntry>,
    /// Positions in the market.
    pub open: Roster,
    /// Positions that ended, in the order in which they did.
    pub ended: Vec<Slot>,
}

impl Portfolio {
    /// An account with nothing but its initial balance.
    #[must_use]
    pub fn new(initial_balance: f64) -> Self {
        let mut curve = Curve::default();
        curve.push(PLACEHOLDER_TIME, initial_balance, initial_balance);
        let money = Money {
            cash: initial_balance,
            equity: initial_balance,
            total_fees: 0.0,
            max_equity: initial_balance,
            max_drawdown: 0.0,
            initial_drawdown: 0.0,
        };
        Self { initial_balance, money, start_time: None, curve, fee_log: Vec::new(), open: Roster::default(), ended: Vec::new() }
    }

    /// Take note of the account at a time; a second update at the time of the last point replaces it.
    #[inline]
    pub fn update(&mut self, time_us: i64) {
        self.start_time.get_or_insert(time_us);
        let money = &mut self.money;
        money.equity = money.cash;
        money.max_equity = larger(money.max_equity, money.equity);
        money.max_drawdown = larger(money.max_drawdown, money.max_equity - money.equity);
        money.initial_drawdown = larger(money.initial_drawdown, self.initial_balance - money.equity);
        if self.curve.times.last() == Some(&time_us) {
            self.curve.replace_last(money.equity, money.max_equity);
        } else {
            self.curve.push(time_us, money.equity, money.max_equity);
        }
    }
}

impl Ledger for Portfolio {
    fn enter(&mut self, slot: Slot, symbol: &str) -> Result<()> {
        check_symbol(symbol)?;
        self.open.push(slot);
        Ok(())
    }

    fn pay(&mut self, position: &mut Position, amount: f64, leg: Leg, time_us: i64) {
        if amount == 0.0 {
            return;
        }
        self.money.cash -= amount;
        self.money.total_fees += amount;
        self.money.equity = self.money.cash;
        let occasion = Occasion::Made { symbol: position.symbol, number: position.number, leg };
        self.fee_log.push(FeeEntry { time_us, occasion, amount });
        match leg {
            Leg::Entry => position.entry_fee += amount,
            Leg::Exit => position.exit_fee += amount,
        }
    }

    /// A pending order that did not expire changes the cash and enters no list.
    fn exit(&mut self, slot: Slot, position: &mut Position) {
        let because = |cause| position.reason == Some(Reason::Known(cause));
        position.break_even = position.status == Status::Open && because(Cause::BreakEvenStopLoss);
        position.book = match position.status {
            Status::Pending if because(Cause::LimitExpired) => Some(Book::Expired),
            Status::Open if because(Cause::PartialExit) => Some(Book::Partial),
            Status::Open => Some(Book::Closed),
            _ => None,
        };
        if position.book.is_some() {
            self.ended.push(slot);
        }
        if position.book != Some(Book::Expired)
            && let Some(result) = position.result
        {
            self.money.cash += result;
        }
        position.status = Status::Closed;
        self.open.remove(slot);
    }
}

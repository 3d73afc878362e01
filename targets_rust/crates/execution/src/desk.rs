//! What is done with one position: filled, left, paid for; the same for what happens and for what only would.

use crate::config::{Config, ExitSlippage};
use crate::error::Result;
use crate::exits::{Hit, hit};
use crate::fees::{Leg, fee};
use crate::market::Market;
use crate::portfolio::{Ledger, check_symbol};
use crate::position::{Cause, Position, Reason, Status};
use crate::roster::Slot;
use crate::signal::Direction;
use crate::sizing::{UnitValues, size};
use crate::symbols::{Symbol, SymbolId, Symbols};
use crate::trigger::triggers;

/// A position that left the market; `pnl` is its result before fees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExitReport {
    /// What was traded.
    pub symbol: SymbolId,
    /// The position's number.
    pub number: u64,
    /// Why it left.
    pub cause: Cause,
    /// At which price.
    pub price: f64,
    /// What it earned.
    pub pnl: f64,
    /// When.
    pub time_us: i64,
}

/// Everything that a position's way needs, and that its way changes.
pub struct Desk<'a, L> {
    /// The settings.
    pub config: &'a Config,
    /// The symbols.
    pub symbols: &'a Symbols,
    /// Unit values found so far.
    pub units: &'a mut UnitValues,
    /// How many draws were taken.
    pub draws: &'a mut u64,
    /// Where effects go.
    pub ledger: &'a mut L,
}

impl<'a, L: Ledger> Desk<'a, L> {
    fn symbol(&self, position: &Position) -> &'a Symbol {
        self.symbols.get(position.symbol)
    }

    /// Let a position meet a bar or quote: fill it, then test it for an exit, then trail.
    ///
    /// # Errors
    /// For a missing rate, specification or draw, and for a position without symbol.
    pub fn meet(&mut self, slot: Slot, position: &mut Position, market: &Market, buffer: f64) -> Result<Option<ExitReport>> {
        if position.is_closed || market.time_us <= position.entry_time {
            return Ok(None);
        }
        if position.status == Status::Pending && triggers(position, market) {
            self.trigger(slot, position, market.time_us)?;
        }
        if position.status != Status::Open {
            return Ok(None);
        }
        if let Some(Hit { level, cause }) = hit(position, market, buffer) {
            return self.close(slot, position, market.time_us, level, cause).map(Some);
        }
        if position.trigger_time != Some(market.time_us) {
            trail(position, market);
        }
        Ok(None)
    }

    /// Fill a pending order at its own price.
    fn trigger(&mut self, slot: Slot, position: &mut Position, time_us: i64) -> Result<()> {
        let size = size(self.config, self.symbol(position), self.units, position, time_us)?;
        position.trigger(time_us, size);
        self.enter(slot, position, time_us)
    }

    /// Note a position as open and pay for its way in.
    ///
    /// # Errors
    /// `InvalidArgument` (1001) for a position without symbol, `MissingField` (1008) for a missing rate.
    pub fn enter(&mut self, slot: Slot, position: &mut Position, time_us: i64) -> Result<()> {
        let symbol = self.symbol(position);
        self.ledger.enter(slot, &symbol.name)?;
        let amount = fee(self.config, symbol, position.size, position.entry_price, Leg::Entry, time_us)?;
        self.ledger.pay(position, amount, Leg::Entry, time_us);
        Ok(())
    }

    /// Close a position at a price that slips, and pay for its way out.
    ///
    /// # Errors
    /// `OutOfBounds` (1003) when given draws are used up, `MissingField` (1008) for a missing rate.
    pub fn close(&mut self, slot: Slot, position: &mut Position, time_us: i64, asked: f64, cause: Cause) -> Result<ExitReport> {
        let adverse = self.config.exit_slippage == ExitSlippage::Adverse;
        let sign = if adverse { position.direction.opposite() } else { position.direction };
        let symbol = self.symbol(position);
        let price = self.slipped(symbol, asked, sign)?;
        position.close(time_us, Some(price), Reason::Known(cause));
        let amount = fee(self.config, symbol, position.size, price, Leg::Exit, time_us)?;
        self.ledger.pay(position, amount, Leg::Exit, time_us);
        self.ledger.exit(slot, position);
        Ok(report(position, price, cause))
    }

    /// Close a position without slippage and without fee.
    pub fn release(&mut self, slot: Slot, position: &mut Position, time_us: i64, price: f64, cause: Cause) -> ExitReport {
        position.close(time_us, Some(price), Reason::Known(cause));
        self.ledger.exit(slot, position);
        report(position, price, cause)
    }

    /// A price after slippage; every slip takes a draw.
    ///
    /// # Errors
    /// `OutOfBounds` (1003) when given draws are used up.
    pub fn slipped(&mut self, symbol: &Symbol, price: f64, direction: Direction) -> Result<f64> {
        let Some(slippage) = &self.config.slippage else { return Ok(price) };
        let draw = slippage.draw(self.config.seed, *self.draws)?;
        *self.draws += 1;
        Ok(slippage.slipped(price, direction, symbol.pip_size, draw))
    }
}

fn trail(position: &mut Position, market: &Market) {
    let bar = market.side(position.direction);
    let best = if position.is_long() { bar.high } else { bar.low };
    let (direction, entry_price, stop) = (position.direction, position.entry_price, position.stop_loss);
    let moved = position.trailing.as_mut().and_then(|trailing| trailing.advance(direction, entry_price, stop, best));
    if let Some(level) = moved {
        position.move_stop(level, true);
    }
}

fn report(position: &Position, price: f64, cause: Cause) -> ExitReport {
    ExitReport {
        symbol: position.symbol,
        number: position.number,
        cause,
        price,
        pnl: position.result.unwrap_or(0.0),
        time_us: position.exit_time.unwrap_or(0),
    }
}

/// A ledger in which nothing is written, for asking what would happen.
pub struct Rehearsal;

impl Ledger for Rehearsal {
    fn enter(&mut self, _: Slot, symbol: &str) -> Result<()> {
        check_symbol(symbol)
    }

    fn pay(&mut self, _: &mut Position, _: f64, _: Leg, _: i64) {}

    fn exit(&mut self, _: Slot, _: &mut Position) {}
}

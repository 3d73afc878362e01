//! What bars and quotes do to the positions: fill, close, trail, and close what has been open for too long.

use crate::desk::{Desk, ExitReport, Rehearsal};
use crate::error::Result;
use crate::market::{Market, Quote};
use crate::position::{Cause, Status};
use crate::roster::Slot;
use crate::simulator::Simulator;
use crate::symbols::{PIP_SIZE, SymbolId};

impl Simulator {
    /// The number by which bars of a symbol are told apart, a new one if it was not met before.
    pub fn meet(&mut self, symbol: &str) -> SymbolId {
        self.symbols.meet(&self.config, symbol)
    }

    /// The number of a symbol whose bars can touch anything.
    #[must_use]
    pub fn find(&self, symbol: &str) -> Option<SymbolId> {
        if self.config.symbol_filter { self.symbols.find(symbol) } else { Some(0) }
    }

    /// Remember the quote of a symbol.
    #[inline]
    pub fn observe(&mut self, symbol: SymbolId, quote: Quote) {
        self.quotes.set(symbol, quote);
    }

    /// Go through the active positions in insertion order: fill, then test for an exit, then trail; `None` is a symbol never met.
    ///
    /// # Errors
    /// What the first position that fails is refused for; everything before it is done.
    #[inline]
    pub fn pass(&mut self, symbol: Option<SymbolId>, market: &Market, reports: &mut Vec<ExitReport>) -> Result<()> {
        let buffer = self.buffer(market);
        if let Some(lane) = symbol.map(|symbol| self.lane(symbol))
            && !self.watchlist.sleeps(lane, market, buffer)
        {
            self.wake(lane, market, buffer, reports)?;
        }
        self.positions.dismiss(&self.portfolio.open);
        Ok(())
    }

    #[inline(never)]
    fn wake(&mut self, lane: u32, market: &Market, buffer: f64, reports: &mut Vec<ExitReport>) -> Result<()> {
        self.watchlist.narrow(lane, market, buffer);
        let mut woken = std::mem::take(&mut self.scratch);
        woken.clear();
        self.watchlist.wake(lane, market, buffer, &mut woken);
        self.positions.sort(&mut woken);
        let done = woken.iter().try_for_each(|slot| {
            let (mut desk, position) = self.desk_with(*slot);
            let met = desk.meet(*slot, position, market, buffer);
            self.refresh(*slot);
            reports.extend(met?);
            Ok(())
        });
        self.scratch = woken;
        done
    }

    /// Report what [`Simulator::pass`] would do, and do nothing.
    ///
    /// # Errors
    /// As [`Simulator::pass`].
    pub fn rehearse(&self, symbol: Option<SymbolId>, market: &Market) -> Result<Vec<ExitReport>> {
        let (buffer, mut woken, mut reports) = (self.buffer(market), Vec::new(), Vec::new());
        let Some(lane) = symbol.map(|symbol| self.lane(symbol)) else { return Ok(reports) };
        if self.watchlist.sleeps(lane, market, buffer) {
            return Ok(reports);
        }
        self.watchlist.wake(lane, market, buffer, &mut woken);
        self.positions.sort(&mut woken);
        let (mut units, mut draws) = (self.units.clone(), self.draws);
        let mut desk = Desk { config: &self.config, symbols: &self.symbols, units: &mut units, draws: &mut draws, ledger: &mut Rehearsal };
        for slot in woken {
            let mut position = self.positions.get(slot).clone();
            reports.extend(desk.meet(slot, &mut position, market, buffer)?);
        }
        Ok(reports)
    }

    /// Close what has been open for too long, longs at the bid's close, shorts at the ask's, without slippage and without fee.
    #[inline]
    pub fn time_out(&mut self, symbol: Option<SymbolId>, market: &Market, reports: &mut Vec<ExitReport>) {
        let Some((symbol, limit_us)) = symbol.zip(self.config.timeout_us) else { return };
        let lane = self.lane(symbol);
        if market.time_us.saturating_sub(self.watchlist.oldest(lane)) >= limit_us {
            self.close_late(lane, market, limit_us, reports);
        }
    }

    #[inline(never)]
    fn close_late(&mut self, lane: u32, market: &Market, limit_us: i64, reports: &mut Vec<ExitReport>) {
        let opened = |slot: &Slot| {
            let position = self.positions.get(*slot);
            (position.status == Status::Open).then_some(position.entry_time)
        };
        // A difference beyond 64 bits is longer than any limit, or shorter.
        let is_late = |entry_time: i64| market.time_us.saturating_sub(entry_time) >= limit_us;
        let mut overdue: Vec<Slot> = self.watchlist.lane(lane).filter(|slot| opened(slot).is_some_and(is_late)).collect();
        let others = self.watchlist.lane(lane).filter_map(|slot| opened(&slot)).filter(|time| !is_late(*time));
        let oldest = others.min().unwrap_or(i64::MAX);
        self.positions.sort(&mut overdue);
        for slot in overdue {
            let (mut desk, position) = self.desk_with(slot);
            let price = market.side(position.direction).close;
            reports.push(desk.release(slot, position, market.time_us, price, Cause::Timeout));
            self.refresh(slot);
        }
        self.watchlist.set_oldest(lane, oldest);
    }

    /// How near a level counts as reached: one width for all positions and symbols, from the first that is open.
    #[inline]
    fn buffer(&self, market: &Market) -> f64 {
        if market.is_quote {
            return 0.0;
        }
        let first = self.portfolio.open.first().map(|slot| self.positions.get(slot).symbol);
        first.map_or(PIP_SIZE, |symbol| self.symbols.get(symbol).pip_size) * self.config.pip_buffer_factor
    }
}

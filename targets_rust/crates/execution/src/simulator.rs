//! One account that trades: what it holds, and what signals do to it. What bars do is in `passes`, what comes by hand in `updates`.
//!
//! Start reading at [`Simulator::process_signal`].

use std::sync::Arc;

use crate::config::{Config, Mode};
use crate::desk::Desk;
use crate::error::{Code, ExecutionError, Result};
use crate::market::Quote;
use crate::outcome::{Fate, Outcome};
use crate::portfolio::{Curve, Ledger, Portfolio};
use crate::position::{Cause, Position, Reason, Status};
use crate::positions::Positions;
use crate::roster::Slot;
use crate::signal::{Entry, Exit, Modify, OrderType, Selection, Signal, SignalRow, read_signal};
use crate::sizing::{UnitValues, market_size};
use crate::summary::Summary;
use crate::symbols::{BySymbol, SymbolId, Symbols};
use crate::watch::Watchlist;

const SMALLEST_STOP_DISTANCE: f64 = 0.00001;

/// One account that trades.
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(crate) config: Config,
    pub(crate) symbols: Symbols,
    pub(crate) units: UnitValues,
    pub(crate) quotes: BySymbol<Quote>,
    pub(crate) draws: u64,
    pub(crate) made: u64,
    pub(crate) portfolio: Portfolio,
    pub(crate) positions: Positions,
    pub(crate) watchlist: Watchlist,
    /// Kept between calls, so that neither bars nor signals have to allocate.
    pub(crate) scratch: Vec<Slot>,
}

impl Simulator {
    /// Begin with an empty book.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            symbols: Symbols::default(),
            units: UnitValues::default(),
            quotes: BySymbol::default(),
            draws: 0,
            made: 0,
            portfolio: Portfolio::new(config.initial_balance),
            positions: Positions::default(),
            watchlist: Watchlist::new(config.tick_mode()),
            scratch: Vec::new(),
            config,
        }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The account.
    #[must_use]
    pub fn portfolio(&self) -> &Portfolio {
        &self.portfolio
    }

    /// Take the equity curve out, and leave none.
    pub fn take_curve(&mut self) -> Curve {
        std::mem::take(&mut self.portfolio.curve)
    }

    /// The name of a symbol that this simulator has met.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> &Arc<str> {
        &self.symbols.get(id).name
    }

    /// The active positions in the order of insertion.
    pub fn active(&self) -> impl Iterator<Item = &Position> {
        self.positions.active().iter().map(|slot| self.positions.get(slot))
    }

    /// The positions that ended, in the order in which they did.
    #[must_use]
    pub fn ended(&self) -> impl ExactSizeIterator<Item = &Position> + Clone {
        self.portfolio.ended.iter().map(|slot| self.positions.get(*slot))
    }

    /// Whether any position is active, be it closed.
    #[must_use]
    #[inline]
    pub fn is_active(&self) -> bool {
        !self.positions.active().is_empty()
    }

    /// The figures of the run so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// Take note of the account at a time in microseconds.
    #[inline]
    pub fn update(&mut self, time_us: i64) {
        self.portfolio.update(time_us);
    }

    /// Refuse what belongs to the other mode.
    ///
    /// # Errors
    /// `InvalidState` (1007).
    pub fn demand(&self, mode: Mode) -> Result<()> {
        if self.config.mode == mode {
            return Ok(());
        }
        Err(ExecutionError::new(Code::InvalidState, format!("this simulator is not in {} mode", mode.word())))
    }

    /// Do what one signal asks for and tell what became of it.
    pub fn process_signal(&mut self, row: &SignalRow<'_>) -> Outcome {
        let done = read_signal(row, self.config.tick_mode()).and_then(|signal| match signal {
            Signal::Entry(entry) => self.enter(&entry),
            Signal::Exit(exit) => self.leave(&exit),
            Signal::Modify(modify) => Ok(self.modify(&modify)),
        });
        done.unwrap_or_else(|error| Outcome::rejected(&error, None))
    }

    fn quote(&self, symbol: &str) -> Result<Quote> {
        let quote = self.symbols.find(symbol).and_then(|id| self.quotes.get(id));
        quote.ok_or_else(|| ExecutionError::new(Code::InvalidState, "there is no quote of the symbol yet"))
    }

    fn enter(&mut self, entry: &Entry<'_>) -> Result<Outcome> {
        let quote = if self.config.tick_mode() { Some(self.quote(entry.symbol)?) } else { None };
        let price = entry.price.or_else(|| Some(quote?.price(entry.direction))).unwrap_or(f64::NAN);
        if entry.order_type == OrderType::Market {
            return self.enter_at_once(entry, price);
        }
        let time_us = quote.map_or(entry.time_us, |quote| quote.time_us);
        let symbol = self.symbols.meet(&self.config, entry.symbol);
        let position = self.made(entry, symbol, price, time_us, Status::Pending);
        let slot = self.append(position);
        self.refresh(slot);
        Ok(Outcome::priced(Fate::Pending, self.positions.get(slot), price))
    }

    fn enter_at_once(&mut self, entry: &Entry<'_>, asked: f64) -> Result<Outcome> {
        let (symbol, time_us) = (self.symbols.meet(&self.config, entry.symbol), entry.time_us);
        let price = if entry.slips { self.slipped(symbol, asked, entry)? } else { asked };
        if entry.row.sl.is_some_and(|stop| (price - stop).abs() < SMALLEST_STOP_DISTANCE) {
            return Ok(Outcome::IGNORED);
        }
        let mut position = self.made(entry, symbol, price, time_us, Status::Open);
        position.trigger_time = (!self.config.tick_mode()).then_some(time_us);
        position.size = market_size(&self.config, self.symbols.get(symbol), &mut self.units, &position, time_us)?;
        let slot = self.append(position);
        let (mut desk, position) = self.desk_with(slot);
        let entered = desk.enter(slot, position, time_us);
        self.refresh(slot);
        let position = self.positions.get(slot);
        Ok(match entered {
            Ok(()) => Outcome::priced(Fate::Opened, position, price),
            Err(error) => Outcome::rejected(&error, Some(position)),
        })
    }

    fn slipped(&mut self, symbol: SymbolId, asked: f64, entry: &Entry<'_>) -> Result<f64> {
        let mut desk = self.desk().0;
        desk.slipped(desk.symbols.get(symbol), asked, entry.direction)
    }

    /// A position that is not yet in any list, without size and trigger time.
    fn made(&mut self, entry: &Entry<'_>, symbol: SymbolId, price: f64, time_us: i64, status: Status) -> Position {
        let row = entry.row;
        let [signal_reason, scenario, tags] = self.positions.note([row.reason, row.scenario, row.tags]);
        let mut position = Position {
            number: self.made + 1,
            order: 0,
            symbol,
            direction: entry.direction,
            order_type: entry.order_type,
            status,
            is_closed: false,
            stop_by_trailing: false,
            break_even: false,
            book: None,
            entry_time: time_us,
            entry_price: price,
            stop_loss: row.sl,
            take_profit: row.tp,
            initial_stop_loss: row.sl,
            initial_take_profit: row.tp,
            requested_size: row.size,
            risk_per_trade: self.config.risk_per_trade,
            size: 0.0,
            magic_number: row.magic_number.unwrap_or(0),
            trigger_time: None,
            trailing: None,
            signal_reason,
            scenario,
            tags,
            exit_time: None,
            exit_price: None,
            result: None,
            reason: None,
            entry_fee: 0.0,
            exit_fee: 0.0,
        };
        entry.trail.into_iter().for_each(|trail| position.trail_by(trail));
        position
    }

    fn append(&mut self, position: Position) -> Slot {
        self.made = position.number;
        let slot = self.positions.keep(position);
        self.positions.activate(slot);
        slot
    }

    /// The exit price of a position: the one asked for, or the quote's.
    fn leave(&mut self, exit: &Exit<'_>) -> Result<Outcome> {
        if self.config.tick_mode() && exit.price.is_none() {
            self.quote(exit.selection.symbol)?;
        }
        let mut first: Option<Outcome> = None;
        let selected = self.selected(&exit.selection);
        for slot in &selected {
            let left = self.leave_one(*slot, exit);
            self.refresh(*slot);
            match left {
                Err(error) => return Ok(Outcome::rejected(&error, Some(self.positions.get(*slot)))),
                Ok(outcome) if first.is_none_or(|first| first.fate == Fate::Expired && outcome.fate == Fate::Closed) => {
                    first = Some(outcome);
                }
                Ok(_) => {}
            }
        }
        self.scratch = selected;
        Ok(first.unwrap_or(Outcome::IGNORED))
    }

    fn leave_one(&mut self, slot: Slot, exit: &Exit<'_>) -> Result<Outcome> {
        let time_us = exit.selection.time_us;
        let quote = self.quotes.get(self.positions.get(slot).symbol);
        let (mut desk, position) = self.desk_with(slot);
        if position.status == Status::Pending {
            position.close(time_us, None, Reason::Known(Cause::LimitExpired));
            desk.ledger.exit(slot, position);
            return Ok(Outcome::of(Fate::Expired, position));
        }
        let price = exit.price.or_else(|| Some(quote?.price(position.direction))).unwrap_or(f64::NAN);
        let report = desk.close(slot, position, time_us, price, Cause::Signal)?;
        Ok(Outcome::priced(Fate::Closed, position, report.price))
    }

    fn modify(&mut self, modify: &Modify<'_>) -> Outcome {
        let selected = self.selected(&modify.selection);
        for slot in &selected {
            let position = self.positions.get_mut(*slot);
            position.set_levels(modify.stop_loss, modify.take_profit);
            modify.trail.into_iter().for_each(|trail| position.trail_by(trail));
            self.refresh(*slot);
        }
        let first = selected.first().map(|slot| self.positions.get(*slot));
        let outcome = first.map_or(Outcome::IGNORED, |first| Outcome { size: Some(first.size), ..Outcome::of(Fate::Modified, first) });
        self.scratch = selected;
        outcome
    }

    /// The live positions that a signal is about, in insertion order.
    fn selected(&mut self, selection: &Selection<'_>) -> Vec<Slot> {
        let mut selected = std::mem::take(&mut self.scratch);
        selected.clear();
        let Some(symbol) = self.symbols.find(selection.symbol) else { return selected };
        let meant = |slot: &Slot| {
            let position = self.positions.get(*slot);
            position.symbol == symbol
                && selection.direction.is_none_or(|direction| direction == position.direction)
                && position.entry_time <= selection.time_us
        };
        match selection.position_id {
            Some(id) => selected.extend(self.live(id).filter(meant)),
            None => selected.extend(self.watchlist.lane(self.lane(symbol)).filter(meant)),
        }
        self.positions.sort(&mut selected);
        selected
    }

    /// The live position with an id such as EURUSD#7.
    pub(crate) fn live(&self, id: &str) -> Option<Slot> {
        let (symbol, number) = id.rsplit_once('#')?;
        let slot = self.positions.live(parse_number(number)?)?;
        (*self.symbol(self.positions.get(slot).symbol).as_ref() == *symbol).then_some(slot)
    }

    /// Where positions of a symbol watch.
    #[inline]
    pub(crate) fn lane(&self, symbol: SymbolId) -> u32 {
        if self.config.symbol_filter { symbol } else { 0 }
    }

    /// Take note of what a position has become.
    pub(crate) fn refresh(&mut self, slot: Slot) {
        let position = self.positions.get(slot);
        self.watchlist.note(slot, self.lane(position.symbol), position);
        if position.is_closed {
            self.positions.close(slot);
        }
    }

    /// What a position's way needs, and the positions.
    pub(crate) fn desk(&mut self) -> (Desk<'_, Portfolio>, &mut Positions) {
        let Self { config, symbols, units, draws, portfolio, positions, .. } = self;
        (Desk { config, symbols, units, draws, ledger: portfolio }, positions)
    }

    /// What a position's way needs, and the position.
    pub(crate) fn desk_with(&mut self, slot: Slot) -> (Desk<'_, Portfolio>, &mut Position) {
        let (desk, positions) = self.desk();
        (desk, positions.get_mut(slot))
    }
}

/// A number written as numbers are written: digits, the first of which is not 0.
pub(crate) fn parse_number(text: &str) -> Option<u64> {
    let canonical = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical { text.parse().ok() } else { None }
}

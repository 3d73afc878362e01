//! Takes a simulator apart and puts it together again, so that a run can go on elsewhere as if it had not been interrupted.

use std::sync::Arc;

use crate::error::{Code, ExecutionError, Result};
use crate::market::Quote;
use crate::portfolio::{Curve, FeeEntry, Money, Occasion};
use crate::position::{Book, Position, Reason, Status};
use crate::roster::{Roster, Slot};
use crate::signal::{Direction, OrderType, Trail};
use crate::simulator::Simulator;
use crate::trailing::TrailingStop;

/// Everything that is counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ledger {
    /// The money.
    pub money: Money,
    /// The time of the first update.
    pub start_time: Option<i64>,
    /// How many draws were taken.
    pub draws: i64,
    /// How many positions were made.
    pub positions: i64,
}

/// A position with its places in the lists.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The position.
    pub position: &'a Position,
    /// Its place among the active ones.
    pub active: Option<i64>,
    /// Its place among the open ones.
    pub open: Option<i64>,
    /// Its place among those that ended.
    pub ended: Option<i64>,
}

/// A position as a state has it: words are not yet understood, and an absent level is NaN.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the columns of the table `position` and of the state
pub struct SavedPosition<'a> {
    pub entry_time: i64,
    pub exit_time: Option<i64>,
    pub direction: &'a str,
    pub symbol: &'a str,
    pub entry_price: f64,
    pub exit_price: Option<f64>,
    pub initial_sl: f64,
    pub current_sl: f64,
    pub tp: f64,
    pub size: f64,
    pub result: Option<f64>,
    pub status: &'a str,
    pub position_id: &'a str,
    pub order_type: &'a str,
    pub risk_per_trade: f64,
    pub trigger_time: Option<i64>,
    pub initial_tp: f64,
    pub entry_fee: f64,
    pub exit_fee: f64,
    pub reason: Option<&'a str>,
    pub magic_number: i64,
    pub requested_size: f64,
    pub is_closed: bool,
    pub trail: [Option<f64>; 4],
    pub stop_by_trailing: bool,
    pub signal_reason: Option<&'a str>,
    pub scenario: Option<&'a str>,
    pub tags: Option<&'a str>,
    pub number: i64,
    pub active: Option<i64>,
    pub open: Option<i64>,
    pub ended: Option<i64>,
    pub book: Option<&'a str>,
    pub break_even: bool,
}

/// Refuse a state that contradicts itself, unless this holds.
///
/// # Errors
/// `InvalidState` (1007).
pub fn demand(holds: bool, otherwise: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(ExecutionError::new(Code::InvalidState, otherwise)) }
}

fn word<T>(value: Option<T>) -> Result<T> {
    value.ok_or_else(|| ExecutionError::new(Code::InvalidState, "a word is unknown"))
}

impl Simulator {
    /// Everything that is counted.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (money, start_time) = (self.portfolio.money, self.portfolio.start_time);
        Ledger { money, start_time, draws: count(self.draws), positions: count(self.made) }
    }

    /// Every position that is in any list, by number.
    #[must_use]
    pub fn placed(&self) -> Vec<Placed<'_>> {
        let active = places(self.positions.active().iter());
        let open = places(self.portfolio.open.iter());
        let ended = places(self.portfolio.ended.iter().copied());
        let at = |places: &[Option<i64>], slot: usize| places.get(slot).copied().flatten();
        let slots = 0..active.len().max(open.len()).max(ended.len());
        let placed = slots.map(|slot| (slot, at(&active, slot), at(&open, slot), at(&ended, slot)));
        let listed = placed.filter(|(_, active, open, ended)| active.or(*open).or(*ended).is_some());
        let with_position = |(slot, active, open, ended)| {
            let position = self.positions.get(Slot::try_from(slot).unwrap_or(Slot::MAX));
            Placed { position, active, open, ended }
        };
        let mut all: Vec<_> = listed.map(with_position).collect();
        all.sort_unstable_by_key(|placed| placed.position.number);
        all
    }

    /// Unit values by symbol, in the order in which they came.
    #[must_use]
    pub fn unit_values(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, f64)> {
        self.units.iter().map(|(symbol, value)| (self.symbol(symbol), value))
    }

    /// The last quote of every symbol, in the order in which they came.
    #[must_use]
    pub fn quotes(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, Quote)> {
        self.quotes.iter().map(|(symbol, quote)| (self.symbol(symbol), quote))
    }

    /// Put back what is counted.
    ///
    /// # Errors
    /// `InvalidState` (1007) for negative counts.
    pub fn load_ledger(&mut self, ledger: &Ledger) -> Result<()> {
        let count = |number: i64| word(u64::try_from(number).ok());
        (self.draws, self.made) = (count(ledger.draws)?, count(ledger.positions)?);
        (self.portfolio.money, self.portfolio.start_time) = (ledger.money, ledger.start_time);
        Ok(())
    }

    /// Put back all positions, which are given by number.
    ///
    /// # Errors
    /// `InvalidState` (1007) for positions that contradict themselves or each other.
    pub fn load_positions(&mut self, rows: &[SavedPosition<'_>]) -> Result<()> {
        let made = i64::try_from(self.made).unwrap_or(i64::MAX);
        demand(rows.is_sorted_by(|a, b| a.number < b.number), "positions are not numbered upwards")?;
        demand(rows.iter().all(|row| (1..=made).contains(&row.number)), "a position was not made")?;
        let slots = rows.iter().map(|row| self.load_position(row)).collect::<Result<Vec<_>>>()?;
        let listed = |place: fn(&SavedPosition<'_>) -> Option<i64>| listed(rows.iter().map(place).zip(slots.iter().copied()));
        let (active, open, ended) = (listed(|row| row.active)?, listed(|row| row.open)?, listed(|row| row.ended)?);
        for slot in active {
            self.positions.activate(slot);
            self.refresh(slot);
        }
        self.portfolio.open = open.into_iter().fold(Roster::default(), |mut open, slot| {
            open.push(slot);
            open
        });
        self.portfolio.ended = ended;
        Ok(())
    }

    fn load_position(&mut self, row: &SavedPosition<'_>) -> Result<Slot> {
        demand(row.ended.is_some() == row.book.is_some(), "a place among the ended goes with a book")?;
        let level = |level: f64| (!level.is_nan()).then_some(level);
        let [signal_reason, scenario, tags] = self.positions.note([row.signal_reason, row.scenario, row.tags]);
        let book = row.book.map(|book| word(Book::of(book))).transpose()?;
        let position = Position {
            number: u64::try_from(row.number).unwrap_or_default(),
            order: 0,
            symbol: self.meet(row.symbol),
            direction: word(Direction::of(row.direction))?,
            order_type: word(OrderType::of(row.order_type))?,
            status: word(Status::of(row.status))?,
            is_closed: row.is_closed,
            stop_by_trailing: row.stop_by_trailing,
            break_even: row.break_even && book.is_some(),
            book,
            entry_time: row.entry_time,
            entry_price: row.entry_price,
            stop_loss: level(row.current_sl),
            take_profit: level(row.tp),
            initial_stop_loss: level(row.initial_sl),
            initial_take_profit: level(row.initial_tp),
            requested_size: level(row.requested_size),
            risk_per_trade: row.risk_per_trade,
            size: row.size,
            magic_number: row.magic_number,
            trigger_time: row.trigger_time,
            trailing: trailing(row.trail)?,
            signal_reason,
            scenario,
            tags,
            exit_time: row.exit_time,
            exit_price: row.exit_price,
            result: row.result,
            reason: row.reason.map(Reason::of),
            entry_fee: row.entry_fee,
            exit_fee: row.exit_fee,
        };
        check_position(&position, row)?;
        Ok(self.positions.keep(position))
    }

    /// Put back the fee log.
    pub fn load_fees<'a>(&mut self, rows: impl Iterator<Item = (i64, &'a str, &'a str, f64)>) {
        let entry = |(time_us, position_id, kind, amount): (i64, &str, &str, f64)| FeeEntry {
            time_us,
            occasion: Occasion::Loaded { position_id: position_id.into(), kind: kind.into() },
            amount,
        };
        self.portfolio.fee_log = rows.map(entry).collect();
    }

    /// Put back the equity curve.
    ///
    /// # Errors
    /// `InvalidState` (1007) for one without points.
    pub fn load_curve(&mut self, curve: Curve) -> Result<()> {
        demand(!curve.times.is_empty(), "the curve lacks its placeholder")?;
        self.portfolio.curve = curve;
        Ok(())
    }

    /// Put back a unit value.
    pub fn load_unit_value(&mut self, symbol: &str, value: f64) {
        let symbol = self.meet(symbol);
        self.units.set(symbol, value);
    }

    /// Put back a quote.
    pub fn load_quote(&mut self, symbol: &str, quote: Quote) {
        let symbol = self.meet(symbol);
        self.observe(symbol, quote);
    }
}

/// The place of every slot in a list.
fn places(slots: impl Iterator<Item = Slot>) -> Vec<Option<i64>> {
    let mut places = Vec::new();
    for (place, slot) in (0..).zip(slots) {
        if places.len() <= slot as usize {
            places.resize(slot as usize + 1, None);
        }
        places[slot as usize] = Some(place);
    }
    places
}

/// The slots of a list in its order.
fn listed(placed: impl Iterator<Item = (Option<i64>, Slot)>) -> Result<Vec<Slot>> {
    let mut listed: Vec<_> = placed.filter_map(|(place, slot)| Some((place?, slot))).collect();
    listed.sort_unstable();
    demand(listed.iter().map(|(place, _)| *place).eq(0..i64::try_from(listed.len()).unwrap_or(0)), "places are not 0, 1, 2, ...")?;
    Ok(listed.into_iter().map(|(_, slot)| slot).collect())
}

fn trailing(cells: [Option<f64>; 4]) -> Result<Option<Box<TrailingStop>>> {
    if let [Some(distance), Some(step), Some(activation), Some(best)] = cells {
        return Ok(Some(Box::new(TrailingStop { best, ..TrailingStop::new(Trail { distance, step, activation }, best) })));
    }
    demand(cells == [None; 4], "a trailing stop has all of its parts or none")?;
    Ok(None)
}

fn check_position(position: &Position, row: &SavedPosition<'_>) -> Result<()> {
    let id = format!("{}#{}", row.symbol, row.number);
    demand(row.position_id == id, "a position's id is not symbol#number")?;
    demand(position.is_closed || position.status != Status::Closed, "a position has the status closed, but is not")?;
    demand(position.stop_loss.is_some() || position.requested_size.is_some(), "a position has neither stop nor size")
}

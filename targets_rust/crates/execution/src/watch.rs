//! Which positions a price can touch at all, so that a bar that touches none costs a few comparisons, however many are open.
//!
//! Every live position watches one side of its symbol's market with two levels. The levels lie in blocks under common bounds, and the
//! bounds may be wider than needed but never narrower: who wakes is then looked at exactly, who sleeps cannot act.

use crate::market::Market;
use crate::position::{Position, Status};
use crate::roster::Slot;
use crate::rounding::{larger, smaller};
use crate::signal::OrderType;

const BLOCK: usize = 64;

/// Wakes when a price comes down to `low` plus buffer, or up to `high` minus buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    low: f64,
    high: f64,
}

impl Levels {
    const NEVER: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// Whether no price between `low` and `high` touches the levels; with NaN anywhere nobody sleeps.
    #[inline]
    fn sleeps(&self, low: f64, high: f64, buffer: f64) -> bool {
        low > self.low + buffer && high < self.high - buffer
    }

    #[inline]
    fn widened(self, other: Self) -> Self {
        Self { low: larger(self.low, other.low), high: smaller(self.high, other.high) }
    }
}

/// The sides of a market.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Bid = 0,
    Ask = 1,
}

/// What an active position watches, `None` if it can do nothing.
fn watched(position: &Position, quotes: bool) -> Option<(Side, Levels)> {
    if position.is_closed {
        return None;
    }
    match position.status {
        Status::Pending => Some(watched_pending(position)),
        Status::Open => Some(watched_open(position, quotes)),
        Status::Closed => None,
    }
}

fn watched_pending(position: &Position) -> (Side, Levels) {
    let (entry, never) = (position.entry_price, Levels::NEVER);
    // A price that is no number is never reached.
    let falls = (position.order_type == OrderType::Limit) == position.is_long();
    let levels = match entry {
        entry if entry.is_nan() => never,
        low if falls => Levels { low, ..never },
        high => Levels { high, ..never },
    };
    (if position.is_long() { Side::Ask } else { Side::Bid }, levels)
}

fn watched_open(position: &Position, quotes: bool) -> (Side, Levels) {
    let given = |level: Option<f64>| level.filter(|level| !(level.is_nan() || quotes && *level == 0.0));
    let (stop, target) = (given(position.stop_loss), given(position.take_profit));
    let better = position.trailing.as_deref().map(|trailing| if trailing.settled { trailing.best } else { f64::NAN });
    if position.is_long() {
        let levels = Levels { low: stop.unwrap_or(f64::NEG_INFINITY), high: target.unwrap_or(f64::INFINITY) };
        // Where any price may move the stop, the least infinite one wakes.
        let better = better.map_or(f64::INFINITY, |best| if best.is_nan() { f64::NEG_INFINITY } else { best });
        return (Side::Bid, Levels { high: smaller(levels.high, better), ..levels });
    }
    let levels = Levels { low: target.unwrap_or(f64::NEG_INFINITY), high: stop.unwrap_or(f64::INFINITY) };
    let better = better.map_or(f64::NEG_INFINITY, |best| if best.is_nan() { f64::INFINITY } else { best });
    (Side::Ask, Levels { low: larger(levels.low, better), ..levels })
}

/// The levels of one side of a lane.
#[derive(Clone, Debug)]
struct Watch {
    levels: Vec<Levels>,
    slots: Vec<Slot>,
    blocks: Vec<Levels>,
    all: Levels,
}

impl Default for Watch {
    fn default() -> Self {
        Self { levels: Vec::new(), slots: Vec::new(), blocks: Vec::new(), all: Levels::NEVER }
    }
}

impl Watch {
    fn push(&mut self, slot: Slot, levels: Levels) -> usize {
        let index = self.slots.len();
        self.slots.push(slot);
        self.levels.push(levels);
        if index.is_multiple_of(BLOCK) {
            self.blocks.push(Levels::NEVER);
        }
        self.widen(index);
        index
    }

    fn set(&mut self, index: usize, levels: Levels) {
        self.levels[index] = levels;
        self.widen(index);
    }

    fn widen(&mut self, index: usize) {
        let block = &mut self.blocks[index / BLOCK];
        *block = block.widened(self.levels[index]);
        self.all = self.all.widened(self.levels[index]);
    }

    /// Forget an index; the slot that takes its place is returned.
    fn remove(&mut self, index: usize) -> Option<Slot> {
        self.slots.swap_remove(index);
        self.levels.swap_remove(index);
        self.blocks.truncate(self.slots.len().div_ceil(BLOCK));
        let moved = self.slots.get(index).copied();
        if moved.is_some() {
            self.widen(index);
        }
        moved
    }

    /// Make the bounds as narrow as they can be, where they would wake.
    fn narrow(&mut self, low: f64, high: f64, buffer: f64) {
        for (block, levels) in self.blocks.iter_mut().zip(self.levels.chunks(BLOCK)) {
            if !block.sleeps(low, high, buffer) {
                *block = levels.iter().fold(Levels::NEVER, |bounds, levels| bounds.widened(*levels));
            }
        }
        self.all = self.blocks.iter().fold(Levels::NEVER, |bounds, block| bounds.widened(*block));
    }

    fn wake(&self, low: f64, high: f64, buffer: f64, woken: &mut Vec<Slot>) {
        for (index, block) in self.blocks.iter().enumerate() {
            if block.sleeps(low, high, buffer) {
                continue;
            }
            let members = index * BLOCK..self.slots.len().min((index + 1) * BLOCK);
            let awake = |index: &usize| !self.levels[*index].sleeps(low, high, buffer);
            woken.extend(members.filter(awake).map(|index| self.slots[index]));
        }
    }
}

/// The positions that one symbol's prices are tested against.
#[derive(Clone, Debug)]
struct Lane {
    watches: [Watch; 2],
    oldest: i64,
}

impl Default for Lane {
    fn default() -> Self {
        Self { watches: [Watch::default(), Watch::default()], oldest: i64::MAX }
    }
}

/// Where a position watches.
#[derive(Clone, Copy, Debug)]
struct Post {
    lane: u32,
    side: Side,
    index: u32,
}

/// All live positions by the prices that can touch them.
#[derive(Clone, Debug, Default)]
pub struct Watchlist {
    lanes: Vec<Lane>,
    posts: Vec<Option<Post>>,
    quotes: bool,
}

impl Watchlist {
    /// Watch bars, or quotes.
    #[must_use]
    pub fn new(quotes: bool) -> Self {
        Self { quotes, ..Self::default() }
    }

    /// Take note of what a position watches now.
    pub fn note(&mut self, slot: Slot, lane: u32, position: &Position) {
        let wanted = watched(position, self.quotes);
        match (self.post(slot), wanted) {
            (Some(post), Some((side, levels))) if post.side == side => {
                self.lanes[post.lane as usize].watches[side as usize].set(post.index as usize, levels);
            }
            (post, wanted) => {
                if let Some(post) = post {
                    self.leave(slot, post);
                }
                if let Some((side, levels)) = wanted {
                    self.enter(slot, lane, side, levels);
                }
            }
        }
        if position.status == Status::Open && wanted.is_some() {
            let oldest = &mut self.lanes[lane as usize].oldest;
            *oldest = position.entry_time.min(*oldest);
        }
    }

    fn post(&self, slot: Slot) -> Option<Post> {
        self.posts.get(slot as usize).copied().flatten()
    }

    fn enter(&mut self, slot: Slot, lane: u32, side: Side, levels: Levels) {
        if self.lanes.len() <= lane as usize {
            self.lanes.resize_with(lane as usize + 1, Lane::default);
        }
        if self.posts.len() <= slot as usize {
            self.posts.resize(slot as usize + 1, None);
        }
        let index = self.lanes[lane as usize].watches[side as usize].push(slot, levels);
        self.posts[slot as usize] = Some(Post { lane, side, index: u32::try_from(index).unwrap_or(u32::MAX) });
    }

    fn leave(&mut self, slot: Slot, post: Post) {
        self.posts[slot as usize] = None;
        if let Some(moved) = self.lanes[post.lane as usize].watches[post.side as usize].remove(post.index as usize) {
            self.posts[moved as usize] = Some(post);
        }
    }

    /// Whether nobody in a lane can do anything in this market.
    #[must_use]
    #[inline]
    pub fn sleeps(&self, lane: u32, market: &Market, buffer: f64) -> bool {
        let Some(lane) = self.lanes.get(lane as usize) else { return true };
        let [bid, ask] = &lane.watches;
        bid.all.sleeps(market.bid.low, market.bid.high, buffer) && ask.all.sleeps(market.ask.low, market.ask.high, buffer)
    }

    /// Make the bounds of a lane as narrow as they can be, where they would wake.
    pub fn narrow(&mut self, lane: u32, market: &Market, buffer: f64) {
        if let Some(lane) = self.lanes.get_mut(lane as usize) {
            let [bid, ask] = &mut lane.watches;
            bid.narrow(market.bid.low, market.bid.high, buffer);
            ask.narrow(market.ask.low, market.ask.high, buffer);
        }
    }

    /// Add everyone in a lane who may do something in this market, in no particular order.
    pub fn wake(&self, lane: u32, market: &Market, buffer: f64, woken: &mut Vec<Slot>) {
        if let Some(lane) = self.lanes.get(lane as usize) {
            let [bid, ask] = &lane.watches;
            bid.wake(market.bid.low, market.bid.high, buffer, woken);
            ask.wake(market.ask.low, market.ask.high, buffer, woken);
        }
    }

    /// Everyone in a lane, in no particular order.
    pub fn lane(&self, lane: u32) -> impl Iterator<Item = Slot> + '_ {
        let watches = self.lanes.get(lane as usize).into_iter().flat_map(|lane| &lane.watches);
        watches.flat_map(|watch| watch.slots.iter().copied())
    }

    /// A time before which nobody in a lane was opened.
    #[must_use]
    #[inline]
    pub fn oldest(&self, lane: u32) -> i64 {
        self.lanes.get(lane as usize).map_or(i64::MAX, |lane| lane.oldest)
    }

    /// Say when the oldest open position of a lane was opened.
    pub fn set_oldest(&mut self, lane: u32, time_us: i64) {
        if let Some(lane) = self.lanes.get_mut(lane as usize) {
            lane.oldest = time_us;
        }
    }
}

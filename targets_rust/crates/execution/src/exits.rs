//! When a position is left, at which level and why; the stop always comes before the target.

use crate::market::Market;
use crate::position::{Cause, Position};
use crate::signal::OrderType;

/// A level that was reached: the price to leave at, before slippage, and the reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The price before slippage.
    pub level: f64,
    /// The reason.
    pub cause: Cause,
}

/// What ends an open position in this bar or at this quote; the buffer, in units of the price, makes both levels of a bar easier to reach.
#[must_use]
pub fn hit(position: &Position, market: &Market, buffer: f64) -> Option<Hit> {
    if market.is_quote { quote_hit(position, market) } else { bar_hit(position, market, buffer) }
}

fn bar_hit(position: &Position, market: &Market, buffer: f64) -> Option<Hit> {
    let (bar, is_long) = (market.side(position.direction), position.is_long());
    let stop_reached = |stop: f64| if is_long { bar.low <= stop + buffer } else { bar.high >= stop - buffer };
    let target_reached = |target: f64| if is_long { bar.high >= target - buffer } else { bar.low <= target + buffer };
    if let Some(stop) = position.stop_loss.filter(|stop| stop_reached(*stop)) {
        return Some(Hit { level: stop, cause: stop_cause(position, market) });
    }
    let target = position.take_profit.filter(|target| target_reached(*target))?;
    // In the bar that filled a limit order nobody knows which came first, unless it closes beyond the target.
    let closes_beyond = if is_long { bar.close > target } else { bar.close < target };
    let doubtful = is_trigger_bar(position, market) && position.order_type == OrderType::Limit && !closes_beyond;
    (!doubtful).then_some(Hit { level: target, cause: Cause::TakeProfit })
}

/// A level of 0 is none.
fn quote_hit(position: &Position, market: &Market) -> Option<Hit> {
    let (price, is_long) = (market.side(position.direction).close, position.is_long());
    let given = |level: Option<f64>| level.filter(|level| *level != 0.0);
    if let Some(stop) = given(position.stop_loss).filter(|stop| if is_long { price <= *stop } else { price >= *stop }) {
        let cause = if position.stop_by_trailing { Cause::TrailingStop } else { Cause::StopLoss };
        return Some(Hit { level: stop, cause });
    }
    let target = given(position.take_profit).filter(|target| if is_long { price >= *target } else { price <= *target })?;
    Some(Hit { level: target, cause: Cause::TakeProfit })
}

/// The label of a stop: moved stops are break-even stops, wherever they were moved to, but not in the trigger bar.
#[allow(clippy::float_cmp)] // a stop that was moved by the least amount was moved
fn stop_cause(position: &Position, market: &Market) -> Cause {
    if is_trigger_bar(position, market) {
        Cause::StopLoss
    } else if position.stop_by_trailing {
        Cause::TrailingStop
    } else if position.stop_loss == position.initial_stop_loss {
        Cause::StopLoss
    } else {
        Cause::BreakEvenStopLoss
    }
}

fn is_trigger_bar(position: &Position, market: &Market) -> bool {
    position.trigger_time == Some(market.time_us)
}

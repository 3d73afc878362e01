//! When a pending order is filled.

use crate::market::Market;
use crate::position::Position;
use crate::signal::OrderType;

/// Whether a bar or quote reaches the price of a pending order; without an ask no long is ever filled.
#[must_use]
pub fn triggers(position: &Position, market: &Market) -> bool {
    let (entry, is_limit) = (position.entry_price, position.order_type == OrderType::Limit);
    match (position.is_long(), is_limit) {
        (true, _) if !market.has_ask => false,
        (true, true) => market.ask.low <= entry,
        (true, false) => market.ask.high >= entry,
        (false, true) => market.bid.high >= entry,
        (false, false) => market.bid.low <= entry,
    }
}

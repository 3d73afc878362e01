//! Changes that come from outside, from a strategy's position manager or by hand, checked before they are made.

use crate::error::{Code, ExecutionError, Result};
use crate::portfolio::Ledger;
use crate::position::{Cause, Position, Reason, Status};
use crate::signal::check_finite;
use crate::simulator::Simulator;

/// A row of the update table; `None` leaves a thing as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct UpdateRow<'a> {
    /// The position that is meant.
    pub position_id: Option<&'a str>,
    /// The new stop.
    pub stop_loss: Option<f64>,
    /// The new target.
    pub take_profit: Option<f64>,
    /// `closed`, or what the position is anyway.
    pub status: Option<&'a str>,
    /// At which price it is closed.
    pub exit_price: Option<f64>,
    /// When it is closed.
    pub exit_time: Option<i64>,
    /// Why it is closed.
    pub reason: Option<&'a str>,
}

impl Simulator {
    /// Apply one update wholly or, on a fault, not at all.
    ///
    /// # Errors
    /// `Null` (1002), `OutOfBounds` (1003) for the position; `Infinite` (2005) for a level; `InvalidArgument` (1001) for a status;
    /// `MissingField` (1008), `Constraint` (1006), `Infinite` (2005) for a closing.
    pub fn apply_update(&mut self, row: &UpdateRow<'_>) -> Result<()> {
        let id = row.position_id.ok_or_else(|| ExecutionError::new(Code::Null, "position_id is null"))?;
        let slot = self.live(id).ok_or_else(|| ExecutionError::new(Code::OutOfBounds, "there is no live position with this id"))?;
        check_finite(&[row.stop_loss, row.take_profit])?;
        let closing = closing_time(row, self.positions.get(slot))?;
        let (desk, position) = self.desk_with(slot);
        position.set_levels(row.stop_loss, row.take_profit);
        if let Some(time_us) = closing {
            position.close(time_us, row.exit_price, row.reason.map_or(Reason::Known(Cause::Manual), Reason::of));
            desk.ledger.exit(slot, position);
        }
        self.refresh(slot);
        Ok(())
    }
}

/// The time at which to close a position, `None` if it stays.
fn closing_time(row: &UpdateRow<'_>, position: &Position) -> Result<Option<i64>> {
    if row.status.is_none_or(|status| status == position.status.word()) {
        return Ok(None);
    }
    if row.status != Some(Status::Closed.word()) {
        return Err(ExecutionError::new(Code::InvalidArgument, "a position cannot be given that status"));
    }
    let time_us = row.exit_time.ok_or_else(|| ExecutionError::new(Code::MissingField, "closing a position needs a time"))?;
    if time_us < position.entry_time {
        return Err(ExecutionError::new(Code::Constraint, "a position cannot be closed before it was entered"));
    }
    check_finite(&[row.exit_price])?;
    if row.exit_price.is_none() && position.status == Status::Open {
        return Err(ExecutionError::new(Code::MissingField, "closing an open position needs a price"));
    }
    Ok(Some(time_us))
}

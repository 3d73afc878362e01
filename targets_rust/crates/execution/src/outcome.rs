//! What became of a signal.

use crate::error::ExecutionError;
use crate::position::Position;
use crate::symbols::SymbolId;
use crate::words::words;

words! {
    /// What became of a signal, in a word.
    Fate {
        /// A position was opened.
        Opened = "opened",
        /// An order waits for its price.
        Pending = "pending",
        /// Nothing was to be done.
        Ignored = "ignored",
        /// Open positions were closed.
        Closed = "closed",
        /// Waiting orders were called back.
        Expired = "expired",
        /// Positions were changed.
        Modified = "modified",
        /// The signal was refused, or failed on its way.
        Rejected = "rejected",
    }
}

/// What became of a signal; error 0 is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// In a word.
    pub fate: Fate,
    /// Symbol and number of the position that is told about.
    pub position: Option<(SymbolId, u64)>,
    /// The number of the fault.
    pub error_code: u16,
    /// Entry or exit price after slippage, or order price.
    pub price: Option<f64>,
    /// Its size in lots.
    pub size: Option<f64>,
}

impl Outcome {
    /// Nothing was to be done.
    pub const IGNORED: Self = Self { fate: Fate::Ignored, position: None, error_code: 0, price: None, size: None };

    /// Tell about a position.
    #[must_use]
    pub fn of(fate: Fate, position: &Position) -> Self {
        Self { fate, position: Some((position.symbol, position.number)), ..Self::IGNORED }
    }

    /// Tell about a position with its price and size.
    #[must_use]
    pub fn priced(fate: Fate, position: &Position, price: f64) -> Self {
        Self { price: Some(price), size: Some(position.size), ..Self::of(fate, position) }
    }

    /// Tell about a fault, and about the position that it left behind, if there is one.
    #[must_use]
    pub fn rejected(error: &ExecutionError, position: Option<&Position>) -> Self {
        let about = position.map_or(Self::IGNORED, |position| Self::of(Fate::Rejected, position));
        Self { fate: Fate::Rejected, error_code: error.code as u16, ..about }
    }
}

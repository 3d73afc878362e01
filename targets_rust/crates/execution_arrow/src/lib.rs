//! The tables of the execution simulator: Arrow data checked and read, results and states written as Arrow.
//!
//! Start reading at [`answers`], which is everything that a caller from another language needs.

#![forbid(unsafe_code)]

pub mod answers;
mod columns;
mod course;
mod frame;
mod layout;
mod results;
mod schema;
mod signals;
mod state;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_stream::{Pieces, Table};
use execution::error::{Code, ExecutionError, Result};

pub use results::{curve_table, exit_table, fee_table, outcome_table, position_table, summary_table, trade_curve_table, trade_table};
pub use state::{load, save};

/// Read the bytes of an Arrow stream.
///
/// # Errors
/// `Deserialise` (3004) for bytes that are none.
pub fn decode(stream: &Buffer) -> Result<Table> {
    arrow_stream::decode(stream).map_err(|corrupt| ExecutionError::new(Code::Deserialise, corrupt.to_string()))
}

/// Write a table as the bytes of an Arrow stream.
///
/// # Errors
/// `Schema` (1005) if Arrow cannot write it.
pub fn encode(batch: &RecordBatch) -> Result<Pieces> {
    arrow_stream::encode(batch).map_err(|error| columns::refuse(&error))
}

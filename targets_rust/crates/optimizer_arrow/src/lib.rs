//! The table of a parameter search: trials written as Arrow, and several records of them made one.
//!
//! Start reading at [`aggregate`]. Whatever the bytes hold, the answer is a table or an error, never a panic.

#![forbid(unsafe_code)]

mod aggregate;
mod frame;
mod schema;
mod write;

use arrow_array::RecordBatch;
use arrow_stream::Pieces;
use optimizer::error::{Code, OptimizerError, Result};

pub use aggregate::aggregate;
pub use schema::SCHEMA;
pub use write::trials_table;

/// Write a table as a stream of one batch.
///
/// # Errors
/// `SchemaMismatch` (5004) if Arrow cannot write it.
pub fn encode(batch: &RecordBatch) -> Result<Pieces> {
    arrow_stream::encode(batch).map_err(|error| OptimizerError::new(Code::SchemaMismatch, error.to_string()))
}

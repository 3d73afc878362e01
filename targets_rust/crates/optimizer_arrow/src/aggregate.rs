//! Records of trials from several places become one table.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_stream::Table;
use optimizer::error::{Code, OptimizerError, Result};
use optimizer::merge::merge;
use optimizer::trial::Trial;

use crate::frame::{Frame, Place};
use crate::schema::check;
use crate::write::{places_table, trials_table};

/// Merge the trials of several streams, sorted by number; no streams give a table without rows.
///
/// # Errors
/// For the first stream with a fault `Deserialise` (3004), `SchemaMismatch` (5004) or what its first faulty row has (1002, 1003, 1006);
/// then `Constraint` (1006) for two trials of one number that differ in more than their duration.
pub fn aggregate(streams: &[Buffer]) -> Result<RecordBatch> {
    let tables = streams.iter().map(read).collect::<Result<Vec<_>>>()?;
    let in_order = tables.iter().all(|(_, in_order)| *in_order);
    let batches = tables.iter().flat_map(|(table, _)| &table.batches);
    let frames = batches.map(|batch| Frame::new(batch)).collect::<Result<Vec<_>>>()?;
    let places = frames.iter().flat_map(Frame::rows);
    if in_order {
        return places_table(&merge(places.collect())?, frames.iter().map(Frame::sizes).sum());
    }
    trials_table(merge(places.map(Place::to_trial).collect::<Vec<Trial>>())?.iter())
}

/// Decode and check a stream, and tell whether the names in every row are in order.
fn read(stream: &Buffer) -> Result<(Table, bool)> {
    let table = arrow_stream::decode(stream).map_err(|error| OptimizerError::new(Code::Deserialise, error.to_string()))?;
    check(&table.schema)?;
    let mut in_order = true;
    for batch in &table.batches {
        in_order &= Frame::new(batch)?.check()?;
    }
    Ok((table, in_order))
}

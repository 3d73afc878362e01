//! From the bytes of an Arrow IPC stream to its batches, without copying what is aligned.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::read_record_batch;
use arrow_ipc::{Endianness, Message, MessageHeader, MetadataVersion};
use arrow_schema::SchemaRef;
use rating::error::{Code, Result};
use rating::guard::guarded;

use crate::announced::announced_schema;
use crate::frames::{corrupt, read_messages};
use crate::table::Table;

/// Arrow promises that every buffer of a message begins at a multiple of this.
const ALIGNMENT_BYTES: i64 = 8;
const WORD_BYTES: i64 = 4;

/// Read all batches of a stream. Every length and offset is checked, and nothing is reserved that the bytes do not hold; batches are
/// only looked into when their schema is ours, so that nothing of a foreign type is ever interpreted.
///
/// # Errors
/// `Deserialise` (3004) for bytes that are no valid stream, and for compressed bodies, whose announced sizes cannot be checked;
/// then `Schema` (1005) for other columns than declared.
pub fn decode(stream: &Buffer) -> Result<Table> {
    guarded(Code::Deserialise, || {
        let mut reading = Reading::default();
        read_messages(stream, |message, body| reading.visit(message, &body))?;
        reading.finish()
    })
}

/// What was read of a stream so far.
#[derive(Default)]
struct Reading {
    schema: Option<Result<SchemaRef>>,
    batches: Vec<RecordBatch>,
}

impl Reading {
    fn visit(&mut self, message: Message<'_>, body: &Buffer) -> Result<()> {
        if !matches!(message.version(), MetadataVersion::V4 | MetadataVersion::V5) {
            return Err(corrupt(format!("metadata of version {:?}", message.version())));
        }
        match (message.header_type(), &self.schema) {
            (MessageHeader::Schema, None) => self.read_schema(message),
            (MessageHeader::RecordBatch, Some(Ok(schema))) => {
                let batch = read_batch(message, body, Arc::clone(schema))?;
                self.batches.push(batch);
                Ok(())
            }
            (MessageHeader::RecordBatch | MessageHeader::DictionaryBatch, Some(_)) => Ok(()),
            (other, _) => Err(corrupt(format!("a message of type {other:?} where none may be"))),
        }
    }

    fn read_schema(&mut self, message: Message<'_>) -> Result<()> {
        let schema = message.header_as_schema().ok_or_else(|| corrupt("a schema without content"))?;
        if schema.endianness() != Endianness::Little {
            return Err(corrupt("numbers in big-endian order"));
        }
        self.schema = Some(announced_schema(schema));
        Ok(())
    }

    fn finish(self) -> Result<Table> {
        let schema = self.schema.ok_or_else(|| corrupt("no schema at its beginning"))??;
        Ok(Table::from_batches(&schema, &self.batches))
    }
}

fn read_batch(message: Message<'_>, body: &Buffer, schema: SchemaRef) -> Result<RecordBatch> {
    let batch = message.header_as_record_batch().ok_or_else(|| corrupt("a batch without content"))?;
    check(batch, body)?;
    read_record_batch(body, batch, schema, &HashMap::new(), None, &message.version()).map_err(corrupt)
}

/// Refuse a batch whose buffers lie outside its body, before anything is read through them.
fn check(batch: arrow_ipc::RecordBatch<'_>, body: &Buffer) -> Result<()> {
    if batch.compression().is_some() {
        return Err(corrupt("compressed bodies are not supported"));
    }
    let size = i64::try_from(body.len()).map_err(corrupt)?;
    let inside = |offset: i64, length: i64| offset >= 0 && length >= 0 && offset.checked_add(length).is_some_and(|end| end <= size);
    let mut buffers = batch.buffers().into_iter().flatten();
    if !buffers.all(|buffer| inside(buffer.offset(), buffer.length()) && buffer.offset() % ALIGNMENT_BYTES == 0) {
        return Err(corrupt("a buffer lies outside its message or at an odd place"));
    }
    // Every column of ours, and every list's element, has one node and two buffers: what is null, and words of four or eight bytes.
    let buffers: Vec<i64> = batch.buffers().into_iter().flatten().map(arrow_ipc::Buffer::length).collect();
    let mut nodes = batch.nodes().into_iter().flatten().zip(buffers.chunks_exact(2));
    let fits = |rows: i64, nulls: i64, validity: i64| rows >= 0 && nulls >= 0 && (nulls == 0 || validity.saturating_mul(8) >= rows);
    if !nodes.all(|(node, pair)| fits(node.length(), node.null_count(), pair[0]) && pair[1] % WORD_BYTES == 0) {
        return Err(corrupt("the number of rows does not fit the bytes"));
    }
    Ok(())
}

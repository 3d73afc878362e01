//! From the bytes of an Arrow IPC stream to its batches, without copying what is aligned.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{Endianness, Message, MessageHeader};
use arrow_schema::SchemaRef;
use rating::error::{Code, Result};
use rating::guard::guarded;

use crate::frames::{corrupt, read_messages};
use crate::schema::nullable;
use crate::table::Table;

/// Read all batches of a stream. Every length, offset and type is checked; nothing is reserved that the bytes do not hold.
///
/// # Errors
/// `Deserialise` (3004) for bytes that are no valid stream, and for compressed bodies, whose announced sizes cannot be checked.
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
    schema: Option<SchemaRef>,
    dictionaries: HashMap<i64, ArrayRef>,
    batches: Vec<RecordBatch>,
}

impl Reading {
    fn visit(&mut self, message: Message<'_>, body: &Buffer) -> Result<()> {
        match message.header_type() {
            MessageHeader::Schema => self.read_schema(message),
            MessageHeader::RecordBatch => self.read_batch(message, body),
            MessageHeader::DictionaryBatch => self.read_dictionary(message, body),
            other => Err(corrupt(format!("a message of type {other:?}"))),
        }
    }

    fn read_schema(&mut self, message: Message<'_>) -> Result<()> {
        let schema = message.header_as_schema().ok_or_else(|| corrupt("a schema without content"))?;
        if self.schema.is_some() {
            return Err(corrupt("a second schema"));
        }
        if schema.endianness() != Endianness::Little {
            return Err(corrupt("numbers in big-endian order"));
        }
        self.schema = Some(Arc::new(nullable(fb_to_schema(schema).fields())));
        Ok(())
    }

    fn read_batch(&mut self, message: Message<'_>, body: &Buffer) -> Result<()> {
        let batch = message.header_as_record_batch().ok_or_else(|| corrupt("a batch without content"))?;
        check(batch, body)?;
        let batch = read_record_batch(body, batch, self.schema()?, &self.dictionaries, None, &message.version());
        self.batches.push(batch.map_err(corrupt)?);
        Ok(())
    }

    fn read_dictionary(&mut self, message: Message<'_>, body: &Buffer) -> Result<()> {
        let dictionary = message.header_as_dictionary_batch().ok_or_else(|| corrupt("a dictionary without content"))?;
        check(dictionary.data().ok_or_else(|| corrupt("a dictionary without values"))?, body)?;
        let schema = self.schema()?;
        read_dictionary(body, dictionary, &schema, &mut self.dictionaries, &message.version()).map_err(corrupt)
    }

    fn schema(&self) -> Result<SchemaRef> {
        self.schema.clone().ok_or_else(|| corrupt("no schema at its beginning"))
    }

    fn finish(self) -> Result<Table> {
        Ok(Table::from_batches(&*self.schema()?, &self.batches))
    }
}

/// Refuse a batch whose buffers lie outside its body, before anything is read through them.
fn check(batch: arrow_ipc::RecordBatch<'_>, body: &Buffer) -> Result<()> {
    if batch.compression().is_some() {
        return Err(corrupt("compressed bodies are not supported"));
    }
    let size = i64::try_from(body.len()).map_err(corrupt)?;
    let end = |offset: i64, length: i64| (offset >= 0 && length >= 0).then(|| offset.checked_add(length))?;
    let mut buffers = batch.buffers().into_iter().flatten();
    if buffers.any(|buffer| end(buffer.offset(), buffer.length()).is_none_or(|end| end > size)) {
        return Err(corrupt("a buffer lies outside its message"));
    }
    let counts = batch.nodes().into_iter().flatten().flat_map(|node| [node.length(), node.null_count()]);
    if counts.chain([batch.length()]).any(|count| count < 0) {
        return Err(corrupt("a negative number of rows"));
    }
    Ok(())
}

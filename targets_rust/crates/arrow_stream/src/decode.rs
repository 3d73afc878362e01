//! From the bytes of an Arrow IPC stream to its batches, without copying what is aligned.

use std::collections::HashMap;
use std::panic::catch_unwind;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{Endianness, Message, MessageHeader};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};

use crate::frames::{Corrupt, read_messages};
use crate::table::Table;

/// Read all batches of a stream. Every length, offset and type is checked; nothing is reserved that the bytes do not hold.
///
/// # Errors
/// For bytes that are no valid stream, and for compressed bodies, whose announced sizes cannot be checked.
pub fn decode(stream: &Buffer) -> Result<Table, Corrupt> {
    // Arrow's own reader answers some malformed bytes with a panic.
    catch_unwind(|| read(stream)).unwrap_or_else(|_| Err(Corrupt::new("its parts contradict each other")))
}

fn read(stream: &Buffer) -> Result<Table, Corrupt> {
    let mut reading = Reading::default();
    read_messages(stream, |message, body| reading.visit(message, &body))?;
    reading.finish()
}

/// What was read of a stream so far.
#[derive(Default)]
struct Reading {
    schema: Option<SchemaRef>,
    dictionaries: HashMap<i64, ArrayRef>,
    batches: Vec<RecordBatch>,
}

impl Reading {
    fn visit(&mut self, message: Message<'_>, body: &Buffer) -> Result<(), Corrupt> {
        match message.header_type() {
            MessageHeader::Schema => self.read_schema(message),
            MessageHeader::RecordBatch => self.read_batch(message, body),
            MessageHeader::DictionaryBatch => self.read_dictionary(message, body),
            other => Err(Corrupt::new(format!("a message of type {other:?}"))),
        }
    }

    fn read_schema(&mut self, message: Message<'_>) -> Result<(), Corrupt> {
        let schema = message.header_as_schema().ok_or_else(|| Corrupt::new("a schema without content"))?;
        if self.schema.is_some() {
            return Err(Corrupt::new("a second schema"));
        }
        if schema.endianness() != Endianness::Little {
            return Err(Corrupt::new("numbers in big-endian order"));
        }
        let schema = fb_to_schema(schema);
        self.schema = Some(Arc::new(Schema::new_with_metadata(nullable(schema.fields()), schema.metadata)));
        Ok(())
    }

    fn read_batch(&mut self, message: Message<'_>, body: &Buffer) -> Result<(), Corrupt> {
        let batch = message.header_as_record_batch().ok_or_else(|| Corrupt::new("a batch without content"))?;
        check(batch, body)?;
        let batch = read_record_batch(body, batch, self.schema()?, &self.dictionaries, None, &message.version());
        self.batches.push(batch.map_err(Corrupt::new)?);
        Ok(())
    }

    fn read_dictionary(&mut self, message: Message<'_>, body: &Buffer) -> Result<(), Corrupt> {
        let dictionary = message.header_as_dictionary_batch().ok_or_else(|| Corrupt::new("a dictionary without content"))?;
        check(dictionary.data().ok_or_else(|| Corrupt::new("a dictionary without values"))?, body)?;
        let schema = self.schema()?;
        read_dictionary(body, dictionary, &schema, &mut self.dictionaries, &message.version()).map_err(Corrupt::new)
    }

    fn schema(&self) -> Result<SchemaRef, Corrupt> {
        self.schema.clone().ok_or_else(|| Corrupt::new("no schema at its beginning"))
    }

    fn finish(self) -> Result<Table, Corrupt> {
        Ok(Table::from_batches(Schema::clone(&*self.schema()?), &self.batches))
    }
}

/// Refuse a batch whose buffers lie outside its body, before anything is read through them.
fn check(batch: arrow_ipc::RecordBatch<'_>, body: &Buffer) -> Result<(), Corrupt> {
    if batch.compression().is_some() {
        return Err(Corrupt::new("compressed bodies are not supported"));
    }
    let size = i64::try_from(body.len()).map_err(Corrupt::new)?;
    let end = |offset: i64, length: i64| (offset >= 0 && length >= 0).then(|| offset.checked_add(length))?;
    let mut buffers = batch.buffers().into_iter().flatten();
    if buffers.any(|buffer| end(buffer.offset(), buffer.length()).is_none_or(|end| end > size)) {
        return Err(Corrupt::new("a buffer lies outside its message"));
    }
    let counts = batch.nodes().into_iter().flatten().flat_map(|node| [node.length(), node.null_count()]);
    if counts.chain([batch.length()]).any(|count| count < 0) {
        return Err(Corrupt::new("a negative number of rows"));
    }
    Ok(())
}

/// The same columns with every null allowed: whether there is one is checked later, whatever the writer promised.
fn nullable(fields: &Fields) -> Fields {
    fields.iter().map(|field| nullable_field(field)).collect()
}

fn nullable_field(field: &Field) -> Field {
    let data_type = match field.data_type() {
        DataType::List(element) => DataType::List(Arc::new(nullable_field(element))),
        DataType::Map(entries, sorted) => DataType::Map(Arc::new(with_nullable_values(entries)), *sorted),
        other => other.clone(),
    };
    field.clone().with_data_type(data_type).with_nullable(true)
}

/// The entries of a map and their keys are never null, or Arrow makes no map of them.
fn with_nullable_values(entries: &Field) -> Field {
    match entries.data_type() {
        DataType::Struct(pair) => {
            let pair = pair.iter().enumerate().map(|(place, field)| if place == 1 { nullable_field(field) } else { Field::clone(field) });
            entries.clone().with_data_type(DataType::Struct(pair.collect()))
        }
        _ => entries.clone(),
    }
}

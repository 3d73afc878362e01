//! From plain values to the columns of the tables that go out.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, SchemaRef};
use execution::error::{Code, ExecutionError, Result};

/// A table of these columns.
///
/// # Errors
/// `Schema` (1005) if Arrow refuses the columns.
pub fn table(schema: &SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| refuse(&error))
}

/// Refuse to write a table.
pub fn refuse(error: &ArrowError) -> ExecutionError {
    ExecutionError::new(Code::Schema, error.to_string())
}

pub fn numbers(values: impl Into<Vec<f64>>) -> ArrayRef {
    Arc::new(Float64Array::from(values.into()))
}

pub fn some_numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

pub fn integers(values: impl Into<Vec<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from(values.into()))
}

pub fn some_integers(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

pub fn codes(values: impl Iterator<Item = u16>) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(values.map(i32::from)))
}

pub fn times(values: impl Into<Vec<i64>>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(values.into()).with_timezone("UTC"))
}

pub fn some_times(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

pub fn flags(values: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(BooleanArray::from(values.collect::<Vec<_>>()))
}

pub fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub fn some_texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// Ids such as EURUSD#7 from symbols and numbers.
pub fn ids<'a>(values: impl Iterator<Item = Option<(&'a str, u64)>>) -> ArrayRef {
    let rows = values.size_hint().0;
    let mut builder = StringBuilder::with_capacity(rows, rows * 12);
    for value in values {
        match value {
            Some((symbol, number)) => {
                // Writing to a builder cannot fail.
                let _ = write!(builder, "{symbol}#{number}");
                builder.append_value("");
            }
            None => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

/// Words under small numbers, in order of first appearance.
pub fn words<'a>(values: impl Iterator<Item = &'a str>) -> Result<ArrayRef> {
    let mut places: HashMap<&str, i32> = HashMap::new();
    let mut known: Vec<&str> = Vec::new();
    let mut last: Option<(&str, i32)> = None;
    let mut place = |word: &'a str| match last {
        // Words come in runs, and comparing one is cheaper than hashing it.
        Some((same, place)) if same == word => place,
        _ => {
            let place = *places.entry(word).or_insert_with(|| {
                known.push(word);
                i32::try_from(known.len() - 1).unwrap_or(i32::MAX)
            });
            last.insert((word, place)).1
        }
    };
    let keys = Int32Array::from_iter_values(values.map(&mut place));
    let array = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(StringArray::from(known)));
    Ok(Arc::new(array.map_err(|error| refuse(&error))?))
}

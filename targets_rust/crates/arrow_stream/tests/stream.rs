//! Any bytes give a table or an error, and a batch that is written is read back as it was.
#![allow(clippy::expect_used)] // a test that cannot be set up fails

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch, StringArray, StructArray};
use arrow_buffer::Buffer;
use arrow_stream::{Table, decode, encode};
use proptest::prelude::*;

fn batch() -> RecordBatch {
    let columns: [(&str, ArrayRef); 3] = [
        ("number", Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)]))),
        ("text", Arc::new(StringArray::from(vec![Some("ä"), None, Some("")]))),
        ("word", Arc::new(vec!["a", "b", "a"].into_iter().collect::<DictionaryArray<Int32Type>>())),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

fn stream(batch: &RecordBatch) -> Vec<u8> {
    encode(batch).expect("bytes").to_vec()
}

fn rows(table: &Table) -> Vec<String> {
    table.batches.iter().map(|columns| format!("{columns:?}")).collect()
}

#[test]
fn a_batch_is_read_as_it_was_written() {
    let table = decode(&Buffer::from(stream(&batch()))).expect("a table");
    assert_eq!(rows(&table), [format!("{:?}", batch().columns())]);
    assert_eq!(table.schema.field(1).name(), "text");
}

#[test]
fn the_pieces_are_as_long_as_they_say() {
    let pieces = encode(&batch()).expect("pieces");
    let mut target = vec![1; pieces.len()];
    pieces.copy_to(&mut target);
    assert_eq!(target, pieces.to_vec());
    assert!(!pieces.is_empty());
}

#[test]
fn structs_are_batches_and_other_arrays_are_no_table() {
    let rows = StructArray::from(batch());
    let data_type = arrow_array::Array::data_type(&rows).clone();
    let table = Table::from_structs(&data_type, &[Arc::new(rows)]).expect("a table");
    assert_eq!((table.batches.len(), table.batches[0].len()), (1, 3));
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    assert!(Table::from_structs(numbers.data_type(), std::slice::from_ref(&numbers)).is_err());
}

#[test]
fn a_stream_that_ends_too_early_is_refused() {
    let bytes = stream(&batch());
    for length in (1..bytes.len() - 8).step_by(5) {
        // Between two messages a stream may end.
        if let Ok(table) = decode(&Buffer::from(&bytes[..length])) {
            assert!(table.batches.is_empty(), "{length}");
        }
    }
    assert!(decode(&Buffer::from(&[0_u8; 0])).is_err());
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(&Buffer::from(bytes));
    }

    #[test]
    fn a_flipped_bit_gives_an_answer(place in any::<proptest::sample::Index>(), bit in 0_u8..8) {
        let mut bytes = stream(&batch());
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let _ = decode(&Buffer::from(bytes));
    }
}

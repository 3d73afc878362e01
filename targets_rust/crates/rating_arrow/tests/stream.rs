//! Any bytes give a table or an error, and a table that is written is read back as it was.

#![allow(clippy::expect_used)] // a test that cannot be set up fails

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, ListBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, NullArray, RecordBatch, StringArray, StructArray,
};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, Field, Schema};
use proptest::collection::vec;
use proptest::prelude::*;
use rating::aggregator::RatingScore;
use rating::error::{Code, RatingError};
use rating_arrow::{Table, cost_shock_batch, decode, encode, rating_batch};

fn lists(cells: &[Option<&[Option<f64>]>]) -> ArrayRef {
    let mut builder = ListBuilder::new(Float64Builder::new());
    for cell in cells {
        cell.unwrap_or_default().iter().for_each(|value| builder.values().append_option(*value));
        builder.append(cell.is_some());
    }
    Arc::new(builder.finish())
}

fn columns() -> Vec<(&'static str, ArrayRef)> {
    let floats = |x: f64| Arc::new(Float64Array::from(vec![x, -x, f64::NAN])) as ArrayRef;
    vec![
        ("total_trades", Arc::new(Int64Array::from(vec![1, i64::MIN, i64::MAX]))),
        ("win_rate", floats(0.5)),
        ("profit_factor", floats(1.5)),
        ("sharpe_ratio", floats(1.0)),
        ("max_drawdown", floats(100.0)),
        ("avg_trade_duration", floats(3.0)),
        ("cost_per_trade", floats(0.1)),
        ("yearly_profits", lists(&[Some(&[Some(1.0), Some(2.0)]), Some(&[]), Some(&[Some(3.0)])])),
        ("avg_r", Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::INFINITY)]))),
        ("first_year", Arc::new(Int32Array::from(vec![None, Some(2020), Some(i32::MAX)]))),
        ("trade_results", lists(&[None, Some(&[Some(-0.0), Some(5.0)]), Some(&[])])),
        ("trade_r", lists(&[None, Some(&[Some(1.0), Some(f64::NAN)]), None])),
    ]
}

fn with(name: &'static str, column: &ArrayRef) -> RecordBatch {
    batch(columns().into_iter().map(|(known, old)| if known == name { (known, column.clone()) } else { (known, old) }))
}

fn batch(columns: impl IntoIterator<Item = (&'static str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).expect("a batch")
}

fn stream(batch: &RecordBatch) -> Buffer {
    Buffer::from(encode(batch).expect("bytes"))
}

fn rows(batch: &RecordBatch) -> Result<Vec<String>, RatingError> {
    let table = Table::from_batches(batch.schema_ref(), std::slice::from_ref(batch));
    let columns = table.columns()?;
    Ok(columns.iter().flat_map(|batch| (0..batch.len()).map(|i| format!("{:?}", batch.row(i)))).collect())
}

fn refusal(batch: &RecordBatch) -> Option<Code> {
    rows(batch).err().map(|error| error.code)
}

#[test]
fn a_stream_is_read_as_it_was_written() {
    let written = batch(columns());
    let read = decode(&stream(&written)).expect("a table");
    let again = read.metrics().expect("a batch");
    assert_eq!(rows(&again), rows(&written));
    assert_eq!(again.num_columns(), 14);
    assert_eq!(again.column_by_name("net_profit").map(Array::null_count), Some(3));
}

#[test]
fn a_sliced_batch_is_read_from_its_first_visible_row_on() {
    let whole = rows(&batch(columns())).expect("rows");
    let sliced = rows(&batch(columns()).slice(1, 2)).expect("rows");
    assert!(whole[1..] == sliced);
}

#[test]
fn the_order_of_the_columns_is_free() {
    let reversed = batch(columns().into_iter().rev());
    assert_eq!(rows(&reversed), rows(&batch(columns())));
}

#[test]
fn other_columns_than_declared_are_refused() {
    let unknown = batch(columns().into_iter().chain([("colour", columns()[1].1.clone())]));
    let twice = RecordBatch::try_new(
        Arc::new(Schema::new(vec![Field::new("win_rate", DataType::Float64, true); 2])),
        vec![columns()[1].1.clone(), columns()[1].1.clone()],
    );
    let missing = batch(columns().into_iter().filter(|(name, _)| *name != "win_rate"));
    let retyped = with("total_trades", &columns()[1].1.clone());
    for batch in [unknown, twice.expect("a batch"), missing, retyped] {
        assert_eq!(refusal(&batch), Some(Code::Schema));
    }
}

#[test]
fn streams_of_foreign_types_are_refused_for_their_schema_and_not_read() {
    let dictionary: DictionaryArray<Int32Type> = ["a", "b", "a"].into_iter().collect();
    let foreign: [ArrayRef; 3] = [Arc::new(dictionary), Arc::new(StringArray::from(vec!["x"; 3])), Arc::new(NullArray::new(3))];
    for column in foreign {
        let bytes = stream(&with("win_rate", &column));
        assert_eq!(decode(&bytes).map(|_| ()).map_err(|error| error.code), Err(Code::Schema));
        let cut = bytes.slice_with_length(0, bytes.len() - 20);
        assert_eq!(decode(&cut).map(|_| ()).map_err(|error| error.code), Err(Code::Deserialise));
    }
}

#[test]
fn nulls_are_refused_where_none_may_be_whatever_the_schema_promises() {
    let missing_number = with("win_rate", &(Arc::new(Float64Array::from(vec![Some(1.0), None, Some(2.0)])) as ArrayRef));
    let missing_list = with("yearly_profits", &lists(&[None, Some(&[]), Some(&[])]));
    let missing_element = with("trade_results", &lists(&[None, Some(&[None, Some(1.0)]), Some(&[])]));
    for batch in [missing_number, missing_list, missing_element] {
        assert_eq!(decode(&stream(&batch)).and_then(|table| table.columns().map(|_| ())).map_err(|error| error.code), Err(Code::Null));
    }
}

#[test]
fn nulls_that_no_row_shows_do_not_count() {
    let hidden = with("yearly_profits", &lists(&[Some(&[None]), Some(&[Some(1.0)]), Some(&[])])).slice(1, 2);
    assert_eq!(refusal(&hidden), None);
}

#[test]
fn a_struct_array_is_a_table_unless_a_row_of_it_is_null() {
    let rows = StructArray::from(batch(columns()));
    let missing = StructArray::new(rows.fields().clone(), rows.columns().to_vec(), Some(vec![true, false, true].into()));
    let read = |rows: StructArray| Table::from_structs(&rows.data_type().clone(), &[Arc::new(rows)]).and_then(|table| table.metrics());
    assert_eq!(read(rows.slice(1, 2)).map(|batch| batch.num_rows()), Ok(2));
    assert_eq!(read(missing).map_err(|error| error.code), Err(Code::Schema));
    let numbers = Table::from_structs(&DataType::Float64, &[columns()[1].1.clone()]);
    assert_eq!(numbers.map(|_| ()).map_err(|error| error.code), Err(Code::Schema));
}

#[test]
fn lists_of_different_lengths_are_refused() {
    let longer = with("trade_r", &lists(&[None, Some(&[Some(1.0)]), None]));
    let lonely = with("trade_r", &lists(&[Some(&[]), None, None]));
    for batch in [longer, lonely] {
        assert_eq!(refusal(&batch), Some(Code::SizeMismatch));
    }
}

#[test]
fn a_stream_cut_anywhere_is_refused_or_ends_between_two_messages() {
    let bytes = stream(&batch(columns()));
    let complete = (0..bytes.len()).filter(|cut| decode(&bytes.slice_with_length(0, *cut)).is_ok()).count();
    assert!((1..=3).contains(&complete), "{complete} cuts were accepted");
}

#[test]
fn what_follows_the_end_of_the_stream_is_not_looked_at() {
    let mut bytes = encode(&batch(columns())).expect("bytes");
    bytes.extend([1, 2, 3]);
    assert!(decode(&Buffer::from(bytes)).is_ok());
}

#[test]
fn results_keep_their_order() {
    let ratings = rating_batch(&[RatingScore { final_rating: 0.25, ..RatingScore::default() }; 2]).expect("a batch");
    assert_eq!((ratings.num_rows(), ratings.num_columns()), (2, 6));
    let shocks = cost_shock_batch(&[0.1, 0.2, 0.3, 0.4], &[1.0, 2.0]).expect("a batch");
    let expected: ArrayRef = Arc::new(Int64Array::from(vec![0, 0, 1, 1]));
    assert_eq!(&shocks.column(0).to_data(), &expected.to_data());
    assert_eq!(cost_shock_batch(&[], &[]).map(|batch| batch.num_rows()), Ok(0));
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(decode(&Buffer::from(bytes)).map(|_| ()).map_err(|error| error.code), Err(Code::Deserialise));
    }

    #[test]
    fn flipped_bytes_give_a_table_or_an_error(flips in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = encode(&batch(columns())).expect("bytes");
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let outcome = decode(&Buffer::from(bytes)).and_then(|table| table.columns().map(|columns| columns.len()));
        let known = [Code::Deserialise, Code::Schema, Code::Null, Code::SizeMismatch];
        prop_assert!(outcome.is_ok() || outcome.is_err_and(|error| known.contains(&error.code)));
    }
}

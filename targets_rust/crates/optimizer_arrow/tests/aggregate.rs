//! Records are merged whichever way they were written, and any bytes give an answer.
#![allow(clippy::unwrap_used)] // a test that cannot be set up fails

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, MapBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow_buffer::Buffer;
use arrow_schema::{Field, Schema};
use optimizer::error::Code;
use optimizer::trial::{State, Trial};
use optimizer_arrow::{SCHEMA, aggregate, encode, trials_table};
use proptest::prelude::*;

fn trial(id: i32) -> Trial {
    let state = [State::Complete, State::Pruned, State::Fail][usize::try_from(id % 3).unwrap()];
    let value = if state == State::Complete { f64::from(id) / 7.0 } else { f64::NAN };
    let params = vec![("höhe".to_owned(), f64::from(id)), ("y".to_owned(), -0.0)];
    let user_attrs = if id % 2 == 0 { Vec::new() } else { vec![("param:c".to_owned(), format!("choice {id}"))] };
    Trial { id, params, value, state, duration_seconds: f64::from(id % 5), user_attrs }
}

fn stream(trials: &[Trial]) -> Buffer {
    Buffer::from(encode(&trials_table(trials.iter()).unwrap()).unwrap().to_vec())
}

fn bytes(streams: &[Buffer]) -> Vec<u8> {
    encode(&aggregate(streams).unwrap()).unwrap().to_vec()
}

fn refusal(streams: &[Buffer]) -> Option<Code> {
    aggregate(streams).err().map(|error| error.code)
}

fn other(columns: Vec<(&str, ArrayRef)>, metadata: bool) -> Buffer {
    let fields: Vec<_> = columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let mut schema = Schema::new(fields);
    if metadata {
        schema.metadata.clone_from(SCHEMA.metadata());
    }
    let batch = RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, array)| array).collect()).unwrap();
    Buffer::from(encode(&batch).unwrap().to_vec())
}

/// One row as another writer may lay it out: names in any order, maps that are there and empty, parts with other names.
fn row(id: Option<i32>, params: Option<&[(&str, Option<f64>)]>, value: f64, state: &str, duration: f64) -> Vec<(&'static str, ArrayRef)> {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
    for (name, value) in params.into_iter().flatten() {
        maps.keys().append_value(name);
        maps.values().append_option(*value);
    }
    maps.append(params.is_some()).unwrap();
    let mut attrs = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    attrs.append(true).unwrap();
    vec![
        ("trial_id", Arc::new(Int32Array::from(vec![id]))),
        ("params", Arc::new(maps.finish())),
        ("value", Arc::new(Float64Array::from(vec![value]))),
        ("state", Arc::new(StringArray::from(vec![state]))),
        ("duration_seconds", Arc::new(Float64Array::from(vec![duration]))),
        ("user_attrs", Arc::new(attrs.finish())),
    ]
}

const PARAMS: [(&str, Option<f64>); 2] = [("y", Some(-0.0)), ("höhe", Some(6.0))];

fn given(id: i32, value: f64, state: &str, duration: f64) -> Buffer {
    other(row(Some(id), Some(&PARAMS), value, state, duration), true)
}

#[test]
fn no_streams_give_a_table_without_rows() {
    let table = aggregate(&[]).unwrap();
    assert_eq!((table.num_rows(), table.schema_ref()), (0, &*SCHEMA));
    assert_eq!(bytes(&[]), bytes(&[stream(&[]), stream(&[])]));
}

#[test]
fn the_layout_of_a_row_says_nothing() {
    let six = trial(6);
    assert_eq!(bytes(&[given(6, 6.0 / 7.0, "COMPLETE", 1.0)]), bytes(&[stream(std::slice::from_ref(&six))]));
    assert_eq!(bytes(&[stream(&[six]), given(6, 6.0 / 7.0, "COMPLETE", 7.0)]), bytes(&[given(6, 6.0 / 7.0, "COMPLETE", 1.0)]));
}

#[test]
fn a_contradiction_is_refused() {
    assert_eq!(refusal(&[stream(&[trial(6)]), given(6, 6.5 / 7.0, "COMPLETE", 1.0)]), Some(Code::Constraint));
    assert_eq!(refusal(&[stream(&[trial(6), trial(6)])]), None);
}

#[test]
fn every_fault_of_a_row_has_its_number() {
    let one = |columns| refusal(&[other(columns, true)]);
    let params = Some(&PARAMS[..]);
    assert_eq!(one(row(None, params, 1.0, "COMPLETE", 0.0)), Some(Code::Null));
    assert_eq!(one(row(Some(-1), params, 1.0, "COMPLETE", 0.0)), Some(Code::OutOfBounds));
    assert_eq!(one(row(Some(1), None, 1.0, "COMPLETE", 0.0)), Some(Code::Null));
    assert_eq!(one(row(Some(1), Some(&[("y", None)]), 1.0, "COMPLETE", 0.0)), Some(Code::Null));
    assert_eq!(one(row(Some(1), Some(&[("y", Some(1.0)), ("a", None), ("y", Some(1.0))]), 1.0, "COMPLETE", 0.0)), Some(Code::Null));
    assert_eq!(one(row(Some(1), Some(&[("y", Some(1.0)), ("a", Some(1.0)), ("y", Some(1.0))]), 1.0, "", 0.0)), Some(Code::Constraint));
    for (value, state) in [(f64::NAN, "COMPLETE"), (1.0, "FAIL"), (f64::INFINITY, "PRUNED"), (1.0, "complete")] {
        assert_eq!(one(row(Some(1), params, value, state, 0.0)), Some(Code::Constraint));
    }
    for duration in [f64::NAN, f64::INFINITY, -1.0] {
        assert_eq!(one(row(Some(1), params, 1.0, "COMPLETE", duration)), Some(Code::Constraint));
    }
    assert_eq!(one(row(Some(1), params, f64::INFINITY, "COMPLETE", -0.0)), None);
}

#[test]
fn another_schema_is_refused() {
    let columns = || row(Some(1), Some(&PARAMS), 1.0, "COMPLETE", 0.0);
    let (mut swapped, mut renamed, mut retyped) = (columns(), columns(), columns());
    swapped.swap(2, 4);
    renamed[0].0 = "id";
    retyped[2].1 = Arc::new(Int32Array::from(vec![1]));
    for columns in [swapped, renamed, retyped, columns().split_off(1)] {
        assert_eq!(refusal(&[other(columns, true)]), Some(Code::SchemaMismatch));
    }
    assert_eq!(refusal(&[other(columns(), false)]), Some(Code::SchemaMismatch));
}

#[test]
fn the_first_faulty_stream_is_reported() {
    let (bad, wrong) = (Buffer::from(b"no stream"), other(row(None, None, 1.0, "", 0.0), false));
    assert_eq!(refusal(&[stream(&[trial(1)]), bad.clone(), wrong.clone()]), Some(Code::Deserialise));
    assert_eq!(refusal(&[wrong, bad]), Some(Code::SchemaMismatch));
}

proptest! {
    #[test]
    fn neither_order_nor_grouping_shows(
        ids in prop::collection::vec(prop::collection::vec(0..60_i32, 0..12), 0..6).prop_flat_map(|ids| (Just(ids.clone()), Just(ids).prop_shuffle()))
    ) {
        let streams = |ids: &[Vec<i32>]| ids.iter().map(|ids| stream(&ids.iter().map(|id| trial(*id)).collect::<Vec<_>>())).collect::<Vec<_>>();
        let (given, shuffled) = (streams(&ids.0), streams(&ids.1));
        let whole = bytes(&given);
        prop_assert_eq!(&whole, &bytes(&shuffled));
        let cut = given.len() / 2;
        let grouped = [Buffer::from(bytes(&given[..cut])), Buffer::from(bytes(&given[cut..]))];
        prop_assert_eq!(&whole, &bytes(&grouped));
        prop_assert_eq!(&whole, &bytes(&[Buffer::from(whole.clone())]));
    }

    #[test]
    fn any_bytes_give_an_answer(at in any::<prop::sample::Index>(), byte in any::<u8>(), end in any::<prop::sample::Index>()) {
        let mut bytes = stream(&(0..20).map(trial).collect::<Vec<_>>()).to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = aggregate(&[Buffer::from(bytes.clone())]);
        bytes.truncate(end.index(bytes.len()));
        let _ = aggregate(&[Buffer::from(bytes)]);
    }
}

//! How long a table takes to cross into Rust and back: `cargo bench -p rating_arrow`.
#![allow(missing_docs)] // criterion's macros make public functions
#![allow(clippy::expect_used)] // a benchmark that cannot be set up fails

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, ListBuilder};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_buffer::Buffer;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rating::aggregator::RatingScore;
use rating_arrow::{decode, encode, rating_batch};

fn stream(rows: usize) -> Buffer {
    let floats = || Arc::new(Float64Array::from(vec![1.5; rows])) as ArrayRef;
    let mut profits = ListBuilder::new(Float64Builder::new());
    for _ in 0..rows {
        profits.values().append_slice(&[100.0; 5]);
        profits.append(true);
    }
    let names = ["win_rate", "profit_factor", "sharpe_ratio", "max_drawdown", "avg_trade_duration", "cost_per_trade"];
    let mut columns: Vec<(&str, ArrayRef)> = names.map(|name| (name, floats())).into();
    columns.push(("total_trades", Arc::new(Int64Array::from(vec![7; rows]))));
    columns.push(("yearly_profits", Arc::new(profits.finish())));
    Buffer::from(encode(&RecordBatch::try_from_iter(columns).expect("a batch")).expect("bytes"))
}

fn crossing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("crossing");
    for rows in [1_usize, 1_000, 100_000] {
        let (stream, ratings) = (stream(rows), vec![RatingScore::default(); rows]);
        let batch = rating_batch(&ratings).expect("a batch");
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(BenchmarkId::new("decode", rows), |bencher| bencher.iter(|| decode(&stream)));
        let table = decode(&stream).expect("a table");
        group.bench_function(BenchmarkId::new("check", rows), |bencher| bencher.iter(|| table.columns().map(|columns| columns.len())));
        group.bench_function(BenchmarkId::new("assemble", rows), |bencher| bencher.iter(|| rating_batch(&ratings)));
        group.bench_function(BenchmarkId::new("encode", rows), |bencher| bencher.iter(|| encode(&batch)));
    }
    group.finish();
}

criterion_group!(benches, crossing);
criterion_main!(benches);

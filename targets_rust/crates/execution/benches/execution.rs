//! How long signals, passes and whole runs take without any language boundary: `cargo bench -p execution`.
#![allow(missing_docs)] // criterion's macros make public functions
#![allow(clippy::expect_used)] // a benchmark that cannot be set up fails
#![allow(clippy::cast_precision_loss)] // counts are small

use std::borrow::Cow;
use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use execution::Simulator;
use execution::backtest::{Bars, Course, Prices, Rows, run};
use execution::config::Config;
use execution::market::{Bar, Market};
use execution::signal::SignalRow;

const MINUTE_US: i64 = 60_000_000;
const PRICE: f64 = 1.1;

/// The walk of a price without a generator: it swings, and never leaves its band.
fn price(step: usize) -> f64 {
    PRICE + 0.004 * ((step % 997) as f64 / 997.0 - 0.5).abs() + 0.001 * ((step % 61) as f64 / 61.0 - 0.5).abs()
}

fn entry(time_us: i64, price: f64, distance: f64) -> SignalRow<'static> {
    SignalRow {
        timestamp: Some(time_us),
        direction: Some("long"),
        entry: Some(price),
        sl: Some(price - distance),
        tp: Some(price + distance),
        symbol: Some("EURUSD"),
        order_type: Some("market"),
        reason: Some("bench"),
        ..SignalRow::default()
    }
}

fn holding(positions: usize) -> Simulator {
    let mut simulator = Simulator::new(Config::default());
    for index in 0..positions {
        simulator.process_signal(&entry(0, PRICE, 0.01 + index as f64 * 1e-5));
    }
    simulator
}

fn signals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("signals");
    for count in [1_000_usize, 100_000] {
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| bencher.iter(|| holding(count)));
    }
    group.finish();
}

fn passes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pass");
    let bar = |spread: f64| Bar { high: PRICE + spread, low: PRICE - spread, close: PRICE };
    for count in [1_usize, 1_000, 100_000] {
        group.throughput(Throughput::Elements(count as u64));
        let mut simulator = holding(count);
        let symbol = simulator.find("EURUSD");
        let quiet = Market::bar(MINUTE_US, bar(0.001), Some(bar(0.001)));
        let mut reports = Vec::new();
        group.bench_function(BenchmarkId::new("quiet", count), |bencher| {
            bencher.iter(|| simulator.pass(symbol, black_box(&quiet), &mut reports));
        });
        let loud = Market::bar(MINUTE_US, bar(1.0), Some(bar(1.0)));
        group.bench_function(BenchmarkId::new("rehearse", count), |bencher| bencher.iter(|| simulator.rehearse(symbol, black_box(&loud))));
        let close = |mut simulator: Simulator| {
            let done = simulator.pass(symbol, &loud, &mut Vec::new());
            (done, simulator)
        };
        group.bench_function(BenchmarkId::new("all", count), |bencher| {
            bencher.iter_batched(|| simulator.clone(), close, BatchSize::LargeInput);
        });
    }
    group.finish();
}

fn course(count: usize) -> Course<'static> {
    let close: Vec<f64> = (0..count).map(price).collect();
    let column = |shift: f64| Cow::Owned(close.iter().map(|price| price + shift).collect::<Vec<f64>>());
    let side = |shift: f64| Prices { high: column(shift + 0.0002), low: column(shift - 0.0002), close: column(shift) };
    let times = (0..).map(|step| step * MINUTE_US).take(count).collect::<Vec<i64>>();
    let rows = Rows { times: times.into(), symbols: vec![0; count], names: vec!["EURUSD".into()] };
    Course::Bars(Bars { rows, bid: side(0.0), ask: Some(side(0.0001)), usable: None, with_ask: None })
}

fn runs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("run");
    for count in [10_000_usize, 100_000, 1_000_000] {
        let course = course(count);
        for trades in [0_usize, 1_000] {
            group.throughput(Throughput::Elements(count as u64));
            let every = count / trades.max(1);
            let orders: Vec<_> = (0..trades)
                .map(|order| order * every)
                .zip((0..).map(|order: i64| order * MINUTE_US * i64::try_from(every).unwrap_or(0)))
                .map(|(step, time_us)| entry(time_us, price(step), 0.001))
                .collect();
            group.bench_function(BenchmarkId::new(format!("{trades} trades"), count), |bencher| {
                bencher.iter(|| {
                    let mut simulator = Simulator::new(Config::default());
                    run(&mut simulator, &course, orders.len(), &mut orders.iter().copied()).map(|outcomes| (outcomes, simulator))
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, signals, passes, runs);
criterion_main!(benches);

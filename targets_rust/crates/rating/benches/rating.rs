//! How long the kernels and a batch take without any language boundary: `cargo bench -p rating`.
#![allow(missing_docs)] // criterion's macros make public functions

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rating::batch::{ratings, robustness_scores};
use rating::columns::Lists;
use rating::config::{JitterConfig, RatingConfig};
use rating::metrics::MetricsColumns;
use rating::number::count;
use rating::stress_penalty::StressMetrics;
use rating::trade_dropout::{Dropout, Trades, Workspace};

const YEARS: usize = 5;

struct Table {
    trades: Vec<i64>,
    numbers: Vec<f64>,
    offsets: Vec<i32>,
    profits: Vec<f64>,
}

impl Table {
    fn of(rows: usize) -> Self {
        let numbers: Vec<f64> = (0..rows).map(|i| 1.0 + count(i % 97) / 97.0).collect();
        Self {
            trades: vec![250; rows],
            offsets: (0..=i32::try_from(rows).unwrap_or_default()).map(|row| row * 5).collect(),
            profits: (0..rows * YEARS).map(|i| 100.0 * count(i % 13) - 200.0).collect(),
            numbers,
        }
    }

    fn columns(&self) -> MetricsColumns<'_> {
        let numbers = &self.numbers;
        MetricsColumns {
            total_trades: &self.trades,
            win_rate: numbers,
            profit_factor: numbers,
            sharpe_ratio: numbers,
            max_drawdown: numbers,
            avg_trade_duration: numbers,
            cost_per_trade: numbers,
            yearly_profits: Lists::new(&self.offsets, &self.profits, None).unwrap_or_else(|error| unreachable!("{error}")),
            net_profit: None,
            avg_r: None,
            first_year: None,
            year_durations: None,
            trade_results: None,
            trade_r: None,
        }
    }
}

fn batches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("batch");
    for rows in [1_usize, 100, 1_000, 10_000] {
        let table = Table::of(rows);
        group.throughput(Throughput::Elements(rows as u64));
        let full = |bencher: &mut criterion::Bencher<'_>, columns: &MetricsColumns<'_>| {
            bencher.iter(|| ratings(std::slice::from_ref(columns), &RatingConfig::default()));
        };
        group.bench_with_input(BenchmarkId::new("ratings", rows), &table.columns(), full);
        let jitter = |bencher: &mut criterion::Bencher<'_>, columns: &MetricsColumns<'_>| {
            bencher.iter(|| robustness_scores(std::slice::from_ref(columns), &JitterConfig::default()));
        };
        group.bench_with_input(BenchmarkId::new("robustness", rows), &table.columns(), jitter);
    }
    group.finish();
}

fn dropout(criterion: &mut Criterion) {
    let nets: Vec<f64> = (0..1_000).map(|i| count(i % 17) - 7.0).collect();
    let trades = Trades { nets: &nets, r_multiples: Some(&nets) };
    let mut workspace = Workspace::default();
    let dropout = Dropout::new(0.1, 1).unwrap_or_else(|error| unreachable!("{error}"));
    let mut drawn = || dropout.drawn(&trades, StressMetrics::default(), 0, &mut workspace);
    criterion.bench_function("dropout/1000 trades", |bencher| bencher.iter(&mut drawn));
}

criterion_group!(benches, batches, dropout);
criterion_main!(benches);

//! Signals and bars in few words, and strategies that make up worlds of them.
#![allow(dead_code)] // every test file uses some of it
#![allow(clippy::expect_used)] // a test that cannot be set up fails

use execution::Simulator;
use execution::config::{Config, Mode};
use execution::desk::ExitReport;
use execution::error::ExecutionError;
use execution::fees::FeeModel;
use execution::market::{Bar, Market, Quote};
use execution::outcome::Outcome;
use execution::signal::SignalRow;
use execution::slippage::SlippageConfig;
use execution::updates::UpdateRow;
use proptest::prelude::*;
use proptest::sample::select;

/// A market order for EURUSD with stop and target.
pub fn long(time_us: i64, entry: f64, sl: f64, tp: f64) -> SignalRow<'static> {
    SignalRow {
        timestamp: Some(time_us),
        direction: Some("long"),
        entry: Some(entry),
        sl: Some(sl),
        tp: Some(tp),
        symbol: Some("EURUSD"),
        ..SignalRow::default()
    }
}

/// The same the other way.
pub fn short(time_us: i64, entry: f64, sl: f64, tp: f64) -> SignalRow<'static> {
    SignalRow { direction: Some("short"), ..long(time_us, entry, sl, tp) }
}

/// A bar's prices.
pub fn prices(high: f64, low: f64, close: f64) -> Bar {
    Bar { high, low, close }
}

/// A bar without ask.
pub fn bid(time_us: i64, high: f64, low: f64, close: f64) -> Market {
    Market::bar(time_us, prices(high, low, close), None)
}

/// A bar whose sides are equal.
pub fn both(time_us: i64, high: f64, low: f64, close: f64) -> Market {
    Market::bar(time_us, prices(high, low, close), Some(prices(high, low, close)))
}

/// The exits of one pass over EURUSD.
pub fn exits(simulator: &mut Simulator, market: &Market) -> Vec<ExitReport> {
    let mut reports = Vec::new();
    let symbol = simulator.meet("EURUSD");
    simulator.pass(Some(symbol), market, &mut reports).expect("nothing is missing");
    reports
}

/// One thing that happens to a simulator.
#[derive(Clone, Debug)]
pub enum Step {
    Signal(SignalRow<'static>),
    Pass(&'static str, Market),
    TimeOut(&'static str, Market),
    Update(UpdateRow<'static>),
    Observe(&'static str, Quote),
    Note(i64),
}

/// What a step gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Outcome(Outcome),
    Exits(Vec<ExitReport>),
    Refused(ExecutionError),
    Nothing,
}

/// Let a step happen.
pub fn take(simulator: &mut Simulator, step: &Step) -> Given {
    let mut reports = Vec::new();
    let done = match step {
        Step::Signal(row) => return Given::Outcome(simulator.process_signal(row)),
        Step::Note(time_us) => {
            simulator.update(*time_us);
            return Given::Nothing;
        }
        Step::Observe(symbol, quote) => {
            let symbol = simulator.meet(symbol);
            simulator.observe(symbol, *quote);
            return Given::Nothing;
        }
        Step::Update(row) => simulator.apply_update(row),
        Step::Pass(symbol, market) => simulator.pass(simulator.find(symbol), market, &mut reports),
        Step::TimeOut(symbol, market) => {
            simulator.time_out(simulator.find(symbol), market, &mut reports);
            Ok(())
        }
    };
    done.map_or_else(Given::Refused, |()| Given::Exits(reports))
}

const SYMBOLS: [&str; 3] = ["EURUSD", "USDJPY", ""];
const IDS: [&str; 8] = ["EURUSD#1", "EURUSD#2", "USDJPY#3", "EURUSD#4", "USDJPY#5", "#6", "EURUSD#07", "x"];

/// Prices on a coarse grid, so that many are equal; now and then one that is none.
fn price() -> impl Strategy<Value = f64> {
    prop_oneof![60 => (0_i32..24).prop_map(|step| 1.0 + f64::from(step) / 1000.0), 1 => select(vec![0.0, f64::NAN, f64::INFINITY, 1e9, -1.0])]
}

fn level() -> impl Strategy<Value = Option<f64>> {
    proptest::option::weighted(0.8, price().prop_filter("levels are numbers", |price| !price.is_nan()))
}

fn word(words: &[&'static str]) -> impl Strategy<Value = Option<&'static str>> + use<> {
    proptest::option::of(select(words.to_vec()))
}

fn signal(time_us: i64) -> impl Strategy<Value = SignalRow<'static>> {
    let words = (
        select(vec!["long", "short"]),
        select(SYMBOLS.to_vec()),
        word(&["limit", "stop", "market"]),
        word(&["entry", "entry", "exit", "modify"]),
        proptest::option::weighted(0.3, select(IDS.to_vec())),
    );
    let trail = proptest::option::weighted(0.3, (1_i32..5, 0_i32..3, 0_i32..4));
    let numbers = (price(), level(), level(), proptest::option::weighted(0.3, 0.0..3.0), -2_i64..3, trail);
    (words, numbers).prop_map(move |((direction, symbol, order_type, signal_type, position_id), (entry, sl, tp, size, later, trail))| {
        let step = |steps: i32| f64::from(steps) / 1000.0;
        SignalRow {
            timestamp: Some(time_us + later),
            direction: Some(direction),
            entry: Some(entry),
            sl,
            tp,
            size,
            symbol: Some(symbol),
            order_type,
            signal_type,
            position_id,
            trail_distance: trail.map(|(distance, ..)| step(distance)),
            trail_step: trail.map(|(_, least, _)| step(least)),
            trail_activation: trail.map(|(.., activation)| step(activation)),
            tags: Some("made up"),
            ..SignalRow::default()
        }
    })
}

fn bar() -> impl Strategy<Value = Bar> {
    (price(), price(), price()).prop_map(|(a, b, close)| Bar { high: a.max(b), low: a.min(b), close })
}

fn market(time_us: i64, quotes: bool) -> BoxedStrategy<Market> {
    if quotes {
        return (price(), price()).prop_map(move |(bid, ask)| Quote { time_us, bid, ask }.market()).boxed();
    }
    (bar(), proptest::option::weighted(0.8, bar())).prop_map(move |(bid, ask)| Market::bar(time_us, bid, ask)).boxed()
}

fn update(time_us: i64) -> impl Strategy<Value = UpdateRow<'static>> {
    let closing = (word(&["closed", "open"]), level(), word(&["limit_expired", "partial_exit", "break_even_stop_loss", "mine"]));
    (select(IDS.to_vec()), level(), level(), closing).prop_map(move |(id, stop_loss, take_profit, (status, exit_price, reason))| {
        UpdateRow { position_id: Some(id), stop_loss, take_profit, status, exit_price, exit_time: Some(time_us), reason }
    })
}

fn step(time_us: i64, quotes: bool) -> impl Strategy<Value = Step> {
    let symbol = || select(SYMBOLS.to_vec());
    prop_oneof![
        5 => signal(time_us).prop_map(Step::Signal),
        5 => (symbol(), market(time_us, quotes)).prop_map(|(symbol, market)| Step::Pass(symbol, market)),
        1 => (symbol(), market(time_us, quotes)).prop_map(|(symbol, market)| Step::TimeOut(symbol, market)),
        1 => update(time_us).prop_map(Step::Update),
        1 => (symbol(), price(), price()).prop_map(move |(symbol, bid, ask)| Step::Observe(symbol, Quote { time_us, bid, ask })),
        1 => Just(Step::Note(time_us)),
    ]
}

/// A configuration and what happens under it.
pub fn world(steps: usize) -> impl Strategy<Value = (Config, Vec<Step>)> {
    let costs = (proptest::option::of(0.0..2.0), proptest::option::of(0.0..50.0), any::<u64>());
    let settings = (any::<bool>(), any::<bool>(), select(vec![0.0, 0.5, 10.0]), proptest::option::of(1_i64..9));
    (costs, settings).prop_flat_map(move |((slippage, fee, seed), (quotes, symbol_filter, pip_buffer_factor, timeout_us))| {
        let config = Config {
            mode: if quotes { Mode::Tick } else { Mode::Candle },
            symbol_filter,
            pip_buffer_factor,
            timeout_us,
            seed: Some(seed),
            slippage: slippage.map(|random| SlippageConfig { random, ..SlippageConfig::default() }),
            fee: fee.map(|per_million| FeeModel { per_million, lot_size: 100_000.0, min_fee: 0.0 }),
            ..Config::default()
        };
        let times = proptest::collection::vec(0_i64..3, 1..steps).prop_map(|gaps| {
            gaps.into_iter().scan(0, |now, gap| {
                *now += gap;
                Some(*now)
            })
        });
        let steps = times.prop_flat_map(move |times| times.map(|time_us| step(time_us, quotes)).collect::<Vec<_>>());
        (Just(config), steps)
    })
}

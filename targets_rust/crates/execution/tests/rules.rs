//! The rules of trading, one by one, in numbers that can be checked by eye.
#![allow(clippy::float_cmp)] // equal means equal here

mod common;

use common::{bid, both, exits, long, short};
use execution::Simulator;
use execution::config::{Config, ExitSlippage};
use execution::error::Code;
use execution::fees::{Commission, CommissionRule, FeeModel, Schema, Sides};
use execution::market::Quote;
use execution::outcome::Fate;
use execution::position::{Book, Cause, Status};
use execution::signal::SignalRow;
use execution::slippage::SlippageConfig;
use execution::symbols::SymbolSpec;
use execution::updates::UpdateRow;

fn simulator() -> Simulator {
    Simulator::new(Config { pip_buffer_factor: 0.0, ..Config::default() })
}

fn spec() -> SymbolSpec {
    SymbolSpec {
        contract_size: 0.0,
        tick_size: 0.0,
        tick_value: 0.0,
        volume_min: 0.01,
        volume_step: 0.01,
        volume_max: Some(100.0),
        pip_size: 0.0001,
        base_currency: String::new(),
        quote_currency: String::new(),
    }
}

#[test]
fn a_market_order_opens_at_its_price_with_the_size_of_its_risk() {
    let mut simulator = simulator();
    let outcome = simulator.process_signal(&long(1, 1.1, 1.099, 1.102));
    assert_eq!((outcome.fate, outcome.price, outcome.size), (Fate::Opened, Some(1.1), Some(1.0)));
}

#[test]
fn a_stop_too_near_to_the_entry_makes_no_position() {
    let mut simulator = simulator();
    assert_eq!(simulator.process_signal(&long(1, 1.1, 1.099_995, 1.2)).fate, Fate::Ignored);
    assert!(!simulator.is_active());
}

#[test]
fn no_position_is_left_in_the_bar_of_its_entry() {
    let mut simulator = simulator();
    simulator.process_signal(&long(5, 1.1, 1.09, 1.11));
    assert_eq!(exits(&mut simulator, &both(5, 2.0, 0.5, 1.0)), []);
    assert_eq!(exits(&mut simulator, &both(6, 1.1, 1.09, 1.1)).len(), 1);
}

#[test]
fn the_stop_comes_before_the_target() {
    let mut simulator = simulator();
    simulator.process_signal(&long(1, 1.1, 1.09, 1.11));
    let left = exits(&mut simulator, &both(2, 1.2, 1.0, 1.1));
    assert_eq!((left[0].cause, left[0].price), (Cause::StopLoss, 1.09));
    assert!((left[0].pnl + 100.0).abs() < 1e-9);
}

#[test]
fn a_short_position_is_left_on_the_ask_or_on_the_bid_without_one() {
    let mut simulator = simulator();
    simulator.process_signal(&short(1, 1.1, 1.11, 1.09));
    assert_eq!(exits(&mut simulator, &bid(2, 1.105, 1.095, 1.1)), []);
    let left = exits(&mut simulator, &bid(3, 1.1, 1.09, 1.095));
    assert_eq!((left[0].cause, left[0].price), (Cause::TakeProfit, 1.09));
}

#[test]
fn a_stop_that_was_moved_by_the_least_amount_is_a_break_even_stop() {
    let mut simulator = simulator();
    simulator.process_signal(&long(1, 1.1, 1.09, 1.2));
    let next = f64::from_bits(1.09_f64.to_bits() + 1);
    let moved = SignalRow { signal_type: Some("modify"), tp: None, ..long(1, 1.1, next, 0.0) };
    assert_eq!(simulator.process_signal(&moved).fate, Fate::Modified);
    assert_eq!(exits(&mut simulator, &both(2, 1.1, 1.05, 1.1))[0].cause, Cause::BreakEvenStopLoss);
}

#[test]
fn a_limit_order_needs_a_close_beyond_its_target_in_the_bar_that_fills_it() {
    for (close, expected) in [(1.11, 0), (1.111, 1)] {
        let mut simulator = simulator();
        simulator.process_signal(&SignalRow { order_type: Some("limit"), ..long(1, 1.1, 1.0, 1.11) });
        assert_eq!(exits(&mut simulator, &both(2, 1.12, 1.1, close)).len(), expected);
    }
}

#[test]
fn without_an_ask_no_long_order_is_filled() {
    let mut simulator = simulator();
    simulator.process_signal(&SignalRow { order_type: Some("limit"), ..long(1, 1.1, 1.0, 1.2) });
    exits(&mut simulator, &bid(2, 1.15, 1.05, 1.1));
    assert_eq!(simulator.active().next().map(|position| position.status), Some(Status::Pending));
    exits(&mut simulator, &both(3, 1.15, 1.05, 1.1));
    assert_eq!(simulator.active().next().map(|position| position.status), Some(Status::Open));
}

#[test]
fn what_was_changed_while_an_order_waited_becomes_its_initial_stop() {
    let mut simulator = simulator();
    simulator.process_signal(&SignalRow { order_type: Some("stop"), ..short(1, 1.1, 1.12, 1.0) });
    simulator.process_signal(&SignalRow { signal_type: Some("modify"), tp: None, ..short(1, 1.1, 1.11, 0.0) });
    exits(&mut simulator, &both(2, 1.105, 1.1, 1.1));
    let left = exits(&mut simulator, &both(3, 1.11, 1.1, 1.1));
    assert_eq!(left[0].cause, Cause::StopLoss);
    assert!((left[0].pnl + 100.0).abs() < 1e-9);
}

#[test]
fn the_buffer_is_that_of_the_first_open_position_of_any_symbol() {
    let specs = vec![("USDJPY".to_owned(), SymbolSpec { pip_size: 0.01, ..spec() })];
    let mut simulator = Simulator::new(Config { specs, pip_buffer_factor: 1.0, ..Config::default() });
    simulator.process_signal(&SignalRow { symbol: Some("USDJPY"), ..long(1, 150.0, 140.0, 160.0) });
    simulator.process_signal(&long(1, 1.1, 1.05, 1.2));
    assert_eq!(exits(&mut simulator, &both(2, 1.1, 1.059, 1.1)).len(), 1);
}

#[test]
fn a_bar_of_another_symbol_touches_nothing_unless_the_filter_is_off() {
    for (symbol_filter, expected) in [(true, 0), (false, 1)] {
        let mut simulator = Simulator::new(Config { symbol_filter, ..Config::default() });
        simulator.process_signal(&SignalRow { symbol: Some("GBPUSD"), ..long(1, 1.1, 1.05, 1.2) });
        assert_eq!(exits(&mut simulator, &both(2, 1.1, 1.0, 1.1)).len(), expected);
    }
}

#[test]
fn slippage_raises_long_exits_by_habit_and_lowers_them_when_adverse() {
    for (exit_slippage, expected) in [(ExitSlippage::EntrySign, 1.09 + 0.0001), (ExitSlippage::Adverse, 1.09 - 0.0001)] {
        let slippage = Some(SlippageConfig { fixed: 1.0, ..SlippageConfig::default() });
        let mut simulator = Simulator::new(Config { exit_slippage, slippage, ..Config::default() });
        assert_eq!(simulator.process_signal(&long(1, 1.1, 1.09, 1.2)).price, Some(1.1 + 0.0001));
        assert_eq!(exits(&mut simulator, &both(2, 1.1, 1.0, 1.1))[0].price, expected);
    }
}

#[test]
fn an_ignored_order_still_takes_its_draw() {
    let slippage = Some(SlippageConfig { random: 1.0, draws: Some(vec![0.0, 0.5]), ..SlippageConfig::default() });
    let mut simulator = Simulator::new(Config { slippage, ..Config::default() });
    simulator.process_signal(&long(1, 1.1, 1.1, 1.2));
    assert_eq!(simulator.process_signal(&long(1, 1.1, 1.0, 1.2)).price, Some(1.1 + 0.5 * 0.0001));
    assert_eq!(simulator.process_signal(&long(1, 1.1, 1.0, 1.2)).error_code, Code::OutOfBounds as u16);
}

#[test]
fn fees_are_paid_on_the_way_in_and_out() {
    let fee = Some(FeeModel { per_million: 10.0, lot_size: 100_000.0, min_fee: 0.0 });
    let mut simulator = Simulator::new(Config { fee, ..Config::default() });
    simulator.process_signal(&long(1, 1.0, 0.999, 2.0));
    assert_eq!(simulator.portfolio().money.cash, 10_000.0 - 1.0);
    exits(&mut simulator, &both(2, 1.0, 0.5, 1.0));
    assert_eq!(simulator.portfolio().fee_log.len(), 2);
}

#[test]
fn a_commission_for_the_way_in_costs_nothing_on_the_way_out() {
    let defaults = CommissionRule { schema: Schema::PerLot, side: Sides::Entry, per_lot: 2.5, ..CommissionRule::default() };
    let commission = Some(Commission { defaults, symbols: Vec::new(), multiplier: 2.0 });
    let mut simulator = Simulator::new(Config { commission, ..Config::default() });
    simulator.process_signal(&long(1, 1.0, 0.999, 2.0));
    exits(&mut simulator, &both(2, 1.0, 0.5, 1.0));
    assert_eq!(simulator.portfolio().money.total_fees, 5.0);
}

#[test]
fn a_missing_rate_rejects_the_order_and_leaves_the_position() {
    let commission = Some(Commission { defaults: CommissionRule::default(), symbols: Vec::new(), multiplier: 1.0 });
    let mut simulator = Simulator::new(Config { commission, ..Config::default() });
    let outcome = simulator.process_signal(&SignalRow { symbol: Some("USDJPY"), ..long(1, 150.0, 149.0, 152.0) });
    assert_eq!((outcome.fate, outcome.error_code), (Fate::Rejected, Code::MissingField as u16));
    assert!(outcome.position.is_some() && simulator.is_active());
}

#[test]
fn a_position_without_symbol_is_appended_before_it_is_refused() {
    let mut simulator = simulator();
    let outcome = simulator.process_signal(&SignalRow { symbol: Some(""), ..long(1, 1.1, 1.0, 1.2) });
    assert_eq!((outcome.fate, outcome.error_code), (Fate::Rejected, Code::InvalidArgument as u16));
    assert!(simulator.is_active());
}

#[test]
fn a_size_that_is_given_is_quantised() {
    let specs = vec![("EURUSD".to_owned(), SymbolSpec { volume_min: 0.1, volume_step: 0.1, volume_max: Some(2.0), ..spec() })];
    let mut simulator = Simulator::new(Config { specs, ..Config::default() });
    let sizes: Vec<_> = [0.01, 0.55, 5.0].map(|size| SignalRow { size: Some(size), ..long(1, 1.1, 1.0, 1.2) }).to_vec();
    let given: Vec<_> = sizes.iter().map(|row| simulator.process_signal(row).size).collect();
    assert_eq!(given, [Some(0.1), Some(0.5), Some(2.0)]);
}

#[test]
fn an_exit_signal_closes_what_it_means_and_calls_back_what_waits() {
    let mut simulator = simulator();
    simulator.process_signal(&SignalRow { order_type: Some("limit"), ..long(1, 1.1, 1.0, 1.2) });
    simulator.process_signal(&long(1, 1.1, 1.0, 1.2));
    simulator.process_signal(&short(1, 1.1, 1.2, 1.0));
    let outcome = simulator.process_signal(&SignalRow { signal_type: Some("exit"), ..long(2, 1.15, 0.0, 0.0) });
    assert_eq!((outcome.fate, outcome.price, outcome.position), (Fate::Closed, Some(1.15), Some((0, 2))));
    let books: Vec<_> = simulator.ended().map(|position| position.book).collect();
    assert_eq!(books, [Some(Book::Expired), Some(Book::Closed)]);
    assert_eq!(simulator.active().count(), 3);
    exits(&mut simulator, &both(3, 1.1, 1.1, 1.1));
    assert_eq!(simulator.active().count(), 1);
}

#[test]
fn a_signal_can_mean_one_position_by_its_id() {
    let mut simulator = simulator();
    simulator.process_signal(&long(1, 1.1, 1.0, 1.2));
    simulator.process_signal(&long(1, 1.1, 1.0, 1.2));
    for (id, expected) in
        [("EURUSD#2", Fate::Closed), ("EURUSD#2", Fate::Ignored), ("EURUSD#01", Fate::Ignored), ("USDJPY#1", Fate::Ignored)]
    {
        let row = SignalRow { signal_type: Some("exit"), position_id: Some(id), ..long(2, 1.1, 0.0, 0.0) };
        assert_eq!(simulator.process_signal(&row).fate, expected, "{id}");
    }
}

#[test]
fn a_trailing_stop_follows_after_the_test_of_the_bar() {
    let mut simulator = simulator();
    simulator.process_signal(&SignalRow { trail_distance: Some(0.01), ..long(1, 1.1, 1.05, 2.0) });
    assert_eq!(exits(&mut simulator, &both(2, 1.15, 1.1, 1.15)), []);
    let left = exits(&mut simulator, &both(3, 1.15, 1.13, 1.13));
    assert_eq!((left[0].cause, left[0].price), (Cause::TrailingStop, 1.15 - 0.01));
}

#[test]
fn a_position_open_for_too_long_is_closed_at_the_close_without_fee() {
    let fee = Some(FeeModel { per_million: 10.0, lot_size: 100_000.0, min_fee: 0.0 });
    let mut simulator = Simulator::new(Config { timeout_us: Some(10), fee, ..Config::default() });
    simulator.process_signal(&long(1, 1.0, 0.5, 2.0));
    let (symbol, mut reports) = (simulator.find("EURUSD"), Vec::new());
    simulator.time_out(symbol, &both(10, 1.2, 1.1, 1.15), &mut reports);
    assert_eq!(reports, []);
    simulator.time_out(symbol, &both(11, 1.2, 1.1, 1.15), &mut reports);
    assert_eq!((reports[0].cause, reports[0].price), (Cause::Timeout, 1.15));
    assert_eq!(simulator.portfolio().fee_log.len(), 1);
}

#[test]
fn with_quotes_an_order_without_price_takes_the_side_it_can_be_left_at() {
    let mut simulator = Simulator::new(Config { mode: execution::config::Mode::Tick, ..Config::default() });
    let row = SignalRow { entry: None, ..long(1, 0.0, 1.0, 1.2) };
    assert_eq!(simulator.process_signal(&row).error_code, Code::InvalidState as u16);
    let symbol = simulator.meet("EURUSD");
    simulator.observe(symbol, Quote { time_us: 1, bid: 1.1, ask: 1.1002 });
    assert_eq!(simulator.process_signal(&row).price, Some(1.1));
    assert_eq!(simulator.process_signal(&SignalRow { entry: None, ..short(1, 0.0, 1.2, 1.0) }).price, Some(1.1002));
}

#[test]
fn a_pending_order_closed_by_hand_moves_cash_without_a_trade() {
    let mut simulator = simulator();
    simulator.process_signal(&SignalRow { order_type: Some("limit"), ..long(1, 1.1, 1.0, 1.2) });
    let row = UpdateRow {
        position_id: Some("EURUSD#1"),
        status: Some("closed"),
        exit_price: Some(1.2),
        exit_time: Some(2),
        ..UpdateRow::default()
    };
    assert_eq!(simulator.apply_update(&row), Ok(()));
    assert_eq!(simulator.ended().count(), 0);
    assert!((simulator.portfolio().money.cash - 10_100.0).abs() < 1e-9);
    assert_eq!(simulator.apply_update(&row).map_err(|error| error.code), Err(Code::OutOfBounds));
}

#[test]
fn an_update_is_applied_wholly_or_not_at_all() {
    let mut simulator = simulator();
    simulator.process_signal(&long(5, 1.1, 1.0, 1.2));
    let row = UpdateRow {
        position_id: Some("EURUSD#1"),
        stop_loss: Some(1.05),
        status: Some("closed"),
        exit_time: Some(4),
        ..UpdateRow::default()
    };
    assert_eq!(simulator.apply_update(&row).map_err(|error| error.code), Err(Code::Constraint));
    assert_eq!(simulator.active().next().and_then(|position| position.stop_loss), Some(1.0));
}

#[test]
fn a_second_update_at_the_same_time_replaces_the_point() {
    let mut simulator = simulator();
    simulator.update(7);
    simulator.process_signal(&long(7, 1.1, 1.0, 1.2));
    exits(&mut simulator, &both(8, 1.3, 1.1, 1.2));
    simulator.update(7);
    let curve = &simulator.portfolio().curve;
    assert_eq!((curve.times.len(), curve.equity[1] > 10_000.0), (2, true));
}

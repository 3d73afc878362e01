//! What holds in every world that can be made up.
#![allow(clippy::float_cmp)] // equal means equal here

mod common;

use common::{Given, Step, take, world};
use execution::Simulator;
use execution::exits::hit;
use execution::market::Market;
use execution::position::{Position, Status};
use execution::trigger::triggers;
use proptest::prelude::*;

/// Who acts in a bar, found by asking every position: the numbers of those that are filled and of those that leave.
fn acting(simulator: &Simulator, symbol: &str, market: &Market) -> (Vec<u64>, Vec<u64>) {
    let (mut filled, mut left) = (Vec::new(), Vec::new());
    let buffer = if market.is_quote { 0.0 } else { 0.0001 * simulator.config().pip_buffer_factor };
    let met = |position: &&Position| !simulator.config().symbol_filter || &**simulator.symbol(position.symbol) == symbol;
    for position in simulator.active().filter(met).filter(|position| !position.is_closed && market.time_us > position.entry_time) {
        let mut position = position.clone();
        if position.status == Status::Pending && triggers(&position, market) {
            position.trigger(market.time_us, 1.0);
            filled.push(position.number);
        }
        if position.status == Status::Open && hit(&position, market, buffer).is_some() {
            left.push(position.number);
        }
    }
    (filled, left)
}

fn numbers<'a>(positions: impl Iterator<Item = &'a Position>) -> Vec<u64> {
    positions.map(|position| position.number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whoever_can_act_in_a_bar_is_woken((config, steps) in world(120)) {
        let mut simulator = Simulator::new(config);
        for step in &steps {
            let expected = if let Step::Pass(symbol, market) = step { Some(acting(&simulator, symbol, market)) } else { None };
            let given = take(&mut simulator, step);
            if let (Some((filled, left)), Given::Exits(exits)) = (expected, given) {
                prop_assert_eq!(exits.iter().map(|exit| exit.number).collect::<Vec<_>>(), left);
                let waiting = numbers(simulator.active().filter(|position| position.status == Status::Pending));
                prop_assert!(filled.iter().all(|number| !waiting.contains(number)));
            }
        }
    }

    #[test]
    fn a_report_says_what_the_pass_then_does_and_changes_nothing((config, steps) in world(60)) {
        let mut simulator = Simulator::new(config);
        for step in &steps {
            if let Step::Pass(symbol, market) = step {
                let before = format!("{simulator:?}");
                let report = simulator.rehearse(simulator.find(symbol), market);
                prop_assert_eq!(before, format!("{simulator:?}"));
                let given = take(&mut simulator, step);
                prop_assert_eq!(format!("{given:?}"), format!("{:?}", report.map_or_else(Given::Refused, Given::Exits)));
            } else {
                take(&mut simulator, step);
            }
        }
    }

    #[test]
    fn the_lists_agree_with_each_other((config, steps) in world(120)) {
        let mut simulator = Simulator::new(config);
        let mut deepest = 0.0;
        for step in &steps {
            take(&mut simulator, step);
            let active = numbers(simulator.active());
            prop_assert!(active.is_sorted_by(|a, b| a < b));
            for ended in simulator.ended() {
                prop_assert!(ended.is_closed && ended.status == Status::Closed && ended.exit_time.is_some() && ended.book.is_some());
            }
            let placed = simulator.placed();
            prop_assert!(placed.is_sorted_by(|a, b| a.position.number < b.position.number));
            for place in placed.iter().filter(|place| place.open.is_some() && place.ended.is_some()) {
                prop_assert!(false, "{} is open and has ended", place.position.number);
            }
            let money = simulator.portfolio().money;
            prop_assert!(money.max_drawdown >= deepest);
            deepest = money.max_drawdown;
        }
    }

    #[test]
    fn no_pass_ends_a_position_in_the_bar_of_its_entry((config, steps) in world(120)) {
        let mut simulator = Simulator::new(config);
        for step in &steps {
            if let (Step::Pass(_, market), Given::Exits(exits)) = (step, take(&mut simulator, step)) {
                for exit in exits {
                    let entered = simulator.ended().find(|position| position.number == exit.number).map(|position| position.entry_time);
                    prop_assert!(entered.is_some_and(|entered| entered < market.time_us));
                }
            }
        }
    }

    #[test]
    fn positions_of_another_symbol_change_nothing((config, steps) in world(80)) {
        let config = execution::config::Config { symbol_filter: true, slippage: None, ..config };
        let of = |step: &Step, wanted: &str| match step {
            Step::Signal(row) => row.symbol == Some(wanted),
            Step::Pass(symbol, _) | Step::TimeOut(symbol, _) | Step::Observe(symbol, _) => *symbol == wanted,
            Step::Update(_) | Step::Note(_) => false,
        };
        let (mut alone, mut together) = (Simulator::new(config.clone()), Simulator::new(config));
        for step in &steps {
            if matches!(step, Step::Signal(row) if row.position_id.is_some()) {
                continue;
            }
            if of(step, "EURUSD") {
                let (given, other) = (take(&mut alone, step), take(&mut together, step));
                let exits = |given: &Given| if let Given::Exits(exits) = given { exits.iter().map(|exit| (exit.cause, exit.price.to_bits())).collect() } else { Vec::new() };
                prop_assert_eq!(exits(&given), exits(&other));
            } else if of(step, "USDJPY") {
                take(&mut together, step);
            }
        }
    }
}

//! A simulator that was saved and loaded goes on as if nothing had happened, and any bytes give an answer.
#![allow(clippy::expect_used)] // a test that cannot be set up fails

#[path = "../../execution/tests/common/mod.rs"]
mod common;

use arrow_buffer::Buffer;
use common::{Step, take, world};
use execution::Simulator;
use execution::config::Config;
use execution::error::Code;
use execution_arrow::{encode, fee_table, load, position_table, save, trade_table};
use proptest::prelude::*;

fn bytes(simulator: &Simulator) -> Vec<u8> {
    encode(&save(simulator).expect("a state")).expect("bytes").to_vec()
}

fn again(simulator: &Simulator) -> Simulator {
    load(&Buffer::from(bytes(simulator))).expect("a simulator")
}

fn tables(simulator: &Simulator) -> String {
    let tables = [position_table(simulator), trade_table(simulator, false), fee_table(simulator)];
    format!("{tables:?} {:?} {:?}", simulator.portfolio().curve, simulator.portfolio().money)
}

fn follow(simulator: &mut Simulator, steps: &[Step]) {
    for step in steps {
        take(simulator, step);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_run_that_is_interrupted_goes_on_as_if_it_had_not_been((config, steps) in world(80), cut in any::<proptest::sample::Index>()) {
        let cut = cut.index(steps.len());
        let mut whole = Simulator::new(config);
        follow(&mut whole, &steps[..cut]);
        let mut resumed = again(&whole);
        prop_assert_eq!(bytes(&whole), bytes(&resumed));
        for step in &steps[cut..] {
            // Numbers within a simulator are its own business; who is meant and what came of it is not.
            let (given, expected) = (take(&mut resumed, step), take(&mut whole, step));
            prop_assert_eq!(std::mem::discriminant(&given), std::mem::discriminant(&expected));
            prop_assert_eq!(tables(&resumed), tables(&whole));
        }
        prop_assert_eq!(bytes(&resumed), bytes(&whole));
    }

    #[test]
    fn a_flipped_bit_gives_an_answer((config, steps) in world(20), place in any::<proptest::sample::Index>(), bit in 0_u8..8) {
        let mut simulator = Simulator::new(config);
        follow(&mut simulator, &steps);
        let mut state = bytes(&simulator);
        let place = place.index(state.len());
        state[place] ^= 1 << bit;
        if let Ok(mut loaded) = load(&Buffer::from(state)) {
            follow(&mut loaded, &steps);
        }
    }
}

#[test]
fn bytes_that_are_no_stream_are_refused() {
    assert_eq!(load(&Buffer::from(b"state".as_slice())).err().map(|error| error.code), Some(Code::Deserialise));
}

#[test]
fn a_table_of_another_kind_is_no_state() {
    let simulator = Simulator::new(Config::default());
    let table = encode(&position_table(&simulator).expect("a table")).expect("bytes").to_vec();
    assert_eq!(load(&Buffer::from(table)).err().map(|error| error.code), Some(Code::Schema));
}

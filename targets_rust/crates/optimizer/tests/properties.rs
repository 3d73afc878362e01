//! What holds for any records of trials.
#![allow(clippy::float_cmp)] // equal means equal here
#![allow(clippy::unwrap_used)] // what cannot be merged fails the test

use optimizer::best::{Direction, best};
use optimizer::error::Code;
use optimizer::merge::{Row, merge};
use optimizer::trial::{State, Trial, by_name};
use proptest::prelude::*;
use proptest::sample::Index;

/// A trial whose content follows from its number, so that two of one number say the same.
fn trial(id: i32, duration_seconds: f64) -> Trial {
    let state = [State::Complete, State::Pruned, State::Fail][usize::try_from(id % 3).unwrap_or_default()];
    let value = if state == State::Complete { f64::from(id % 7) } else { f64::NAN };
    let params = vec![("a".to_owned(), f64::from(id)), ("b".to_owned(), -0.0)];
    let user_attrs = if id % 2 == 0 { Vec::new() } else { vec![("param:c".to_owned(), format!("choice {id}"))] };
    Trial { id, params, value, state, duration_seconds, user_attrs }
}

fn record() -> impl Strategy<Value = Vec<Trial>> {
    prop::collection::vec((0..20_i32, 0..9_i32).prop_map(|(id, duration)| trial(id, f64::from(duration))), 0..40)
}

fn same(a: &[Trial], b: &[Trial]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b) && a.duration_seconds == b.duration_seconds)
}

proptest! {
    #[test]
    fn merging_is_free_of_order(rows in record().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))) {
        let (given, shuffled) = (merge(rows.0).unwrap(), merge(rows.1).unwrap());
        prop_assert!(same(&given, &shuffled));
    }

    #[test]
    fn merging_is_associative_and_a_second_time_changes_nothing(rows in record(), cut in any::<Index>()) {
        let (first, second) = rows.split_at(cut.index(rows.len() + 1));
        let whole = merge(rows.clone()).unwrap();
        let grouped = merge([merge(first.to_vec()).unwrap(), merge(second.to_vec()).unwrap()].concat()).unwrap();
        prop_assert!(same(&whole, &grouped));
        prop_assert!(same(&whole, &merge(whole.clone()).unwrap()));
    }

    #[test]
    fn merging_sorts_and_loses_no_trial(rows in record()) {
        let merged = merge(rows.clone()).unwrap();
        prop_assert!(merged.is_sorted_by(|a, b| a.id < b.id));
        prop_assert!(rows.iter().all(|row| merged.iter().any(|kept| kept.says_the_same(row) && kept.duration_seconds <= row.duration_seconds)));
    }

    #[test]
    fn a_contradiction_is_found_wherever_it_stands(rows in record(), at in any::<Index>(), place in any::<Index>(), what in 0..5_u8) {
        prop_assume!(!rows.is_empty());
        let mut lie = rows[at.index(rows.len())].clone();
        match what {
            0 => lie.params[1].1 = 0.0,
            1 => lie.params.push(("z".to_owned(), 1.0)),
            2 => lie.user_attrs.push(("note".to_owned(), String::new())),
            3 => lie.value = if lie.value.is_nan() { 1.0 } else { f64::NAN },
            _ => lie.state = if lie.state == State::Fail { State::Pruned } else { State::Fail },
        }
        let mut rows = rows;
        rows.insert(place.index(rows.len() + 1), lie);
        prop_assert_eq!(merge(rows).map_err(|error| error.code).err(), Some(Code::Constraint));
    }

    #[test]
    fn nothing_beats_the_best(rows in record(), minimize in any::<bool>()) {
        let rows = merge(rows).unwrap();
        let direction = if minimize { Direction::Minimize } else { Direction::Maximize };
        let complete: Vec<_> = rows.iter().filter(|row| row.state == State::Complete).collect();
        match best(rows.iter().rev(), direction) {
            None => prop_assert!(complete.is_empty()),
            Some(winner) => for row in complete {
                let beaten = if minimize { row.value >= winner.value } else { row.value <= winner.value };
                prop_assert!(beaten);
                prop_assert!(row.value != winner.value || row.id >= winner.id);
            },
        }
    }

    #[test]
    fn names_are_sorted_and_the_last_of_one_name_counts(pairs in prop::collection::vec(("[a-d]", 0..100_i32), 0..12)) {
        let sorted = by_name(pairs.clone());
        prop_assert!(sorted.is_sorted_by(|a, b| a.0 < b.0));
        for (name, value) in &sorted {
            prop_assert_eq!(pairs.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value), Some(value));
        }
    }
}

#[test]
fn infinite_values_never_win() {
    let mut rows = vec![trial(0, 0.0), trial(3, 0.0)];
    rows[0].value = f64::INFINITY;
    assert_eq!(best(&rows, Direction::Maximize).map(|winner| winner.id), Some(3));
    rows[1].value = f64::NEG_INFINITY;
    assert!(best(&rows, Direction::Minimize).is_none());
}

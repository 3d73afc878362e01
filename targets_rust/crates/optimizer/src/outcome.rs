//! What a trial comes to, from what its objective did.

use crate::best::Direction;
use crate::trial::State;

/// How many characters of an error's text are kept.
pub const TEXT_LIMIT: usize = 500;

/// What an objective did.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// It gave a number.
    Gave(f64),
    /// It gave something of this type, which is no number.
    GaveNoNumber(String),
    /// It said that its trial is not worth going on with.
    Pruned,
    /// It raised an error of this type with this text.
    Raised(String, String),
}

/// How the trial ended, its value, and the attributes that say why it failed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub state: State,
    /// The value, NaN unless it is complete.
    pub value: f64,
    /// The type of the error and the beginning of its text.
    pub error: Option<(String, String)>,
}

/// Judge what an objective did; with `inf_is_worst` the worst infinity is a value like others.
#[must_use]
pub fn judge(done: Done, direction: Direction, inf_is_worst: bool) -> Outcome {
    match done {
        Done::Gave(value) if value.is_finite() || (inf_is_worst && value.to_bits() == direction.worst().to_bits()) => {
            Outcome { state: State::Complete, value, error: None }
        }
        Done::Gave(value) => failed("ValueError", &format!("the objective gave {}", spelled(value))),
        Done::GaveNoNumber(kind) => failed("TypeError", &format!("the objective gave {kind}, not a number")),
        Done::Pruned => Outcome { state: State::Pruned, value: f64::NAN, error: None },
        Done::Raised(kind, text) => failed(&kind, &text),
    }
}

fn failed(kind: &str, text: &str) -> Outcome {
    let error = (kind.to_owned(), text.chars().take(TEXT_LIMIT).collect());
    Outcome { state: State::Fail, value: f64::NAN, error: Some(error) }
}

fn spelled(value: f64) -> &'static str {
    match value {
        value if value.is_nan() => "nan",
        value if value > 0.0 => "inf",
        _ => "-inf",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_of(done: Done, inf_is_worst: bool) -> State {
        judge(done, Direction::Minimize, inf_is_worst).state
    }

    #[test]
    fn only_the_worst_infinity_can_be_a_value() {
        assert_eq!(state_of(Done::Gave(f64::INFINITY), true), State::Complete);
        assert_eq!(state_of(Done::Gave(f64::NEG_INFINITY), true), State::Fail);
        assert_eq!(state_of(Done::Gave(f64::INFINITY), false), State::Fail);
        assert_eq!(state_of(Done::Gave(f64::NAN), true), State::Fail);
        assert_eq!(state_of(Done::Gave(-0.0), false), State::Complete);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let told = judge(Done::Raised("OSError".into(), "ä".repeat(600)), Direction::Maximize, false);
        assert_eq!(told.error, Some(("OSError".into(), "ä".repeat(500))));
        assert!(told.value.is_nan());
    }

    #[test]
    fn a_pruned_trial_has_no_error() {
        let pruned = judge(Done::Pruned, Direction::Maximize, true);
        assert_eq!((pruned.state, pruned.error), (State::Pruned, None));
    }
}

"""Places: the plan counts a trial once, however often it had to be begun."""

from __future__ import annotations

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.trial import TrialState, create_trial

from reference_py.optimizer.places import INTERRUPTED, SLOT, Places, is_interrupted


def study_of(slots: list[int | None]) -> optuna.Study:
    """Return a study with a trial for each slot, None for a first attempt."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    for slot in slots:
        study.add_trial(create_trial(state=TrialState.WAITING, user_attrs={} if slot is None else {SLOT: slot}))
    return study


@given(st.lists(st.booleans(), max_size=30))
def test_first_attempts_take_the_next_place(repeated: list[bool]) -> None:
    """Repetitions keep theirs and leave no gap behind."""
    study = study_of([7 if again else None for again in repeated])
    places = Places(lambda: study.get_trials(deepcopy=False))
    found = [places.of(number) for number in range(len(repeated))]
    firsts = [place for place, again in zip(found, repeated, strict=True) if not again]
    assert firsts == list(range(len(firsts)))
    assert all(place == 7 for place, again in zip(found, repeated, strict=True) if again)
    assert places.taken == len(firsts)


def test_trials_that_come_later_are_read_when_asked_for() -> None:
    """Another process may add some at any time."""
    study = study_of([None, 0])
    places = Places(lambda: study.get_trials(deepcopy=False))
    assert places.of(0) == 0
    study.enqueue_trial({}, user_attrs={SLOT: 5})
    study.add_trial(create_trial(state=TrialState.WAITING))
    assert [places.of(number) for number in (1, 2, 3)] == [0, 5, 1]


def test_without_shared_trials_numbers_are_places() -> None:
    """A study in memory has no repetitions."""
    assert [Places(list).of(number) for number in (0, 3)] == [0, 3]


@pytest.mark.parametrize(
    ("state", "attributes", "wanted"),
    [(TrialState.FAIL, {INTERRUPTED: "w"}, True), (TrialState.FAIL, {}, False), (TrialState.RUNNING, {INTERRUPTED: "w"}, False)],
)
def test_only_a_marked_failure_is_an_interruption(state: TrialState, attributes: dict[str, str], wanted: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """A failed objective is a result."""
    assert is_interrupted(create_trial(state=state, user_attrs=attributes)) is wanted

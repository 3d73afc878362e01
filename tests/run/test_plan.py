"""Facts about how much a run may do, and which checks it does."""

from __future__ import annotations

import os

import pytest

from harness.errors import Code, HarnessError
from harness.run.plan import ALWAYS, ORDER, Plan, check_names


def test_all_registered_checks_run_in_order() -> None:
    """Timings come last, when nothing else is to follow; who is there comes first."""
    assert [check.name for check in Plan().checks()] == list(ORDER)


def test_a_plan_without_a_choice_leaves_nothing_out() -> None:
    """Only a choice makes a run incomplete."""
    assert Plan().left_out() == ()


def test_a_choice_keeps_the_order_and_what_is_always_done() -> None:
    """Who is there as the port is part of every run."""
    assert [check.name for check in Plan(only=("boundary", "golden")).checks()] == [ALWAYS, "golden", "boundary"]


def test_a_choice_names_what_it_leaves_out() -> None:
    """Everything but the chosen and what is always done."""
    left_out = Plan(only=("golden",)).left_out()

    assert set(left_out) == set(check_names()) - {"golden", ALWAYS}


def test_choosing_everything_leaves_nothing_out() -> None:
    """A full list is a full run."""
    assert Plan(only=ORDER).left_out() == ()


@pytest.mark.parametrize(("word", "proposal"), [("goldn", "did you mean 'golden'?"), ("xyz", "no check is called 'xyz'")])
def test_an_unknown_check_is_refused(word: str, proposal: str) -> None:
    """The nearest one is proposed."""
    with pytest.raises(HarnessError) as caught:
        Plan(only=("golden", word)).checks()

    assert caught.value.code is Code.CHECK_UNKNOWN
    assert proposal in str(caught.value)


def test_as_many_operations_as_processors_are_examined_at_once() -> None:
    """Unless something else is asked for."""
    assert Plan().jobs == (os.cpu_count() or 1)

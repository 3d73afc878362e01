"""Programs of calls: real ones first, every step alone, then drawn ones that keep to the contract; and shrunk as programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases import generate, make_case, shrink
from harness.contract import Programs, columns, one_of, recorded
from harness.errors import Code, HarnessError
from harness.machines.programs import is_program
from harness.model import Case

FAKES = Path(__file__).resolve().parents[1] / "fakes"
LIMITS = columns(limit="float64[0..9]")
PROGRAMS = Programs(
    (LIMITS,),
    {"add": (columns(key=one_of("a", "b"), amount="float64[0..1]"), columns(key=one_of("z"), amount="float64")), "total": (columns(),)},
    ("total",),
    length=(0, 12),
)


@pytest.fixture
def ledgers() -> Iterator[None]:
    """Let contracts import the fakes."""
    sys.path.insert(0, str(FAKES))
    yield
    sys.path.remove(str(FAKES))


def programs(inputs: Programs = PROGRAMS, count: int = 200, seed: int = 1) -> list[tuple[Any, ...]]:
    """Return the arguments of some programs."""
    return [case.arguments for case in generate(inputs, "ledger", count=count, seed=seed)]


def with_(**changes: Any) -> Programs:
    """Return the programs of these tests with some fields replaced."""
    fields = {name: getattr(PROGRAMS, name) for name in ("construct", "steps", "observe", "weights", "length", "recorded", "adjust")}
    return Programs(**(fields | changes))


def test_every_case_is_a_program() -> None:
    """The arguments are what a player takes, and no program comes twice."""
    found = programs()

    assert len(found) == 200
    assert all(map(is_program, found))
    assert len({repr(arguments) for arguments in found}) == 200


def test_the_same_seed_gives_the_same_programs() -> None:
    """A run can be repeated, and a larger one contains a smaller."""
    assert programs(count=50) == programs(count=80)[:50]
    assert programs(seed=1) != programs(seed=2)


def test_each_step_is_tried_alone() -> None:
    """Among the first programs are the empty one and one of every single step."""
    first = [[method for method, _ in steps] for _, steps, _ in programs(count=20)]

    assert first[0] == []
    assert ["add"] in first
    assert ["total"] in first


def test_programs_keep_to_their_length() -> None:
    """No drawn program is longer or shorter than the contract says, and both ends are reached."""
    drawn = [len(arguments[1]) for arguments in programs(with_(length=(4, 9)), count=400)[40:]]

    assert min(drawn) == 4
    assert max(drawn) == 9


def test_a_step_without_weight_is_not_drawn() -> None:
    """Weights decide how often a step is taken."""
    drawn = [method for _, steps, _ in programs(with_(weights={"total": 0.0}), count=300)[40:] for method, _ in steps]

    assert set(drawn) == {"add"}


def test_half_of_the_programs_keep_to_usual_arguments() -> None:
    """Unusual arguments are mixed into some programs only, so that the others get far."""
    drawn = [steps for _, steps, _ in programs(count=400)[40:] if len(steps) > 4]
    unusual = [any(method == "add" and arguments[0] == "z" for method, arguments in steps) for steps in drawn]

    assert 0.2 < sum(unusual) / len(unusual) < 0.7


def test_real_programs_come_first(ledgers: None) -> None:
    """What a callable yields as (construct, steps) is played before anything else, with the contract's observations."""
    del ledgers

    assert programs(with_(recorded="ledgers:programs"))[0] == (
        [100.0],
        [["add", ["rent", 40.0]], ["add", ["food", 12.5]], ["remove", ["rent"]], ["total", []]],
        ["total"],
    )


def test_real_arguments_may_repeat_without_end(ledgers: None) -> None:
    """A callable that yields the same few tuples for ever serves a step, in its own order."""
    del ledgers
    drawn = programs(with_(steps={"add": (recorded("ledgers:payments"),)}, length=(2, 6)), count=120)[40:]
    pairs = {(first[1][0], second[1][0]) for _, steps, _ in drawn for first, second in pairwise(steps) if first != second}

    assert pairs == {("rent", "food"), ("food", "heat"), ("heat", "rent")}


def test_an_adjustment_makes_drawn_programs_consistent(ledgers: None) -> None:
    """A callable may change a program in place before it is used."""
    del ledgers
    drawn = programs(with_(adjust="ledgers:calm"), count=300)[60:]

    assert {arguments[1] for _, steps, _ in drawn for method, arguments in steps if method == "add"} == {1.0}


@pytest.mark.parametrize("changes", [{"recorded": "ledgers:Ledger"}, {"adjust": "ledgers:Ledger"}])
def test_a_helper_that_fails_is_the_contracts_fault(ledgers: None, changes: dict[str, str]) -> None:
    """The error names the callable."""
    del ledgers
    with pytest.raises(HarnessError) as caught:
        programs(with_(**changes))

    assert caught.value.code is Code.CONTRACT_BROKEN
    assert caught.value.where == "ledgers:Ledger"


def smallest(steps: list[list[Any]], fails: Any) -> tuple[Any, ...]:
    """Shrink a program while a predicate of its steps holds."""

    def still_diverges(cases: Sequence[Case]) -> int | None:
        return next((place for place, case in enumerate(cases) if fails(case.arguments[1])), None)

    return shrink(make_case("ledger", ([5.0], steps, ["total"])), still_diverges, within=PROGRAMS).arguments


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 1)), max_size=30), st.integers(0, 29))
def test_a_program_shrinks_to_the_steps_that_matter(calls: list[tuple[str, float]], place: int) -> None:
    """Of any program with one decisive pair of steps, only these stay, with the plainest arguments that the types allow."""
    steps = [["add", [key, amount]] for key, amount in calls]
    steps.insert(min(place, len(steps)), ["total", []])
    steps.append(["add", ["b", 0.75]])

    def fails(candidate: list[list[Any]]) -> bool:
        methods = [method for method, _ in candidate]
        return "total" in methods and "add" in methods[methods.index("total") :]

    construct, kept, observe = smallest(steps, fails)

    assert kept == [["total", []], ["add", ["a", 0.0]]]
    assert construct == [0.0]
    assert observe == ["total"]


def test_methods_are_never_misspelt() -> None:
    """Shrinking changes steps and arguments, not names."""
    seen: set[str] = set()

    def fails(candidate: list[list[Any]]) -> bool:
        seen.update(method for method, _ in candidate)
        return len(candidate) > 1

    smallest([["add", ["b", 1.0]], ["total", []], ["add", ["a", 0.5]]], fails)

    assert seen == {"add", "total"}

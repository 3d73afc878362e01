"""Cases come edges first, each input once, the same for the same seed."""

from __future__ import annotations

import sys
import time
from itertools import islice
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases import case_id, generate
from harness.contract import Inputs, Recorded, Strategy, columns, ipc, one_of
from harness.errors import Code, HarnessError

RECORD = columns(metrics="{a: float64, b: float64, c: float64, d: float64, e: float64, f: float64, g: float64, h: float64}")
INPUTS = columns(x="float64", names="list<string>?", table=ipc(a="float64", b="list<float64>?"), config=one_of(None, {"a": 1.0}))


def ids(inputs: Inputs, count: int, seed: int = 1) -> list[str]:
    """Generate and keep the ids only."""
    return [case.id for case in generate(inputs, "operation", count=count, seed=seed)]


def test_the_same_seed_gives_the_same_cases() -> None:
    """Two generations agree case by case; another seed differs after the edges."""
    assert ids(INPUTS, 120) == ids(INPUTS, 120)
    assert ids(INPUTS, 120) != ids(INPUTS, 120, seed=2)


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_larger_count_contains_the_cases_of_a_smaller(first: int, second: int) -> None:
    """Asking for more keeps what asking for less gave."""
    small, large = sorted((first, second))
    assert set(ids(RECORD, small)) <= set(ids(RECORD, large))


def test_every_case_is_a_different_one_and_has_the_id_of_its_arguments() -> None:
    """No id repeats, and each is the digest of operation and arguments."""
    cases = list(generate(INPUTS, "operation", count=300, seed=3))
    assert len({case.id for case in cases}) == len(cases) == 300
    assert all(case.id == case_id("operation", case.arguments) for case in cases)
    assert case_id("operation", cases[0].arguments) != case_id("another", cases[0].arguments)


def test_edges_come_first_and_take_at_most_half() -> None:
    """The first half of the cases are edges as long as there are any, the rest is the mix."""
    origins = [case.origin for case in generate(RECORD, "operation", count=100, seed=1)]
    assert origins == ["edge"] * 50 + ["generated"] * 50


def test_edges_vary_one_argument_at_a_time() -> None:
    """After typical, emptiest and absent arguments, every edge case differs from the typical one in one argument."""
    cases = list(islice(generate(columns(x="float64", y="float64", n="int64?"), "operation", count=400, seed=1), 100))
    usual = cases[0].arguments
    changed = [sum(repr(a) != repr(b) for a, b in zip(usual, case.arguments, strict=True)) for case in cases[3:]]
    assert set(changed) == {1}
    assert cases[2].arguments[2] is None


def test_a_small_domain_ends() -> None:
    """An operation on one bool has two cases and one without arguments has one, whatever the count."""
    assert len(ids(columns(flag="bool"), 1_000)) == 2
    assert [case.arguments for case in generate(columns(), "operation", count=50, seed=1)] == [()]


def test_a_strategy_draws_the_same_tuples_for_a_seed() -> None:
    """Hypothesis strategies give up to the count of different tuples, alike for one seed, with no warning."""
    inputs = Strategy(st.tuples(st.floats(), st.lists(st.integers(0, 9))))
    cases = list(generate(inputs, "operation", count=50, seed=5))
    assert len(cases) == 50
    assert [case.id for case in cases] == ids(inputs, 50, seed=5) != ids(inputs, 50, seed=6)
    assert len(ids(Strategy(st.tuples(st.booleans())), 50)) == 2


def test_a_strategy_that_fails_or_gives_no_tuples_is_a_broken_contract() -> None:
    """Both errors name the contract as what is to be mended."""
    for strategy in (st.integers(), st.tuples(st.integers().map(lambda value: value // 0)), "no strategy"):
        with pytest.raises(HarnessError) as caught:
            ids(Strategy(strategy), 5)
        assert caught.value.code is Code.CONTRACT_BROKEN


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module `market` with callables that record, fail, or yield what is no tuple."""
    module = ModuleType("market")
    made: dict[str, Any] = {
        "prices": lambda: iter([(1.0,), (2.0,), (1.0,), (3.0,)]),
        "fails": lambda: (1 / number if number else number / 0 for number in (1, 0)),
        "numbers": lambda: [1.0],
        "objects": lambda: [(object(),)],
        "word": "text",
    }
    for name, value in made.items():
        setattr(module, name, value)
    monkeypatch.setitem(sys.modules, "market", module)
    return module


@pytest.mark.usefixtures("market")
def test_recorded_input_is_yielded_in_order_up_to_the_count() -> None:
    """Recorded tuples come once each with their origin, all of them unless the count is smaller."""
    cases = list(generate(Recorded("market:prices"), "operation", count=100, seed=1))
    assert [(case.arguments, case.origin) for case in cases] == [((1.0,), "recorded"), ((2.0,), "recorded"), ((3.0,), "recorded")]
    assert len(ids(Recorded("market:prices"), 2)) == 2


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(("path", "code"), [
    ("market:fails", Code.CONTRACT_BROKEN), ("market:numbers", Code.CONTRACT_BROKEN), ("market:objects", Code.CONTRACT_BROKEN),
    ("market:no_such", Code.CALLABLE_MISSING), ("market:word", Code.CALLABLE_MISSING), ("no_such_module:prices", Code.CALLABLE_MISSING),
    ("market.prices", Code.CALLABLE_MISSING),
])  # fmt: skip
def test_bad_recorded_input_is_located_in_the_contract(path: str, code: Code) -> None:
    """Whatever is wrong with recorded input, the error says what is to be mended."""
    with pytest.raises(HarnessError) as caught:
        ids(Recorded(path), 10)
    assert caught.value.code is code
    assert caught.value.where


@pytest.mark.slow
def test_typed_records_are_generated_many_times_faster_than_strategies() -> None:
    """Ten thousand records of eight floats take less time than five hundred of the same from Hypothesis."""
    strategy = Strategy(st.tuples(st.fixed_dictionaries({name: st.floats() for name in "abcdefgh"})))
    start = time.perf_counter()
    assert len(ids(RECORD, 10_000)) == 10_000
    middle = time.perf_counter()
    assert len(ids(strategy, 500)) == 500
    assert middle - start < time.perf_counter() - middle

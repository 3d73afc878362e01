"""Aggregation: any order, any grouping, the same bytes; and trials that contradict each other."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.market.optimizer_cases import aggregate_results_cases
from reference_py.market.optimizer_tables import faulty_rows, plain_row, raw_stream, trial_rows, trial_streams
from reference_py.optimizer import OptimizerError, aggregate_results
from reference_py.optimizer.schema import from_ipc, to_ipc

ROWS = trial_rows(12, seed=3)


def code_of(results: Any) -> int:
    """Return the number with which results are refused."""
    with pytest.raises(OptimizerError) as caught:
        aggregate_results(results)
    return caught.value.code


@given(st.permutations(range(12)), st.integers(1, 12), st.integers(0, 12))
def test_order_and_grouping_do_not_matter(order: list[int], parts: int, cut: int) -> None:
    """Pieces in any order, aggregated at once or in two steps, some of them twice, are the whole."""
    shuffled = [ROWS[place] for place in order]
    pieces = [to_ipc(shuffled[part::parts]) for part in range(parts)]
    whole = to_ipc(ROWS)
    assert aggregate_results(pieces) == whole
    assert aggregate_results([aggregate_results(pieces[:cut]), aggregate_results(pieces[cut:]), pieces[0]]) == whole


def test_nothing_gives_the_empty_table() -> None:
    """No streams, or streams without rows."""
    assert aggregate_results([]) == aggregate_results([to_ipc([]), to_ipc([])]) == to_ipc([])
    assert pa.ipc.open_stream(aggregate_results([])).read_all().num_rows == 0


def test_a_repeated_trial_stays_once_with_the_smaller_duration() -> None:
    """The duration takes no part in the comparison."""
    row = ROWS[0]
    for durations in ((0.5, 0.25), (0.25, 0.5)):
        kept = from_ipc(aggregate_results([to_ipc([row._replace(duration_seconds=seconds)]) for seconds in durations]))
        assert [one.duration_seconds for one in kept] == [0.25]


def test_null_and_empty_attributes_are_the_same() -> None:
    """And go out as null."""
    data = aggregate_results([raw_stream([plain_row(user_attrs=[])]), raw_stream([plain_row()])])
    assert pa.ipc.open_stream(data).read_all().to_pylist()[0]["user_attrs"] is None


def test_keys_in_another_order_are_the_same() -> None:
    """Within maps the order says nothing."""
    pairs = [("a", 1.0), ("b", math.nan)]
    assert len(from_ipc(aggregate_results([raw_stream([plain_row(params=pairs)]), raw_stream([plain_row(params=pairs[::-1])])]))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 1.2500000000000002},
        {"params": [("x", -0.5)]},
        {"params": [("x", 0.5), ("y", 0.0)]},
        {"state": "FAIL", "value": math.nan},
        {"user_attrs": [("k", "v")]},
    ],
)
def test_trials_that_contradict_each_other_are_refused(changes: dict[str, Any]) -> None:
    """One cell is enough, from one stream or from two."""
    assert code_of([raw_stream([plain_row()]), raw_stream([plain_row(**changes)])]) == 1006
    assert code_of([raw_stream([plain_row(), plain_row(**changes)])]) == 1006


def test_zeros_of_either_sign_contradict() -> None:
    """Doubles are compared by their bits."""
    assert code_of([raw_stream([plain_row(value=0.0)]), raw_stream([plain_row(value=-0.0)])]) == 1006


def test_a_duration_of_negative_zero_goes_out_as_zero() -> None:
    """So that grouping cannot show."""
    kept = from_ipc(aggregate_results([raw_stream([plain_row(duration_seconds=-0.0)])]))
    assert math.copysign(1.0, kept[0].duration_seconds) == 1.0


def test_the_first_faulty_stream_is_reported() -> None:
    """By its place in the list, and before any contradiction."""
    faulty = raw_stream([faulty_rows()["negative_id"]])
    contradiction = [raw_stream([plain_row()]), raw_stream([plain_row(value=9.0)])]
    assert code_of([faulty, b"x"]) == 1003
    assert code_of([b"x", faulty]) == 3004
    assert code_of([*contradiction, b"x"]) == 3004


@pytest.mark.parametrize("results", [None, b"", {}, [None], ["x"], [b"x", 1]])
def test_results_are_a_list_of_bytes(results: Any) -> None:
    """A wrong kind is a TypeError, found before anything is read."""
    with pytest.raises(TypeError):
        aggregate_results(results)


def test_many_trials() -> None:
    """Two thousand trials of seven workers, in order of their ids."""
    rows = from_ipc(aggregate_results(trial_streams(2000, 7, seed=4)))
    assert [row.trial_id for row in rows] == list(range(2000))


def test_every_case_of_the_harness_answers_or_refuses() -> None:
    """No case ends in an error without a number, and both outcomes are common."""
    answered = refused = 0
    for (results,) in aggregate_results_cases():
        try:
            aggregate_results(results)
            answered += 1
        except (OptimizerError, TypeError):
            refused += 1
    assert answered > 20
    assert refused > 35

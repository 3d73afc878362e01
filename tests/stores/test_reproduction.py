"""The stand-alone comparison of reproducers agrees with the policy that it is given."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from harness.cases.tables import stream_bytes
from harness.compare import differences as policy_differences
from harness.contract import Policy, close, exact
from harness.stores.divergences import tolerance_of
from harness.stores.reproduction import differences, load, outcome_differences, shown

VALUES: list[Any] = [
    1.0, 1.0000000000000002, 1.001, 1, True, 0.0, -0.0, math.nan, math.inf, -math.inf, "a", b"a", None, [1.0], (1.0,), [1.0, 2.0],
    {"a": 1.0},
    {"a": 1.001}, {"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, [math.nan], {"a": [{"b": 1.0}]}, {"a": [{"b": 1.1}]},
]  # fmt: skip
POLICIES = [
    exact,
    close(rel=1e-2),
    close(abs=1e-3),
    close(ulps=1),
    Policy(nan_equal=False),
    Policy(types=False),
    Policy(ignore={'*["b"]': "noise"}),
]


@pytest.mark.parametrize("policy", POLICIES, ids=range(len(POLICIES)))
def test_equal_and_different_are_told_as_the_harness_does(policy: Policy) -> None:
    """For every pair of sample values the stand-alone comparison finds a difference exactly when the harness does."""
    rule = tolerance_of(policy)
    for first in VALUES:
        for second in VALUES:
            ours = bool(list(differences(first, second, rule, "value")))
            assert ours == bool(policy_differences(first, second, policy)), (first, second)


def test_field_rules_beat_the_whole() -> None:
    """A pattern with a star gives its own tolerance to the fields that it fits."""
    rule = tolerance_of(Policy(fields={'*["score"]': close(abs=1.0)}))
    assert list(differences({"score": 1.0}, {"score": 1.5}, rule, "value")) == []
    assert list(differences({"other": 1.0}, {"other": 1.5}, rule, "value")) == ['value["other"]: 1.0 against 1.5']


def test_arrow_data_and_arrays_are_compared_by_their_content() -> None:
    """Streams, batches and arrays name the place of a difference; another schema is one."""
    rule = tolerance_of(exact)
    first, second = (pa.RecordBatch.from_pydict({"a": [1.0, last]}) for last in (2.0, 3.0))
    streams = [stream_bytes(held.schema, [held]) for held in (first, second)]
    assert list(differences(*streams, rule, "value")) == ['value["a"][1]: 2.0 against 3.0']
    assert list(differences(first, second, rule, "value")) == ['value["a"][1]: 2.0 against 3.0']
    assert list(differences(first, first.cast(pa.schema([("a", pa.float32())])), rule, "value"))
    assert list(differences(np.array([1.0]), np.array([1.0], np.float32), rule, "value"))
    assert list(differences(b"\xff\xff\xff\xffnoise", b"\xff\xff\xff\xffnoise", rule, "value")) == []


@pytest.mark.parametrize(("first", "second", "errors", "alike"), [
    (("error", "[1005] a", "A"), ("error", "[1005] b", "B"), "code", True),
    (("error", "[1005] a", "A"), ("error", "[1004] a", "A"), "code", False),
    (("error", "[1005] a", "A"), ("error", "a", "A"), "code", False),
    (("error", "a", "A"), ("error", "b", "A"), "code", True),
    (("error", "a", "A"), ("error", "a", "B"), "type", False),
    (("error", "a", "A"), ("error", "b", "A"), "type", True),
    (("error", "a", "A"), ("error", "b", "A"), "type+message", False),
    (("error", "a", "A"), ("error", "b", "B"), "any", True),
    (("error", "a", "A"), ("value", 1, ""), "any", False),
    (("value", 1, ""), ("value", 1, ""), "code", True),
])  # fmt: skip
def test_errors_are_alike_as_the_contract_says(first: Any, second: Any, errors: str, *, alike: bool) -> None:
    """Codes, types, messages or nothing at all decide; a value and an error never agree."""
    assert (not outcome_differences(first, second, tolerance_of(exact), errors)) is alike


def test_callables_are_found_in_modules_and_classes() -> None:
    """Both forms of an import path work; what is not there is said."""
    assert load("math.sqrt") is math.sqrt
    assert load("datetime:date.today")() is not None
    assert load("os.path.join")("a", "b") == "a/b"
    for missing in ("no_such_module.f", "math.no_such"):
        with pytest.raises((ModuleNotFoundError, AttributeError)):
            load(missing)


def test_long_outcomes_are_cut() -> None:
    """What is shown stays readable."""
    assert len(shown(("value", "x" * 10_000, ""))) < 2_100

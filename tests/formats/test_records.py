"""Facts about the model as JSON trees."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import model
from harness.errors import Code, HarnessError
from harness.formats.records import from_dict, to_dict
from harness.formats.values import EncodeError, Opaque
from harness.model import (
    Action,
    Bound,
    Case,
    Decision,
    Difference,
    Divergence,
    Evidence,
    EvidenceStatus,
    Failure,
    Gate,
    GateResult,
    Interval,
    Outcome,
    OutcomeKind,
    Reason,
    Result,
    Role,
    Source,
    Verdict,
)

CASE = Case("c1", "rate", ({"a": (1.5, math.inf)}, b"\0", {1, 2}), "edge", 7)
OUTCOME = Outcome(OutcomeKind.ERROR, None, Failure("builtins.ValueError", "[1005] \ud800", "1005"), ([1],), 12, "rust")
DIVERGENCE = Divergence(
    "d1",
    "differential",
    "rate",
    "rust",
    "value",
    "s",
    3,
    CASE,
    OUTCOME,
    Outcome(OutcomeKind.VALUE, -0.0),
    (Difference("value", "float", "1", "2", 1.0, None, 4),),
)
EVIDENCE = Evidence(
    "a", "b", "c", "a.b", math.inf, "s", Interval(0.0, 1.0), 3, 2, EvidenceStatus.ERROR, "x", "y", {"seed": 1, "t": (1,)}, ("f",)
)
GATE = Gate("g", "t", Source("r.md", 3), Bound("<", 0.1, "s", "<100 ms"), Role.TRIGGER, Action.ROLLBACK)
VERDICT = Verdict(
    Decision.NO_GO,
    (Reason("x", Decision.NO_GO, "because", None),),
    (GateResult(GATE, Result.FAIL, "r", 0.2, Interval(0.1, 0.3)),),
    (model.ChecklistItem("t", Source("r.md", 1), ticked=True, prerequisite=False, gate_ids=("g",)),),
)
RECORDS = [CASE, OUTCOME, DIVERGENCE, EVIDENCE, GATE, VERDICT, model.SignOff("r", "n", "d", "t"), model.Ran("rust", "m:f")]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_equal(record: Any) -> None:
    """Every frozen value of the model comes back equal through JSON text."""
    text = json.dumps(to_dict(record), allow_nan=False)

    assert from_dict(type(record), json.loads(text)) == record


@given(value=st.none() | st.floats(allow_nan=False), note=st.text(st.characters()), n=st.integers())
def test_evidence_comes_back_equal(value: float | None, note: str, n: int) -> None:
    """Any number and any text in evidence survive."""
    evidence = Evidence("a", "b", "c", "a.b", value, n=n, note=note)

    assert from_dict(Evidence, json.loads(json.dumps(to_dict(evidence)))) == evidence


def test_a_nan_comes_back_as_a_nan() -> None:
    """A measured NaN is no null and no error."""
    tree = to_dict(Evidence("a", "b", "c", "a.b", math.nan))

    assert math.isnan(from_dict(Evidence, json.loads(json.dumps(tree, allow_nan=False))).value or 0.0)


def test_an_absent_field_with_a_default_gets_it() -> None:
    """Records of a time before a field was added can be read."""
    assert from_dict(Case, {"id": "1", "operation": "rate", "arguments": []}) == Case("1", "rate", ())


def changed(record: Any, **fields: Any) -> Any:
    """Return the tree of a record with some fields replaced."""
    return to_dict(record) | fields


@pytest.mark.parametrize(
    ("kind", "tree", "words"),
    [
        (Evidence, changed(EVIDENCE, n="3"), "Evidence.n is '3', not of type int"),
        (Evidence, changed(EVIDENCE, n=True), "Evidence.n is True, not of type int"),
        (Evidence, changed(EVIDENCE, value="x"), "Evidence.value is 'x', not of type float"),
        (Evidence, changed(EVIDENCE, status="fine"), "Evidence.status is 'fine', which is none of measured"),
        (Evidence, changed(EVIDENCE, extra=1), "Evidence has an unknown field 'extra'"),
        (Evidence, changed(EVIDENCE, artefacts="f"), "Evidence.artefacts is 'f', not of type list"),
        (Evidence, changed(EVIDENCE, interval={"low": 0.0}), "Evidence.interval lacks the field 'high'"),
        (Evidence, changed(EVIDENCE, provenance=[]), "Evidence.provenance is [], not of type dict"),
        (Evidence, [], "Evidence is [], not of type dict"),
        (Case, changed(CASE, arguments=[1, {"$": "evil", "v": 1}]), "Case.arguments[1] cannot be read back"),
        (Divergence, changed(DIVERGENCE, where=[1]), "Divergence.where[0] is 1, not of type dict"),
    ],
)
def test_a_wrong_record_is_refused_with_its_place(kind: type, tree: Any, words: str) -> None:
    """The error names the field, what it holds and what it should hold."""
    with pytest.raises(HarnessError) as raised:
        from_dict(kind, tree, where="reports/x.json")

    assert words in raised.value.what
    assert (raised.value.code, raised.value.where) == (Code.FILE_INVALID, "reports/x.json")


def test_only_outcomes_may_be_described() -> None:
    """What cannot be carried is described in an outcome and refused in a case, whose arguments must stay exact."""
    assert from_dict(Outcome, to_dict(Outcome(OutcomeKind.VALUE, object()))).value == Opaque("builtins.object", "<object object at 0x...>")
    with pytest.raises(EncodeError):
        to_dict(Case("1", "rate", (object(),)))

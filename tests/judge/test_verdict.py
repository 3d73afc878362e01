"""Tests how reasons become a decision."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judge_builders import GO, NO_GO, OPEN, codes, gate, measured, one, verdict

from harness.model import Action, Decision, Evidence, EvidenceStatus, Gate, Interval, Reason, Result, Role, Source

NUMBERS = st.one_of(st.none(), st.just(math.nan), st.just(math.inf), st.floats(-2, 2))
INTERVALS = st.one_of(st.none(), st.tuples(st.floats(-2, 2), st.floats(0, 2)).map(lambda ends: Interval(ends[0], ends[0] + ends[1])))
METRICS = st.sampled_from(["a", "b", "c"])
EVIDENCE = st.builds(
    measured,
    NUMBERS,
    st.sampled_from(["", "ratio", "s", "odd"]),
    metric=METRICS,
    interval=INTERVALS,
    n=st.sampled_from([0, 200]),
    status=st.sampled_from([EvidenceStatus.MEASURED] * 3 + [EvidenceStatus.ERROR]),
)
GATES = st.builds(
    gate,
    st.sampled_from(["<", "<=", ">", ">=", "==", "?"]),
    st.floats(-1, 1),
    st.sampled_from(["", "x", "s"]),
    role=st.sampled_from(Role),
    action=st.sampled_from(Action),
    metric=st.one_of(st.just(""), METRICS),
)
ORDER = {NO_GO: 0, OPEN: 1, GO: 2}


def test_all_is_well() -> None:
    """A passed gate on sufficient evidence with nothing missing is GO without any reason."""
    found = verdict()
    assert (found.decision, found.reasons) == (GO, ())
    assert found.gates[0].result is Result.PASS


def test_no_go_beats_inconclusive() -> None:
    """A failed gate decides, however much else is open, and its reason comes first."""
    found = verdict((gate(metric=""), gate()), (measured(1.0),), stale=("port",))
    assert found.decision is NO_GO
    assert codes(found)[0] == "gate-failed"
    assert {"gate-unbound", "evidence-stale"} <= set(codes(found))


def test_inconclusive_beats_go() -> None:
    """One open point keeps everything else that passed from being GO."""
    assert verdict(left_out=("benchmark",)).decision is OPEN


def test_no_gates() -> None:
    """A runbook without thresholds proves nothing."""
    assert (verdict(()).decision, codes(verdict(()))) == (OPEN, ["no-gates"])


def test_no_evidence() -> None:
    """Without evidence there is no verdict, even if nothing was asked."""
    found = verdict((), ())
    assert found.decision is OPEN
    assert codes(found) == ["no-gates", "no-evidence"]


@pytest.mark.parametrize("decision", list(Decision))
def test_problems_of_the_runbook_count(decision: Decision) -> None:
    """A finding about the runbook forces the decision that it carries."""
    problem = Reason("contradiction", decision, "two limits for one metric", Source("runbooks/rating.md", 7))
    found = verdict(runbook_problems=(problem,))
    assert found.decision is decision
    assert problem in found.reasons


@settings(deadline=None)
@given(st.lists(GATES, max_size=4), st.lists(EVIDENCE, max_size=4))
def test_a_failing_gate_never_improves_a_verdict(gates: list[Gate], evidence: list[Evidence]) -> None:
    """With one more gate that fails, the verdict is NO-GO, whatever it was."""
    before = verdict(gates, evidence)
    after = verdict([*gates, gate("<", 1.0, metric="failing")], [*evidence, measured(5.0, metric="failing")])
    assert after.decision is NO_GO
    assert ORDER[after.decision] <= ORDER[before.decision]


@settings(deadline=None)
@given(st.lists(GATES, max_size=4), GATES, st.lists(EVIDENCE, max_size=4))
def test_one_more_gate_never_improves_a_verdict(gates: list[Gate], added: Gate, evidence: list[Evidence]) -> None:
    """To ask more never makes an answer better, except that no question at all is open."""
    before, after = verdict(gates, evidence), verdict([*gates, added], evidence)
    assert ORDER[after.decision] <= ORDER[before.decision] or not gates


@settings(deadline=None)
@given(st.lists(GATES, max_size=4), st.lists(EVIDENCE, max_size=4), METRICS)
def test_less_evidence_never_gives_go(gates: list[Gate], evidence: list[Evidence], lost: str) -> None:
    """A verdict that is not GO does not become GO when all evidence of a metric is taken away."""
    if verdict(gates, evidence).decision is not GO:
        assert verdict(gates, [item for item in evidence if item.metric != lost]).decision is not GO


@settings(deadline=None)
@given(st.lists(GATES, min_size=1, max_size=4), st.lists(EVIDENCE, unique_by=lambda item: item.metric, max_size=3), st.integers(0, 2))
def test_one_piece_less_never_gives_go(gates: list[Gate], evidence: list[Evidence], lost: int) -> None:
    """Where each metric has one piece of evidence, no piece can be taken away to reach GO."""
    if verdict(gates, evidence).decision is not GO:
        assert verdict(gates, evidence[:lost] + evidence[lost + 1 :]).decision is not GO


@settings(deadline=None)
@given(st.lists(GATES, max_size=4), st.lists(EVIDENCE, max_size=4))
def test_go_means_every_gate_passed_or_only_warned(gates: list[Gate], evidence: list[Evidence]) -> None:
    """There is no GO without gates, without evidence, or with a gate that is neither passed nor a measured warning."""
    found = verdict(gates, evidence)
    if found.decision is GO:
        assert gates
        assert evidence
        assert all(item.result is Result.PASS or (item.gate.action is Action.WARN and item.value is not None) for item in found.gates)


@settings(deadline=None)
@given(st.permutations([measured(0.0), measured(None), measured(0.5, port="julia"), measured(0.2)]))
def test_the_order_of_evidence_plays_no_part(evidence: list[Evidence]) -> None:
    """The same evidence in any order gives the same result with the same value."""
    assert (one(gate(), *evidence).result, one(gate(), *evidence).value) == (Result.FAIL, 0.5)

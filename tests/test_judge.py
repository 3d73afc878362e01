"""Tests every rule by which gates and evidence become a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judge import judge
from harness.model import (
    Action,
    Bound,
    ChecklistItem,
    CheckRecord,
    ClaimStatus,
    Decision,
    Evidence,
    EvidenceStatus,
    Gate,
    GateResult,
    Interval,
    Reason,
    Result,
    Role,
    SignOff,
    Source,
    Verdict,
)

DIGEST = "d1"
GO, NO_GO, OPEN = Decision.GO, Decision.NO_GO, Decision.INCONCLUSIVE


def gate(
    comparator: str = "<",
    limit: float = 0.0001,
    unit: str = "",
    *,
    role: Role = Role.ACCEPTANCE,
    action: Action = Action.BLOCK,
    **rest: Any,
) -> Gate:
    """Return a gate on `differential.abs_error.max`, at line 12 of the runbook."""
    bound = Bound(comparator, limit, unit, f"{comparator} {limit}{unit}", upper=rest.pop("upper", None))
    given = {"id": "g1", "text": "score divergence", "source": Source("runbooks/rating.md", 12), "metric": "differential.abs_error.max"}
    return Gate(bound=bound, role=role, action=action, **(given | rest))


def trigger(comparator: str = ">", limit: float = 0.001, unit: str = "", **rest: Any) -> Gate:
    """Return a rollback trigger."""
    return gate(comparator, limit, unit, role=Role.TRIGGER, **({"action": Action.ROLLBACK} | rest))


def measured(value: float | None = 0.0, unit: str = "", **rest: Any) -> Evidence:
    """Return evidence of enough size for the gate above."""
    given = {
        "check": "differential",
        "operation": "rating",
        "port": "rust",
        "metric": "differential.abs_error.max",
        "n": 1000,
        "floor": 200,
    }
    return Evidence(value=value, unit=unit, **(given | rest))


def record(**rest: Any) -> CheckRecord:
    """Return the record of a check that went well."""
    given = {"status": EvidenceStatus.MEASURED, "cases": 1000, "floor": 200, "seconds": 1.0}
    return CheckRecord(**({"name": "differential", "operation": "rating", "port": "rust"} | given | rest))


def box(**rest: Any) -> ChecklistItem:
    """Return a ticked prerequisite that the gate g1 evidences."""
    given = {"text": "coverage", "source": Source("runbooks/rating.md", 5), "ticked": True, "prerequisite": True, "gate_ids": ("g1",)}
    return ChecklistItem(**(given | rest))


def verdict(gates: Sequence[Gate] | None = None, evidence: Sequence[Evidence] | None = None, **rest: Any) -> Verdict:
    """Judge; everything that a test does not name is as it must be for GO."""
    given: dict[str, Any] = {"checklist": (), "records": (record(),), "signoff_roles": (), "signoffs": (), "evidence_digest": DIGEST}
    gates = (gate(),) if gates is None else gates
    evidence = (measured(),) if evidence is None else evidence
    return judge(gates=gates, evidence=evidence, **(given | rest))


def codes(found: Verdict) -> list[str]:
    """Return the codes of the reasons in their order."""
    return [reason.code for reason in found.reasons]


def one(judged_gate: Gate, *evidence: Evidence, scales: Mapping[str, float] | None = None) -> GateResult:
    """Judge a single gate."""
    return verdict((judged_gate,), evidence, scales=scales or {}).gates[0]


class TestVerdict:
    """How reasons become a decision."""

    def test_all_is_well(self) -> None:
        """A passed gate on sufficient evidence with nothing missing is GO without any reason."""
        found = verdict()
        assert (found.decision, found.reasons) == (GO, ())
        assert found.gates[0].result is Result.PASS

    def test_no_go_beats_inconclusive(self) -> None:
        """A failed gate decides, however much else is open, and its reason comes first."""
        found = verdict((gate(metric=""), gate()), (measured(1.0),), stale=("port",))
        assert found.decision is NO_GO
        assert codes(found)[0] == "gate-failed"
        assert {"gate-unbound", "evidence-stale"} <= set(codes(found))

    def test_inconclusive_beats_go(self) -> None:
        """One open point keeps everything else that passed from being GO."""
        assert verdict(left_out=("benchmark",)).decision is OPEN

    def test_no_gates(self) -> None:
        """A runbook without thresholds proves nothing."""
        assert (verdict(()).decision, codes(verdict(()))) == (OPEN, ["no-gates"])

    def test_no_evidence(self) -> None:
        """Without evidence there is no verdict, even if nothing was asked."""
        found = verdict((), ())
        assert found.decision is OPEN
        assert codes(found) == ["no-gates", "no-evidence"]

    def test_stale_evidence(self) -> None:
        """Evidence that is older than what it is about is refused by name."""
        found = verdict(stale=("the port's build",))
        assert (found.decision, codes(found)) == (OPEN, ["evidence-stale"])
        assert "the port's build" in found.reasons[0].text

    def test_checks_left_out(self) -> None:
        """A run of some checks only is never GO, and names the others."""
        found = verdict(left_out=("drill", "benchmark"))
        assert codes(found) == ["checks-left-out"]
        assert "drill, benchmark" in found.reasons[0].text

    @pytest.mark.parametrize("decision", list(Decision))
    def test_problems_of_the_runbook_count(self, decision: Decision) -> None:
        """A finding about the runbook forces the decision that it carries."""
        problem = Reason("contradiction", decision, "two limits for one metric", Source("runbooks/rating.md", 7))
        found = verdict(runbook_problems=(problem,))
        assert found.decision is decision
        assert problem in found.reasons


class TestBounds:
    """When a gate passes, fails, or stays open."""

    @pytest.mark.parametrize(
        ("judged_gate", "value", "result"),
        [
            (gate("<", 1.0), 0.5, Result.PASS),
            (gate("<", 1.0), 1.0, Result.FAIL),
            (gate("<=", 1.0), 1.0, Result.PASS),
            (gate("<=", 1.0), 1.5, Result.FAIL),
            (gate(">", 8.0), 9.0, Result.PASS),
            (gate(">", 8.0), 8.0, Result.FAIL),
            (gate(">=", 8.0), 8.0, Result.PASS),
            (gate(">=", 8.0), 7.9, Result.FAIL),
            (gate("==", 0.0), 0.0, Result.PASS),
            (gate("==", 0.0), 1.0, Result.FAIL),
            (gate("in", 0.0, upper=1.0), 1.0, Result.PASS),
            (gate("in", 0.0, upper=1.0), 1.1, Result.FAIL),
            (gate("in", 0.0, upper=1.0), -0.1, Result.FAIL),
            (trigger(">", 0.001), 0.0, Result.PASS),
            (trigger(">", 0.001), 0.001, Result.PASS),
            (trigger(">", 0.001), 0.002, Result.FAIL),
            (trigger(">=", 1.0), 1.0, Result.FAIL),
            (trigger("<", 3.0), 2.0, Result.FAIL),
            (trigger("<", 3.0), 4.0, Result.PASS),
            (trigger("==", 0.0), 0.0, Result.FAIL),
        ],
    )
    def test_without_an_interval_the_value_decides(self, judged_gate: Gate, value: float, result: Result) -> None:
        """A demand holds when it is true of the value; a trigger fires when it is true of the value."""
        assert one(judged_gate, measured(value)).result is result

    @pytest.mark.parametrize(
        ("judged_gate", "low", "high", "result"),
        [
            (gate(">=", 8.0), 8.0, 9.0, Result.PASS),
            (gate(">=", 8.0), 7.9, 9.0, Result.INCONCLUSIVE),
            (gate(">=", 8.0), 7.0, 7.9, Result.FAIL),
            (gate("<", 1.0), 0.5, 1.0, Result.INCONCLUSIVE),
            (gate("in", 0.9, upper=1.1), 0.95, 1.05, Result.PASS),
            (gate("in", 0.9, upper=1.1), 0.85, 1.05, Result.INCONCLUSIVE),
            (gate("in", 0.9, upper=1.1), 0.8, 1.2, Result.INCONCLUSIVE),
            (gate("in", 0.9, upper=1.1), 1.2, 1.4, Result.FAIL),
            (gate("==", 1.0), 0.9, 1.1, Result.INCONCLUSIVE),
            (trigger(">", 0.1), 0.11, 0.2, Result.FAIL),
            (trigger(">", 0.1), 0.05, 0.2, Result.INCONCLUSIVE),
            (trigger(">", 0.1), 0.05, 0.1, Result.PASS),
        ],
    )
    def test_only_the_whole_interval_decides(self, judged_gate: Gate, low: float, high: float, result: Result) -> None:
        """An interval that reaches over the limit settles nothing; one beyond it does, either way."""
        found = verdict((judged_gate,), (measured((low + high) / 2, interval=Interval(low, high)),))
        assert found.gates[0].result is result
        assert ("too-noisy" in codes(found)) == (result is Result.INCONCLUSIVE)

    def test_a_value_outside_its_interval_widens_it(self) -> None:
        """An interval that does not hold its own value is not believed on its word."""
        assert one(gate("<", 1.0), measured(2.0, interval=Interval(0.1, 0.2))).result is Result.INCONCLUSIVE

    @pytest.mark.parametrize("value", [None, math.nan])
    def test_no_number_never_passes(self, value: float | None) -> None:
        """A value that is missing or NaN is inconclusive for a demand and for a trigger."""
        for judged_gate in (gate("<", 1.0), gate(">", 1.0), trigger()):
            found = verdict((judged_gate,), (measured(value),))
            assert (found.decision, codes(found)) == (OPEN, ["evidence-without-value"])

    def test_infinity_never_passes(self) -> None:
        """An infinite speed-up is a broken clock; an infinite error is a failure."""
        assert one(gate(">=", 8.0), measured(math.inf)).result is Result.INCONCLUSIVE
        assert one(gate("<", 1.0), measured(math.inf)).result is Result.FAIL
        assert one(trigger(">", 1.0), measured(math.inf)).result is Result.FAIL

    def test_an_interval_with_nan_settles_nothing(self) -> None:
        """An interval that is no interval is open, though the value alone would pass."""
        assert one(gate("<", 1.0), measured(0.5, interval=Interval(math.nan, 0.6))).result is Result.INCONCLUSIVE

    @pytest.mark.parametrize("bound", [gate("~", 1.0), gate("in", 0.0), gate("in", 1.0, upper=0.0), gate("<", math.nan)])
    def test_bounds_that_cannot_be_judged(self, bound: Gate) -> None:
        """An unknown comparator, a range without upper end, or a limit that is no number is open, and says so."""
        found = verdict((bound,), (measured(0.5),))
        assert (found.decision, codes(found)) == (OPEN, ["bound-invalid"])


class TestEvidence:
    """What evidence must be like before it can decide."""

    def test_unbound_threshold(self) -> None:
        """A threshold that no metric is bound to is named, never ignored."""
        found = verdict((gate(), gate(metric="", text="p99 latency")))
        assert (found.decision, codes(found)) == (OPEN, ["gate-unbound"])
        assert found.reasons[0].source == Source("runbooks/rating.md", 12)

    def test_unmeasured_metric(self) -> None:
        """A metric without evidence is open."""
        found = verdict((gate(metric="benchmark.speedup"),))
        assert (found.decision, codes(found)) == (OPEN, ["gate-unmeasured"])
        assert "benchmark.speedup" in found.reasons[0].text

    @pytest.mark.parametrize("status", [status for status in EvidenceStatus if status is not EvidenceStatus.MEASURED])
    @pytest.mark.parametrize("value", [0.0, 1.0])
    def test_doubtful_evidence_decides_nothing(self, status: EvidenceStatus, value: float) -> None:
        """Evidence that is not measured is open whatever its value, and its note is the reason."""
        found = verdict(evidence=(measured(value, status=status, note="debug build"),))
        assert (found.decision, codes(found)) == (OPEN, [f"evidence-{status.value}"])
        assert "debug build" in found.reasons[0].text

    @pytest.mark.parametrize("value", [0.0, 1.0])
    def test_below_the_floor(self, value: float) -> None:
        """Too few cases decide nothing, neither way, and the reason says how many are needed."""
        found = verdict(evidence=(measured(value, n=199),))
        assert (found.decision, codes(found)) == (OPEN, ["evidence-below-floor"])
        assert "199" in found.reasons[0].text
        assert "200" in found.reasons[0].text

    def test_every_piece_must_pass(self) -> None:
        """One port that fails beside one that passes fails the gate, and the failing value is shown."""
        found = one(gate(), measured(0.0, port="rust"), measured(0.5, port="julia"), measured(0.0, operation="batch"))
        assert (found.result, found.value) == (Result.FAIL, 0.5)
        assert "julia" in found.reason

    def test_failure_beats_open_among_pieces(self) -> None:
        """A measured failure is not hidden by another operation that was not measured."""
        assert one(gate(), measured(None), measured(0.5)).result is Result.FAIL
        assert one(gate(), measured(None), measured(0.0)).result is Result.INCONCLUSIVE

    @pytest.mark.parametrize(
        ("judged_gate", "values", "worst"),
        [
            (gate("<", 10.0), (1.0, 3.0, 2.0), 3.0),
            (gate(">=", 1.0), (5.0, 2.0, 9.0), 2.0),
            (trigger(">", 10.0), (1.0, 3.0, 2.0), 3.0),
            (trigger("<", 1.0), (5.0, 2.0, 9.0), 2.0),
            (gate("in", 0.0, upper=10.0), (5.0, 9.0, 4.0), 9.0),
        ],
    )
    def test_the_worst_value_is_shown(self, judged_gate: Gate, values: tuple[float, ...], worst: float) -> None:
        """Among values that pass, the one nearest to the limit is shown."""
        found = one(judged_gate, *(measured(value, port=str(value)) for value in values))
        assert (found.result, found.value) == (Result.PASS, worst)

    @pytest.mark.parametrize("subject", ["batch-1k", "rating", "rust"])
    def test_subject_chooses_by_workload_operation_or_port(self, subject: str) -> None:
        """A gate with a subject is judged on what is about it alone."""
        chosen = measured(0.0, subject="batch-1k")
        other = measured(9.0, subject="batch-10k", operation="other", port="julia")
        assert one(gate(subject=subject), chosen, other).result is Result.PASS
        assert one(gate(subject="batch-10k"), chosen, other).result is Result.FAIL

    def test_subject_that_was_not_measured(self) -> None:
        """A subject without evidence is open, and the reason names those that were measured."""
        found = verdict((gate(subject="batch-1m"),), (measured(subject="batch-1k"),))
        assert codes(found) == ["gate-unmeasured"]
        assert "batch-1k" in found.reasons[0].text


class TestUnits:
    """Evidence and limits meet in base units."""

    @pytest.mark.parametrize(
        ("bound", "limit", "value", "unit", "base"),
        [
            ("s", 0.015, 12.0, "ms", 0.012),
            ("ms", 0.015, 12e6, "ns", 0.012),
            ("bytes", 500.0, 0.4, "KB", 400.0),
            ("fraction", 0.1, 9.0, "%", 0.09),
            ("fraction", 0.1, 0.09, "ratio", 0.09),
            ("", 0.1, 0.09, "fraction", 0.09),
        ],
    )
    def test_values_are_converted(self, bound: str, limit: float, value: float, unit: str, base: float) -> None:
        """Value and interval are converted to the base unit before they are judged."""
        found = one(gate("<", limit, bound), measured(value, unit, interval=Interval(value, value)))
        assert found.result is Result.PASS
        assert found.value == pytest.approx(base, rel=1e-12)
        assert found.interval is not None
        assert found.interval.low == found.value

    @pytest.mark.parametrize(("bound", "unit"), [("s", "bytes"), ("s", ""), ("fraction", "count"), ("s", "parsec"), ("USD", "s")])
    def test_units_that_do_not_fit(self, bound: str, unit: str) -> None:
        """A value in another or an unknown unit is open, not compared as a bare number."""
        found = verdict((gate("<", 1.0, bound),), (measured(0.1, unit),))
        assert (found.decision, codes(found)) == (OPEN, ["unit-mismatch"])

    def test_times_are_scaled_to_the_baseline_machine(self) -> None:
        """On a machine that takes twice the baseline's time, a time is halved before it is judged, and both are said."""
        slow = measured(24.0, "ms", subject="batch", interval=Interval(22.0, 26.0))
        found = one(gate("<", 0.015, "s"), slow, scales={"batch": 2.0})
        assert (found.result, found.scaled, found.value) == (Result.PASS, True, 0.012)
        assert found.interval == Interval(0.011, 0.013)
        assert "scaled" in found.reason
        assert one(gate("<", 0.015, "s"), slow).result is Result.FAIL

    def test_ratios_are_not_scaled(self) -> None:
        """What is measured in one run needs no machine to compare with."""
        found = one(gate(">=", 8.0, "x"), measured(9.0, "ratio", subject="batch"), scales={"batch": 2.0})
        assert (found.value, found.scaled) == (9.0, False)

    @pytest.mark.parametrize("factor", [0.0, -1.0, math.nan, math.inf])
    def test_useless_scale(self, factor: float) -> None:
        """A machine factor that is no positive number makes a time open: an infinite one would make everything fast."""
        found = verdict((gate("<", 0.015, "s"),), (measured(24.0, "ms", subject="batch"),), scales={"batch": factor})
        assert (found.decision, codes(found)) == (OPEN, ["scale-invalid"])


class TestActions:
    """What the runbook demands decides what a failure forces."""

    def test_a_prerequisite_that_is_not_met_is_inconclusive(self) -> None:
        """Without its preparation a port cannot be judged, which is not the same as judged wrong."""
        found = verdict((gate("<", 0.1, role=Role.PREREQUISITE, action=Action.BLOCK),), (measured(0.5),))
        assert (found.decision, codes(found)) == (Decision.INCONCLUSIVE, ["prerequisite-failed"])

    @pytest.mark.parametrize("role", [Role.TRIGGER, Role.ACCEPTANCE, Role.TARGET])
    @pytest.mark.parametrize("action", [Action.ROLLBACK, Action.FALLBACK, Action.BLOCK])
    def test_failures_stop(self, role: Role, action: Action) -> None:
        """A failed gate is NO-GO, unless it only warns or is a prerequisite."""
        found = verdict((gate(">" if role is Role.TRIGGER else "<", 0.1, role=role, action=action),), (measured(0.5),))
        assert (found.decision, codes(found)) == (NO_GO, ["trigger-fired" if role is Role.TRIGGER else "gate-failed"])

    def test_a_failed_warning_warns(self) -> None:
        """A gate that only warns leaves the verdict at GO, with the failure as a warning."""
        found = verdict((gate(action=Action.WARN),), (measured(0.5),))
        assert (found.decision, codes(found)) == (GO, ["gate-warning"])
        assert found.gates[0].result is Result.FAIL

    def test_a_noisy_warning_warns(self) -> None:
        """Noise around a limit that only warns cannot matter to the decision."""
        found = verdict((gate("<", 1.0, action=Action.WARN),), (measured(1.0, interval=Interval(0.5, 1.5)),))
        assert (found.decision, codes(found)) == (GO, ["gate-warning"])

    def test_an_unmeasured_warning_is_open(self) -> None:
        """A threshold without a measurement is open, though it would only warn."""
        assert verdict((gate(action=Action.WARN, metric="other"),)).decision is OPEN
        assert verdict((gate(action=Action.WARN, metric=""),)).decision is OPEN


class TestSentences:
    """Each reason tells value, limit and place."""

    def test_sentence_of_a_failed_gate(self) -> None:
        """The reason carries the metric, what it is about, value, interval, n, limit, and file and line."""
        found = verdict((gate("<", 0.015, "s"),), (measured(24.0, "ms", subject="batch", interval=Interval(22.0, 26.0)),))
        text = found.reasons[0].text
        assert text == (
            "differential.abs_error.max (batch, rating, rust) is 24 ms [22 ms to 26 ms at 95 % confidence; n = 1000], "
            "must be < 15 ms (runbooks/rating.md:12)"
        )
        assert found.gates[0].reason == text

    def test_passed_gates_have_a_sentence_too(self) -> None:
        """A reader sees how far a passed gate was from its limit."""
        assert "is 0 [n = 1000], must be < 0.0001 (runbooks/rating.md:12)" in verdict().gates[0].reason

    def test_value_and_limit_never_read_alike(self) -> None:
        """A value just beyond the limit is written with the digits that show it."""
        assert "is 1.00001" in one(gate("<=", 1.0), measured(1.00001)).reason

    @pytest.mark.parametrize(
        ("action", "words"),
        [(Action.ROLLBACK, "rolls back when > 0.001"), (Action.FALLBACK, "falls back when"), (Action.WARN, "warns when")],
    )
    def test_triggers_say_what_they_do(self, action: Action, words: str) -> None:
        """A trigger's sentence names its action."""
        assert words in one(trigger(action=action), measured(0.5)).reason

    @pytest.mark.parametrize(("unit", "bound", "shown"), [("ratio", "x", "9x"), ("ratio", "fraction", "900 %")])
    def test_values_read_in_the_words_of_the_limit(self, unit: str, bound: str, shown: str) -> None:
        """A ratio is written as the runbook writes its limit."""
        assert f"is {shown} " in one(gate(">", 1.0, bound), measured(9.0, unit)).reason


class TestRecords:
    """Checks that broke, or looked at nothing."""

    @pytest.mark.parametrize(
        ("broken", "code"),
        [
            ({"status": EvidenceStatus.ERROR, "note": "worker died"}, "check-error"),
            ({"status": EvidenceStatus.INCONCLUSIVE, "note": "worker died"}, "check-inconclusive"),
            ({"status": EvidenceStatus.MISSING, "note": "worker died"}, "check-inconclusive"),
            ({"cases": 0, "floor": 0}, "no-cases"),
            ({"cases": 199}, "check-below-floor"),
        ],
    )
    def test_checks_that_prove_nothing(self, broken: dict[str, Any], code: str) -> None:
        """Such a check keeps passed gates from GO, and is named with its note."""
        found = verdict(records=(record(), record(**broken)))
        assert (found.decision, codes(found)) == (OPEN, [code])
        assert "differential on rust of rating" in found.reasons[0].text
        assert broken.get("note", "") in found.reasons[0].text

    def test_an_aborting_port_does_not_hide_a_failure(self) -> None:
        """A check that broke beside a gate that failed is still NO-GO."""
        assert verdict(evidence=(measured(1.0),), records=(record(status=EvidenceStatus.ERROR),)).decision is NO_GO


class TestSignOffs:
    """People answer for exactly the evidence they saw."""

    given = SignOff("Tech Lead", "Ada", DIGEST, "2026-01-01")

    def test_signed(self) -> None:
        """With a sign-off of each role for this evidence nothing is missing; case and spaces of the role do not matter."""
        assert verdict(signoff_roles=("Tech Lead",), signoffs=(self.given,)).decision is GO
        assert verdict(signoff_roles=(" tech lead",), signoffs=(self.given,)).decision is GO

    def test_missing(self) -> None:
        """Each role without a sign-off is a reason of its own."""
        found = verdict(signoff_roles=("Tech Lead", "QA", "Ops"), signoffs=(self.given,))
        assert (found.decision, codes(found)) == (OPEN, ["signoff-missing", "signoff-missing"])
        assert "QA" in found.reasons[0].text

    def test_for_other_evidence(self) -> None:
        """A sign-off for other evidence is stale."""
        old = replace(self.given, evidence_digest="d0")
        found = verdict(signoff_roles=("Tech Lead",), signoffs=(old,))
        assert (found.decision, codes(found)) == (OPEN, ["signoff-stale"])
        assert verdict(signoff_roles=("Tech Lead",), signoffs=(old, self.given)).decision is GO

    def test_nobody(self) -> None:
        """A sign-off without a name is none."""
        assert codes(verdict(signoff_roles=("Tech Lead",), signoffs=(replace(self.given, name=" "),))) == ["signoff-missing"]

    def test_empty_digest_matches_nothing(self) -> None:
        """Evidence without a digest cannot be signed for."""
        empty = replace(self.given, evidence_digest="")
        assert verdict(signoff_roles=("Tech Lead",), signoffs=(empty,), evidence_digest="").decision is OPEN


class TestChecklist:
    """A tick is a claim; only evidence makes it true."""

    @pytest.mark.parametrize(
        ("value", "ticked", "status", "decision", "code"),
        [
            (0.0, True, ClaimStatus.EVIDENCED, GO, None),
            (0.0, False, ClaimStatus.EVIDENCED, OPEN, "prerequisite-open"),
            (None, True, ClaimStatus.CLAIMED, OPEN, "prerequisite-unevidenced"),
            (None, False, ClaimStatus.OPEN, OPEN, "prerequisite-open"),
            (1.0, True, ClaimStatus.CONTRADICTED, NO_GO, "claim-contradicted"),
            (1.0, False, ClaimStatus.OPEN, NO_GO, "prerequisite-open"),
        ],
    )
    def test_prerequisites(self, value: float | None, ticked: bool, status: ClaimStatus, decision: Decision, code: str | None) -> None:  # noqa: FBT001 - a case
        """A prerequisite must be ticked and its gates must pass; every other combination has its own reason."""
        found = verdict(evidence=(measured(value),), checklist=(box(ticked=ticked),))
        assert (found.checklist[0].status, found.decision) == (status, decision)
        assert (code in codes(found)) == (code is not None)

    def test_a_claim_that_nothing_measures(self) -> None:
        """A ticked prerequisite without a gate, or with the id of none, is not evidenced."""
        for gate_ids in ((), ("unknown",), ("g1", "unknown")):
            found = verdict(checklist=(box(gate_ids=gate_ids),))
            assert (found.checklist[0].status, codes(found)) == (ClaimStatus.CLAIMED, ["prerequisite-unevidenced"])

    def test_other_boxes_do_not_stop(self) -> None:
        """A box that is no prerequisite may be open or merely claimed."""
        found = verdict(checklist=(box(prerequisite=False, ticked=False, gate_ids=()), box(prerequisite=False, gate_ids=())))
        assert found.decision is GO
        assert [item.status for item in found.checklist] == [ClaimStatus.OPEN, ClaimStatus.CLAIMED]

    def test_contradicted_warning(self) -> None:
        """A ticked box against a gate that only warns makes the verdict open: the runbook says what is not true."""
        found = verdict((gate(action=Action.WARN),), (measured(1.0),), checklist=(box(prerequisite=False),))
        assert (found.decision, found.checklist[0].status) == (OPEN, ClaimStatus.CONTRADICTED)

    def test_one_failing_gate_of_several(self) -> None:
        """A box with several gates, or several of one id, is contradicted by any of them."""
        for second in (gate("<", 0.5, id="g2"), gate("<", 0.5)):
            found = verdict((gate("<", 1.0), second), (measured(0.7),), checklist=(box(gate_ids=tuple({"g1", second.id})),))
            assert found.checklist[0].status is ClaimStatus.CONTRADICTED


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

"""Runs as they come out of a real migration, made by hand, so that renderers are tested on what people will see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from harness.model import (
    Action,
    Bound,
    Case,
    ChecklistItem,
    CheckRecord,
    ClaimStatus,
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
    Ran,
    Reason,
    Result,
    Role,
    SignOff,
    Source,
    Verdict,
)
from harness.report.document import RunDocument

RUNBOOK = "runbooks/rating.md"
DIGEST = "9f2c61d07a4be1c85d3370aa12c9e4f8b6d1057e2c3a94f0e8b7d6c5a4938271"
OPERATIONS = ("stability_score", "robustness_score", "cost_shock_score", "trade_dropout_score", "stress_penalty", "calculate_ratings_batch")
NAN, INFINITY = float("nan"), float("inf")


@dataclass(frozen=True)
class Remark:
    """A finding about the runbook, as the report wants it."""

    code: str
    text: str
    source: Source


def gate(
    line: int,
    text: str,
    metric: str,
    bound: Bound,
    *,
    value: float | None,
    interval: tuple[float, float] | None = None,
    n: int = 2400,
    result: Result = Result.PASS,
    role: Role = Role.ACCEPTANCE,
    action: Action = Action.BLOCK,
    unit: str = "",
    subject: str = "",
    reason: str = "",
    scaled: bool = False,
) -> GateResult:
    """Make a judged gate of the rating runbook."""
    source = Source(RUNBOOK, line)
    around = Interval(*interval) if interval else None
    return GateResult(
        Gate(f"L{line}:{metric or 'unbound'}", text, source, bound, role, action, metric, subject),
        result,
        reason or f"{metric} is {value}, as demanded ({source})",
        value,
        around,
        n,
        unit,
        scaled,
    )


def gates() -> tuple[GateResult, ...]:
    """Return the gates of a run in which everything passes."""
    trigger, rollback = Role.TRIGGER, Action.ROLLBACK
    return (
        gate(
            31,
            "Robustness Score (50 jitters): 8x",
            "benchmark.speedup",
            Bound(">=", 8, "x", "8x"),
            value=143.2,
            interval=(138.8, 147.9),
            n=48,
            unit="ratio",
            subject="robustness 50 jitters",
            role=Role.TARGET,
            action=Action.WARN,
        ),
        gate(
            32,
            "Cost Shock Score (batch): 8x",
            "benchmark.speedup",
            Bound(">=", 8, "x", "8x"),
            value=61.4,
            interval=(59.2, 64.8),
            n=48,
            unit="ratio",
            subject="cost shock batch",
            role=Role.TARGET,
            action=Action.WARN,
        ),
        gate(
            33,
            "Full Rating Pipeline: 9x",
            "benchmark.speedup",
            Bound(">=", 9, "x", "9x"),
            value=181.3,
            interval=(172.4, 188.0),
            n=48,
            unit="ratio",
            subject="full rating 10,000 rows",
            role=Role.TARGET,
            action=Action.WARN,
        ),
        gate(
            54,
            "Coverage ≥ 90%",
            "readiness.coverage",
            Bound(">=", 0.9, "fraction", "≥ 90%"),
            value=0.973,
            n=1,
            unit="fraction",
            role=Role.PREREQUISITE,
        ),
        gate(
            88,
            "Score divergence > 0.001 zwischen Python und Rust",
            "differential.abs_error.max",
            Bound(">", 0.001, "", "> 0.001"),
            value=0.0,
            role=trigger,
            action=rollback,
        ),
        gate(
            89,
            "Crash oder Panic im Rust-Code",
            "outcomes.crashes",
            Bound(">", 0, "count", "any"),
            value=0.0,
            interval=(0.0, 0.00021),
            n=14_212,
            unit="count",
            role=trigger,
            action=rollback,
        ),
        gate(
            90,
            "Unerwartete NaN/Inf Werte",
            "outcomes.unexpected_nonfinite",
            Bound(">", 0, "count", "any"),
            value=0.0,
            n=14_212,
            unit="count",
            role=trigger,
            action=rollback,
        ),
        gate(
            104, "Score-Divergenz < 0.0001 (float precision)", "differential.abs_error.max", Bound("<", 0.0001, "", "< 0.0001"), value=0.0
        ),
        gate(105, "Scores in [0, 1]", "property.in_bounds.failures", Bound("<=", 0, "count", "[0, 1]"), value=0.0, n=720, unit="count"),
        gate(
            109,
            "Robustness Score (50 jitters): <15ms",
            "benchmark.time",
            Bound("<", 0.015, "s", "<15ms", "50 jitters"),
            value=0.000871,
            interval=(0.00085, 0.000902),
            n=48,
            unit="s",
            subject="robustness 50 jitters",
            scaled=True,
        ),
        gate(
            110,
            "Full Rating Pipeline: <50ms",
            "benchmark.time",
            Bound("<", 0.05, "s", "<50ms"),
            value=0.0113,
            interval=(0.0109, 0.0117),
            n=48,
            unit="s",
            subject="full rating 10,000 rows",
            scaled=True,
        ),
        gate(
            111,
            "Batch Mode: Linear scaling with input size",
            "benchmark.scaling.exponent",
            Bound("in", 0.8, "exponent", "linear", upper=1.15),
            value=0.984,
            interval=(0.951, 1.012),
            n=5,
            unit="exponent",
            subject="full rating 10,000 rows",
        ),
        gate(
            115,
            "FFI-Overhead < 10% der Rechenzeit",
            "benchmark.boundary.share",
            Bound("<", 0.1, "fraction", "< 10%"),
            value=0.0612,
            interval=(0.0584, 0.0651),
            n=24,
            unit="fraction",
            subject="full rating 1,000 rows",
        ),
        gate(
            116,
            "Arrow IPC round-trip < 1ms für 1K metrics",
            "benchmark.time",
            Bound("<", 0.001, "s", "< 1ms", "1K"),
            value=0.000212,
            interval=(0.000205, 0.000221),
            n=48,
            unit="s",
            subject="arrow round trip 1,000 rows",
        ),
        gate(
            117,
            "Memory: at most half of the reference's",
            "benchmark.memory.ratio",
            Bound("<=", 0.5, "x", "≤ 0.5x"),
            value=0.21,
            n=1,
            unit="ratio",
            subject="full rating 10,000 rows",
        ),
    )


def evidence() -> Iterator[Evidence]:
    """Yield what the checks measured."""
    for index, operation in enumerate(OPERATIONS):
        n = 2400 - 37 * index
        for name, value, unit in (
            ("divergences", 0.0, "count"),
            ("cases", float(n), "count"),
            ("both_succeeded", 0.83 + index / 50, "fraction"),
            ("abs_error.max", 0.0, ""),
            ("rel_error.max", 0.0, ""),
            ("ulps.max", 0.0, "count"),
        ):
            yield Evidence("differential", operation, "rust", f"differential.{name}", value, unit, n=n, floor=400, subject=operation)
    yield from speed("calculate_ratings_batch", "full rating 10,000 rows", 2.05, 0.0113, 181.3, (172.4, 188.0), scaling=True)
    yield from speed("robustness_score", "robustness 50 jitters", 0.125, 0.000871, 143.2, (138.8, 147.9))
    yield from speed("cost_shock_score", "cost shock batch", 0.0849, 0.00138, 61.4, (59.2, 64.8))
    yield fact("time", 0.000212, "s", "arrow round trip 1,000 rows", "calculate_ratings_batch", (0.000205, 0.000221))
    yield Evidence("readiness", "", "", "readiness.coverage", 0.973, "fraction", n=1, floor=1, subject="coverage")
    yield Evidence("readiness", "", "", "readiness.files.missing", 0.0, "count", n=11, floor=1)


def speed(
    operation: str, workload: str, reference: float, port: float, ratio: float, interval: tuple[float, float], *, scaling: bool = False
) -> Iterator[Evidence]:
    """Yield the timings of one workload, with a scaling curve if asked for."""
    yield fact("time", port, "s", workload, operation, (port * 0.965, port * 1.035))
    yield fact("reference_time", reference, "s", workload, operation, (reference * 0.972, reference * 1.041))
    yield fact("speedup", ratio, "ratio", workload, operation, interval)
    yield fact("noise", 1.002, "ratio", workload, operation, (0.987, 1.019))
    if scaling:
        yield fact("boundary.share", 0.0612, "fraction", workload, operation, (0.0584, 0.0651))
        yield fact("memory.extra_bytes", 4_812_800.0, "bytes", workload, operation, None)
        yield fact("memory.reference_extra_bytes", 22_921_216.0, "bytes", workload, operation, None)
        yield fact("scaling.exponent", 0.984, "exponent", workload, operation, (0.951, 1.012))
        for size in (100, 1_000, 10_000, 100_000):
            seconds = port * (size / 10_000) ** 0.984
            yield fact(f"scaling.time.{size}", seconds, "s", workload, operation, (seconds * 0.9, seconds * 1.15))


def fact(name: str, value: float, unit: str, workload: str, operation: str, interval: tuple[float, float] | None) -> Evidence:
    """Make one timing."""
    around = Interval(*interval) if interval else None
    return Evidence("benchmark", operation, "rust", f"benchmark.{name}", value, unit, around, n=48, floor=6, subject=workload)


def ran(operation: str, implementation: str) -> Ran:
    """Make the proof of who answered."""
    if implementation == "rust":
        target = f"omega_rust.rating.{operation}"
        return Ran(
            "rust",
            target,
            ".venv/lib/python3.11/site-packages/omega_rust/_native.abi3.so",
            "4be1c85d3370aa12",
            "0.1.0",
            "release",
            "c9e4f8b6d1057e2c",
        )
    return Ran("reference", f"reference_py.rating.{operation}", "reference_py/rating/stability.py", "a94f0e8b7d6c5a49", "", "", "")


def checks() -> Iterator[CheckRecord]:
    """Yield one record a check, operation and implementation."""
    for index, operation in enumerate(OPERATIONS):
        both = (ran(operation, "reference"), ran(operation, "rust"))
        yield CheckRecord("golden", operation, "rust", EvidenceStatus.MEASURED, 120, 1, 0.21, both)
        yield CheckRecord("differential", operation, "rust", EvidenceStatus.MEASURED, 2400 - 37 * index, 400, 3.4 + index, both)
        yield CheckRecord("property", operation, "rust", EvidenceStatus.MEASURED, 360, 1, 1.7, both[1:])
        yield CheckRecord("boundary", operation, "rust", EvidenceStatus.MEASURED, 214, 1, 0.9, both)
        if index != 3:
            yield CheckRecord("benchmark", operation, "rust", EvidenceStatus.MEASURED, 48, 12, 20.3, both[1:])
    yield CheckRecord("drill", "stability_score", "rust", EvidenceStatus.MEASURED, 13, 1, 4.1, (ran("stability_score", "rust"),))


def checklist() -> tuple[ChecklistItem, ...]:
    """Return the boxes of the runbook."""

    def box(
        line: int, text: str, status: ClaimStatus, *, ticked: bool = True, prerequisite: bool = True, ids: tuple[str, ...] = ()
    ) -> ChecklistItem:
        return ChecklistItem(text, Source(RUNBOOK, line), ticked, prerequisite, ids, status)

    return (
        box(46, "Alle Module mypy --strict compliant", ClaimStatus.EVIDENCED),
        box(54, "Coverage ≥ 90%", ClaimStatus.EVIDENCED, ids=("L54:readiness.coverage",)),
        box(62, "Nullability: Dokumentiert", ClaimStatus.CLAIMED, prerequisite=False),
        box(
            104,
            "Score-Divergenz < 0.0001 (float precision)",
            ClaimStatus.EVIDENCED,
            ticked=False,
            prerequisite=False,
            ids=("L104:differential.abs_error.max",),
        ),
        box(106, "Edge-Cases handled (empty, single trade, extreme values)", ClaimStatus.OPEN, ticked=False, prerequisite=False),
    )


def provenance() -> dict[str, Any]:
    """Return where the evidence came from."""
    return {
        "commit": "3f1c9a7d20b4",
        "dirty": False,
        "started_at": "2026-11-21T09:41:07+00:00",
        "seconds": 104.2,
        "machine": "Linux 6.1, 2 processors, 23 GiB",
        "cpu": "AMD EPYC 9B14",
        "seed": 1,
        "evidence_digest": DIGEST,
        "digests": {
            "reference": "a94f0e8b7d6c5a4938271f2c",
            "port": "c9e4f8b6d1057e2c3a94f0e8",
            "contract": "5d3370aa12c9e4f8b6d1057e",
            "runbook": "7a4be1c85d3370aa12c9e4f8",
        },
        "versions": {
            "python": "3.11.7",
            "harness": "0.1.0",
            "numpy": "2.4.6",
            "pyarrow": "26.0.1",
            "omega-rust": "0.1.0",
            "rustc": "1.95.0",
        },
    }


def unsigned() -> RunDocument:
    """Make the run of a migration that only people keep from GO."""
    missing = tuple(
        Reason("signoff-missing", Decision.INCONCLUSIVE, f"The sign-off of {role} is missing")
        for role in ("Tech Lead", "QA Lead", "DevOps")
    )
    return RunDocument(
        migration="rating",
        title="Rating modules: Python to Rust",
        verdict=Verdict(Decision.INCONCLUSIVE, missing, gates(), checklist()),
        evidence=tuple(evidence()),
        checks=tuple(checks()),
        provenance=provenance(),
        runbook_file=RUNBOOK,
        findings=(
            Remark("measured-ungated", "benchmark.noise is measured, but no threshold of the runbook asks for it", Source(RUNBOOK)),
            Remark("placeholder", "the baseline of Trade Dropout is still `TBD`", Source(RUNBOOK, 34)),
        ),
    )


def signed() -> RunDocument:
    """Make the same run with every sign-off: GO."""
    document = unsigned()
    people = (("Tech Lead", "Ada Lovelace"), ("QA Lead", "Grace Hopper"), ("DevOps", "Margaret Hamilton"))
    return replace(
        document,
        verdict=replace(document.verdict, decision=Decision.GO, reasons=()),
        signoffs=tuple(SignOff(role, name, DIGEST, "2026-11-21T11:02:00+00:00") for role, name in people),
    )


def failing() -> RunDocument:
    """Make the run of a port with two faults: a lost NaN rule and a panic."""
    document = unsigned()
    judged = list(gates())
    judged[4] = replace(
        judged[4],
        result=Result.FAIL,
        value=0.25,
        interval=Interval(0.25, 0.25),
        reason=f"differential.abs_error.max (stability_score, rust) is 0.25, rolls back when > 0.001 ({RUNBOOK}:88)",
    )
    judged[5] = replace(
        judged[5], result=Result.FAIL, value=3.0, interval=None, reason=f"outcomes.crashes (rust) is 3, rolls back when > 0 ({RUNBOOK}:89)"
    )
    judged[7] = replace(
        judged[7],
        result=Result.FAIL,
        value=0.25,
        reason=f"differential.abs_error.max (stability_score, rust) is 0.25, must be < 0.0001 ({RUNBOOK}:104)",
    )
    judged[12] = replace(
        judged[12],
        result=Result.INCONCLUSIVE,
        value=0.101,
        interval=Interval(0.092, 0.113),
        reason=f"benchmark.boundary.share is 10.1 % [9.2 % to 11.3 %], must be < 10 %: the interval does not settle it ({RUNBOOK}:115)",
    )
    judged[1] = replace(
        judged[1],
        result=Result.FAIL,
        value=6.2,
        interval=Interval(5.9, 6.6),
        reason=f"benchmark.speedup (cost shock batch) is 6.2x, must be >= 8x ({RUNBOOK}:32)",
    )
    judged[14] = replace(
        judged[14], result=Result.WAIVED, value=0.71, reason=f"waived by W-004 until 2027-01-31: the arena keeps pages ({RUNBOOK}:117)"
    )
    judged.append(
        gate(
            118,
            "Cold start below 80 ms after deployment",
            "",
            Bound("<", 0.08, "s", "< 80 ms"),
            value=None,
            n=0,
            result=Result.INCONCLUSIVE,
            reason=f"Nothing binds this threshold to a measurement ({RUNBOOK}:118)",
        )
    )
    reasons = (
        Reason("trigger-fired", Decision.NO_GO, judged[4].reason, judged[4].gate.source),
        Reason("trigger-fired", Decision.NO_GO, judged[5].reason, judged[5].gate.source),
        Reason("gate-failed", Decision.NO_GO, judged[7].reason, judged[7].gate.source),
        Reason("too-noisy", Decision.INCONCLUSIVE, judged[12].reason, judged[12].gate.source),
        Reason("gate-unbound", Decision.INCONCLUSIVE, judged[15].reason, judged[15].gate.source),
        Reason(
            "prerequisite-open",
            Decision.INCONCLUSIVE,
            f"The prerequisite 'Edge-Cases handled' is not ticked ({RUNBOOK}:106)",
            Source(RUNBOOK, 106),
        ),
        Reason("signoff-missing", Decision.INCONCLUSIVE, "The sign-off of Tech Lead is missing"),
        Reason("gate-warning", Decision.GO, f"Warning: {judged[1].reason}", judged[1].gate.source),
    )
    boxes = list(checklist())
    boxes[3] = replace(boxes[3], ticked=True, status=ClaimStatus.CONTRADICTED)
    return replace(
        document,
        verdict=Verdict(Decision.NO_GO, reasons, tuple(judged), tuple(boxes)),
        evidence=tuple(diverging(document.evidence)),
        divergences=(lost_nan_rule(), panic()),
        provenance={**provenance(), "dirty": True},
    )


def diverging(items: tuple[Evidence, ...]) -> Iterator[Evidence]:
    """Yield the evidence of a port that answers wrongly for one operation."""
    wrong = {
        "differential.divergences": 41.0,
        "differential.abs_error.max": 0.25,
        "differential.rel_error.max": 0.5,
        "differential.ulps.max": 4.5e15,
    }
    for item in items:
        hit = item.operation == "stability_score" and item.metric in wrong
        yield replace(item, value=wrong[item.metric]) if hit else item


def lost_nan_rule() -> Divergence:
    """Make a divergence in a value."""
    case = Case("c-118", "stability_score", ([0.0, NAN], None), "edge", 1)
    where = (Difference("value", "number", "0.5", "0.75", 0.25, 0.5, 4_503_599_627_370_496),)
    return Divergence(
        "8d41f0c2ab",
        "differential",
        "stability_score",
        "rust",
        "number",
        "stability_score: value differs, port above reference",
        41,
        case,
        Outcome(OutcomeKind.VALUE, 0.5),
        Outcome(OutcomeKind.VALUE, 0.75),
        where,
        "reports/rating/divergences/8d41f0c2ab.py",
    )


def panic() -> Divergence:
    """Make a divergence in the kind of outcome."""
    case = Case("c-901", "calculate_ratings_batch", (b"\xff\xff\xff\xff" * 200, {"weights": [0.3, 0.25, 0.2, 0.15, 0.1]}), "generated", 1)
    failure = Failure("pyo3_runtime.PanicException", "index out of bounds: the len is 0 but the index is 0")
    expected = Outcome(OutcomeKind.ERROR, failure=Failure("builtins.ValueError", "[2004] the schema has no column 'profits'", "2004"))
    where = (Difference("outcome", "kind", "error", "panic"),)
    return Divergence(
        "c07be2914f",
        "boundary",
        "calculate_ratings_batch",
        "rust",
        "kind",
        "calculate_ratings_batch: error against panic",
        3,
        case,
        expected,
        Outcome(OutcomeKind.PANIC, failure=failure),
        where,
        "reports/rating/divergences/c07be2914f.py",
    )


def empty() -> RunDocument:
    """Make a run that has nothing at all."""
    reasons = (Reason("no-gates", Decision.INCONCLUSIVE, "The runbook has no threshold to judge by"),)
    return RunDocument("nothing", "", Verdict(Decision.INCONCLUSIVE, reasons, (), ()))


def with_gates(count: int) -> RunDocument:
    """Make a run with many gates."""
    return replace(
        unsigned(),
        verdict=Verdict(
            Decision.GO, (), tuple(gate(i + 1, f"gate {i}", f"m.{i}", Bound("<", 1, "", "< 1"), value=0.5) for i in range(count)), ()
        ),
    )


def hostile(text: str) -> RunDocument:
    """Put one text wherever a record carries text, and NaN wherever it carries a number."""
    source = Source(text, 7)
    judged = GateResult(
        Gate(text, text, source, Bound("<", NAN, text, text, text), Role.TRIGGER, Action.WARN, text, text),
        Result.FAIL,
        text,
        NAN,
        Interval(NAN, INFINITY),
        3,
        text,
    )
    outcome = Outcome(OutcomeKind.PANIC, text, Failure(text, text, text, text), (text, {text: NAN}), 1, text)
    found = Divergence(
        text,
        text,
        text,
        text,
        text,
        text,
        2,
        Case(text, text, (text, NAN, b"\x00", {text: [text]}), text, 1),
        outcome,
        outcome,
        (Difference(text, text, text, text, NAN, INFINITY, 10**40),),
        text,
    )
    record = CheckRecord(text, text, text, EvidenceStatus.ERROR, 1, 2, NAN, (Ran(text, text, text, text, text, text, text),), text)
    facts = tuple(
        Evidence(
            check,
            text,
            text,
            f"{check}.{name}",
            value,
            text,
            Interval(NAN, -INFINITY),
            1,
            2,
            EvidenceStatus.ERROR,
            text,
            text,
            {text: text},
            (text,),
        )
        for check in ("benchmark", "differential")
        for name, value in (
            ("speedup", NAN),
            ("time", INFINITY),
            ("cases", NAN),
            ("scaling.time.1", NAN),
            ("scaling.time.2", -1.0),
            (text, None),
        )
    )
    reason = Reason(text, Decision.NO_GO, text, source)
    box = ChecklistItem(text, source, ticked=True, prerequisite=True, gate_ids=(text,), status=ClaimStatus.CONTRADICTED)
    return RunDocument(
        text,
        text,
        Verdict(Decision.NO_GO, (reason,), (judged,), (box,)),
        facts,
        (record,),
        (found,),
        {text: text, "digests": {text: [text, NAN]}, "seconds": NAN},
        text,
        (Remark(text, text, source),),
        (SignOff(text, text, text, text),),
    )

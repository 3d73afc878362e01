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


# line|text|metric|comparator|limit|upper|unit|raw|value|low|high|n|subject|role|action
GATES = """
31|Robustness Score (50 jitters): 8x|benchmark.speedup|>=|8||x|8x|143.2|138.8|147.9|48|robustness 50 jitters|target|warn
32|Cost Shock Score (batch): 8x|benchmark.speedup|>=|8||x|8x|61.4|59.2|64.8|48|cost shock batch|target|warn
33|Full Rating Pipeline: 9x|benchmark.speedup|>=|9||x|9x|181.3|172.4|188|48|full rating 10,000 rows|target|warn
54|Coverage ≥ 90%|readiness.coverage|>=|0.9||fraction|≥ 90%|0.973|||1||prerequisite|block
88|Score divergence > 0.001 zwischen Python und Rust|differential.abs_error.max|>|0.001|||> 0.001|0|||2400||trigger|rollback
89|Crash oder Panic im Rust-Code|outcomes.crashes|>|0||count|any|0|0|0.00021|14212||trigger|rollback
90|Unerwartete NaN/Inf Werte|outcomes.unexpected_nonfinite|>|0||count|any|0|||14212||trigger|rollback
104|Score-Divergenz < 0.0001 (float precision)|differential.abs_error.max|<|0.0001|||< 0.0001|0|||2400||acceptance|block
105|Scores in [0, 1]|property.in_bounds.failures|<=|0||count|[0, 1]|0|||720||acceptance|block
109|Robustness Score (50 jitters): <15ms|benchmark.time|<|0.015||s|<15ms|0.000871|0.00085|0.000902|48|robustness|acceptance|block
110|Full Rating Pipeline: <50ms|benchmark.time|<|0.05||s|<50ms|0.0113|0.0109|0.0117|48|full rating|acceptance|block
111|Batch Mode: Linear scaling|benchmark.scaling.exponent|in|0.8|1.15|exponent|linear|0.984|0.951|1.012|5|full rating|acceptance|block
115|FFI-Overhead < 10% der Rechenzeit|benchmark.boundary.share|<|0.1||fraction|< 10%|0.0612|0.0584|0.0651|24|full rating|acceptance|block
116|Arrow IPC round-trip < 1ms für 1K metrics|benchmark.time|<|0.001||s|< 1ms|0.000212|0.000205|0.000221|48|round trip|acceptance|block
117|Memory: at most half of the reference's|benchmark.memory.ratio|<=|0.5||x|≤ 0.5x|0.21|||1|full rating|acceptance|block
"""
MEASURED_UNITS = {"x": "ratio"}


def gate(row: str) -> GateResult:
    """Read a line of the table of gates."""
    line, text, metric, comparator, limit, upper, unit, raw, value, low, high, n, subject, role, action = map(str.strip, row.split("|"))
    source = Source(RUNBOOK, int(line))
    bound = Bound(comparator, float(limit), unit, raw, "", float(upper) if upper else None)
    made = Gate(f"L{line}:{metric or 'unbound'}", text, source, bound, Role(role), Action(action), metric, subject)
    around = Interval(float(low), float(high)) if low else None
    measured = float(value) if value else None
    reason = f"{metric} is {value}, as demanded ({source})"
    scaled = metric == "benchmark.time" and measured is not None
    return GateResult(made, Result.PASS, reason, measured, around, int(n), MEASURED_UNITS.get(unit, unit), scaled)


def gates() -> tuple[GateResult, ...]:
    """Return the gates of a run in which everything passes."""
    return tuple(map(gate, GATES.strip().splitlines()))


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


def judged_badly() -> list[GateResult]:
    """Return the gates of a port with two faults, one noisy, one slow, one waived, and one that nothing measures."""

    def bad(judged: GateResult, result: Result, value: float | None, reason: str, interval: Interval | None = None) -> GateResult:
        return replace(judged, result=result, value=value, interval=interval, reason=f"{reason} ({judged.gate.source})")

    made = list(gates())
    error = "differential.abs_error.max (stability_score, rust) is 0.25"
    noisy = "benchmark.boundary.share is 10.1 % [9.2 % to 11.3 %], must be < 10 %: the interval does not settle it"
    slow = "benchmark.speedup (cost shock batch) is 6.2x, must be >= 8x"
    made[1] = bad(made[1], Result.FAIL, 6.2, slow, Interval(5.9, 6.6))
    made[4] = bad(made[4], Result.FAIL, 0.25, f"{error}, rolls back when > 0.001", Interval(0.25, 0.25))
    made[5] = bad(made[5], Result.FAIL, 3.0, "outcomes.crashes (rust) is 3, rolls back when > 0")
    made[7] = bad(made[7], Result.FAIL, 0.25, f"{error}, must be < 0.0001")
    made[12] = bad(made[12], Result.INCONCLUSIVE, 0.101, noisy, Interval(0.092, 0.113))
    made[14] = bad(made[14], Result.WAIVED, 0.71, "waived by W-004 until 2027-01-31: the arena keeps pages")
    unbound = gate("118 | Cold start below 80 ms after deployment | | < | 0.08 | | s | < 80 ms | | | | 0 | | acceptance | block")
    return [*made, bad(unbound, Result.INCONCLUSIVE, None, "Nothing binds this threshold to a measurement")]


def failing() -> RunDocument:
    """Make the run of a port with two faults: a lost NaN rule and a panic."""
    document, judged = unsigned(), judged_badly()

    def about(index: int, code: str, decision: Decision, prefix: str = "") -> Reason:
        return Reason(code, decision, f"{prefix}{judged[index].reason}", judged[index].gate.source)

    box = Source(RUNBOOK, 106)
    reasons = (
        about(4, "trigger-fired", Decision.NO_GO),
        about(5, "trigger-fired", Decision.NO_GO),
        about(7, "gate-failed", Decision.NO_GO),
        about(12, "too-noisy", Decision.INCONCLUSIVE),
        about(15, "gate-unbound", Decision.INCONCLUSIVE),
        Reason("prerequisite-open", Decision.INCONCLUSIVE, f"The prerequisite 'Edge-Cases handled' is not ticked ({box})", box),
        Reason("signoff-missing", Decision.INCONCLUSIVE, "The sign-off of Tech Lead is missing"),
        about(1, "gate-warning", Decision.GO, "Warning: "),
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
    row = "{} | gate {} | m.{} | < | 1 | | | < 1 | 0.5 | | | 10 | | acceptance | block"
    many = tuple(gate(row.format(i + 1, i, i)) for i in range(count))
    return replace(unsigned(), verdict=Verdict(Decision.GO, (), many, ()))


def hostile(text: str) -> RunDocument:
    """Put one text wherever a record carries text, and NaN wherever it carries a number."""
    source = Source(text, 7)
    return RunDocument(
        migration=text,
        title=text,
        verdict=hostile_verdict(text, source),
        evidence=tuple(hostile_evidence(text)),
        checks=(CheckRecord(text, text, text, EvidenceStatus.ERROR, 1, 2, NAN, (Ran(text, text, text, text, text, text, text),), text),),
        divergences=(hostile_divergence(text),),
        provenance={text: text, "digests": {text: [text, NAN]}, "seconds": NAN},
        runbook_file=text,
        findings=(Remark(text, text, source),),
        signoffs=(SignOff(text, text, text, text),),
    )


def hostile_verdict(text: str, source: Source) -> Verdict:
    """Make a verdict of nothing but one text."""
    made = Gate(text, text, source, Bound("<", NAN, text, text, text), Role.TRIGGER, Action.WARN, text, text)
    judged = GateResult(made, Result.FAIL, text, NAN, Interval(NAN, INFINITY), 3, text)
    box = ChecklistItem(text, source, ticked=True, prerequisite=True, gate_ids=(text,), status=ClaimStatus.CONTRADICTED)
    return Verdict(Decision.NO_GO, (Reason(text, Decision.NO_GO, text, source),), (judged,), (box,))


def hostile_divergence(text: str) -> Divergence:
    """Make a divergence of nothing but one text."""
    outcome = Outcome(OutcomeKind.PANIC, text, Failure(text, text, text, text), (text, {text: NAN}), 1, text)
    case = Case(text, text, (text, NAN, b"\x00", {text: [text]}), text, 1)
    where = (Difference(text, text, text, text, NAN, INFINITY, 10**40),)
    return Divergence(text, text, text, text, text, text, 2, case, outcome, outcome, where, text)


def hostile_evidence(text: str) -> Iterator[Evidence]:
    """Yield evidence that the cards look for, with one text and no usable number."""
    names = (("speedup", NAN), ("time", INFINITY), ("cases", NAN), ("scaling.time.1", NAN), ("scaling.time.2", -1.0), (text, None))
    for check in ("benchmark", "differential"):
        for name, value in names:
            yield Evidence(
                check, text, text, f"{check}.{name}", value, text, Interval(NAN, -INFINITY), 1, 2, EvidenceStatus.ERROR, text, text,
                {text: text}, (text,),
            )  # fmt: skip

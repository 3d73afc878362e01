"""A judged gate as a row that people read: what was demanded where, what was measured, and the command that shows more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model import Action, Divergence, GateResult, OutcomeKind, Result, Role, Source
from harness.report.bars import Bar, bar
from harness.report.document import RunDocument
from harness.report.numbers import confidence_text, interval_text, limit_text, value_text
from harness.report.text import one_line, shell

WARNS = "warn"
OVER_ALL_CHECKS = "outcomes"
ACCIDENTS = (OutcomeKind.PANIC, OutcomeKind.CRASH, OutcomeKind.TIMEOUT, OutcomeKind.OUT_OF_MEMORY)
WORST_FIRST = (Result.FAIL.value, Result.INCONCLUSIVE.value, WARNS, Result.WAIVED.value, Result.PASS.value)
ACTION_WORDS = {
    Action.ROLLBACK: "roll back",
    Action.FALLBACK: "fall back to the reference",
    Action.BLOCK: "block",
    Action.WARN: "warn",
}


@dataclass(frozen=True, slots=True)
class GateRow:
    """Everything a table shows of a gate, as text.

    `anchor` is unique on the page and made of the gate's id. `state` is the result, or "warn" for a failed gate that only warns.
    """

    anchor: str
    id: str
    state: str
    text: str
    source: str
    metric: str
    subject: str
    value: str
    interval: str
    confidence: str
    n: int
    limit: str
    raw: str
    demand: str
    trigger: bool
    action: str
    reason: str
    command: str
    scaled: bool
    bar: Bar | None


def gate_rows(document: RunDocument) -> tuple[GateRow, ...]:
    """Make the rows of a run, the worst first and otherwise in the order of the runbook."""
    seen: Counter[str] = Counter()
    rows = [_row(document, result, _anchor(result.gate.id, seen)) for result in document.verdict.gates]
    return tuple(sorted(rows, key=lambda row: WORST_FIRST.index(row.state)))


def count_states(rows: Iterable[GateRow]) -> dict[str, int]:
    """Count the rows of each state, all states named, the worst first."""
    counts = Counter(row.state for row in rows)
    return {state: counts[state] for state in WORST_FIRST}


def _row(document: RunDocument, judged: GateResult, anchor: str) -> GateRow:
    gate, unit = judged.gate, shown_unit(judged)
    return GateRow(
        anchor=anchor,
        id=gate.id,
        state=WARNS if judged.result is Result.FAIL and gate.action is Action.WARN else judged.result.value,
        text=gate.text,
        source=str(gate.source),
        metric=gate.metric,
        subject=gate.subject,
        value=value_text(judged.value, unit),
        interval=interval_text(judged.interval, unit),
        confidence=confidence_text(judged.interval),
        n=judged.n,
        limit=limit_text(gate.bound),
        raw=gate.bound.raw,
        demand="fires when" if gate.role is Role.TRIGGER else "must be",
        trigger=gate.role is Role.TRIGGER,
        action=ACTION_WORDS[gate.action],
        reason=without_place(judged.reason, gate.source),
        command=_command(document, judged),
        scaled=judged.scaled,
        bar=bar(judged),
    )


def without_place(text: str, source: Source | None) -> str:
    """Drop the place at the end of a sentence where it is shown beside it anyway."""
    return text.removesuffix(f" ({source})") if source is not None else text


def shown_unit(judged: GateResult) -> str:
    """Return the unit to show a value in: a bare number takes the unit of its limit, so that both read alike."""
    return judged.gate.bound.unit if judged.unit in ("", "ratio") else judged.unit


def _command(document: RunDocument, judged: GateResult) -> str:
    """Name the one command that shows more: the divergence itself, the check again, or what binds the threshold."""
    check = judged.gate.metric.partition(".")[0]
    if not check:
        return shell("harness", "runbook", "lint", document.migration)
    found = next((found for found in document.divergences if _shows(found, judged)), None)
    if found is not None:
        return shell("harness", "replay", found.id)
    only = ("--only", check) if any(record.name == check for record in document.checks) else ()
    return shell("harness", "check", document.migration, *only)


def _shows(found: Divergence, judged: GateResult) -> bool:
    """Tell whether a divergence is what made a gate fail: one of its own check, or an accident for the counts over all checks."""
    check = judged.gate.metric.partition(".")[0]
    if judged.result is not Result.FAIL or judged.gate.subject not in ("", found.operation, found.port):
        return False
    return found.check == check or (check == OVER_ALL_CHECKS and found.candidate.kind in ACCIDENTS)


def _anchor(identity: str, seen: Counter[str]) -> str:
    base = "gate-" + (re.sub(r"[^a-z0-9]+", "-", one_line(identity, 60).lower()).strip("-") or "unnamed")
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}-{seen[base]}"

"""What stands between a run and GO: each reason with its place and the command to type next, and the verdict as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.model import Decision, Reason
from harness.report.document import RunDocument
from harness.report.gates import WORST_FIRST, GateRow, without_place
from harness.report.text import plural, shell

HEADLINES: Mapping[Decision, str] = {
    Decision.GO: "The port may take over.",
    Decision.NO_GO: "The port must not take over.",
    Decision.INCONCLUSIVE: "Not proven yet.",
}
_WORST_FIRST = (Decision.NO_GO, Decision.INCONCLUSIVE, Decision.GO)
_SIGNOFF = "signoff"
_VERBS_OF_STATES = {
    "fail": ("fails", "fail"),
    "inconclusive": ("cannot be decided", "cannot be decided"),
    "warn": ("fails but only warns", "fail but only warn"),
    "waived": ("is waived", "are waived"),
    "pass": ("passes", "pass"),
}
_VERBS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    ((_SIGNOFF,), ("signoff",), " --role ROLE --name NAME"),
    (("runbook", "gate-unbound", "bound-invalid", "unit-mismatch", "no-gates", "prerequisite-unevidenced"), ("runbook", "lint"), ""),
    (("claim",), ("runbook", "sync"), ""),
    (("too-noisy", "evidence-below-floor", "check-below-floor", "no-cases"), ("check",), " --budget 2m"),
)


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason: what it forces, why, where, the next command, and the gate on the page that it is about, if any.

    `subject` is the threshold or box in the runbook's own words, "" for a reason that is about neither.
    """

    decision: Decision
    code: str
    subject: str
    text: str
    source: str
    command: str
    anchor: str


def reason_rows(document: RunDocument, gates: tuple[GateRow, ...]) -> tuple[ReasonRow, ...]:
    """Make the rows of a run, what forces NO-GO first; a reason for GO is a warning and comes last."""
    by_place = {(row.source, row.reason): row for row in gates if row.reason}
    ranked = sorted(document.verdict.reasons, key=lambda reason: _WORST_FIRST.index(reason.decision))
    return tuple(_row(document.migration, reason, by_place.get((str(reason.source), _told(reason)))) for reason in ranked)


def sentence(document: RunDocument, reasons: tuple[ReasonRow, ...], gates: tuple[GateRow, ...]) -> str:
    """Say in plain words why the verdict is what it is, from counts alone."""
    if not gates:
        return "Nothing was judged: no gate was read from the runbook."
    states = Counter(row.state for row in gates)
    settled = not states["fail"] and not states["inconclusive"]
    return " ".join([_counted(states, len(gates)), *_beyond_gates(document.verdict.decision, reasons, settled=settled)])


def _told(reason: Reason) -> str:
    """Return what a reason says beyond its place, as the row of its gate says it."""
    return without_place(reason.text.removeprefix("Warning: "), reason.source)


def _row(migration: str, reason: Reason, gate: GateRow | None) -> ReasonRow:
    return ReasonRow(
        reason.decision,
        reason.code,
        gate.text if gate else "",
        _told(reason),
        str(reason.source or ""),
        _command(migration, reason, gate),
        gate.anchor if gate else "",
    )


def _command(migration: str, reason: Reason, gate: GateRow | None) -> str:
    """Choose the verb that a reason calls for; what is not known better is measured again."""
    for codes, words, options in _VERBS:
        if reason.code.startswith(codes):
            return f"{shell('harness', *words, migration)}{options}"
    if reason.code.startswith("check-"):
        return "harness doctor"
    if gate is not None and reason.decision is Decision.NO_GO:
        return gate.command
    return shell("harness", "check", migration)


def _counted(states: Mapping[str, int], total: int) -> str:
    if states["pass"] == total:
        return "The only gate passes." if total == 1 else f"All {total:,} gates pass."
    parts = [f"{states[state]:,} {_verb(state, states[state])}" for state in WORST_FIRST if states[state]]
    return f"Of {plural(total, 'gate')}, {', '.join(parts)}."


def _verb(state: str, count: int) -> str:
    alone, several = _VERBS_OF_STATES[state]
    return alone if count == 1 else several


def _beyond_gates(decision: Decision, reasons: tuple[ReasonRow, ...], *, settled: bool) -> list[str]:
    """Say what the gates do not: sign-offs, stale evidence, boxes that nothing proves."""
    if decision is Decision.GO:
        return ["Nothing is missing."]
    beyond = [row for row in reasons if not row.anchor and row.decision is not Decision.GO]
    signoffs = sum(row.code.startswith(_SIGNOFF) for row in beyond)
    others = len(beyond) - signoffs
    said = [f"{plural(others, 'more reason')} {'stands' if others == 1 else 'stand'} against GO."] if others else []
    if signoffs:
        only = "Only " if settled and not others else ""
        said.append(f"{only}{plural(signoffs, 'sign-off')} {'is' if signoffs == 1 else 'are'} missing.")
    return said

"""Ties thresholds to metrics: by a comment that a reviewer can read in the source, else by the vocabulary, else to nothing.

<!-- gate: METRIC -->                      the threshold of this line, cell or item
<!-- gate: METRIC[SUBJECT] -->             of one operation or workload
<!-- gate: METRIC[SUBJECT] <= 1.1 -->      with its own bound, for words such as "linear scaling"
<!-- gate: METRIC; METRIC > 0 -->          several
<!-- gate: none, REASON -->                not a threshold, although it looks like one
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from harness.model import Action, Bound, Gate, Role, Source
from harness.runbook.bounds import Reading, Strength, negate, occurrence, read_one
from harness.runbook.document import Comment
from harness.runbook.findings import Finding, Severity
from harness.runbook.metric import unit_kind
from harness.runbook.triggers import action_for
from harness.runbook.vocabulary import METRICS, metric_for, metric_named, metrics_implied, subject_for

Placed = tuple[Reading, Source]

_GATE = re.compile(r"^\s*gates?\s*:\s*(.*?)\s*$", re.DOTALL | re.IGNORECASE)
_LOOKS_LIKE_GATE = re.compile(r"^\W*gates?\b", re.IGNORECASE)
_NONE = re.compile(r"^none\b[\s,:;-]*(.*)$", re.DOTALL)
_NAME = re.compile(r"^([a-z]\w*(?:\.\w+)+)\s*(?:\[([^\[\]]{1,80})\])?\s*(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """One metric that a comment names, with the bound if it brings its own."""

    metric: str
    subject: str = ""
    bound: Bound | None = None


@dataclass(slots=True)
class Bindings:
    """All that the comments of one statement say; `refused` is the reason why nothing in it is a threshold."""

    named: list[Named] = field(default_factory=list)
    refused: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of text that may hold thresholds, with what decides what becomes of them.

    `meaning` is the text that the vocabulary reads, `label` the words that name the subject. Readings weaker than `least` are
    mentions, not gates. With `implied`, a text without a number may still mean one ("all unit tests pass"); with `names_file` it
    claims that a file is there.
    """

    text: str
    meaning: str
    label: str
    readings: Sequence[Placed]
    comments: Sequence[Comment]
    role: Role
    action: Action
    source: Source
    least: Strength = Strength.BARE
    implied: bool = False
    names_file: bool = False


@dataclass(slots=True)
class Found:
    """What a statement came to: gates without ids yet, mentions that are not judged, and findings."""

    gates: list[Gate] = field(default_factory=list)
    mentions: list[Gate] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def bind(statement: Statement) -> Found:
    """Turn the thresholds of a statement into gates; one that nothing binds becomes a gate with an empty metric."""
    bindings = read_comments(statement.comments, statement.source.file)
    found = Found(findings=bindings.findings)
    if bindings.refused:
        text = f"declared not to be a threshold ({bindings.refused}): {statement.text}"
        found.findings.append(Finding("declared-no-threshold", text, statement.source, Severity.NOTE))
        return found
    left = _bind_named(statement, bindings.named, found)
    least = max(statement.least, Strength.WORDS) if bindings.named else statement.least
    for reading, source in left:
        if reading.strength >= least:
            found.gates.append(_by_vocabulary(statement, reading, source))
        elif not bindings.named:
            found.mentions.append(_by_vocabulary(statement, reading, source))
        else:
            found.findings += _replaced(reading, source, bindings.named)
    if statement.implied and not found.gates and not bindings.named:
        found.gates += _implied(statement)
    found.findings += [_ambiguous(reading, source) for reading, source in statement.readings if reading.ambiguous]
    return found


def read_comments(comments: Iterable[Comment], file: str) -> Bindings:
    """Read the comments that begin with `gate:`; one that cannot be read is a problem, never a silence."""
    bindings = Bindings()
    for comment in comments:
        match = _GATE.match(comment.body)
        if match:
            _read_parts(match[1], Source(file, comment.line), bindings)
        elif _LOOKS_LIKE_GATE.match(comment.body):
            bindings.findings.append(_unreadable(comment.body, Source(file, comment.line)))
    return bindings


def _read_parts(body: str, source: Source, bindings: Bindings) -> None:
    none = _NONE.match(body)
    if none:
        bindings.refused = none[1].strip()
        if not bindings.refused:
            text = "a gate comment says none without a reason; write <!-- gate: none, REASON -->"
            bindings.findings.append(Finding("gate-none-without-reason", text, source, Severity.PROBLEM))
        return
    for part in body.split(";"):
        named = _read_part(part.strip())
        if named is None:
            bindings.findings.append(_unreadable(part, source))
        else:
            bindings.named.append(named)


def _read_part(part: str) -> Named | None:
    match = _NAME.match(part)
    if match is None:
        return None
    metric, subject, rest = match[1], (match[2] or "").strip(), match[3]
    bound = read_one(rest) if rest else None
    return None if rest and bound is None else Named(metric, subject, bound)


def _bind_named(statement: Statement, named: Iterable[Named], found: Found) -> list[Placed]:
    """Make the gates that comments name; return the readings that none of them took."""
    free = list(statement.readings)
    for name in sorted(named, key=lambda name: name.bound is None):
        if name.bound is not None:
            found.gates.append(_gate(statement, name.bound, statement.source, name.metric, name.subject))
            free = [item for item in free if not _same_limit(item[0].bound, name.bound)]
            continue
        chosen = _choose(name, free, statement.readings)
        if chosen is not None:
            found.gates.append(_gate(statement, chosen[0].bound, chosen[1], name.metric, name.subject))
            free = [item for item in free if item is not chosen]
            continue
        implied = _implied_bound(name)
        if implied is not None:
            found.gates.append(_gate(statement, _for_role(implied, statement.role), statement.source, name.metric, name.subject))
        else:
            text = f"{name.metric} is bound here, but no bound is written: {statement.text}"
            found.findings.append(Finding("gate-without-bound", text, statement.source, Severity.PROBLEM))
    return free


def _choose(name: Named, free: Sequence[Placed], everything: Sequence[Placed]) -> Placed | None:
    """Prefer a threshold in the metric's own unit, then one not taken yet; a unit that does not fit is left for the lint to see."""
    metric = metric_named(name.metric)
    fitting = [item for items in (free, everything) for item in items if metric is None or metric.measures(item[0].bound)]
    others = [] if _implied_bound(name) else [*free, *everything]
    return next(iter([*fitting, *others]), None)


def _implied_bound(name: Named) -> Bound | None:
    metric = metric_named(name.metric)
    return metric.implied if metric else None


def _same_limit(left: Bound, right: Bound) -> bool:
    return (left.comparator, left.limit, left.upper, unit_kind(left.unit)) == (
        right.comparator,
        right.limit,
        right.upper,
        unit_kind(right.unit),
    )


def _replaced(reading: Reading, source: Source, named: Iterable[Named]) -> Iterator[Finding]:
    """Find a limit that people read on the page while the comment behind it says another."""
    for name in named:
        if name.bound is not None and reading.bound.comparator != "in" and unit_kind(name.bound.unit) == unit_kind(reading.bound.unit):
            text = f"the page says {reading.bound.raw!r}, the comment behind it {name.bound.raw!r} for {name.metric}"
            yield Finding("comment-against-text", text, source, Severity.PROBLEM)


def _by_vocabulary(statement: Statement, reading: Reading, source: Source) -> Gate:
    """Guess the metric from the words, except in narrative, where words near a number seldom say what it limits."""
    narrates = statement.least is Strength.SIGN and reading.strength is Strength.SIGN
    metric = None if narrates else metric_for(statement.meaning, reading.bound)
    if metric is None:
        return _gate(statement, reading.bound, source)
    return _gate(statement, reading.bound, source, metric.name, subject_for(metric, statement.label))


def _implied(statement: Statement) -> list[Gate]:
    """Read a text without a number; in a trigger, words that mean no metric still mean that it must never happen."""
    meant = (METRICS["readiness.files.missing"],) if statement.names_file else metrics_implied(statement.meaning)
    gates = [
        _gate(statement, _for_role(metric.implied, statement.role), statement.source, metric.name)
        for metric in meant
        if metric.implied is not None
    ]
    if not gates and statement.role is Role.TRIGGER:
        gates.append(_gate(statement, occurrence(statement.text).bound, statement.source))
    return gates


def _for_role(bound: Bound, role: Role) -> Bound:
    return negate(bound) if role is Role.TRIGGER else bound


def _gate(statement: Statement, bound: Bound, source: Source, metric: str = "", subject: str = "") -> Gate:
    action = statement.action
    if action is Action.ROLLBACK:
        action = action_for(statement.role, bound.qualifier)
    return Gate("", statement.text, source, bound, statement.role, action, metric, subject)


def _unreadable(body: str, source: Source) -> Finding:
    text = f"a gate comment cannot be read: {' '.join(body.split())[:80]!r}"
    return Finding("gate-unreadable", text, source, Severity.PROBLEM, ("<!-- gate: METRIC[SUBJECT] <= LIMIT -->",))


def _ambiguous(reading: Reading, source: Source) -> Finding:
    text = f"{reading.bound.raw!r} was read as {reading.bound.limit:g}, but its separator could be meant the other way"
    return Finding("ambiguous-number", text, source, Severity.WARNING, ("write thousands as 10K or 10_000, decimals with a point",))

"""What a reviewer of a runbook should be told before a machine judges by it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations

from harness.model import Bound, Gate, Role
from harness.runbook.bounds import negate
from harness.runbook.findings import Finding, Severity
from harness.runbook.metric import Direction
from harness.runbook.parse import Runbook
from harness.runbook.vocabulary import METRICS, known_names, metric_named, slug
from harness.units import compatible

_UPPER = {"<", "<=", "=="}
_LOWER = {">", ">=", "=="}
_PROPOSALS = 3


def lint(runbook: Runbook, measured: Collection[str]) -> tuple[Finding, ...]:
    """Return the findings of reading and of comparing gates with each other and with what is measured, in file order.

    `measured` holds names such as `differential.cases` and `benchmark.time[full_rating]`; without any, nothing is said about measuring.
    """
    found = [*runbook.findings, *_unbound(runbook, measured), *_misfits(runbook), *_contradictions(runbook)]
    if measured:
        found += [*_unmeasured(runbook, measured), *_ungated(runbook, measured)]
    return tuple(sorted(found, key=lambda finding: finding.source.line))


def key_of(gate: Gate) -> str:
    """Return the name by which a gate asks for evidence: `metric` or `metric[subject]`."""
    return f"{gate.metric}[{gate.subject}]" if gate.subject else gate.metric


def is_measured(gate: Gate, measured: Collection[str]) -> bool:
    """Tell whether there is evidence to ask: a gate without subject asks every subject, one with a subject needs its own."""
    if key_of(gate) in measured:
        return True
    has_subjects = any(name.startswith(f"{gate.metric}[") for name in measured)
    return has_subjects if not gate.subject else gate.metric in measured and not has_subjects


def propose(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Return the names nearest to a text, by spelling, and by what metrics are called in either language."""
    wanted, keys = slug(text), dict[str, str]()
    for name in names:
        metric = METRICS.get(name.partition("[")[0])
        for alias in (name, *((metric.text_en, metric.text_de) if metric else ())):
            keys.setdefault(slug(alias), name)
    meant = [name for name in names if (metric := METRICS.get(name)) and metric.matches(text) and metric.name != "benchmark.time"]
    near = difflib.get_close_matches(wanted, keys, n=_PROPOSALS, cutoff=0.3)
    return tuple(dict.fromkeys([*meant, *(keys[key] for key in near)]))[:_PROPOSALS]


def _unbound(runbook: Runbook, measured: Collection[str]) -> Iterator[Finding]:
    for gate in runbook.gates:
        if not gate.metric:
            text = f"nothing is bound to the threshold {gate.bound.raw!r}: {gate.text}"
            yield Finding(
                "unbound", text, gate.source, Severity.PROBLEM, propose(gate.text, tuple(_fitting(gate.bound, known_names(measured))))
            )


def _fitting(bound: Bound, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        metric = metric_named(name.partition("[")[0])
        if metric is None or metric.measures(bound):
            yield name


def _unmeasured(runbook: Runbook, measured: Collection[str]) -> Iterator[Finding]:
    for gate in runbook.gates:
        if gate.metric and not is_measured(gate, measured):
            text = f"nothing measures {key_of(gate)}: {gate.text}"
            near = tuple(difflib.get_close_matches(key_of(gate), sorted(measured), n=_PROPOSALS))
            yield Finding("unmeasured", text, gate.source, Severity.PROBLEM, near)


def _ungated(runbook: Runbook, measured: Collection[str]) -> Iterator[Finding]:
    asked = {key_of(gate) for gate in runbook.gates}
    of_some_subject = {gate.metric for gate in runbook.gates}
    for name in sorted(measured):
        if name not in asked | of_some_subject and name.partition("[")[0] not in asked:
            where = runbook.gates[-1].source if runbook.gates else runbook.sections[0].source
            yield Finding("gated-nowhere", f"{name} is measured, and no threshold asks for it", where, Severity.NOTE)


def _misfits(runbook: Runbook) -> Iterator[Finding]:
    """Find bounds in a unit that their metric does not have, or on the side that nobody would want."""
    for gate in runbook.gates:
        metric = metric_named(gate.metric)
        if metric is None:
            continue
        if not compatible(gate.bound.unit, metric.unit):
            text = f"{gate.bound.raw!r} is in {gate.bound.unit or 'plain numbers'}, {gate.metric} in {metric.unit or 'plain numbers'}"
            yield Finding("unit-mismatch", text, gate.source, Severity.PROBLEM)
        wanted = _LOWER if metric.direction is Direction.HIGHER else _UPPER
        if demand(gate).comparator not in {*wanted, "in"}:
            asked = f"{demand(gate).comparator} {gate.bound.limit:g}"
            text = f"{key_of(gate)} is better when {metric.direction.value}, but {gate.text!r} demands {asked}"
            yield Finding("wrong-side", text, gate.source, Severity.WARNING)


def demand(gate: Gate) -> Bound:
    """Return what must hold: for a trigger the opposite of what fires it."""
    return negate(gate.bound) if gate.role is Role.TRIGGER and gate.bound.comparator != "in" else gate.bound


def _contradictions(runbook: Runbook) -> Iterator[Finding]:
    judged = [(gate, False) for gate in runbook.gates if gate.metric]
    mentioned = [(gate, True) for gate in runbook.mentions if gate.metric]
    for (first, first_mentioned), (second, second_mentioned) in combinations([*judged, *mentioned], 2):
        if (first.metric, first.subject) == (second.metric, second.subject) and not (first_mentioned and second_mentioned):
            yield from _compare(first, second, mentioned=first_mentioned or second_mentioned)


def _compare(first: Gate, second: Gate, *, mentioned: bool) -> Iterator[Finding]:
    """Compare two limits on the same side for the same thing; a trigger may be looser than what is accepted, never stricter."""
    looser = _looser(demand(first), demand(second))
    if looser is None or demand(first).limit == demand(second).limit:
        return
    loose, strict = (first, second) if looser else (second, first)
    triggers = (loose.role is Role.TRIGGER) + (strict.role is Role.TRIGGER)
    if (triggers == 1 and loose.role is Role.TRIGGER) or (triggers == 2 and first.action is not second.action):  # noqa: PLR2004 - both
        return
    prose = loose.role is not Role.TARGET and strict.role is Role.TARGET
    code = "prose-looser-than-table" if prose else "contradiction"
    text = f"{key_of(first)} has two limits: {loose.bound.raw!r} here, the stricter {strict.bound.raw!r} in {strict.source}"
    yield Finding(code, text, loose.source, Severity.WARNING if mentioned else Severity.PROBLEM)


def _looser(first: Bound, second: Bound) -> bool | None:
    """Tell whether the first bound allows more; None when they bound different sides."""
    sides: tuple[tuple[set[str], Callable[[float, float], bool]], ...] = ((_UPPER, float.__gt__), (_LOWER, float.__lt__))
    for side, allows_more in sides:
        if first.comparator in side and second.comparator in side:
            return allows_more(first.limit, second.limit)
    return None

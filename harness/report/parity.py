"""What the evidence says about equality: how much was compared, what differed, and how much could still be hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.model import Divergence, Evidence
from harness.report.numbers import value_text

CHECK = "differential"
RULE_OF_THREE = 3.0


@dataclass(frozen=True, slots=True)
class ParityRow:
    """One operation on one port; `bound` is the share of cases that may still diverge, at 95 % confidence."""

    operation: str
    port: str
    cases: int
    diverged: int
    bound: str
    both_succeeded: str
    abs_error: str
    rel_error: str
    ulps: str
    note: str


@dataclass(frozen=True, slots=True)
class Parity:
    """All rows and their sum; `signatures` counts the distinct causes of every comparing check."""

    rows: tuple[ParityRow, ...]
    cases: int
    diverged: int
    bound: str
    signatures: int


def parity(evidence: Iterable[Evidence], divergences: Iterable[Divergence]) -> Parity:
    """Gather the differential evidence by operation and port."""
    groups: dict[tuple[str, str], dict[str, Evidence]] = {}
    for item in evidence:
        prefix, _, name = item.metric.partition(".")
        if prefix == CHECK:
            groups.setdefault((item.operation, item.port), {})[name] = item
    rows = tuple(_row(operation, port, measured) for (operation, port), measured in groups.items())
    cases, diverged = sum(row.cases for row in rows), sum(row.diverged for row in rows)
    return Parity(rows, cases, diverged, bound_text(cases, diverged), len(tuple(divergences)))


def bound_text(cases: int, diverged: int) -> str:
    """Show what zero divergences in N cases prove: at most 3/N at 95 % (the rule of three); nothing once something diverged."""
    if not cases or diverged:
        return ""
    return f"≤ {min(RULE_OF_THREE / cases, 1.0) * 100:.2g} %"


def _row(operation: str, port: str, measured: dict[str, Evidence]) -> ParityRow:
    cases, diverged = _count(measured, "cases"), _count(measured, "divergences")
    return ParityRow(
        operation=operation,
        port=port,
        cases=cases,
        diverged=diverged,
        bound=bound_text(cases, diverged),
        both_succeeded=_shown(measured, "both_succeeded"),
        abs_error=_shown(measured, "abs_error.max"),
        rel_error=_shown(measured, "rel_error.max"),
        ulps=_shown(measured, "ulps.max"),
        note=next((item.note for item in measured.values() if item.note), ""),
    )


def _count(measured: dict[str, Evidence], name: str) -> int:
    item = measured.get(name)
    if item is None or item.value is None or not 0 <= item.value < float("inf"):
        return 0
    return int(item.value)


def _shown(measured: dict[str, Evidence], name: str) -> str:
    item = measured.get(name)
    return value_text(item.value, item.unit) if item is not None else ""

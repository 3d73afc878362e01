"""The portfolio: one page that lists the last report of every migration, read from their report.json files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.report import json_report, templates
from harness.report.document import RunDocument
from harness.report.parity import bound_text
from harness.report.provenance import moment_text

_WORST_FIRST = ("NO-GO", "INCONCLUSIVE", "GO")


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """One migration at a glance; `href` leads to its page beside the index."""

    migration: str
    title: str
    href: str
    decision: str
    passed: int
    gates: int
    first_reason: str
    reasons: int
    cases: int
    diverged: int
    bound: str
    speed: str
    started_at: str
    commit: str


def render(reports: Sequence[RunDocument | Mapping[str, Any]], *, templates_dir: Path | None = None) -> str:
    """Return the page for several runs, or their validated `report.json` trees, the worst verdict first.

    Raises HarnessError REPORT_INVALID when a template cannot be rendered.
    """
    rows = [_row(json_report.to_json(report) if isinstance(report, RunDocument) else report) for report in reports]
    rows.sort(key=lambda row: (_WORST_FIRST.index(row.decision), row.migration))
    counts = {decision: sum(row.decision == decision for row in rows) for decision in _WORST_FIRST}
    return templates.render("index.html.j2", templates_dir=templates_dir, rows=rows, counts=counts, version=__version__)


def _row(report: Mapping[str, Any]) -> MigrationRow:
    provenance = report["provenance"]
    against = [reason["text"] for reason in report["reasons"] if reason["decision"] != "GO"]
    cases, diverged = _sum(report, "differential.cases"), _sum(report, "differential.divergences")
    return MigrationRow(
        migration=report["migration"],
        title=provenance["runbook"]["title"] or report["migration"],
        href=f"{quote(report['migration'], safe='')}/report.html",
        decision=report["verdict"],
        passed=sum(gate["result"] == "pass" for gate in report["gates"]),
        gates=len(report["gates"]),
        first_reason=against[0] if against else "",
        reasons=len(against),
        cases=cases,
        diverged=diverged,
        bound=bound_text(cases, diverged),
        speed=_speed(report),
        started_at=moment_text(str(provenance.get("started_at") or "")),
        commit=str(provenance.get("commit") or "")[:12],
    )


def _sum(report: Mapping[str, Any], metric: str) -> int:
    values = (item["value"] for item in report.get("evidence", ()) if item["metric"] == metric)
    return sum(int(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool))


def _speed(report: Mapping[str, Any]) -> str:
    """Show the range of the ratios, so that no single workload speaks for all."""
    ratios = [item["value"] for item in report.get("evidence", ()) if item["metric"] == "benchmark.speedup"]
    numbers = sorted(float(ratio) for ratio in ratios if isinstance(ratio, int | float))
    if not numbers:
        return ""
    low, high = f"{numbers[0]:.3g}x", f"{numbers[-1]:.3g}x"
    return low if low == high else f"{low} to {high}"

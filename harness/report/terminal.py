"""The last words of a run on a terminal: the verdict, every gate with its limit and place, and what to do next."""

from __future__ import annotations

import io
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from harness.model import Decision
from harness.report.document import RunDocument
from harness.report.gates import GateRow
from harness.report.page import Page, page
from harness.report.reasons import ReasonRow
from harness.report.text import one_line

GATES_SHOWN = 60
REASONS_SHOWN = 12
_NARROW = 90
_BULLETS = {Decision.NO_GO: ("✕", "red"), Decision.INCONCLUSIVE: ("?", "yellow"), Decision.GO: ("!", "yellow")}
_COLOURS = {"GO": "green", "NO-GO": "red", "INCONCLUSIVE": "yellow"}
_STATES = {
    "fail": ("✕ fail", "red"),
    "inconclusive": ("? open", "yellow"),
    "warn": ("! warns", "yellow"),
    "waived": ("~ waived", "cyan"),
    "pass": ("✓ pass", "green"),
}


def show(document: RunDocument, console: Console, *, report: Path | str = "") -> None:
    """Print the summary on a console; `report` is where the page for people lies."""
    console.print(summary(document, report=report, width=console.width))


def render(document: RunDocument, *, width: int = 100, color: bool = False, report: Path | str = "") -> str:
    """Return the summary as text of at most `width` columns, with colours only if asked for."""
    out = io.StringIO()
    show(
        document,
        Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False, legacy_windows=False),
        report=report,
    )
    return out.getvalue()


def summary(document: RunDocument, *, report: Path | str = "", width: int = 100) -> RenderableType:
    """Build what is printed; no word in it is read as markup."""
    shown = page(document)
    parts: list[RenderableType] = [_verdict(shown)]
    if shown.gates:
        parts.append(_gates(shown, narrow=width < _NARROW))
    parts += [_facts(shown), *_reasons(shown)]
    if report:
        parts.append(Text.assemble("\nreport  ", (one_line(str(report), 500), "underline")))
    return Group(*parts)


def _verdict(shown: Page) -> RenderableType:
    colour = _COLOURS[shown.decision]
    head = Rule(Text(one_line(f"{shown.migration}: {shown.title}", 70), style="bold"), style="dim", align="left")
    words = Text.assemble((f" {shown.decision} ", f"bold reverse {colour}"), (f"  {shown.headline} ", "bold"), shown.sentence)
    return Group(head, words)


def _gates(shown: Page, *, narrow: bool) -> RenderableType:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1), expand=False)
    table.add_column("result", no_wrap=True)
    table.add_column("threshold", overflow="fold", ratio=3)
    table.add_column("measured", justify="right", overflow="fold")
    table.add_column("limit", justify="right", overflow="fold")
    if not narrow:
        table.add_column("n", justify="right", no_wrap=True)
        table.add_column("where", overflow="fold")
    for row in shown.gates[:GATES_SHOWN]:
        table.add_row(*_cells(row, narrow=narrow))
    left = len(shown.gates) - GATES_SHOWN
    return Group(Text(""), table, *([Text(f"{left:,} more gates are in the report", style="dim")] if left > 0 else []))


def _cells(row: GateRow, *, narrow: bool) -> list[Text]:
    word, colour = _STATES[row.state]
    value = Text(row.value, style="bold")
    if row.interval:
        value.append(f"\n{row.interval}", style="dim")
    threshold = Text(one_line(row.text, 160))
    if narrow:
        threshold.append(f"\n{one_line(row.source)}", style="dim")
    limit = Text(f"fires {row.limit}" if row.trigger else row.limit)
    cells = [Text(word, style=colour), threshold, value, limit]
    return cells if narrow else [*cells, Text(f"{row.n:,}", style="dim"), Text(one_line(row.source), style="dim")]


def _facts(shown: Page) -> RenderableType:
    """Say in two lines what the gates rest on."""
    lines = []
    if shown.parity.cases:
        bound = f", {shown.parity.bound} may still (95 %)" if shown.parity.bound else ""
        lines.append(f"parity  {shown.parity.diverged:,} of {shown.parity.cases:,} cases diverge{bound}")
    if shown.overall is not None:
        words = "faster" if shown.overall.faster else "the reference's speed"
        lines.append(f"speed   {shown.overall.ratio} {words}, {one_line(shown.overall.detail, 80)}")
    return Text("\n".join(["", *lines]) if lines else "")


def _reasons(shown: Page) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for title, rows in (("missing to get to GO", shown.reasons), ("warnings", shown.warnings)):
        if rows:
            parts += [Text(f"\n{title}", style="bold"), *map(_reason, rows[:REASONS_SHOWN])]
        if len(rows) > REASONS_SHOWN:
            parts.append(Text(f"  and {len(rows) - REASONS_SHOWN:,} more", style="dim"))
    return parts


def _reason(row: ReasonRow) -> RenderableType:
    line = Text(one_line(row.subject, 200), style="bold") if row.subject else Text(one_line(row.text, 400))
    if row.source:
        line.append(f"  {one_line(row.source)}", style="not bold dim")
    if row.subject:
        line.append(f"\n{one_line(row.text, 400)}", style="not bold")
    line.append(f"\n{row.command}", style="not bold cyan")
    bullet, colour = _BULLETS[row.decision]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(Text(f"  {bullet}", style=colour), line)
    return grid

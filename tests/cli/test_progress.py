"""Facts about progress on stderr."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.cli.progress import ProgressLine


def logged(*updates: tuple[str, int, int], **options: bool) -> str:
    """Return what a log gets of these updates."""
    out = io.StringIO()
    with ProgressLine(Console(file=out, width=100, **options), "shop") as progress:  # type: ignore[arg-type]
        for update in updates:
            progress.update(*update)
    return out.getvalue()


def test_a_log_gets_a_line_now_and_then() -> None:
    """Many updates at once are one line."""
    assert logged(("golden total", 0, 0), ("golden total", 1, 9), ("golden total", 2, 9)) == "shop: golden total\n"


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [(0, 0, "shop: golden\n"), (3, 0, "shop: golden 3\n"), (3, 9, "shop: golden 3/9\n"), (0, 9, "shop: golden 0/9\n")],
)
def test_the_amount_is_said_where_it_is_known(done: int, total: int, said: str) -> None:
    """With the total, where there is one."""
    assert logged(("golden", done, total)) == said


def test_quiet_says_nothing() -> None:
    """Not even the first line."""
    assert logged(("golden", 1, 9), quiet=True) == ""


def test_names_are_not_read_as_markup() -> None:
    """An operation may be called anything."""
    assert logged(("[red]total[/red]", 0, 0)) == "shop: [red]total[/red]\n"


def test_a_terminal_is_left_clean() -> None:
    """The line that moved is gone in the end, and the cursor is back."""
    written = logged(("golden", 1, 9), force_terminal=True)

    assert "golden 1/9" in written
    assert written.rstrip().endswith("\x1b[2K") or written.endswith("\x1b[?25h")

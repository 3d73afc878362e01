"""Facts about the block of a runbook that the machine writes."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from harness.run.measured import BEGIN, END, block_of, lines_of, with_block, without_block
from harness.runbook import read_runbook

WORDS = st.text(st.sampled_from("ab |#-\n"), max_size=60)
TABLE = ["| gate | metric | measured | result |", "| --- | --- | --- | --- |"]


@given(text=WORDS, first=st.lists(WORDS, max_size=3), second=st.lists(WORDS, max_size=3))
def test_writing_twice_leaves_one_block(text: str, first: list[str], second: list[str]) -> None:
    """The second block takes the place of the first."""
    assert with_block(with_block(text, first), second) == with_block(text, second)


@given(text=WORDS, lines=st.lists(WORDS, max_size=3))
def test_a_block_changes_nothing_for_the_digest(text: str, lines: list[str]) -> None:
    """What people wrote is the same with it and without it."""
    assert without_block(with_block(text, lines).encode()) == without_block(text.encode())


@given(text=WORDS)
def test_a_change_outside_of_the_block_changes_the_digest(text: str) -> None:
    """Only the machine's own lines are left out."""
    whole = with_block(text, TABLE)

    assert without_block(("x" + whole).encode()) != without_block(whole.encode())
    assert without_block((whole + "x").encode()) != without_block(whole.encode())


def test_text_around_the_block_stays() -> None:
    """A person may move the block to where it reads best."""
    assert with_block(f"before\n{BEGIN}old{END}\nafter\n", ["new"]) == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_a_mark_without_its_other_half_is_no_block() -> None:
    """Half a mark hides nothing."""
    assert block_of(f"text {BEGIN} more") == ""
    assert without_block(f"text {BEGIN} more".encode()) == f"text {BEGIN} more".encode()


def test_the_files_own_line_endings_are_kept() -> None:
    """A runbook from Windows stays one."""
    text = with_block("# R\r\n\r\ntext\r\n", TABLE)

    assert text.count("\n") == text.count("\r\n")


def test_measured_values_are_not_read_as_thresholds(tmp_path: Path) -> None:
    """The block shows results; gates stand where people wrote them."""
    values = ["120 times (n=24)", "2.3 ms (n=12)", "0 (n=80)", "7 % (n=3)", "not measured", "1.2 MB (n=1)"]
    rows = [f"| G{place:02} | `benchmark.speedup[rows]` | {value} | pass |" for place, value in enumerate(values)]
    path = tmp_path / "toy.md"
    path.write_text(with_block("# Toy\n\n## Acceptance criteria\n\n- [ ] Fast <!-- gate: benchmark.speedup >= 2 -->\n", [*TABLE, *rows]))

    runbook = read_runbook(path, root=tmp_path)

    assert [gate.bound.limit for gate in runbook.gates] == [2.0]
    assert runbook.mentions == ()


@given(text=st.text(st.sampled_from("a\r\n\f\u2028"), max_size=20))
def test_lines_are_those_of_the_parser(text: str) -> None:
    """Only line feeds and carriage returns end a line, and nothing is lost."""
    lines = lines_of(text)

    assert "".join(lines) == text
    assert len(lines) == text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1

"""An append-only log keeps what was written and tells a line that was cut off from one that was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import Code, HarnessError
from harness.stores.log import Log


def made(tmp_path: Path) -> Log:
    """Return a log of three lines."""
    log = Log(tmp_path / "log.jsonl", "ours", 1)
    for number in range(3):
        log.append({"number": number})
    return log


def test_lines_come_back_in_order_with_their_places(tmp_path: Path) -> None:
    """What was appended is read in order; the header is line one."""
    lines = made(tmp_path).read()
    assert [(line.tree["number"], line.source.line) for line in lines] == [(0, 2), (1, 3), (2, 4)]


def test_a_missing_file_has_no_lines(tmp_path: Path) -> None:
    """Reading does not create the file."""
    log = Log(tmp_path / "log.jsonl", "ours", 1)
    assert log.read() == []
    assert not log.path.exists()


def test_at_every_cut_the_whole_lines_are_read_and_writing_goes_on(tmp_path: Path) -> None:
    """Wherever a kill cuts the file off, the lines before the cut are read, and the next line follows them."""
    log = made(tmp_path)
    data = log.path.read_bytes()
    for cut in range(len(data)):
        log.path.write_bytes(data[:cut])
        before = [line.tree["number"] for line in log.read()]
        log.append({"number": 9})
        assert [line.tree["number"] for line in log.read()] == [*before, 9]
        assert before == list(range(max(0, data[:cut].count(b"\n") - 1)))


def test_a_changed_line_is_located(tmp_path: Path) -> None:
    """A change in the middle is refused at its line."""
    log = made(tmp_path)
    log.path.write_bytes(log.path.read_bytes().replace(b'"number":1', b'"number":7'))
    with pytest.raises(HarnessError) as caught:
        log.read()
    assert (caught.value.code, caught.value.where) == (Code.FILE_EDITED, f"{log.path}:3")


def test_a_log_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    """The header's version decides, not the lines."""
    made(tmp_path)
    with pytest.raises(HarnessError) as caught:
        Log(tmp_path / "log.jsonl", "ours", 0).read()
    assert caught.value.code is Code.FILE_TOO_NEW

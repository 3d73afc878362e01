"""Files are whole at every moment, however the writer ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from harness.stores import write_atomic
from harness.stores.atomic import append_line


def names_in(folder: Path) -> list[str]:
    """Name the files of a folder."""
    return sorted(path.name for path in folder.iterdir())


def run_until_killed(code: str, path: Path, seconds: float) -> None:
    """Start a writer that never ends, give it a moment, and kill it with a signal that it cannot catch."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(path)], env=environment, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL


def test_files_are_made_and_replaced_with_their_folders(tmp_path: Path) -> None:
    """Text is written as UTF-8, bytes as they are, and nothing else is left in the folder."""
    path = tmp_path / "deep" / "er" / "file.txt"
    write_atomic(path, "grüße\n")
    assert path.read_bytes() == "grüße\n".encode()
    write_atomic(str(path), b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert names_in(path.parent) == ["file.txt"]


def test_a_failed_write_leaves_the_old_content_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk gives an error, the old file stays and the temporary one goes."""
    path = tmp_path / "file"
    write_atomic(path, "old")

    def full(_file: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file"]


def test_files_get_the_permissions_of_ordinary_ones(tmp_path: Path) -> None:
    """A written file is as readable as one that `open` makes, not private like a temporary one."""
    write_atomic(tmp_path / "ours", "x")
    (tmp_path / "theirs").write_text("x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_leftovers_of_dead_writers_go_and_those_of_living_stay(tmp_path: Path) -> None:
    """The next write removes temporary files of the same name unless their writer lives."""
    with subprocess.Popen([sys.executable, "-c", ""]) as finished:
        finished.wait()
    dead, alive, other = (tmp_path / name for name in (f".file.{finished.pid}.ab.tmp", f".file.{os.getpid()}.cd.tmp", ".file.notes.tmp"))
    for path in (dead, alive, other):
        path.write_text("half")
    write_atomic(tmp_path / "file", "whole")
    assert not dead.exists()
    assert alive.exists()
    assert other.exists()


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    """Killed again and again in the middle of replacing a large file, the file is always one of the whole contents."""
    path = tmp_path / "file"
    code = """
        import sys
        from harness.stores import write_atomic
        print("ready", flush=True)
        number = 0
        while True:
            number += 1
            write_atomic(sys.argv[1], f"{number % 10}" * 3_000_000)
    """
    for attempt in range(8):
        run_until_killed(code, path, 0.02 + 0.013 * attempt)
        content = path.read_text() if path.exists() else "0" * 3_000_000
        assert len(content) == 3_000_000
        assert len(set(content)) == 1
    write_atomic(path, "end")
    assert names_in(tmp_path) == ["file"]


@pytest.mark.slow
def test_a_killed_appender_loses_no_finished_line(tmp_path: Path) -> None:
    """Every line whose append had returned is there and whole after the writer was killed."""
    path, done = tmp_path / "log", tmp_path / "done"
    code = """
        import os, sys
        from pathlib import Path
        from harness.stores.atomic import append_line
        path = Path(sys.argv[1])
        done = os.open(path.with_name("done"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        path.touch()
        print("ready", flush=True)
        number = sum(1 for _ in path.open())
        while True:
            append_line(path, f"{number:07} {'x' * 50_000}\\n".encode())
            number += 1
            os.pwrite(done, f"{number:07}".encode(), 0)
    """
    for attempt in range(6):
        run_until_killed(code, path, 0.03 + 0.017 * attempt)
        lines = path.read_bytes().split(b"\n")
        finished = int(done.read_text() or "0")
        assert len(lines) - 1 >= finished
        assert all(line == f"{number:07} {'x' * 50_000}".encode() for number, line in enumerate(lines[:-1]))
        os.truncate(path, sum(len(line) + 1 for line in lines[:-1]))


def test_appending_needs_the_file(tmp_path: Path) -> None:
    """A line is only ever added to a file that has its header."""
    with pytest.raises(FileNotFoundError):
        append_line(tmp_path / "none", b"line\n")

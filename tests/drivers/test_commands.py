"""Facts about running tools."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from harness.drivers import commands
from harness.errors import Code, HarnessError

Living = Callable[[Iterable[int]], list[int]]


def shell(text: str, root: Path, **options: float) -> commands.Completed:
    """Run a line of shell."""
    return commands.run(["sh", "-c", text], root=root, timeout_seconds=options.get("timeout_seconds", 30.0))


def test_exit_code_and_both_streams_are_returned(tmp_path: Path) -> None:
    """A tool's answer is its exit code and what it printed, stream by stream."""
    completed = shell("echo out; echo err >&2; exit 4", tmp_path)

    assert (completed.exit_code, completed.stdout, completed.stderr, completed.timed_out) == (4, "out\n", "err\n", False)


def test_a_signal_is_a_negative_exit_code(tmp_path: Path) -> None:
    """A tool that dies by a signal is told from one that fails."""
    assert shell("kill -SEGV $$", tmp_path).exit_code == -11


def test_a_tool_runs_in_the_project_with_its_environment(tmp_path: Path) -> None:
    """Folder and environment are those that were asked for; input is empty."""
    program = "import os, sys; print(os.getcwd(), os.environ['COLOUR'], repr(sys.stdin.read()))"
    completed = commands.run([sys.executable, "-c", program], root=tmp_path, environment={"COLOUR": "red"}, timeout_seconds=30)

    assert completed.stdout == f"{tmp_path.resolve()} red ''\n"


def test_a_tool_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path, living: Living) -> None:
    """What it had printed is kept, and the processes that it started are gone."""
    completed = shell("sleep 600 & echo $!; sleep 600", tmp_path, timeout_seconds=0.5)

    assert (completed.exit_code, completed.timed_out) == (commands.TIMED_OUT, True)
    assert living([int(completed.stdout)]) == []


def test_a_tool_leaves_nothing_in_the_background(tmp_path: Path, living: Living) -> None:
    """A process that a tool left behind neither delays the answer nor outlives it."""
    completed = shell("sleep 600 & echo $!", tmp_path)

    assert completed.exit_code == 0
    assert living([int(completed.stdout)]) == []


@pytest.mark.parametrize("program", ["no-such-program", "./no-such-script"])
def test_a_missing_tool_is_named(tmp_path: Path, program: str) -> None:
    """A program that is not there is TOOL_MISSING, with its name."""
    with pytest.raises(HarnessError, match=program) as raised:
        commands.run([program], root=tmp_path, timeout_seconds=10)

    assert raised.value.code is Code.TOOL_MISSING


def test_a_script_of_the_project_is_found(tmp_path: Path) -> None:
    """A path with a folder in it is relative to the project, whatever the present folder is."""
    script = tmp_path / "tool.sh"
    script.write_text("#!/bin/sh\necho found\n")
    script.chmod(0o755)

    assert commands.run(["./tool.sh"], root=tmp_path, timeout_seconds=10).stdout == "found\n"


def test_output_that_is_no_text_is_replaced(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 do not break the reading of a tool."""
    assert shell("printf 'a\\377b'", tmp_path).stdout == "a\ufffdb"

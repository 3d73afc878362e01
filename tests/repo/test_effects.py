"""Effects have their rooms: who may print, write files and start processes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROCESS_MODULES = {"subprocess", "multiprocessing", "pty"}
PROCESS_CALLS = {"fork", "forkpty", "system", "popen", "posix_spawn", "execv", "execve", "execvp", "spawnv"}
WRITERS = {"write_text", "write_bytes", "copyfile", "copytree", "replace_file", "mkstemp", "NamedTemporaryFile", "TemporaryDirectory"}

MAY_PRINT = ("harness/cli", "harness/pytest_plugin.py", "harness/report", "reference_py/optimizer/__main__.py")
MAY_WRITE = {
    "harness/stores": "it is the room of files",
    "harness/drivers/memory.py": "the kernel's own switch for measuring peak memory is a file below /proc",
    "harness/checks/readiness.py": "the coverage tool leaves its data in a temporary folder",
    "harness/runtime/faults.py": "the drill puts a truncated library into a temporary folder of the worker",
}
MAY_START = {"harness/drivers": "it is the room of processes"}


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def _prints(tree: ast.AST) -> bool:
    """Find calls of print and of a console's print, and writing to a standard stream."""
    streams = {"sys.stdout.write", "sys.stderr.write"}
    return any(name == "print" or (name == "write" and ast.unparse(call.func) in streams) for name, call in _calls(tree))


def _writes(tree: ast.AST) -> bool:
    return any(name in WRITERS or (name in {"open", "fdopen"} and _is_for_writing(call)) for name, call in _calls(tree))


def _is_for_writing(call: ast.Call) -> bool:
    """Read the mode of open(path, mode) and path.open(mode); a mode that is computed counts as writing."""
    place = 1 if isinstance(call.func, ast.Name) or ast.unparse(call.func) in {"os.fdopen", "io.open", "gzip.open"} else 0
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[place : place + 1]
    return any(not isinstance(mode, ast.Constant) or set(str(mode.value)) & set("wax+") for mode in given)


def _starts(tree: ast.AST) -> bool:
    modules = {alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    calls = {ast.unparse(call.func) for name, call in _calls(tree) if name in PROCESS_CALLS}
    return bool(modules & PROCESS_MODULES or {call for call in calls if call.startswith("os.")})


def _offenders(repository: Any, does: Callable[[ast.AST], bool], allowed: Any) -> list[str]:
    files = repository.python("harness", "omega", "reference_py")
    return [str(path) for path in files if does(repository.tree(path)) and not path.as_posix().startswith(tuple(allowed))]


def test_only_the_rooms_that_people_see_print(repository: Any) -> None:
    """Results and progress come from cli, pytest_plugin and report, and from the one other command."""
    wrong = _offenders(repository, _prints, MAY_PRINT)

    assert not wrong, "\n".join(wrong)


def test_only_stores_write_files(repository: Any) -> None:
    """Whatever is written is written atomically, in one room."""
    wrong = _offenders(repository, _writes, MAY_WRITE)

    assert not wrong, "\n".join(wrong)


def test_only_drivers_start_processes(repository: Any) -> None:
    """Every process is started, watched and ended in one room."""
    wrong = _offenders(repository, _starts, MAY_START)

    assert not wrong, "\n".join(wrong)


def test_no_exception_of_these_rules_is_stale(repository: Any) -> None:
    """A place that may write or start processes does so."""
    used = {Path(place) for place in (*MAY_WRITE, *MAY_START)}

    wrong = [str(place) for place in used if not (repository.root / place).exists()]

    assert not wrong, "\n".join(wrong)


def test_the_rules_see_what_they_forbid() -> None:
    """Each way of printing, writing and starting is found, and reading is not taken for writing."""
    assert all(_prints(ast.parse(text)) for text in ("print(1)", "console.print(1)", "sys.stderr.write('x')"))
    assert all(
        _writes(ast.parse(text))
        for text in ("open('f', 'w')", "path.open('ab')", "path.write_text('x')", "open('f', mode=mode)", "open('f', 'r+')")
    )
    assert not any(_writes(ast.parse(text)) for text in ("open('f')", "path.open()", "path.open('rb')", "path.read_text()"))
    assert all(
        _starts(ast.parse(text)) for text in ("import subprocess", "from multiprocessing import Pool", "os.fork()", "os.system('x')")
    )

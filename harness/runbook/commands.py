"""The rollback commands of a runbook as data: read so that a drill can rehearse them, and never run from here."""

from __future__ import annotations

import ast
import re
import shlex
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.model import Source
from harness.runbook.document import Fence

_SHELLS = {"bash", "sh", "shell", "zsh", "console", ""}
_SETTINGS = {"env", "dotenv", "ini", "properties"}
_PYTHONS = {"python", "py", "python3"}
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_NOT_LITERAL = re.compile(r"[$`;&|<>(){}*?\\]")
_IMPORT = re.compile(r"(?:from|import)\s")
_CONTROL = re.compile(r"\s*(?:if|elif|else|for|while|until|case|select|function|unset)\b|.*\(\)\s*\{")
_LONGEST_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Assignment:
    """`export NAME=VALUE` of a rollback block, as written."""

    name: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Switch:
    """A call `function(*arguments)` of a function that a rollback block imports; every argument is a literal."""

    module: str
    function: str
    arguments: tuple[Any, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class RollbackCommand:
    """One code block of the rollback section: its language, its lines, and what in it can be rehearsed."""

    language: str
    lines: tuple[str, ...]
    source: Source
    parts: tuple[Assignment | Switch, ...] = ()


def read_commands(fence: Fence, file: str) -> RollbackCommand:
    """Read a code block; lines that are neither assignments nor calls stay as text."""
    parts: tuple[Assignment | Switch, ...] = ()
    if sum(map(len, fence.lines)) <= _LONGEST_BLOCK:
        shell, python = _split(fence)
        parts = (*_assignments(shell, file), *_switches(python, file))
    return RollbackCommand(fence.language, fence.lines, Source(file, fence.line), parts)


def _split(fence: Fence) -> tuple[Fence, Fence]:
    """Part a block into shell and Python; a shell block may go on in Python from its first import ("# Or in Python")."""
    if fence.language in _PYTHONS:
        start = 0
    elif fence.language in _SHELLS | _SETTINGS:
        start = next((index for index, line in enumerate(fence.lines) if _IMPORT.match(line)), len(fence.lines))
    else:
        return replace(fence, lines=()), replace(fence, lines=())
    return replace(fence, lines=fence.lines[:start]), Fence("python", fence.lines[start:], fence.line + start)


def _assignments(fence: Fence, file: str) -> Iterator[Assignment]:
    """Yield what a shell would export whatever happens: nothing, when the block decides or repeats."""
    if any(_CONTROL.match(line) for line in fence.lines):
        return
    for offset, line in enumerate(fence.lines):
        for name, value in _exported(line, bare=fence.language in _SETTINGS):
            yield Assignment(name, value, Source(file, fence.line + offset))


def _exported(line: str, *, bare: bool) -> list[tuple[str, str]]:
    """Return the assignments of a line that does nothing else; a value that a shell would expand is no literal and not read."""
    try:
        words = shlex.split(line.removeprefix("$ "), comments=True)
    except ValueError:
        return []
    exports = words[:1] == ["export"]
    pairs = [_ASSIGNMENT.fullmatch(word) for word in (words[1:] if exports else words)]
    if not (exports or bare) or not all(pairs) or _NOT_LITERAL.search(line.partition("#")[0].removeprefix("$ ")):
        return []
    return [(pair[1], pair[2]) for pair in pairs if pair is not None]


def _switches(fence: Fence, file: str) -> Iterator[Switch]:
    tree = _parse("\n".join(fence.lines))
    imported: dict[str, tuple[str, str]] = {}
    for statement in tree.body if tree else ():
        if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            imported |= {alias.asname or alias.name: (statement.module, alias.name) for alias in statement.names}
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            source = Source(file, fence.line + statement.lineno - 1)
            yield from _switch(statement.value, imported, source)


def _switch(call: ast.Call, imported: Mapping[str, tuple[str, str]], source: Source) -> Iterator[Switch]:
    target = _target(call.func, imported)
    if target is None or call.keywords:
        return
    try:
        arguments = tuple(ast.literal_eval(argument) for argument in call.args)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return
    yield Switch(target[0], target[1], arguments, source)


def _target(function: ast.expr, imported: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """Resolve `f` that was imported, or the dotted name `a.b.f`."""
    if isinstance(function, ast.Name):
        return imported.get(function.id)
    names: list[str] = []
    while isinstance(function, ast.Attribute):
        names.insert(0, function.attr)
        function = function.value
    if not isinstance(function, ast.Name) or not names:
        return None
    names = [*imported.get(function.id, (function.id,)), *names]
    return ".".join(names[:-1]), names[-1]


def _parse(code: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a runbook's code warns about is not ours to say
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None

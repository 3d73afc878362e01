"""Who gave an answer and why: green means nothing if nobody can say which implementation ran."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.runtime.flags import Mode


class Path(StrEnum):
    """The implementation that answered."""

    PORT = "port"
    REFERENCE = "reference"


class Reason(StrEnum):
    """Why it was this implementation."""

    FLAG_OFF = "flag-off"
    PORT_HEALTHY = "port-healthy"
    IMPORT_FAILED = "import-failed"
    NAME_MISSING = "name-missing"
    VERSION_MISMATCH = "version-mismatch"
    PORT_PANICKED = "port-panicked"
    PORT_RAISED = "port-raised"
    BOTH_RAISED = "both-raised"
    SHADOWED = "shadowed"


@dataclass(frozen=True, slots=True)
class Answer:
    """Which implementation answered a call, why, and under which mode of the flag; `error` names the exception it answered with."""

    operation: str
    path: Path
    reason: Reason
    mode: Mode
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A value together with who gave it."""

    value: Any
    answer: Answer


_collectors: ContextVar[tuple[list[Answer], ...]] = ContextVar("harness_answers", default=())


@contextmanager
def trace() -> Iterator[list[Answer]]:
    """Collect the answers of every call in this context, async tasks started in it included; other threads are not traced."""
    answers: list[Answer] = []
    token = _collectors.set((*_collectors.get(), answers))
    try:
        yield answers
    finally:
        _collectors.reset(token)


def note(answer: Answer) -> None:
    """Hand an answer to everyone who traces in this context."""
    for collector in _collectors.get():
        collector.append(answer)

"""One call, and everything it can do turned into data: a value, an error, a panic, and what became of the arguments."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from harness.formats.opaque import shorten, type_name
from harness.formats.packing import pack, unpack
from harness.machines.play import code_of, text_of
from harness.model import OutcomeKind

_FRAMES = 20
_HERE = str(Path(__file__).parent)
_MESSAGE_LIMIT = 10_000
_PLAIN = frozenset({int, float, str, bool, bytes, type(None)})

Answer = list[Any]


def call(function: Callable[..., Any], packed: bytes, index: int) -> Answer:
    """Call once on freshly unpacked arguments; return an item of `messages.Outcomes`.

    The time is that of the call alone. A forked child of the callable that comes back here leaves, since only one process may answer.
    """
    try:
        return _call(function, packed, index)
    except MemoryError as error:
        return [index, OutcomeKind.OUT_OF_MEMORY.value, None, describe(error), None, 0]


def _call(function: Callable[..., Any], packed: bytes, index: int) -> Answer:
    arguments = unpack(packed)
    process = os.getpid()
    started_ns = time.perf_counter_ns()
    try:
        result = function(*arguments)
        duration_ns = time.perf_counter_ns() - started_ns
        answer = finished(index, result, arguments, packed, duration_ns)
    except BaseException as error:  # noqa: BLE001 - whatever the callable raises is an outcome, even SystemExit
        duration_ns = time.perf_counter_ns() - started_ns
        answer = failed(index, error, arguments, packed, duration_ns)
    if os.getpid() != process:
        os._exit(0)
    return answer


def finished(index: int, result: Any, arguments: list[Any], packed: bytes, duration_ns: int = 0) -> Answer:
    """Return the answer of a call that gave a value; `packed` are its arguments before."""
    return [index, OutcomeKind.VALUE.value, pack(result, opaque=True), None, _changed(arguments, packed), duration_ns]


def failed(index: int, error: BaseException, arguments: list[Any], packed: bytes, duration_ns: int = 0) -> Answer:
    """Return the answer of a call that raised."""
    return [index, _classify(error).value, None, describe(error), _changed(arguments, packed), duration_ns]


def _classify(error: BaseException) -> OutcomeKind:
    if type(error).__name__ == "PanicException" and not isinstance(error, Exception):
        return OutcomeKind.PANIC
    return OutcomeKind.OUT_OF_MEMORY if isinstance(error, MemoryError) else OutcomeKind.ERROR


def describe(error: BaseException) -> list[str | None]:
    """Return the fields of `model.Failure` for an exception."""
    message = text_of(error)
    words = " ".join([shorten(message, _MESSAGE_LIMIT), *(f"({note})" for note in _notes(error))])
    return [type_name(type(error)), words, code_of(error, message), _traceback(error.__traceback__)]


def _notes(error: BaseException) -> list[str]:
    """Return what was noted on an exception on its way, such as the step of a program."""
    notes = getattr(error, "__notes__", None)
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []


def _traceback(trace: TracebackType | None) -> str:
    """List the innermost frames without source lines, which costs little even when every case raises."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(_HERE):
            lines.append(f'File "{code.co_filename}", line {trace.tb_lineno}, in {code.co_name}')
        trace = trace.tb_next
    return "\n".join(lines[-_FRAMES:])


def _changed(arguments: list[Any], packed: bytes) -> bytes | None:
    """Return the packed arguments if the call changed them; a second unpacking settles what packs differently by itself."""
    if all(type(argument) in _PLAIN for argument in arguments):
        return None
    after = pack(arguments, opaque=True)
    if after in (packed, pack(unpack(packed), opaque=True)):
        return None
    return after

"""Tells what killed a worker, from its exit code and its last words."""

from __future__ import annotations

import re
import signal

from harness.drivers.process import WorkerDiedError
from harness.model import Failure, OutcomeKind

_OUT_OF_MEMORY = re.compile(r"memory allocation of \d+ bytes failed|std::bad_alloc|out of memory", re.IGNORECASE)
_LAST_LINES = 12


def classify(death: WorkerDiedError) -> tuple[OutcomeKind, Failure]:
    """Return the outcome for the case that was in hand when the worker died by itself.

    SIGKILL came from nobody of ours, so it is taken for the kernel that ran out of memory. An allocator that gives up aborts, and only
    its words tell that from any other abort.
    """
    name = _name(death.exit_code)
    words = _own_words(death.output) if death.exit_code == -signal.SIGABRT else ""
    out_of_memory = death.exit_code == -signal.SIGKILL or _OUT_OF_MEMORY.search(words) is not None
    kind = OutcomeKind.OUT_OF_MEMORY if out_of_memory else OutcomeKind.CRASH
    reason = f": {words.splitlines()[-1].strip()}" if words else ""
    return kind, Failure(name, f"the process ended with {name}{reason}", traceback=last_lines(death.output))


def timeout(timeout_seconds: float, output: str) -> tuple[OutcomeKind, Failure]:
    """Return the outcome for a case that was stopped because it took too long."""
    return OutcomeKind.TIMEOUT, Failure("timeout", f"no answer within {timeout_seconds:g} s", traceback=last_lines(output))


def last_lines(output: str) -> str:
    """Return the last dozen lines that were printed."""
    return "\n".join(output.strip().splitlines()[-_LAST_LINES:])


def _name(exit_code: int) -> str:
    if exit_code >= 0:
        return f"exit {exit_code}"
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"


def _own_words(output: str) -> str:
    """Return what the implementation printed last, before the interpreter showed its stack.

    Only who aborts says why; whatever was printed before another signal came from some earlier case.
    """
    return last_lines(output.partition("Fatal Python error:")[0])

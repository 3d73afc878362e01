"""What a driver can be asked beyond single calls: many threads at once, the interpreter's lock, the growth of memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.drivers.batch import is_answer
from harness.drivers.driver import Driver, WorkerEndedError
from harness.errors import Code, HarnessError
from harness.formats.packing import pack
from harness.model import Case, Outcome
from harness.protocol import messages


@dataclass(frozen=True, slots=True)
class Together:
    """What many threads were answered: for each case its different outcomes with their counts; `ended` is how the worker died of it."""

    outcomes: tuple[tuple[tuple[Outcome, int], ...], ...]
    calls: int
    ended: Outcome | None = None


def call_together(driver: Driver, cases: Sequence[Case], *, threads: int, copies: int, seconds: float, timeout_seconds: float) -> Together:
    """Call the driver's callable with every case from many threads of one worker at once, or play `copies` objects.

    Raises HarnessError WORKER_FAILED when the worker refuses.
    """
    question = messages.CallTogether([pack(list(case.arguments)) for case in cases], threads, copies, seconds)
    try:
        answer = driver.ask(question, timeout_seconds)
    except WorkerEndedError as end:
        return Together((), 0, Outcome(end.kind, failure=end.failure, implementation=driver.name))
    if not isinstance(answer, messages.Together) or not _fits(answer, len(cases)):
        raise _refusal(driver, answer)
    found: list[list[tuple[Outcome, int]]] = [[] for _ in cases]
    for item, count in zip(answer.items, answer.counts, strict=True):
        found[item[0]].append((driver.outcome(item), count))
    return Together(tuple(map(tuple, found)), sum(answer.counts))


def released(driver: Driver, case: Case, *, seconds: float, timeout_seconds: float) -> tuple[list[float], int]:
    """Return shares of another thread's progress during calls, and the nanoseconds of one; raises HarnessError WORKER_FAILED."""
    answer = _asked(driver, messages.MeasureRelease(pack(list(case.arguments)), seconds), timeout_seconds)
    if not isinstance(answer, messages.Released):
        raise _refusal(driver, answer)
    return list(map(float, answer.shares)), answer.call_ns


def grown(driver: Driver, cases: Sequence[Case], *, seconds: float, windows: int, timeout_seconds: float) -> messages.Growth:
    """Return how resident memory went over many calls in the driver's worker; raises HarnessError WORKER_FAILED."""
    question = messages.MeasureGrowth([pack(list(case.arguments)) for case in cases], seconds, windows)
    answer = _asked(driver, question, timeout_seconds)
    if not isinstance(answer, messages.Growth):
        raise _refusal(driver, answer)
    return answer


def _fits(answer: messages.Together, cases: int) -> bool:
    known = len(answer.items) == len(answer.counts) and all(isinstance(count, int) for count in answer.counts)
    return known and all(is_answer(item) and 0 <= item[0] < cases for item in answer.items)


def _asked(driver: Driver, question: messages.Message, timeout_seconds: float) -> messages.Message:
    try:
        return driver.ask(question, timeout_seconds)
    except WorkerEndedError as end:
        raise HarnessError(
            Code.WORKER_FAILED, "the worker ended during a measurement", where=driver.target, cause=end.failure.message
        ) from end


def _refusal(driver: Driver, answer: messages.Message) -> HarnessError:
    if isinstance(answer, messages.Refused):
        return HarnessError(Code.WORKER_FAILED, answer.what, where=driver.target, cause=answer.cause)
    return HarnessError(Code.PROTOCOL_BROKEN, f"the worker answered with {type(answer).__name__}", where=driver.target)

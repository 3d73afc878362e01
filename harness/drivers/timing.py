"""Asks a fresh worker how fast implementations are, or how much memory they take."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from harness.drivers import deaths
from harness.drivers.process import Launch, WorkerDiedError, WorkerProcess
from harness.errors import Code, HarnessError
from harness.formats.packing import pack
from harness.model import Ran
from harness.protocol import messages


@dataclass(frozen=True, slots=True)
class Timings:
    """Nanoseconds per call, one number per quad and side, in pairs; `reference_ns` is empty when only the candidate was timed."""

    reference_ns: tuple[float, ...]
    candidate_ns: tuple[float, ...]
    rans: tuple[Ran, ...]


class BenchWorker:
    """A worker that stays from one measurement to the next, because a start can cost more than the measurement; a failed one is replaced.

    It is left with `close`, or at the end of a `with` block.
    """

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None, search_path: Sequence[str] = ()) -> None:
        """Remember how to start; the first measurement does it."""
        self.environment = environment or {}
        self._launch = Launch(root, self.environment, search_path)
        self._worker: WorkerProcess | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker."""
        self.close()

    def close(self) -> None:
        """End the worker; the next measurement starts another one."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def measure(
        self, targets: Sequence[str], names: Sequence[str], question: messages.Message, timeout_seconds: float
    ) -> tuple[tuple[Ran, ...], messages.Message]:
        """Load the targets and put one question; raises HarnessError as `time_together` does, and ends the worker then."""
        try:
            return self._measured(targets, names, question, time.monotonic() + timeout_seconds)
        except BaseException:
            self.close()
            raise

    def _measured(
        self, targets: Sequence[str], names: Sequence[str], question: messages.Message, end: float
    ) -> tuple[tuple[Ran, ...], messages.Message]:
        if self._worker is None:
            self._worker = WorkerProcess(self._launch)
        try:
            loaded = self._worker.ask(messages.Load(list(targets)), end - time.monotonic())
            if not isinstance(loaded, messages.Loaded):
                raise _refusal(loaded, targets)
            if loaded.missing:
                raise HarnessError(Code.CALLABLE_MISSING, "there is nothing to measure", where=" ".join(targets), cause=loaded.missing)
            rans = tuple(Ran(implementation=name, **ran) for name, ran in zip(names, loaded.rans, strict=True))
            return rans, self._worker.ask(question, max(0.0, end - time.monotonic()))
        except WorkerDiedError as death:
            _, failure = deaths.classify(death)
            raise HarnessError(
                Code.WORKER_FAILED, "the worker ended during a measurement", where=" ".join(targets), cause=failure.message
            ) from death


def time_together(
    worker: BenchWorker,
    reference: str | None,
    candidate: str,
    arguments: tuple[Any, ...],
    *,
    rounds: int,
    budget_seconds: float,
    timeout_seconds: float,
    seed: int = 0,
) -> Timings:
    """Time two callables in one worker on the same arguments, in `rounds` quads or as many as fit the budget, but at least six.

    Raises HarnessError: CALLABLE_MISSING for a path that leads nowhere, WORKER_FAILED when a callable raises, kills its worker, or
    takes longer than `timeout_seconds` in all.
    """
    targets = [candidate] if reference is None else [reference, candidate]
    names = ["port"] if reference is None else ["reference", "port"]
    question = messages.TimeTogether(pack(list(arguments)), rounds, budget_seconds, seed)
    rans, answer = worker.measure(targets, names, question, timeout_seconds)
    if not isinstance(answer, messages.Times) or len(answer.samples_ns) != len(targets):
        worker.close()
        raise _refusal(answer, targets)
    *first, last = (tuple(map(float, samples)) for samples in answer.samples_ns)
    return Timings(first[0] if first else (), last, rans)


def time_parts(worker: BenchWorker, whole: str, part: str, arguments: tuple[Any, ...], **options: Any) -> Timings:
    """Time a port's callable and the one that does only a part of it: `reference_ns` is the whole, `candidate_ns` the part.

    The options and errors are those of `time_together`.
    """
    return time_together(worker, whole, part, arguments, **options)


def peak_memory(
    target: str,
    arguments: tuple[Any, ...],
    *,
    root: Path,
    environment: Mapping[str, str] | None = None,
    search_path: Sequence[str] = (),
    timeout_seconds: float = 300.0,
    imports: dict[str, list[str]] | None = None,
) -> int:
    """Return the extra peak resident bytes of the first call in a fresh worker; raises like `time_together`.

    When that call imports modules, it is made again, in another worker that has imported them before. `imports` keeps them by target
    from one measurement to the next, so that the next one has them from the start.
    """
    known = {} if imports is None else imports
    packed = pack(list(arguments))

    def first_call(imported: list[str]) -> messages.Peak:
        with BenchWorker(root, environment, search_path) as worker:
            _, answer = worker.measure([target], ["port"], messages.MeasurePeak(packed, imported), timeout_seconds)
        if not isinstance(answer, messages.Peak):
            raise _refusal(answer, [target])
        return answer

    found = first_call(known.get(target, []))
    if found.imported:
        known[target] = [*known.get(target, []), *found.imported]
        found = first_call(known[target])
    return found.peak_bytes


def _refusal(answer: messages.Message, targets: Sequence[str]) -> HarnessError:
    if isinstance(answer, messages.Refused):
        return HarnessError(Code.WORKER_FAILED, answer.what, where=" ".join(targets), cause=answer.cause)
    return HarnessError(Code.PROTOCOL_BROKEN, f"the worker answered with {type(answer).__name__}", where=" ".join(targets))

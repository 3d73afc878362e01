"""Calls one implementation in a process of its own, and lives through whatever it does there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic_ns
from types import TracebackType
from typing import Any, Self

from harness.drivers import deaths
from harness.drivers.batch import Batch
from harness.drivers.process import Launch, WorkerDiedError, WorkerProcess
from harness.errors import Code, HarnessError
from harness.formats.opaque import Opaque
from harness.formats.packing import pack, unpack
from harness.machines.programs import noted
from harness.model import Case, Failure, Outcome, OutcomeKind, Ran
from harness.protocol import messages

LOAD_SECONDS = 300.0
PATIENCE = 20
_HANG_COST = 5
_TICK_SECONDS = 0.05
_LOST_WORKERS = 3


class Driver:
    """One implementation, behind a worker that is started when needed and again after every death.

    `target` is an import path; `name` is how outcomes call the implementation. `environment` is added to the parent's. `search_path`
    (folders, relative to `root`) comes first on the worker's import path, then `root`, which is also where it works unless `folder` says
    otherwise.
    After a batch has cost PATIENCE, one per death and five per hang, the rest of it is skipped and says so.
    """

    def __init__(
        self,
        target: str,
        *,
        name: str,
        root: Path,
        environment: Mapping[str, str] | None = None,
        search_path: Sequence[str] = (),
        memory_limit_bytes: int | None = None,
        folder: Path | None = None,
    ) -> None:
        """Remember what to start; nothing runs yet."""
        self.target = target
        self.name = name
        self.restarts = 0
        self._launch = Launch(root, environment or {}, search_path, memory_limit_bytes, folder)
        self._worker: WorkerProcess | None = None
        self._started = False
        self._ran: Ran | None = None
        self._missing = ""
        self._aborted = False

    def __enter__(self) -> Self:
        """Return the driver; the worker starts with the first question."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave no process behind."""
        self.close()

    def load(self) -> Ran:
        """Import the implementation and return the proof of what it is.

        Raises HarnessError: CALLABLE_MISSING when there is no such callable, WORKER_FAILED when it exists and cannot be imported.
        """
        self._ready()
        if self._missing or self._ran is None:
            raise HarnessError(Code.CALLABLE_MISSING, f"there is no callable {self.target}", where=self.target, cause=self._missing)
        return self._ran

    def call(self, cases: Sequence[Case], *, timeout_seconds: float) -> list[Outcome]:
        """Return one outcome per case, in order; `timeout_seconds` is per case.

        A crash, a hang or an exit is the outcome of the case in hand, and the others go on in a fresh worker. Raises HarnessError
        WORKER_FAILED when no worker can be started or kept, and EncodeError for arguments that cannot be carried.
        """
        packed = [pack(list(case.arguments)) for case in cases]
        self._ready()
        if self._missing:
            return [self._not_migrated()] * len(cases)
        batch = Batch(packed, timeout_seconds)
        while batch.waiting:
            self._attempt(batch)
        return [self.outcome(answer) for answer in batch.answers]

    def switch(self, target: str) -> None:
        """Serve another callable from now on, in the same worker while it lives."""
        self.target, self._ran, self._missing = target, None, ""
        if self._worker is not None and self._worker.is_alive():
            self._load(self._worker)

    def ask(self, question: messages.Message, timeout_seconds: float) -> messages.Message:
        """Put a question about the loaded callable to the worker and return its answer.

        Raises WorkerEndedError, which tells how, when the worker dies of the question or has not answered in time.
        """
        worker = self._ready()
        worker.send(question)
        try:
            answer = worker.receive(timeout_seconds)
        except WorkerDiedError as death:
            self._worker = None
            raise WorkerEndedError(*deaths.classify(death)) from death
        if answer is None:
            worker.kill_hanging()
            self._worker = None
            raise WorkerEndedError(*deaths.timeout(timeout_seconds, worker.output))
        return answer

    def loaded_modules(self) -> frozenset[str]:
        """Return the names of all modules in the worker after the implementation was imported and called so far."""
        worker = self._ready()
        try:
            answer = worker.ask(messages.AskModules(), LOAD_SECONDS)
        except WorkerDiedError as death:
            raise HarnessError(
                Code.WORKER_FAILED, "the worker ended when it was asked for its modules", where=self.target, cause=death.output
            ) from death
        if not isinstance(answer, messages.Modules):
            raise self._unexpected(answer)
        return frozenset(answer.names)

    @property
    def output(self) -> str:
        """The end of what the implementation printed in the present worker."""
        return self._worker.output if self._worker else ""

    def close(self) -> None:
        """End the worker and everything that it started."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
            self._started = False

    def abort(self) -> None:
        """End the worker from another thread: the call in progress, and every later one, raises AbortedError."""
        self._aborted = True
        worker = self._worker
        if worker is not None:
            worker.end_at_once()

    def _ready(self) -> WorkerProcess:
        """Return a living worker with the implementation loaded."""
        if self._aborted:
            raise AbortedError
        if self._worker is not None and self._worker.is_alive():
            return self._worker
        self._drop()
        self.restarts += self._started
        self._started = True
        self._worker = WorkerProcess(self._launch)
        try:
            self._load(self._worker)
        except BaseException:
            self._drop()
            raise
        return self._worker

    def _load(self, worker: WorkerProcess) -> None:
        if self._aborted:
            raise AbortedError
        try:
            answer = worker.ask(messages.Load([self.target]), LOAD_SECONDS)
        except WorkerDiedError as death:
            _, failure = deaths.classify(death)
            raise HarnessError(
                Code.WORKER_FAILED, f"importing {self.target} ended the worker", where=self.target, cause=failure.message
            ) from death
        if not isinstance(answer, messages.Loaded):
            raise self._unexpected(answer)
        self._missing = answer.missing
        ran = Ran(implementation=self.name, **answer.rans[0]) if answer.rans else None
        if self._ran is not None and ran != self._ran:
            raise HarnessError(
                Code.WORKER_FAILED,
                f"{self.target} changed while it was examined",
                where=self.target,
                hint="let the build finish, then run the check again",
            )
        self._ran = ran

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _unexpected(self, answer: messages.Message) -> HarnessError:
        if isinstance(answer, messages.Refused):
            return HarnessError(Code.WORKER_FAILED, answer.what, where=self.target, cause=answer.cause)
        return HarnessError(Code.PROTOCOL_BROKEN, f"the worker answered with {type(answer).__name__}", where=self.target)

    def _attempt(self, batch: Batch) -> None:
        """Send what is waiting and collect answers until the batch is done or the worker is gone.

        A worker whose answers nobody took is ended, or they would be taken for those of the next batch.
        """
        worker = self._ready()
        sent = batch.next_part()
        worker.send(messages.Call([batch.packed[index] for index in sent]))
        try:
            self._collect(worker, batch, sent)
        except WorkerDiedError as death:
            self._bury(worker, batch, sent, deaths.classify(death))
        except _HangError:
            worker.kill_hanging()
            self._bury(worker, batch, sent, deaths.timeout(batch.timeout_seconds, worker.output))
        except BaseException:
            self._drop()
            raise

    def _collect(self, worker: WorkerProcess, batch: Batch, sent: list[int]) -> None:
        heard_ns = monotonic_ns()
        while True:
            answer = worker.receive(_TICK_SECONDS)
            if isinstance(answer, messages.Outcomes):
                batch.fill(sent, answer.items)
            elif isinstance(answer, messages.Done):
                batch.settle()
                return
            elif answer is not None:
                raise self._unexpected(answer)
            if answer is None:
                self._check_time(worker, batch.timeout_seconds, heard_ns)
            else:
                # Who said this may be dead by now, and its crumb with it; then the next question tells.
                heard_ns = monotonic_ns()

    def _check_time(self, worker: WorkerProcess, timeout_seconds: float, heard_ns: int) -> None:
        """Raise when the case in hand takes too long, or when a worker with nothing in hand says nothing."""
        now_ns = monotonic_ns()
        crumb = worker.crumb.read()
        if crumb is None:
            if now_ns - heard_ns > LOAD_SECONDS * 1e9:
                raise HarnessError(Code.WORKER_FAILED, "the worker says nothing any more", where=self.target, cause=worker.output)
        elif now_ns - crumb[1] > timeout_seconds * 1e9 and worker.crumb.read() == crumb:
            raise _HangError

    def _bury(self, worker: WorkerProcess, batch: Batch, sent: list[int], end: tuple[OutcomeKind, Failure]) -> None:
        """Give the death to the case in hand; a worker that dies with none in hand is only replaced, a few times."""
        kind, failure = end
        self._worker = None
        batch.lost += worker.last_crumb is None
        if worker.last_crumb is not None:
            index = sent[worker.last_crumb[0]]
            words = noted(failure.message, worker.last_step)
            batch.put(index, [index, kind.value, None, [failure.type_name, words, None, failure.traceback], None, 0])
            batch.cost += _HANG_COST if kind is OutcomeKind.TIMEOUT else 1
        elif batch.lost >= _LOST_WORKERS:
            raise HarnessError(
                Code.WORKER_FAILED, "workers keep dying between two cases", where=self.target, cause=failure.traceback or failure.message
            )
        batch.settle()
        if batch.cost >= PATIENCE:
            batch.skip()

    def _not_migrated(self) -> Outcome:
        return Outcome(OutcomeKind.NOT_MIGRATED, failure=Failure("missing", self._missing), implementation=self.name)

    def outcome(self, answer: list[Any]) -> Outcome:
        """Read an item of `messages.Outcomes`."""
        _, kind, value, failure, after, duration_ns = answer
        return Outcome(
            OutcomeKind(kind),
            None if value is None else _readable(value),
            None if failure is None else Failure(*failure),
            None if after is None else tuple(unpack(after)),
            duration_ns,
            self.name,
        )


def _readable(value: bytes) -> Any:
    """Return the value of an answer; data that its own format forbids, such as Arrow offsets out of range, is the port's mistake."""
    try:
        return unpack(value)
    except HarnessError as error:
        if error.code is not Code.FILE_INVALID:
            raise
        return Opaque("unreadable", error.cause or error.what)


class WorkerEndedError(Exception):
    """A worker ended over a question, by death or by taking too long."""

    def __init__(self, kind: OutcomeKind, failure: Failure) -> None:
        """Keep what happened as data."""
        super().__init__(failure.message)
        self.kind = kind
        self.failure = failure


class _HangError(Exception):
    """The case in hand has had its time."""


class AbortedError(Exception):
    """The driver was told to end while it was in use; no outcome of the implementation."""

"""Keeps one worker per implementation of an operation alive over all checks, so that isolation stays cheap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.contract import Operation
from harness.drivers import Driver
from harness.errors import Code, HarnessError
from harness.model import Case, Failure, Outcome, OutcomeKind, Ran

REFERENCE = "reference"
EXHAUSTED_AFTER = 2


class Workers:
    """The pool of a run: `driver(operation, implementation)` gives the worker, started on first use.

    `search_path` comes before the project root on the workers' import path, `environment` is added to theirs. `imports` remembers which
    modules the calls of a target import, for whoever measures memory.
    """

    def __init__(self, root: Path, *, environment: Mapping[str, str] | None = None, search_path: Sequence[str] = ()) -> None:
        """Start nothing yet."""
        self.root = root
        self.environment = dict(environment or {})
        self.search_path = tuple(search_path)
        self.imports: dict[str, list[str]] = {}
        self._drivers: dict[tuple[str, str], Driver] = {}
        self._rans: dict[tuple[str, str], Ran] = {}
        self._exhausted: Counter[tuple[str, str]] = Counter()
        self._aborted = False

    def __enter__(self) -> Self:
        """Return the pool itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close every worker, however the run ended."""
        self.close()

    def fresh(self, target: str, name: str, *, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Driver:
        """Return a driver of its own, outside of the pool: the caller closes it. `environment` and `folder` differ from the pool's."""
        return Driver(
            target, name=name, root=self.root, environment={**self.environment, **(environment or {})}, search_path=self.search_path,
            folder=folder,
        )  # fmt: skip

    def driver(self, operation: Operation, implementation: str) -> Driver:
        """Return the worker of an implementation: "reference" or the name of a port."""
        key = (operation.name, implementation)
        if key not in self._drivers:
            target = operation.reference if implementation == REFERENCE else operation.ports[implementation]
            self._drivers[key] = Driver(
                target, name=implementation, root=self.root, environment=self.environment, search_path=self.search_path
            )
        if self._aborted:
            self._drivers[key].abort()
        return self._drivers[key]

    def ran(self, operation: Operation, implementation: str) -> Ran:
        """Return the proof of what is loaded; a port that is not there gives one without a file, its `version` says why.

        Raises HarnessError CALLABLE_MISSING or WORKER_FAILED when it is the reference that cannot be loaded.
        """
        key = (operation.name, implementation)
        if key not in self._rans:
            self._rans[key] = self._load(operation, implementation)
        return self._rans[key]

    def _load(self, operation: Operation, implementation: str) -> Ran:
        driver = self.driver(operation, implementation)
        try:
            return driver.load()
        except HarnessError as error:
            if implementation == REFERENCE or error.code not in {Code.CALLABLE_MISSING, Code.WORKER_FAILED}:
                raise
            return Ran(implementation, driver.target, version=error.cause or error.what)

    def is_there(self, operation: Operation, implementation: str) -> bool:
        """Tell whether an implementation can be loaded."""
        return bool(self.ran(operation, implementation).file)

    def call(self, operation: Operation, implementation: str, cases: Sequence[Case]) -> list[Outcome]:
        """Call an implementation with every case; as many outcomes come back, in order.

        A port that is not there gives NOT_MIGRATED. One that used up the patience of two batches is not called any more (SKIPPED),
        because an hour of dying workers tells no more than a minute of them.
        """
        key = (operation.name, implementation)
        ran = self.ran(operation, implementation)
        if not ran.file:
            return [_absence(OutcomeKind.NOT_MIGRATED, ran.version, implementation)] * len(cases)
        if self._exhausted[key] >= EXHAUSTED_AFTER:
            return [_absence(OutcomeKind.SKIPPED, "the implementation ended too many workers", implementation)] * len(cases)
        outcomes = self._call(operation, implementation, cases)
        self._exhausted[key] += any(outcome.kind is OutcomeKind.SKIPPED for outcome in outcomes)
        return outcomes

    def _call(self, operation: Operation, implementation: str, cases: Sequence[Case]) -> list[Outcome]:
        try:
            return self.driver(operation, implementation).call(cases, timeout_seconds=operation.timeout_seconds)
        except HarnessError as error:
            if implementation == REFERENCE or error.code is not Code.WORKER_FAILED:
                raise
            self._exhausted[operation.name, implementation] += EXHAUSTED_AFTER
            return [_absence(OutcomeKind.CRASH, error.cause or error.what, implementation)] * len(cases)

    def loaded_modules(self, operation: Operation, implementation: str) -> frozenset[str]:
        """Name the modules that the worker of an implementation has imported so far."""
        return self.driver(operation, implementation).loaded_modules()

    def abort(self) -> None:
        """End every worker while other threads use them: their calls raise AbortedError, so that an interruption takes no time."""
        self._aborted = True
        for driver in list(self._drivers.values()):
            driver.abort()

    def close(self) -> None:
        """Stop every worker."""
        for driver in self._drivers.values():
            driver.close()
        self._drivers.clear()


def _absence(kind: OutcomeKind, why: str, implementation: str) -> Outcome:
    return Outcome(kind, failure=Failure(kind.value, why), implementation=implementation)

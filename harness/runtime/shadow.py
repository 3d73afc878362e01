"""Rehearses a port on real calls: the reference answers, the port runs beside it on a copy, and only a difference is heard of."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from harness.runtime import flags
from harness.runtime.dispatch import Dispatcher
from harness.runtime.events import Kind
from harness.runtime.failures import alike, is_failure, text_of
from harness.runtime.flags import Mode

Compare = Callable[[Any, Any], Sequence[object]]
Job = Callable[[], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """One sampled call with its own copy of the arguments, and what the reference gave for it."""

    operation: str
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    value: Any = None
    error: BaseException | None = None


class Shadow:
    """Answers from the reference and runs the port on every `every`-th call; nothing that the port does reaches the caller.

    The flag still counts: while it is off no port is loaded. A port that kills its process kills this one too; rehearse it in a
    worker first. Sampling goes by a counter, not by chance, so that a run can be repeated.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        every: int = 100,
        compare: Compare | None = None,
        submit: Callable[[Job], object] = lambda job: job(),
    ) -> None:
        """Shadow the dispatcher's module.

        `compare` gives the differences of two values, by default those of `harness.compare` to the bit. `submit` takes the job of
        running the port, for example an executor's `submit`; by default it runs before the call returns.
        """
        if every < 1:
            raise ValueError(f"every call or every n-th one can be rehearsed, not every {every}")
        self._dispatcher = dispatcher
        self._every = every
        self._compare = compare or _differences
        self._submit = submit
        self._calls = itertools.count()

    def call(self, operation: str, /, *arguments: Any, **options: Any) -> Any:
        """Return what the reference returns, and raise what it raises."""
        copied = self._copied(operation, (arguments, options)) if self._is_sampled() else None
        try:
            value = self._dispatcher.ask_reference(operation, *arguments, **options).value
        except Exception as error:
            if copied is not None:
                self._rehearse(_Rehearsal(operation, copied[0], copied[1], error=error))
            raise
        # The caller owns the value from here on and may change it before the job runs.
        kept = self._copied(operation, (value,)) if copied is not None else None
        if copied is not None and kept is not None:
            self._rehearse(_Rehearsal(operation, copied[0], copied[1], value=kept[0]))
        return value

    def _is_sampled(self) -> bool:
        return next(self._calls) % self._every == 0 and flags.mode(self._dispatcher.flag) is not Mode.OFF

    def _copied(self, operation: str, values: T) -> T | None:
        return self._hushed(operation, "not-copied", lambda: copy.deepcopy(values))

    def _rehearse(self, rehearsal: _Rehearsal) -> None:
        def job() -> None:
            self._hushed(rehearsal.operation, "not-compared", lambda: self._run_port(rehearsal))

        self._hushed(rehearsal.operation, "not-submitted", lambda: self._submit(job))

    def _run_port(self, rehearsal: _Rehearsal) -> None:
        health = self._dispatcher.health()
        if health.module is None:
            self._dispatcher.log.record(Kind.SHADOW_FAILED, rehearsal.operation, reason=health.reason, error=health.error)
            return
        try:
            value = getattr(health.module, rehearsal.operation)(*rehearsal.arguments, **rehearsal.options)
        except BaseException as error:
            if not is_failure(error):
                raise
            self._judge_error(rehearsal, error)
        else:
            self._judge_value(rehearsal, value)

    def _judge_error(self, rehearsal: _Rehearsal, error: BaseException) -> None:
        if rehearsal.error is not None and alike(error, rehearsal.error):
            self._dispatcher.log.count(Kind.AGREEMENT, rehearsal.operation, reason="both-raised", error=error)
            return
        self._dispatcher.log.record(Kind.DIVERGENCE, rehearsal.operation, reason="port-raised", error=error)

    def _judge_value(self, rehearsal: _Rehearsal, value: Any) -> None:
        if rehearsal.error is not None:
            text = f"the reference raised {type(rehearsal.error).__name__}: {text_of(rehearsal.error)}"
            self._dispatcher.log.record(Kind.DIVERGENCE, rehearsal.operation, reason="reference-raised", text=text)
            return
        found = self._compare(rehearsal.value, value)
        if found:
            self._dispatcher.log.record(Kind.DIVERGENCE, rehearsal.operation, reason="values-differ", text=str(found[0]))
        else:
            self._dispatcher.log.count(Kind.AGREEMENT, rehearsal.operation, reason="same-value")

    def _hushed(self, operation: str, reason: str, act: Callable[[], T]) -> T | None:
        """Do something that the caller must not suffer from; whatever fails becomes an event, and the result None."""
        try:
            return act()
        except BaseException as error:
            if not is_failure(error):
                raise
            self._dispatcher.log.record(Kind.SHADOW_FAILED, operation, reason=reason, error=error)
            return None


def _differences(reference: Any, candidate: Any) -> Sequence[object]:
    """Compare to the bit; imported late, because production code that shadows nothing needs none of it."""
    from harness.compare import differences  # noqa: PLC0415 - see above
    from harness.contract import exact  # noqa: PLC0415 - see above

    return differences(reference, candidate, exact)

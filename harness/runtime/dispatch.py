"""Sends each call to the port or to the reference as the flag says at that moment, and never falls back in silence.

off: the reference answers and the port is not even imported. on: the port answers or the call fails. auto: a healthy port answers,
else the reference does and the fallback is counted.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

from harness.runtime import answers, events, flags
from harness.runtime.answers import Answer, Answered, Path, Reason
from harness.runtime.events import EventLog, Kind
from harness.runtime.failures import alike, is_failure, is_panic
from harness.runtime.flags import Mode
from harness.runtime.health import Health, PortUnavailableError, examine


class Dispatcher:
    """One migrated module: its flag, its reference and its port, both named by import path and loaded only when they are to answer.

    Threads and forked children may share one. Arguments must be readable twice (no iterators) and survive a failed call unchanged,
    because the reference is asked with the same objects.
    """

    def __init__(
        self,
        flag: str,
        *,
        reference: str,
        port: str,
        names: Sequence[str] = (),
        version: str = "",
        translate: Callable[[Exception], Exception] = lambda error: error,
        log: EventLog = events.log,
    ) -> None:
        """Declare the flag; `names` and `version` say what makes the port healthy (see `health.examine`).

        `translate` turns an error that the port answers with, when it alone may answer, into the class that callers catch.
        """
        self.flag = flags.declare(flag).variable
        self.reference = reference
        self.port = port
        self.log = log
        self._names = tuple(names)
        self._version = version
        self.translate = translate
        self._checked: tuple[object, Health] | None = None

    def has(self, operation: str) -> bool:
        """Tell whether an operation is among the names that were declared."""
        return operation in self._names

    def call(self, operation: str, /, *arguments: Any, **options: Any) -> Any:
        """Return the operation's value; raises what the implementation raises, FlagError, and PortUnavailableError when on."""
        return self.ask(operation, *arguments, **options).value

    def ask(self, operation: str, /, *arguments: Any, **options: Any) -> Answered:
        """Return the operation's value together with who gave it; raises as `call`."""
        call = _Call(operation, arguments, options, flags.mode(self.flag))
        if call.mode is Mode.OFF:
            return self._ask_reference(call, Reason.FLAG_OFF)
        health = self._examine_for(operation)
        if health.module is None:
            return self._do_without(call, health)
        try:
            value = call.answer_of(health.module)
        except BaseException as error:
            if not is_failure(error):
                raise
            failure = error
        else:
            return call.answered(value, Path.PORT, Reason.PORT_HEALTHY)
        if call.mode is Mode.ON:
            self._raise_as_answer(call, failure)
        return self._ask_second_opinion(call, failure)

    def ask_reference(self, operation: str, /, *arguments: Any, **options: Any) -> Answered:
        """Let the reference answer whatever the flag says, for a shadow run; raises what the reference raises."""
        return self._ask_reference(_Call(operation, arguments, options, flags.mode(self.flag)), Reason.SHADOWED)

    def health(self) -> Health:
        """Return whether the port can be used; a healthy port is examined once, an unhealthy one again after the next override."""
        generation, checked = flags.generation(), self._checked
        if checked is None or (checked[1].module is None and checked[0] is not generation):
            checked = (generation, examine(self.port, names=self._names, version=self._version))
            self._checked = checked
        return checked[1]

    def reset(self) -> None:
        """Forget what was found out about the port, so that the next call examines it again."""
        self._checked = None

    def _examine_for(self, operation: str) -> Health:
        health = self.health()
        if health.module is None or hasattr(health.module, operation):
            return health
        return Health(None, Reason.NAME_MISSING, AttributeError(f"{self.port} has no {operation}"))

    def _do_without(self, call: _Call, health: Health) -> Answered:
        if call.mode is Mode.ON:
            raise PortUnavailableError(f"{self.flag} is on, but {self.port} cannot answer: {health.reason}") from health.error
        self.log.record(Kind.FALLBACK, call.operation, reason=health.reason, error=health.error)
        return self._ask_reference(call, health.reason)

    def _ask_reference(self, call: _Call, reason: Reason) -> Answered:
        module = importlib.import_module(self.reference)
        try:
            value = call.answer_of(module)
        except Exception as error:
            call.note(Path.REFERENCE, reason, error)
            raise
        return call.answered(value, Path.REFERENCE, reason)

    def _ask_second_opinion(self, call: _Call, failure: BaseException) -> Answered:
        """Ask the reference whether the port's error is the answer: when both refuse alike, the port did not fail."""
        reason = _reason_of(failure)
        module = importlib.import_module(self.reference)
        try:
            value = call.answer_of(module)
        except Exception as error:
            if alike(failure, error):
                self.log.count(Kind.AGREEMENT, call.operation, reason=Reason.BOTH_RAISED, error=error)
                call.note(Path.REFERENCE, Reason.BOTH_RAISED, error)
            else:
                self.log.record(Kind.FALLBACK, call.operation, reason=reason, error=failure)
                call.note(Path.REFERENCE, reason, error)
            raise
        self.log.record(Kind.FALLBACK, call.operation, reason=reason, error=failure)
        return call.answered(value, Path.REFERENCE, reason)

    def _raise_as_answer(self, call: _Call, failure: BaseException) -> NoReturn:
        call.note(Path.PORT, _reason_of(failure), failure)
        told = self.translate(failure) if isinstance(failure, Exception) else failure
        if told is failure:
            raise failure
        raise told from failure


@dataclass(frozen=True, slots=True)
class _Call:
    """One call on its way: what is asked, and the mode that held when it came."""

    operation: str
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    mode: Mode

    def answer_of(self, module: ModuleType) -> Any:
        return getattr(module, self.operation)(*self.arguments, **self.options)

    def answered(self, value: Any, path: Path, reason: Reason) -> Answered:
        return Answered(value, self.note(path, reason))

    def note(self, path: Path, reason: Reason, error: BaseException | None = None) -> Answer:
        answer = Answer(self.operation, path, reason, self.mode, type(error).__name__ if error is not None else "")
        answers.note(answer)
        return answer


def _reason_of(failure: BaseException) -> Reason:
    return Reason.PORT_PANICKED if is_panic(failure) else Reason.PORT_RAISED

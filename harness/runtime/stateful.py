"""An object that lives in the port or in the reference, and takes its state along when the flag or a failure moves it to the other.

The flag is read at every call, as for functions. So that the reference can take over from a port that fails in the middle of a call,
the port's object is remembered as its last saved state and the calls made since.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from contextlib import suppress
from typing import Any, NoReturn

from harness.runtime import answers, flags
from harness.runtime.answers import Answer, Path, Reason
from harness.runtime.dispatch import Dispatcher
from harness.runtime.events import Kind
from harness.runtime.failures import alike, is_failure, is_panic
from harness.runtime.flags import Mode
from harness.runtime.health import PortUnavailableError

LEAST_CALLS_KEPT = 256
SHARE_OF_CALLS_KEPT = 8


class Stateful:
    """One object of the class `name`, which reference and port both have; `save` and `load` carry its state between them.

    Arguments must survive a call unchanged, as for a dispatcher. Threads may not share one.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        name: str,
        *arguments: Any,
        save: str = "save_state",
        load: str = "load_state",
        reads: Collection[str] = (),
    ) -> None:
        """Make the object as the flag says; `reads` are the methods that change nothing. Raises as `Dispatcher.call`."""
        made = dispatcher.ask(name, *arguments)
        self.path = made.answer.path
        self._dispatcher = dispatcher
        self._name = name
        self._arguments = arguments
        self._save = save
        self._load = load
        self._reads = frozenset(reads)
        self._held: Any = made.value
        self._gave_up = False
        self._state: Any = None
        self._calls: list[tuple[str, tuple[Any, ...]]] = []
        self._count = 0

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method where the flag wants the object; raises what the implementation raises, FlagError, PortUnavailableError."""
        mode = flags.mode(self._dispatcher.flag)
        self._follow(mode)
        if self.path is Path.REFERENCE:
            return self._ask_reference(method, arguments, mode)
        try:
            value = self._take(method, arguments)
        except BaseException as error:
            if not is_failure(error):
                raise
            failure = error
        else:
            self._kept(method, arguments)
            self._note(method, Path.PORT, Reason.PORT_HEALTHY, mode)
            return value
        if mode is Mode.ON:
            self._kept(method, arguments)
            self._raise_as_answer(method, failure)
        return self._ask_second_opinion(method, arguments, mode, failure)

    def _follow(self, mode: Mode) -> None:
        """Move the object to where the flag wants it; a port that failed is asked again only when it alone may answer."""
        stays_away = mode is Mode.OFF or (mode is Mode.AUTO and self._gave_up)
        wanted = Path.REFERENCE if stays_away else Path.PORT
        if wanted is self.path:
            return
        if wanted is Path.REFERENCE:
            self._held, self.path = self._moved_back(), wanted
        else:
            self._move_to_port(mode)

    def _move_to_port(self, mode: Mode) -> None:
        health = self._dispatcher.health()
        if health.module is not None:
            state = getattr(self._held, self._save)()
            self._held, self.path = getattr(getattr(health.module, self._name), self._load)(state), Path.PORT
            self._remember(state)
        elif mode is Mode.ON:
            text = f"{self._dispatcher.flag} is on, but {self._dispatcher.port} cannot answer: {health.reason}"
            raise PortUnavailableError(text) from health.error

    def _ask_reference(self, method: str, arguments: tuple[Any, ...], mode: Mode) -> Any:
        reason = Reason.FLAG_OFF if mode is Mode.OFF else Reason.PORT_RAISED if self._gave_up else self._dispatcher.health().reason
        try:
            value = self._take(method, arguments)
        except Exception as error:
            self._note(method, Path.REFERENCE, reason, mode, error)
            raise
        self._note(method, Path.REFERENCE, reason, mode)
        return value

    def _ask_second_opinion(self, method: str, arguments: tuple[Any, ...], mode: Mode, failure: BaseException) -> Any:
        """Ask a reference in the state before the call whether the failure is the answer; if not, it takes over for good."""
        reason = Reason.PORT_PANICKED if is_panic(failure) else Reason.PORT_RAISED
        reference = self._rebuilt()
        try:
            reference, value = self._taken(reference, method, arguments)
        except Exception as error:
            if alike(failure, error):
                self._kept(method, arguments)
                self._dispatcher.log.count(Kind.AGREEMENT, method, reason=Reason.BOTH_RAISED, error=error)
                self._note(method, Path.REFERENCE, Reason.BOTH_RAISED, mode, error)
            else:
                self._give_up(reference, method, mode, reason, failure)
            raise
        self._give_up(reference, method, mode, reason, failure)
        return value

    def _give_up(self, reference: Any, method: str, mode: Mode, reason: Reason, failure: BaseException) -> None:
        self._held, self.path, self._gave_up = reference, Path.REFERENCE, True
        self._dispatcher.log.record(Kind.FALLBACK, method, reason=reason, error=failure)
        self._note(method, Path.REFERENCE, reason, mode)

    def _moved_back(self) -> Any:
        """Return the reference's object in the state of the port's, from what is remembered if the port cannot tell it any more."""
        try:
            return self._loaded(getattr(self._held, self._save)())
        except BaseException as error:
            if not is_failure(error):
                raise
            return self._rebuilt()

    def _rebuilt(self) -> Any:
        """Return the reference's object after everything that is remembered; what was refused then is refused again."""
        held = self._reference()(*self._arguments) if self._state is None else self._loaded(self._state)
        for method, arguments in self._calls:
            with suppress(Exception):
                held = self._taken(held, method, arguments)[0]
        return held

    def _reference(self) -> Any:
        return getattr(importlib.import_module(self._dispatcher.reference), self._name)

    def _loaded(self, state: Any) -> Any:
        return getattr(self._reference(), self._load)(state)

    def _take(self, method: str, arguments: tuple[Any, ...]) -> Any:
        self._held, value = self._taken(self._held, method, arguments)
        return value

    def _taken(self, held: Any, method: str, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        """Return the object after a call, and what it gave; loading makes another object."""
        value = getattr(type(held) if method == self._load else held, method)(*arguments)
        return (value, None) if method == self._load else (held, value)

    def _remember(self, state: Any) -> None:
        """Begin anew with a saved state."""
        self._state, self._calls = state, []

    def _kept(self, method: str, arguments: tuple[Any, ...]) -> None:
        """Remember a call of the port, and its state now and then: seldom enough that saving costs less than the calls."""
        if method in self._reads:
            return
        self._count += 1
        self._calls.append((method, arguments))
        if len(self._calls) > max(LEAST_CALLS_KEPT, self._count // SHARE_OF_CALLS_KEPT):
            with suppress(Exception):
                self._remember(getattr(self._held, self._save)())

    def _raise_as_answer(self, method: str, failure: BaseException) -> NoReturn:
        self._note(method, Path.PORT, Reason.PORT_RAISED, Mode.ON, failure)
        told = self._dispatcher.translate(failure) if isinstance(failure, Exception) else failure
        if told is failure:
            raise failure
        raise told from failure

    def _note(self, method: str, path: Path, reason: Reason, mode: Mode, error: BaseException | None = None) -> None:
        answers.note(Answer(f"{self._name}.{method}", path, reason, mode, type(error).__name__ if error is not None else ""))

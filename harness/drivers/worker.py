"""The program that runs in a worker process: it imports one implementation, calls it, and reports what it did.

It talks over two inherited pipes; what the implementation prints goes elsewhere and cannot disturb the talk.
Run as `python -m harness.drivers.worker INLET OUTLET LIFELINE CRUMB`, all file descriptors.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from harness.drivers import calling, crowd, growth, lifeline, loading, memory, release, stopwatch
from harness.drivers.crumb import Crumb
from harness.errors import HarnessError
from harness.machines.play import Player
from harness.protocol import messages
from harness.protocol.framing import FrameReader, frame

_READ_BYTES = 1 << 20
_FLUSH_NS = 1_000_000


class Worker:
    """Answers messages one by one until it is told to leave or the parent is gone."""

    def __init__(self, inlet: int, outlet: int, crumb: Crumb) -> None:
        """Take the descriptors to read from and write to, and the crumb to mark cases in."""
        self.inlet = inlet
        self.outlet = outlet
        self.crumb = crumb
        self.reader = FrameReader()
        self.functions: list[Callable[..., Any]] = []
        self.targets: list[str] = []

    def serve(self) -> None:
        """Answer until the parent says goodbye."""
        while True:
            for message in self.receive():
                if isinstance(message, messages.Bye):
                    return
                self.answer(message)

    def receive(self) -> list[messages.Message]:
        """Wait for bytes and return the messages that they complete; a closed pipe is a goodbye."""
        data = os.read(self.inlet, _READ_BYTES)
        return [messages.decode(payload) for payload in self.reader.feed(data)] if data else [messages.Bye()]

    def send(self, message: messages.Message) -> None:
        """Write a whole message."""
        rest = memoryview(frame(messages.encode(message)))
        while rest:
            rest = rest[os.write(self.outlet, rest) :]

    def answer(self, message: messages.Message) -> None:
        """Do what a message asks; what cannot be done is refused in words."""
        try:
            self._answer(message)
        except HarnessError as error:
            self.send(messages.Refused(error.what, error.cause))

    def _answer(self, message: messages.Message) -> None:
        match message:
            case messages.Start():
                self.start(message)
            case messages.Load():
                self.load(message.targets)
            case messages.Call():
                self.call(message.arguments)
            case messages.AskModules():
                self.send(messages.Modules(sorted(sys.modules)))
            case messages.TimeTogether():
                self.time(message)
            case messages.MeasurePeak():
                self.measure_peak(message)
            case messages.CallTogether():
                self.measure(lambda function: messages.Together(*crowd.call_together(function, message)))
            case messages.MeasureRelease():
                self.measure(lambda function: messages.Released(*release.shares(function, message.arguments, message.seconds)))
            case messages.MeasureGrowth():
                self.measure(lambda function: growth.grow(function, message))
            case _:
                self.send(messages.Refused(f"a worker does not answer {type(message).__name__}", ""))

    def start(self, message: messages.Start) -> None:
        """Set the limits and the import path; the path of the harness itself comes last, so that it hides nothing."""
        if message.memory_limit_bytes:
            resource.setrlimit(resource.RLIMIT_AS, (message.memory_limit_bytes, message.memory_limit_bytes))
        sys.path[:] = [*message.search_path, *(path for path in sys.path if path not in message.search_path)]
        self.send(messages.Started(messages.PROTOCOL_VERSION))

    def load(self, targets: list[str]) -> None:
        """Import the callables and describe them."""
        try:
            functions = [loading.load(target) for target in targets]
            described = [loading.describe(target, function) for target, function in zip(targets, functions, strict=True)]
        except loading.MissingError as error:
            self.send(messages.Loaded([], str(error)))
            return
        except BaseException as error:  # noqa: BLE001 - an import runs foreign code, which may raise anything
            self.send(messages.Refused("the implementation cannot be imported", _words(error)))
            return
        self.functions, self.targets = functions, targets
        for function in functions:
            if isinstance(function, Player):
                function.mark = self.crumb.step
        self.send(messages.Loaded(described))

    def call(self, batch: list[bytes]) -> None:
        """Call once per case; answers leave when a millisecond is over, so that little is lost when a case kills the process."""
        (function,) = self.functions
        items: list[list[Any]] = []
        sent_ns = time.monotonic_ns()
        for index, packed in enumerate(batch):
            self.crumb.take(index)
            items.append(calling.call(function, packed, index))
            if time.monotonic_ns() - sent_ns > _FLUSH_NS:
                self.crumb.drop()
                self.send(messages.Outcomes(items))
                items, sent_ns = [], time.monotonic_ns()
        self.crumb.drop()
        self.send(messages.Outcomes(items))
        self.send(messages.Done())

    def time(self, message: messages.TimeTogether) -> None:
        """Time the loaded callables against each other."""
        try:
            samples_ns = stopwatch.time_functions(self.functions, message.arguments, message.rounds, message.budget_seconds, message.seed)
        except BaseException as error:  # noqa: BLE001 - the callables are foreign code
            self.send(messages.Refused("a callable raised while it was timed", _words(error)))
            return
        self.send(messages.Times(samples_ns))

    def measure_peak(self, message: messages.MeasurePeak) -> None:
        """Measure the memory of one call of the first callable."""
        try:
            peak, imported = memory.peak_bytes(self.functions[0], message.arguments, message.modules)
        except BaseException as error:  # noqa: BLE001 - the callable is foreign code
            self.send(messages.Refused("the callable raised while its memory was measured", _words(error)))
            return
        self.send(messages.Peak(peak, imported))

    def measure(self, make: Callable[[Callable[..., Any]], messages.Message]) -> None:
        """Answer with a measurement of the first callable."""
        try:
            answer = make(self.functions[0])
        except BaseException as error:  # noqa: BLE001 - the callable is foreign code
            self.send(messages.Refused("the callable raised while it was measured", _words(error)))
            return
        self.send(answer)


def _words(error: BaseException) -> str:
    kind, message, _, trace = calling.describe(error)
    return f"{kind}: {message}" + (f"\n{trace}" if trace else "")


def main(arguments: list[str]) -> None:
    """Serve on the given descriptors until the parent leaves."""
    inlet, outlet, life, crumb = map(int, arguments)
    lifeline.hold(life)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for descriptor in (inlet, outlet, life):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - the standard library's own signature
    shared = Crumb(crumb)
    os.close(crumb)
    Worker(inlet, outlet, shared).serve()


if __name__ == "__main__":
    main(sys.argv[1:])

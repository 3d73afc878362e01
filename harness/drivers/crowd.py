"""Calls from many threads of one process at once; of the answers only those are kept that differ from one another."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from harness.drivers import calling
from harness.drivers.calling import Answer
from harness.formats.packing import unpack
from harness.machines.play import Player
from harness.protocol.messages import CallTogether

SWITCH_SECONDS = 1e-5
MOST_PASSES = 200
MOST_ANSWERS = 8

Function = Callable[..., Any]


class _Gathered:
    """The different answers of one thread, with how often each was given."""

    def __init__(self) -> None:
        self.answers: dict[tuple[Any, ...], list[Any]] = {}

    def take(self, answer: Answer, count: int = 1) -> None:
        known = self.answers.setdefault(_content(answer), [answer, 0])
        known[1] += count


def call_together(function: Function, message: CallTogether) -> tuple[list[Answer], list[int]]:
    """Return the different answers to the cases of a message, at most eight a case, and how often each was given."""
    barrier = threading.Barrier(message.threads)
    gathered = [_Gathered() for _ in range(message.threads)]
    work = _play if isinstance(function, Player) else _call
    threads = [
        threading.Thread(target=work, args=(function, message, place, barrier, gathered[place]), daemon=True)
        for place in range(message.threads)
    ]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    return _merged(gathered)


def _call(function: Function, message: CallTogether, place: int, barrier: threading.Barrier, gathered: _Gathered) -> None:
    """Call with every case, beginning with another one in each thread, until the time is over."""
    packed = message.arguments
    order = [(place + step) % len(packed) for step in range(len(packed))]
    barrier.wait()
    end = time.monotonic() + message.seconds
    for _ in range(MOST_PASSES):
        for index in order:
            gathered.take(calling.call(function, packed[index], index))
        if time.monotonic() > end:
            break


def _play(player: Player, message: CallTogether, place: int, barrier: threading.Barrier, gathered: _Gathered) -> None:
    """Play this thread's share of the objects, each taking a step in turn, so that all of them live at once."""
    count = range(place, max(message.copies, message.threads), message.threads)
    waiting = [_Played(player, message.arguments[copy % len(message.arguments)], copy % len(message.arguments)) for copy in count]
    barrier.wait()
    while waiting:
        for played in waiting:
            played.step()
        for played in waiting:
            if played.answer is not None:
                gathered.take(played.answer)
        waiting = [played for played in waiting if played.answer is None]


class _Played:
    """One object on its way through its program."""

    def __init__(self, player: Player, packed: bytes, index: int) -> None:
        self.packed = packed
        self.index = index
        self.arguments: list[Any] = unpack(packed)
        self.entries: list[Any] = []
        self.answer: Answer | None = None
        self.steps: Iterator[Any] = player.play(*self.arguments)

    def step(self) -> None:
        """Take one step, or make the answer when there is none left."""
        try:
            entry = next(self.steps, None)
            if entry is None:
                self.answer = calling.finished(self.index, self.entries, self.arguments, self.packed)
            else:
                self.entries.append(entry)
        except BaseException as error:  # noqa: BLE001 - whatever the object raises is an outcome
            self.answer = calling.failed(self.index, error, self.arguments, self.packed)


def _content(answer: Answer) -> tuple[Any, ...]:
    """Return what tells answers apart: all but duration and traceback."""
    index, kind, value, failure, after, _ = answer
    return index, kind, value, tuple(failure[:3]) if failure else None, after


def _merged(gathered: list[_Gathered]) -> tuple[list[Answer], list[int]]:
    """Put the answers of all threads together; beyond the eighth to a case they count for the last that is kept."""
    total = _Gathered()
    for part in gathered:
        for answer, count in part.answers.values():
            total.take(answer, count)
    kept: dict[int, list[list[Any]]] = {}
    for answer, count in total.answers.values():
        known = kept.setdefault(answer[0], [])
        if len(known) < MOST_ANSWERS:
            known.append([answer, count])
        else:
            known[-1][1] += count
    pairs = [pair for known in kept.values() for pair in known]
    return [answer for answer, _ in pairs], [count for _, count in pairs]

"""Tracing: who answered is known for every call of a context, and for no other."""

from __future__ import annotations

import asyncio
import threading

from harness.runtime.answers import Answer, Path, Reason, note, trace
from harness.runtime.flags import Mode

ANSWER = Answer("total", Path.PORT, Reason.PORT_HEALTHY, Mode.AUTO)


def test_answers_are_collected_inside_the_context_only() -> None:
    """Before and after the context nobody listens."""
    note(ANSWER)
    with trace() as answers:
        note(ANSWER)
    note(ANSWER)

    assert answers == [ANSWER]


def test_nested_traces_both_hear() -> None:
    """An outer trace also sees what an inner one sees."""
    with trace() as outer:
        note(ANSWER)
        with trace() as inner:
            note(ANSWER)

    assert (len(outer), len(inner)) == (2, 1)


def test_tasks_started_in_the_context_are_traced() -> None:
    """An async task takes the trace with it."""

    async def ask() -> list[Answer]:
        with trace() as answers:
            await asyncio.gather(asyncio.to_thread(note, ANSWER), asyncio.to_thread(note, ANSWER))
        return answers

    assert asyncio.run(ask()) == [ANSWER, ANSWER]


def test_other_threads_are_not_traced() -> None:
    """A thread of its own has a context of its own."""
    with trace() as answers:
        thread = threading.Thread(target=note, args=(ANSWER,))
        thread.start()
        thread.join()

    assert answers == []

"""Facts about the pool of worker processes of a run."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from harness.cases import make_case
from harness.checks.workers import EXHAUSTED_AFTER, REFERENCE, Workers
from harness.contract import Operation, columns, contract
from harness.drivers.driver import AbortedError
from harness.errors import Code, HarnessError
from harness.model import Case, OutcomeKind


def operation(port: str = "ports.correct", reference: str = "ports.correct", timeout_seconds: float = 5.0) -> Operation:
    """Declare an operation of the fakes."""
    declared = contract(reference="ports", ports={"port": "elsewhere"})
    return declared.operation(
        "double", reference=reference, ports={"port": port}, inputs=columns(x="float64"), timeout_seconds=timeout_seconds
    )(lambda _operation: None)


def cases(*values: float) -> list[Case]:
    """Return one case a number."""
    return [make_case("double", (value,)) for value in values]


def test_both_sides_answer_from_processes_of_their_own(pool: Workers) -> None:
    """Neither side can see what the other imported or left behind."""
    declared = operation("ports.where", "ports.where")

    numbers = {pool.call(declared, name, cases(1.0))[0].value["pid"] for name in (REFERENCE, "port")}

    assert len(numbers) == 2


def test_a_worker_is_kept_from_call_to_call(pool: Workers) -> None:
    """Isolation is paid for once."""
    declared = operation("ports.where")

    numbers = {pool.call(declared, "port", cases(1.0))[0].value["pid"] for _ in range(3)}

    assert len(numbers) == 1


def test_the_environment_reaches_the_workers(tmp_path: Path) -> None:
    """A drill sets flags for the workers alone."""
    fakes = str(Path(__file__).resolve().parents[1] / "fakes")
    with Workers(tmp_path, environment={"TOY_FLAG": "on"}, search_path=[fakes]) as workers:
        told = workers.call(operation("ports.where"), "port", cases(1.0))[0].value

    assert told["environment"]["TOY_FLAG"] == "on"


def test_what_is_loaded_is_proved_with_its_file(pool: Workers) -> None:
    """The file is that of the callable."""
    assert pool.ran(operation(), "port").file.endswith("ports.py")
    assert pool.is_there(operation(), "port")


@pytest.mark.parametrize("target", ["nowhere.double", "ports.nothing", "ports_that_break_on_import.double"])
def test_a_port_that_is_not_there_is_not_migrated(pool: Workers, target: str) -> None:
    """No file in the proof, and every case says so: an absence, not a failure."""
    declared = operation(target)

    assert not pool.is_there(declared, "port")
    assert {outcome.kind for outcome in pool.call(declared, "port", cases(1.0, 2.0))} == {OutcomeKind.NOT_MIGRATED}


def test_a_reference_that_is_not_there_ends_the_run(pool: Workers) -> None:
    """Without the truth nothing can be examined."""
    with pytest.raises(HarnessError) as caught:
        pool.call(operation(reference="nowhere.double"), REFERENCE, cases(1.0))

    assert caught.value.code is Code.CALLABLE_MISSING


def test_a_port_that_keeps_dying_is_given_up(pool: Workers) -> None:
    """After two batches of dying workers, no more are started for it."""
    declared = operation("ports.exiting")
    dying = cases(*(-float(number) for number in range(1, 60)))
    for _ in range(EXHAUSTED_AFTER):
        pool.call(declared, "port", dying)
    restarts = pool.driver(declared, "port").restarts

    outcomes = pool.call(declared, "port", cases(1.0))

    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.SKIPPED]
    assert pool.driver(declared, "port").restarts == restarts


def test_a_worker_that_cannot_be_kept_is_a_crash_of_the_port(pool: Workers) -> None:
    """A port whose import ends the process answers nothing, and the run goes on."""
    declared = operation("ports_that_exit_on_import.double")

    assert pool.ran(declared, "port").file == ""
    assert {outcome.kind for outcome in pool.call(declared, "port", cases(1.0))} <= {OutcomeKind.NOT_MIGRATED, OutcomeKind.CRASH}


def test_imports_of_the_worker_are_seen(pool: Workers) -> None:
    """Borrowing shows in the list of loaded modules."""
    assert "ports" in pool.loaded_modules(operation(), "port")


def test_closing_leaves_no_process(pool: Workers) -> None:
    """However many operations were examined."""
    pool.call(operation(), "port", cases(1.0))
    pool.call(operation(), REFERENCE, cases(1.0))
    pool.close()

    assert psutil.Process().children(recursive=True) == []


def test_a_call_in_another_thread_ends_when_the_pool_is_told_to_abort(pool: Workers) -> None:
    """An interruption does not wait for a port that hangs."""
    declared = operation("ports.hanging_on_zero", timeout_seconds=60.0)
    pool.call(declared, "port", cases(1.0))
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            pool.call(declared, "port", cases(0.0, 0.5))
        except AbortedError as error:
            raised.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    pool.abort()
    thread.join(30.0)

    assert not thread.is_alive()
    assert len(raised) == 1


def test_nothing_is_started_after_an_abort(pool: Workers) -> None:
    """A thread that comes late does not begin again."""
    pool.abort()

    with pytest.raises(AbortedError):
        pool.call(operation(), REFERENCE, cases(1.0))

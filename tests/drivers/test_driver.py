"""Facts about calling an implementation in a process of its own."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import psutil
import pyarrow as pa
import pytest

from harness.drivers import Driver
from harness.drivers.driver import AbortedError
from harness.drivers.process import WorkerDiedError, WorkerProcess
from harness.errors import Code, HarnessError
from harness.formats.values import EncodeError, Opaque
from harness.model import Case, Outcome, OutcomeKind
from harness.protocol import messages

Drive = Callable[..., Driver]
Cases = Callable[..., list[Case]]


def kinds(outcomes: list[Outcome]) -> list[str]:
    """Return the kinds of outcomes as words."""
    return [outcome.kind.value for outcome in outcomes]


def test_a_value_is_an_outcome(drive: Drive, cases: Cases) -> None:
    """Each case gets its value, in order, with its time and the name of who answered."""
    outcomes = drive("correct").call(cases(1.0, 2.0), timeout_seconds=10)

    assert [outcome.value for outcome in outcomes] == [2.0, 4.0]
    assert {outcome.implementation for outcome in outcomes} == {"port"}
    assert all(outcome.duration_ns > 0 and outcome.arguments_after is None for outcome in outcomes)


def test_no_cases_give_no_outcomes(drive: Drive) -> None:
    """An empty batch is answered with nothing."""
    assert drive("correct").call([], timeout_seconds=10) == []


def test_values_of_every_kind_cross_both_ways(drive: Drive, cases: Cases) -> None:
    """What goes in comes out the same, numpy and Arrow data included."""
    values = [(1, {2: b"x"}), {1, 2}, "\ud800", 2**100]
    outcomes = drive("identity").call(cases(*values, np.arange(3.0)[::2], pa.record_batch({"a": [1, None]})), timeout_seconds=60)

    assert [outcome.value for outcome in outcomes[:4]] == values
    assert outcomes[4].value.tolist() == [0.0, 2.0]
    assert outcomes[5].value.to_pydict() == {"a": [1, None]}
    assert all(outcome.arguments_after is None for outcome in outcomes)


ACCIDENTS = [
    ("crashing_on_negative", OutcomeKind.CRASH, "SIGSEGV", "the process ended with SIGSEGV"),
    ("exiting", OutcomeKind.CRASH, "exit 3", "the process ended with exit 3"),
    ("panicking", OutcomeKind.PANIC, "ports.PanicException", "index out of bounds: the len is 3 but the index is 3"),
    ("raising", OutcomeKind.ERROR, "builtins.ValueError", "[1005] -1.0 is negative"),
]


@pytest.mark.parametrize(("name", "kind", "type_name", "message"), ACCIDENTS, ids=[accident[0] for accident in ACCIDENTS])
def test_an_accident_belongs_to_its_case_and_the_others_go_on(
    drive: Drive, cases: Cases, name: str, kind: OutcomeKind, type_name: str, message: str
) -> None:
    """Whatever one case does to the process, the cases before and after it have their values."""
    outcomes = drive(name).call(cases(1.0, -1.0, 2.0, 3.0), timeout_seconds=10)

    assert [outcome.value for outcome in outcomes] == [2.0, None, 4.0, 6.0]
    failure = outcomes[1].failure
    assert failure is not None
    assert (outcomes[1].kind, failure.type_name, failure.message) == (kind, type_name, message)


@pytest.mark.parametrize("name", ["hanging_on_zero", "hanging_with_the_lock"])
def test_a_hang_is_a_timeout_of_its_case(drive: Drive, cases: Cases, name: str) -> None:
    """A case that does not end is stopped, even in native code that holds the interpreter, and the others have their values."""
    driver = drive(name)
    outcomes = driver.call(cases(1.0, 0.0, 2.0), timeout_seconds=0.3)

    assert kinds(outcomes) == ["value", "timeout", "value"]
    assert outcomes[1].failure is not None
    assert outcomes[1].failure.message == "no answer within 0.3 s"
    assert f"in {name}" in outcomes[1].failure.traceback
    assert driver.restarts == 1


def test_the_time_is_per_case_and_not_per_batch(drive: Drive, cases: Cases) -> None:
    """Thirty cases of 20 ms each do not run out of 0.3 s."""
    outcomes = drive("slow").call(cases(*map(float, range(30))), timeout_seconds=0.3)

    assert set(kinds(outcomes)) == {"value"}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("aborting", "crash", "SIGABRT: invariant broken"),
        ("failing_to_allocate", "out-of-memory", "memory allocation of 123456789 bytes failed"),
        ("killed", "out-of-memory", "SIGKILL"),
        ("running_out_of_memory", "out-of-memory", ""),
        ("raising_system_exit", "error", "3"),
        ("interrupting", "error", ""),
        ("not_implemented", "error", "still to come"),
        ("raising_unprintable", "error", "<its message raised RuntimeError>"),
    ],
)
def test_every_way_to_fail_has_its_kind(drive: Drive, cases: Cases, name: str, kind: str, words: str) -> None:
    """Deaths are told apart by signal and last words; exceptions that usually end a process are data."""
    (outcome,) = drive(name).call(cases(1.0), timeout_seconds=10)

    assert outcome.kind.value == kind
    assert outcome.failure is not None
    assert words in outcome.failure.message


def test_a_crash_shows_the_stack_of_the_interpreter(drive: Drive, cases: Cases) -> None:
    """The last lines before a segfault name the function that was running."""
    (outcome,) = drive("crashing").call(cases(1.0), timeout_seconds=10)

    assert outcome.failure is not None
    assert "in crashing" in outcome.failure.traceback


@pytest.mark.parametrize(
    ("name", "code"), [("raising", "1005"), ("raising_coded", "2004"), ("raising_system_exit", None), ("not_implemented", None)]
)
def test_the_stable_code_of_an_error_is_found(drive: Drive, cases: Cases, name: str, code: str | None) -> None:
    """A code comes from the start of the message or from the exception; an exit status is no code."""
    (outcome,) = drive(name).call(cases(-1.0), timeout_seconds=10)

    assert outcome.failure is not None
    assert outcome.failure.code == code


def test_a_traceback_shows_the_implementation_and_not_the_harness(drive: Drive, cases: Cases) -> None:
    """The frames of the worker itself are left out."""
    (outcome,) = drive("raising").call(cases(-1.0), timeout_seconds=10)

    assert outcome.failure is not None
    assert "ports.py" in outcome.failure.traceback
    assert "calling.py" not in outcome.failure.traceback


def test_changed_arguments_are_reported(drive: Drive, cases: Cases) -> None:
    """A callable that sorts the caller's list is found out; one that finds it sorted has done nothing."""
    outcomes = drive("mutating").call(cases([2.0, 1.0], [1.0, 2.0]), timeout_seconds=10)

    assert [outcome.arguments_after for outcome in outcomes] == [([1.0, 2.0],), None]


def test_changed_arrays_are_reported(drive: Drive, cases: Cases) -> None:
    """Writing into an array is a change of the arguments; into a read-only one it is an error."""
    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    written, refused = drive("mutating_array").call(cases(np.arange(3.0), frozen), timeout_seconds=30)

    assert written.arguments_after is not None
    assert written.arguments_after[0].tolist() == [0.0, 0.0, 0.0]
    assert (refused.kind, refused.arguments_after) == (OutcomeKind.ERROR, None)


def test_sliced_arrow_data_is_not_taken_for_changed(drive: Drive, cases: Cases) -> None:
    """Data that packs differently after one crossing is no change."""
    batch = pa.record_batch({"a": [1, None, 3], "s": ["x", None, "z"], "l": [[1], None, [2, 3]]}).slice(1)
    (outcome,) = drive("identity").call(cases(batch), timeout_seconds=60)

    assert outcome.arguments_after is None


def test_a_generator_is_opaque(drive: Drive, cases: Cases) -> None:
    """A result that cannot be carried is described, and is still a value."""
    (outcome,) = drive("generating").call(cases(1.0), timeout_seconds=10)

    assert (outcome.kind, outcome.value) == (OutcomeKind.VALUE, Opaque("builtins.generator", "<generator object generating at 0x...>"))


def test_arguments_that_cannot_be_carried_are_refused(drive: Drive, cases: Cases) -> None:
    """An argument is exact or it is an error, before anything runs."""
    with pytest.raises(EncodeError):
        drive("correct").call(cases(object()), timeout_seconds=10)


def test_data_that_its_own_format_forbids_is_no_error_of_the_harness(drive: Drive, cases: Cases) -> None:
    """A port that answers with Arrow offsets out of range gets an opaque value with the reason, and the other cases go on."""
    broken, fine = drive("breaking_arrow_on_negative").call(cases(-1.0, 1.0), timeout_seconds=60)

    assert (broken.kind, broken.value.type_name) == (OutcomeKind.VALUE, "pyarrow.invalid")
    assert fine.value.to_pylist() == ["a", "bc"]


def test_words_printed_before_a_segfault_are_not_its_reason(tmp_path: Path, cases: Cases) -> None:
    """What an earlier case printed does not make a crash look like another one."""
    (tmp_path / "chatty.py").write_text("import ctypes\ndef f(x):\n    print('out of memory', x)\n    return x or ctypes.string_at(0)\n")
    with Driver("chatty:f", name="port", root=tmp_path) as driver:
        _, crash = driver.call(cases(1, 0), timeout_seconds=10)

    assert crash.kind is OutcomeKind.CRASH
    assert crash.failure is not None
    assert crash.failure.message == "the process ended with SIGSEGV"


@pytest.mark.parametrize("name", ["printing", "flooding"])
def test_what_is_printed_does_not_disturb(drive: Drive, cases: Cases, name: str) -> None:
    """Printing, even more than a pipe holds, changes no outcome, and the end of it is kept."""
    driver = drive(name)
    outcomes = driver.call(cases(1.0, 2.0), timeout_seconds=10)

    assert [outcome.value for outcome in outcomes] == [2.0, 4.0]
    assert driver.output[-5:] in {"xxxxx", "\nerr\n"}


def test_a_port_that_writes_to_the_channel_is_found_out(drive: Drive, cases: Cases) -> None:
    """Foreign bytes among the messages are PROTOCOL_BROKEN, never an outcome."""
    with pytest.raises(HarnessError) as raised:
        drive("scribbling").call(cases(1.0), timeout_seconds=10)

    assert raised.value.code is Code.PROTOCOL_BROKEN


def test_a_port_that_closes_the_channel_is_an_error_with_words(drive: Drive, cases: Cases) -> None:
    """A worker that cannot answer any more is replaced a few times, then the harness says why."""
    with pytest.raises(HarnessError) as raised:
        drive("closing_everything").call(cases(1.0), timeout_seconds=10)

    assert raised.value.code is Code.WORKER_FAILED
    assert "Bad file descriptor" in raised.value.cause


def test_a_port_that_forks_is_answered_once(drive: Drive, cases: Cases) -> None:
    """The forked child leaves; only one process answers."""
    outcomes = drive("forking").call(cases(1.0, 2.0, 3.0), timeout_seconds=10)

    assert [outcome.value for outcome in outcomes] == [2.0, 4.0, 6.0]


def test_a_port_that_kills_every_worker_is_given_up(drive: Drive, cases: Cases) -> None:
    """After twenty deaths in a batch the rest is skipped and says so, so that no run takes for ever."""
    driver = drive("aborting")
    outcomes = driver.call(cases(*[1.0] * 30), timeout_seconds=10)

    assert kinds(outcomes) == ["crash"] * 20 + ["skipped"] * 10
    assert outcomes[-1].failure is not None
    assert outcomes[-1].failure.message.startswith("not run:")


def test_a_crash_late_in_a_long_batch_loses_no_outcome(drive: Drive, cases: Cases) -> None:
    """Of thousands of cheap cases, exactly the crashing one lacks a value."""
    arguments = [float(index) for index in range(5000)]
    arguments[3777] = -1.0
    outcomes = drive("crashing_on_negative").call(cases(*arguments), timeout_seconds=10)

    assert [index for index, outcome in enumerate(outcomes) if outcome.kind is not OutcomeKind.VALUE] == [3777]
    assert [outcome.value for outcome in outcomes if outcome.value is not None] == [2 * x for x in arguments if x >= 0]


def test_a_batch_larger_than_one_message_is_answered_in_order(drive: Drive, cases: Cases) -> None:
    """Large arguments are sent in parts."""
    blocks = [bytes([index]) * 3_000_000 for index in range(12)]
    outcomes = drive("identity").call(cases(*blocks), timeout_seconds=30)

    assert [outcome.value for outcome in outcomes] == blocks


def test_a_worker_that_dies_between_batches_is_replaced(drive: Drive, cases: Cases) -> None:
    """A worker killed from outside is started again, and the restart is counted."""
    driver = drive("where")
    (first,) = driver.call(cases(1.0), timeout_seconds=10)
    os.kill(first.value["pid"], signal.SIGKILL)
    (second,) = driver.call(cases(1.0), timeout_seconds=10)

    assert second.value["pid"] != first.value["pid"]
    assert driver.restarts == 1


def test_the_memory_limit_is_kept(drive: Drive, cases: Cases) -> None:
    """An allocation beyond the limit is out-of-memory for its case only."""
    driver = drive("allocating", memory_limit_bytes=1 << 30)
    outcomes = driver.call(cases(1000, 2 << 30, 2000), timeout_seconds=30)

    assert kinds(outcomes) == ["value", "out-of-memory", "value"]


def test_the_worker_runs_in_the_project(drive: Drive, cases: Cases, tmp_path: Path, fakes: str) -> None:
    """Its folder is the project, and its import path begins with the search path and the project."""
    (outcome,) = drive("where", environment={"COLOUR": "red"}).call(cases(1.0), timeout_seconds=10)

    assert outcome.value["cwd"] == str(tmp_path.resolve())
    assert outcome.value["path"][:2] == [fakes, str(tmp_path.resolve())]
    assert (outcome.value["environment"]["COLOUR"], outcome.value["environment"]["PYTHONHASHSEED"]) == ("red", "0")


def test_a_project_with_a_folder_named_harness_does_not_disturb(drive: Drive, cases: Cases, tmp_path: Path) -> None:
    """The worker's own program is never looked for in the examined project."""
    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "__init__.py").write_text("raise RuntimeError('the wrong harness')\n")

    assert drive("correct").call(cases(1.0), timeout_seconds=10)[0].value == 2.0


def test_hashing_is_the_same_in_every_worker_unless_told(drive: Drive, cases: Cases) -> None:
    """Two workers agree on hashes; another seed in the environment gives others."""
    answers = [
        drive("unseeded", environment=extra).call(cases(1.0), timeout_seconds=10)[0].value for extra in ({}, {}, {"PYTHONHASHSEED": "7"})
    ]

    assert answers[0] == answers[1] != answers[2]


def test_the_proof_names_file_and_digest(drive: Drive, fakes: str) -> None:
    """Loading tells from which file the callable comes, with the digest of that file."""
    ran = drive("correct").load()
    file = Path(fakes) / "ports.py"

    assert (ran.implementation, ran.target, ran.file) == ("port", "ports.correct", str(file))
    assert ran.file_digest == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_proof_names_the_build(drive: Drive) -> None:
    """A module that describes its build has profile, version and digest of its sources in the proof."""
    ran = drive("ports_with_build_info:correct").load()

    assert (ran.profile, ran.version, ran.source_digest) == ("release", "4.5.6", "abc")


def test_the_proof_names_the_shared_library_of_an_extension(drive: Drive) -> None:
    """For native code the file is the library that holds it, not the package that re-exports it."""
    assert drive("msgpack:packb").load().file.endswith(".py")
    assert ".so" in drive("pyarrow:array").load().file


@pytest.mark.parametrize("target", ["ports.missing", "ports:missing", "missing.module.f", "missing:f", "ports.__name__"])
def test_what_does_not_exist_is_not_migrated(drive: Drive, cases: Cases, target: str) -> None:
    """A missing module or attribute is not-migrated for every case, and loading it is CALLABLE_MISSING."""
    driver = drive(target)

    assert kinds(driver.call(cases(1.0, 2.0), timeout_seconds=10)) == ["not-migrated", "not-migrated"]
    with pytest.raises(HarnessError) as raised:
        driver.load()
    assert raised.value.code is Code.CALLABLE_MISSING


@pytest.mark.parametrize(
    ("target", "words"), [("ports_that_break_on_import:f", "undefined symbol"), ("ports_that_exit_on_import:f", "exit 7")]
)
def test_what_breaks_on_import_is_an_error_with_its_words(drive: Drive, cases: Cases, target: str, words: str) -> None:
    """A module that exists and cannot be imported is WORKER_FAILED, not a missing port."""
    with pytest.raises(HarnessError) as raised:
        drive(target).call(cases(1.0), timeout_seconds=10)

    assert raised.value.code is Code.WORKER_FAILED
    assert words in raised.value.cause


def test_a_worker_that_cannot_start_is_an_error_with_its_words(tmp_path: Path, cases: Cases) -> None:
    """A root that does not exist is WORKER_FAILED."""
    driver = Driver("ports:correct", name="port", root=tmp_path / "missing")
    with pytest.raises(HarnessError) as raised:
        driver.call(cases(1.0), timeout_seconds=10)

    assert raised.value.code is Code.WORKER_FAILED
    assert "No such file" in raised.value.cause


def test_a_port_that_changes_between_two_workers_is_refused(tmp_path: Path, cases: Cases) -> None:
    """A rebuild in the middle of a run would mix the outcomes of two ports."""
    module = tmp_path / "changing.py"
    module.write_text("import os\ndef f(x): os._exit(1)\n")
    with Driver("changing:f", name="port", root=tmp_path) as driver:
        driver.load()
        module.write_text("def f(x): return x  # now fixed\n")
        with pytest.raises(HarnessError, match="changed while it was examined"):
            driver.call(cases(1.0, 2.0), timeout_seconds=10)


def test_loaded_modules_are_told(drive: Drive, cases: Cases) -> None:
    """The modules of the worker tell whether a port was loaded."""
    driver = drive("correct")
    driver.call(cases(1.0), timeout_seconds=10)

    modules = driver.loaded_modules()
    assert "ports" in modules
    assert "ports_with_build_info" not in modules


def test_a_submodule_wins_over_an_attribute_on_the_way(tmp_path: Path, cases: Cases) -> None:
    """`package.rate.twice` is found in the file `rate.py`, though the package exports a function named `rate`."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("def rate(x): return x\n")
    (package / "rate.py").write_text("def twice(x):\n    return 2 * x\n")
    with Driver("package.rate.twice", name="port", root=tmp_path) as driver:
        assert driver.call(cases(2), timeout_seconds=10)[0].value == 4


def test_the_package_attribute_wins_over_a_file_of_the_same_name(tmp_path: Path, cases: Cases) -> None:
    """`package.rate` is the function that the package exports, though a file `rate.py` lies beside it."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("from package.rate import rate\n")
    (package / "rate.py").write_text("def rate(x):\n    return x + 1\n")
    with Driver("package.rate", name="port", root=tmp_path) as driver:
        assert driver.call(cases(1), timeout_seconds=10)[0].value == 2


def test_a_process_that_the_port_started_ends_with_the_worker(drive: Drive, cases: Cases, living: Callable[[list[int]], list[int]]) -> None:
    """Nothing that the port leaves running outlives the driver."""
    driver = drive("starting_a_child")
    (outcome,) = driver.call(cases(1.0), timeout_seconds=10)
    assert psutil.pid_exists(outcome.value)
    driver.close()

    assert living([outcome.value]) == []


def test_a_thread_that_the_port_started_does_not_keep_the_worker(drive: Drive, cases: Cases) -> None:
    """A worker that cannot leave in order is made to."""
    driver = drive("starting_a_thread")
    assert driver.call(cases(1.0), timeout_seconds=10)[0].value == 2.0

    driver.close()


def test_a_driver_can_be_closed_twice_and_used_again(drive: Drive, cases: Cases) -> None:
    """Closing is no end: the next call starts a worker."""
    driver = drive("stateful")
    first: Any = driver.call(cases(1.0, 1.0), timeout_seconds=10)
    driver.close()
    driver.close()

    assert [outcome.value for outcome in first] == [1.0, 2.0]
    assert driver.call(cases(1.0), timeout_seconds=10)[0].value == 1.0


def test_an_interrupted_batch_does_not_leak_into_the_next(drive: Drive, cases: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that nobody took before Ctrl-C are never taken for answers to later cases."""
    driver = drive("correct")
    driver.load()
    with monkeypatch.context() as patch:
        patch.setattr(WorkerProcess, "receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            driver.call(cases(1.0, 2.0), timeout_seconds=10)

    assert [outcome.value for outcome in driver.call(cases(3.0, 4.0), timeout_seconds=10)] == [6.0, 8.0]


def interrupt(_worker: WorkerProcess, _seconds: float) -> None:
    """Do what Ctrl-C does while the parent waits."""
    raise KeyboardInterrupt


def test_a_driver_can_be_ended_from_another_thread(drive: Drive, cases: Cases) -> None:
    """A call in progress raises instead of starting another worker, and so does every later one."""
    driver = drive("hanging_on_zero")
    driver.call(cases(1.0), timeout_seconds=10)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(driver.call, cases(0.0, 1.0), timeout_seconds=300)
        driver.abort()
        assert isinstance(waiting.exception(60), AbortedError)

    with pytest.raises(AbortedError):
        driver.load()


def test_an_implementation_that_cannot_tell_its_build_is_not_there(tmp_path: Path, cases: Cases) -> None:
    """A port without its runtime says so instead of failing every call, and its words are kept."""
    (tmp_path / "stranded.py").write_text("def build_info(): raise OSError('no runtime was found')\ndef f(x): return x\n")
    with Driver("stranded:f", name="port", root=tmp_path) as driver:
        [outcome] = driver.call(cases(1.0), timeout_seconds=10)

    assert outcome.kind is OutcomeKind.NOT_MIGRATED
    assert outcome.failure is not None
    assert outcome.failure.message == "OSError: no runtime was found"


def test_what_a_worker_said_before_it_died_is_taken_and_its_death_told_after(drive: Drive) -> None:
    """The last answers may be read from the pipe of a worker that is buried already, so nothing of it is looked at then."""
    filled: list[Any] = []
    batch = SimpleNamespace(fill=lambda _sent, items: filled.append(items), timeout_seconds=1.0)

    class Buried:
        crumb = None
        said: ClassVar[list[messages.Message]] = [messages.Outcomes([["last"]])]

        def receive(self, _timeout_seconds: float) -> messages.Message:
            if self.said:
                return self.said.pop()
            raise WorkerDiedError(-11, "")

    with pytest.raises(WorkerDiedError):
        drive("correct")._collect(Buried(), batch, [0])  # type: ignore[arg-type]  # stands for a worker and its batch
    assert filled == [[["last"]]]

"""Whatever happens to Julia costs one call: it has a name and a text, the next call works, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

import omega_julia
from omega_julia import session
from omega_julia.errors import (
    JuliaComputeError,
    JuliaCrashedError,
    JuliaError,
    JuliaOutOfMemoryError,
    JuliaStartError,
    JuliaTimeoutError,
    JuliaUnavailableError,
    OptimizerError,
)
from omega_julia.find import Candidate, Julia, Unhealthy, child_environment, examine
from omega_julia.process import WorkerTransport
from omega_julia.request import Reply, Request

RunPython = Callable[..., subprocess.CompletedProcess[str]]
METRICS = {"a": 1.0, "b": -2.0}
SCRIPT = """
import os, sys, time
import omega_julia
from omega_julia.request import Request
from omega_julia.session import SESSION

def ask(name, seconds=60.0):
    return SESSION.call(Request("fault", {"name": name}), timeout_seconds=seconds)

def score():
    return omega_julia.monte_carlo_robustness({"a": 1.0, "b": -2.0}, None, "weighted_score")["mean"]

def pid():
    return SESSION.transport().pid
"""


def _fault(transport: WorkerTransport, name: str, *, timeout_seconds: float = 60.0) -> Reply:
    return transport.call(Request("fault", {"name": name}), timeout_seconds=timeout_seconds)


def _is_gone(pid: int) -> bool:
    """Wait for a process to go; one that nobody has reaped is gone as well."""
    for _ in range(500):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("name", "kind"), [("segfault", "SIGSEGV"), ("abort", "SIGABRT"), ("kill", "SIGKILL"), ("exit", "3")], ids=lambda value: value
)
def test_a_crash_has_the_name_of_its_signal(worker: WorkerTransport, name: str, kind: str) -> None:
    """Which signal or exit code ended the worker is told, with the end of its stderr; the worker is gone."""
    pid = worker.pid
    with pytest.raises(JuliaCrashedError, match=kind) as raised:
        _fault(worker, name)

    assert raised.value.kind == kind
    assert raised.value.julia_version.startswith("1.")
    assert ("signal (11)" in raised.value.stderr) == (name == "segfault")
    assert not worker.is_alive
    assert _is_gone(pid)


@pytest.mark.usefixtures("fresh_session")
def test_after_a_crash_the_next_call_gives_the_same_answer() -> None:
    """A crash is tried again in a second worker; when that crashes too the call fails, and the next has a third."""
    before = omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score")
    with pytest.raises(JuliaCrashedError) as raised:
        session.SESSION.call(Request("fault", {"name": "kill"}))

    assert raised.value.attempts == session.ATTEMPTS
    assert omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score") == before


@pytest.mark.usefixtures("fresh_session")
def test_a_worker_that_was_killed_between_two_calls_is_not_noticed() -> None:
    """The second attempt answers."""
    before = omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score")
    transport = session.SESSION.transport()
    assert isinstance(transport, WorkerTransport)
    os.kill(transport.pid, signal.SIGKILL)

    assert omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score") == before


@pytest.mark.usefixtures("fresh_session")
def test_julia_is_given_up_after_two_calls_that_it_cost() -> None:
    """What crashes again and again is not started for ever; a reset begins anew."""
    for _ in range(session.MOST_CRASHED_CALLS):
        with pytest.raises(JuliaCrashedError):
            session.SESSION.call(Request("fault", {"name": "kill"}))
    with pytest.raises(JuliaUnavailableError, match="not started again"):
        omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score")
    omega_julia.reset()

    assert omega_julia.build_info()["transport"] == "worker"


@pytest.mark.usefixtures("fresh_session")
def test_a_call_that_hangs_is_ended_at_its_time_limit() -> None:
    """The limit is named, the worker is killed, and no second attempt is made."""
    transport = session.SESSION.transport()
    assert isinstance(transport, WorkerTransport)
    pid = transport.pid
    with pytest.raises(JuliaTimeoutError, match=r"within 0\.5 s") as raised:
        session.SESSION.call(Request("fault", {"name": "hang"}), timeout_seconds=0.5)

    assert raised.value.attempts == 1
    assert _is_gone(pid)
    assert omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score")["n"] == 1000


@pytest.mark.usefixtures("fresh_session")
def test_a_real_call_keeps_to_its_time_limit() -> None:
    """The limit of the function reaches the worker."""
    with pytest.raises(JuliaTimeoutError):
        omega_julia.monte_carlo_robustness(METRICS, None, "equity_path", n_simulations=10_000_000, timeout_seconds=0.3)


def test_ctrl_c_ends_the_call_and_the_worker(run_python: RunPython) -> None:
    """KeyboardInterrupt comes at once, while Julia computes on, and the next call works."""
    done = run_python(
        SCRIPT
        + """
import signal, threading
worker = pid()
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    ask("hang")
except KeyboardInterrupt:
    print("interrupted", os.path.exists(f"/proc/{worker}"))
print(score() == score())
""",
        OMEGA_JULIA_FAULTS="1",
    )

    assert (done.stdout.split("\n")[:2], done.returncode) == (["interrupted False", "True"], 0), done.stderr


@pytest.mark.usefixtures("fresh_session")
def test_calls_of_many_threads_stand_in_line() -> None:
    """Eight threads get what each of them asked for."""
    expected = {seed: omega_julia.monte_carlo_robustness(METRICS, None, "equity_path", seed=seed) for seed in range(8)}
    found: dict[int, dict[str, float]] = {}

    def ask(seed: int) -> None:
        for _ in range(20):
            found[seed] = omega_julia.monte_carlo_robustness(METRICS, None, "equity_path", seed=seed)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == expected


def test_other_threads_run_while_julia_computes(worker: WorkerTransport) -> None:
    """The interpreter's lock is free during a call."""
    ticks = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(0.001):
            ticks.append(1)

    thread = threading.Thread(target=tick)
    thread.start()
    with pytest.raises(JuliaTimeoutError):
        _fault(worker, "hang", timeout_seconds=0.5)
    stop.set()
    thread.join()

    assert len(ticks) > 20


def test_a_fork_starts_its_own_worker_and_leaves_the_parents_alone(run_python: RunPython) -> None:
    """Both processes get the same answer, from two workers."""
    done = run_python(
        SCRIPT
        + """
first, worker = score(), pid()
child = os.fork()
if child == 0:
    print(score() == first, pid() != worker, flush=True)
    omega_julia.reset()
    os._exit(0)
os.waitpid(child, 0)
print(score() == first, pid() == worker)
"""
    )

    assert (done.stdout.split("\n")[:2], done.returncode) == (["True True", "True True"], 0), done.stderr


def test_a_fork_that_never_calls_julia_keeps_no_worker_alive(run_python: RunPython) -> None:
    """The worker goes with the process that started it, though a fork of that lives on."""
    done = run_python(
        SCRIPT
        + """
worker = pid()
if os.fork() == 0:
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    time.sleep(5)
    os._exit(0)
print(worker, flush=True)
os.kill(os.getpid(), 9)
"""
    )

    assert _is_gone(int(done.stdout))


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "in a call"])
def test_no_worker_survives_a_process_that_was_killed(tmp_path: Path, busy: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """SIGKILL gives nobody time to clean up; the worker goes all the same, even from the middle of an endless loop."""
    script = tmp_path / "parent.py"
    work = 'ask("hang", 600.0)' if busy else "time.sleep(600)"
    script.write_text(f"{SCRIPT}\nprint(pid(), flush=True)\n{work}\n", "utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=os.environ | {"OMEGA_JULIA_FAULTS": "1"}
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert _is_gone(worker)


@pytest.mark.usefixtures("julia")
def test_the_worker_ends_with_a_process_that_ends_well(run_python: RunPython) -> None:
    """Nobody has to call reset."""
    done = run_python(SCRIPT + "score()\nprint(pid())\n")

    assert (done.returncode, done.stderr) == (0, "")
    assert _is_gone(int(done.stdout))


def test_what_a_call_started_ends_with_the_worker(worker: WorkerTransport) -> None:
    """Child processes of the worker are killed with it."""
    pid = worker.pid
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            _fault(worker, "child", timeout_seconds=3.0)
        except JuliaError as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    children: list[psutil.Process] = []
    while not children and thread.is_alive():
        children = psutil.Process(pid).children()
        time.sleep(0.01)
    thread.join()

    assert [type(error) for error in errors] == [JuliaTimeoutError]
    assert children
    assert all(_is_gone(child.pid) for child in children)


@pytest.mark.parametrize(
    ("name", "error", "kind"),
    [
        ("stack_overflow", JuliaComputeError, "StackOverflowError"),
        ("out_of_memory", JuliaOutOfMemoryError, "OutOfMemoryError"),
        ("missing_file", JuliaComputeError, "SystemError"),
        ("task", JuliaComputeError, "ErrorException"),
        ("no_such_fault", JuliaComputeError, "ArgumentError"),
    ],
)
def test_an_exception_in_julia_has_its_name_and_the_worker_lives(
    worker: WorkerTransport, name: str, error: type[JuliaError], kind: str
) -> None:
    """Kind, message and backtrace arrive; the same process answers the next call."""
    pid = worker.pid
    with pytest.raises(error) as raised:
        _fault(worker, name)

    assert raised.value.kind == kind
    assert raised.value.backtrace
    assert worker.call(Request("hello"), timeout_seconds=60.0).words["pid"] == str(pid)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("nothing"), "no operation"),
        (Request("bootstrap", {"n_bootstrap": "10"}, {}, {"out": 2}), "lacks data"),
        (Request("bootstrap", {"data": "0:9999999", "out": "0:2"}), "BoundsError"),
        (Request("bootstrap", {"data": "3:1"}), "BoundsError"),
        (Request("bootstrap", {"data": "x"}), "ArgumentError"),
        (Request("monte_carlo", {"columns": "a", "metrics": "0:1", "count": "many"}), "ArgumentError"),
    ],
    ids=["operation", "key", "beyond", "unaligned", "no place", "no number"],
)
def test_a_request_that_makes_no_sense_is_answered(worker: WorkerTransport, request_: Request, words: str) -> None:
    """Unknown operations, missing keys and places outside of the memory are errors with words, and the worker lives."""
    with pytest.raises(JuliaComputeError, match=words):
        worker.call(request_, timeout_seconds=60.0)

    assert worker.is_alive


def test_a_refusal_of_julia_arrives_with_its_number(worker: WorkerTransport) -> None:
    """Lengths that do not match are 1011 in Julia too, though Python finds them first."""
    words = {"columns": "a\tb", "evaluator": "weighted_score", "count": "1", "seed": "1", "spread": "0x0p+0"}
    request = Request("scores", words, {"metrics": np.ones(1)}, {"out": 1})
    with pytest.raises(OptimizerError, match=r"\[1011\]"):
        worker.call(request, timeout_seconds=60.0)

    assert worker.is_alive


def test_faults_are_off_unless_asked_for(julia: Julia, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operation that breaks things does not exist in production."""
    monkeypatch.delenv("OMEGA_JULIA_FAULTS", raising=False)
    transport = WorkerTransport(julia, threads=1, flags=(), start_seconds=120.0)
    with pytest.raises(JuliaComputeError, match="no operation"):
        _fault(transport, "exit")
    transport.close()


def test_noise_does_not_reach_the_replies(worker: WorkerTransport) -> None:
    """What Julia, C and child processes print goes to stderr."""
    _fault(worker, "noise")

    assert worker.call(Request("hello"), timeout_seconds=60.0).words["threads"] == "2"
    assert worker._child is not None
    tail = worker._child.stderr_tail()
    assert all(text in tail for text in ("noise on stdout", "noise on stderr", "noise of a child"))


def test_garbage_ends_the_worker(worker: WorkerTransport) -> None:
    """Bytes that are no request are not guessed at: exit code 65."""
    assert worker._child is not None
    worker._child.send(b"x" * 64, time.monotonic() + 60.0)
    with pytest.raises(JuliaCrashedError, match="exit code 65"):
        worker.call(Request("hello"), timeout_seconds=60.0)


@pytest.mark.parametrize(
    ("executable", "words"),
    [
        ("no/such/julia", "No such file"),
        ("/bin/true", "did not print a version"),
        ("/bin/cat", "exit code"),
        ("/bin/false", "exit code 1"),
    ],
)
@pytest.mark.usefixtures("fresh_session")
def test_what_is_no_julia_is_named_with_what_it_did(monkeypatch: pytest.MonkeyPatch, executable: str, words: str) -> None:
    """Who names an executable that is none hears which and why, and no other is taken instead."""
    monkeypatch.setenv("OMEGA_JULIA_EXE", executable)
    with pytest.raises(JuliaUnavailableError, match=words) as raised:
        omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score")

    assert executable in str(raised.value)


def _pretend(tmp_path: Path, body: str) -> str:
    """Write a program that passes the first probe, and does something else as a worker."""
    path = tmp_path / "julia"
    path.write_text(
        f'#!{sys.executable}\nimport sys\nif "-e" in sys.argv and "VERSION" in sys.argv[-1]:\n    print("1.5.3"); sys.exit()\n{body}\n'
    )
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.exit(7)", "exit code 7"),
        ("import os; os.kill(os.getpid(), 11)", "SIGSEGV"),
        ("sys.stdout.write('x' * 100); sys.stdout.flush(); sys.stdin.read()", "no header of a reply"),
        ("import time; time.sleep(600)", "no answer within 1 s"),
    ],
    ids=["exits", "crashes", "babbles", "sleeps"],
)
@pytest.mark.usefixtures("fresh_session")
def test_a_julia_that_does_not_come_up_is_a_failed_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, words: str) -> None:
    """Crash, babble or silence before the first answer: one error, nothing left."""
    monkeypatch.setenv("OMEGA_JULIA_EXE", _pretend(tmp_path, body))
    monkeypatch.setenv("OMEGA_JULIA_START_SECONDS", "1")
    with pytest.raises(JuliaStartError, match=words):
        omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score")


@pytest.mark.usefixtures("fresh_session")
def test_a_julia_whose_throwing_crashes_is_not_healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints and computes, and dies of the first exception; so the probe throws."""
    path = tmp_path / "julia"
    path.write_text(f'#!{sys.executable}\nimport os, sys\nif "catch" in sys.argv[-1]:\n    os.kill(os.getpid(), 11)\nprint("1.5.3")\n')
    path.chmod(0o755)
    monkeypatch.setenv("OMEGA_JULIA_EXE", str(path))
    with pytest.raises(JuliaUnavailableError, match="died of signal 11 when it was to throw"):
        omega_julia.build_info()


@pytest.mark.usefixtures("fresh_session")
def test_a_julia_that_computes_wrongly_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known words and numbers are compared at every start."""
    monkeypatch.setenv("OMEGA_JULIA_FLAGS", "--math-mode=fast")
    with pytest.raises(JuliaUnavailableError, match="computes wrongly"):
        omega_julia.build_info()


@pytest.mark.usefixtures("fresh_session")
def test_nonsense_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is none is told with its name, and Julia counts as unavailable."""
    for name, value in (("THREADS", "many"), ("TIMEOUT_SECONDS", "-1"), ("TRANSPORT", "pigeon")):
        monkeypatch.setenv(f"OMEGA_JULIA_{name}", value)
        with pytest.raises(JuliaUnavailableError, match=f"OMEGA_JULIA_{name}={value}"):
            omega_julia.build_info()
        monkeypatch.delenv(f"OMEGA_JULIA_{name}")


@pytest.mark.usefixtures("fresh_session")
def test_a_changed_environment_leads_to_another_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says is read at every call."""
    omega_julia.build_info()
    monkeypatch.setenv("OMEGA_JULIA_THREADS", "1")

    assert omega_julia.build_info()["threads"] == 1


@pytest.mark.usefixtures("fresh_session")
def test_more_threads_than_the_worker_has_start_another() -> None:
    """Who asks for three threads gets three."""
    omega_julia.monte_carlo_robustness(METRICS, None, "weighted_score", threads=3)

    assert omega_julia.build_info()["threads"] == 3


def _installed(package: str) -> str:
    """Return the version of a Debian package, nothing where there is none."""
    query = shutil.which("dpkg-query")
    if query is None:
        return ""
    return subprocess.run([query, "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False).stdout


def test_a_julia_on_the_machines_libunwind_is_found_out(julia: Julia, tmp_path: Path) -> None:
    """The real case behind the probe: Debian 11's Julia on Debian 12's libunwind prints its version and dies of an exception."""
    library = Path("/lib/x86_64-linux-gnu/libunwind.so.8")
    if not julia.version.startswith("1.5.") or not _installed("libunwind8").startswith("1.6."):
        pytest.skip("not run: it takes Julia 1.5 and libunwind 1.6")
    path = tmp_path / "julia"
    path.write_text(f'#!/bin/sh\nexport LD_PRELOAD={library}\nexec "{julia.candidate.executable}" "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    broken = Candidate(path, "a test", julia.candidate.library_path)
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, env=child_environment(broken))
    found = examine(broken)

    assert "1.5." in version.stdout
    assert isinstance(found, Unhealthy)
    assert "signal" in found.reason or "exit code 139" in found.reason

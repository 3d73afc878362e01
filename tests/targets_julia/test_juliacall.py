"""Julia inside of Python: opt-in, never at import, never downloading; equality where juliacall has a Julia, and a clear word where not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from omega_julia import juliacall_transport
from omega_julia.errors import JuliaComputeError, JuliaProtocolError, JuliaStartError, JuliaUnavailableError, OptimizerError
from omega_julia.find import Julia
from omega_julia.juliacall_transport import JuliacallTransport, import_juliacall
from omega_julia.request import Request
from omega_julia.sources import digest, julia_sources

RunPython = Callable[..., subprocess.CompletedProcess[str]]
FALLS_BACK = """
import omega_julia
try:
    omega_julia.monte_carlo_robustness({"a": 1.0}, None, "weighted_score")
except omega_julia.JuliaUnavailableError as error:
    print("unavailable:", error)
"""
CALLS = """
import json, sys
import omega_julia
import numpy as np
metrics = {"drift": 0.0005, "volatility": 0.01, "cost": 0.0001, "drawdown_weight": 0.5}
print(json.dumps([
    omega_julia.build_info()["transport"],
    [score.hex() for score in omega_julia.monte_carlo_scores(metrics, None, "equity_path", n_simulations=200)],
    [bound.hex() for bound in omega_julia.bootstrap_ci(np.arange(99.0) ** 0.5, 300)],
]))
"""


@cache
def _has_julia() -> bool:
    """Ask in a process of its own whether juliacall starts without a download, because asking starts it."""
    command = [sys.executable, "-c", "from omega_julia.juliacall_transport import import_juliacall; import_juliacall(1)"]
    return subprocess.run(command, capture_output=True, check=False, timeout=600).returncode == 0


@pytest.fixture
def juliacalls_julia() -> None:
    """Go on only where juliacall finds a Julia of 1.10 or later."""
    if not _has_julia():
        pytest.skip("not run: juliacall finds no Julia of 1.10 or later on this machine")


def _environments(julia: Julia) -> dict[str, dict[str, str]]:
    """Name the ways to point juliacall at a Julia that is too old for it, each farther into its start than the one before."""
    executable = julia.candidate.executable
    libraries = julia.candidate.library_path
    expert = {"PYTHON_JULIACALL_EXE": str(executable), "PYTHON_JULIACALL_PROJECT": str(executable.parent)}
    library = {
        "PYTHON_JULIACALL_LIB": f"{libraries[0]}/libjulia.so.1" if libraries else "libjulia.so.1",
        "PYTHON_JULIACALL_BINDIR": str(executable.parent),
        "LD_LIBRARY_PATH": os.pathsep.join(libraries),
    }
    return {"nothing": {}, "executable": {"PYTHON_JULIAPKG_EXE": str(executable)}, "expert": expert, "library": expert | library}


@pytest.mark.parametrize("name", ["nothing", "executable", "expert", "library"])
def test_a_julia_that_juliacall_cannot_use_is_no_julia(run_python: RunPython, julia: Julia, name: str) -> None:
    """Whatever juliacall raises while it is imported, the caller hears that there is none, and why; no network is asked."""
    if not julia.version.startswith("1.5."):
        pytest.skip(f"not run: Julia {julia.version} may be one that juliacall can use")
    done = run_python(FALLS_BACK, OMEGA_JULIA_TRANSPORT="juliacall", HOME="/nowhere", **_environments(julia)[name])

    assert done.stdout.startswith("unavailable: juliacall does not start"), done.stdout + done.stderr
    assert done.returncode == 0


def test_it_is_not_imported_unless_asked_for(run_python: RunPython) -> None:
    """The import of the port, and a call by the worker, leave juliacall alone."""
    done = run_python("import sys, omega_julia\nprint('juliacall' in sys.modules, 'juliapkg' in sys.modules)")

    assert done.stdout == "False False\n"


def _pretend(tmp_path: Any, body: str) -> str:
    (tmp_path / "juliacall.py").write_text(textwrap.dedent(body), encoding="utf-8")
    return str(tmp_path)


SAYS_ITS_VARIABLES = """
import os, json, sys
print(json.dumps({name: value for name, value in sorted(os.environ.items()) if name.startswith("PYTHON_JULIA")}), file=sys.__stdout__)
raise ImportError("enough")
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"HANDLE_SIGNALS": "no", "THREADS": "1", "OFFLINE": "yes"}),
        ({"PYTHON_JULIACALL_HANDLE_SIGNALS": "yes"}, {"HANDLE_SIGNALS": "yes", "THREADS": "5", "OFFLINE": "yes"}),
        ({"PYTHON_JULIACALL_THREADS": "3"}, {"HANDLE_SIGNALS": "no", "THREADS": "3", "OFFLINE": "yes"}),
        ({"OMEGA_JULIA_DOWNLOAD": "1"}, {"HANDLE_SIGNALS": "no", "THREADS": "1", "OFFLINE": "no"}),
        ({"PYTHON_JULIAPKG_OFFLINE": "no"}, {"HANDLE_SIGNALS": "no", "THREADS": "1", "OFFLINE": "no"}),
    ],
    ids=["nothing", "signals", "threads", "download", "juliapkg's own"],
)
def test_what_the_user_chose_stays_and_the_rest_is_careful(
    run_python: RunPython, tmp_path: Any, given: dict[str, str], expected: dict[str, str]
) -> None:
    """Offline and one thread unless the user said otherwise; nothing of it stays in the environment afterwards."""
    done = run_python(
        "import os, omega_julia\nos.environ['OMEGA_JULIA_THREADS'] = '5'\n"
        + FALLS_BACK
        + "\nprint(os.environ.get('PYTHON_JULIACALL_THREADS'))",
        OMEGA_JULIA_TRANSPORT="juliacall",
        PYTHONPATH=_pretend(tmp_path, SAYS_ITS_VARIABLES),
        **given,
    )
    seen, told, after = done.stdout.splitlines()
    short = {name.rpartition("JULIACALL_")[2].removeprefix("PYTHON_JULIAPKG_"): value for name, value in json.loads(seen).items()}

    assert short == expected
    assert told == "unavailable: juliacall does not start: ImportError: enough"
    assert after == given.get("PYTHON_JULIACALL_THREADS", "None")


class FakeModule:
    """A Julia module that answers as it was told; its function is its own way to let go of the lock."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers
        self.OmegaMonteCarlo = self
        self.answer_at = self
        self.included = ""

    def newmodule(self, _name: str) -> FakeModule:
        """Stand for juliacall as well."""
        return self

    def seval(self, text: str) -> None:
        """Note what is loaded."""
        self.included = text

    def _jl_call_nogil(self, _text: str, address: int, size: int) -> str:
        assert address % 8 == 0
        assert size > 0
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)


def _hello(**changed: str) -> str:
    from omega_julia.probe import NUMBERS, WORDS  # noqa: PLC0415 - one use

    fields = {"version": "1.11.5", "threads": "1", "words": WORDS, "numbers": NUMBERS, "sources": digest(julia_sources())} | changed
    return "0\n" + "".join(f"{name}={value}\n" for name, value in fields.items())


def _transport(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> JuliacallTransport:
    monkeypatch.setitem(sys.modules, "juliacall", FakeModule([*answers]))  # type: ignore[arg-type]
    return JuliacallTransport(threads=1)


def test_the_same_requests_go_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version and threads are those that Julia says; an answer is read as the worker's is."""
    transport = _transport(monkeypatch, _hello(), "0\nn=3\n")
    reply = transport.call(Request("summarise", {}, {"scores": np.ones(3)}, {"out": 4}), timeout_seconds=1.0)

    assert (transport.version, transport.threads, transport.is_alive) == ("1.11.5", 1, True)
    assert reply.words == {"n": "3"}
    assert reply.arrays["out"].tolist() == [0.0] * 4
    transport.abandon()
    transport.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("1\nkind=OptimizerError\ncode=1011\nmessage=no\n", OptimizerError),
        ("2\nkind=DomainError\ncode=0\nmessage=no\n", JuliaComputeError),
        ("nonsense", JuliaProtocolError),
        (RuntimeError("from Julia"), JuliaComputeError),
    ],
    ids=["refusal", "exception", "nonsense", "raised"],
)
def test_errors_are_those_of_the_worker(monkeypatch: pytest.MonkeyPatch, answer: Any, error: type[Exception]) -> None:
    """One table serves both transports."""
    transport = _transport(monkeypatch, _hello(), answer)
    with pytest.raises(error):
        transport.call(Request("hello"), timeout_seconds=1.0)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(_hello(words="0"), JuliaUnavailableError), (_hello(sources="0"), JuliaStartError)],
    ids=["computes wrongly", "other sources"],
)
def test_a_julia_that_is_not_right_is_not_used(monkeypatch: pytest.MonkeyPatch, answer: str, error: type[Exception]) -> None:
    """Known values and sources are compared here too."""
    with pytest.raises(error):
        _transport(monkeypatch, answer)


def test_a_juliacall_that_is_loaded_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings cannot be changed any more."""
    loaded = FakeModule([])
    monkeypatch.setitem(sys.modules, "juliacall", loaded)  # type: ignore[arg-type]

    assert import_juliacall(4) is loaded


def test_a_fork_does_not_go_on_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its threads are gone there, and a call would wait for them."""
    monkeypatch.setitem(sys.modules, "juliacall", FakeModule([]))  # type: ignore[arg-type]
    monkeypatch.setitem(juliacall_transport._SEEN_IN, "process", os.getpid() + 1)
    with pytest.raises(JuliaUnavailableError, match="fork"):
        import_juliacall(1)


@pytest.mark.usefixtures("juliacalls_julia")
def test_in_process_bits_are_those_of_the_worker(run_python: RunPython) -> None:
    """Both transports give the same answers, from two versions of Julia perhaps."""
    inside = json.loads(run_python(CALLS, OMEGA_JULIA_TRANSPORT="juliacall").stdout)
    beside = json.loads(run_python(CALLS).stdout)

    assert inside[0] == "juliacall"
    assert inside[1:] == beside[1:]


@pytest.mark.usefixtures("juliacalls_julia")
@pytest.mark.parametrize("signals", ["yes", "no"])
def test_in_process_signals_and_threads_go_together(run_python: RunPython, signals: str) -> None:
    """With signal handling several threads compute, without it one; the bits are the same."""
    done = run_python(CALLS, OMEGA_JULIA_TRANSPORT="juliacall", PYTHON_JULIACALL_HANDLE_SIGNALS=signals, OMEGA_JULIA_THREADS="2")

    assert json.loads(done.stdout)[1:] == json.loads(run_python(CALLS).stdout)[1:]


@pytest.mark.usefixtures("juliacalls_julia")
def test_in_process_calls_come_from_any_thread(run_python: RunPython) -> None:
    """The lock is let go, and Julia adopts the thread."""
    done = run_python(
        "import threading, omega_julia\nomega_julia.build_info()\nfound = []\n"
        "ask = lambda: found.append(omega_julia.monte_carlo_robustness({'a': 1.0}, None, 'weighted_score')['n'])\n"
        "threads = [threading.Thread(target=ask) for _ in range(4)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\nprint(found)",
        OMEGA_JULIA_TRANSPORT="juliacall",
    )

    assert done.stdout == "[1000, 1000, 1000, 1000]\n", done.stderr

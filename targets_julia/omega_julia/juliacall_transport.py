"""Julia inside of this process, by the package juliacall: opt-in, imported at the first call, never downloading unless asked to."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import numpy as np

from omega_julia import frames
from omega_julia.errors import JuliaComputeError, JuliaProtocolError, JuliaStartError, JuliaUnavailableError
from omega_julia.probe import check_known
from omega_julia.replies import DONE, raise_failure
from omega_julia.request import Reply, Request, fill, layout_of, take, text_of
from omega_julia.sources import JULIA_PACKAGE, digest, julia_sources, whole_digest

DOWNLOAD = "OMEGA_JULIA_DOWNLOAD"
# The process that first had juliacall, which a fork inherits without its threads.
_SEEN_IN: dict[str, int] = {}


class JuliacallTransport:
    """The Julia of juliacall, 1.10 or later; the same requests as the worker answers, in memory of numpy.

    It cannot be timed out, and a crash in it is a crash of this process. Raises JuliaUnavailableError where juliacall does not start.
    """

    name = "juliacall"
    is_alive = True

    def __init__(self, *, threads: int) -> None:
        """Import juliacall, load our package into a module of its own, and ask for what is known."""
        juliacall = import_juliacall(threads)
        sources = julia_sources()
        try:
            module = juliacall.newmodule("OmegaJulia")
            module.seval(f'include(raw"{JULIA_PACKAGE / "src" / "OmegaMonteCarlo.jl"}")')
            self._answer = module.OmegaMonteCarlo.answer_at
        except Exception as error:
            raise JuliaStartError(f"juliacall cannot load the package: {error}") from error
        reply = self.call(Request("hello"), timeout_seconds=0.0)
        check_known(reply.words)
        self.version = reply.words.get("version", "")
        self.threads = int(reply.words.get("threads", "1"))
        self.source_digest = whole_digest(sources)
        if reply.words.get("sources") != digest(sources):
            raise JuliaStartError("juliacall loaded other sources than those here", julia_version=self.version)

    def call(self, request: Request, *, timeout_seconds: float) -> Reply:  # noqa: ARG002 - a call inside of this process cannot be ended
        """Answer a request while other Python threads run; raises OptimizerError for a refusal, else a JuliaError."""
        layout = layout_of(request)
        # Doubles, so that the memory begins at a multiple of eight.
        memory = np.zeros(max(1, layout.total_bytes // 8), dtype=np.float64).view(np.uint8)
        fill(memory, request, layout)
        text = text_of(request, layout)
        try:
            answer = str(self._answer._jl_call_nogil(text, memory.ctypes.data, memory.size))  # noqa: SLF001 - juliacall's way to let go of the lock
        except Exception as error:
            raise JuliaComputeError(f"juliacall: {error}", kind=type(error).__name__) from error
        status, _, rest = answer.partition("\n")
        if not status.isdecimal():
            raise JuliaProtocolError(f"no reply: {answer[:80]!r}")
        words = frames.parse(rest)
        if int(status) != DONE:
            raise_failure(int(status), words, getattr(self, "version", ""))
        return Reply(words, take(memory, request, layout))

    def close(self) -> None:
        """Do nothing: a Julia inside of this process ends with it."""

    def abandon(self) -> None:
        """Do nothing: juliacall forbids to go on in a fork, and the next call says so."""


def import_juliacall(threads: int) -> Any:
    """Import juliacall offline; raises JuliaUnavailableError for whatever goes wrong, because all of it means that there is none.

    Where it is imported already it is taken as it is. More than one thread needs signal handling by Julia, which costs Ctrl-C, so that
    one thread is the rule unless the user chose otherwise.
    """
    owner = _SEEN_IN.setdefault("process", os.getpid())
    if (loaded := sys.modules.get("juliacall")) is not None:
        if owner != os.getpid():
            raise JuliaUnavailableError("a Julia inside of Python does not survive a fork")
        return loaded
    _SEEN_IN["process"] = os.getpid()
    signals = os.environ.get("PYTHON_JULIACALL_HANDLE_SIGNALS", "no")
    chosen = {
        "PYTHON_JULIACALL_HANDLE_SIGNALS": signals,
        "PYTHON_JULIACALL_THREADS": str(threads) if signals == "yes" else "1",
        "PYTHON_JULIAPKG_OFFLINE": "no" if os.environ.get(DOWNLOAD) == "1" else "yes",
    }
    # What juliapkg reports while it looks around is no output of the caller's program.
    with _defaults(chosen), redirect_stdout(sys.stderr):
        try:
            return importlib.import_module("juliacall")
        except (Exception, SystemExit) as error:
            raise JuliaUnavailableError(f"juliacall does not start: {type(error).__name__}: {error}", kind=type(error).__name__) from error


@contextmanager
def _defaults(chosen: dict[str, str]) -> Iterator[None]:
    """Set variables that are not set, for as long as juliacall reads them."""
    new = {name: value for name, value in chosen.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            os.environ.pop(name, None)

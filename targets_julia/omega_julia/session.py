"""The one Julia of this process: started at the first call, started again after a crash, given up after the second call that it cost."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from typing import Protocol

from omega_julia import settings as environment
from omega_julia.errors import JuliaCrashedError, JuliaError, JuliaUnavailableError
from omega_julia.juliacall_transport import JuliacallTransport
from omega_julia.probe import healthy
from omega_julia.process import WorkerTransport
from omega_julia.request import Reply, Request
from omega_julia.settings import Settings

ATTEMPTS = 2
MOST_CRASHED_CALLS = 2


class Transport(Protocol):
    """What carries requests to a Julia."""

    name: str
    version: str
    threads: int
    source_digest: str

    @property
    def is_alive(self) -> bool:
        """Tell whether the next call can be made."""

    def call(self, request: Request, *, timeout_seconds: float) -> Reply:
        """Answer a request."""

    def close(self) -> None:
        """End it."""

    def abandon(self) -> None:
        """Forget it in a forked child."""


class Session:
    """Calls one after the other, whatever thread they come from."""

    def __init__(self) -> None:
        """Begin without a Julia."""
        self._lock = threading.RLock()
        self._transport: Transport | None = None
        self._settings: Settings | None = None
        self._crashed_calls = 0

    def call(self, request: Request, *, draws: int = 0, threads: int | None = None, timeout_seconds: float | None = None) -> Reply:
        """Answer a request, in a fresh worker if the first one crashes; raises OptimizerError for a refusal, else a JuliaError.

        `draws` is what the time limit is made of where neither the caller nor the environment gives one.
        """
        with self._lock:
            wanted = self._renew()
            limit = timeout_seconds or environment.call_seconds(wanted, draws)
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self._ready(wanted, threads).call(request, timeout_seconds=limit)
                except JuliaCrashedError as error:
                    error.attempts = attempt
                    if attempt == ATTEMPTS:
                        self._crashed_calls += 1
                        raise
            raise AssertionError("every attempt returns or raises")

    def transport(self) -> Transport:
        """Return the Julia that answers, started now if need be."""
        with self._lock:
            return self._ready(self._renew(), None)

    def close(self) -> None:
        """End the Julia and forget its crashes; the next call starts anew."""
        with self._lock:
            self._crashed_calls = 0
            self._drop()

    def abandon(self) -> None:
        """Begin anew in a forked child, whose parent keeps the Julia; a lock that another thread held is left behind."""
        transport, self._transport = self._transport, None
        self._lock = threading.RLock()
        if transport is not None:
            transport.abandon()

    def _renew(self) -> Settings:
        """Read the environment, and begin anew where it says something else than before."""
        wanted = environment.current()
        if wanted != self._settings:
            self.close()
            self._settings = wanted
        if self._crashed_calls >= MOST_CRASHED_CALLS:
            raise JuliaUnavailableError(f"Julia crashed in {self._crashed_calls} calls of this process and is not started again")
        return wanted

    def _ready(self, wanted: Settings, threads: int | None) -> Transport:
        """Return a Julia that is alive and has as many threads as the call asks for."""
        alive = self._transport if self._transport is not None and self._transport.is_alive else None
        if alive is not None and (threads is None or threads <= alive.threads):
            return alive
        self._drop()
        self._transport = _start(wanted, max(wanted.threads, threads or 1))
        return self._transport

    def _drop(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()


def _start(wanted: Settings, threads: int) -> Transport:
    if wanted.transport == "juliacall":
        return JuliacallTransport(threads=threads)
    return WorkerTransport(healthy(), threads=threads, flags=wanted.flags, start_seconds=wanted.start_seconds)


SESSION = Session()


def _close_quietly() -> None:
    with contextlib.suppress(JuliaError, OSError):
        SESSION.close()


atexit.register(_close_quietly)
os.register_at_fork(after_in_child=lambda: SESSION.abandon())  # noqa: PLW0108 - a test may replace the session

"""The worker transport: requests and replies over pipes, arrays in shared memory, the process ended at the first sign of disorder."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from omega_julia import frames
from omega_julia.child import Child, EndedError, LateError
from omega_julia.depot import compiled, start_environment
from omega_julia.errors import (
    JuliaCrashedError,
    JuliaError,
    JuliaOutOfMemoryError,
    JuliaProtocolError,
    JuliaStartError,
    JuliaTimeoutError,
    JuliaUnavailableError,
)
from omega_julia.find import QUIET, Julia
from omega_julia.probe import check_known
from omega_julia.replies import raise_failure
from omega_julia.request import Reply, Request, fill, layout_of, take, text_of
from omega_julia.segment import Segment
from omega_julia.sources import digest, julia_sources, whole_digest

FLAGS = ("--math-mode=ieee",)
PROGRAM = "using OmegaMonteCarlo; exit(OmegaMonteCarlo.serve(ARGS[1]))"
FULL = {errno.ENOSPC, errno.ENOMEM, errno.EDQUOT, errno.EFBIG}


class WorkerTransport:
    """One Julia process and the memory it shares with this one.

    Raises JuliaStartError when it does not come up, JuliaUnavailableError when it computes wrongly. After any error but a refusal or an
    exception in Julia it is gone: bytes that are out of step are not worth reading.
    """

    name = "worker"

    def __init__(self, julia: Julia, *, threads: int, flags: tuple[str, ...], start_seconds: float) -> None:
        """Start the process, and ask it for what is known."""
        self.version = julia.version
        self.threads = threads
        self._number = 0
        self._segment = Segment()
        self._child: Child | None = None
        try:
            sources = julia_sources()
            self._child = self._start(julia, (*FLAGS, *flags), start_seconds)
            self._greet(digest(sources), start_seconds)
            self.source_digest = whole_digest(sources)
        except BaseException:
            self.close()
            raise
        self._segment.forget_name()

    @property
    def is_alive(self) -> bool:
        """Tell whether the next call can be made."""
        return self._child is not None

    @property
    def pid(self) -> int:
        """Return the number of the process, 0 when it is gone."""
        return self._child.pid if self._child is not None else 0

    def call(self, request: Request, *, timeout_seconds: float) -> Reply:
        """Answer a request; raises OptimizerError for a refusal, else a JuliaError. An interruption ends the process."""
        layout = layout_of(request)
        try:
            memory = self._segment.hold(layout.total_bytes)
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise JuliaOutOfMemoryError(f"no room for {layout.total_bytes} bytes of shared memory: {error.strerror}") from error
        fill(memory, request, layout)
        status, words = self._exchange(text_of(request, layout), timeout_seconds)
        if status != 0:
            raise_failure(status, words, self.version)
        arrays = take(memory, request, layout)
        del memory
        self._segment.trim()
        return Reply(words, arrays)

    def close(self) -> None:
        """End the process with all that it started, and let go of everything shared."""
        if self._child is not None:
            self._child.end()
            self._child = None
        self._segment.close()

    def abandon(self) -> None:
        """Forget the process in a fork of this one: it belongs to the parent."""
        if self._child is not None:
            self._child.abandon()
            self._child = None
        self._segment.close()

    def _start(self, julia: Julia, flags: tuple[str, ...], start_seconds: float) -> Child:
        depot = compiled(julia, flags, start_seconds)
        command = [str(julia.candidate.executable), *QUIET, *flags, f"--threads={self.threads}", *_compile_flags(depot)]
        try:
            return Child([*command, "-e", PROGRAM, self._segment.path], start_environment(julia, depot), (self._segment.fd,))
        except OSError as error:
            raise JuliaStartError(f"{command[0]} does not start: {error.strerror}", julia_version=self.version) from error

    def _greet(self, sources: str, start_seconds: float) -> None:
        """Ask for known values and for the sources that were loaded; whatever goes wrong here is a failed start."""
        try:
            reply = self.call(Request("hello"), timeout_seconds=start_seconds)
        except JuliaUnavailableError:
            raise
        except JuliaError as error:
            raise JuliaStartError(
                f"Julia did not come up: {error.message}", kind=error.kind, stderr=error.stderr, julia_version=self.version
            ) from error
        check_known(reply.words)
        if reply.words.get("sources") != sources:
            raise JuliaStartError("the worker loaded other sources than those here", julia_version=self.version)
        self.version = reply.words.get("version", self.version)

    def _exchange(self, text: str, timeout_seconds: float) -> tuple[int, Mapping[str, str]]:
        """Send a request and read its reply; any other end than a whole reply ends the process."""
        child = self._child
        if child is None:
            raise JuliaCrashedError("the worker is gone", julia_version=self.version)
        self._number += 1
        deadline = time.monotonic() + timeout_seconds
        try:
            child.send(frames.request_frame(self._number, self._segment.size_bytes, text), deadline)
            header = frames.reply_header(child.receive(frames.REPLY.size, deadline), self._number)
            return header.status, frames.parse(child.receive(header.text_bytes, deadline).decode("utf-8", errors="replace"))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the bytes are out of step; it is raised again
            self._give_up(child, error, timeout_seconds)

    def _give_up(self, child: Child, error: BaseException, timeout_seconds: float) -> NoReturn:
        """End the process and raise what its end means."""
        try:
            if isinstance(error, EndedError):
                words = child.last_words()
                kind, tail = words.rpartition(" ")[2], child.stderr_tail()
                raise JuliaCrashedError(f"the worker {words}", kind=kind, stderr=tail, julia_version=self.version) from error
            if isinstance(error, LateError):
                raise JuliaTimeoutError(
                    f"no answer within {timeout_seconds:g} s", stderr=child.stderr_tail(), julia_version=self.version
                ) from error
            if isinstance(error, frames.FrameError):
                raise JuliaProtocolError(str(error), stderr=child.stderr_tail(), julia_version=self.version) from error
            raise error
        finally:
            self.close()


def _compile_flags(depot: Path | None) -> tuple[str, ...]:
    return () if depot is not None else ("--compiled-modules=no",)

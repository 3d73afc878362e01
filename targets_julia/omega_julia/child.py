"""A child process with deadlines on every byte, which never outlives this process and leaves no file."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

TAIL_BYTES = 4000
MOST_STDERR_BYTES = 2**20
LAST_WORDS_SECONDS = 5.0
SUCCESS = "ended with exit code 0"
PIPE_BYTES = 2**16


class EndedError(Exception):
    """The child closed its end."""


class LateError(Exception):
    """The deadline passed."""


class Child:
    """A process in a session of its own, with pipes for stdin and stdout, and a nameless file for stderr.

    The kernel kills it and all that it started when this process ends, however that happens: it signals who holds the other end of a
    pipe whose last writer is gone. Deadlines are values of `time.monotonic`.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], inherited: Sequence[int] = ()) -> None:
        """Start it; raises OSError."""
        self._stderr = tempfile.TemporaryFile(prefix="omega-jl-", buffering=0)  # noqa: SIM115 - it lives as long as the process
        fcntl.fcntl(self._stderr, fcntl.F_SETFL, os.O_APPEND)
        lifeline, self._lifeline = os.pipe()
        process: subprocess.Popen[bytes] | None = None
        try:
            process = subprocess.Popen(  # noqa: S603 - the Julia that was found healthy
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                bufsize=0,
                start_new_session=True,
                pass_fds=(*inherited, lifeline),
                env=environment,
            )
            _tie(lifeline, process.pid)
        except BaseException:
            _undo(process)
            os.close(self._lifeline)
            self._stderr.close()
            raise
        finally:
            os.close(lifeline)
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        for pipe in (self._stdin, self._stdout):
            os.set_blocking(pipe.fileno(), False)
        self.pid = process.pid

    def send(self, data: bytes, deadline: float) -> None:
        """Write all of the data; raises EndedError or LateError."""
        if os.fstat(self._stderr.fileno()).st_size > MOST_STDERR_BYTES:
            os.ftruncate(self._stderr.fileno(), 0)
        rest = memoryview(data)
        while rest:
            _wait(self._stdin.fileno(), select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._stdin.fileno(), rest[:PIPE_BYTES]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise EndedError from error

    def receive(self, count: int, deadline: float) -> bytes:
        """Read exactly so many bytes; raises EndedError or LateError."""
        data = bytearray()
        while len(data) < count:
            _wait(self._stdout.fileno(), select.POLLIN, deadline)
            try:
                piece = os.read(self._stdout.fileno(), count - len(data))
            except BlockingIOError:
                continue
            if not piece:
                raise EndedError
            data += piece
        return bytes(data)

    def run(self, deadline: float) -> bool:
        """Let it run to its end and tell whether it succeeded; ends it at the deadline."""
        try:
            while True:
                self.receive(1, deadline)
        except EndedError:
            return self.last_words() == SUCCESS
        except LateError:
            return False
        finally:
            self.end()

    def last_words(self) -> str:
        """Wait a moment for a child that closed its end, and say how it ended: by signal, with an exit code, or not at all."""
        limit = time.monotonic() + LAST_WORDS_SECONDS
        while time.monotonic() < limit:
            state = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if state is None:
                time.sleep(0.001)
            elif state.si_code == os.CLD_EXITED:
                return f"ended with exit code {state.si_status}"
            else:
                return f"died of {signal.Signals(state.si_status).name}"
        return "closed its output and lived on"

    def stderr_tail(self) -> str:
        """Return the end of what the child wrote to stderr, without moving the place at which it writes."""
        size = os.fstat(self._stderr.fileno()).st_size
        return os.pread(self._stderr.fileno(), TAIL_BYTES, max(0, size - TAIL_BYTES)).decode("utf-8", errors="replace")

    def end(self) -> None:
        """Kill the child and what it started, and reap it; doing it twice is fine."""
        if self._lifeline < 0:
            return
        # Before it is reaped its number cannot belong to anybody else.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._let_go()

    def abandon(self) -> None:
        """Forget the child in a fork of this process: it belongs to the parent."""
        if self._lifeline >= 0:
            self._process.returncode = 0
            self._let_go()

    def _let_go(self) -> None:
        os.close(self._lifeline)
        self._lifeline = -1
        for file in (self._stdin, self._stdout, self._stderr):
            file.close()


def _undo(process: subprocess.Popen[bytes] | None) -> None:
    """End a process whose start was interrupted before anything could hold it."""
    if process is not None:
        process.kill()
        process.communicate()


def _tie(lifeline: int, pid: int) -> None:
    """Have the kernel kill the child's group when the last writer of the lifeline is gone."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -pid)
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Wait until a descriptor can be used; raises LateError after the deadline."""
    left = deadline - time.monotonic()
    poll = select.poll()
    poll.register(descriptor, event)
    if left <= 0 or not poll.poll(max(1, int(left * 1000))):
        raise LateError

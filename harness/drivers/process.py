"""One worker process from the parent's side: started, spoken to, watched, and never left behind."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.drivers.crumb import Crumb, open_shared
from harness.errors import Code, HarnessError
from harness.protocol import messages
from harness.protocol.framing import FrameReader, frame

_HOME = str(Path(__file__).resolve().parents[2])
_BOOTSTRAP = """
import sys
home = sys.argv.pop(1)
sys.path.insert(0, home)
from harness.drivers.worker import main
del sys.path[0]
if home not in sys.path:
    sys.path.append(home)
main(sys.argv[1:])
"""
_TICK_SECONDS = 0.05
_CLOSED_TICK_SECONDS = 0.002
_GRACE_SECONDS = 2.0
_DUMP_SECONDS = 0.5
_READ_BYTES = 1 << 20
_OUTPUT_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Launch:
    """Where and how a worker is started; `search_path` comes before `root` on its import path, `folder` (`root`) is where it works."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    search_path: Sequence[str] = ()
    memory_limit_bytes: int | None = None
    folder: Path | None = None

    def start_message(self) -> messages.Start:
        """Return the first message to the worker."""
        paths = [str((self.root / path).resolve()) for path in self.search_path]
        return messages.Start(messages.PROTOCOL_VERSION, [*paths, str(self.root.resolve())], self.memory_limit_bytes or 0)


class WorkerDiedError(Exception):
    """The worker's process ended; `exit_code` is negative for a signal, `output` the end of what it printed."""

    def __init__(self, exit_code: int, output: str) -> None:
        """Keep the facts for the classification."""
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code
        self.output = output


class WorkerProcess:
    """A running worker with its pipes. Every way out goes through `stop`, which kills the whole process group."""

    def __init__(self, launch: Launch) -> None:
        """Start the process and agree on the protocol; raises HarnessError WORKER_FAILED."""
        self._outgoing: deque[memoryview] = deque()
        self._inbox: deque[messages.Message] = deque()
        self._reader = FrameReader()
        self._printed = bytearray()
        self._exit_code: int | None = None
        self._open: set[int] = set()
        self.last_crumb: tuple[int, int] | None = None
        self.last_step: int | None = None
        self._spawn(launch)
        try:
            self._agree(launch)
        except BaseException:
            self.stop()
            raise

    def _spawn(self, launch: Launch) -> None:
        crumb = open_shared()
        inlet, self._write = os.pipe()
        self._read, outlet = os.pipe()
        self._output, output = os.pipe()
        life, self._life = os.pipe()
        self._open = {self._write, self._read, self._output, self._life}
        theirs = (inlet, outlet, life, crumb)
        command = [sys.executable, "-P", "-u", "-X", "faulthandler", "-c", _BOOTSTRAP, _HOME, *map(str, theirs)]
        try:
            self.crumb = Crumb(crumb)
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=launch.folder or launch.root,
                env={**os.environ, "PYTHONHASHSEED": "0", **launch.environment},
                start_new_session=True,
                pass_fds=theirs,
            )
        except OSError as error:
            self._close_descriptors()
            raise HarnessError(
                Code.WORKER_FAILED, "a worker process cannot be started", where=str(launch.root), cause=str(error)
            ) from error
        finally:
            for descriptor in (*theirs, output):
                os.close(descriptor)
        for descriptor in (self._write, self._read, self._output):
            os.set_blocking(descriptor, False)

    def _agree(self, launch: Launch) -> None:
        try:
            answer = self.ask(launch.start_message(), 60.0)
        except WorkerDiedError as error:
            raise HarnessError(Code.WORKER_FAILED, "a worker process ended before it could start", cause=error.output) from error
        if not isinstance(answer, messages.Started) or answer.version != messages.PROTOCOL_VERSION:
            raise HarnessError(Code.PROTOCOL_BROKEN, "the worker speaks another version of the protocol", cause=repr(answer))

    @property
    def pid(self) -> int:
        """The process id, which is also that of its group and session."""
        return self._process.pid

    @property
    def output(self) -> str:
        """The end of what the implementation printed so far, on either stream."""
        return self._printed.decode("utf-8", "replace")

    def send(self, message: messages.Message) -> None:
        """Queue a message; it is written while `receive` waits, so that neither side can block the other."""
        self._outgoing.append(memoryview(frame(messages.encode(message))))

    def ask(self, message: messages.Message, timeout_seconds: float) -> messages.Message:
        """Send a message and return its answer; raises WorkerDiedError, or HarnessError WORKER_FAILED when it takes too long."""
        self.send(message)
        answer = self.receive(timeout_seconds)
        if answer is None:
            self.kill()
            raise HarnessError(
                Code.WORKER_FAILED, f"the worker did not answer {type(message).__name__} in {timeout_seconds:.3g} s", cause=self.output
            )
        return answer

    def receive(self, timeout_seconds: float) -> messages.Message | None:
        """Return the next message, None when the time is over; raises WorkerDiedError once a dead worker's messages are read."""
        end = time.monotonic() + timeout_seconds
        while not self._inbox:
            if self._exit_code is not None:
                raise WorkerDiedError(self._exit_code, self.output)
            rest = end - time.monotonic()
            if rest <= 0:
                return None
            self._pump(min(rest, _TICK_SECONDS if self._read in self._open else _CLOSED_TICK_SECONDS))
            if not self._inbox and self._has_ended():
                self.kill()
        return self._inbox.popleft()

    def _pump(self, seconds: float) -> None:
        """Move bytes between the pipes and the queues, waiting at most this long for any."""
        poll = select.poll()
        for descriptor in {self._read, self._output} & self._open:
            poll.register(descriptor, select.POLLIN)
        if self._outgoing:
            poll.register(self._write, select.POLLOUT)
        ready = {descriptor for descriptor, _ in poll.poll(seconds * 1000)}
        if self._output in ready:
            self._take_output()
        if self._write in ready:
            self._write_some()
        if self._read in ready:
            self._take_messages()

    def _take_output(self) -> None:
        data = _read(self._output)
        if data is None:
            return
        if not data:
            self._close(self._output)
        self._printed += data
        del self._printed[:-_OUTPUT_BYTES]

    def _take_messages(self) -> None:
        data = _read(self._read)
        if data is None:
            return
        if not data:
            self._close(self._read)
        try:
            self._inbox.extend(messages.decode(payload) for payload in self._reader.feed(data))
        except HarnessError:
            self.kill()
            raise

    def _write_some(self) -> None:
        try:
            written = os.write(self._write, self._outgoing[0][:_READ_BYTES])
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._outgoing.clear()
            return
        self._outgoing[0] = self._outgoing[0][written:]
        if not self._outgoing[0]:
            self._outgoing.popleft()

    def _has_ended(self) -> bool:
        """Look without reaping: while the process is a zombie, its group's number cannot be given to anybody else."""
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
        except ChildProcessError:
            return True

    def is_alive(self) -> bool:
        """Tell whether the process is there to be asked."""
        return self._exit_code is None and not self._has_ended()

    def kill(self) -> None:
        """End the process and everything that it started, at once, and keep what it still had to say."""
        if self._exit_code is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._exit_code = self._process.wait()
        self.last_crumb, self.last_step = self.crumb.read(), self.crumb.read_step()
        if self._output in self._open:
            self._take_output()
        if self._read in self._open:
            with contextlib.suppress(HarnessError):
                self._take_messages()
        self._close_descriptors()

    def end_at_once(self) -> None:
        """End the process and everything that it started; the thread that speaks to it notices, and tidies up."""
        if self._exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def kill_hanging(self) -> None:
        """End a process that hangs, having it show first where it hangs: the interpreter does so when it is told to abort."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGABRT)
        self._wait_for_end(_DUMP_SECONDS)
        self.kill()

    def stop(self) -> None:
        """Let the worker leave in order, so that the implementation can tidy up; insist after two seconds."""
        if self._exit_code is None:
            self.send(messages.Bye())
            self._wait_for_end(_GRACE_SECONDS)
        self.kill()

    def _wait_for_end(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._has_ended():
            self._pump(0.01)

    def _close_descriptors(self) -> None:
        for descriptor in tuple(self._open):
            self._close(descriptor)
        self.crumb.close()

    def _close(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        os.close(descriptor)


def _read(descriptor: int) -> bytes | None:
    """Return what is there, b"" at the end, None when there is nothing yet."""
    try:
        return os.read(descriptor, _READ_BYTES)
    except BlockingIOError:
        return None

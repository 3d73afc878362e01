"""Ties a process and everything it starts to its parent: when the parent is gone, however it went, the kernel kills the group.

A pipe whose write end only the parent holds is set to send SIGKILL to the whole process group once it is closed. That needs no
thread and no signal handler in the child, so it works while native code hangs with the interpreter locked, and it survives `exec`.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys

_SET_SIGNAL = 10  # F_SETSIG of Linux; the fcntl module has no name for it in Python 3.11


def hold(descriptor: int) -> None:
    """Arm the read end of the pipe for the process group of the caller, which must lead one of its own."""
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(descriptor, _SET_SIGNAL, signal.SIGKILL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    if _is_closed(descriptor):
        os.killpg(0, signal.SIGKILL)


def _is_closed(descriptor: int) -> bool:
    """Tell whether the parent went away before the pipe was armed."""
    try:
        return os.read(descriptor, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    hold(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the whole purpose: become the command, without a shell

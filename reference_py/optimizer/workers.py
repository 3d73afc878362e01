"""Who works on a study: a name for this process, and whether a process that left a trial running is still alive."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import optuna
import psutil
from optuna.exceptions import StorageInternalError

BEAT_PREFIX = "omega:beat:"
BEAT_SECONDS = 20.0
STALE_SECONDS = 120.0


def own_name() -> str:
    """Return a name of this process that no other process ever had: host, number and the time of its start."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def is_alive(worker: str, beats: dict[str, Any], now_seconds: float) -> bool:
    """Tell whether a worker lives: on this host the process is asked for, elsewhere its last beat must be recent."""
    host, number, started = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return now_seconds - float(beats.get(BEAT_PREFIX + worker, 0.0)) < STALE_SECONDS
    try:
        process = psutil.Process(int(number))
        return f"{process.create_time():.2f}" == started and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Beat:
    """A thread that writes the time into the study every twenty seconds, for workers on other machines."""

    def __init__(self, study: optuna.Study, worker: str) -> None:
        """Write the first beat at once and go on until `stop`."""
        self._study = study
        self._key = BEAT_PREFIX + worker
        self._done = threading.Event()
        self._write()
        self._thread = threading.Thread(target=self._run, name="optimizer-beat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            with suppress(StorageInternalError):  # a beat that a busy storage refuses is made up for by the next
                self._write()

    def _write(self) -> None:
        self._study.set_user_attr(self._key, time.time())

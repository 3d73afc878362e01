"""Workers: a process is known by host, number and start, on other hosts by its beat."""

from __future__ import annotations

import subprocess
import sys

import optuna
import pytest

from reference_py.optimizer import workers
from reference_py.optimizer.workers import BEAT_PREFIX, STALE_SECONDS, Beat, is_alive, own_name


def test_this_process_is_alive() -> None:
    """Without any beat."""
    assert is_alive(own_name(), {}, 0.0)


def test_a_process_that_ended_is_dead() -> None:
    """Also while it waits to be collected."""
    code = "from reference_py.optimizer.workers import own_name; print(own_name())"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.read().strip()
    assert not is_alive(name, {BEAT_PREFIX + name: 1e12}, 0.0)


def test_a_number_that_was_given_anew_is_another_process() -> None:
    """The start belongs to the name."""
    host, number, started = own_name().rsplit(":", 2)
    assert not is_alive(f"{host}:{number}:{float(started) - 1.0:.2f}", {}, 0.0)


def test_elsewhere_the_beat_counts() -> None:
    """A recent one, not an old one, not none."""
    name = "elsewhere:1:2.00"
    assert is_alive(name, {BEAT_PREFIX + name: 1000.0}, 1000.0 + STALE_SECONDS - 1.0)
    assert not is_alive(name, {BEAT_PREFIX + name: 1000.0}, 1000.0 + STALE_SECONDS + 1.0)
    assert not is_alive(name, {}, 1000.0)


def test_a_beat_is_written_at_once_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is stopped, with its thread."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    monkeypatch.setattr(workers, "BEAT_SECONDS", 0.001)
    beat = Beat(study, "w")
    first = study.user_attrs[BEAT_PREFIX + "w"]
    while study.user_attrs[BEAT_PREFIX + "w"] == first:
        pass
    beat.stop()
    assert not beat._thread.is_alive()

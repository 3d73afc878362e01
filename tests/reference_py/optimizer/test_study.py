"""The plan on a study: the same trials whoever asks, and nothing lost when a process is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import optuna
import pytest
from study_process import score, settings

from reference_py.optimizer import Optimizer, OptimizerError, Outcome, SeededStudy, Trial, read_config, run_objective
from reference_py.optimizer import study as module
from reference_py.optimizer.places import INTERRUPTED, SLOT
from reference_py.optimizer.storage import close_storage, open_storage

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def outcomes(trials: list[Trial], study: SeededStudy) -> list[Outcome]:
    """Run trials."""
    return [run_objective(score, trial, study.direction, study.config) for trial in trials]


def asked(config: dict[str, Any], batch: int) -> list[dict[str, Any]]:
    """Return the parameters of all trials of a plan."""
    found = []
    with closing(SeededStudy(config, "minimize")) as study:
        while trials := study.ask(batch):
            found += [trial.params for trial in trials]
            study.tell(outcomes(trials, study))
    return found


def contents(rows: Any) -> list[Any]:
    """Return rows without durations and values that are NaN, so that they can be compared."""
    return [(row.trial_id, row.params, repr(row.value), row.state, row.user_attrs) for row in rows]


@contextmanager
def hanging(storage: str, sampler: str, trials: int, hang: int, jobs: int = 1) -> Iterator[subprocess.Popen[str]]:
    """Start a process and wait until it hangs in a trial; kill it at the end."""
    command = [sys.executable, str(HERE / "study_process.py"), storage, "s", sampler, str(trials), str(jobs), str(hang)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "hanging\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("sampler", ["random", "grid"])
def test_batches_do_not_change_the_trials(sampler: str) -> None:
    """Random and grid: asked one by one or four at a time."""
    assert asked(settings(sampler, 15), 1) == asked(settings(sampler, 15), 4)


@pytest.mark.parametrize("sampler", ["tpe", "cmaes", "random"])
def test_the_same_seed_gives_the_same_trials(sampler: str) -> None:
    """Twice the same, for every sampler and size of batch; another seed gives others."""
    config = settings(sampler, 25)
    for batch in (1, 3):
        assert asked(config, batch) == asked(config, batch)
    assert asked(config, 1) != asked({**config, "seed": 12}, 1)


def test_a_seed_that_is_drawn_can_be_given_back() -> None:
    """Without a seed one is drawn, which repeats the run."""
    config = {**settings("random", 5), "seed": None}
    with closing(SeededStudy(config)) as first:
        trials = [trial.params for trial in first.ask(5)]
    assert asked({**config, "seed": first.seed}, 5) == trials
    assert asked(config, 5) != trials


def test_a_plan_ends() -> None:
    """With its trials, and for a grid with its points."""
    assert len(asked(settings("random", 7), 3)) == 7
    assert len(asked(settings("grid", 1000), 4)) == 5 * 5 * 3
    assert len(asked(settings("grid", 10), 4)) == 10


def test_ids_are_places() -> None:
    """Trials come in order, from 0."""
    with closing(SeededStudy(settings("random", 5))) as study:
        assert [trial.number for trial in study.ask(3)] == [0, 1, 2]
        assert [trial.number for trial in study.ask(9)] == [3, 4]
        assert study.ask(1) == []


def test_rows_come_by_id_whatever_was_told_first() -> None:
    """Later trials may be told first."""
    with closing(SeededStudy(settings("random", 4), "minimize")) as study:
        told = outcomes(study.ask(4), study)
        study.tell(told[::-1])
        assert [row.trial_id for row in study.rows()] == [0, 1, 2, 3]


@pytest.mark.parametrize("storage", ["s.db", "s.log", "s.journal"])
@pytest.mark.parametrize("sampler", ["random", "grid", "tpe"])
def test_a_finished_study_is_found_again(tmp_path: Path, sampler: str, storage: str) -> None:
    """By its name: nothing is run again, and the rows are those of the run in memory."""
    config = {**settings(sampler, 6), "study_name": "s", "storage": str(tmp_path / storage)}
    optimizer = Optimizer(config)
    first = optimizer.optimize(score, "minimize")
    again = Optimizer({**config, "seed": None}).optimize(lambda _: 1 / 0, "minimize")
    in_memory = Optimizer(settings(sampler, 6)).optimize(score, "minimize")
    assert contents(first.trials) == contents(again.trials) == contents(in_memory.trials)
    assert again.seed == 11


def test_a_plan_can_grow(tmp_path: Path) -> None:
    """More trials under the same name go on where the first run ended."""
    storage = {"study_name": "s", "storage": str(tmp_path / "s.db")}
    Optimizer({**settings("random", 4), **storage}).optimize(score, "minimize")
    grown = Optimizer({**settings("random", 9), **storage}).optimize(score, "minimize")
    assert contents(grown.trials) == contents(Optimizer(settings("random", 9)).optimize(score, "minimize").trials)


def test_the_default_storage_is_a_file_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name alone keeps the study in the working directory."""
    monkeypatch.chdir(tmp_path)
    Optimizer({**settings("random", 2), "study_name": "s"}).optimize(score)
    assert (tmp_path / "optimizer.db").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 12},
        {"sampler": "tpe"},
        {"param_space": {"x": {"type": "float", "low": 0.0, "high": 2.0}}},
    ],
)
def test_another_plan_under_the_same_name_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Seed, sampler, space and direction belong to the study."""
    config = {**settings("random", 2), "study_name": "s", "storage": str(tmp_path / "s.log")}
    Optimizer(config).optimize(score, "minimize")
    for settings_of_other, direction in (({**config, **changes}, "minimize"), (config, "maximize")):
        with pytest.raises(OptimizerError, match=r"^\[1007\]"):
            Optimizer(settings_of_other).optimize(score, direction)


def test_failures_and_attributes_survive_the_storage(tmp_path: Path) -> None:
    """States, texts and infinities read back as they were told."""
    config = {**settings("random", 4), "study_name": "s", "storage": str(tmp_path / "s.db"), "inf_is_worst": True}

    def objective(trial: Trial) -> float:
        trial.set_user_attr("note", f"ä{trial.number}")
        if trial.number == 0:
            raise optuna.TrialPruned
        if trial.number == 1:
            raise ValueError("no")
        return float("inf") if trial.number == 2 else 1.0

    first = Optimizer(config).optimize(objective, "minimize")
    again = Optimizer(config).optimize(score, "minimize")
    assert contents(first.trials) == contents(again.trials)
    assert [row.state for row in again.trials] == ["PRUNED", "FAIL", "COMPLETE", "COMPLETE"]


def test_what_was_asked_and_not_told_is_given_back(tmp_path: Path) -> None:
    """Closing a study hands its open trials to the next run, under their places and with their parameters."""
    config = {**settings("random", 5), "study_name": "s", "storage": str(tmp_path / "s.db")}
    with closing(SeededStudy(config, "minimize")) as study:
        study.tell(outcomes(study.ask(2), study))
        left = {trial.number: trial.params for trial in study.ask(2)}
    with closing(SeededStudy(config, "minimize")) as again:
        trials = again.ask(9)
        assert {trial.number: trial.params for trial in trials if trial.number in left} == left
        assert [trial.number for trial in trials] == [2, 3, 4]
        again.tell(outcomes(trials, again))
        assert [row.trial_id for row in again.rows()] == [0, 1, 2, 3, 4]


def test_an_interruption_gives_the_batch_back(tmp_path: Path) -> None:
    """Ctrl-C in an objective leaves a study that goes on as if nothing had happened."""
    config = {**settings("random", 6, jobs=2), "study_name": "s", "storage": str(tmp_path / "s.db")}

    def objective(trial: Trial) -> float:
        if trial.number == 3:
            raise KeyboardInterrupt
        return score(trial)

    optimizer = Optimizer(config)
    with pytest.raises(KeyboardInterrupt):
        optimizer.optimize(objective, "minimize")
    assert optimizer.get_trials_dataframe()["trial_id"].tolist() == [0, 1]
    resumed = Optimizer(config).optimize(score, "minimize")
    assert contents(resumed.trials) == contents(Optimizer(settings("random", 6)).optimize(score, "minimize").trials)


@pytest.mark.parametrize(("sampler", "storage"), [("random", "s.db"), ("grid", "s.log"), ("tpe", "s.db")])
def test_a_killed_study_goes_on(tmp_path: Path, sampler: str, storage: str) -> None:
    """Killed in a trial, resumed by name: the trials are those of an uninterrupted run, and the lost attempt is marked."""
    path = str(tmp_path / storage)
    with hanging(path, sampler, 14, hang=11) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    resumed = Optimizer({**settings(sampler, 14), "study_name": "s", "storage": path}).optimize(score, "minimize")
    whole = Optimizer(settings(sampler, 14)).optimize(score, "minimize")
    assert contents(resumed.trials) == contents(whole.trials)
    stored = attempts(path)
    assert [trial.number for trial in stored if INTERRUPTED in trial.user_attrs] == [11]
    assert [trial.user_attrs[SLOT] for trial in stored if SLOT in trial.user_attrs] == [11]


def test_a_killed_batch_goes_on(tmp_path: Path) -> None:
    """All trials of the batch that was running are done again."""
    path = str(tmp_path / "s.db")
    with hanging(path, "random", 12, hang=5, jobs=4) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    resumed = Optimizer({**settings("random", 12), "study_name": "s", "storage": path}).optimize(score, "minimize")
    assert contents(resumed.trials) == contents(Optimizer(settings("random", 12)).optimize(score, "minimize").trials)
    assert sum(INTERRUPTED in trial.user_attrs for trial in attempts(path)) == 4


def test_twice_killed_goes_on(tmp_path: Path) -> None:
    """The repetition of a lost trial may be lost as well."""
    path = str(tmp_path / "s.db")
    for hang in (3, 3, 5):
        with hanging(path, "random", 8, hang=hang) as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
    resumed = Optimizer({**settings("random", 8), "study_name": "s", "storage": path}).optimize(score, "minimize")
    assert contents(resumed.trials) == contents(Optimizer(settings("random", 8)).optimize(score, "minimize").trials)


def test_two_processes_share_a_plan(tmp_path: Path) -> None:
    """While one hangs the other does everything else, and takes over what the first leaves when it is killed."""
    path = str(tmp_path / "s.db")
    with hanging(path, "random", 10, hang=0) as process:
        config = {**settings("random", 10), "study_name": "s", "storage": path}
        done: list[int] = []

        def objective(trial: Trial) -> float:
            done.append(trial.number)
            if len(done) == 9:
                process.send_signal(signal.SIGKILL)
                process.wait()
            return score(trial)

        result = Optimizer(config).optimize(objective, "minimize")
    assert done == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert contents(result.trials) == contents(Optimizer(settings("random", 10)).optimize(score, "minimize").trials)


def test_a_study_in_memory_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, and no announcement."""
    monkeypatch.chdir(tmp_path)
    Optimizer(settings("random", 2)).optimize(score)
    assert list(tmp_path.iterdir()) == []


def attempts(path: str) -> list[Any]:
    """Return the trials as Optuna has them."""
    storage = open_storage(read_config({**settings("random", 1), "study_name": "s", "storage": path}))
    trials = optuna.load_study(study_name="s", storage=storage).get_trials()
    close_storage(storage)
    return trials


def shared(tmp_path: Path, trials: int = 4) -> dict[str, Any]:
    """Return the configuration of a study that outlives its process."""
    return {**settings("random", trials), "study_name": "s", "storage": str(tmp_path / "s.db")}


def in_memory(trials: int) -> list[Any]:
    """Return the rows of an uninterrupted run."""
    return contents(Optimizer(settings("random", trials)).optimize(score, "minimize").trials)


def test_the_last_one_waits_for_the_others(tmp_path: Path) -> None:
    """A process with nothing left to do answers only when the trials of living processes are told."""
    config = shared(tmp_path)
    with closing(SeededStudy(config, "minimize")) as other:
        told = outcomes(other.ask(1), other)
        timer = threading.Timer(0.5, lambda: other.tell(told))
        timer.start()
        result = Optimizer(config).optimize(score, "minimize")
        timer.join()
    assert contents(result.trials) == in_memory(4)


def test_another_process_goes_on_with_what_was_given_back(tmp_path: Path) -> None:
    """Also while the one that gave it back lives: the trials wait in the storage."""
    config = shared(tmp_path)
    with closing(SeededStudy(config, "minimize")) as given_up:
        given_up.ask(3)
    command = [sys.executable, str(HERE / "study_process.py"), str(config["storage"]), "s", "random", "4", "1", "none"]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    assert contents(Optimizer(config).optimize(lambda _: 1 / 0, "minimize").trials) == in_memory(4)


def test_a_trial_beyond_the_plan_is_handed_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes may both see the last place free; who comes second gives up, and a larger plan gets that place."""
    config = shared(tmp_path, 2)
    with closing(SeededStudy(config, "minimize")) as first, closing(SeededStudy(config, "minimize")) as second:
        read = second._places.refresh
        taken: list[Trial] = []

        def racing() -> Any:
            trials = read()
            if not taken:
                taken.extend(first.ask(2))
            return trials

        monkeypatch.setattr(second._places, "refresh", racing)
        assert second._claimed(2) == []
        first.tell(outcomes(taken, first))
    assert contents(Optimizer(shared(tmp_path, 5)).optimize(score, "minimize").trials) == in_memory(5)


def test_a_slow_question_may_be_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking may take so long that another process gives the trial up; then the next one is asked for."""
    config = shared(tmp_path)
    monkeypatch.setattr(module, "UNNAMED_SECONDS", 0.0)
    with closing(SeededStudy(config, "minimize")) as slow, closing(SeededStudy(config, "minimize")) as quick:
        ask = slow._study.ask
        answers: list[optuna.Trial] = []

        def slowly(*arguments: Any) -> optuna.Trial:
            answers.append(ask(*arguments))
            if len(answers) == 1:
                quick._take_over()
            return answers[-1]

        monkeypatch.setattr(slow._study, "ask", slowly)
        slow.tell(outcomes(slow.ask(4), slow))
        assert answers[0].number == 0
    assert contents(Optimizer(config).optimize(score, "minimize").trials) == in_memory(4)


def test_an_unsigned_trial_is_given_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process may die between asking and signing; then its trial is taken over, with all its parameters drawn anew."""
    config = shared(tmp_path)
    monkeypatch.setattr(module, "UNNAMED_SECONDS", 0.3)
    with closing(SeededStudy(config, "minimize")) as study:
        study._study.ask()
    assert contents(Optimizer(config).optimize(score, "minimize").trials) == in_memory(4)


def test_a_process_that_was_taken_for_dead_changes_nothing(tmp_path: Path) -> None:
    """What it tells too late is passed over; the repetition counts."""
    config = shared(tmp_path)
    with closing(SeededStudy(config, "minimize")) as slow:
        late = [outcome._replace(value=-1.0, attributes={"note": "late"}) for outcome in outcomes(slow.ask(1), slow)]
        with closing(SeededStudy(config, "minimize")) as other:
            running = other._study.get_trials(deepcopy=False)[0]
            other._give_up(running)
            other._give_up(running)
        slow.tell(late)
        assert slow.rows() == []
        result = Optimizer(config).optimize(score, "minimize")
    assert contents(result.trials) == in_memory(4)


def begin_at_once(storage: str, count: int = 3) -> None:
    """Start processes on a storage that none of them has seen, and wait for all."""
    command = [sys.executable, str(HERE / "study_process.py"), storage, "s", "random", "9", "1", "none"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(count)]
    assert [process.communicate()[1] for process in processes] == [""] * count


@pytest.mark.parametrize("storage", ["s.db", "s.log"])
def test_several_processes_may_begin_at_once(tmp_path: Path, storage: str) -> None:
    """Each finds an empty storage and makes it ready; together they do each trial."""
    path = str(tmp_path / storage)
    begin_at_once(path)
    config = {**settings("random", 9), "study_name": "s", "storage": path}
    assert contents(Optimizer(config).optimize(lambda _: 1 / 0, "minimize").trials) == in_memory(9)


def test_processes_without_a_seed_agree_on_one(tmp_path: Path) -> None:
    """Of two that begin together, the last one's seed counts for both."""
    config = {**shared(tmp_path), "seed": None}
    with ThreadPoolExecutor(2) as pool:
        studies = list(pool.map(lambda _: SeededStudy(config, "minimize"), range(2)))
    assert studies[0].seed == studies[1].seed
    for study in studies:
        study.close()

"""The plan of an optimization on an Optuna study: which trial comes next, what became of it, and what an earlier run left behind."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from reference_py.optimizer.config import OptimizerConfig, direction_of, read_config
from reference_py.optimizer.errors import ErrorCode, OptimizerError
from reference_py.optimizer.places import INTERRUPTED, SLOT, WORKER, Places, is_interrupted
from reference_py.optimizer.result import TrialRow
from reference_py.optimizer.sampling import CMAES_FALLBACK, distributions, effective_sampler, make_pruner, make_sampler
from reference_py.optimizer.space import Value, grid_size
from reference_py.optimizer.storage import close_storage, is_shared, open_storage
from reference_py.optimizer.trial import COMPLETE, OWN_PREFIX, Outcome, Trial, choice_texts
from reference_py.optimizer.workers import Beat, is_alive, own_name

SEED, PLAN = "omega:seed", "omega:plan"
NOBODY = "nobody:0:0"
POLL_SECONDS = 0.2
UNNAMED_SECONDS = 10.0
TOLD = {"COMPLETE": TrialState.COMPLETE, "PRUNED": TrialState.PRUNED, "FAIL": TrialState.FAIL}
NAMES = {state: name for name, state in TOLD.items()}


class SeededStudy:
    """Gives out the trials of a plan in order and takes their outcomes.

    The trials depend on the seed and on what was told, never on who asks: Python and the hybrid optimizer use the same class. A study
    with a name outlives the process; what a process that died left running is given out again under its old place.

    Raises:
        TypeError: as `read_config`.
        OptimizerError: as `OptimizerConfig`; 1001 for a direction that is none, 1007 for a study that has another plan under this name,
            3000 for a storage that cannot be opened.
    """

    def __init__(self, config: OptimizerConfig | Mapping[str, Any], direction: str = "maximize") -> None:
        """Open or create the study."""
        self.config = read_config(config)
        self.direction = direction_of(direction)
        self._space = self.config.space
        self.planned = self.config.n_trials if self.config.sampler != "grid" else min(self.config.n_trials, grid_size(self._space))
        self.notes: tuple[str, ...] = () if effective_sampler(self.config) == self.config.sampler else (CMAES_FALLBACK,)
        self._distributions = distributions(self._space)
        self._storage = open_storage(self.config)
        try:
            self._study = self._opened()
            self.seed = self._agreed_seed()
        except BaseException:
            close_storage(self._storage)
            raise
        self._given = 0
        self._places = Places((lambda: self._study.get_trials(deepcopy=False)) if is_shared(self.config) else list)
        self._study.sampler = make_sampler(self.config, self.seed, self._places.of)
        self._open: dict[int, tuple[Trial, optuna.Trial]] = {}
        self._rows: dict[int, TrialRow] = {}
        self._worker = own_name()
        self._beat = Beat(self._study, self._worker) if is_shared(self.config) else None

    def ask(self, count: int) -> list[Trial]:
        """Return up to `count` trials by their place, none when the whole plan is done.

        First come trials that a dead process left. With nothing left to give out, it waits for trials that other processes still work
        on, and takes over those of processes that die meanwhile.
        """
        if self._given == 0 and is_shared(self.config):
            self._take_over()
        while True:
            trials = self._claimed(count)
            if trials or not is_shared(self.config):
                return trials
            living = self._take_over()
            trials = self._claimed(count)
            if trials or not living:
                return trials
            time.sleep(POLL_SECONDS)

    def tell(self, outcomes: Sequence[Outcome]) -> None:
        """Record what became of trials, in the order given."""
        for outcome in outcomes:
            trial, asked = self._open.pop(outcome.trial_id)
            value = outcome.value if outcome.state == COMPLETE else None
            texts = choice_texts(trial.params, self._space) if outcome.attributes else {}
            own = {key: text for key, text in outcome.attributes.items() if key not in texts}
            if not self._finish(asked, value, TOLD[outcome.state], own):
                continue
            self._rows[outcome.trial_id] = TrialRow(
                outcome.trial_id,
                trial.codes,
                outcome.value,
                outcome.state,
                outcome.duration_seconds,
                dict(sorted(outcome.attributes.items())),
            )

    def rows(self) -> list[TrialRow]:
        """Return the finished trials of the plan by trial_id, those of earlier runs and other processes included."""
        rows = dict(self._rows)
        if is_shared(self.config):
            for trial in self._places.refresh():
                place = self._places.of(trial.number)
                if place < self.planned and place not in rows and trial.state in NAMES and not is_interrupted(trial):
                    rows[place] = self._stored_row(place, trial)
        return [rows[place] for place in sorted(rows)]

    def close(self) -> None:
        """Give back what was asked for and not told, and stop the beat."""
        for _, asked in self._open.values():
            self._finish(asked, None, TrialState.FAIL, {INTERRUPTED: self._worker})
        if self._open and is_shared(self.config):
            self._enqueue_again({})
        self._open.clear()
        if self._beat is not None:
            self._beat.stop()
            self._beat = None
        close_storage(self._storage)

    def _opened(self) -> optuna.Study:
        with _quietly():
            study = optuna.create_study(
                storage=self._storage,
                study_name=self.config.study_name or "optimizer",
                direction=StudyDirection[self.direction.upper()],
                pruner=make_pruner(self.config),
                load_if_exists=is_shared(self.config),
            )
        plan = self._fingerprint()
        if study.user_attrs.setdefault(PLAN, plan) != plan or study.direction.name.lower() != self.direction:
            raise OptimizerError(ErrorCode.INVALID_STATE, f"the study {study.study_name} has another direction, sampler or space")
        study.set_user_attr(PLAN, plan)
        return study

    def _fingerprint(self) -> str:
        config = self.config.as_dict()
        plan = [self.direction, config["sampler"], config["param_space"]]
        return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()

    def _agreed_seed(self) -> int:
        """Return the seed that the study was begun with, else the configured one, else a fresh one."""
        known = self._study.user_attrs.get(SEED)
        if known is None:
            known = secrets.randbits(64) if self.config.seed is None else self.config.seed
            self._study.set_user_attr(SEED, str(known))
            if is_shared(self.config) and self.config.seed is None:
                time.sleep(POLL_SECONDS)  # of several processes that begin at once, the last one's seed counts for all
                known = self._study.user_attrs[SEED]
        if self.config.seed not in {None, int(known)}:
            raise OptimizerError(ErrorCode.INVALID_STATE, f"the study {self._study.study_name} was begun with the seed {known}")
        return int(known)

    def _claimed(self, count: int) -> list[Trial]:
        """Ask Optuna for trials while the plan has places; one beyond the plan, which only a race gives, is handed back."""
        waiting = sum(trial.state is TrialState.WAITING for trial in self._places.refresh())
        free = self.planned - (self._places.taken if is_shared(self.config) else self._given)
        trials: list[Trial] = []
        while len(trials) < count and (waiting > 0 or free > 0):
            asked = self._asked()
            waiting, free = (waiting - 1, free) if waiting > 0 else (waiting, free - 1)
            if asked is None:
                continue
            place = self._places.of(asked.number)
            if place >= self.planned:
                self._finish(asked, None, TrialState.FAIL, {INTERRUPTED: NOBODY})
                continue
            self._given += 1
            trials.append(Trial(place, self._snapped(asked.params), self._space, asked))
            self._open[place] = trials[-1], asked
        return sorted(trials, key=lambda trial: trial.number)

    def _asked(self) -> optuna.Trial | None:
        """Ask Optuna and sign; None when that took so long that another process gave the trial up."""
        try:
            asked = self._study.ask(self._distributions)
            if is_shared(self.config):
                asked.set_user_attr(WORKER, self._worker)
        except UpdateFinishedTrialError:
            return None
        return asked

    def _snapped(self, params: Mapping[str, Value]) -> dict[str, Value]:
        return {name: one.snap(params[name]) for name, one in self._space.items()}

    def _take_over(self) -> bool:
        """Give up the trials of dead processes and enqueue them again; returns whether living ones still work on some."""
        beats = self._study.user_attrs
        own = {asked.number for _, asked in self._open.values()}
        others = [trial for trial in self._places.refresh() if trial.state is TrialState.RUNNING and trial.number not in own]
        living = [trial for trial in others if self._is_worked_on(trial, beats)]
        for trial in others:
            if trial not in living:
                self._give_up(trial)
        self._enqueue_again(beats)
        return bool(living)

    def _is_worked_on(self, trial: FrozenTrial, beats: dict[str, Any]) -> bool:
        """Tell whether a running trial's process lives; one that has not signed yet is given a few seconds."""
        worker = trial.user_attrs.get(WORKER)
        if worker is not None:
            return is_alive(worker, beats, time.time())
        started = trial.datetime_start
        return started is not None and (datetime.now(started.tzinfo) - started).total_seconds() < UNNAMED_SECONDS

    def _give_up(self, trial: FrozenTrial) -> None:
        try:
            self._storage.set_trial_user_attr(trial._trial_id, INTERRUPTED, self._worker)  # noqa: SLF001 - no public way to sign another's trial
            self._study.tell(trial.number, state=TrialState.FAIL)
        except (UpdateFinishedTrialError, ValueError):
            return  # another process was faster

    def _enqueue_again(self, beats: dict[str, Any]) -> None:
        """Enqueue each place whose every attempt was interrupted; who gave it up does so, unless that process died as well."""
        covered: set[int] = set()
        lost: dict[int, FrozenTrial] = {}
        for trial in self._places.refresh():
            place = self._places.of(trial.number)
            if is_interrupted(trial):
                lost[place] = trial
            else:
                covered.add(place)
        for place, trial in sorted(lost.items()):
            claimant = trial.user_attrs[INTERRUPTED]
            if place < self.planned and place not in covered and (claimant == self._worker or not is_alive(claimant, beats, time.time())):
                complete = set(trial.params) == set(self._space)
                self._study.enqueue_trial(trial.params if complete else {}, user_attrs={SLOT: place})

    def _finish(self, asked: optuna.Trial, value: float | None, state: TrialState, attributes: Mapping[str, str]) -> bool:
        """Tell Optuna; returns False where this process was taken for dead, and its trial is another's now."""
        try:
            for key, text in attributes.items():
                asked.set_user_attr(key, text)
            self._study.tell(asked, value, state=state)
        except (UpdateFinishedTrialError, ValueError):
            return False
        return True

    def _stored_row(self, place: int, trial: FrozenTrial) -> TrialRow:
        params = self._snapped(trial.params) if set(trial.params) == set(self._space) else {}
        codes = {name: self._space[name].code(value) for name, value in params.items()}
        texts = {key: str(text) for key, text in trial.user_attrs.items() if not key.startswith(OWN_PREFIX)}
        seconds = 0.0 if trial.duration is None else trial.duration.total_seconds()
        value = trial.value if trial.state is TrialState.COMPLETE and trial.value is not None else float("nan")
        attributes = dict(sorted({**texts, **choice_texts(params, self._space)}.items()))
        return TrialRow(place, codes, value, NAMES[trial.state], seconds, attributes)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Optuna from announcing every new study on the terminal."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)

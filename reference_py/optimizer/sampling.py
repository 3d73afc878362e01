"""Optuna's samplers and pruners, chosen by word and seeded per trial, so that a resumed study goes on as if never interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner
from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from reference_py.optimizer.config import OptimizerConfig
from reference_py.optimizer.space import ParamRange, grid_point

PlaceOf = Callable[[int], int]
CMAES_FALLBACK = "cmaes needs two numeric parameters and no categorical one; random was used"


def trial_seed(seed: int, place: int) -> int:
    """Return the 32-bit seed of the trial at this place of the plan."""
    return int.from_bytes(hashlib.sha256(f"{seed}|trial|{place}".encode()).digest()[:8], "big") % 2**32


def effective_sampler(config: OptimizerConfig) -> str:
    """Return the sampler that is really used: CMA-ES cannot do without two numbers."""
    if config.sampler != "cmaes":
        return config.sampler
    numbers = [one for one in config.space.values() if one.type != "categorical" and one.steps != 0]
    categorical = any(one.type == "categorical" for one in config.space.values())
    return "random" if len(numbers) < 2 or categorical else "cmaes"


def make_sampler(config: OptimizerConfig, seed: int, place_of: PlaceOf) -> BaseSampler:
    """Return the sampler of a configuration; `place_of` finds a trial's place in the plan from Optuna's number."""

    def seed_of(trial: FrozenTrial) -> int:
        return trial_seed(seed, place_of(trial.number))

    name = effective_sampler(config)
    if name == "grid":
        return GridPoints(config.space, place_of)
    if name == "random":
        return SeededRandom(seed_of)
    return SeededCmaEs(seed_of) if name == "cmaes" else SeededTpe(seed_of)


def make_pruner(config: OptimizerConfig) -> BasePruner:
    """Return the pruner of a configuration."""
    if config.pruner == "median":
        return MedianPruner(n_startup_trials=config.pruner_startup, n_warmup_steps=config.pruner_warmup)
    return HyperbandPruner(reduction_factor=config.pruner_factor) if config.pruner == "hyperband" else NopPruner()


def distributions(space: Mapping[str, ParamRange]) -> dict[str, BaseDistribution]:
    """Return the space as Optuna knows it, in the order of the names."""
    return {name: _distribution(one) for name, one in space.items()}


class SeededRandom(RandomSampler):
    """Optuna's random sampler, seeded anew before every trial."""

    def __init__(self, seed_of: Callable[[FrozenTrial], int]) -> None:
        """Take the function that seeds each trial."""
        super().__init__()
        self._seed_of = seed_of

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Seed for this trial."""
        super().before_trial(study, trial)
        self._rng.rng.seed(self._seed_of(trial))


class SeededTpe(TPESampler):
    """Optuna's tree of Parzen estimators, seeded anew before every trial."""

    def __init__(self, seed_of: Callable[[FrozenTrial], int]) -> None:
        """Take the function that seeds each trial."""
        super().__init__()
        self._seed_of = seed_of
        self._random_sampler = SeededRandom(seed_of)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Seed for this trial, the random start as well."""
        super().before_trial(study, trial)
        self._rng.rng.seed(self._seed_of(trial))
        self._random_sampler.before_trial(study, trial)


class SeededCmaEs(CmaEsSampler):
    """Optuna's evolution strategy, seeded anew before every trial; its first trial is drawn at random."""

    def __init__(self, seed_of: Callable[[FrozenTrial], int]) -> None:
        """Take the function that seeds each trial."""
        super().__init__(independent_sampler=SeededRandom(seed_of), warn_independent_sampling=False)
        self._seed_of = seed_of

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Seed for this trial; the first one's random draws as well."""
        super().before_trial(study, trial)
        self._cma_rng.rng.seed(self._seed_of(trial))


class GridPoints(BaseSampler):
    """Trial k is point k of the grid: found by arithmetic, where Optuna's own grid looks at all trials each time."""

    def __init__(self, space: Mapping[str, ParamRange], place_of: PlaceOf) -> None:
        """Take the space and the place of each trial."""
        self._space = space
        self._place_of = place_of

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002 - Optuna's signature
        """Return the whole space."""
        return distributions(self._space)

    def sample_relative(self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:  # noqa: ARG002 - Optuna's signature
        """Return the trial's point."""
        return grid_point(self._space, self._place_of(trial.number))

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution) -> Any:  # noqa: ARG002 - Optuna's signature
        """Return one coordinate of the trial's point."""
        return grid_point(self._space, self._place_of(trial.number))[param_name]


def _distribution(one: ParamRange) -> BaseDistribution:
    if one.type == "categorical":
        return CategoricalDistribution(tuple(one.choices or ()))
    low, high = one.bounds
    if one.type == "int":
        top = int(low) + (one.steps or 0) * int(one.step or 1)
        return IntDistribution(int(low), top, log=one.log, step=int(one.step or 1))
    if one.step is None or one.steps is None:
        return FloatDistribution(low, high, log=one.log)
    return FloatDistribution(low, float(one.at(one.steps)), step=one.step)

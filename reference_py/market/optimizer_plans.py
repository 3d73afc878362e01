"""Plans of trials and whole studies as arguments: every sampler, pruner and objective in turn, then what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import product
from typing import Any

from reference_py.market.objectives import OBJECTIVES
from reference_py.market.optimizer_objective import SPACE

Cases = Iterator[tuple[Any, ...]]
Planned = tuple[int, dict[str, float], dict[str, str]]

SEEDS = (0, 1, 987654321, 2**63, 2**64 - 1)
SAMPLERS = ("tpe", "random", "grid", "cmaes")
PRUNERS = ("median", "none", "hyperband")
PLAIN: Mapping[str, Any] = {name: {"type": "float", "low": -1.0, "high": 1e9} for name in ("x", "y", "Ä")}
NUMBERS: Mapping[str, Any] = {
    "x": {"type": "float", "low": -2.0, "high": 2.0},
    "y": {"type": "float", "low": 1e-3, "high": 10.0, "log": True},
}
MIXED: Mapping[str, Any] = {
    "x": {"type": "float", "low": -1.0, "high": 1.0, "step": 0.25},
    "days": {"type": "int", "low": 1, "high": 9, "step": 2},
    "form": {"type": "categorical", "choices": ["sine", "ridge"]},
}


def run_trials_cases() -> Cases:
    """Yield (config, direction, trials, objective): every objective, one after the other and in batches, then the troubles."""
    for number, objective in enumerate(OBJECTIVES):
        for jobs, catch in ((1, True), (3, True), (2, False)):
            config = _config(n_jobs=jobs, catch=catch, inf_is_worst=number % 2 == 0)
            yield config, ("maximize", "minimize")[jobs % 2], planned_trials(4 * jobs + number % 3), objective
    for config in (_config(pruner="hyperband", n_jobs=4), _config(pruner="median"), _config(inf_is_worst=True)):
        yield config, "minimize", planned_trials(9), "endless"
    yield _config(), "maximize", [], "bowl"
    yield _config(), "upwards", planned_trials(2), "bowl"
    for ids in ((2**31 - 1, 0), (7, 3, 5)):
        trials = planned_trials(len(ids))
        yield _config(), "maximize", [(number, *trial[1:]) for number, trial in zip(ids, trials, strict=True)], "bowl"
    for config in (_config(n_jobs=0), _config(pruner="mean"), _config(n_jobs=1.5), _config(catch=1), _config(unknown=1)):
        yield config, "maximize", planned_trials(2), "bowl"


def run_study_cases() -> Cases:
    """Yield (config, direction, objective): samplers, pruners and objectives in turn, alone and in batches, then refused settings."""
    for number, (objective, sampler) in enumerate(product(("uneven", "bowl", "failing", "undefined", "endless"), SAMPLERS)):
        config = _config(n_trials=14, sampler=sampler, pruner=PRUNERS[number % 3], n_jobs=1 + number % 3, seed=SEEDS[number % len(SEEDS)])
        yield config | {"param_space": deepcopy(MIXED)}, ("minimize", "maximize")[number % 2], objective
    yield _config(n_trials=14, sampler="cmaes", space=NUMBERS, seed=4), "minimize", "uneven"
    yield _config(n_trials=100, sampler="grid", space=MIXED, seed=4, n_jobs=4), "minimize", "uneven"
    for objective in ("flat", "wordy", "all_failing", "all_endless", "nothing"):
        yield _config(n_trials=4, seed=9, sampler="random", space=NUMBERS), "maximize", objective
    yield _config(n_trials=4, seed=9, sampler="random", catch=False), "maximize", "all_failing"
    for refused in (
        _config(n_trials=0),
        _config(sampler="nsga"),
        _config(seed=-1),
        _config(space={}),
        _config(storage="x.db"),
        _config(pruner_startup=-1),
    ):
        yield refused, "maximize", "bowl"


def plan_cases() -> Cases:
    """Yield (config,): plans for the cheapest objective."""
    for sampler, seed in (("tpe", 1), ("random", 2), ("cmaes", 3)):
        yield (_config(n_trials=20, sampler=sampler, seed=seed, space=NUMBERS),)


def search_cases() -> Cases:
    """Yield (config,): a few trials of the real objective."""
    yield ({"n_trials": 3, "param_space": SPACE, "sampler": "random", "seed": 7},)


def planned_trials(count: int) -> list[Planned]:
    """Return trials that nobody was asked for: number, parameters, attributes."""
    return [(k, {"y": k / 7.0, "x": float(k), "Ä": -0.0}, {"note": str(k)} if k % 2 else {}) for k in range(count)]


def _config(*, space: Mapping[str, Any] = PLAIN, **settings: Any) -> dict[str, Any]:
    return {"n_trials": 100, "param_space": deepcopy(dict(space)), **settings}

"""Whole studies of the hybrid optimizer as plain functions, which refuse an answer that a fallback gave: what is compared and timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import omega_rust

import omega_julia
from omega import config as flags
from omega.hybrid_optimizer import HYBRID, JULIA_BACKEND, HybridOptimizer

OBJECTIVES = "reference_py.market.objectives"
SIMULATIONS = 200
TOLD = ("best_params", "best_value", "best_trial", "n_complete", "n_pruned", "n_fail", "seed", "direction", "sampler", "notes")


class FallbackError(RuntimeError):
    """Another implementation answered than the one that was asked."""


def build_info() -> dict[str, str]:
    """Say what the study is run by; raises what either port raises that cannot work here."""
    rust, julia = omega_rust.build_info(), omega_julia.build_info()
    return {"profile": rust["profile"], "version": f"{rust['version']} with Julia {julia['julia_version']}"}


def run_study(config: Mapping[str, Any], direction: str, objective: str) -> dict[str, Any]:
    """Search with a named objective, then judge the best trial's numbers; raises as the reference, and FallbackError."""
    optimizer = HybridOptimizer(config)
    with _both_on():
        result = optimizer.optimize(import_module(OBJECTIVES).of_trial(objective), direction)
        [judged] = optimizer.judge(lambda row: row.params, "weighted_score", best=1, n_simulations=SIMULATIONS, seed=result.seed)
        table = optimizer.get_trials_arrow()
    _require(result.backend, HYBRID, result.fallback_reason)
    _require(judged.backend, JULIA_BACKEND, judged.fallback_reason)
    return {name: getattr(result, name) for name in TOLD} | {"trials": table, "robustness": dict(judged.robustness)}


def ask_and_tell(config: Mapping[str, Any]) -> float:
    """Run a study whose objective costs next to nothing; returns the best value. Raises as `run_study`."""
    return _run(config, import_module(OBJECTIVES).bowl, "minimize")


def search_strategy(config: Mapping[str, Any]) -> float:
    """Search the moving-average strategy on the S&P 500 with the ported simulator and rating; returns the best rating."""
    return _run(config, import_module("reference_py.market.optimizer_objective").ported(), "maximize", whole=True)


def search_nothing(config: Mapping[str, Any]) -> float:
    """Do all of `search_strategy` but the strategy."""
    return _run(config, lambda _: 0.0, "maximize")


def _run(config: Mapping[str, Any], objective: Callable[[Any], float], direction: str, *, whole: bool = False) -> float:
    with _both_on():
        given = objective if whole else (lambda trial: objective(trial.params))
        result = HybridOptimizer(config).optimize(given, direction)
    _require(result.backend, HYBRID, result.fallback_reason)
    return result.best_value


def _require(backend: str, wanted: str, reason: str | None) -> None:
    if backend != wanted:
        raise FallbackError(f"{wanted} was to answer, but {backend} did: {reason or 'no reason given'}")


@contextmanager
def _both_on() -> Iterator[None]:
    """Let only the ports answer, whatever the environment says."""
    try:
        for flag in (flags.OPTIMIZER, flags.MONTE_CARLO):
            flags.set_feature_flag(flag, "on")
        yield
    finally:
        for flag in (flags.OPTIMIZER, flags.MONTE_CARLO):
            flags.set_feature_flag(flag, None)

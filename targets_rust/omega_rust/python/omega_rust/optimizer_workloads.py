"""A plan of trials as one plain function, for those who can only call functions: what is compared and timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

from omega_rust.optimizer import OptimizerRust

OBJECTIVES = "reference_py.market.objectives"


def run_trials(
    config: Mapping[str, Any], direction: str, trials: Sequence[tuple[int, Mapping[str, float], Mapping[str, str]]], objective: str
) -> dict[str, Any]:
    """Run planned trials (number, parameters, attributes) with a named objective; returns the best parameters and the table.

    Raises as `OptimizerRust.optimize`.
    """
    optimizer = OptimizerRust(config)
    plan = iter(trials)
    function: Callable[[Any], Any] = import_module(OBJECTIVES).OBJECTIVES[objective]
    table = optimizer.optimize(
        function,
        direction,
        ask=lambda count: [(*trial, None) for trial in islice(plan, count)],
        tell=lambda _: None,
    )
    return {"best": optimizer.get_best_params(), "trials": table}

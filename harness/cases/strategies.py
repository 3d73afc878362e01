"""Draws from a Hypothesis strategy without its test runner: as many examples as asked, the same ones for the same seed."""

from __future__ import annotations

import warnings
from typing import Any

from harness.cases.imports import describe
from harness.contract.inputs import Strategy
from harness.errors import Code, HarnessError


def strategy_arguments(inputs: Strategy, count: int, seed: int) -> list[tuple[Any, ...]]:
    """Draw up to `count` tuples, fewer when the strategy has no more; raises HarnessError CONTRACT_BROKEN when it fails.

    Hypothesis also tries constants that it reads in the modules loaded so far, so the draws are those of one seed and one command.
    """
    import hypothesis  # noqa: PLC0415 - slow to import, and most runs draw no strategy
    from hypothesis.errors import HypothesisWarning  # noqa: PLC0415 - as above

    drawn: list[Any] = []

    def keep(arguments: Any) -> None:
        drawn.append(arguments)

    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)
            given: Any = hypothesis.given(inputs.strategy)
            settings(hypothesis.seed(seed)(given(keep)))()
    except Exception as error:
        raise HarnessError(Code.CONTRACT_BROKEN, "the strategy fails", where=repr(inputs.strategy)[:120], cause=describe(error)) from error
    wrong = next((value for value in drawn if not isinstance(value, tuple)), None)
    if wrong is not None:
        what = f"the strategy gives a {type(wrong).__name__}, not a tuple of arguments"
        raise HarnessError(Code.CONTRACT_BROKEN, what, where=repr(inputs.strategy)[:120])
    return drawn

"""A few cases of an operation that can be called many times over without taking long."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from harness.cases import generate
from harness.checks.base import Context
from harness.contract import Operation, Programs
from harness.model import Case, Outcome, OutcomeKind

_ANSWERS = (OutcomeKind.VALUE, OutcomeKind.ERROR)


def few_cases(context: Context, operation: Operation, count: int) -> list[Case]:
    """Return about `count` cases, as many of each kind of input; of programs every third, since the first are short."""
    each = max(1, count // max(1, len(operation.inputs)))
    chosen = []
    for inputs in operation.inputs:
        stride = 3 if isinstance(inputs, Programs) else 1
        chosen.append(list(generate(inputs, operation.name, count=each * stride, seed=context.seed))[::stride])
    return list(chain.from_iterable(chosen))


def affordable(pairs: Sequence[tuple[Case, Outcome]], seconds: float) -> list[tuple[Case, Outcome]]:
    """Return the answered cases that together take at most so long, the quick ones first; at least one where any was answered."""
    answered = sorted((pair for pair in pairs if pair[1].kind in _ANSWERS), key=lambda pair: pair[1].duration_ns)
    chosen, spent_ns = answered[:1], sum(outcome.duration_ns for _, outcome in answered[:1])
    for pair in answered[1:]:
        spent_ns += pair[1].duration_ns
        if spent_ns > seconds * 1e9:
            break
        chosen.append(pair)
    return chosen

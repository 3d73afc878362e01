"""Shrinks a case while it keeps diverging: structural steps, offered in batches, so that one round trip tries many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

from harness.cases.identity import make_case
from harness.cases.simpler import fewer, simpler, simplest, size_of
from harness.cases.simpler_programs import simpler_programs
from harness.contract.inputs import Columns, Programs
from harness.contract.types import Type
from harness.model import Case

StillDiverges: TypeAlias = Callable[[Sequence[Case]], int | None]

_LARGEST_BATCH = 256


def shrink(
    case: Case, still_diverges: StillDiverges, *, budget_rounds: int = 200, within: Columns | Programs | None = None, first_batch: int = 16
) -> Case:
    """Return the simplest case found that still diverges, by the order of `harness.cases.size_of`; the given one if none is simpler.

    `still_diverges` gets candidates, the boldest first, and returns the index of the first that diverges, or None; it is called at
    most `budget_rounds` times. Batches begin with `first_batch` candidates after each success and double while none diverges; give 1
    where a diverging call is dear, as a crash or a hang is. With `within`, candidates keep to the types of the contract, so that a
    reproducer is valid input; programs need it.
    """
    best, place, batch, whole_pass = case, 0, first_batch, True
    untried = _candidates(best.arguments, within)
    for _round in range(budget_rounds):
        offered = [_shrunk(case, arguments) for arguments in islice(untried, batch)]
        index = still_diverges(offered) if offered else None
        if index is not None:
            best, place, batch = offered[index], place + index, first_batch
            whole_pass = place == 0
            untried = islice(_candidates(best.arguments, within), place, None)
        elif len(offered) == batch:
            place, batch = place + batch, min(2 * batch, _LARGEST_BATCH)
        elif whole_pass:
            break
        else:
            place, batch, whole_pass = 0, first_batch, True
            untried = _candidates(best.arguments, within)
    return best


def _candidates(given: tuple[Any, ...], within: Columns | Programs | None) -> Iterator[tuple[Any, ...]]:
    """Yield simpler arguments: all plain at once, then each with fewer parts, then each in turn."""
    if isinstance(within, Programs):
        yield from simpler_programs(given, within)
        return
    kinds = _kinds(within, len(given))
    plain = tuple(simplest(value, kind) for value, kind in zip(given, kinds, strict=True))
    if size_of(plain) < size_of(given):
        yield plain
    for change in (fewer, simpler):
        for place, value in enumerate(given):
            for changed in change(value, kinds[place]):
                yield (*given[:place], changed, *given[place + 1 :])


def _kinds(within: Columns | None, count: int) -> list[Type | None]:
    types: list[Type | None] = list(within.types.values()) if within is not None else []
    return types if len(types) == count else [None] * count


def _shrunk(case: Case, arguments: tuple[Any, ...]) -> Case:
    return make_case(case.operation, arguments, origin="shrunk", seed=case.seed)

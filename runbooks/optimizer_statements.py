"""What must hold of the optimizer's answers, whoever gives them: the statements of the runbook's section 5."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from harness.model import Outcome, OutcomeKind

Arguments = tuple[Any, ...]
DURATION = "duration_seconds"
PAIR = 2
FEWEST_POINTS = 4
SMALLEST_RANGE, LARGEST_RANGE = 1e-6, 1e6
MORE_CONFIDENCE = 0.99
USUAL_CONFIDENCE, USUAL_SIMULATIONS = 0.95, 1000


def rows(data: bytes) -> list[dict[str, Any]]:
    """Read a table of trials."""
    found: list[dict[str, Any]] = pa.ipc.open_stream(data).read_all().to_pylist()
    return found


def trials_by_number(outcome: Outcome) -> bool:
    """Hold when every trial stands once, by number, with a value exactly if it is complete."""
    data = outcome.value if isinstance(outcome.value, bytes) else outcome.value["trials"]
    table = rows(data)
    numbers = [row["trial_id"] for row in table]
    return numbers == sorted(set(numbers)) and all((row["state"] == "COMPLETE") != math.isnan(row["value"]) for row in table)


def best_is_the_extremum(outcome: Outcome) -> bool:
    """Hold when no complete trial is better than the best one, nor as good with a smaller number."""
    table = [row for row in rows(outcome.value["trials"]) if row["state"] == "COMPLETE" and math.isfinite(row["value"])]
    sign = 1.0 if outcome.value["direction"] == "maximize" else -1.0
    best = min(table, key=lambda row: (-sign * row["value"], row["trial_id"]))
    return bool((best["trial_id"], best["value"]) == (outcome.value["best_trial"], outcome.value["best_value"]))


def states_add_up(outcome: Outcome) -> bool:
    """Hold when the counts of states are those of the table."""
    states = [row["state"] for row in rows(outcome.value["trials"])]
    return [states.count(word) for word in ("COMPLETE", "PRUNED", "FAIL")] == [
        outcome.value[name] for name in ("n_complete", "n_pruned", "n_fail")
    ]


def interval_is_ordered(outcome: Outcome) -> bool:
    """Hold when the lower bound is not above the upper one, and the deviation not negative."""
    found = outcome.value
    if isinstance(found, tuple):
        return bool(found[0] <= found[1])
    return bool(found["ci_lower"] <= found["ci_upper"] and found["std"] >= 0.0 and found["n"] >= 1)


def other_orders(arguments: Arguments) -> list[Arguments]:
    """Deal the same streams out in reverse, and turned by one."""
    [results] = arguments
    if not isinstance(results, list | tuple) or len(results) < PAIR:
        return []
    return [(list(results)[::-1],), ([*results[1:], results[0]],)]


def aggregated(data: list[bytes]) -> bytes:
    """Return a stream that stands for the given ones: their rows, the first of each trial."""
    table = pa.concat_tables([pa.ipc.open_stream(one).read_all() for one in data])
    seen: dict[int, int] = {}
    for place, number in enumerate(table.column("trial_id").to_pylist()):
        seen.setdefault(number, place)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.take(sorted(seen.values())))
    result: bytes = sink.getvalue().to_pybytes()
    return result


def grouped_otherwise(arguments: Arguments) -> list[Arguments]:
    """Merge the first two streams before all of them are merged; streams that do not read, or that contradict, are left alone."""
    [results] = arguments
    if not isinstance(results, list) or len(results) < PAIR:
        return []
    try:
        return [([aggregated(results[:2]), *results[2:]],)]
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError):
        return []


def same_trials(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when all tables are the same but for the duration, or all are refused."""
    if before.kind is not OutcomeKind.VALUE:
        return True
    return all(other.kind is OutcomeKind.VALUE and _content(other.value) == _content(before.value) for other in after)


def _content(data: bytes) -> str:
    return repr([{name: value for name, value in row.items() if name != DURATION} for row in rows(data)])


def all_equal(arguments: Arguments) -> list[Arguments]:
    """Ask for data that repeat their first value."""
    data = arguments[0]
    return [(np.full(len(data), data[0]), *arguments[1:])] if _are_numbers(data) else []


def _are_numbers(data: Any) -> bool:
    is_array = isinstance(data, np.ndarray) and data.ndim == 1 and data.dtype == np.float64
    return bool(is_array and len(data) and np.isfinite(data).all())


def a_point(_: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the interval has no width."""
    return all(other.kind is OutcomeKind.VALUE and other.value[0] == other.value[1] for other in after)


def wider(arguments: Arguments) -> list[Arguments]:
    """Ask for more confidence, everything else the same; a setting of robustness, an argument of bootstrap."""
    *rest, third, last = arguments
    if isinstance(third, str):
        settings = last or {}
        more = (*rest, third, settings | {"confidence": MORE_CONFIDENCE})
        return [more] if _may_grow(settings.get("confidence", USUAL_CONFIDENCE)) else []
    return [(*rest, MORE_CONFIDENCE, last)] if _may_grow(third) else []


def _may_grow(confidence: Any) -> bool:
    return isinstance(confidence, float) and 0.0 < confidence < MORE_CONFIDENCE


def holds_the_narrower(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the interval of more confidence contains the other."""
    inner, [outer] = _bounds(before.value), [_bounds(other.value) for other in after]
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def mirrored(arguments: Arguments) -> list[Arguments]:
    """Ask for data and their mirror image together, so that their mean is the middle, with enough samples to tell."""
    data = arguments[0]
    if not _are_numbers(data) or len(data) < FEWEST_POINTS or not SMALLEST_RANGE < float(np.ptp(data)) < LARGEST_RANGE:
        return []
    return [(np.concatenate([data, -data]), 400, 0.95, 3)]


def holds_zero(_: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the interval of data that are symmetric around zero contains zero."""
    return all(other.value[0] <= 0.0 <= other.value[1] for other in after)


def other_row_order(arguments: Arguments) -> list[Arguments]:
    """Turn the rows of a matrix around, where every row is used and nothing is drawn for it."""
    base, matrix, evaluator, settings = arguments
    if not isinstance(matrix, np.ndarray) or matrix.ndim != PAIR or evaluator == "equity_path" or settings:
        return []
    return [(base, np.ascontiguousarray(matrix[::-1]), evaluator, settings)]


def same_spread(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when bounds and counts are the same to the bit: quantiles do not depend on the order."""
    names = ("ci_lower", "ci_upper", "n", "n_failed")
    return all([other.value[name] for name in names] == [before.value[name] for name in names] for other in after)


def first_simulations(arguments: Arguments) -> list[Arguments]:
    """Ask for fewer of the same simulations."""
    base, matrix, evaluator, settings = arguments
    given = dict(settings) if isinstance(settings, dict) else {}
    count = given.get("n_simulations", USUAL_SIMULATIONS)
    if not isinstance(count, int) or not 1 < count <= USUAL_SIMULATIONS:
        return []
    return [(base, matrix, evaluator, given | {"n_simulations": count // 2})]


def a_beginning(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the scores of fewer simulations are the first of more."""
    return all(
        all(_same(one, other) for one, other in itertools.zip_longest(less.value, before.value[: len(less.value)])) for less in after
    )


def two_jobs(arguments: Arguments) -> list[Arguments]:
    """Run random and grid searches two trials at a time instead, or alone; a pruner looks at who ran before."""
    config, direction, objective = arguments
    if config.get("sampler") not in {"random", "grid"} or config.get("pruner", "none") != "none" or config.get("catch") is False:
        return []
    return [(config | {"n_jobs": 1 if config.get("n_jobs", 1) > 1 else 2}, direction, objective)]


def same_study(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the trials are the same."""
    return all(_content(other.value["trials"]) == _content(before.value["trials"]) for other in after)


def _bounds(found: Any) -> tuple[float, float]:
    return (found[0], found[1]) if isinstance(found, tuple) else (found["ci_lower"], found["ci_upper"])


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))

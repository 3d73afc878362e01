"""Trade dropout (spec 6): what is left of a strategy when some of its trades had not happened."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.rating.arguments import indices, mapping, unsigned
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.finite import larger, real
from reference_py.rating.philox import DEFAULT_SEED, DROPOUT_STREAM, row_width, uniforms
from reference_py.rating.stress import mean_score
from reference_py.rating.trades import Columns, Trades, check_lengths, read_columns, read_trades

MAX_RUNS = 100_000

Stressed = dict[str, float]


def trade_dropout(
    trades: Mapping[str, Sequence[Any]],
    frac: float,
    seed: int = DEFAULT_SEED,
    run: int = 0,
    base: Mapping[str, Any] | None = None,
    dropped: Sequence[int] | None = None,
) -> Stressed:
    """Drop the share `frac` of the trades (at least one) and return profit, drawdown and sharpe of the rest (spec 6.1).

    Columns: `result`; optionally `r_multiple`, `total_fee` or `entry_fee` and `exit_fee`, and one of the columns of times.

    Which trades go is drawn from row `run` of stream 2 of the seed, or given as positions in order of time. Without trades, without a
    `result` column or with `frac` <= 0 the base metrics come back, zeros if there are none.

    Raises:
        RatingError: 2004 for a frac of NaN, 1001 for a seed or run outside 0..2^64-1, 1011 for columns of different lengths, 1003 for
            given positions that are out of range or repeated.
        TypeError: for an argument of another kind.
    """
    columns, share, key, row = read_columns(trades), real(frac), operator.index(seed), operator.index(run)
    metrics = _base_metrics(base)
    positions = None if dropped is None else indices(dropped, "dropped")
    _check(share, key, row)
    check_lengths(columns)
    if _skips(columns, share):
        return metrics
    ordered = read_trades(columns)
    count = len(ordered.nets)
    return _without(ordered, _drawn(count, share, key, row) if positions is None else _checked(positions, count))


def trade_dropout_runs(
    trades: Mapping[str, Sequence[Any]],
    frac: float,
    runs: int,
    seed: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> list[Stressed]:
    """Return one result per run; run i draws from row i, so it does not depend on how many runs there are.

    `runs` <= 0 gives an empty list. Raises as `trade_dropout` does, and RatingError 1001 for more than 100,000 runs.
    """
    columns, share, count = read_columns(trades), real(frac), operator.index(runs)
    key = DEFAULT_SEED if seed is None else operator.index(seed)
    metrics = _base_metrics(base)
    _check(share, key, 0)
    if count > MAX_RUNS:
        raise RatingError(ErrorCode.INVALID_ARGUMENT, f"runs must not exceed {MAX_RUNS}, got {count}")
    check_lengths(columns)
    if _skips(columns, share):
        return [dict(metrics) for _ in range(count)]
    ordered = read_trades(columns)
    return [_without(ordered, _drawn(len(ordered.nets), share, key, run)) for run in range(count)]


def trade_dropout_score(base: Mapping[str, Any], dropped: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return the mean score of the runs, each limited by the cap on its own; 1 when there is none."""
    return mean_score(base, dropped, penalty_cap)


def drop_count(n: int, frac: float) -> int:
    """Return clamp(ceil(n * frac), 1, n) for n >= 1 and frac > 0; the product is a double, so 100 * 0.07 gives 8."""
    if frac >= 1.0:
        return n
    return max(1, min(n, math.ceil(n * frac)))


def _check(frac: float, seed: int, run: int) -> None:
    if math.isnan(frac):
        raise RatingError(ErrorCode.NAN, "frac must not be NaN")
    unsigned(seed, "seed")
    unsigned(run, "run")


def _base_metrics(base: Mapping[str, Any] | None) -> Stressed:
    """Return the three metrics of the base; None and missing are 0, NaN stays NaN."""
    given = {} if base is None else mapping(base, "base")
    values = {name: given.get(name) for name in ("profit", "drawdown", "sharpe")}
    return {name: 0.0 if value is None else real(value) for name, value in values.items()}


def _skips(columns: Columns, frac: float) -> bool:
    return frac <= 0.0 or len(columns.get("result", ())) == 0


def _drawn(n: int, frac: float, seed: int, run: int) -> set[int]:
    """Choose positions by a Fisher-Yates shuffle from the front, one draw per position (spec 6.3)."""
    count = drop_count(n, frac)
    u = uniforms(seed, DROPOUT_STREAM, 1, first_row=run, width=row_width(count))[0]
    positions = list(range(n))
    for i in range(count):
        j = i + math.floor(u[i] * (n - i))
        positions[i], positions[j] = positions[j], positions[i]
    return set(positions[:count])


def _checked(positions: list[int], n: int) -> set[int]:
    chosen = set(positions)
    if len(chosen) != len(positions) or not all(0 <= position < n for position in chosen):
        raise RatingError(ErrorCode.OUT_OF_BOUNDS, f"dropped positions must be distinct and lie in 0..{n - 1}")
    return chosen


def _without(trades: Trades, dropped: set[int]) -> Stressed:
    kept = [i for i in range(len(trades.nets)) if i not in dropped]
    profit, drawdown = _profit_and_drawdown([trades.nets[i] for i in kept])
    r_multiples = [] if trades.r_multiples is None else [trades.r_multiples[i] for i in kept]
    return {"profit": profit, "drawdown": drawdown, "sharpe": _sharpe(r_multiples)}


def _profit_and_drawdown(nets: list[float]) -> tuple[float, float]:
    """Return the sum and the deepest fall below a former peak of the running sum, which starts at 0."""
    running = 0.0
    peak = 0.0
    deepest = 0.0
    for net in nets:
        running += net
        peak = larger(running, peak)
        deepest = larger(peak - running, deepest)
    return running, deepest


def _sharpe(r_multiples: list[float]) -> float:
    """Return mean / sample deviation of the finite values, not annualised; 0 for fewer than two or without spread."""
    finite = [r for r in r_multiples if math.isfinite(r)]
    if len(finite) < 2:
        return 0.0
    total = 0.0
    for r in finite:
        total += r
    average = total / len(finite)
    squares = 0.0
    for r in finite:
        distance = r - average
        squares += distance * distance
    deviation = math.sqrt(squares / (len(finite) - 1))
    return 0.0 if deviation == 0.0 else average / deviation

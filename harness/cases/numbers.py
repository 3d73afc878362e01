"""Numbers that find faults: a vectorised mix biased towards ties, limits and neighbours, which uniform draws never hit."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
MakeFloats: TypeAlias = Callable[[np.random.Generator, int], Floats]

_MAX = float(np.finfo(np.float64).max)
_TINY = float(np.finfo(np.float64).tiny)
_SUBNORMAL = float(np.finfo(np.float64).smallest_subnormal)
_ANCHORS = (0.5, 1.0, 2.0, 10.0, 100.0, 365.0, 1e-9, 1e-6, 0.1, 1 / 3, 1e16, float(2**53), float(2**63), _TINY)
_SPECIAL = (0.0, -0.0, float("nan"), float("inf"), float("-inf"), _SUBNORMAL, -_SUBNORMAL, _MAX, -_MAX, 1e308, 1e-308, 1e154)
_TIES = (0.005, 0.015, 0.125, 1.005, 2.675, -1.005, 0.5, 1.5, 2.5)
_INT_LIMITS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a Philox stream that depends on the seed and the names only, so that it is the same in every run."""
    words = [seed & (2**64 - 1), *(zlib.crc32(name.encode()) for name in names)]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words)))


def floats(rng: np.random.Generator, count: int, low: float | None = None, high: float | None = None) -> Floats:
    """Draw `count` floats from the adversarial mix; with a bound on either side nothing lies outside and NaN is left out."""
    if low is None and high is None:
        return _mixed(rng, count, _UNBOUNDED)
    bottom = -_MAX if low is None else max(low, -_MAX)
    top = _MAX if high is None else min(high, _MAX)
    drawn = _mixed(rng, count, _bounded(bottom, top, edge_floats(low, high)))
    return np.clip(drawn, bottom if low is None else low, top if high is None else high)


def ints(rng: np.random.Generator, count: int, name: str = "int64", low: float | None = None, high: float | None = None) -> Ints:
    """Draw `count` integers of the type from small ones, powers of two and ten with their neighbours, limits and the whole range."""
    bottom, top = int_range(name, low, high)
    edges = np.array(edge_ints(name, low, high), dtype=np.int64)
    centre = min(max(0, bottom), top)
    kind = rng.integers(0, 3, count)
    small = rng.integers(max(bottom, centre - 8), min(top, centre + 12), count, endpoint=True)
    wide = rng.integers(bottom, top, count, endpoint=True)
    return np.choose(kind, [small, edges[rng.integers(0, edges.size, count)], wide])


def edge_floats(low: float | None = None, high: float | None = None) -> list[float]:
    """List the edge values of a float within its bounds, each once, both ends first."""
    ends = [x for x in (low, high) if x is not None]
    anchors = np.array([*ends, *_ANCHORS])
    with np.errstate(over="ignore"):  # beside the largest float is infinity
        near = np.concatenate([np.nextafter(anchors, np.inf), np.nextafter(anchors, -np.inf)])
    values = [*ends, *_SPECIAL, *_ANCHORS, *(-x for x in _ANCHORS), *near.tolist(), *_TIES]
    return _distinct(x for x in values if _inside(x, low, high))


def edge_ints(name: str = "int64", low: float | None = None, high: float | None = None) -> list[int]:
    """List the edge values of an integer type within its bounds, each once, both ends first."""
    bottom, top = int_range(name, low, high)
    powers = [2**k for k in (7, 8, 15, 16, 24, 31, 32, 53, 62, 63)] + [10**k for k in (1, 2, 3, 6, 9, 18)]
    values = [bottom, top, bottom + 1, top - 1, 0, 1, -1, 2, 3]
    values += [sign * power + step for power in powers for sign in (1, -1) for step in (0, -1, 1)]
    return list(dict.fromkeys(x for x in values if bottom <= x <= top))


def int_range(name: str, low: float | None = None, high: float | None = None) -> tuple[int, int]:
    """Return both ends of an integer type narrowed by its bounds, both belonging to it."""
    bottom, top = _INT_LIMITS[name]
    return (
        bottom if low is None or low <= bottom else math.ceil(low),
        top if high is None or high >= top else math.floor(high),
    )


def _inside(x: float, low: float | None, high: float | None) -> bool:
    unbounded = low is None and high is None
    return unbounded or ((low is None or x >= low) and (high is None or x <= high) and not math.isnan(x))


def _distinct(values: Iterable[float]) -> list[float]:
    """Drop repetitions but keep zeros of both signs apart."""
    return list({np.float64(x).tobytes(): float(x) for x in values}.values())


def _mixed(rng: np.random.Generator, count: int, parts: tuple[MakeFloats, ...]) -> Floats:
    """Fill each place from one of the parts, chosen evenly."""
    kind = rng.integers(0, len(parts), count)
    drawn = np.empty(count)
    for index, part in enumerate(parts):
        mask = kind == index
        drawn[mask] = part(rng, int(mask.sum()))
    return drawn


def _uniform(rng: np.random.Generator, count: int) -> Floats:
    return rng.uniform(-1000.0, 1000.0, count)


def _log_uniform(rng: np.random.Generator, count: int) -> Floats:
    return _signs(rng, count) * np.exp2(rng.uniform(-40.0, 40.0, count))


def _bit_patterns(rng: np.random.Generator, count: int) -> Floats:
    drawn = rng.integers(0, 2**64, count, dtype=np.uint64).view(np.float64)
    return np.where(np.isnan(drawn), np.nan, drawn)


def _dyadics(rng: np.random.Generator, count: int) -> Floats:
    return rng.integers(-4096, 4096, count) / np.exp2(rng.integers(0, 12, count))


def _small_ints(rng: np.random.Generator, count: int) -> Floats:
    return rng.integers(-10, 11, count).astype(np.float64)


def _decimal_ties(rng: np.random.Generator, count: int) -> Floats:
    """Values such as 1.005 and 2.5, on which decimal rounding rules part."""
    digits = 10.0 ** rng.integers(0, 4, count)
    return np.asarray((rng.integers(-2000, 2000, count) + 0.5) / digits, np.float64)


def _chosen(values: list[float]) -> MakeFloats:
    table = np.array(values)
    return lambda rng, count: table[rng.integers(0, table.size, count)]


def _signs(rng: np.random.Generator, count: int) -> Floats:
    return np.where(rng.integers(0, 2, count) == 1, 1.0, -1.0)


def _bounded(low: float, high: float, edges: list[float]) -> tuple[MakeFloats, ...]:
    """Make the parts of the mix between two finite ends; what rounding carries over an end is the caller's to bring back."""
    half = high / 2 - low / 2  # the full width may be infinite

    def uniform(rng: np.random.Generator, count: int) -> Floats:
        share = rng.random(count)
        return low * (1 - share) + high * share

    def near_low(rng: np.random.Generator, count: int) -> Floats:
        return low + half * np.exp2(rng.uniform(-60.0, 0.0, count))

    def near_high(rng: np.random.Generator, count: int) -> Floats:
        return high - half * np.exp2(rng.uniform(-60.0, 0.0, count))

    def grid(rng: np.random.Generator, count: int) -> Floats:
        share = rng.integers(0, 1025, count) / 1024
        return low * (1 - share) + high * share

    def kept_inside(part: MakeFloats) -> MakeFloats:
        def draw(rng: np.random.Generator, count: int) -> Floats:
            drawn = part(rng, count)
            return np.where((drawn >= low) & (drawn <= high), drawn, uniform(rng, count))

        return draw

    round_numbers = (kept_inside(part) for part in (_decimal_ties, _dyadics, _small_ints))
    return (uniform, near_low, near_high, grid, *round_numbers, _chosen(edges))


_UNBOUNDED: tuple[MakeFloats, ...] = (
    _uniform,
    _log_uniform,
    _bit_patterns,
    _dyadics,
    _small_ints,
    _decimal_ties,
    _chosen(list(_SPECIAL)),
    _chosen(edge_floats()),
)

"""How often something may happen that was seen so many times: the exact interval for a proportion."""

from __future__ import annotations

import math
from collections.abc import Callable

from harness.model import Interval

_HALVINGS = 200
_TERMS = 100_000
_TINY = 1e-300
_PRECISION = 1e-15


def failure_bound(failures: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval for the share of failures (Biometrika 26, 1934).

    When none or all of the n failed, the interval is one-sided: 0 of n gives [0, 1 - (1-confidence)**(1/n)], about 3/n at 95 %.
    Nothing tried says nothing: 0 of 0 gives [0, 1]. Raises ValueError unless 0 <= failures <= n and 0 < confidence < 1.
    """
    if not 0 <= failures <= n:
        raise ValueError(f"{failures} failures of {n}")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence}")
    if n == 0:
        return Interval(0.0, 1.0, confidence)
    miss = 1 - confidence
    if failures == 0:
        return Interval(0.0, -math.expm1(math.log(miss) / n), confidence)
    if failures == n:
        return Interval(math.exp(math.log(miss) / n), 1.0, confidence)
    low = _rising_root(lambda p: regularised_beta(p, failures, n - failures + 1), miss / 2)
    high = _rising_root(lambda p: regularised_beta(p, failures + 1, n - failures), 1 - miss / 2)
    return Interval(low, high, confidence)


def regularised_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), which is P(at least a of a+b-1) at probability x for whole a, b.

    Continued fraction of DLMF 8.17.22, evaluated by Lentz's method.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - regularised_beta(1 - x, b, a)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(scale) / (a * _continued_fraction(x, a, b))


def _continued_fraction(x: float, a: float, b: float) -> float:
    value, upper, lower = 1.0, 1.0, 0.0
    for term in range(1, _TERMS):
        step = _coefficient(term, x, a, b)
        lower = 1 / (1 + step * lower or _TINY)
        upper = 1 + step / upper or _TINY
        value *= upper * lower
        if abs(upper * lower - 1) < _PRECISION:
            break
    return value


def _coefficient(term: int, x: float, a: float, b: float) -> float:
    m, odd = divmod(term, 2)
    if odd:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _rising_root(function: Callable[[float], float], target: float) -> float:
    """Halve [0, 1] until the place where a rising function reaches the target is as narrow as floats allow."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if function(middle) < target else (low, middle)
    return (low + high) / 2

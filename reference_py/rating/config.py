"""What a caller may set for the batch functions: typed, with defaults, refused before any work is done (spec 8.1)."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from reference_py.rating.aggregation import DEFAULT_WEIGHTS, normalised
from reference_py.rating.arguments import mapping, sequence, unsigned
from reference_py.rating.cost_shock import COST_FACTORS
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.finite import real
from reference_py.rating.philox import DEFAULT_SEED
from reference_py.rating.strategy import read_thresholds
from reference_py.rating.trade_dropout import MAX_RUNS

MAX_ITERATIONS = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class JitterConfig:
    """How parameters are moved: by up to `param_variation` (0.1 is ten percent), `n_iterations` times; seed None is the default seed.

    Raises:
        RatingError: 1004 for a value of another type, 1001 for one out of range.
    """

    param_variation: float = 0.1
    n_iterations: int = 50
    seed: int | None = None

    def __post_init__(self) -> None:
        """Check in the order of the fields, so that every language reports the same fault first."""
        _store(self, "param_variation", _fraction)
        _store(self, "n_iterations", _count(MAX_ITERATIONS))
        _store(self, "seed", _seed)

    @property
    def key(self) -> int:
        """Return the seed that keys the random streams."""
        return DEFAULT_SEED if self.seed is None else self.seed


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingConfig:
    """Everything that a full rating depends on besides the metrics; `jitter` may be a mapping, `thresholds` are checked and kept.

    Raises:
        RatingError: 1004 for a value of another type, 1001 for one out of range, 1006 for weights that cannot be normalised, 1008 for
            thresholds that lack one.
    """

    weights: Sequence[float] = DEFAULT_WEIGHTS
    penalty_cap: float = 0.5
    cost_multipliers: Sequence[float] = COST_FACTORS
    jitter: JitterConfig | Mapping[str, Any] | None = None
    dropout_frac: float = 0.1
    dropout_runs: int = 3
    thresholds: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Check in the order of the fields, so that every language reports the same fault first."""
        _store(self, "weights", _weights)
        _store(self, "penalty_cap", _fraction)
        _store(self, "cost_multipliers", multipliers)
        _store(self, "jitter", lambda value, _: jitter_config(value))
        _store(self, "dropout_frac", _fraction)
        _store(self, "dropout_runs", _count(MAX_RUNS))
        _store(self, "thresholds", _thresholds)


def rating_config(config: RatingConfig | Mapping[str, Any] | None) -> RatingConfig:
    """Return a checked configuration; raises as `RatingConfig` does, and RatingError 1001 for an unknown key."""
    return config if isinstance(config, RatingConfig) else RatingConfig(**_known_keys(config, RatingConfig, "config"))


def jitter_config(jitter: JitterConfig | Mapping[str, Any] | None) -> JitterConfig:
    """Return a checked configuration; raises as `JitterConfig` does, and RatingError 1001 for an unknown key."""
    return jitter if isinstance(jitter, JitterConfig) else JitterConfig(**_known_keys(jitter, JitterConfig, "jitter"))


def multipliers(values: Any, name: str) -> tuple[float, ...]:
    """Return cost multipliers as doubles; raises TypeError for other types, RatingError 1001 unless all are finite and >= 0."""
    numbers = tuple(real(value) for value in sequence(values, name))
    if not all(math.isfinite(number) and number >= 0.0 for number in numbers):
        raise RatingError(ErrorCode.INVALID_ARGUMENT, f"{name} must be finite and not negative, got {numbers}")
    return numbers


def _store(config: object, name: str, read: Callable[[Any, str], Any]) -> None:
    """Replace a field by its checked value; here a wrong type has a number, because the value stands inside another."""
    try:
        checked = read(getattr(config, name), name)
    except (TypeError, OverflowError) as error:
        raise RatingError(ErrorCode.TYPE, f"{name}: {error}") from error
    object.__setattr__(config, name, checked)


def _known_keys(given: Any, kind: type, name: str) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise RatingError(ErrorCode.TYPE, f"{name} must be a mapping, not {type(given).__name__}")
    known = {field.name for field in fields(kind)}
    unknown = [key for key in given if key not in known]
    if unknown:
        raise RatingError(ErrorCode.INVALID_ARGUMENT, f"{name} has unknown keys {unknown}")
    return dict(given)


def _fraction(value: Any, name: str) -> float:
    number = real(value)
    if not 0.0 <= number <= 1.0:
        raise RatingError(ErrorCode.INVALID_ARGUMENT, f"{name} must lie in [0, 1], got {number}")
    return number


def _count(limit: int) -> Callable[[Any, str], int]:
    def read(value: Any, name: str) -> int:
        number = operator.index(value)
        if not 0 <= number <= limit:
            raise RatingError(ErrorCode.INVALID_ARGUMENT, f"{name} must lie in 0..{limit}, got {number}")
        return number

    return read


def _seed(value: Any, name: str) -> int | None:
    return None if value is None else unsigned(operator.index(value), name)


def _weights(values: Any, name: str) -> tuple[float, ...]:
    numbers = tuple(real(value) for value in sequence(values, name))
    normalised(numbers)
    return numbers


def _thresholds(values: Any, name: str) -> Mapping[str, Any] | None:
    if values is None:
        return None
    read_thresholds(mapping(values, name))
    return dict(values)

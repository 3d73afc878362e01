"""What may be varied: ranges checked once, values that land exactly on their steps, and the points of a grid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from reference_py.optimizer.errors import ModuleCode, OptimizerError

Value = float | int | str | bool
EXACT_INTEGER = 2**53
DECIMAL = Context(prec=28)
ROUNDING = Context(prec=28, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ParamRange:
    """The values that one parameter may take: an interval of floats or ints, with steps or on a logarithmic scale, or a list of choices.

    Raises:
        OptimizerError: 6002 (as 1001) when the range says nothing or contradicts itself.
    """

    type: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: Sequence[Value] | None = None

    def __post_init__(self) -> None:
        """Check the fields that belong to the type."""
        if not isinstance(self.log, bool):
            raise _invalid(f"log must be True or False, not {self.log!r}")
        if self.type == "categorical":
            self._check_choices()
        elif self.type in {"float", "int"}:
            self._check_bounds()
        else:
            raise _invalid(f"unknown type {self.type!r}; there are float, int, categorical")

    @property
    def steps(self) -> int | None:
        """Return the largest number of whole steps above `low`, None without steps."""
        if self.type == "categorical":
            return len(self._choices) - 1
        low, high = self.bounds
        if low == high:
            return 0
        if self.step is None:
            return None
        return int(DECIMAL.divide(DECIMAL.subtract(_decimal(high), _decimal(low)), _decimal(self.step)))

    @property
    def bounds(self) -> tuple[float, float]:
        """Return low and high of a number."""
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    def at(self, place: int) -> Value:
        """Return the choice, or low + place * step."""
        if self.type == "categorical":
            return self._choices[place]
        low = self.bounds[0]
        if self.step is None or place == 0:
            return low
        moved = DECIMAL.add(_decimal(low), DECIMAL.multiply(Decimal(place), _decimal(self.step)))
        return int(moved) if self.type == "int" else float(moved)

    def snap(self, value: Value) -> Value:
        """Return a suggested float on its nearest step, at most the last one (spec 1, snapping); all else as it is."""
        if self.type != "float" or self.step is None or self.steps is None:
            return value
        assert not isinstance(value, str)
        distance = DECIMAL.subtract(_decimal(value), _decimal(self.bounds[0]))
        place = int(ROUNDING.to_integral_value(DECIMAL.divide(distance, _decimal(self.step))))
        return self.at(min(max(place, 0), self.steps))

    def code(self, value: Value) -> float:
        """Return the value as tables hold it: a number as a double, a choice by its index."""
        if self.type != "categorical":
            assert not isinstance(value, str)
            return float(value)
        return float(self._choices.index(value))

    def value(self, code: float) -> Value:
        """Return the value that a table holds as `code`."""
        if self.type == "float":
            return code
        return int(code) if self.type == "int" else self._choices[int(code)]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {"choices": None if self.choices is None else list(self.choices)}

    @property
    def _choices(self) -> Sequence[Value]:
        assert self.choices is not None
        return self.choices

    def _check_choices(self) -> None:
        if not (self.low is None and self.high is None and self.step is None and not self.log):
            raise _invalid("choices have no bounds, steps or logarithm")
        if not isinstance(self.choices, list | tuple) or not self.choices:
            raise _invalid("a categorical parameter needs a list of choices")
        for place, choice in enumerate(self.choices):
            if not isinstance(choice, str | int | float) or (isinstance(choice, float) and not math.isfinite(choice)):
                raise _invalid(f"a choice must be text, a finite number or a truth value, not {choice!r}")
            if choice in self.choices[:place]:
                raise _invalid(f"the choice {choice!r} comes twice")
        object.__setattr__(self, "choices", tuple(self.choices))

    def _check_bounds(self) -> None:
        if self.choices is not None:
            raise _invalid("a number has no choices")
        read = _whole if self.type == "int" else _finite
        low, high = read(self.low, "low"), read(self.high, "high")
        step = None if self.step is None else read(self.step, "step")
        if low > high:
            raise _invalid(f"low {low} is above high {high}")
        if step is not None and step <= 0:
            raise _invalid(f"step must be above 0, got {step}")
        if self.type == "int" and step is None:
            step = 1
        if self.log and (low <= 0 or (step is not None and (self.type == "float" or step != 1))):
            raise _invalid("a logarithmic range begins above 0 and has no steps")
        for name, value in (("low", low), ("high", high), ("step", step)):
            object.__setattr__(self, name, value)


def read_space(given: Any) -> dict[str, ParamRange]:
    """Return the ranges by sorted name.

    Raises:
        OptimizerError: 6002 (as 1001) for a space that is no mapping or empty, and for a range that is none.
    """
    if not isinstance(given, Mapping) or not given:
        raise _invalid("a space of parameters is a mapping that is not empty")
    if not all(isinstance(name, str) for name in given):
        raise _invalid("the name of a parameter is text")
    return {name: _read_range(name, given[name]) for name in sorted(given)}


def grid_size(space: Mapping[str, ParamRange]) -> int:
    """Return the number of points; raises OptimizerError 6002 (as 1001) for a float range without a step."""
    size = 1
    for name, one in space.items():
        if one.steps is None:
            raise _invalid(f"{name}: a grid needs a step")
        size *= one.steps + 1
    return size


def grid_point(space: Mapping[str, ParamRange], number: int) -> dict[str, Value]:
    """Return a point of the product in the order of the names, the last one fastest; without looking at the others."""
    places: dict[str, int] = {}
    rest = number
    for name in reversed(list(space)):
        steps = space[name].steps
        assert steps is not None
        rest, places[name] = divmod(rest, steps + 1)
    return {name: one.at(places[name]) for name, one in space.items()}


def _read_range(name: str, given: Any) -> ParamRange:
    if isinstance(given, ParamRange):
        return given
    if not isinstance(given, Mapping):
        raise _invalid(f"{name}: a range is a ParamRange or a mapping, not {type(given).__name__}")
    unknown = [key for key in given if key not in {field.name for field in fields(ParamRange)}]
    if unknown or "type" not in given:
        raise _invalid(f"{name}: unknown keys {unknown}" if unknown else f"{name}: type is missing")
    try:
        return ParamRange(**given)
    except OptimizerError as error:
        raise _invalid(f"{name}: {error.message.partition(': ')[2]}") from error


def _finite(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _invalid(f"{name} must be a finite number, got {value!r}")
    return float(value)


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > EXACT_INTEGER:
        raise _invalid(f"{name} must be an integer within 2^53, got {value!r}")
    return value


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _invalid(message: str) -> OptimizerError:
    return OptimizerError(ModuleCode.INVALID_PARAM_SPACE, message)

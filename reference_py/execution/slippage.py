"""The price that is worse, or by an old habit better, than the one asked for (spec 7, 11.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reference_py.execution import values
from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.signal import Direction
from reference_py.rating.philox import uniforms

SLIPPAGE_STREAM = 3
BLOCK_ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SlippageConfig:
    """Pips: always `fixed`, and up to `random` on top; `draws` are given in place of the generator's."""

    fixed: float = 0.0
    random: float = 0.0
    draws: tuple[float, ...] | None = None


_READERS: Mapping[str, values.Reader] = {
    "fixed": values.number(),
    "random": values.number(lambda given: given >= 0.0, "finite and not negative"),
    "draws": values.optional(values.sequence(values.number(lambda given: 0.0 <= given < 1.0, "in [0, 1)"))),
}


def read_slippage(value: Any, name: str) -> SlippageConfig:
    """Read the slippage of a configuration; raises ExecutionError 1001, 1004."""
    return SlippageConfig(**values.fields(value, name, _READERS))


class Draws:
    """The random numbers of a run in their order; `count` is how many were taken, of market entries and exits together."""

    def __init__(self, seed: int | None, given: tuple[float, ...] | None, count: int = 0) -> None:
        self._seed = seed
        self._given = given
        self.count = count
        self._block: list[float] = []
        self._block_number = -1

    def take(self) -> float:
        """Return the next number in [0, 1), 0.0 for a run without seed; raises ExecutionError 1003 when given ones are used up."""
        draw = self._draw(self.count)
        self.count += 1
        return draw

    def copy(self) -> Draws:
        """Return draws that go on from here by themselves."""
        return Draws(self._seed, self._given, self.count)

    def _draw(self, n: int) -> float:
        if self._given is not None:
            if n >= len(self._given):
                raise ExecutionError(ErrorCode.OUT_OF_BOUNDS, f"draw {n} was asked for, {len(self._given)} are given")
            return self._given[n]
        return 0.0 if self._seed is None else self._generated(self._seed, n)

    def _generated(self, seed: int, n: int) -> float:
        """Return u(n, 0) of stream 3; a block is kept because making one number costs as much as making many."""
        block_number, place = divmod(n, BLOCK_ROWS)
        if block_number != self._block_number:
            rows = uniforms(seed, SLIPPAGE_STREAM, BLOCK_ROWS, first_row=block_number * BLOCK_ROWS)
            self._block, self._block_number = [row[0] for row in rows], block_number
        return self._block[place]


def slipped(price: float, direction: Direction, pip_size: float, config: SlippageConfig, draw: float) -> float:
    """Return the price of an entry: raised for a long, lowered for a short position by (fixed + random·draw) pips."""
    shift = (config.fixed + config.random * draw) * pip_size
    return price + shift if direction is Direction.LONG else price - shift

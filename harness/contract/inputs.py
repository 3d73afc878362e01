"""What an operation is called with: generated from types, drawn from a strategy, read from the real world, or whole programs of calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.contract.types import OneOf, Table, Type, as_type


@dataclass(frozen=True, slots=True)
class Columns:
    """Arguments generated from types, one per positional argument, in this order."""

    types: Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Arguments that a callable ("package.module:function") yields as tuples: real input."""

    path: str
    origin: str = "recorded"


@dataclass(frozen=True, slots=True)
class Strategy:
    """Arguments drawn from a Hypothesis strategy of tuples."""

    strategy: Any


Arguments = Columns | Recorded | Strategy


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs of calls on an object: what it is made with, the steps and how likely each is, and what is observed after every step.

    `construct` and the values of `steps` are kinds of arguments; programs mostly keep to the first of several, which is to be the usual
    one. A step `load(save)` stands for `machine = Class.load(machine.save())`. `weights` default to 1. `length` bounds the number of
    steps. `recorded` names ("package.module:function") a callable that yields real programs as (construct, steps), `adjust` one that
    makes a generated (construct, steps) consistent.
    """

    construct: tuple[Arguments, ...]
    steps: Mapping[str, tuple[Arguments, ...]]
    observe: tuple[str, ...]
    weights: Mapping[str, float] = field(default_factory=dict)
    length: tuple[int, int] = (0, 200)
    recorded: str = ""
    adjust: str = ""


Inputs = Arguments | Programs


def columns(**types: str | Type) -> Columns:
    """Declare one positional argument per keyword, each with its type."""
    return Columns({name: as_type(text) for name, text in types.items()})


def ipc(*, sizes: tuple[int, ...] = (0, 1, 2, 7, 64, 257), adjust: str = "", **fields: str | Type) -> Table:
    """Declare an argument of Arrow IPC stream bytes with these columns."""
    return Table({name: as_type(text) for name, text in fields.items()}, "ipc", sizes, adjust)


def batch(*, sizes: tuple[int, ...] = (0, 1, 2, 7, 64, 257), adjust: str = "", **fields: str | Type) -> Table:
    """Declare an argument that is a pyarrow RecordBatch with these columns, for the Arrow PyCapsule interface."""
    return Table({name: as_type(text) for name, text in fields.items()}, "batch", sizes, adjust)


def one_of(*values: Any) -> OneOf:
    """Declare an argument that is one of the given values."""
    return OneOf(values)


def recorded(path: str) -> Recorded:
    """Declare real input: the callable at `path` yields tuples of arguments."""
    return Recorded(path)


def as_arguments(given: Arguments | Iterable[Arguments]) -> tuple[Arguments, ...]:
    """Accept one kind of arguments, or several."""
    return (given,) if isinstance(given, Columns | Recorded | Strategy) else tuple(given)

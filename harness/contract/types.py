"""The little language in which a contract says what an argument looks like, parsed to a tree that generators walk.

float64   int64   int32   bool   string   bytes      scalars; a trailing ? allows None
float64[0..1]   int64[-5..5]                          a range, both ends belonging to it
list<T>   list<T>[0..20]                              a list, optionally with its lengths
map<K, V>                                             a mapping
{profit: float64, sharpe: float64?}                   a record: a mapping with known keys
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

SCALARS = ("float64", "int64", "int32", "bool", "string", "bytes")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `low` and `high` bound numbers, None means unbounded."""

    name: str
    optional: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of `item`, of `low` to `high` elements."""

    item: Type
    optional: bool = False
    low: int = 0
    high: int = 24


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping of `key` to `value`, of `low` to `high` entries."""

    key: Type
    value: Type
    optional: bool = False
    low: int = 0
    high: int = 12


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys; `sparse` records may lack any of them."""

    fields: Mapping[str, Type]
    optional: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Arrow rows: `encoding` "ipc" gives stream bytes, "batch" a pyarrow RecordBatch; a column is nullable iff optional.

    `sizes` are the row counts that generators choose from. `adjust` names ("package.module:function") a callable that makes a
    generated row, a dict, consistent.
    """

    fields: Mapping[str, Type]
    encoding: str = "ipc"
    sizes: tuple[int, ...] = (0, 1, 2, 7, 64, 257)
    adjust: str = ""
    optional: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some given values."""

    values: tuple[Any, ...]
    optional: bool = False


Type: TypeAlias = Scalar | ListOf | MapOf | Record | Table | OneOf

_TOKEN = re.compile(r"\s*(?:(\[\s*[^\]]*\])|([A-Za-z_][A-Za-z0-9_ ]*[A-Za-z0-9_]|[A-Za-z_])|([<>{},:?]))")


def parse(text: str) -> Type:
    """Parse one type expression; raises ValueError naming the place."""
    parser = _Parser(text)
    result = parser.type()
    parser.end()
    return result


def as_type(value: str | Type) -> Type:
    """Accept a type expression or a ready type."""
    return parse(value) if isinstance(value, str) else value


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def peek(self) -> str:
        match = _TOKEN.match(self.text, self.position)
        return match.group(0).strip() if match else ""

    def take(self, expected: str = "") -> str:
        match = _TOKEN.match(self.text, self.position)
        word = match.group(0).strip() if match else ""
        if match is None or (expected and word != expected):
            wanted = expected or "a type"
            raise ValueError(f"expected {wanted!r} at position {self.position} of type {self.text!r}")
        self.position = match.end()
        return word

    def end(self) -> None:
        if self.text[self.position :].strip():
            raise ValueError(f"unexpected text at position {self.position} of type {self.text!r}")

    def type(self) -> Type:
        result = self.bare()
        if self.peek().startswith("["):
            result = self.ranged(result)
        if self.peek() == "?":
            self.take("?")
            result = replace(result, optional=True)
        return result

    def bare(self) -> Type:
        word = self.take()
        if word == "{":
            return self.record()
        if word == "list":
            self.take("<")
            item = self.type()
            self.take(">")
            return ListOf(item)
        if word == "map":
            self.take("<")
            key = self.type()
            self.take(",")
            value = self.type()
            self.take(">")
            return MapOf(key, value)
        if word in SCALARS:
            return Scalar(word)
        raise ValueError(f"unknown type {word!r} in {self.text!r}; known are {', '.join(SCALARS)}, list<>, map<,>, {{}}")

    def record(self) -> Record:
        fields: dict[str, Type] = {}
        while self.peek() != "}":
            name = self.take()
            self.take(":")
            fields[name] = self.type()
            if self.peek() == ",":
                self.take(",")
        self.take("}")
        return Record(fields)

    def ranged(self, base: Type) -> Type:
        word = self.take()
        low, separator, high = word[1:-1].partition("..")
        if not separator:
            raise ValueError(f"a range reads [low..high], got {word!r} in {self.text!r}")
        if isinstance(base, Scalar):
            return replace(base, low=float(low), high=float(high))
        if isinstance(base, ListOf | MapOf):
            return replace(base, low=int(low), high=int(high))
        raise ValueError(f"only numbers, lists and maps take a range, in {self.text!r}")

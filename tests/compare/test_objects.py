"""Tests the comparison of objects by what they hold."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest

from harness.compare import differences
from harness.contract.policy import Policy, exact

NAN = math.nan


@dataclass(frozen=True)
class Score:
    """A dataclass for comparison."""

    value: Any
    name: str = "score"


def kinds(reference: Any, candidate: Any, policy: Policy = exact) -> list[str]:
    """Return how two values differ."""
    return [item.kind for item in differences(reference, candidate, policy)]


class Colour(Enum):
    """An enumeration of the reference."""

    RED = 1
    BLUE = 2


class Plain:
    """An object with attributes and identity alone."""

    other: int

    def __init__(self, value: Any) -> None:
        self.value = value


class Slotted:
    """An object with slots."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Spiteful:
    """An object that cannot be compared or shown."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise RuntimeError


class TestObjects:
    """Objects are compared by what they hold."""

    @pytest.mark.parametrize("make", [Plain, Slotted, Score, ValueError])
    def test_attributes(self, make: Any) -> None:
        """Objects of one name are compared attribute by attribute, NaN included; identity plays no part."""
        assert not differences(make(NAN), make(NAN), exact)
        assert len(differences(make(1.0), make(2.0), exact)) == 1
        assert differences(make(1.0), make(2.0), exact)[0].path in ("value.value", "value.args[0]")

    def test_a_port_has_its_own_classes(self) -> None:
        """A class of the same name from elsewhere counts as the same, one of another name does not."""
        own = dataclass(type("Score", (), {"__annotations__": {"value": Any, "name": str}, "name": "score"}))
        assert not differences(Score(1), own(1), exact)
        assert kinds(Score(1), Plain(1)) == ["type"]
        own_colour = Enum("Colour", {"RED": 1})
        assert not differences(Colour.RED, own_colour.RED, exact)
        assert kinds(Colour.RED, Colour.BLUE) == ["value"]

    def test_attributes_of_one_side(self) -> None:
        """An attribute that only one side has is missing or extra."""
        more = Plain(1)
        more.other = 2
        assert [(item.path, item.kind) for item in differences(more, Plain(1), exact)] == [("value.other", "missing")]
        assert [(item.path, item.kind) for item in differences(Plain(1), more, exact)] == [("value.other", "extra")]

    def test_their_own_equality(self) -> None:
        """Objects without attributes go by their own equality."""
        number = uuid.uuid4()
        assert not differences(uuid.UUID(int=number.int), number, exact)
        assert not differences(range(3), range(3), exact)
        assert differences(range(3), range(4), exact)
        assert differences(int, str, exact)
        assert not differences(int, int, exact)

    def test_spiteful_objects(self) -> None:
        """An object whose equality and repr raise is different, and the run goes on."""
        found = differences(Spiteful(), Spiteful(), exact)
        assert [item.kind for item in found] == ["value"]
        assert "Spiteful" in found[0].reference

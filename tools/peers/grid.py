"""The grid that is searched: its points, and what a search of them has to come to."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SHORT_SIDE = 10


def sides(points: int) -> dict[str, int]:
    """Return how many whole numbers each parameter has, from one on."""
    return {"x": points // SHORT_SIDE, "y": SHORT_SIDE}


def bowl(point: Mapping[str, Any]) -> float:
    """Return what is minimised: next to no work."""
    return float((point["x"] - 3) ** 2 + (point["y"] - 7) ** 2)


def answer_of(best: float, visited: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what every tool has to agree on: the best value, and every point, in whatever order it was visited."""
    return {"best": best, "points": sorted([int(point["x"]), int(point["y"])] for point in visited)}

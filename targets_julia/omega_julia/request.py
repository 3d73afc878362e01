"""One call of Julia, whatever carries it: words, arrays that go in, room for arrays that come out, and their places in one memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from omega_julia import frames

Doubles = npt.NDArray[np.float64]
ALIGNMENT_BYTES = 64


@dataclass(frozen=True)
class Request:
    """An operation, its words (floats as `float.hex()`), the arrays it reads, and how many doubles each of its results has."""

    operation: str
    words: Mapping[str, str] = field(default_factory=dict)
    arrays: Mapping[str, Doubles] = field(default_factory=dict)
    results: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """The words and arrays of an answer."""

    words: Mapping[str, str]
    arrays: Mapping[str, Doubles]


@dataclass(frozen=True)
class Layout:
    """Where each array of a request lies in a memory of `total_bytes`: name to (offset in bytes, count of doubles)."""

    places: Mapping[str, tuple[int, int]]
    total_bytes: int


def layout_of(request: Request) -> Layout:
    """Give every array of a request a place of its own."""
    sizes = {name: array.size for name, array in request.arrays.items()} | dict(request.results)
    places = {}
    offset = 0
    for name, count in sizes.items():
        places[name] = (offset, count)
        offset += -(-8 * count // ALIGNMENT_BYTES) * ALIGNMENT_BYTES
    return Layout(places, offset)


def text_of(request: Request, layout: Layout) -> str:
    """Return the text of a request for arrays that lie where the layout says."""
    places = {name: f"{offset}:{count}" for name, (offset, count) in layout.places.items()}
    return frames.render({"op": request.operation, **request.words, **places})


def fill(memory: npt.NDArray[np.uint8], request: Request, layout: Layout) -> None:
    """Copy the arrays of a request to their places, row by row whatever their strides."""
    for name, array in request.arrays.items():
        np.copyto(_view(memory, layout.places[name]).reshape(array.shape), array)


def take(memory: npt.NDArray[np.uint8], request: Request, layout: Layout) -> dict[str, Doubles]:
    """Copy the results of a request out of the memory."""
    return {name: _view(memory, layout.places[name]).copy() for name in request.results}


def _view(memory: npt.NDArray[np.uint8], place: tuple[int, int]) -> Doubles:
    offset, count = place
    return memory[offset : offset + 8 * count].view(np.float64)

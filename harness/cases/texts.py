"""Texts and bytes that find faults: empty, number-like, long, and beyond ASCII."""

from __future__ import annotations

import numpy as np

EDGE_TEXTS = (
    "",
    " ",
    "a",
    "0",
    "-1",
    "1e5",
    "nan",
    "1_000",
    " 12\n",
    "٣",
    "true",
    "None",
    "a,b;c\td",
    "line\nline\r\n",
    "quote\"'\\",
    "<b>&amp;",
    "nul\x00inside",
    "ß",
    "ﬁ",
    "é",
    "e\u0301",
    "İ",
    "日本",
    "\u200f\u05e9\u05dc",
    "👩‍👩‍👧",
    "\U0010ffff",
    "\ufeffbom",
    "x" * 300,
)
EDGE_BYTES = (b"", b"\x00", b"\xff", b"abc", b"\xff\xff\xff\xff", bytes(range(256)))
TYPICAL_TEXT = "alpha"
TYPICAL_BYTES = b"alpha"
_WORDS = ("alpha", "beta", "gamma", "A", "B", "x1", "snake_case", "Title Case")
_ALPHABET = "abcxyzABCXYZ019 _-.,:;/äöüßéñΩж中€😀"


def texts(rng: np.random.Generator, count: int) -> list[str]:
    """Draw words, edge texts and random ones of up to twelve characters."""
    return [_text(rng, kind) for kind in rng.integers(0, 3, count).tolist()]


def _text(rng: np.random.Generator, kind: int) -> str:
    if kind < 2:  # noqa: PLR2004 - two kinds of ready texts, the third is made
        ready = (_WORDS, EDGE_TEXTS)[kind]
        return ready[int(rng.integers(0, len(ready)))]
    places = rng.integers(0, len(_ALPHABET), int(rng.integers(0, 13)))
    return "".join(_ALPHABET[place] for place in places.tolist())


def byte_strings(rng: np.random.Generator, count: int) -> list[bytes]:
    """Draw edge values and random bytes, up to 24 of them, half and half."""
    lengths = rng.integers(0, 25, count).tolist()
    edges = rng.integers(0, 2 * len(EDGE_BYTES), count).tolist()
    return [EDGE_BYTES[edge] if edge < len(EDGE_BYTES) else rng.bytes(length) for edge, length in zip(edges, lengths, strict=True)]

"""Reproducible uniform numbers that every language can jump to by position: Philox4x64-10 as numpy defines it."""

from __future__ import annotations

import numpy as np

DEFAULT_SEED = 987654321
JITTER_STREAM = 1
DROPOUT_STREAM = 2
WIDTH = 8
WORDS_PER_BLOCK = 4


def uniforms(seed: int, stream: int, rows: int, *, first_row: int = 0, width: int = WIDTH) -> list[list[float]]:
    """Return u(i, k) in [0, 1) for the rows i = first_row .. first_row + rows - 1 and k = 0 .. width - 1.

    u(i, k) is element (i, k) of `Generator(Philox(key=[seed, stream], counter=0)).random((n, width))`. The width is a multiple of
    four words, one block of the generator, so a row starts at a counter that follows from its number alone (spec, decisions).
    """
    key = np.array([seed, stream], dtype=np.uint64)
    first_block = first_row * (width // WORDS_PER_BLOCK)
    generator = np.random.Generator(np.random.Philox(key=key, counter=first_block))
    table: list[list[float]] = generator.random((rows, width)).tolist()
    return table


def row_width(draws: int) -> int:
    """Return how wide a row must be to hold `draws` numbers: eight, or more in whole blocks of four (spec 6.3)."""
    if draws <= WIDTH:
        return WIDTH
    return -(-draws // WORDS_PER_BLOCK) * WORDS_PER_BLOCK

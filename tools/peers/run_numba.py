"""Simulates equity paths with numba on one thread, compiled before anything is timed.

The third argument names the generator: `own` is Philox compiled by numba, `numpy` is numpy's Generator called from compiled code.
"""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from paths import FIRST_DRAW, ROOT_OF_THREE, STEPS, WIDTH, answer_of, read_paths, summary
from serve import Job, serve

WORD = np.uint64
ROUNDS, BLOCK_WORDS = 10, 4
FIRST_FACTOR, SECOND_FACTOR = WORD(0xD2E7470EE14C6C93), WORD(0xCA5A826395121157)
FIRST_STEP, SECOND_STEP = WORD(0x9E3779B97F4A7C15), WORD(0xBB67AE8584CAA73B)
DROPPED_BITS, SCALE = WORD(11), 2.0**-53
BLOCKS, OWN_BLOCKS = WIDTH // BLOCK_WORDS, FIRST_DRAW // BLOCK_WORDS


def prepare(folder: Path) -> Job:
    """Choose the generator."""
    paths, count = read_paths(folder), int(sys.argv[2])
    first, second = paths.key

    def run() -> Any:
        scores = np.empty(count)
        if sys.argv[3] == "own":
            with_own(paths.base, paths.spread, first, second, scores)
        else:
            with_numpy(paths.base, paths.spread, np.random.Generator(np.random.Philox(key=paths.key)), scores)
        return summary(scores, paths.confidence), scores

    return Job(run, lambda found: answer_of(found[0], found[1].tolist()))


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def high_word(_context: Any, left: Any, right: Any) -> Any:
    """Return the upper half of a product of two words, in one instruction, for which numba itself has no name."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(argument, wide) for argument in arguments))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(left, right), generate


@njit(inline="always")  # type: ignore[untyped-decorator]  # numba has no types
def block_of(number: Any, first_key: Any, second_key: Any) -> Any:
    """Return the four uniform numbers of a block."""
    a, b, c, d = number, WORD(0), WORD(0), WORD(0)
    for _ in range(ROUNDS):
        high_a, low_a = high_word(a, FIRST_FACTOR), a * FIRST_FACTOR
        high_c, low_c = high_word(c, SECOND_FACTOR), c * SECOND_FACTOR
        a, b, c, d = high_c ^ b ^ first_key, low_c, high_a ^ d ^ second_key, low_a
        first_key += FIRST_STEP
        second_key += SECOND_STEP
    return (a >> DROPPED_BITS) * SCALE, (b >> DROPPED_BITS) * SCALE, (c >> DROPPED_BITS) * SCALE, (d >> DROPPED_BITS) * SCALE


@njit(inline="always")  # type: ignore[untyped-decorator]  # numba has no types
def moved(value: float, spread: float, number: float) -> float:
    """Move a metric."""
    return value * (1.0 + spread * (2.0 * number - 1.0))


@njit(inline="always")  # type: ignore[untyped-decorator]  # numba has no types
def step(state: Any, numbers: Any, drift: float, volatility: float, cost: float) -> Any:
    """Return equity, peak and deepest fall after one more step."""
    equity, peak, worst = state
    a, b, c, d = numbers
    normal = (((a + b) + c) + d - 2.0) * ROOT_OF_THREE
    equity = equity * (1.0 + ((drift + volatility * normal) - cost))
    peak = max(peak, equity)
    return equity, peak, max(worst, (peak - equity) / peak)


@njit  # type: ignore[untyped-decorator]  # numba has no types
def with_own(base: Any, spread: float, first_key: Any, second_key: Any, scores: Any) -> None:
    """Write the score of every simulation; block numbers begin at one."""
    for row in range(len(scores)):
        block = WORD(row * BLOCKS + 1)
        a, b, c, d = block_of(block, first_key, second_key)
        cost, weight = moved(base[0], spread, a), moved(base[1], spread, b)
        drift, volatility = moved(base[2], spread, c), moved(base[3], spread, d)
        block += WORD(OWN_BLOCKS)
        state = (1.0, 1.0, 0.0)
        for number in range(STEPS):
            state = step(state, block_of(block + WORD(number), first_key, second_key), drift, volatility, cost)
        scores[row] = (state[0] - 1.0) - weight * state[2] + 0.0


@njit  # type: ignore[untyped-decorator]  # numba has no types
def with_numpy(base: Any, spread: float, random: Any, scores: Any) -> None:
    """Write the score of every simulation, numbers drawn one after the other."""
    for row in range(len(scores)):
        cost, weight = moved(base[0], spread, random.random()), moved(base[1], spread, random.random())
        drift, volatility = moved(base[2], spread, random.random()), moved(base[3], spread, random.random())
        for _ in range(FIRST_DRAW - len(base)):
            random.random()
        state = (1.0, 1.0, 0.0)
        for _ in range(STEPS):
            numbers = (random.random(), random.random(), random.random(), random.random())
            state = step(state, numbers, drift, volatility, cost)
        scores[row] = (state[0] - 1.0) - weight * state[2] + 0.0


if __name__ == "__main__":
    serve(prepare)

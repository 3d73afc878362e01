"""The adversarial mix holds what uniform draws never hit, and nothing beyond its bounds."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.numbers import edge_floats, edge_ints, floats, generator, int_range, ints

BOUNDS = st.floats(allow_nan=False, allow_infinity=False)


def test_the_mix_holds_special_values_ties_and_neighbours() -> None:
    """Ten thousand draws hold NaN, infinities, zeros of both signs, subnormals, huge values, decimal ties and neighbours of one."""
    drawn = floats(generator(1), 10_000)
    bits = set(drawn.view(np.uint64).tolist())
    assert np.isnan(drawn).any()
    assert {math.inf, -math.inf, 1.7976931348623157e308, 5e-324, 1.005, 2.675} <= set(drawn.tolist())
    assert {0, 1 << 63} <= bits
    assert {np.nextafter(1.0, 2.0), np.nextafter(1.0, 0.0)} <= set(drawn.tolist())


def test_the_mix_is_broad() -> None:
    """Most draws are different, and they span hundreds of orders of magnitude."""
    drawn = floats(generator(2), 10_000)
    finite = np.abs(drawn[np.isfinite(drawn) & (drawn != 0)])
    assert len(set(drawn.tolist())) > 4_000
    assert np.log10(finite.max()) - np.log10(finite.min()) > 300


@given(st.tuples(BOUNDS, BOUNDS).map(sorted), st.integers(0, 2**64 - 1))
def test_bounded_floats_stay_between_both_ends(ends: list[float], seed: int) -> None:
    """Whatever the bounds, no draw lies outside and none is NaN."""
    low, high = ends
    drawn = floats(generator(seed), 200, low, high)
    assert ((drawn >= low) & (drawn <= high)).all()


@given(st.tuples(BOUNDS, BOUNDS).map(sorted))
def test_both_ends_of_a_range_are_edge_values(ends: list[float]) -> None:
    """The ends of a range come first among its edge values."""
    assert edge_floats(*ends)[0] == ends[0]
    assert ends[1] in edge_floats(*ends)[:2]


def test_bounded_draws_reach_both_ends() -> None:
    """A thousand draws from [0..1] hold both ends and values within 1e-9 of each."""
    drawn = floats(generator(3), 1_000, 0.0, 1.0)
    assert {0.0, 1.0} <= set(drawn.tolist())
    assert ((drawn > 0) & (drawn < 1e-9)).any()
    assert ((drawn < 1) & (drawn > 1 - 1e-9)).any()


def test_an_open_bound_admits_infinity_only_when_it_is_the_bound() -> None:
    """A float bounded on one side stays finite on the other, unless infinity is written as the bound."""
    assert np.isfinite(floats(generator(4), 5_000, low=0.0)).all()
    assert math.inf in floats(generator(4), 5_000, 0.0, math.inf)


@given(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)).map(sorted), st.sampled_from(["int32", "int64"]))
def test_bounded_integers_stay_between_both_ends(ends: list[int], name: str) -> None:
    """Integers stay inside the bounds that their type leaves of them."""
    low, high = int_range(name, float(ends[0]), float(ends[1]))
    if low <= high:
        drawn = ints(generator(5), 50, name, float(ends[0]), float(ends[1]))
        assert drawn.min() >= low
        assert drawn.max() <= high


def test_integers_reach_the_limits_of_their_type() -> None:
    """A thousand draws of each type hold its limits, zero and powers of two with both neighbours."""
    for name, bits in (("int32", 31), ("int64", 63)):
        drawn = set(ints(generator(6), 3_000, name).tolist())
        assert {-(2**bits), 2**bits - 1, 0, 1, -1, 255, 256, 257} <= drawn


def test_edge_integers_respect_their_range() -> None:
    """Edge values of a range hold both ends and nothing outside."""
    assert set(edge_ints("int32", 1900, 2100)) >= {1900, 1901, 2099, 2100}
    assert all(1900 <= value <= 2100 for value in edge_ints("int32", 1900, 2100))


def test_streams_are_the_same_in_another_process() -> None:
    """A seed and names give the same numbers in a fresh interpreter with another hash seed."""
    code = "from harness.cases.numbers import floats, generator; print(floats(generator(7, 'name'), 50).tobytes().hex())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].strip() == floats(generator(7, "name"), 50).tobytes().hex()


def test_seeds_and_names_give_different_streams() -> None:
    """Another seed or another name gives other numbers; a negative seed is as good as any."""
    streams = [floats(generator(*given), 20).tobytes() for given in ((1, "a"), (2, "a"), (1, "b"), (-1, "a"))]
    assert len(set(streams)) == 4

"""Every spelling of a threshold that runbooks use is read to the same bound, and no other text is."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Bound
from harness.runbook.bounds import Strength, negate, read_bounds, read_cell, read_one
from harness.runbook.numbers import is_ambiguous, read_number, read_unit

Expected = tuple[str, float, str]

SPELLINGS: list[tuple[str, list[Expected]]] = [
    ("<5ms", [("<", 0.005, "s")]),
    ("< 10%", [("<", 0.1, "fraction")]),
    ("<0.2s", [("<", 0.2, "s")]),
    ("<0.5KB", [("<", 500.0, "bytes")]),
    ("≤ 2 MiB", [("<=", 2097152.0, "bytes")]),
    (">1%", [(">", 0.01, "fraction")]),
    (">10% langsamer", [(">", 0.1, "fraction")]),
    ("> 0.001", [(">", 0.001, "")]),
    ("< 0.0001", [("<", 0.0001, "")]),
    (">1e-8", [(">", 1e-8, "")]),
    ("≤ 10⁻⁸", [("<=", 1e-8, "")]),
    ("< 2.5·10^-3", [("<", 0.0025, "")]),
    (">0 Fehler", [(">", 0.0, "")]),
    ("≥ 87%", [(">=", 0.87, "fraction")]),
    ("≥3x Speedup", [(">=", 3.0, "x")]),
    ("≥20x batch", [(">=", 20.0, "x")]),
    (">0.01 USD", [(">", 0.01, "USD")]),
    ("8x", [(">=", 8.0, "x")]),
    ("8x+", [(">=", 8.0, "x")]),
    ("5.5x", [(">=", 5.5, "x")]),
    ("5-10x", [(">=", 5.0, "x")]),
    ("3–5x", [(">=", 3.0, "x")]),
    ("12-fach", [(">=", 12.0, "x")]),
    ("1x (no change)", [(">=", 1.0, "x")]),
    ("~25s (4x)", [("<=", 25.0, "s"), (">=", 4.0, "x")]),
    ("~0.34s (50k events)", [("<=", 0.34, "s")]),
    ("<15s (5x+ Speedup)", [("<", 15.0, "s"), (">=", 5.0, "x")]),
    ("0 Warnings", [("==", 0.0, "")]),
    ("No panics reach Python", [("==", 0.0, "")]),
    ("Keine Fehler", [("==", 0.0, "")]),
    ("100%", [(">=", 1.0, "fraction")]),
    ("2+ Reviewer", [(">=", 2.0, "")]),
    ("Jeder", [(">", 0.0, "")]),
    ("Jedes Leak", [(">", 0.0, "")]),
    ("any", [(">", 0.0, "")]),
    ("every", [(">", 0.0, "")]),
    ("< 0,5 ms", [("<", 0.0005, "s")]),
    ("≥ 10,000 rows", [(">=", 10000.0, "")]),
    ("≥ 10K rows", [(">=", 10000.0, "")]),
    ("≥ 1.000,5", [(">=", 1000.5, "")]),
    ("at least 99 % of", [(">=", 0.99, "fraction")]),
    ("höchstens 3 s", [("<=", 3.0, "s")]),
    ("must not exceed 5 s", [("<=", 5.0, "s")]),
    ("not below 90 %", [(">=", 0.9, "fraction")]),
    ("no larger than 2 MB", [("<=", 2e6, "bytes")]),
    ("nicht größer als 2 MB", [("<=", 2e6, "bytes")]),
    ("cannot exceed 5 s", [("<=", 5.0, "s")]),
    ("without exceeding 5 s", [("<=", 5.0, "s")]),
    ("a call does not take more than 5 ms", [("<=", 0.005, "s")]),
    ("no regression larger than 5 %", [("<=", 0.05, "fraction")]),
    ("Keine Regression über 5 %", [("<=", 0.05, "fraction")]),
    ("must not be > 5 ms", [("<=", 0.005, "s")]),
    ("no answer for more than 5 s", [(">", 5.0, "s")]),
    ("No response > 5 s", [(">", 5.0, "s")]),
    ("not only correct, but more than 8x faster", [(">", 8.0, "x")]),
    ("darf 5 ms nicht überschreiten", [("<=", 0.005, "s")]),
    ("latency<5ms", [("<", 0.005, "s")]),
    ("Memory-Usage ≤ Python-Baseline", [("<=", 1.0, "x")]),
    ("≥ 50 MB/s", [(">=", 5e7, "bytes/s")]),
    ("<= 5-10 ms", [("<=", 0.005, "s")]),
]


def read(text: str) -> list[Expected]:
    """Read a cell to what a comparison needs."""
    return [(reading.bound.comparator, reading.bound.limit, reading.bound.unit) for reading in read_cell(text)]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_a_spelling_is_read(text: str, expected: list[Expected]) -> None:
    """Comparator, limit in base units and unit are as written."""
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["1K/10K/1M", "TBD", "-", "[X]x", "Vec<u8>", "f() -> 5", "a => 5", "≥ 1.10.3", "phase 3", "0x1F", "", "(Day 1-2)"]
)
def test_other_text_is_no_bound(text: str) -> None:
    """Arrows, versions, sizes, placeholders and types are not thresholds."""
    assert read_bounds(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [("[0, 1]", 0, 1, ""), ("[0,1]", 0, 1, ""), ("±10%", -0.1, 0.1, "fraction"), ("between 1 ms and 2 ms", 0.001, 0.002, "s")],
)
def test_a_range_has_both_ends(text: str, low: float, high: float, unit: str) -> None:
    """The lower end is the limit, the upper end belongs to it."""
    bound = read_bounds(text)[0].bound
    assert (bound.comparator, bound.limit, bound.upper, bound.unit) == ("in", low, high, unit)


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("<5ms für 1K Signals", "für 1K Signals"),
        ("≥3x Speedup", "Speedup"),
        ("1x (no change)", "no change"),
        (">0 Fehler; dann stop", "Fehler"),
        ("<15s (5x+ Speedup)", ""),
        ("> 10 % (typisch >10%)", "typisch"),
    ],
)
def test_the_words_behind_a_bound_qualify_it(text: str, qualifier: str) -> None:
    """Up to the end of the clause or the next bound."""
    assert read_bounds(text)[0].bound.qualifier == qualifier


def test_bounds_come_in_the_order_of_the_text_with_their_own_words() -> None:
    """The raw text is kept for people."""
    assert [reading.bound.raw for reading in read_bounds("8x, then < 5 ms and ≥ 90 %")] == ["8x", "< 5 ms", "≥ 90 %"]


def test_strength_tells_signs_from_words_from_bare_numbers() -> None:
    """What is written with a sign is a threshold anywhere."""
    assert [reading.strength for reading in read_bounds("< 5 ms, at least 3 s, 8x")] == [Strength.SIGN, Strength.WORDS, Strength.BARE]


def test_one_bound_must_be_the_whole_text() -> None:
    """A bound of a comment's own has nothing beside it."""
    assert read_one("<= 1.1") == Bound("<=", 1.1, "", "<= 1.1")
    assert read_one("<= 1.1 or so") is None
    assert read_one("") is None


@pytest.mark.parametrize(
    ("text", "ambiguous"), [("1,234", True), ("1.000", True), ("10,000", False), ("1.234", False), ("0,123", False), ("12,5", False)]
)
def test_a_separator_that_may_mean_two_things_is_said(text: str, ambiguous: bool) -> None:  # noqa: FBT001 - a table of facts
    """Three digits behind a comma may be decimals, three zeros behind a point a German thousand."""
    assert is_ambiguous(text) is ambiguous


@pytest.mark.parametrize("text", ["1e999", "9" * 400, "x", "", "1.2.3"])
def test_what_is_no_finite_number_is_none(text: str) -> None:
    """Overflow is not infinity: it is unreadable."""
    assert read_number(text) is None


def test_a_rate_keeps_its_denominator() -> None:
    """Bytes a millisecond are a thousand times bytes a second."""
    assert read_unit("KB/ms") == ("bytes/s", 1e6)


@pytest.mark.parametrize(("comparator", "opposite"), [("<", ">="), ("<=", ">"), (">", "<="), (">=", "<"), ("==", ">")])
def test_what_must_hold_becomes_what_triggers(comparator: str, opposite: str) -> None:
    """A count that must be zero triggers above it."""
    assert negate(Bound(comparator, 0.0, "", "")).comparator == opposite


COMPARATORS = {
    "<": ("<", "< ", "below ", "weniger als "),
    "<=": ("<=", "≤", "≤ ", "at most ", "höchstens "),
    ">": (">", "> ", "more than ", "mehr als "),
    ">=": (">=", "≥", "≥ ", "at least ", "mindestens "),
}
UNITS = {
    "": ("", 1.0),
    "ms": ("s", 1e-3),
    " s": ("s", 1.0),
    "µs": ("s", 1e-6),
    "%": ("fraction", 1e-2),
    " %": ("fraction", 1e-2),
    "KB": ("bytes", 1e3),
    " MB": ("bytes", 1e6),
    "x": ("x", 1.0),
}
TAILS = ("", " for 1K signals", " (50 jitters)", " pro Slice", ", sagt QA")


@given(
    st.sampled_from(list(COMPARATORS)),
    st.integers(0, 3),
    st.decimals(0, 9999, places=4, allow_nan=False, allow_infinity=False),
    st.sampled_from(list(UNITS)),
    st.sampled_from(TAILS),
    st.sampled_from([".", ","]),
)
def test_every_generated_spelling_is_read_back(comparator: str, spelling: int, number: object, unit: str, tail: str, point: str) -> None:
    """However it is written, the same bound comes out."""
    text = f"latency {COMPARATORS[comparator][spelling]}{number!s}".replace(".", point) + unit + tail
    base, factor = UNITS[unit]
    (reading,) = read_bounds(text)
    assert (reading.bound.comparator, reading.bound.unit) == (comparator, base)
    assert math.isclose(reading.bound.limit, float(str(number)) * factor, rel_tol=1e-12, abs_tol=1e-18)


@given(st.text(alphabet="<>=≤≥~±[]()0123456789.,eE-+xKMms% µ/Jeder", max_size=60))
def test_any_text_gives_finite_bounds_inside_it(text: str) -> None:
    """Nothing fails, nothing is infinite, and every bound has its place in the text."""
    for reading in read_cell(text):
        assert math.isfinite(reading.bound.limit)
        assert 0 <= reading.start <= reading.end <= len(text)
        assert reading.bound.upper is None or reading.bound.limit <= reading.bound.upper

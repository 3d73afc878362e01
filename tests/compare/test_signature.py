"""Tests how divergences are grouped by cause, and what their errors are said to look like."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from harness.compare import compare_outcomes, describe, differences, error_sizes, signature
from harness.contract.policy import exact
from harness.model import Difference, Failure, Outcome, OutcomeKind


def of(reference: object, candidate: object) -> str:
    """Return the signature of two values."""
    left, right = Outcome(OutcomeKind.VALUE, reference), Outcome(OutcomeKind.VALUE, candidate)
    return signature("rate", left, right, compare_outcomes(left, right, exact, "code"))


def errors(relative: Sequence[float]) -> tuple[Difference, ...]:
    """Return the differences of a list of ones with these errors."""
    return differences([1.0] * len(relative), [1.0 + error for error in relative], exact)


class TestSignature:
    """Cases of one cause share a signature; cases of different causes do not."""

    def test_rows_and_sizes_of_one_class_share_it(self) -> None:
        """The same field off by about as much in another row is the same cause."""
        assert of([{"a": 1.0}], [{"a": 1.1}]) == of([{"a": 2.0}, {"a": 3.0}], [{"a": 2.0}, {"a": 3.5}])

    @pytest.mark.parametrize(
        ("reference", "candidate"),
        [
            ([{"a": 1.0, "b": 1.0}], [{"a": 1.0, "b": 1.1}]),
            ([{"a": 1.0}], [{"a": 0.9}]),
            ([{"a": 1.0}], [{"a": math.nan}]),
            ([{"a": 1.0}], [{"a": 1}]),
            ([{"a": 1.0}], [{"a": 1.0 + 1e-15}]),
            ([{"a": 1.0}], [{"a": 1.0 + 1e-9}]),
            ([{"a": 1.0}], [{}]),
            ([{"a": 1.0}], []),
        ],
    )
    def test_other_causes_have_another(self, reference: object, candidate: object) -> None:
        """Another field, sign, kind or magnitude of error is another cause."""
        assert of(reference, candidate) != of([{"a": 1.0}], [{"a": 1.1}])

    def test_it_can_be_read(self) -> None:
        """A person sees operation, field, kind and size in it."""
        assert of([{"a": 1.0}], [{"a": 1.1}]) == 'rate | value | value[*]["a"] | value | +large'

    def test_errors_are_told_by_their_pair(self) -> None:
        """A pair of exceptions is one cause, another pair another; their messages play no part."""

        def pair(left: str, right: str, message: str = "", code: str | None = None) -> str:
            one, other = (Outcome(OutcomeKind.ERROR, failure=Failure(name, message, code)) for name in (left, right))
            return signature("rate", one, other, compare_outcomes(one, other, exact, "type+message"))

        assert pair("b.ValueError", "b.TypeError", "for 1") == pair("b.ValueError", "b.TypeError", "for 2")
        assert pair("b.ValueError", "b.TypeError") != pair("b.TypeError", "b.ValueError")
        assert "[1005]" in pair("b.ValueError", "b.TypeError", code="1005")

    def test_accidents(self) -> None:
        """A crash where the reference gave a value is one cause, a hang another, another operation a third."""
        good = Outcome(OutcomeKind.VALUE, 1.0)
        names = {
            signature(operation, good, bad, compare_outcomes(good, bad, exact, "code"))
            for operation in ("rate", "batch")
            for bad in (Outcome(OutcomeKind.CRASH, failure=Failure("SIGSEGV", "")), Outcome(OutcomeKind.TIMEOUT))
        }
        assert len(names) == 4

    def test_equal_outcomes(self) -> None:
        """Outcomes that do not differ are said to be equal."""
        assert of(1.0, 1.0) == "rate | value | equal"


class TestDescribe:
    """The anatomy of errors."""

    @pytest.mark.parametrize(
        ("relative", "word"),
        [
            ([2e-16, -2e-16, 4e-16], "rounding-like"),
            ([1e-13], "rounding-like"),
            ([1e-6] * 6, "bias"),
            ([-1e-6] * 6, "bias"),
            ([1e-6] * 4, "logic"),
            ([1e-6, -1e-6] * 4, "logic"),
            ([0.5] * 6, "logic"),
            ([math.nan], "logic"),
            ([2e-16, math.inf], "logic"),
        ],
    )
    def test_words(self, relative: list[float], word: str) -> None:
        """Last places are rounding, many small errors of one sign a bias, everything else logic."""
        assert describe(errors(relative)).split(":")[0] == word

    def test_what_is_no_number_is_logic(self) -> None:
        """A missing item or another type is never rounding."""
        assert describe(differences([1.0], [], exact)).startswith("logic")
        assert describe(differences(1, 1.0, exact)).startswith("logic")

    def test_nothing(self) -> None:
        """Without differences there is nothing to describe."""
        assert describe(()) == "equal"


class TestSizes:
    """The numbers that gates limit."""

    def test_equal_is_zero(self) -> None:
        """Without differences all errors are zero."""
        sizes = error_sizes(())
        assert (sizes.max_abs, sizes.max_rel, sizes.max_ulps) == (0.0, 0.0, 0)

    def test_largest_of_each(self) -> None:
        """Each number is the largest of its kind, from whichever difference."""
        sizes = error_sizes(differences([100.0, 0.001], [101.0, 0.002], exact))
        assert sizes.max_abs == 1.0
        assert sizes.max_rel == 1.0
        assert sizes.max_ulps == 2**52

    @pytest.mark.parametrize(
        ("reference", "candidate"),
        [([1.0], []), (1.0, None), (1.0, math.nan), (math.inf, 1.0), ("a", "b"), ([1.0], (1.0,)), ({"a": 1}, {})],
    )
    def test_what_is_no_number_is_infinitely_wrong(self, reference: object, candidate: object) -> None:
        """A difference without a size exceeds every limit on errors, in every measure."""
        sizes = error_sizes(differences(reference, candidate, exact))
        assert sizes.max_abs == sizes.max_rel == math.inf
        assert sizes.max_ulps == 2**64 - 1

    def test_the_sign_of_zero_has_no_size(self) -> None:
        """Zeros of different sign differ, but not by any amount."""
        sizes = error_sizes(differences(0.0, -0.0, exact))
        assert (sizes.max_abs, sizes.max_rel, sizes.max_ulps) == (0.0, 0.0, 0)

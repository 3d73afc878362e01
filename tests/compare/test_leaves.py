"""Tests the comparison of numbers, decimals and times: tolerances, and the values that no tolerance covers."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from harness.compare import differences
from harness.contract.policy import Policy, close, exact

NAN = math.nan
LOOSE = replace(exact, types=False)


def paths(reference: Any, candidate: Any, policy: Policy = exact) -> list[str]:
    """Return where two values differ."""
    return [item.path for item in differences(reference, candidate, policy)]


def kinds(reference: Any, candidate: Any, policy: Policy = exact) -> list[str]:
    """Return how two values differ."""
    return [item.kind for item in differences(reference, candidate, policy)]


class TestNumbers:
    """Tolerances and the special floats."""

    @pytest.mark.parametrize(
        ("reference", "candidate", "kind"),
        [(NAN, 1.0, "nan"), (math.inf, -math.inf, "infinity"), (math.inf, 1e308, "infinity"), (0.0, -0.0, "sign-of-zero"),
         (0.0, 5e-324, "value"), (1.0, math.nextafter(1.0, 2.0), "value")],
    )  # fmt: skip
    def test_kinds_of_difference(self, reference: float, candidate: float, kind: str) -> None:
        """NaN, infinities and the sign of zero are named as such, alone and in long lists alike."""
        assert kinds(reference, candidate) == kinds(candidate, reference) == [kind]
        assert kinds([1.0] * 50 + [reference], [1.0] * 50 + [candidate]) == [kind]

    @pytest.mark.parametrize("policy", [close(abs=1e300), close(rel=10.0), close(ulps=2**62)])
    @pytest.mark.parametrize(
        ("reference", "candidate"), [(NAN, 1.0), (1.0, NAN), (math.inf, 1.7e308), (1.7e308, math.inf), (math.inf, -math.inf)]
    )
    def test_no_tolerance_covers_nan_and_infinity(self, policy: Policy, reference: float, candidate: float) -> None:
        """NaN and infinity are within no tolerance of anything else, one by one and in arrays."""
        assert differences(reference, candidate, policy)
        assert differences(np.array([reference]), np.array([candidate]), policy)
        assert differences([reference] * 40, [candidate] * 40, policy)

    @pytest.mark.parametrize(
        ("policy", "candidate", "equal"),
        [(close(abs=0.5), 100.5, True), (close(abs=0.5), 100.50001, False), (close(rel=0.01), 101.0, True), (close(rel=0.01), 101.1, False),
         (close(ulps=1), math.nextafter(100.0, 200), True), (close(ulps=1), math.nextafter(math.nextafter(100.0, 200), 200), False),
         (close(abs=1e-9, rel=0.01), 100.9, True), (close(abs=2, rel=1e-9), 101.9, True)],
    )  # fmt: skip
    def test_tolerances(self, policy: Policy, candidate: float, equal: bool) -> None:  # noqa: FBT001 - an expected value
        """Any one of the tolerances is enough, up to and with its limit, in scalars, lists and arrays alike."""
        for make in (lambda x: x, lambda x: [x] * 40, lambda x: np.array([[x, 1.0]]), lambda x: {x}):
            assert (not differences(make(100.0), make(candidate), policy)) is equal

    def test_tolerance_is_relative_to_the_reference(self) -> None:
        """A relative tolerance is a share of the reference: of 0 it is nothing."""
        assert differences(0.0, 1e-300, close(rel=0.5))
        assert not differences(2.0, 1.0, close(rel=0.5))
        assert differences(1.0, 2.0, close(rel=0.5))

    def test_integers_take_tolerances(self) -> None:
        """Counts and nanoseconds take the same tolerances as floats, exactly, but no ULPs."""
        assert not differences(10**18, 10**18 + 5, close(abs=5))
        assert differences(10**18, 10**18 + 6, close(abs=5))
        assert differences(10, 11, close(ulps=5))
        assert not differences(np.array([10**18]), np.array([10**18 + 5]), close(abs=5))

    def test_nan_may_differ_from_nan(self) -> None:
        """Without `nan_equal` no NaN equals any, in scalars, lists and arrays, even in the same object."""
        policy = replace(exact, nan_equal=False)
        for value in (NAN, [NAN] * 40, np.array([NAN]), {"a": NAN}, complex(NAN, 0)):
            assert differences(value, value, policy)

    def test_sign_of_zero_may_play_no_part(self) -> None:
        """Without `signed_zero` both zeros are one, in scalars, lists and arrays."""
        for make in (lambda x: x, lambda x: [x] * 40, lambda x: np.array([x])):
            assert differences(make(0.0), make(-0.0), exact)
            assert not differences(make(0.0), make(-0.0), replace(exact, signed_zero=False))
            assert differences(make(0.0), make(-0.0), replace(exact, abs_tol=1.0))

    def test_errors_are_measured(self) -> None:
        """A difference of numbers carries its absolute and relative error and its ULPs."""
        found = differences(2.0, 2.5, exact)[0]
        assert (found.abs_error, found.rel_error, found.ulps) == (0.5, 0.25, 2**50)

    def test_complex_parts(self) -> None:
        """Complex numbers are compared part by part."""
        assert paths(1 + 2j, 1 + 3j) == ["value.imag"]
        assert paths(np.array([1j, 2j]), np.array([1j, 1 + 2j])) == ["value[1].real"]


class TestDecimals:
    """Decimals have a form besides their value."""

    @pytest.mark.parametrize(
        ("reference", "candidate", "policy", "kind"),
        [("1.0", "1.00", exact, ["decimal-form"]), ("1.0", "1.00", LOOSE, []), ("1.0", "1.00", close(abs=1e-9), []),
         ("0", "-0", exact, ["decimal-form"]),
         ("0", "-0", close(abs=1.0), []), ("NaN", "NaN", exact, []), ("sNaN", "NaN", exact, []), ("NaN", "1", exact, ["nan"]),
         ("1", "1.1", exact, ["value"]), ("1", "1.1", close(abs=0.09), ["value"]), ("1", "1.1", close(abs=0.11), []),
         ("Infinity", "1", close(abs=9), ["value"]),
         ("Infinity", "Infinity", exact, [])],
    )  # fmt: skip
    def test_decimals(self, reference: str, candidate: str, policy: Policy, kind: list[str]) -> None:
        """1.0 and 1.00 differ exactly but not with a tolerance; NaN equals NaN; tolerances are exact."""
        assert kinds(Decimal(reference), Decimal(candidate), policy) == kind


class TestTimes:
    """Points in time and spans."""

    def test_time_zones(self) -> None:
        """The same instant in another zone is another answer, unless types play no part; a naive time never equals an aware one."""
        noon = datetime(2020, 1, 1, 12, tzinfo=UTC)
        later = noon.astimezone(timezone(timedelta(hours=1)))
        assert kinds(noon, later) == ["time-zone"]
        assert kinds(noon, later, LOOSE) == []
        assert kinds(noon, noon.replace(tzinfo=None), LOOSE) == ["time-zone"]

    @pytest.mark.parametrize(
        ("reference", "candidate"),
        [(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, 0, 0, 2, tzinfo=UTC)), (timedelta(seconds=3), timedelta(seconds=1))],
    )
    def test_tolerance_in_seconds(self, reference: Any, candidate: Any) -> None:
        """An absolute tolerance on times is in seconds, and the error is measured in them."""
        assert differences(reference, candidate, exact)[0].abs_error == 2.0
        assert differences(reference, candidate, close(abs=1.0))
        assert not differences(reference, candidate, close(abs=2.0))

    def test_times_of_day_and_numpy_times(self) -> None:
        """Times of day and numpy's times are equal when their texts and types are, not-a-time included."""
        assert not differences(time(1, 2), time(1, 2), exact)
        assert differences(time(1, 2), time(1, 3), exact)
        assert not differences(np.datetime64("NaT"), np.datetime64("NaT"), exact)
        assert differences(np.datetime64("2020-01-01"), np.datetime64("2020-01-01", "s"), exact)
        assert differences(np.timedelta64(1, "s"), np.timedelta64(2, "s"), exact)

"""The rating module's error: its text, its number, and that it survives a process boundary."""

from __future__ import annotations

import pickle

from reference_py.rating import ErrorCode, RatingError


def test_text_starts_with_the_code() -> None:
    """The text of the error reads `[code] message`."""
    assert str(RatingError(ErrorCode.SCHEMA, "no such column")) == "[1005] no such column"


def test_code_is_a_plain_integer() -> None:
    """The attribute `code` is an int, not a member of an enumeration."""
    assert type(RatingError(ErrorCode.NAN, "x").code) is int


def test_is_a_runtime_error() -> None:
    """The error can be caught as a RuntimeError."""
    assert issubclass(RatingError, RuntimeError)


def test_survives_pickling() -> None:
    """A pickled error keeps code and text."""
    copy = pickle.loads(pickle.dumps(RatingError(1001, "seed")))
    assert (copy.code, str(copy)) == (1001, "[1001] seed")

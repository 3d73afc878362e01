"""Errors cross as Python exceptions with a number, a text and the right type."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from omega_rust import RatingError, rating

REFUSED: dict[str, tuple[Callable[[], Any], int]] = {
    "missing threshold": (lambda: rating.strategy_rating({}, {"min_winrate": 1.0}), 1008),
    "key that is no year": (lambda: rating.stability_score({"later": 1.0}), 1004),  # type: ignore[dict-item]
    "year beyond 64 bits": (lambda: rating.stability_score({2**63: 1.0}), 1003),
    "weights": (lambda: rating.final_rating(0, 0, 0, 0, 0, 0, [1.0]), 1006),
    "frac of NaN": (lambda: rating.trade_dropout({}, float("nan")), 2004),
    "seed below zero": (lambda: rating.trade_dropout({}, 0.1, -1), 1001),
    "seed beyond every word": (lambda: rating.trade_dropout({}, 0.1, 10**60), 1001),
    "columns": (lambda: rating.trade_dropout({"result": [1.0], "exit": []}, 0.1), 1011),
    "position": (lambda: rating.trade_dropout({"result": [1.0]}, 0.1, dropped=[1]), 1003),
    "unknown option": (lambda: rating.calculate_ratings_batch(b"", {"colour": 1}), 1001),
    "option of another type": (lambda: rating.calculate_ratings_batch(b"", {"penalty_cap": "0.5"}), 1004),
    "no stream": (lambda: rating.calculate_ratings_batch(b""), 3004),
}


@pytest.mark.parametrize(("call", "code"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_has_its_number_in_the_text_too(call: Callable[[], Any], code: int) -> None:
    """The text reads `[code] message`, so that it survives where only text is kept."""
    with pytest.raises(RatingError, match=rf"^\[{code}\] .") as raised:
        call()
    assert raised.value.code == code
    assert isinstance(raised.value, RuntimeError)


def test_the_error_is_one_class_and_survives_pickling() -> None:
    """An error that crosses processes keeps its number and its text."""
    assert rating.RatingError is RatingError
    with pytest.raises(RatingError) as raised:
        rating.strategy_rating({}, {"x": 1})
    again = pickle.loads(pickle.dumps(raised.value))
    assert (type(again), again.code, str(again)) == (RatingError, 1008, str(raised.value))


WRONG: dict[str, Callable[[], Any]] = {
    "record that is no mapping": lambda: rating.stress_penalty([], []),  # type: ignore[arg-type]
    "records that are no sequence": lambda: rating.stress_penalty({}, {}),  # type: ignore[arg-type]
    "text is no sequence": lambda: rating.stress_penalty({}, "abc"),  # type: ignore[arg-type]
    "cap that is text": lambda: rating.stress_penalty({}, [], "0.5"),  # type: ignore[arg-type]
    "value that is null": lambda: rating.strategy_rating({"Winrate (%)": None}),
    "seed that is no integer": lambda: rating.trade_dropout({}, 0.1, 1.0),  # type: ignore[arg-type]
    "unknown keyword": lambda: rating.JitterConfig(colour=1),  # type: ignore[call-arg]
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_a_wrong_type_is_a_type_error(call: Callable[[], Any]) -> None:
    """An argument of the wrong kind is Python's own error, without a number."""
    with pytest.raises(TypeError):
        call()


def test_a_number_too_large_for_a_double_is_an_overflow_error() -> None:
    """Where a number is demanded, one beyond the doubles is refused as Python does."""
    with pytest.raises(OverflowError):
        rating.stress_penalty({}, [], 10**400)


class Failing:
    """A number whose conversion fails in a way that nobody foresees."""

    def __float__(self) -> float:
        """Fail."""
        raise KeyError("unforeseen")


def test_an_error_of_the_caller_passes_as_it_is() -> None:
    """Only what `float` documents counts as unreadable; anything else is the caller's error."""
    with pytest.raises(KeyError, match="unforeseen"):
        rating.stress_penalty({"profit": Failing()}, [])

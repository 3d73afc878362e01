"""Facts about playing a program: what steps give and raise, what is observed, and where it ended."""

from __future__ import annotations

from typing import Any, Self

import pytest

from harness.machines.play import Player, code_of, snapshot


class Odd:
    """An object with every kind of step."""

    size = 3

    def __init__(self, values: list[int]) -> None:
        """Keep the list itself."""
        if not values:
            raise ValueError("[1010] nothing to begin with")
        self.values = values

    def mine(self) -> list[int]:
        """Return the inner list itself."""
        return self.values

    def append(self, value: int) -> Self:
        """Append and return the object, for chaining."""
        self.values.append(value)
        return self

    def refuse(self) -> None:
        """Refuse with a code."""
        raise RuntimeError("[2004] not today")

    def fail(self) -> None:
        """Refuse without a code."""
        raise KeyError("here")

    def end(self) -> None:
        """Raise what is no Exception."""
        raise KeyboardInterrupt

    def exhaust(self) -> None:
        """Run out of memory."""
        raise MemoryError

    def save(self) -> list[int]:
        """Return the state."""
        return list(self.values)

    @classmethod
    def load(cls, state: list[int]) -> Self:
        """Return an object with one value more than was saved."""
        return cls([*state, 99])


def played(*steps: list[Any], observe: tuple[str, ...] = ("mine",)) -> list[dict[str, Any]]:
    """Play steps on an object of one value."""
    return Player(Odd)([[1]], steps, observe)


def test_the_first_entry_is_the_new_object() -> None:
    """Before any step the object is observed, methods called and attributes read."""
    assert played(observe=("mine", "size")) == [{"state": {"mine": [1], "size": 3}}]


def test_what_a_step_gave_is_not_changed_by_later_ones() -> None:
    """A method that returns its inner list has given what was in it then."""
    entries = played(["mine", []], ["append", [2]])

    assert entries[1] == {"gave": [1], "state": {"mine": [1]}}
    assert entries[2] == {"gave": "the object itself", "state": {"mine": [1, 2]}}


def test_a_refusal_is_data_and_the_program_goes_on() -> None:
    """A step that raises has its code, else its type, and the next step is taken."""
    entries = played(["refuse", []], ["fail", []], ["absent", []], ["append", [2]])

    assert [entry.get("raised") for entry in entries[1:]] == ["2004", "KeyError", "AttributeError", None]
    assert entries[1]["raised type"] == "RuntimeError"
    assert entries[1]["raised message"] == "[2004] not today"
    assert entries[4]["state"]["mine"] == [1, 2]


def test_an_observation_may_be_refused() -> None:
    """What cannot be seen is a refusal in the state."""
    assert played(observe=("refuse", "absent"))[0]["state"]["refuse"]["raised"] == "2004"


def test_a_renewal_replaces_the_object() -> None:
    """The step load(save) goes on with what the class makes of the saved state."""
    assert played(["load(save)", []])[1] == {"gave": None, "state": {"mine": [1, 99]}}


def test_what_making_raises_passes_through() -> None:
    """An object that cannot be made is the outcome of the whole program."""
    with pytest.raises(ValueError, match="nothing to begin with"):
        Player(Odd)([[]], [], [])


@pytest.mark.parametrize(("method", "error"), [("end", KeyboardInterrupt), ("exhaust", MemoryError)])
def test_what_ends_a_program_is_noted_with_its_step(method: str, error: type[BaseException]) -> None:
    """A panic and exhausted memory are no refusals; they carry the number of the step."""
    with pytest.raises(error) as caught:
        played(["append", [2]], [method, []], ["append", [3]])

    assert caught.value.__notes__ == ["in step 2"]


def test_steps_are_marked_before_they_are_taken() -> None:
    """Whoever watches knows which step is in hand: 0 is the making."""
    marks: list[int] = []
    Player(Odd, marks.append)([[1]], [["append", [2]], ["fail", []]], [])

    assert marks == [0, 1, 2]


def test_a_program_can_be_played_step_by_step() -> None:
    """Two programs interleave without touching each other."""
    first, second = (Player(Odd).play([[value]], [["append", [value]]], ["mine"]) for value in (1, 2))

    assert [next(first), next(second), next(second), next(first)] == [
        {"state": {"mine": [1]}},
        {"state": {"mine": [2]}},
        {"gave": "the object itself", "state": {"mine": [2, 2]}},
        {"gave": "the object itself", "state": {"mine": [1, 1]}},
    ]


def test_an_exception_without_a_text_has_no_code() -> None:
    """An exception whose text cannot be made does not break the program."""

    class Unprintable(Exception):  # noqa: N818 - the name says what it is
        code = 7

        def __str__(self) -> str:
            raise RuntimeError("no text")

    assert code_of(Unprintable(), "") == "7"
    assert code_of(SystemExit(3), "") is None
    assert code_of(ValueError("x"), "[1005] x") == "1005"


def test_unchanging_values_are_not_copied() -> None:
    """Bytes, the usual form of large answers, are kept as they are."""
    data = b"x" * 1000

    assert snapshot(data) is data

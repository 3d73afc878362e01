"""Flags: the words, their place in the environment, and the override above it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.runtime import flags
from harness.runtime.flags import WORDS, FlagError, Mode

FLAG = "TEST_USE_RUST_FLAGS"
KNOWN = {word for words in WORDS.values() for word in words}


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FLAG, raising=False)
    flags.declare(FLAG)
    flags.set_feature_flag(FLAG, None)


def test_a_flag_that_nobody_set_is_auto() -> None:
    """A flag that is not in the environment means auto."""
    assert flags.mode(FLAG) is Mode.AUTO


@pytest.mark.parametrize(("word", "mode"), [(word, mode) for mode, words in WORDS.items() for word in words])
def test_every_word_means_its_mode_in_any_case_and_with_blanks(word: str, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case and surrounding blanks of a word do not matter."""
    monkeypatch.setenv(FLAG, f"  {word.title()}\t")

    assert flags.mode(FLAG) is mode


@given(st.text().filter(lambda text: text.strip().lower() not in KNOWN))
def test_any_other_word_is_an_error(word: str) -> None:
    """A word outside the list is refused, never taken for auto."""
    with pytest.raises(FlagError):
        flags.parse(FLAG, word)


def test_the_error_names_flag_value_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused word is shown beside the flag and everything that would count."""
    monkeypatch.setenv(FLAG, "maybe")

    with pytest.raises(ValueError, match=rf"{FLAG} is 'maybe'.*off: off, false, 0, no, disabled.*on: on, true, 1, yes, enabled"):
        flags.mode(FLAG)


@pytest.mark.parametrize("value", [1, 0, 2.0, b"on", [True]])
def test_a_value_that_is_neither_word_nor_boolean_is_refused(value: object) -> None:
    """Numbers are no modes, though True and False are."""
    with pytest.raises(FlagError):
        flags.set_feature_flag(FLAG, value)


@pytest.mark.parametrize(
    ("value", "mode"), [(True, Mode.ON), (False, Mode.OFF), ("auto", Mode.AUTO), (Mode.OFF, Mode.OFF), ("No", Mode.OFF)]
)
def test_an_override_beats_the_environment(value: object, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process was told counts more than what it was started with."""
    monkeypatch.setenv(FLAG, "on" if mode is not Mode.ON else "off")

    flags.set_feature_flag(FLAG, value)

    assert flags.mode(FLAG) is mode


def test_none_gives_the_word_back_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clearing an override leaves what the environment says."""
    monkeypatch.setenv(FLAG, "on")
    flags.set_feature_flag(FLAG, "off")

    flags.set_feature_flag(FLAG, None)

    assert flags.mode(FLAG) is Mode.ON


def test_a_refused_override_changes_nothing() -> None:
    """After an unknown word the flag is as it was."""
    flags.set_feature_flag(FLAG, "off")

    with pytest.raises(FlagError):
        flags.set_feature_flag(FLAG, "perhaps")

    assert flags.mode(FLAG) is Mode.OFF


def test_the_environment_is_read_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable changed while the process runs counts from the next call on."""
    monkeypatch.setenv(FLAG, "on")
    before = flags.mode(FLAG)
    monkeypatch.setenv(FLAG, "off")

    assert (before, flags.mode(FLAG)) == (Mode.ON, Mode.OFF)


def test_a_flag_answers_to_its_feature_name() -> None:
    """The name that rollback texts use is the variable without its first word, in lower case."""
    flags.set_feature_flag("use_rust_flags", "off")

    assert flags.mode(FLAG) is Mode.OFF


def test_an_unknown_flag_is_an_error_that_suggests_the_nearest() -> None:
    """A misspelt flag does not switch nothing in silence."""
    with pytest.raises(FlagError, match="no flag is named 'use_rust_flagz'; did you mean 'use_rust_flags'"):
        flags.set_feature_flag("use_rust_flagz", "off")


def test_declaring_a_flag_again_changes_nothing() -> None:
    """Two modules may declare the same flag."""
    assert flags.declare(FLAG) == flags.declare(FLAG)


def test_a_feature_name_belongs_to_one_variable() -> None:
    """Two variables cannot share a feature name, or a rollback would switch the wrong one."""
    with pytest.raises(FlagError, match=FLAG):
        flags.declare("OTHER_USE_RUST_FLAGS")

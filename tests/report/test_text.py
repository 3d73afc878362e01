"""Texts become harmless and short, and say what was changed."""

from __future__ import annotations

import shlex

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.report.text import clean, clip, one_line, plural, shell

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_clean_text_can_be_encoded(text: str) -> None:
    """A cleaned text is valid UTF-8 whatever it was."""
    assert clean(text).encode().decode() == clean(text)


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_clean_text_has_no_controls(text: str) -> None:
    """A cleaned text has no control characters but line ends and tabs, and nothing that reorders or hides text."""
    assert not [c for c in clean(text) if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E]


@settings(deadline=None)
@given(ANY_TEXT)
def test_cleaning_is_done_once(text: str) -> None:
    """Cleaning a clean text changes nothing."""
    cleaned = clean(text, 10**6)
    assert clean(cleaned, 10**7) == cleaned


def test_what_is_harmful_stays_visible() -> None:
    """A harmful character is shown by its escape, not dropped."""
    assert clean("a\x1b[31m\u202e\ud800") == "a\\x1b[31m\\u202e\\ud800"


def test_letters_of_all_scripts_stay() -> None:
    """Umlauts, ideographs and joined emoji are not harmful."""
    assert clean("Grün 漢字 \U0001f469\u200d\U0001f52c") == "Grün 漢字 \U0001f469\u200d\U0001f52c"


def test_a_long_text_says_what_is_missing() -> None:
    """A clipped text tells how many characters were left out."""
    assert clip("x" * 1_500, 100) == "x" * 100 + "… (1,400 more characters)"


@settings(deadline=None)
@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    """A cell's text never has a line end."""
    assert "\n" not in one_line(text)


def test_nouns_follow_their_count() -> None:
    """One is singular, everything else plural, thousands are grouped."""
    assert (plural(1, "gate"), plural(0, "gate"), plural(12_000, "case")) == ("1 gate", "0 gates", "12,000 cases")


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=30), min_size=1))
def test_commands_can_be_pasted(words: list[str]) -> None:
    """A shell reads a command back as the words it was made of."""
    assert shlex.split(shell(*words)) == [" ".join(word.split()) for word in words]

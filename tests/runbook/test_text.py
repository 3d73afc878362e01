"""Bytes become text only when they are what a runbook may be."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.runbook import text
from harness.runbook.text import decode, read_text, undo_mac_roman

Refused = Callable[[Callable[[], object]], Code | None]
GERMAN = "# Übersicht\n\n- Coverage ≥ 90 % für Bewertung ±10 % → ✅ 🟢\n"


def code_of(path: Path) -> Code:
    """Return the code with which reading a path is refused."""
    with pytest.raises(HarnessError) as caught:
        read_text(path, "demo.md")
    return caught.value.code


def test_a_missing_runbook_has_its_own_code(tmp_path: Path) -> None:
    """What is not there is missing, not unreadable."""
    assert code_of(tmp_path / "none.md") is Code.RUNBOOK_MISSING


def test_a_folder_is_no_runbook(tmp_path: Path) -> None:
    """A folder in the place of the file cannot be read."""
    assert code_of(tmp_path) is Code.RUNBOOK_UNREADABLE


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_nothing_but_blanks_is_empty(tmp_path: Path, content: bytes) -> None:
    """Blanks and a byte order mark say nothing."""
    path = tmp_path / "demo.md"
    path.write_bytes(content)
    assert code_of(path) is Code.RUNBOOK_EMPTY


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at first."""
    monkeypatch.setattr(text, "LIMIT_BYTES", 10)
    path = tmp_path / "demo.md"
    path.write_bytes(b"x" * 11)
    assert code_of(path) is Code.RUNBOOK_UNREADABLE


def test_what_is_not_utf8_is_refused_with_its_line() -> None:
    """The message names the line of the first bad byte."""
    with pytest.raises(HarnessError) as caught:
        decode("# Titel\nfür\n".encode("latin-1"), "demo.md")
    assert (caught.value.code, caught.value.where) == (Code.RUNBOOK_UNREADABLE, "demo.md:2")


def test_utf16_is_refused() -> None:
    """Another Unicode encoding is not guessed."""
    with pytest.raises(HarnessError):
        decode("# Titel".encode("utf-16"), "demo.md")


def test_a_byte_order_mark_and_foreign_line_ends_are_taken_off() -> None:
    """Windows and old Mac line ends become one kind, so that lines count the same everywhere."""
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", "demo.md").content == "a\nb\nc\n"


def test_utf8_read_as_mac_roman_is_repaired_and_said() -> None:
    """The repair gives back the text, keeps the digest of the file, and is a finding on the first broken line."""
    broken = GERMAN.encode().decode("mac_roman")
    read = decode(broken.encode(), "demo.md")
    assert read.content == GERMAN
    assert [(finding.code, finding.source.line) for finding in read.findings] == [("encoding-repaired", 1)]
    assert read.digest != decode(GERMAN.encode(), "demo.md").digest


@pytest.mark.parametrize("sound", [GERMAN, "plain ASCII", "naïve – “quoted”"])
def test_a_sound_text_is_left_alone(sound: str) -> None:
    """Nothing is repaired that is not broken as a whole."""
    assert undo_mac_roman(sound) == sound


def test_one_character_that_does_not_convert_forbids_the_repair() -> None:
    """A text that is only partly broken is left as it is: half a repair would be a guess."""
    mixed = GERMAN.encode().decode("mac_roman") + "\nŻ"
    assert undo_mac_roman(mixed) == mixed


@given(st.text())
def test_breaking_and_repairing_gives_the_text_back(original: str) -> None:
    """Whatever was read as Mac Roman comes back to the character."""
    assert undo_mac_roman(original.encode().decode("mac_roman")) == original


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_an_expected_failure(refused: Refused, data: bytes) -> None:
    """No bytes lead to anything but text or HarnessError."""
    assert refused(lambda: decode(data, "demo.md")) in {None, Code.RUNBOOK_UNREADABLE, Code.RUNBOOK_EMPTY}

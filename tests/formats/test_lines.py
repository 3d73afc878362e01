"""Facts about versioned files of lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.formats.lines import Format, header, line, read_document, read_log, write_document

GOLDEN = Format("golden", 2)
RECORDS: tuple[dict[str, Any], ...] = ({"a": 1}, {"b": "für\u2028\n"}, {})


def refusal(data: bytes) -> HarnessError:
    """Read a document that must be refused."""
    with pytest.raises(HarnessError) as raised:
        read_document(GOLDEN, data, where="golden/x.jsonl")
    return raised.value


def test_a_document_comes_back() -> None:
    """Records come back in order, whatever line ends their text holds."""
    assert read_document(GOLDEN, write_document(GOLDEN, RECORDS), where="x") == RECORDS


def test_a_document_may_be_empty_of_records() -> None:
    """A document without records is whole."""
    assert read_document(GOLDEN, write_document(GOLDEN, []), where="x") == ()


@given(cut=st.integers(0, len(write_document(GOLDEN, RECORDS)) - 1))
def test_a_document_cut_anywhere_is_truncated(cut: int) -> None:
    """Wherever the file ends too early, it is FILE_TRUNCATED."""
    assert refusal(write_document(GOLDEN, RECORDS)[:cut]).code is Code.FILE_TRUNCATED


@pytest.mark.parametrize(
    ("old", "new"), [(b'"a":1', b'"a":2'), (b'{"a":1}\n', b""), (b'{"a":1}\n', b'{"a":1}\n{"a":1}\n'), (b'"records":3', b'"records":4')]
)
def test_an_edited_document_is_found_out(old: bytes, new: bytes) -> None:
    """A changed, removed or repeated record is FILE_EDITED."""
    data = write_document(GOLDEN, RECORDS)

    assert refusal(data.replace(old, new)).code is Code.FILE_EDITED


@pytest.mark.parametrize(("version", "code"), [(3, Code.FILE_TOO_NEW), (0, Code.FILE_TOO_OLD)])
def test_another_version_is_told_apart(version: int, code: Code) -> None:
    """Too new and too old are two errors, since their ways out differ."""
    assert refusal(write_document(Format("golden", version), RECORDS)).code is code


def test_an_older_version_that_can_be_read_is_read() -> None:
    """Versions from the oldest readable on are accepted."""
    assert read_document(GOLDEN, write_document(Format("golden", 1), RECORDS), where="x") == RECORDS


@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"[]\n",
        b"\xff\xfe\n",
        b"{}\n",
        b'{"format":"other","version":1}\n',
        b'{"format":"golden","version":"1"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_another_kind_of_file_is_invalid(data: bytes) -> None:
    """A file without the header of its format is FILE_INVALID, at its first line."""
    error = refusal(data)

    assert (error.code, error.where) == (Code.FILE_INVALID, "golden/x.jsonl:1")


def test_a_log_keeps_all_but_a_half_written_last_line() -> None:
    """A run killed while writing loses that line only, and the reader reports it."""
    log = read_log(GOLDEN, header(GOLDEN) + line({"a": 1}) + line({"b": 2})[:-3], where="x")

    assert log.records == ({"a": 1},)
    assert log.dropped == '{"b":'


@given(cut=st.integers(0, 200))
def test_a_log_cut_anywhere_can_be_read(cut: int) -> None:
    """No moment of interruption makes a log unreadable."""
    data = header(GOLDEN) + b"".join(map(line, RECORDS))

    assert len(read_log(GOLDEN, data[:cut], where="x").records) <= len(RECORDS)


def test_a_broken_line_inside_a_log_is_located() -> None:
    """A broken line that is not the last was not left by an interruption: it is FILE_INVALID with its number."""
    with pytest.raises(HarnessError) as raised:
        read_log(GOLDEN, header(GOLDEN) + b'{"a":\n' + line({}), where="x")

    assert (raised.value.code, raised.value.where) == (Code.FILE_INVALID, "x:2")


def test_numbers_that_json_does_not_have_are_refused() -> None:
    """NaN as a bare word is no JSON, neither written nor read."""
    with pytest.raises(ValueError, match="JSON"):
        line({"a": float("nan")})
    with pytest.raises(HarnessError):
        read_log(GOLDEN, header(GOLDEN) + b'{"a":NaN}\n', where="x")

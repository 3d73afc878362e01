"""A sealed line that was changed is found, at its line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.model import Source
from harness.stores.sealed import check_header, seal, unseal

WHERE = Source("file.jsonl", 7)
TREES = st.dictionaries(
    st.text(min_size=1).filter(lambda key: key != "sum"),
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    min_size=1,
).filter(lambda tree: all(text.isprintable() for text in (*tree, *(value for value in tree.values() if isinstance(value, str)))))


@given(TREES)
def test_a_sealed_line_reads_back(tree: dict[str, Any]) -> None:
    """What was sealed is what is read, on one line."""
    line = seal(tree)
    assert line.count(b"\n") == 1
    assert unseal(line[:-1], WHERE) == tree


@given(TREES, st.data())
def test_every_changed_byte_is_noticed(tree: dict[str, Any], data: st.DataObject) -> None:
    """Whatever byte is replaced, added or removed, reading refuses the line and says which it is."""
    line = seal(tree)[:-1]
    place = data.draw(st.integers(0, len(line) - 1))
    replacement = data.draw(st.binary(max_size=2).filter(lambda new: new != line[place : place + 1]))
    with pytest.raises(HarnessError) as caught:
        unseal(line[:place] + replacement + line[place + 1 :], WHERE)
    assert caught.value.code in (Code.FILE_EDITED, Code.FILE_INVALID)
    assert caught.value.where == "file.jsonl:7"


@pytest.mark.parametrize(("line", "code"), [
    (b'{"a":1}', Code.FILE_EDITED), (b"[1]", Code.FILE_EDITED), (b"", Code.FILE_INVALID), (b"\xff", Code.FILE_INVALID),
    (b"[" * 100_000, Code.FILE_INVALID),
])  # fmt: skip
def test_lines_of_others_are_refused(line: bytes, code: Code) -> None:
    """A line without a seal was written by something else; what is no JSON is said to be none."""
    with pytest.raises(HarnessError) as caught:
        unseal(line, WHERE)
    assert caught.value.code is code


@pytest.mark.parametrize(("header", "code"), [
    ({"kind": "header", "format": "ours", "version": 3}, Code.FILE_TOO_NEW),
    ({"kind": "header", "format": "ours", "version": 1}, Code.FILE_TOO_OLD),
    ({"kind": "header", "format": "theirs", "version": 2}, Code.FILE_INVALID),
    ({"kind": "header", "format": "ours", "version": "2"}, Code.FILE_INVALID),
    ({"kind": "case", "format": "ours", "version": 2}, Code.FILE_INVALID),
])  # fmt: skip
def test_headers_tell_newer_from_older_from_foreign(header: dict[str, Any], code: Code) -> None:
    """Only the format and version that are asked for are read."""
    check_header({"kind": "header", "format": "ours", "version": 2}, "ours", 2, WHERE)
    with pytest.raises(HarnessError) as caught:
        check_header(header, "ours", 2, WHERE)
    assert caught.value.code is code

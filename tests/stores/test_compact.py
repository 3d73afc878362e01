"""Deflated trees are the same trees."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.formats.values import to_json
from harness.model import Source
from harness.stores.compact import compact, expand

WHERE = Source("file.jsonl", 3)
REPEATED = st.builds(lambda part, times: part * times, st.binary(min_size=1, max_size=20), st.integers(0, 200))
VALUES = st.recursive(REPEATED | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(VALUES)
def test_what_is_compacted_expands_to_itself(value: Any) -> None:
    """Whatever the tree, expanding undoes compacting."""
    tree = to_json(value)
    assert expand(compact(tree), WHERE) == tree


def test_long_byte_strings_shrink_and_short_or_random_ones_stay() -> None:
    """Only what gets smaller is deflated."""
    long, short, noise = (to_json(data) for data in (bytes(5_000), b"abc", bytes(range(256))))
    assert len(str(compact(long))) < 200
    assert compact(short) == short
    assert compact(noise) == noise


@pytest.mark.parametrize("payload", [
    None, 5, "no base64!", "AAAA", base64.b64encode(zlib.compress(b"x" * 500)[:-4]).decode(),
])  # fmt: skip
def test_payloads_of_others_are_refused(payload: Any) -> None:
    """What cannot be inflated, or is cut off, is a located error."""
    with pytest.raises(HarnessError) as caught:
        expand({"$": "deflated", "v": payload}, WHERE)
    assert (caught.value.code, caught.value.where) == (Code.FILE_INVALID, "file.jsonl:3")

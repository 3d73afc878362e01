"""Makes stored trees small: Arrow streams are mostly padding, and a file that people review should not be."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

from harness.errors import Code, HarnessError
from harness.model import Source

_LEAST_BYTES = 256
_LIMIT_BYTES = 1 << 30
_TAG, _PAYLOAD, _BYTES, _DEFLATED = "$", "v", "bytes", "deflated"


def compact(tree: Any) -> Any:
    """Return a tree of `values.to_json` with long byte strings deflated."""
    if isinstance(tree, list):
        return [compact(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get(_TAG) == _BYTES:
        return _deflated(tree)
    return {key: compact(item) for key, item in tree.items()}


def expand(tree: Any, where: Source) -> Any:
    """Return the tree that `compact` was given; raises HarnessError FILE_INVALID at `where`."""
    if isinstance(tree, list):
        return [expand(item, where) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get(_TAG) == _DEFLATED:
        return {_TAG: _BYTES, _PAYLOAD: base64.b64encode(_inflated(tree.get(_PAYLOAD), where)).decode("ascii")}
    return {key: expand(item, where) for key, item in tree.items()}


def _deflated(tree: dict[str, Any]) -> dict[str, Any]:
    data = base64.b64decode(tree[_PAYLOAD])
    small = zlib.compress(data, 9)
    if len(data) < _LEAST_BYTES or len(small) >= len(data):
        return tree
    return {_TAG: _DEFLATED, _PAYLOAD: base64.b64encode(small).decode("ascii")}


def _inflated(payload: Any, where: Source) -> bytes:
    try:
        engine = zlib.decompressobj()
        data = engine.decompress(base64.b64decode(payload, validate=True), _LIMIT_BYTES)
    except (TypeError, ValueError, binascii.Error, zlib.error) as error:
        raise HarnessError(Code.FILE_INVALID, "stored bytes cannot be read back", where=where, cause=str(error)) from error
    if not engine.eof:
        raise HarnessError(Code.FILE_INVALID, f"stored bytes are cut off, or more than {_LIMIT_BYTES}", where=where)
    return data

"""Writes a value as a JSON tree that people can review, with a tag wherever JSON alone would lose something.

A tag is an object {"$": name, "v": payload}; numbers, text, lists and plain objects stay themselves.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Callable
from typing import Any

from harness.errors import Code, HarnessError
from harness.formats import extensions
from harness.formats.extensions import EncodeError
from harness.formats.opaque import describe
from harness.formats.packing import pack

_TAG = "$"
_PAYLOAD = "v"
_LEAST_INTEGER, _PAST_INTEGER = -(2**63), 2**64


def to_json(value: Any, *, opaque: bool = False) -> Any:
    """Return a tree for `json.dumps`; raises EncodeError, or with `opaque` describes what cannot be carried."""
    try:
        return _write(value, opaque=opaque)
    except RecursionError as error:
        if opaque:
            return _write(describe(value), opaque=False)
        raise EncodeError(value, "it is nested too deeply") from error


def from_json(tree: Any, *, where: str = "") -> Any:
    """Return the value of a tree; raises HarnessError FILE_INVALID for anything that `to_json` does not produce."""
    try:
        return _read(tree)
    except HarnessError as error:
        raise HarnessError(error.code, error.what, where=error.where or where, cause=error.cause, hint=error.hint) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise HarnessError(
            Code.FILE_INVALID, "a stored value cannot be read back", where=where, cause=f"{type(error).__name__}: {error}"
        ) from error


def _tagged(name: str, payload: Any) -> dict[str, Any]:
    return {_TAG: name, _PAYLOAD: payload}


def _write(value: Any, *, opaque: bool) -> Any:
    kind = type(value)
    if value is None or kind is bool or (kind is int and _LEAST_INTEGER <= value < _PAST_INTEGER):
        return value
    if kind is list:
        return [_write(item, opaque=opaque) for item in value]
    if kind is dict:
        return _write_mapping(value, opaque=opaque)
    write_leaf = _LEAVES.get(kind)
    return write_leaf(value) if write_leaf else _write_extension(value, opaque=opaque)


def _write_float(value: float) -> Any:
    return value if math.isfinite(value) else _tagged("float", struct.pack(">d", value).hex())


def _write_bytes(value: bytes) -> Any:
    return _tagged("bytes", base64.b64encode(value).decode("ascii"))


def _write_text(text: str) -> Any:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _tagged("str", text.encode("utf-8", "surrogatepass").hex())
    return text


def _write_mapping(mapping: dict[Any, Any], *, opaque: bool) -> Any:
    if _TAG not in mapping and all(type(key) is str and _write_text(key) is key for key in mapping):
        return {key: _write(item, opaque=opaque) for key, item in mapping.items()}
    return _tagged("dict", [[_write(key, opaque=opaque), _write(item, opaque=opaque)] for key, item in mapping.items()])


def _write_extension(value: Any, *, opaque: bool) -> Any:
    try:
        extension, payload = extensions.encode(value)
    except EncodeError:
        if not opaque:
            raise
        extension, payload = extensions.encode(describe(value))
    if extension.unordered:
        payload.sort(key=lambda item: pack(item, opaque=opaque))
    return _tagged(extension.name, _write(payload, opaque=opaque))


def _read(tree: Any) -> Any:
    kind = type(tree)
    if kind is list:
        return [_read(item) for item in tree]
    if kind is dict:
        return _read_tagged(tree) if _TAG in tree else {key: _read(item) for key, item in tree.items()}
    if tree is None or kind is bool or kind is int or kind is str:
        return tree
    if kind is float and math.isfinite(tree):
        return tree
    raise TypeError(f"a tree holds no {kind.__name__} {tree!r}")


def _read_tagged(tree: dict[str, Any]) -> Any:
    if set(tree) != {_TAG, _PAYLOAD}:
        raise ValueError("a tag has more or less than its name and its payload")
    name, payload = tree[_TAG], tree[_PAYLOAD]
    native = _NATIVE.get(name) if type(name) is str else None
    if native is not None:
        return native(payload)
    return extensions.decode(extensions.BY_NAME.get(name) if type(name) is str else None, _read(payload))


def _read_float(payload: Any) -> float:
    (value,) = struct.unpack(">d", bytes.fromhex(payload))
    return float(value)


def _read_bytes(payload: Any) -> bytes:
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _read_mapping(payload: Any) -> dict[Any, Any]:
    if type(payload) is not list or any(type(pair) is not list for pair in payload):
        raise TypeError("expected pairs of a key and a value")
    return {_read(key): _read(item) for key, item in payload}


def _read_text(payload: Any) -> str:
    return bytes.fromhex(payload).decode("utf-8", "surrogatepass")


_LEAVES: dict[type, Callable[[Any], Any]] = {float: _write_float, str: _write_text, bytes: _write_bytes}
_NATIVE = {"float": _read_float, "bytes": _read_bytes, "dict": _read_mapping, "str": _read_text}

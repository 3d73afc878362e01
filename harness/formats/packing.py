"""Packs a value to bytes and back without losing a bit of it; reading validates and never executes anything."""

from __future__ import annotations

from typing import Any

import msgpack  # type: ignore[import-untyped]  # ships no types

from harness.errors import Code, HarnessError
from harness.formats import extensions
from harness.formats.extensions import EncodeError
from harness.formats.opaque import describe

LIMIT_BYTES = 1 << 30
_BIN = (b"\xc4", b"\xc5", b"\xc6")


def pack(value: Any, *, opaque: bool = False) -> bytes:
    """Return the packed form, the same bytes for the same value in every process.

    A value that cannot be carried raises EncodeError; with `opaque` it is described in its place instead, which suits outcomes
    but never arguments.
    """
    try:
        return _pack(value, opaque=opaque)
    except (ValueError, OverflowError, RecursionError, EncodeError) as error:
        if opaque:
            return _pack(describe(value), opaque=False)
        if isinstance(error, EncodeError):
            raise
        raise EncodeError(value, str(error)) from error


def unpack(data: bytes) -> Any:
    """Return the value of packed bytes; raises HarnessError FILE_INVALID for anything that `pack` does not produce."""
    if len(data) > LIMIT_BYTES:
        raise HarnessError(Code.FILE_INVALID, f"a packed value has {len(data)} bytes, more than {LIMIT_BYTES}")
    try:
        return _unpack(data)
    except HarnessError:
        raise
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise HarnessError(Code.FILE_INVALID, "packed bytes cannot be read back", cause=f"{type(error).__name__}: {error}") from error


def _unpack(data: bytes) -> Any:
    return msgpack.unpackb(data, ext_hook=_restore, strict_map_key=False, unicode_errors="surrogatepass")


def _restore(code: int, data: bytes) -> Any:
    return extensions.decode(extensions.BY_CODE.get(code), _unpack(data))


class _Packers:
    """Packers kept for reuse: making one costs as much as packing a small value."""

    def __init__(self, *, opaque: bool) -> None:
        self.idle: list[msgpack.Packer] = []
        self.opaque = opaque

    def pack(self, value: Any) -> bytes:
        packer = self.idle.pop() if self.idle else self._make()
        data: bytes = packer.pack(value)
        self.idle.append(packer)
        return data

    def _make(self) -> msgpack.Packer:
        return msgpack.Packer(default=self._extend, strict_types=True, unicode_errors="surrogatepass", buf_size=4096)

    def _extend(self, value: Any) -> msgpack.ExtType:
        try:
            extension, payload = extensions.encode(value)
        except EncodeError:
            if not self.opaque:
                raise
            extension, payload = extensions.encode(describe(value))
        if extension.unordered:
            payload.sort(key=self.pack)
        return msgpack.ExtType(extension.code, _pack(payload, opaque=self.opaque))


_EXACT = _Packers(opaque=False)
_LENIENT = _Packers(opaque=True)


def _pack(value: Any, *, opaque: bool) -> bytes:
    packers = _LENIENT if opaque else _EXACT
    data = packers.pack(value)
    if any(mark in data for mark in _BIN) and _holds_buffer(value):
        return packers.pack(_mark_buffers(value, packers))
    return data


def _holds_buffer(value: Any) -> bool:
    """Look for what msgpack would silently store as bytes; tuples and sets are looked at when their own payload is packed."""
    kind = type(value)
    if kind is bytearray or kind is memoryview:
        return True
    if kind is dict:
        return memoryview in set(map(type, value)) or _holds_buffer(list(value.values()))
    if kind is not list:
        return False
    kinds = set(map(type, value))
    if bytearray in kinds or memoryview in kinds:
        return True
    return not kinds.isdisjoint((list, dict)) and any(_holds_buffer(item) for item in value if type(item) in {list, dict})


def _mark_buffers(value: Any, packers: _Packers) -> Any:
    kind = type(value)
    if kind is bytearray or kind is memoryview:
        return packers._extend(value)  # noqa: SLF001 - the class is this file's own
    if kind is list:
        return [_mark_buffers(item, packers) for item in value]
    if kind is dict:
        return {_mark_buffers(key, packers): _mark_buffers(item, packers) for key, item in value.items()}
    return value

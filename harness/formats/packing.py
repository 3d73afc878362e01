"""Packs a value to bytes and back without losing a bit of it; reading validates and never executes anything."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

import msgpack  # type: ignore[import-untyped]  # ships no types

from harness.errors import Code, HarnessError
from harness.formats import extensions
from harness.formats.extensions import EncodeError
from harness.formats.opaque import describe

LIMIT_BYTES = 1 << 30
LIMIT_DEPTH = 32
_BIN = (b"\xc4", b"\xc5", b"\xc6")


def pack(value: Any, *, opaque: bool = False) -> bytes:
    """Return the packed form, the same bytes for the same value in every process.

    A value that cannot be carried raises EncodeError; with `opaque` it is described in its place instead, which suits outcomes
    but never arguments.
    """
    try:
        return (_LENIENT if opaque else _EXACT).pack(value)
    except (ValueError, OverflowError, RecursionError, EncodeError) as error:
        if opaque:
            return _EXACT.pack(describe(value))
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


def _unpack(data: bytes, depth: int = 0) -> Any:
    if depth > LIMIT_DEPTH:
        raise ValueError(f"tagged values are nested deeper than {LIMIT_DEPTH}")
    return msgpack.unpackb(data, ext_hook=partial(_restore, depth), strict_map_key=False, unicode_errors="surrogatepass")


def _restore(depth: int, code: int, data: bytes) -> Any:
    return extensions.decode(extensions.BY_CODE.get(code), _unpack(data, depth + 1))


class _Packers:
    """Packers for one depth of tagged values, kept for reuse: making one costs as much as packing a small value."""

    def __init__(self, *, opaque: bool, depth: int = 0) -> None:
        self.idle: list[msgpack.Packer] = []
        self.opaque = opaque
        self.depth = depth

    @cached_property
    def deeper(self) -> _Packers:
        if self.depth == LIMIT_DEPTH:
            raise ValueError(f"tagged values are nested deeper than {LIMIT_DEPTH}")
        return _Packers(opaque=self.opaque, depth=self.depth + 1)

    def pack(self, value: Any) -> bytes:
        data = self._pack(value)
        if any(mark in data for mark in _BIN) and _holds_buffer(value):
            return self._pack(self._mark_buffers(value))
        return data

    def _pack(self, value: Any) -> bytes:
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
            payload.sort(key=self.deeper.pack)
        return msgpack.ExtType(extension.code, self.deeper.pack(payload))

    def _mark_buffers(self, value: Any) -> Any:
        kind = type(value)
        if kind is bytearray or kind is memoryview:
            return self._extend(value)
        if kind is list:
            return [self._mark_buffers(item) for item in value]
        if kind is dict:
            return {self._mark_buffers(key): self._mark_buffers(item) for key, item in value.items()}
        return value


_EXACT = _Packers(opaque=False)
_LENIENT = _Packers(opaque=True)


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

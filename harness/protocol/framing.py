"""Cuts a stream of bytes into messages, and notices at once when something else wrote into it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from harness.errors import Code, HarnessError

MARK = b"MHv1"
LIMIT_BYTES = 1 << 30
_HEADER = struct.Struct("<4sI")


def frame(payload: bytes) -> bytes:
    """Return the payload behind its mark and its length (32 bits, little endian); raises HarnessError when it is too long."""
    if len(payload) > LIMIT_BYTES:
        raise HarnessError(Code.PROTOCOL_BROKEN, f"a message has {len(payload)} bytes, more than {LIMIT_BYTES}")
    return _HEADER.pack(MARK, len(payload)) + payload


class FrameReader:
    """Collects bytes as they come and yields whole payloads."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Add bytes and yield each payload that they complete; raises HarnessError PROTOCOL_BROKEN for bytes that are no frame."""
        self._buffer += data
        start = 0
        try:
            while (payload := self._next(start)) is not None:
                start += _HEADER.size + len(payload)
                yield payload
        finally:
            del self._buffer[:start]

    def _next(self, start: int) -> bytes | None:
        if len(self._buffer) - start < _HEADER.size:
            return None
        mark, length = _HEADER.unpack_from(self._buffer, start)
        if mark != MARK or length > LIMIT_BYTES:
            raise HarnessError(Code.PROTOCOL_BROKEN, "the worker's channel carries bytes that are no message", cause=repr(mark))
        begin = start + _HEADER.size
        return bytes(self._buffer[begin : begin + length]) if len(self._buffer) >= begin + length else None

"""The frames between Python and the worker: a fixed header, then text of `name=value` lines; arrays travel by place, not in here."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

REQUEST = struct.Struct("<4sIQ")
REPLY = struct.Struct("<4sIQII")
REQUEST_MAGIC = b"OMJQ"
REPLY_MAGIC = b"OMJR"
MOST_TEXT_BYTES = 2**26
STATUSES = 5


class FrameError(ValueError):
    """Bytes that are no reply."""


@dataclass(frozen=True, slots=True)
class ReplyHeader:
    """What stands before the text of a reply."""

    text_bytes: int
    number: int
    status: int


def request_frame(number: int, segment_bytes: int, text: str) -> bytes:
    """Return the frame of a request; its first line says how large the shared memory is now."""
    content = f"{segment_bytes}\n{text}".encode("utf-8", errors="surrogatepass")
    return REQUEST.pack(REQUEST_MAGIC, len(content), number) + content


def reply_header(data: bytes, expected: int) -> ReplyHeader:
    """Read the header of the reply to request `expected`; raises FrameError for anything else."""
    magic, text_bytes, number, status, zero = REPLY.unpack(data)
    if magic != REPLY_MAGIC or zero != 0 or status >= STATUSES or text_bytes > MOST_TEXT_BYTES:
        raise FrameError(f"no header of a reply: {data[:16].hex()}")
    if number != expected:
        raise FrameError(f"a reply to request {number} instead of {expected}")
    return ReplyHeader(text_bytes, number, status)


def render(fields: Mapping[str, str]) -> str:
    """Return the lines of a request; values must be escaped where they can hold a new line."""
    return "".join(f"{name}={value}\n" for name, value in fields.items())


def parse(text: str) -> dict[str, str]:
    """Return the fields of a reply; raises FrameError for a line that is none."""
    fields = {}
    for line in text.split("\n"):
        if not line:
            continue
        name, sign, value = line.partition("=")
        if not sign:
            raise FrameError(f"no field: {line[:80]!r}")
        fields[name] = unescape(value)
    return fields


def escape(text: str) -> str:
    """Return text without new lines and tabs."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def unescape(text: str) -> str:
    """Undo `escape`."""
    if "\\" not in text:
        return text
    letters = iter(text)
    known = {"n": "\n", "t": "\t"}
    plain = []
    for letter in letters:
        following = next(letters, "") if letter == "\\" else ""
        plain.append(known.get(following, following) if letter == "\\" else letter)
    return "".join(plain)

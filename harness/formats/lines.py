"""Files of one JSON object a line, with a header that names format and version, so that a reader knows what it may believe.

A document is written as a whole and ends with a footer that holds its digest: whoever edits it is found out. A log grows line by line
while a run goes on, and loses at most its last line when the run is killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes
from harness.model import Source

Tree = dict[str, Any]
_FOOTER_FIELDS = {"digest", "records"}


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name, the version that is written, and the oldest version that can still be read."""

    name: str
    version: int
    oldest: int = 1


@dataclass(frozen=True, slots=True)
class Log:
    """The records of a log; `dropped` is the half-written last line, "" when there was none."""

    records: tuple[Tree, ...]
    dropped: str = ""


def line(record: Tree) -> bytes:
    """Return one record as a line, ending with a newline."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def header(kind: Format) -> bytes:
    """Return the first line of a file."""
    return line({"format": kind.name, "version": kind.version})


def write_document(kind: Format, records: Iterable[Tree]) -> bytes:
    """Return a whole file: header, records, and a footer with their number and the digest of all the lines before it."""
    lines = [line(record) for record in records]
    body = header(kind) + b"".join(lines)
    return body + line({"digest": digest_bytes(body), "records": len(lines)})


def read_document(kind: Format, data: bytes, *, where: str) -> tuple[Tree, ...]:
    """Return the records of a whole file; `where` is its path.

    Raises HarnessError: FILE_TRUNCATED without a footer, FILE_EDITED when the digest is another, FILE_TOO_NEW or FILE_TOO_OLD by the
    header, FILE_INVALID for a line that is no JSON object or a file of another kind.
    """
    lines, rest = _split(data)
    _check_header(kind, lines, where)
    footer = _parse(lines[-1], where, len(lines)) if len(lines) > 1 and not rest else {}
    if set(footer) != _FOOTER_FIELDS:
        raise HarnessError(Code.FILE_TRUNCATED, "the file ends before its footer", where=Source(where, len(lines) + 1))
    body = lines[1:-1]
    if footer["digest"] != digest_bytes(data[: -len(lines[-1]) - 1]) or footer["records"] != len(body):
        raise HarnessError(Code.FILE_EDITED, "the file is not what was written: its digest is another", where=where)
    return tuple(_parse(text, where, number) for number, text in enumerate(body, start=2))


def read_log(kind: Format, data: bytes, *, where: str) -> Log:
    """Return the records of a log, leaving out a last line without its end; raises HarnessError like `read_document`."""
    lines, rest = _split(data)
    if not lines:
        return Log((), rest.decode("utf-8", "replace"))
    _check_header(kind, lines, where)
    records = tuple(_parse(text, where, number) for number, text in enumerate(lines[1:], start=2))
    return Log(records, rest.decode("utf-8", "replace"))


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the lines that have an end, and what comes after them."""
    *lines, rest = data.split(b"\n")
    return lines, rest


def _check_header(kind: Format, lines: list[bytes], where: str) -> None:
    if not lines:
        raise HarnessError(Code.FILE_TRUNCATED, "the file ends before its header", where=Source(where, 1))
    first = _parse(lines[0], where, 1)
    version = first.get("version")
    if first.get("format") != kind.name or type(version) is not int:
        raise HarnessError(Code.FILE_INVALID, f"this is no file of the format {kind.name}", where=Source(where, 1))
    if version > kind.version:
        raise HarnessError(Code.FILE_TOO_NEW, f"the file has version {version}, known are {_known(kind)}", where=Source(where, 1))
    if version < kind.oldest:
        raise HarnessError(Code.FILE_TOO_OLD, f"the file has version {version}, known are {_known(kind)}", where=Source(where, 1))


def _known(kind: Format) -> str:
    return f"{kind.oldest} to {kind.version}" if kind.oldest < kind.version else f"only {kind.version}"


def _parse(text: bytes, where: str, number: int) -> Tree:
    try:
        tree = json.loads(text.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise HarnessError(Code.FILE_INVALID, "the line is no JSON", where=Source(where, number), cause=str(error)) from error
    if type(tree) is not dict:
        raise HarnessError(Code.FILE_INVALID, "the line is no JSON object", where=Source(where, number))
    return tree


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")

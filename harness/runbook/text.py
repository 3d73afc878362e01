"""Bytes on disk to text that can be trusted: size, encoding and emptiness are settled here, before anything is read into it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Code, HarnessError
from harness.model import Source
from harness.runbook.findings import Finding, Severity

LIMIT_BYTES = 4 * 1024 * 1024
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a runbook with Unix line ends, the SHA-256 of its bytes in hexadecimal, and what had to be repaired."""

    content: str
    digest: str
    findings: tuple[Finding, ...] = ()


def read_text(path: Path, file: str) -> Text:
    """Read the file at `path`; `file` is how it is called in messages.

    Raises HarnessError RUNBOOK_MISSING, RUNBOOK_UNREADABLE, RUNBOOK_EMPTY.
    """
    try:
        if not path.is_file():
            _refuse_what_is_no_file(path, file)
        if path.stat().st_size > LIMIT_BYTES:
            raise HarnessError(Code.RUNBOOK_UNREADABLE, f"the runbook is larger than {LIMIT_BYTES} bytes", where=file)
        data = path.read_bytes()
    except OSError as error:
        raise HarnessError(Code.RUNBOOK_UNREADABLE, "the runbook cannot be read", where=file, cause=str(error)) from error
    return decode(data, file)


def decode(data: bytes, file: str) -> Text:
    """Turn bytes into text; raises HarnessError RUNBOOK_UNREADABLE when they are not UTF-8, RUNBOOK_EMPTY when nothing is said."""
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        cause = f"byte {data[error.start]:#04x} at offset {error.start}"
        raise HarnessError(Code.RUNBOOK_UNREADABLE, "the runbook is not UTF-8", where=Source(file, line), cause=cause) from error
    repaired = undo_mac_roman(content)
    findings = () if repaired == content else (_repair(content, repaired, file),)
    content = repaired.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    if not content.strip():
        raise HarnessError(Code.RUNBOOK_EMPTY, "the runbook is empty", where=file)
    return Text(content, hashlib.sha256(data).hexdigest(), findings)


def undo_mac_roman(content: str) -> str:
    """Undo UTF-8 that was read as Mac Roman, when the whole text converts back strictly; otherwise return it as it is."""
    try:
        return content.encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return content


def _refuse_what_is_no_file(path: Path, file: str) -> None:
    if path.exists():
        raise HarnessError(Code.RUNBOOK_UNREADABLE, "the runbook is not a regular file", where=file)
    raise HarnessError(Code.RUNBOOK_MISSING, "there is no runbook", where=file)


def _repair(content: str, repaired: str, file: str) -> Finding:
    changed = sum(not character.isascii() for character in repaired)
    first = next(index for index, character in enumerate(content) if not character.isascii())
    text = f"the text was UTF-8 read as Mac Roman; {changed} characters were repaired for reading, the file is unchanged"
    return Finding("encoding-repaired", text, Source(file, content[:first].count("\n") + 1), Severity.WARNING, ("save the file as UTF-8",))

"""Lines of JSON that carry a digest of themselves, so that a change by hand is noticed and located to its line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes
from harness.model import Source

_DIGITS = 8
_SEAL = re.compile(rb',"sum":"([0-9a-f]{8})"\}$')


def seal(tree: Mapping[str, Any]) -> bytes:
    """Return one line, its end included, for a mapping that is not empty; raises ValueError for NaN, which JSON has not."""
    body = json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return body[:-1] + b',"sum":"' + _sum(body) + b'"}\n'


def unseal(line: bytes, where: Source) -> dict[str, Any]:
    """Return the mapping of a line without its end; raises HarnessError FILE_EDITED or FILE_INVALID at `where`."""
    match = _SEAL.search(line)
    body = line[: match.start()] + b"}" if match else line
    if match and match.group(1) != _sum(body):
        raise HarnessError(Code.FILE_EDITED, "a line was changed after it was written", where=where)
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HarnessError(Code.FILE_INVALID, "a line is not JSON", where=where, cause=str(error)) from error
    if not match or not isinstance(tree, dict):
        raise HarnessError(Code.FILE_EDITED, "a line was written by something else", where=where)
    return tree


def check_header(tree: Mapping[str, Any], file_format: str, version: int, where: Source) -> None:
    """Refuse a file of another format or version; raises HarnessError FILE_INVALID, FILE_TOO_NEW or FILE_TOO_OLD."""
    found = tree.get("version")
    if tree.get("kind") != "header" or tree.get("format") != file_format or type(found) is not int:
        raise HarnessError(Code.FILE_INVALID, f"this is not a file of the format {file_format}", where=where)
    if found > version:
        raise HarnessError(
            Code.FILE_TOO_NEW, f"format {found} of {file_format} is newer than {version}, which this version reads", where=where
        )
    if found < version:
        raise HarnessError(
            Code.FILE_TOO_OLD, f"format {found} of {file_format} is older than {version}, which this version reads", where=where
        )


def _sum(body: bytes) -> bytes:
    return digest_bytes(body)[:_DIGITS].encode()

"""One digest for bytes, values and sets of source files, so that what is stale can be told from what is fresh."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.errors import Code, HarnessError
from harness.formats.packing import pack

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|[^*?\[]+|\[")
_WILDCARDS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def digest_bytes(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_value(value: Any) -> str:
    """Return the digest of a value's packed form; what cannot be carried counts by its description."""
    return digest_bytes(pack(value, opaque=True))


def digest_files(root: Path, globs: Sequence[str]) -> str:
    """Return the digest of the files below `root` that match any of the globs (`**` crosses folders, `*` does not).

    Files in folders named `target` or `__pycache__` and in hidden folders do not count. In byte order of their relative POSIX paths
    each adds its path, a zero byte, its length in decimal, a zero byte and its content. Raises HarnessError FILE_MISSING when there
    are globs and they match nothing, since a digest of nothing is always fresh.
    """
    matches = [re.compile(_expression(glob)).fullmatch for glob in globs]
    found = sorted(path for path in _files(os.fsencode(root)) if any(match(os.fsdecode(path)) for match in matches))
    if globs and not found:
        raise HarnessError(
            Code.FILE_MISSING, f"no file matches {', '.join(globs)}", where=str(root), hint="correct the globs in the contract"
        )
    digest = hashlib.sha256()
    for path in found:
        content = (root / os.fsdecode(path)).read_bytes()
        digest.update(b"%b\0%d\0" % (path, len(content)))
        digest.update(content)
    return digest.hexdigest()


def _files(root: bytes) -> Iterator[bytes]:
    """Yield relative POSIX paths of regular files, leaving out what a build or a tool made."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in {b"target", b"__pycache__"} and not name.startswith(b".")]
        for name in files:
            path = os.path.join(folder, name)  # noqa: PTH118 - pathlib has no paths of bytes
            if os.path.isfile(path):  # noqa: PTH113 - as above
                yield os.path.relpath(path, root).replace(os.sep.encode(), b"/")


def _expression(glob: str) -> str:
    tokens = _TOKEN.findall(glob.removeprefix("./"))
    return "(?s:" + "".join(_WILDCARDS.get(token) or _part(token) for token in tokens) + ")"


def _part(token: str) -> str:
    if not (token.startswith("[") and token.endswith("]")):
        return re.escape(token)
    inside = token[1:-1].replace("\\", "\\\\")
    return f"[{'^' + inside[1:] if inside.startswith('!') else inside}]"

"""The evidence of a migration on disk: every finding is written before the next is made, so that a killed run loses nothing finished."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes
from harness.formats.records import from_dict, to_dict
from harness.formats.values import from_json, to_json
from harness.model import CheckRecord, Divergence, Evidence
from harness.stores.compact import compact, expand
from harness.stores.log import Line, Log

Finding: TypeAlias = Evidence | CheckRecord | Divergence

RUNS_KEPT = 10
_FORMAT, _VERSION = "harness-evidence", 1
_KINDS: Mapping[type, str] = {Evidence: "evidence", CheckRecord: "record", Divergence: "divergence"}


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run as it was stored; `finished` is False when it was interrupted, `digest` is over its lines without the end marker."""

    provenance: Mapping[str, Any]
    evidence: tuple[Evidence, ...] = ()
    records: tuple[CheckRecord, ...] = ()
    divergences: tuple[Divergence, ...] = ()
    finished: bool = False
    digest: str = field(default="", compare=False)


class EvidenceStore:
    """The file reports/<migration>/evidence.jsonl: the last runs one after the other, the newest at the end."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, which need not be there."""
        self.folder = folder
        self.path = folder / "evidence.jsonl"
        self._log = Log(self.path, _FORMAT, _VERSION)

    @contextmanager
    def begin(self, provenance: Mapping[str, Any]) -> Iterator[Callable[[Finding], None]]:
        """Begin a run; the block gets a function that stores a finding at once, and leaving it without an error finishes the run.

        Raises HarnessError BAD_SETTING while another process writes a run of the same migration.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _only_writer(self.folder / ".evidence.lock"):
            self._forget_old_runs()
            written = [self._log.append({"kind": "run", "provenance": to_json(dict(provenance), opaque=True)})]

            def record(finding: Finding) -> None:
                kind = _KINDS[type(finding)]
                written.append(self._log.append({"kind": kind, kind: compact(to_dict(finding))}))

            yield record
            self._log.append({"kind": "end", "count": len(written) - 1, "digest": digest_bytes(b"".join(written))})

    def read(self) -> StoredRun:
        """Return the last run, finished or not.

        Raises HarnessError EVIDENCE_MISSING when there is none, or FILE_EDITED, FILE_INVALID, FILE_TOO_NEW, FILE_TOO_OLD at its line.
        """
        groups = _by_run(self._log.read())
        if not groups:
            raise HarnessError(Code.EVIDENCE_MISSING, "nothing has been measured", where=str(self.path))
        return _read_run(groups[-1])

    def runs(self) -> tuple[StoredRun, ...]:
        """Return all stored runs, oldest first; raises HarnessError as `read` does."""
        return tuple(_read_run(group) for group in _by_run(self._log.read()))

    def evidence_digest(self) -> str:
        """Return the digest that sign-offs are bound to: over the lines of the last run; raises HarnessError as `read` does."""
        return self.read().digest

    def _forget_old_runs(self) -> None:
        self._log.prepare()
        groups = _by_run(self._log.read())
        if len(groups) >= RUNS_KEPT:
            self._log.rewrite([line for group in groups[1 - RUNS_KEPT :] for line in group])


def _by_run(lines: list[Line]) -> list[list[Line]]:
    """Cut the lines at each run header; raises HarnessError FILE_INVALID for lines before the first."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.tree.get("kind") == "run":
            groups.append([])
        if not groups:
            raise HarnessError(Code.FILE_INVALID, "a line stands before the first run", where=line.source)
        groups[-1].append(line)
    return groups


def _read_run(lines: list[Line]) -> StoredRun:
    finished = lines[-1].tree.get("kind") == "end"
    body = lines[:-1] if finished else lines
    digest = digest_bytes(b"".join(line.raw + b"\n" for line in body))
    if finished and (lines[-1].tree.get("digest") != digest or lines[-1].tree.get("count") != len(body) - 1):
        raise HarnessError(Code.FILE_EDITED, "lines of this run were added, removed or moved", where=lines[0].source)
    findings = [_read_finding(line) for line in body[1:]]
    return StoredRun(
        provenance=_read_provenance(body[0]),
        evidence=tuple(finding for finding in findings if isinstance(finding, Evidence)),
        records=tuple(finding for finding in findings if isinstance(finding, CheckRecord)),
        divergences=tuple(finding for finding in findings if isinstance(finding, Divergence)),
        finished=finished,
        digest=digest,
    )


def _read_provenance(line: Line) -> Mapping[str, Any]:
    provenance = from_json(line.tree.get("provenance"), where=str(line.source))
    if not isinstance(provenance, dict):
        raise HarnessError(Code.FILE_INVALID, "the run does not say where it comes from", where=line.source)
    return provenance


def _read_finding(line: Line) -> Finding:
    for kind, name in _KINDS.items():
        if line.tree.get("kind") == name:
            found: Finding = from_dict(kind, expand(line.tree.get(name), line.source), where=str(line.source))
            return found
    raise HarnessError(Code.FILE_INVALID, f"a line of the unknown kind {line.tree.get('kind')!r}", where=line.source)


@contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    """Hold a lock that the system lets go of when the process dies, however it dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            hint = "wait for it to end, or write elsewhere with --output"
            raise HarnessError(Code.BAD_SETTING, "another run writes this evidence", where=str(path.parent), hint=hint) from error
        yield

"""Recorded outcomes of a migration: recording makes pending files, and only a reviewed acceptance changes what counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes
from harness.model import Case, Outcome
from harness.stores.atomic import write_atomic
from harness.stores.golden_changes import PACKAGE, Change, changes_of, taken
from harness.stores.golden_file import Golden, golden_bytes, golden_of, read_golden
from harness.stores.layout import file_stem, name_of_stem
from harness.stores.log import Log

_SUFFIX, _PENDING = ".jsonl", ".pending.jsonl"
_AUDIT = "audit"
_AUDIT_FORMAT, _AUDIT_VERSION = "harness-golden-audit", 1
_OFF = {"", "0", "false", "no", "off"}


class GoldenStore:
    """The folder golden/<migration>: `<operation>.jsonl`, `<operation>.pending.jsonl` and `audit.jsonl`."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open the folder, which need not be there; `now` dates the audit lines."""
        self.folder = folder
        self._now = now

    def operations(self) -> tuple[str, ...]:
        """Name the operations with accepted outcomes."""
        return tuple(sorted(_name(path, _SUFFIX) for path in self._files(pending=False)))

    def pending(self) -> tuple[str, ...]:
        """Name the operations with outcomes that wait for a review."""
        return tuple(sorted(_name(path, _PENDING) for path in self._files(pending=True)))

    def orphans(self, known: Collection[str]) -> tuple[str, ...]:
        """Name the files of operations that no contract knows."""
        named = [(path, _name(path, _SUFFIX)) for path in self._files(pending=False)]
        named += [(path, _name(path, _PENDING)) for path in self._files(pending=True)]
        return tuple(sorted(path.name for path, name in named if name not in known))

    def has(self, operation: str) -> bool:
        """Tell whether there are accepted outcomes of an operation."""
        return self._path(operation).is_file()

    def read(self, operation: str) -> Golden:
        """Return the accepted outcomes; raises HarnessError as `read_golden` does."""
        return read_golden(self._path(operation), operation)

    def accepted(self, operation: str) -> Golden:
        """Return the accepted outcomes, none where nothing is recorded; raises HarnessError as `read_golden` does."""
        return self.read(operation) if self.has(operation) else Golden(operation)

    def read_pending(self, operation: str) -> Golden:
        """Return the outcomes that wait for a review; raises HarnessError as `read_golden` does."""
        return read_golden(self._path(operation, _PENDING), operation)

    def digest(self) -> str:
        """Return the digest of the accepted outcomes, the same whatever is pending; that of no bytes when there are none."""
        return digest_bytes(b"".join(self._path(name).read_bytes() for name in self.operations()))

    def record(self, operation: str, pairs: Iterable[tuple[Case, Outcome]], *, provenance: Mapping[str, Any]) -> tuple[Change, ...]:
        """Write outcomes to the pending file and return what they would change; without a change nothing stays pending.

        `provenance` holds the installed "packages" with their versions, and under "depends_on" the names of those that decide the
        outcomes: another version of one of these is a change as well.
        """
        recorded = golden_of(operation, pairs, provenance)
        changes = tuple(changes_of(self.accepted(operation), recorded))
        path = self._path(operation, _PENDING)
        if changes:
            write_atomic(path, golden_bytes(recorded))
        else:
            path.unlink(missing_ok=True)
        return changes

    def review(self, operation: str | None = None) -> Iterator[Change]:
        """Yield what pending outcomes would change, of one operation or of all."""
        for name in self.pending() if operation is None else (operation,):
            yield from changes_of(self.accepted(name), self.read_pending(name))

    def accept(
        self,
        selection: Collection[str] | None = None,
        *,
        reason: str,
        who: str,
        environment: Mapping[str, str],
        allow_in_ci: bool = False,
    ) -> tuple[str, ...]:
        """Make pending outcomes the accepted ones and return the operations that changed.

        `selection` holds names of operations, or "operation/case id" for single cases; None takes all. What is not selected stays
        pending. Each operation adds a line with reason and person to the audit file. Raises HarnessError BAD_SETTING without a reason
        or a person, where CI is set, or for single cases of an operation that was recorded with other packages, and FILE_MISSING for a
        selection that names nothing pending.
        """
        if _is_ci(environment) and not allow_in_ci:
            raise HarnessError(
                Code.BAD_SETTING, "recorded outcomes are not accepted in CI", hint="accept them where a person looks at them"
            )
        if not reason.strip() or not who.strip():
            raise HarnessError(Code.BAD_SETTING, "accepting needs a reason and a person", hint="give --reason and --who")
        chosen = self._chosen(selection)
        for operation, changes in chosen.items():
            pending, merged = self.read_pending(operation), self._merged(operation, changes)
            content = golden_bytes(merged)
            self._audit(operation, changes, {"who": who.strip(), "reason": reason.strip(), "digest": digest_bytes(content)})
            write_atomic(self._path(operation), content)
            self._keep_pending(operation, pending)
        return tuple(chosen)

    def reject(self, selection: Collection[str] | None = None) -> tuple[str, ...]:
        """Throw pending outcomes away, selected as in `accept`, and return the operations that had some."""
        chosen = self._chosen(selection)
        for operation, changes in chosen.items():
            pending, dropped = self.read_pending(operation), {change.case_id for change in changes}
            entries = taken(pending, self.accepted(operation), dropped)
            rest = self.accepted(operation) if _moves_packages(changes) else replace(pending, entries=entries)
            self._keep_pending(operation, rest)
        return tuple(chosen)

    def audit(self) -> tuple[Mapping[str, Any], ...]:
        """Return the audit lines, oldest first."""
        return tuple(line.tree for line in self._audit_log().read())

    def _chosen(self, selection: Collection[str] | None) -> dict[str, list[Change]]:
        """Return the selected changes of each pending operation; an operation without any is one whose pending file says nothing new."""
        pending = {name: list(self.review(name)) for name in self.pending()}
        found = {name: [change for change in changes if _is_selected(change, selection)] for name, changes in pending.items()}
        names = {name for name, changes in found.items() if changes or selection is None or name in selection}
        known = {*found, *(f"{change.operation}/{change.case_id}" for changes in found.values() for change in changes)}
        unknown = sorted(set(selection or ()) - known)
        if unknown:
            raise HarnessError(Code.FILE_MISSING, f"nothing is pending for {', '.join(unknown)}", where=str(self.folder))
        for name in names:
            _demand_whole(name, pending[name], found[name])
        return {name: found[name] for name in sorted(names)}

    def _merged(self, operation: str, changes: list[Change]) -> Golden:
        """Put changes into the accepted outcomes; where older ones stay, their provenance stays too, under "earlier".

        None stays that was recorded with other packages, even if it is the same: it has been asked for anew.
        """
        accepted, pending = self.accepted(operation), self.read_pending(operation)
        if _moves_packages(changes):
            return pending
        entries = taken(accepted, pending, {change.case_id for change in changes})
        provenance = dict(pending.provenance)
        if accepted.provenance and entries != pending.entries:
            provenance["earlier"] = {key: value for key, value in accepted.provenance.items() if key != "earlier"}
        return Golden(operation, provenance, entries)

    def _keep_pending(self, operation: str, pending: Golden) -> None:
        """Keep pending outcomes while they would still change something."""
        path = self._path(operation, _PENDING)
        if any(True for _ in changes_of(self.accepted(operation), pending)):
            write_atomic(path, golden_bytes(pending))
        else:
            path.unlink(missing_ok=True)

    def _audit(self, operation: str, changes: list[Change], facts: Mapping[str, str]) -> None:
        """Say what is about to be accepted, so that nothing is ever accepted without a trace."""
        cases: dict[str, Any] = {kind: [change.case_id for change in changes if change.kind == kind] for kind in ("new", "changed", "gone")}
        packages = {change.case_id: change.note for change in changes if change.kind == PACKAGE}
        cases |= {"packages": packages} if packages else {}
        self._audit_log().append(
            {"kind": "accepted", "operation": operation, "at": self._now().isoformat(timespec="seconds"), **facts, **cases}
        )

    def _audit_log(self) -> Log:
        return Log(self.folder / f"{_AUDIT}{_SUFFIX}", _AUDIT_FORMAT, _AUDIT_VERSION)

    def _path(self, operation: str, suffix: str = _SUFFIX) -> Path:
        stem = file_stem(operation)
        return self.folder / (f"%{ord(stem[0]):02X}{stem[1:]}{suffix}" if stem == _AUDIT else f"{stem}{suffix}")

    def _files(self, *, pending: bool) -> list[Path]:
        found = self.folder.glob(f"*{_SUFFIX}") if self.folder.is_dir() else iter(())
        audit = f"{_AUDIT}{_SUFFIX}"
        return [path for path in found if path.name != audit and not path.name.startswith(".") and path.name.endswith(_PENDING) is pending]


def _is_selected(change: Change, selection: Collection[str] | None) -> bool:
    return selection is None or change.operation in selection or f"{change.operation}/{change.case_id}" in selection


def _moves_packages(changes: Iterable[Change]) -> bool:
    return any(change.kind == PACKAGE for change in changes)


def _demand_whole(operation: str, changes: Collection[Change], chosen: Collection[Change]) -> None:
    """Raise BAD_SETTING where outcomes that were recorded with different packages would come to stand in one file."""
    if _moves_packages(changes) and len(chosen) < len(changes):
        what = f"{operation!r} was recorded with other packages, so its cases are accepted or rejected together"
        raise HarnessError(Code.BAD_SETTING, what, hint=f"select {operation} without a case")


def _is_ci(environment: Mapping[str, str]) -> bool:
    return environment.get("CI", "").strip().lower() not in _OFF


def _name(path: Path, suffix: str) -> str:
    return name_of_stem(path.name.removesuffix(suffix))

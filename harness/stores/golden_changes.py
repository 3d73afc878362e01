"""What accepting recorded outcomes would change, case by case, in words that a reviewer can judge."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from harness.compare import differences
from harness.contract.policy import arrow
from harness.model import Case, Outcome, OutcomeKind
from harness.stores.golden_file import Golden, canonical

PACKAGE = "package"
_SHOWN, _SHOWN_BYTES, _SHOWN_LETTERS = 3, 40, 120


@dataclass(frozen=True, slots=True)
class Change:
    """What accepting would do to one case: `kind` is "new", "changed" or "gone"; the side that has no record is None.

    The kind "package" is of no case but of all: `case_id` names a package that the outcomes depend on, `note` its version before and after.
    """

    operation: str
    case_id: str
    kind: str
    accepted: tuple[Case, Outcome] | None
    pending: tuple[Case, Outcome] | None
    note: str = ""

    def __str__(self) -> str:
        """Say the change in a line: where two values differ, else the case and its outcomes before and after."""
        if self.kind == PACKAGE:
            return f"{self.kind} {self.operation}/{self.case_id}: {self.note}"
        where = _differences(self.accepted, self.pending)
        if where:
            return f"{self.kind} {self.operation}/{self.case_id}: {'; '.join(where)}"
        case = next(pair[0] for pair in (self.pending, self.accepted) if pair)
        before, after = (_shown(pair) for pair in (self.accepted, self.pending))
        return f"{self.kind} {self.operation}/{self.case_id} {_short(case.arguments)}: {before} -> {after}"


def changes_of(accepted: Golden, pending: Golden) -> Iterator[Change]:
    """Yield the new and the changed cases in the order of `pending`, then those that are gone, then packages of other versions."""
    for identity, pair in pending.entries.items():
        before = accepted.entries.get(identity)
        if before is None or canonical(before) != canonical(pair):
            yield Change(pending.operation, identity, "new" if before is None else "changed", before, pair)
    for identity, pair in accepted.entries.items():
        if identity not in pending.entries:
            yield Change(pending.operation, identity, "gone", pair, None)
    for name in pending.depends_on if accepted.entries else ():
        versions = [golden.packages.get(name, "not named") for golden in (accepted, pending)]
        if versions[0] != versions[1]:
            yield Change(pending.operation, name, PACKAGE, None, None, " -> ".join(versions))


def taken(base: Golden, other: Golden, identities: Collection[str]) -> dict[str, tuple[Case, Outcome]]:
    """Return the cases of `base`, the named ones as `other` has them or gone where it has none; in the order of `other`, then `base`."""
    entries: dict[str, tuple[Case, Outcome]] = {}
    for identity in (*other.entries, *base.entries):
        source = other if identity in identities else base
        if identity in source.entries:
            entries[identity] = source.entries[identity]
    return entries


def _differences(before: tuple[Case, Outcome] | None, after: tuple[Case, Outcome] | None) -> list[str]:
    if before is None or after is None or not before[1].kind is after[1].kind is OutcomeKind.VALUE:
        return []
    found = differences(before[1].value, after[1].value, arrow(), limit=_SHOWN)
    return [f"{where.path} {_cut(where.reference)} -> {_cut(where.candidate)}" for where in found]


def _shown(pair: tuple[Case, Outcome] | None) -> str:
    if pair is None:
        return "nothing"
    failure = pair[1].failure
    return _cut(f"{failure.type_name}: {failure.message}") if failure else _short(pair[1].value)


def _short(value: Any) -> str:
    """Render a value for a line of a review; bytes by their number, since nobody reads them."""
    if isinstance(value, bytes) and len(value) > _SHOWN_BYTES:
        return f"<{len(value)} bytes>"
    if isinstance(value, tuple):
        return f"({', '.join(map(_short, value))})"
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_LETTERS else f"{text[: _SHOWN_LETTERS - 3]}..."

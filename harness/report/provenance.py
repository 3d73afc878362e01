"""Where evidence came from, as rows: the known facts first, then whatever else a run recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harness.report.numbers import value_text

KNOWN = {
    "commit": "commit",
    "dirty": "uncommitted changes",
    "started_at": "started",
    "seconds": "duration",
    "machine": "machine",
    "cpu": "processor",
    "seed": "seed",
    "evidence_digest": "digest of the evidence",
    "digests": "digest",
    "versions": "version",
    "packages": "version",
}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One recorded fact in words."""

    name: str
    value: str


def provenance_rows(provenance: Mapping[str, Any]) -> tuple[FactRow, ...]:
    """Flatten a provenance into rows; nested mappings become one row a key."""
    known = [key for key in KNOWN if key in provenance]
    others = sorted(str(key) for key in provenance if key not in KNOWN)
    return tuple(row for key in [*known, *others] for row in _rows(KNOWN.get(key, key.replace("_", " ")), provenance.get(key)))


def moment_text(text: str) -> str:
    """Show a moment in UTC to the minute; what is no moment is shown as it is."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment.tzinfo else text
    except (ValueError, OverflowError):
        return text


def _rows(name: str, value: Any) -> Iterator[FactRow]:
    if isinstance(value, Mapping):
        for key in sorted(map(str, value)):
            yield from _rows(f"{name}: {key}", value.get(key))
    elif isinstance(value, list | tuple):
        yield FactRow(name, ", ".join(map(str, value)))
    else:
        yield FactRow(name, _fact(name, value))


def _fact(name: str, value: Any) -> str:
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == KNOWN["seconds"] and isinstance(value, int | float):
        return value_text(float(value), "s")
    return moment_text(str(value)) if name == KNOWN["started_at"] else str(value)

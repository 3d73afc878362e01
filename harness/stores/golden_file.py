"""One file of recorded outcomes: a header with its provenance, a line per case, a footer that shows it whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.cases import case_id
from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes
from harness.formats.records import from_dict, to_dict
from harness.formats.values import from_json, to_json
from harness.model import Case, Outcome, Source
from harness.stores.compact import compact, expand
from harness.stores.sealed import check_header, seal, unseal

FORMAT = "harness-golden"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Golden:
    """Recorded outcomes of an operation, in the order of recording; iterating gives (case, outcome) pairs."""

    operation: str
    provenance: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, tuple[Case, Outcome]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[Case, Outcome]]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def packages(self) -> dict[str, str]:
        """Return the versions of the packages that the header names."""
        return named_packages(self.provenance)

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Name the packages whose version decided the outcomes when they were recorded."""
        named = self.provenance.get("depends_on")
        return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()


def named_packages(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the packages that a provenance names; none where it names them in no form that is known."""
    named = provenance.get("packages")
    return {str(name): text for name, text in named.items() if isinstance(text, str)} if isinstance(named, Mapping) else {}


def golden_of(operation: str, pairs: Iterable[tuple[Case, Outcome]], provenance: Mapping[str, Any]) -> Golden:
    """Make a record of pairs, without durations, tracebacks and whatever else differs from run to run."""
    return Golden(operation, dict(provenance), {case.id: (case, _lasting(outcome)) for case, outcome in pairs})


def golden_bytes(golden: Golden) -> bytes:
    """Return the content of the file; raises HarnessError for arguments that no format carries."""
    header = {"kind": "header", "format": FORMAT, "version": VERSION, "operation": golden.operation}
    lines = [seal(header | {"provenance": to_json(dict(golden.provenance))})]
    lines += [seal(_case_tree(case, outcome)) for case, outcome in golden]
    lines.append(seal({"kind": "footer", "count": len(golden), "digest": digest_bytes(b"".join(lines))}))
    return b"".join(lines)


def read_golden(path: Path, operation: str) -> Golden:
    """Read and check a file.

    Raises HarnessError FILE_MISSING, FILE_TRUNCATED, FILE_EDITED, FILE_TOO_NEW, FILE_TOO_OLD or FILE_INVALID, located at its line.
    """
    lines = _lines(path)
    header, footer = unseal(lines[0], Source(str(path), 1)), _footer(lines, path)
    check_header(header, FORMAT, VERSION, Source(str(path), 1))
    if header.get("operation") != operation:
        raise HarnessError(
            Code.FILE_EDITED, f"the file is of {header.get('operation')!r}, not of {operation!r}", where=Source(str(path), 1)
        )
    pairs = [_read_case(line, operation, Source(str(path), number)) for number, line in enumerate(lines[1:-1], start=2)]
    if footer.get("count") != len(pairs) or footer.get("digest") != digest_bytes(b"".join(line + b"\n" for line in lines[:-1])):
        raise HarnessError(Code.FILE_EDITED, "lines were added, removed or moved after it was written", where=str(path))
    provenance = from_json(header.get("provenance"), where=f"{path}:1")
    return Golden(operation, provenance if isinstance(provenance, dict) else {}, {case.id: (case, outcome) for case, outcome in pairs})


def canonical(pair: tuple[Case, Outcome]) -> bytes:
    """Return what of a recorded case counts when two records are compared: its arguments and its outcome, to the bit."""
    case, outcome = pair
    return seal({"arguments": to_json(list(case.arguments)), "outcome": to_dict(_lasting(outcome))})


def _lasting(outcome: Outcome) -> Outcome:
    failure = replace(outcome.failure, traceback="") if outcome.failure else None
    return replace(outcome, failure=failure, duration_ns=0, implementation="")


def _case_tree(case: Case, outcome: Outcome) -> dict[str, Any]:
    tree = to_dict(outcome)
    kept = {key: value for key, value in tree.items() if key in {"kind", "value"} or (key in {"failure", "arguments_after"} and value)}
    about = {"kind": "case", "id": case.id, "origin": case.origin, "seed": case.seed}
    return {**about, "arguments": compact(to_json(list(case.arguments))), "outcome": compact(kept)}


def _read_case(line: bytes, operation: str, source: Source) -> tuple[Case, Outcome]:
    tree = expand(unseal(line, source), source)
    if tree.get("kind") != "case":
        raise HarnessError(Code.FILE_INVALID, "a line that is no case stands among the cases", where=source)
    about = {key: tree.get(key) for key in ("id", "arguments", "origin", "seed")}
    case = from_dict(Case, about | {"operation": operation}, where=str(source))
    if case.id != case_id(operation, case.arguments):
        raise HarnessError(Code.FILE_EDITED, f"the id {case.id} is not that of its arguments", where=source)
    return case, from_dict(Outcome, tree.get("outcome"), where=str(source))


def _lines(path: Path) -> list[bytes]:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise HarnessError(Code.FILE_MISSING, "nothing is recorded; `harness golden record` does it", where=str(path)) from error
    lines = data.split(b"\n")
    if lines.pop():
        raise HarnessError(Code.FILE_TRUNCATED, "the file ends in the middle of a line", where=Source(str(path), len(lines) + 1))
    if not lines:
        raise HarnessError(Code.FILE_TRUNCATED, "the file is empty", where=str(path))
    return lines


def _footer(lines: list[bytes], path: Path) -> dict[str, Any]:
    source = Source(str(path), len(lines))
    footer = unseal(lines[-1], source)
    if footer.get("kind") != "footer":
        raise HarnessError(Code.FILE_TRUNCATED, "the file ends before its footer", where=source)
    return footer

"""Divergences as files of their own: a script that shows each without the harness, and its data to read back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from harness.contract.machine import MACHINE, plain_path
from harness.contract.policy import Policy, exact
from harness.errors import Code, HarnessError
from harness.formats.extensions import EncodeError
from harness.formats.records import from_dict, to_dict
from harness.model import Divergence, Outcome, OutcomeKind, Source
from harness.stores.atomic import write_atomic
from harness.stores.compact import compact, expand
from harness.stores.layout import checked_name
from harness.stores.literals import literal
from harness.stores.scripts import call_parts, circumstances, is_second_call, program_parts
from harness.stores.sealed import check_header, seal, unseal

_FORMAT, _VERSION = "harness-divergence", 1
_TIMEOUT_SECONDS = 60
_WITHOUT_SCRIPT = ("concurrency",)
_TOLERANCES = ("abs_tol", "rel_tol", "ulps", "nan_equal", "signed_zero", "types")


class DivergenceStore:
    """The folder reports/<migration>/divergences: `<id>.py` and `<id>.json` for every divergence of the last run."""

    def __init__(self, folder: Path) -> None:
        """Open the folder of a migration's report, which need not be there."""
        self.folder = folder / "divergences"

    def write(
        self,
        divergences: Iterable[Divergence],
        *,
        root: Path,
        targets: Mapping[str, tuple[str, str]],
        policies: Mapping[str, Policy] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> tuple[Divergence, ...]:
        """Write the files, remove those of divergences that are gone, and return the divergences with their `reproducer` filled in.

        `targets` maps "operation/port" to the import paths of reference and port; one without targets, or with a recorded value that
        no expression makes, gets no script. `policies` and `errors` say per operation what counts as equal; without them it is to
        the bit, and by code. Matching by key fields is left to `harness replay`.
        """
        written = []
        for found in divergences:
            policy = (policies or {}).get(found.operation, exact)
            script = _script(found, targets.get(f"{found.operation}/{found.port}"), policy, (errors or {}).get(found.operation, "code"))
            written.append(self._write(found, script, root))
        self._remove_others({found.id for found in written})
        return tuple(written)

    def read(self, identity: str) -> Divergence:
        """Return a divergence by its id.

        Raises HarnessError DIVERGENCE_UNKNOWN, BAD_SETTING for an id that is no name, or FILE_EDITED, FILE_INVALID, FILE_TOO_NEW.
        """
        path = self.folder / f"{checked_name(identity)}.json"
        if not path.is_file():
            raise HarnessError(Code.DIVERGENCE_UNKNOWN, f"no divergence has the id {identity!r}", where=str(self.folder))
        where = Source(str(path), 1)
        tree = unseal(path.read_bytes().removesuffix(b"\n"), where)
        check_header(tree, _FORMAT, _VERSION, where)
        return from_dict(Divergence, expand(tree.get("divergence"), where), where=str(path))

    def _write(self, found: Divergence, script: Template | None, root: Path) -> Divergence:
        path = self.folder / f"{checked_name(found.id)}.py"
        if script is not None:
            write_atomic(path, script.substitute(root=ascii(os.path.relpath(root.resolve(), self.folder.resolve()))))
            found = replace(found, reproducer=_relative(path, root))
        tree = {"kind": "header", "format": _FORMAT, "version": _VERSION, "divergence": compact(to_dict(found))}
        write_atomic(path.with_suffix(".json"), seal(tree))
        return found

    def _remove_others(self, identities: set[str]) -> None:
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.suffix in {".py", ".json"} and path.stem not in identities:
                path.unlink(missing_ok=True)


def _relative(path: Path, root: Path) -> str:
    resolved = path.resolve()
    return str(resolved.relative_to(root.resolve())) if resolved.is_relative_to(root.resolve()) else str(path)


def _script(found: Divergence, targets: tuple[str, str] | None, policy: Policy, errors: str) -> Template | None:
    """Fill in all but the root; None when there is nothing to call or no expression for what is needed."""
    if targets is None or found.check in _WITHOUT_SCRIPT:
        return None
    try:
        first, mended = _first_side(found, targets)
        values = {
            "title": ascii(f"{found.check} {found.operation} on {found.port}: {found.signature}"),
            "first": first,
            "second": ascii(plain_path(targets[1])),
            "tolerance": literal(_tolerance(policy)),
            "errors": ascii(errors),
            "timeout_seconds": str(_TIMEOUT_SECONDS),
            "mended": mended,
            **circumstances(found),
            **(program_parts(found.case) if targets[0].startswith(MACHINE) else call_parts(found.case)),
        }
    except EncodeError:
        return None
    text = (files("harness.stores") / "reproducer.txt").read_text("utf-8")
    escaped = {key: value.replace("$", "$$") for key, value in values.items()}
    return Template(Template(text).safe_substitute(escaped))


def _first_side(found: Divergence, targets: tuple[str, str]) -> tuple[str, str]:
    """Return what the port is compared with, and what the comparison says once the fault is mended.

    Golden cases are compared with the recorded outcome. A broken statement shows as long as the port gives the same answer. Under
    another circumstance the port is compared with its usual answer, or with itself where that circumstance is a second call.
    """
    if found.check == "property" or found.kind.startswith("property:"):
        return _recorded(found.reference), "DIFFERENT"
    if found.check == "golden" or (found.check == "determinism" and not is_second_call(found)):
        return _recorded(found.reference), "SAME"
    return ascii(plain_path(targets[1] if found.check == "determinism" else targets[0])), "SAME"


def _recorded(outcome: Outcome) -> str:
    if outcome.kind is OutcomeKind.VALUE:
        return literal(("value", outcome.value, ""))
    failure = outcome.failure
    return literal(("error", failure.message if failure else "", failure.type_name.rpartition(".")[2] if failure else ""))


def tolerance_of(policy: Policy) -> dict[str, Any]:
    """Return a policy as the plain mapping that the stand-alone comparison reads."""
    rule: dict[str, Any] = {name: getattr(policy, name) for name in _TOLERANCES}
    return rule | {"fields": {pattern: tolerance_of(field) for pattern, field in policy.fields.items()}, "ignore": list(policy.ignore)}


def _tolerance(policy: Policy) -> dict[str, Any]:
    rule: dict[str, Any] = {name: getattr(policy, name) for name in _TOLERANCES}
    return rule | {"fields": {pattern: _tolerance(field) for pattern, field in policy.fields.items()}, "ignore": list(policy.ignore)}

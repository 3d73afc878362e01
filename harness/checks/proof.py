"""Proof that the port ran, and not the reference under its name, a debug build, or a build of other sources."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from harness.checks.base import Context
from harness.checks.workers import REFERENCE
from harness.contract import Operation, plain_path
from harness.formats.digest import digest_files
from harness.model import Ran


@dataclass(frozen=True)
class Proof:
    """Who is loaded as the port, and in `doubt` why its answers prove nothing ("" when they do)."""

    ran: Ran
    code: str = ""
    doubt: str = ""


def proof(context: Context, operation: Operation, port: str) -> Proof:
    """Look at what the workers really loaded; asked after the calls, so that late imports are seen too."""
    reference, ran = context.workers.ran(operation, REFERENCE), context.workers.ran(operation, port)
    if not ran.file:
        return Proof(ran, "port-missing", f"the port is not there: {ran.target} cannot be used ({ran.version or 'no reason given'})")
    if ran.file == reference.file and ran.file_digest == reference.file_digest and _same_callable(ran, reference):
        return Proof(ran, "port-is-reference", f"the port {ran.target} is the reference itself, in {reference.file}")
    borrowed = sorted(_borrowed(context, operation, port))
    if borrowed:
        return Proof(
            ran, "port-uses-reference", f"the port's worker imported the reference ({borrowed[0]}), so its answers may be borrowed"
        )
    return _build_proof(context, port, ran)


def _same_callable(ran: Ran, reference: Ran) -> bool:
    return ran.target.rsplit(".", 1)[-1] == reference.target.rsplit(".", 1)[-1]


def _borrowed(context: Context, operation: Operation, port: str) -> set[str]:
    """Name the modules of the reference that the port's worker has imported.

    The package above them may be shared, what belongs to Python itself is imported by everyone, and on what the operation declares a port
    may build.
    """
    module = plain_path(operation.reference).replace(":", ".").rpartition(".")[0]
    package = context.contract.reference
    own = plain_path(operation.ports[port])
    loaded = context.workers.loaded_modules(operation, port)
    watched = {name for name in (module, package) if name and not _is_within(own, name) and not _is_pythons_own(name)}
    seen = {name for name in loaded if any(_is_within(name, root) for root in watched)}
    return {name for name in seen if not any(_is_within(name, root) for root in operation.builds_on)}


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _is_pythons_own(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _build_proof(context: Context, port: str, ran: Ran) -> Proof:
    described = context.contract.ports.get(port)
    shown = os.path.relpath(ran.file, context.root)
    if ran.profile == "debug":
        return Proof(ran, "debug-build", f"the port {shown} is a debug build; its timings mean nothing. Build it in release mode")
    if described is None or not described.sources:
        return Proof(ran)
    current = digest_files(context.root / described.source_root, described.sources)
    if not ran.source_digest:
        return Proof(ran, "build-unknown", f"the port {shown} does not say which sources it was built from (no build_info)")
    if ran.source_digest != current:
        return Proof(
            ran,
            "build-stale",
            f"the port {shown} was built from other sources ({ran.source_digest[:12]}) than those here ({current[:12]}); build it again",
        )
    return Proof(ran)

"""Reads a contract from its file, and refuses what cannot be judged before any work is done."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from harness.contract.declare import Contract
from harness.contract.operation import EXCLUDABLE, Operation
from harness.errors import Code, HarnessError
from harness.model import Source


def load_contract(path: Path, *, root: Path) -> Contract:
    """Import the contract at `path` with the project `root` importable, and validate it.

    Raises HarnessError CONTRACT_MISSING, CONTRACT_BROKEN, NO_OPERATIONS or PORT_IS_REFERENCE.
    """
    if not path.is_file():
        raise HarnessError(Code.CONTRACT_MISSING, "there is no contract beside the runbook", where=str(path))
    module = _import(path, root)
    found = [value for value in vars(module).values() if isinstance(value, Contract)]
    if len(found) != 1:
        raise HarnessError(Code.CONTRACT_BROKEN, f"a contract file declares exactly one contract, this one {len(found)}", where=str(path))
    found[0].name = path.stem
    _validate(found[0], path)
    return found[0]


def _import(path: Path, root: Path) -> ModuleType:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    spec = importlib.util.spec_from_file_location(f"_harness_contract_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise HarnessError(Code.CONTRACT_BROKEN, "the contract is not a Python file", where=str(path))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise HarnessError(
            Code.CONTRACT_BROKEN, "the contract does not import", where=_place(error, path), cause=f"{type(error).__name__}: {error}"
        ) from error
    return module


def _place(error: BaseException, path: Path) -> Source:
    """Find the line of the contract that the error passed through last."""
    if isinstance(error, SyntaxError):
        return Source(str(path), error.lineno or 0)
    line = 0
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(path):
            line = frame.tb_lineno
        frame = frame.tb_next
    return Source(str(path), line)


def _validate(contract: Contract, path: Path) -> None:
    if not any(contract.subjects()):
        raise HarnessError(Code.NO_OPERATIONS, "the contract declares no operation", where=str(path))
    for operation in contract.subjects():
        _validate_operation(operation, path)


def _validate_operation(operation: Operation, path: Path) -> None:
    for name, target in operation.ports.items():
        if target.replace(":", ".") == operation.reference.replace(":", "."):
            raise HarnessError(
                Code.PORT_IS_REFERENCE, f"port {name!r} of {operation.name!r} is the reference itself: {target}", where=str(path)
            )
    if not operation.inputs:
        raise HarnessError(Code.CONTRACT_BROKEN, f"operation {operation.name!r} declares no inputs", where=str(path))
    packages: object = operation.depends_on
    if not isinstance(packages, tuple | list) or not all(isinstance(name, str) and name for name in packages):
        what = f"operation {operation.name!r} depends on {packages!r}, which is no tuple of names"
        raise HarnessError(Code.CONTRACT_BROKEN, what, where=str(path), hint='`depends_on` takes packages, as in ("numpy",)')
    unknown = sorted(set(operation.without) - set(EXCLUDABLE))
    if unknown:
        what = f"operation {operation.name!r} cannot be left out of the check {unknown[0]!r}"
        raise HarnessError(Code.CONTRACT_BROKEN, what, where=str(path), hint=f"`without` takes {', '.join(EXCLUDABLE)}")

"""A comparison without contract and runbook: the arguments are read off annotations, the gates are the obvious ones."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.checks.base import Progress, silent
from harness.checks.differential import DifferentialCheck
from harness.contract import Columns, Contract, Floor, Policy, close, contract, exact, parse
from harness.contract.types import ListOf, MapOf, Record, Scalar, Type
from harness.errors import Code, HarnessError
from harness.judge import judge
from harness.model import Action, Bound, CheckRecord, Divergence, Evidence, Gate, Role, Source, Verdict
from harness.run.context import contract_context
from harness.run.plan import Plan

SCALARS: dict[Any, str] = {float: "float64", int: "int64", bool: "bool", str: "string", bytes: "bytes"}
HERE = Source("harness diff")
POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Quick:
    """What a quick comparison came to."""

    verdict: Verdict
    cases: int
    divergences: tuple[Divergence, ...]


def quick_diff(reference: str, port: str, *, inputs: str, rel: float, plan: Plan, root: Path, progress: Progress = silent) -> Quick:
    """Compare two callables by import path; raises HarnessError for one compared with itself, or arguments that nobody knows."""
    if reference.replace(":", ".") == port.replace(":", "."):
        raise HarnessError(Code.PORT_IS_REFERENCE, f"the port is the reference itself: {port}", where=port)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    types_of = parse_inputs(inputs) if inputs else read_annotations(reference)
    declared = quick_contract(reference, port, types_of, close(rel=rel) if rel else exact)
    return run_quick(declared, plan, root, progress)


def quick_contract(reference: str, port: str, arguments: Columns, policy: Policy, *, timeout_seconds: float = 5.0) -> Contract:
    """Make the contract of one operation with one port."""
    made = contract(reference=reference.replace(":", ".").rpartition(".")[0], ports={"port": port.replace(":", ".").rpartition(".")[0]})
    made.name = "diff"
    name = reference.replace(":", ".").rpartition(".")[2]
    declare = made.operation(
        name, inputs=arguments, reference=reference, ports={"port": port}, compare=policy, floor=Floor(cases=50, both_succeeded=0.1),
        timeout_seconds=timeout_seconds,
    )  # fmt: skip
    declare(lambda _operation: None)
    return made


def run_quick(declared: Contract, plan: Plan, root: Path, progress: Progress = silent) -> Quick:
    """Run the differential check and judge it by the obvious gates: no divergence, no accident."""
    evidence: list[Evidence] = []
    records: list[CheckRecord] = []
    divergences: list[Divergence] = []
    with contract_context(declared, plan, root=root, progress=progress) as context:
        for finding in DifferentialCheck().run(context):
            target: list[Any] = evidence if isinstance(finding, Evidence) else records if isinstance(finding, CheckRecord) else divergences
            target.append(finding)
        evidence.extend(context.tally.evidence())
    verdict = judge(
        gates=obvious_gates(), checklist=(), evidence=evidence, records=records, signoff_roles=(), signoffs=(), evidence_digest=""
    )
    return Quick(verdict, sum(record.cases for record in records), tuple(divergences))


def obvious_gates() -> tuple[Gate, ...]:
    """Return the gates that hold for any port: it never differs, and it never dies."""
    none = Bound("<=", 0.0, "", "none")
    return tuple(
        Gate(f"D{index}", text, HERE, none, Role.ACCEPTANCE, Action.BLOCK, metric)
        for index, (text, metric) in enumerate(
            (("no divergence", "differential.divergences"), ("no crash, hang or panic", "outcomes.crashes")), 1
        )
    )


def parse_inputs(text: str) -> Columns:
    """Read `name: type, name: type`; raises HarnessError BAD_SETTING naming what is wrong."""
    try:
        record = parse("{" + text + "}")
    except ValueError as error:
        raise HarnessError(
            Code.BAD_SETTING, "--inputs cannot be read", cause=str(error), hint='write "x: float64, n: int64[0..9]"'
        ) from error
    assert isinstance(record, Record)
    return Columns(record.fields)


def read_annotations(path: str) -> Columns:
    """Derive the types of the arguments from the annotations of the callable at `path`."""
    function = import_callable(path)
    try:
        hints = typing.get_type_hints(function)
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError, NameError) as error:
        raise HarnessError(
            Code.BAD_SETTING, f"the arguments of {path} are unknown", cause=str(error), hint='give --inputs "x: float64"'
        ) from error
    names = [found.name for found in parameters if found.default is found.empty and found.kind in POSITIONAL]
    return Columns({name: _type_of(hints.get(name), path, name) for name in names})


def import_callable(path: str) -> Any:
    """Import `package.module.function` or `package.module:function`."""
    module, _, name = path.replace(":", ".").rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # importing runs whatever stands in the module
        cause = f"{type(error).__name__}: {error}"
        raise HarnessError(
            Code.CALLABLE_MISSING, f"{path} cannot be imported", where=path, cause=cause, hint="name it as package.module.function"
        ) from error
    if not callable(found):
        raise HarnessError(Code.CALLABLE_MISSING, f"{path} is a {type(found).__name__}, not a callable", where=path)
    return found


def _type_of(annotation: Any, path: str, name: str) -> Type:
    if annotation in SCALARS:
        return Scalar(SCALARS[annotation])
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType) and type(None) in arguments:
        [inner] = [argument for argument in arguments if argument is not type(None)]
        return parse(f"{SCALARS[inner]}?") if inner in SCALARS else _type_of(inner, path, name)
    bare = getattr(origin, "__name__", "")
    if bare in {"list", "Sequence", "Iterable"} and arguments:
        return ListOf(_type_of(arguments[0], path, name))
    if bare in {"dict", "Mapping"} and len(arguments) == 2:  # noqa: PLR2004 - key and value
        return MapOf(_type_of(arguments[0], path, name), _type_of(arguments[1], path, name))
    raise HarnessError(
        Code.BAD_SETTING,
        f"argument {name!r} of {path} has no annotation that can be generated",
        hint=f'give --inputs "{name}: float64, ..."',
    )

"""The probe pack of an operation: what a binding may get wrong although the arithmetic behind it is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from harness.cases import arrow_probes, probes
from harness.cases.edges import typical
from harness.cases.generate import generate
from harness.cases.identity import make_case
from harness.cases.numbers import generator
from harness.cases.tables import encode, from_rows, is_batch, read_stream
from harness.contract.inputs import Columns
from harness.contract.operation import Operation
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Table, Type
from harness.model import Case

_ROWS = 3
_SCALARS: dict[type, str] = {bool: "bool", int: "int64", float: "float64", str: "string", bytes: "bytes"}


@dataclass(frozen=True, slots=True)
class _Argument:
    """One positional argument: its name, its type, and a good value of it."""

    name: str
    kind: Type
    usual: Any


def boundary_cases(operation: Operation, *, seed: int) -> Iterator[Case]:
    """Yield probes of every argument in turn, typical values elsewhere, then calls with missing and surplus arguments.

    Inputs without types are probed around their first case. Origins read "boundary:<argument> <what>".
    Raises HarnessError as `generate` does.
    """
    seen: set[str] = set()
    for signature in _signatures(operation, seed):
        for what, arguments in _calls(signature, generator(seed, operation.name)):
            case = make_case(operation.name, arguments, origin=f"boundary:{what}", seed=seed)
            if case.id not in seen:
                seen.add(case.id)
                yield case


def _signatures(operation: Operation, seed: int) -> Iterator[list[_Argument]]:
    """Yield one signature for each typed input, or one inferred from the first case."""
    typed = [inputs for inputs in operation.inputs if isinstance(inputs, Columns)]
    for inputs in typed:
        yield [_Argument(name, kind, _typical(kind)) for name, kind in inputs.types.items()]
    if not typed:
        first = next(chain.from_iterable(generate(inputs, operation.name, count=1, seed=seed) for inputs in operation.inputs), None)
        if first is not None:
            yield [_Argument(f"argument {place}", _infer(value), value) for place, value in enumerate(first.arguments)]


def _calls(signature: list[_Argument], rng: np.random.Generator) -> Iterator[tuple[str, tuple[Any, ...]]]:
    usual = tuple(argument.usual for argument in signature)
    for place, argument in enumerate(signature):
        for what, value in _probes(argument, rng):
            yield f"{argument.name} {what}", (*usual[:place], value, *usual[place + 1 :])
    for count in range(len(usual)):
        yield f"{len(usual) - count} arguments missing", usual[:count]
    yield "a surplus None", (*usual, None)
    yield "a surplus float", (*usual, 1.5)
    yield "twenty surplus arguments", (*usual, *range(20))


def _probes(argument: _Argument, rng: np.random.Generator) -> Iterator[probes.Probe]:
    """Choose the pack by what the good value is: Arrow data, or a plain value of its type."""
    if is_batch(argument.usual):
        return arrow_probes.batch_probes(argument.usual)
    if isinstance(argument.usual, bytes) and (batches := read_stream(argument.usual)):
        return arrow_probes.stream_probes(batches[0], rng)
    return probes.probes(argument.kind)


def _typical(kind: Type) -> Any:
    if not isinstance(kind, Table):
        return typical(kind)
    rows = [{name: typical(field, place) for name, field in kind.fields.items()} for place in range(_ROWS)]
    return encode(kind, from_rows(kind, rows))


def _infer(value: Any) -> Type:
    """Find the type that a contract would have given for a value; what has none is one of itself."""
    name = _SCALARS.get(type(value))
    if name:
        return Scalar(name)
    if isinstance(value, list | tuple) and value:
        return ListOf(_infer(value[0]))
    if isinstance(value, dict) and value:
        key, item = next(iter(value.items()))
        text_keys = all(isinstance(name, str) for name in value)
        return Record({name: _infer(held) for name, held in value.items()}) if text_keys else MapOf(_infer(key), _infer(item))
    return OneOf((value,))

"""Calls two implementations with one case and says where they differ; copied whole into every reproducer, so it needs nothing of ours."""

from __future__ import annotations

import base64
import binascii
import importlib
import math
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

Outcome = tuple[str, Any, str]
Tolerance = dict[str, Any]

CODE = re.compile(r"\[(\w+)\]")


def decoded(text: str) -> bytes:
    """Return the bytes of a base64 text."""
    return base64.b64decode(text)


def nan_of(bits: str) -> float:
    """Return the NaN with these bits, given in hexadecimal."""
    return float(struct.unpack(">d", binascii.unhexlify(bits))[0])


def array(dtype: str, shape: list[int], layout: str, writeable: bool, data: bytes) -> Any:  # noqa: FBT001 - written by a program
    """Return a numpy array with its memory order, gaps and read-only mark."""
    numpy = importlib.import_module("numpy")
    made = numpy.frombuffer(data, dtype).reshape(shape)
    made = numpy.repeat(made, 2, axis=-1)[..., ::2] if layout == "strided" else numpy.array(made, order=layout)
    made.flags.writeable = writeable
    return made


def scalar(dtype: str, value: Any) -> Any:
    """Return a numpy scalar: of text, or of the bytes of a number."""
    numpy = importlib.import_module("numpy")
    return {"U": numpy.str_, "S": numpy.bytes_}[dtype](value) if dtype in "US" else numpy.frombuffer(value, dtype)[0]


def arrow(kind: str, offset: int, data: bytes) -> Any:
    """Return a pyarrow table, batch or array; with an offset it is a slice of something longer."""
    pyarrow = importlib.import_module("pyarrow")
    table = importlib.import_module("pyarrow.ipc").open_stream(data).read_all()
    if kind == "table":
        return table
    batches = table.to_batches()
    batch = batches[0] if batches else pyarrow.RecordBatch.from_pylist([], schema=table.schema)
    if offset and batch.num_rows:
        batch = batch.take(pyarrow.array([0] * offset + list(range(batch.num_rows)))).slice(offset)
    return batch if kind == "batch" else batch.column(0)


def called(target: str, arguments: tuple[Any, ...], find: Callable[[str], Callable[..., Any]]) -> Outcome:
    """Find a callable by its import path and call it; return kind, value or message, and the name of the error's type."""
    try:
        return "value", find(target)(*arguments), ""
    except BaseException as error:  # noqa: BLE001 - a panic is no Exception, and is what we are looking for
        return "error", str(error), type(error).__name__


def load(target: str) -> Callable[..., Any]:
    """Import a callable given as "package.module.function" or "package.module:function"."""
    dotted = target.replace(":", ".").split(".")
    for length in range(len(dotted) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(dotted[:length]))
        except ModuleNotFoundError:
            continue
        for part in dotted[length:]:
            found = getattr(found, part)
        made: Callable[..., Any] = found
        return made
    raise ModuleNotFoundError(target)


def outcome_differences(first: Outcome, second: Outcome, tolerance: Tolerance, errors: str) -> list[str]:
    """List where two outcomes differ; errors are alike by their [code] where one has it, else by type."""
    if first[0] != second[0]:
        return [f"{shown(first)} against {shown(second)}"]
    if first[0] == "value":
        return list(differences(first[1], second[1], tolerance, "value"))
    codes = [match.group(1) if (match := CODE.match(text)) else None for text in (first[1], second[1])]
    if errors == "any" or (errors == "code" and codes[0] is not None and codes[0] == codes[1]):
        return []
    alike = first[2] == second[2] and (errors != "code" or codes[0] == codes[1]) and (errors != "type+message" or first[1] == second[1])
    return [] if alike else [f"{shown(first)} against {shown(second)}"]


def differences(first: Any, second: Any, tolerance: Tolerance, path: str) -> Iterator[str]:
    """Yield where two values differ beyond the tolerance, each as a path and both values."""
    rule = rule_for(path, tolerance)
    first, second = readable(first), readable(second)
    if is_number(first) and is_number(second) and (not rule["types"] or type(first) is type(second)):
        if not close(first, second, rule):
            yield f"{path}: {first!r} against {second!r}"
    elif type(first) is not type(second) and (rule["types"] or not same_family(first, second)):
        yield f"{path}: {type(first).__name__} {first!r} against {type(second).__name__} {second!r}"
    elif isinstance(first, dict):
        for key in dict.fromkeys([*first, *second]):
            yield from pair(first.get(key, "(missing)"), second.get(key, "(missing)"), tolerance, f"{path}[{key!r}]".replace("'", '"'))
    elif isinstance(first, list | tuple):
        if len(first) != len(second):
            yield f"{path}: {len(first)} against {len(second)} items"
        for place, (left, right) in enumerate(zip(first, second, strict=False)):
            yield from pair(left, right, tolerance, f"{path}[{place}]")
    elif first != second:
        yield f"{path}: {first!r} against {second!r}"


def pair(first: Any, second: Any, tolerance: Tolerance, path: str) -> Iterator[str]:
    """Compare two parts, unless the contract leaves their path out."""
    if not any(matches(pattern, path) for pattern in tolerance["ignore"]):
        yield from differences(first, second, tolerance, path)


def rule_for(path: str, tolerance: Tolerance) -> Tolerance:
    """Return the rule for a path: that of the first field pattern that fits, else the whole."""
    fields: dict[str, Tolerance] = tolerance["fields"]
    return next((rule for pattern, rule in fields.items() if matches(pattern, path)), tolerance)


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path fits a pattern, in which * stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), path) is not None


def is_number(value: Any) -> bool:
    """Tell a number that is no bool."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same_family(first: Any, second: Any) -> bool:
    """Tell values that are alike where types do not count."""
    return (isinstance(first, list | tuple) and isinstance(second, list | tuple)) or first == second


def close(first: float, second: float, rule: Tolerance) -> bool:
    """Tell whether any of the tolerances covers two numbers."""
    if first != first or second != second:  # noqa: PLR0124 - only a NaN differs from itself
        return first != first and second != second and bool(rule["nan_equal"])  # noqa: PLR0124 - as above
    if first == second:
        return not rule["signed_zero"] or math.copysign(1, first) == math.copysign(1, second)
    if math.isinf(first) or math.isinf(second):
        return False
    off = abs(first - second)
    return bool(off <= rule["abs_tol"] or off <= rule["rel_tol"] * abs(first) or steps(first, second) <= rule["ulps"])


def steps(first: float, second: float) -> float:
    """Count the floats between two numbers; integers are no floats."""
    if isinstance(first, int) or isinstance(second, int):
        return math.inf
    ranks = []
    for number in (first, second):
        bits = int(struct.unpack(">q", struct.pack(">d", number))[0])
        ranks.append(bits if bits >= 0 else -(bits & (2**63 - 1)))
    return abs(ranks[0] - ranks[1])


def readable(value: Any) -> Any:
    """Turn Arrow data and arrays into plain Python, so that the place of a difference can be named."""
    if isinstance(value, bytes) and value.startswith(b"\xff\xff\xff\xff"):
        try:
            table = importlib.import_module("pyarrow.ipc").open_stream(value).read_all()
        except (ImportError, ValueError, OSError):
            return value
        return {"schema": str(table.schema), **table.to_pydict()}
    if hasattr(value, "to_pydict"):
        return {"schema": str(value.schema), **value.to_pydict()}
    if hasattr(value, "to_pylist"):
        return [str(value.type), value.to_pylist()]
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return [str(value.dtype), list(value.shape), value.tolist()]
    return value


def shown(outcome: Outcome) -> str:
    """Render an outcome for people, cut to a readable length."""
    text = f"{outcome[2]}: {outcome[1]}" if outcome[0] == "error" else repr(readable(outcome[1]))
    return f"{outcome[0]} {text if len(text) <= 2000 else text[:2000] + ' ...'}"  # noqa: PLR2004 - about a screen

"""Turns the frozen values of the model into JSON trees and back, and believes nothing that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from harness.errors import Code, HarnessError
from harness.formats.trees import from_json, to_json
from harness.model import Case

Record = TypeVar("Record")
Tree = dict[str, Any]
_HINTS: dict[type[Any], dict[str, Any]] = {}


class _MisfitError(Exception):
    """A tree does not have the form of its type."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(path, what)
        self.path = path
        self.what = what


def to_dict(record: Any) -> Tree:
    """Return a dataclass as a tree for `json.dumps`, every field under its name.

    Fields of any type become what `values.to_json` makes of them. What cannot be carried is described, except in a case, whose
    arguments must stay exact: there it raises EncodeError.
    """
    kind = type(record)
    opaque = kind is not Case
    return {name: _write(hint, getattr(record, name), opaque=opaque) for name, hint in _hints(kind).items()}


def from_dict(kind: type[Record], tree: Any, *, where: str = "") -> Record:
    """Return the dataclass of a tree; `where` names the file in errors.

    A field with a default may be absent. Raises HarnessError FILE_INVALID naming the place of a wrong type, an unknown word, or a
    missing or unknown field.
    """
    try:
        return _read_record(kind, tree, kind.__name__)
    except _MisfitError as error:
        raise HarnessError(Code.FILE_INVALID, f"{error.path} {error.what}", where=where) from error
    except RecursionError as error:
        raise HarnessError(Code.FILE_INVALID, f"{kind.__name__} is nested too deeply", where=where) from error


def _hints(kind: type[Any]) -> dict[str, Any]:
    """Return the types of a dataclass's fields in order; finding them is slow, so they are kept."""
    if kind not in _HINTS:
        hints = get_type_hints(kind)
        _HINTS[kind] = {field.name: hints[field.name] for field in fields(kind)}
    return _HINTS[kind]


def _required(kind: type[Any]) -> list[str]:
    return [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]


def _write(hint: Any, value: Any, *, opaque: bool) -> Any:
    if hint is Any:
        return to_json(value, opaque=opaque)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return None if value is None else _write(_not_none(parts), value, opaque=opaque)
    if origin is tuple:
        return [_write(parts[0], item, opaque=opaque) for item in value]
    if origin is Mapping:
        return to_json({str(key): item for key, item in value.items()}, opaque=opaque)
    return _write_plain(hint, value)


def _write_plain(hint: Any, value: Any) -> Any:
    if is_dataclass(hint):
        return to_dict(value)
    return value.value if issubclass(hint, Enum) else to_json(hint(value))


def _not_none(parts: tuple[Any, ...]) -> Any:
    """Return the one alternative beside None; the model knows no other unions."""
    (hint,) = (part for part in parts if part is not NoneType)
    return hint


def _read(hint: Any, tree: Any, path: str) -> Any:
    if hint is Any:
        return _value(tree, path)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return None if tree is None else _read(_not_none(parts), tree, path)
    if origin is tuple:
        return tuple(_read(parts[0], item, f"{path}[{index}]") for index, item in enumerate(_expect(list, tree, path)))
    if origin is Mapping:
        return _expect(dict, _value(tree, path), path)
    if is_dataclass(hint):
        return _read_record(hint, tree, path)  # type: ignore[arg-type]  # a hint is a class, not an instance
    return _read_enum(hint, tree, path) if issubclass(hint, Enum) else _read_scalar(hint, tree, path)


def _read_record(kind: type[Record], tree: Any, path: str) -> Record:
    hints = _hints(kind)
    unknown = sorted(set(_expect(dict, tree, path)) - set(hints))
    if unknown:
        raise _MisfitError(path, f"has an unknown field {unknown[0]!r}")
    missing = [name for name in _required(kind) if name not in tree]
    if missing:
        raise _MisfitError(path, f"lacks the field {missing[0]!r}")
    return kind(**{name: _read(hints[name], item, f"{path}.{name}") for name, item in tree.items()})


def _read_enum(hint: type[Enum], tree: Any, path: str) -> Enum:
    try:
        return hint(tree)
    except ValueError:
        raise _MisfitError(path, f"is {tree!r:.40}, which is none of {', '.join(str(member.value) for member in hint)}") from None


def _read_scalar(hint: type, tree: Any, path: str) -> Any:
    value = _value(tree, path)
    if hint is float and type(value) is int:
        return float(value)
    return _expect(hint, value, path)


def _expect(kind: type, value: Any, path: str) -> Any:
    if type(value) is not kind:
        raise _MisfitError(path, f"is {value!r:.40}, not of type {kind.__name__}")
    return value


def _value(tree: Any, path: str) -> Any:
    try:
        return from_json(tree)
    except HarnessError as error:
        raise _MisfitError(path, f"cannot be read back: {error.cause or error.what}") from error

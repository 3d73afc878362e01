"""Compares objects by their attributes, since a port's class is never the reference's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.compare.matching import as_mapping
from harness.compare.walk import Walk
from harness.contract.policy import Policy


def dataclasses(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare dataclasses field by field."""
    _compare(reference, candidate, policy, path, walk)


def objects(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare objects that nothing knows: by their attributes, or by their own equality when they have none."""
    if _attributes(reference) and _attributes(candidate):
        _compare(reference, candidate, policy, path, walk)
    elif not _own_equality(reference, candidate):
        walk.differ(path, "value", reference, candidate)


def _compare(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare attributes; the types must have one name, though not one module."""
    if policy.types and type(reference).__name__ != type(candidate).__name__:
        walk.types_differ(path, reference, candidate)
        return
    left, right = _attributes(reference), _attributes(candidate)
    for name in dict.fromkeys((*left, *right)):
        step = f"{path}.{name}"
        if name not in right:
            walk.only_reference(step, left[name], policy)
        elif name not in left:
            walk.only_candidate(step, right[name], policy)
        else:
            walk.values(left[name], right[name], policy, step, walk)


def _attributes(value: Any) -> Mapping[Any, Any]:
    if isinstance(value, type):
        return {}
    if (fields := as_mapping(value)) is not None:
        return fields
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()) if hasattr(value, name)]
    arguments = {"args": value.args} if isinstance(value, BaseException) else {}
    return {name: getattr(value, name) for name in slots if name != "__dict__"} | arguments | dict(getattr(value, "__dict__", {}))


def _own_equality(reference: Any, candidate: Any) -> bool:
    try:
        return reference is candidate or (type(reference).__name__ == type(candidate).__name__ and bool(reference == candidate))
    except Exception:  # noqa: BLE001 - an object whose equality raises is equal to nothing
        return False

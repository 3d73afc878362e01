"""Values of a case as people read them: the call as Python would write it, clipped where it grows long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.machines.programs import is_program, program_lines
from harness.model import Case, Failure, Outcome, OutcomeKind
from harness.report.text import clip

ITEMS = 40
LINES = 60
DEPTH = 6
BYTES_SHOWN = 24
TEXT = 600


def call_text(case: Case) -> str:
    """Write a case as the call that it is: `stability_score([1.0, nan], None)`; a program line by line."""
    if is_program(case.arguments):
        lines = program_lines(case.operation, case.arguments, value_as_text)
        return "\n".join([*lines[:LINES], f"… {len(lines) - LINES:,} more"] if len(lines) > LINES else lines)
    return f"{case.operation}({', '.join(map(value_as_text, case.arguments))})"


def outcome_text(outcome: Outcome) -> str:
    """Say in words what a call gave: the value, the exception with its message, or the accident."""
    if outcome.kind is OutcomeKind.VALUE:
        return value_as_text(outcome.value)
    if outcome.failure is None:
        return outcome.kind.value
    return f"{_kind(outcome)}{_failure(outcome.failure)}"


def entry_text(outcome: Outcome, case: Case, step: int | None) -> str:
    """Say what a call gave; of a program only what the step gave at which it is to be looked at."""
    if step is None or outcome.kind is not OutcomeKind.VALUE or not is_program(case.arguments):
        return outcome_text(outcome)
    return f"step {step}: {value_as_text(outcome.value[step])}"


def arguments_after_text(outcome: Outcome) -> str:
    """Show what a call left of its arguments, "" when it left them alone."""
    if outcome.arguments_after is None:
        return ""
    return ", ".join(map(value_as_text, outcome.arguments_after))


def value_as_text(value: Any, depth: int = 0) -> str:
    """Write a value as Python would, with long containers and bytes clipped in the middle of nothing but their length."""
    if isinstance(value, bytes | bytearray):
        return _bytes(bytes(value))
    if isinstance(value, str):
        return clip(repr(value), TEXT)
    if depth >= DEPTH and isinstance(value, Mapping | list | tuple):
        return f"… ({len(value)} inside)"
    return _container(value, depth + 1)


def _container(value: Any, depth: int) -> str:
    if isinstance(value, Mapping):
        items = (f"{value_as_text(key, depth)}: {value_as_text(item, depth)}" for key, item in value.items())
        return f"{{{_joined(items, len(value))}}}"
    if not isinstance(value, list | tuple):
        return _repr(value)
    inner = _joined((value_as_text(item, depth) for item in value), len(value))
    if isinstance(value, list):
        return f"[{inner}]"
    return f"({inner},)" if len(value) == 1 else f"({inner})"


def _kind(outcome: Outcome) -> str:
    return "" if outcome.kind is OutcomeKind.ERROR else f"{outcome.kind.value}: "


def _failure(failure: Failure) -> str:
    name = failure.type_name.removeprefix("builtins.")
    return f"{name}: {failure.message}" if failure.message else name


def _joined(items: Iterable[str], count: int) -> str:
    shown = [item for item, _ in zip(items, range(ITEMS), strict=False)]
    return ", ".join([*shown, f"… {count - ITEMS:,} more"] if count > ITEMS else shown)


def _bytes(value: bytes) -> str:
    if len(value) <= BYTES_SHOWN:
        return repr(value)
    return f"bytes of length {len(value):,}: {value[:BYTES_SHOWN].hex(' ')} …"


def _repr(value: Any) -> str:
    try:
        return clip(repr(value), TEXT)
    except Exception as error:  # noqa: BLE001 - a value of a user's own type must not cost the report
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"

"""Compares what two calls gave: the kind of outcome, the value or the error, and what became of the arguments."""

from __future__ import annotations

from harness.compare.values import differences
from harness.contract.policy import Policy
from harness.model import Difference, Failure, Outcome, OutcomeKind

ERROR_LEVELS = ("code", "type", "type+message", "any")
_ANSWERS = (OutcomeKind.VALUE, OutcomeKind.ERROR)


def compare_outcomes(reference: Outcome, candidate: Outcome, policy: Policy, errors: str, *, limit: int = 20) -> tuple[Difference, ...]:
    """Return where two outcomes differ, () when they are equal; the value first, then the arguments after the call.

    `errors` says how far errors must agree: "code" (the same code when either has one, else the same type), "type" (by name, without the
    module), "type+message", or "any". Raises ValueError for another word.
    """
    if errors not in ERROR_LEVELS:
        raise ValueError(f"errors must be one of {', '.join(ERROR_LEVELS)}, not {errors!r}")
    if reference.kind is not candidate.kind:
        return (Difference("outcome", "outcome", describe_outcome(reference), describe_outcome(candidate)),)
    if reference.kind is OutcomeKind.VALUE:
        found = differences(reference.value, candidate.value, policy, limit=limit)
    else:
        found = _failures(reference.failure, candidate.failure, errors if reference.kind in _ANSWERS else "type")
    if reference.kind in _ANSWERS:
        found += _arguments(reference, candidate, policy, limit)
    return found[: max(1, limit)] if len(found) > limit else found


def describe_outcome(outcome: Outcome) -> str:
    """Say in a few words what a call gave, without the value."""
    if outcome.failure is None:
        return outcome.kind.value
    return f"{outcome.kind.value}: {_short(outcome.failure.type_name)}{_coded(outcome.failure)}"


def _short(type_name: str) -> str:
    return type_name.rpartition(".")[2]


def _coded(failure: Failure) -> str:
    return f" [{failure.code}]" if failure.code else ""


def _failures(reference: Failure | None, candidate: Failure | None, errors: str) -> tuple[Difference, ...]:
    if errors == "any" or (reference is None and candidate is None):
        return ()
    if reference is None or candidate is None:
        return (Difference("failure", "error-type", str(reference and reference.type_name), str(candidate and candidate.type_name)),)
    if errors == "code" and (reference.code or candidate.code):
        return _unless_same("failure.code", "error-code", reference.code, candidate.code)
    found = _unless_same("failure.type", "error-type", _short(reference.type_name), _short(candidate.type_name))
    if errors == "type+message":
        found += _unless_same("failure.message", "error-message", reference.message, candidate.message)
    return found


def _unless_same(path: str, kind: str, reference: str | None, candidate: str | None) -> tuple[Difference, ...]:
    return () if reference == candidate else (Difference(path, kind, reference or "no code", candidate or "no code"),)


def _arguments(reference: Outcome, candidate: Outcome, policy: Policy, limit: int) -> tuple[Difference, ...]:
    """Compare what the calls did to their arguments; None says that they left them alone."""
    before, after = reference.arguments_after, candidate.arguments_after
    if before is None and after is None:
        return ()
    if before is None or after is None:
        left, right = ("left alone" if arguments is None else "changed" for arguments in (before, after))
        return (Difference("arguments", "arguments", left, right),)
    return differences(before, after, policy, path="arguments", limit=limit)

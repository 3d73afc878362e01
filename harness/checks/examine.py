"""Runs cases on reference and port, and folds what differs into clusters with one minimal representative each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from harness.cases import shrink
from harness.checks.base import Context
from harness.checks.comparing import where_they_differ
from harness.checks.sizes import rows_of
from harness.checks.workers import REFERENCE
from harness.compare import compare_outcomes, error_sizes, signature
from harness.contract import Columns, Operation, Policy
from harness.contract.policy import exact
from harness.formats.digest import digest_value
from harness.model import Case, Difference, Divergence, Outcome, OutcomeKind

BATCH = 500
CLUSTERS_SHOWN = 8
ROUNDS = 200
FEW_ROUNDS = 2
FIRST_BATCH = 16
PATIENCE = 10
Item = TypeVar("Item")


@dataclass
class Comparison:
    """What came of comparing many cases of one operation and port.

    `clusters` maps a signature to its first case and count; `max_abs`, `max_rel` and `max_ulps` are over all pairs of values, equal by
    the policy or not.
    """

    cases: int = 0
    rows: int = 0
    both_succeeded: int = 0
    diverged: int = 0
    missing: int = 0
    max_abs: float = 0.0
    max_rel: float = 0.0
    max_ulps: int = 0
    clusters: dict[str, Cluster] = field(default_factory=dict)

    def take(self, operation: Operation, case: Case, reference: Outcome, candidate: Outcome) -> None:
        """Compare one pair of outcomes and remember what differs."""
        self.cases += 1
        self.rows += rows_of(case)
        if candidate.kind in (OutcomeKind.NOT_MIGRATED, OutcomeKind.SKIPPED):
            self.missing += 1
            return
        succeeded = reference.kind is candidate.kind is OutcomeKind.VALUE
        self.both_succeeded += succeeded
        where = where_they_differ(operation, reference, candidate)
        if succeeded:
            self._measure(where if _strict(operation.compare) else compare_outcomes(reference, candidate, _strictest(operation), "any"))
        if where:
            self.diverged += 1
            name = signature(operation.name, reference, candidate, where)
            self.clusters.setdefault(name, Cluster(case, reference, candidate, where)).count += 1

    def _measure(self, where: Sequence[Difference]) -> None:
        if where:
            sizes = error_sizes(where)
            self.max_abs = max(self.max_abs, sizes.max_abs)
            self.max_rel = max(self.max_rel, sizes.max_rel)
            self.max_ulps = max(self.max_ulps, sizes.max_ulps)


@dataclass
class Cluster:
    """The first case of a signature, with how often it was seen."""

    case: Case
    reference: Outcome
    candidate: Outcome
    where: tuple[Difference, ...]
    count: int = 0


def batches(items: Iterator[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Cut a stream into lists of at most `size`."""
    while chunk := list(islice(items, size)):
        yield chunk


def compare_cases(
    context: Context, operation: Operation, port: str, cases: Iterator[Case], *, total: int = 0, what: str = ""
) -> Comparison:
    """Call both sides with every case, in batches, until the cases or the budget end; see `is_spent`."""
    comparison = Comparison()
    start_ns = context.clock_ns()
    for chunk in batches(cases):
        expected = context.workers.call(operation, REFERENCE, chunk)
        given = context.workers.call(operation, port, chunk)
        for case, reference, candidate in zip(chunk, expected, given, strict=True):
            comparison.take(operation, case, reference, candidate)
            context.tally.count(port, candidate, reference)
        context.progress(what, comparison.cases, total)
        if is_spent(context, start_ns, enough=comparison.cases >= operation.floor.cases):
            break
    return comparison


def is_spent(context: Context, start_ns: int, *, enough: bool) -> bool:
    """Tell whether sampling since `start_ns` must end; the floor may take ten budgets, since less than the floor proves nothing."""
    return context.seconds_since(start_ns) > context.budget_seconds * (1 if enough else PATIENCE)


def divergences(context: Context, check: str, operation: Operation, port: str, comparison: Comparison) -> Iterator[Divergence]:
    """Yield one shrunk representative a cluster, the most frequent first."""
    ranked = sorted(comparison.clusters.items(), key=lambda item: -item[1].count)
    for name, cluster in ranked[:CLUSTERS_SHOWN]:
        minimal = minimise(context, operation, port, name, cluster)
        yield divergence(check, operation, port, name, minimal)


def divergence(check: str, operation: Operation, port: str, name: str, cluster: Cluster) -> Divergence:
    """Put a cluster into the form that is stored and shown; its id depends on what it is, never on when it was found."""
    return Divergence(
        id=digest_value((check, operation.name, port, name))[:10],
        check=check,
        operation=operation.name,
        port=port,
        kind=cluster.where[0].kind,
        signature=name,
        count=cluster.count,
        case=cluster.case,
        reference=cluster.reference,
        candidate=cluster.candidate,
        where=cluster.where,
    )


def minimise(context: Context, operation: Operation, port: str, name: str, cluster: Cluster) -> Cluster:
    """Shrink the case of a cluster while it keeps diverging with the same signature, for at most the budget; hangs are shrunk little."""
    best = cluster
    start_ns = context.clock_ns()
    kind = cluster.candidate.kind
    rounds = FEW_ROUNDS if kind is OutcomeKind.TIMEOUT else ROUNDS
    first_batch = FIRST_BATCH if kind in (OutcomeKind.VALUE, OutcomeKind.ERROR) else 1

    def still_diverges(candidates: Sequence[Case]) -> int | None:
        nonlocal best
        if context.seconds_since(start_ns) > context.budget_seconds:
            return None
        found = first_divergent(context, operation, port, candidates, lambda where: where == name)
        if found is None:
            return None
        index, (reference, candidate, where) = found
        best = Cluster(candidates[index], reference, candidate, where, cluster.count)
        return index

    shrink(cluster.case, still_diverges, budget_rounds=rounds, within=types_of(operation, cluster.case), first_batch=first_batch)
    return replace(best, count=cluster.count)


def types_of(operation: Operation, case: Case) -> Columns | None:
    """Return the declared types that a shrunk case has to keep to; a probe of the boundary breaks them on purpose."""
    typed = (inputs for inputs in operation.inputs if isinstance(inputs, Columns) and len(inputs.types) == len(case.arguments))
    return None if case.origin.startswith("boundary") else next(typed, None)


def first_divergent(
    context: Context, operation: Operation, port: str, cases: Sequence[Case], same: Callable[[str], bool]
) -> tuple[int, tuple[Outcome, Outcome, tuple[Difference, ...]]] | None:
    """Return the first case whose outcomes differ with a signature that `same` accepts, with both outcomes and where they differ."""
    expected = context.workers.call(operation, REFERENCE, cases)
    given = context.workers.call(operation, port, cases)
    for index, (reference, candidate) in enumerate(zip(expected, given, strict=True)):
        where = where_they_differ(operation, reference, candidate)
        if where and same(signature(operation.name, reference, candidate, where)):
            return index, (reference, candidate, where)
    return None


def _strict(policy: Policy) -> bool:
    return not (policy.abs_tol or policy.rel_tol or policy.ulps or policy.fields)


def _strictest(operation: Operation) -> Policy:
    return replace(exact, arrow=operation.compare.arrow, key=operation.compare.key, ignore=operation.compare.ignore, signed_zero=False)

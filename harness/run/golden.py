"""The verbs on golden data: record and verify ask implementations, review and accept only read and move files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.checks.base import Progress, silent
from harness.checks.golden import GoldenCheck, golden_cases, settled
from harness.checks.packages import demand_packages
from harness.checks.workers import REFERENCE
from harness.exit_codes import ExitCode
from harness.model import CheckRecord, Evidence, EvidenceStatus, OutcomeKind
from harness.run.context import open_context
from harness.run.plan import Plan
from harness.run.provenance import describe_run
from harness.settings import Project
from harness.stores.golden import GoldenStore

ANSWERS = (OutcomeKind.VALUE, OutcomeKind.ERROR)


def record_golden(project: Project, name: str, *, seed: int, progress: Progress = silent) -> int:
    """Ask the reference for every case worth keeping and write pending files; return how many outcomes were recorded."""
    count = 0
    with open_context(project, name, Plan(seed=seed), progress=progress) as context:
        demand_packages(context.contract.operations.values())
        provenance = describe_run(project, context.contract, seed=seed)
        for operation in context.contract.operations.values():
            progress(operation.name, count, 0)
            context.workers.ran(operation, REFERENCE)
            cases = list(golden_cases(operation, seed=seed))
            outcomes = context.workers.call(operation, REFERENCE, cases)
            accepted = context.golden.accepted(operation.name)
            answers = [(case, outcome) for case, outcome in zip(cases, outcomes, strict=True) if outcome.kind in ANSWERS]
            pairs = [(case, settled(operation, accepted, case, outcome)) for case, outcome in answers]
            depends_on = {"depends_on": list(operation.depends_on)} if operation.depends_on else {}
            context.golden.record(operation.name, pairs, provenance=provenance | depends_on)
            count += len(pairs)
    return count


def verify_golden(project: Project, name: str) -> Iterator[tuple[str, ExitCode]]:
    """Yield one line a finding, and the exit code that it asks for: what was not compared is inconclusive, what differs is a failure."""
    with open_context(project, name, Plan()) as context:
        for finding in GoldenCheck().run(context):
            if isinstance(finding, CheckRecord):
                line = f"{name} {finding.operation} {finding.port}: {finding.cases} recorded cases compared"
                settled = finding.status is EvidenceStatus.MEASURED
                yield f"{line}; {finding.note}" if finding.note else line, ExitCode.GO if settled else ExitCode.INCONCLUSIVE
            elif isinstance(finding, Evidence) and finding.value and finding.metric != "golden.cases":
                line = f"{name} {finding.subject} {finding.port} {finding.metric} = {finding.value} {finding.note}"
                yield line.rstrip(), ExitCode.NO_GO


def review_golden(project: Project, name: str) -> Iterator[str]:
    """Yield what the pending files would change, one line a case."""
    for change in GoldenStore(project.layout.golden / name).review():
        yield f"{name} {change}"


def accept_golden(project: Project, name: str, operations: Sequence[str], *, reason: str, who: str, environment: Mapping[str, str]) -> int:
    """Make pending outcomes the recorded ones; returns how many operations changed."""
    return len(GoldenStore(project.layout.golden / name).accept(operations or None, reason=reason, who=who, environment=environment))


def reject_golden(project: Project, name: str, operations: Sequence[str]) -> int:
    """Throw pending outcomes away; returns how many operations had some."""
    return len(GoldenStore(project.layout.golden / name).reject(operations or None))

"""The verbs on timings: measure, keep as a baseline, compare speed-ups with the baseline's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.checks.base import Progress, silent
from harness.checks.benchmark import BenchmarkCheck
from harness.errors import Code, HarnessError
from harness.exit_codes import ExitCode
from harness.model import Evidence, EvidenceStatus
from harness.run.context import open_context
from harness.run.plan import Plan
from harness.run.provenance import describe_run, machine_class
from harness.settings import Project
from harness.stores.baselines import BaselineStore
from harness.units import format_value

SHOWN = (
    "benchmark.reference_time",
    "benchmark.time",
    "benchmark.speedup",
    "benchmark.boundary.share",
    "benchmark.scaling.exponent",
    "benchmark.memory.ratio",
)
KEPT = ("benchmark.reference_time", "benchmark.time", "benchmark.speedup")
SLOWER = 0.9


@dataclass(frozen=True)
class Timing:
    """One measured metric of a workload, ready to be shown, with the evidence behind it."""

    workload: str
    metric: str
    value: str
    interval: str
    n: int
    doubt: str
    evidence: Evidence


def measure(project: Project, name: str, plan: Plan, *, progress: Progress = silent) -> list[Timing]:
    """Time every workload of a migration; nothing is stored."""
    with open_context(project, name, plan, progress=progress) as context:
        found = [finding for finding in BenchmarkCheck().run(context) if isinstance(finding, Evidence)]
    return [_timing(evidence) for evidence in found if evidence.metric in SHOWN]


def _timing(evidence: Evidence) -> Timing:
    interval = evidence.interval
    shown = f"{format_value(interval.low, evidence.unit)} to {format_value(interval.high, evidence.unit)}" if interval else ""
    value = "" if evidence.value is None else format_value(evidence.value, evidence.unit)
    doubt = "" if evidence.status is EvidenceStatus.MEASURED else evidence.note
    return Timing(evidence.subject, evidence.metric.removeprefix("benchmark."), value, shown, evidence.n, doubt, evidence)


def save_baseline(project: Project, name: str, timings: list[Timing]) -> str:
    """Keep the speed-ups and times as the baseline of this class of machines; a doubtful measurement is refused."""
    doubtful = next((timing for timing in timings if timing.doubt and timing.evidence.metric in KEPT), None)
    if doubtful is not None:
        raise HarnessError(
            Code.BAD_SETTING,
            f"{doubtful.workload} was not measured well enough for a baseline",
            cause=doubtful.doubt,
            hint="mend the cause and run it again",
        )
    with open_context(project, name, Plan()) as context:
        provenance = describe_run(project, context.contract, seed=context.seed)
    store = BaselineStore(project.layout.baselines / name)
    return str(store.write(machine_class(), [timing.evidence for timing in timings], provenance=provenance))


def history(project: Project, name: str) -> Iterator[str]:
    """Yield one line a kept baseline."""
    store = BaselineStore(project.layout.baselines / name)
    for machine in store.classes():
        yield f"{name}  {machine}  {store.recorded_at(machine)}"


def compare_baseline(project: Project, name: str, timings: list[Timing]) -> Iterator[tuple[str, ExitCode]]:
    """Compare every speed-up with the baseline's: slower than 0.9 of it, with the whole interval, is a regression."""
    store = BaselineStore(project.layout.baselines / name)
    classes = store.classes()
    if not classes:
        yield f"{name}: there is no baseline; keep one with `harness bench run {name} --save`", ExitCode.INCONCLUSIVE
        return
    machine = machine_class() if machine_class() in classes else classes[0]
    recorded = store.speedups(machine)
    for timing in timings:
        if timing.metric == "speedup":
            yield _compared(timing, recorded.get(timing.workload), machine)


def _compared(timing: Timing, before: float | None, machine: str) -> tuple[str, ExitCode]:
    interval, value = timing.evidence.interval, timing.evidence.value
    if before is None or interval is None or value is None:
        return f"{timing.workload}: not in the baseline of {machine}", ExitCode.INCONCLUSIVE
    text = f"{timing.workload}: {value:.1f}x, baseline {before:.1f}x"
    if interval.high < SLOWER * before:
        return f"{text}: slower", ExitCode.NO_GO
    if interval.low < SLOWER * before:
        return f"{text}: too noisy to tell", ExitCode.INCONCLUSIVE
    return f"{text}: kept", ExitCode.GO

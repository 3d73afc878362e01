"""How much slower or faster this machine is than the one on which a baseline was recorded, per workload."""

from __future__ import annotations

from statistics import median

from harness.settings import Project
from harness.stores.baselines import BaselineStore
from harness.stores.evidence import StoredRun

REFERENCE_TIME = "benchmark.reference_time"


def scales(project: Project, name: str, run: StoredRun) -> dict[str, float]:
    """Return a factor a workload: the reference's time in this run over its time in the baseline.

    On a machine of a baseline's class, and where there is no baseline at all, absolute times are judged as they are: no factors.
    """
    store = BaselineStore(project.layout.baselines / name)
    classes = store.classes()
    here = str(run.provenance.get("machine", ""))
    if not classes or here in classes:
        return {}
    recorded = store.read(classes[0])
    factors = {}
    for evidence in run.evidence:
        samples_ns = recorded.get((evidence.subject, "reference")) if evidence.metric == REFERENCE_TIME else None
        if samples_ns and evidence.value:
            factors[evidence.subject] = evidence.value / (median(samples_ns) / 1e9)
    return factors

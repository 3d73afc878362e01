"""The harness judges miniature ports whose faults are known, so that trust in its verdicts rests on something."""

from __future__ import annotations

from pathlib import Path

from harness.contract import columns, exact
from harness.model import Verdict
from harness.run.plan import Plan
from harness.run.quick import quick_contract, run_quick

EQUAL = ("correct", "correct_in_other_words")
FAULTY = (
    "off_by_one",
    "swapped_comparison",
    "lost_nan_rule",
    "single_precision",
    "other_order_of_addition",
    "dropped_error",
    "changes_its_arguments",
    "panics",
    "aborts",
    "hangs",
)
REFERENCE = "harness.miniatures.reference.valuation"
PORTS = "harness.miniatures.ports"


def try_port(name: str, *, root: Path, cases: int = 300) -> Verdict:
    """Judge one miniature port as any other would be judged."""
    arguments = columns(prices="list<float64>", limit="float64")
    declared = quick_contract(REFERENCE, f"{PORTS}.{name}", arguments, exact, timeout_seconds=0.5)
    return run_quick(declared, Plan(cases=cases, budget_seconds=10.0), root).verdict

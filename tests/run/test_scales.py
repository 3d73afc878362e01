"""Facts about judging absolute times on another machine than the baseline's."""

from __future__ import annotations

import pytest

from harness.model import Evidence
from harness.run.provenance import machine_class
from harness.run.scales import scales
from harness.settings import Project
from harness.stores.baselines import BaselineStore
from harness.stores.evidence import StoredRun
from tests.conftest import Shop


def timing(metric: str, seconds: float, port: str = "fast") -> Evidence:
    """Return the evidence of a time with its samples."""
    samples = {"samples_ns": [seconds * 1e9] * 3}
    return Evidence("benchmark", "total", port, f"benchmark.{metric}", seconds, "s", subject="many", n=3, provenance=samples)


def keep(project: Project, machine: str, reference_seconds: float) -> None:
    """Write a baseline of a class of machines."""
    evidence = [timing("reference_time", reference_seconds), timing("time", reference_seconds / 10)]
    BaselineStore(project.layout.baselines / "shop").write(machine, evidence, provenance={})


def run(reference_seconds: float | None = 0.03, machine: str = "") -> StoredRun:
    """Return a run here, or on another machine, in which the reference took so long."""
    evidence = () if reference_seconds is None else (timing("reference_time", reference_seconds), timing("time", 0.5))
    return StoredRun({"machine": machine or machine_class()}, evidence)


def test_on_another_machine_times_are_scaled_by_the_reference(shop: Shop) -> None:
    """A reference that takes three times as long here excuses a port that does."""
    keep(shop.project(), "another machine", 0.01)

    assert scales(shop.project(), "shop", run()) == {"many": pytest.approx(3.0)}


def test_on_the_baselines_machine_times_are_judged_as_they_are(shop: Shop) -> None:
    """Whatever else is recorded."""
    keep(shop.project(), "another machine", 0.01)
    keep(shop.project(), machine_class(), 0.01)

    assert scales(shop.project(), "shop", run()) == {}


def test_without_a_baseline_times_are_judged_as_they_are(shop: Shop) -> None:
    """There is nothing to scale by."""
    assert scales(shop.project(), "shop", run()) == {}


def test_a_run_without_the_references_time_is_not_scaled(shop: Shop) -> None:
    """No factor is guessed."""
    keep(shop.project(), "another machine", 0.01)

    assert scales(shop.project(), "shop", run(None)) == {}


def test_the_machine_is_that_of_the_run_not_of_the_judge(shop: Shop) -> None:
    """Stored evidence may be judged elsewhere."""
    keep(shop.project(), "the machine of the run", 0.01)

    assert scales(shop.project(), "shop", run(machine="the machine of the run")) == {}

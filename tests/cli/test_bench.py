"""Facts about `harness bench`, with measurements that are given instead of taken."""

from __future__ import annotations

from importlib import import_module

import pytest

from harness.model import Evidence, Interval
from harness.run.bench import Timing
from harness.run.plan import Plan
from tests.cli.conftest import Call
from tests.conftest import Shop


class Measured:
    """Stands for a measurement of a port that is four times as fast; remembers the plan."""

    def __init__(self) -> None:
        """Begin with a ratio of four and no doubt."""
        self.speedup = 4.0
        self.doubt = ""
        self.plans: list[Plan] = []

    def __call__(self, *_: object, **__: object) -> list[Timing]:
        """Return the timings."""
        self.plans += [argument for argument in _ if isinstance(argument, Plan)]
        return [self.timing("reference_time", 0.4), self.timing("time", 0.1), self.timing("speedup", self.speedup)]

    def timing(self, metric: str, value: float) -> Timing:
        """Return one timing."""
        unit = "ratio" if metric == "speedup" else "s"
        samples = {"samples_ns": [value * 1e9] * 6}
        interval = Interval(value * 0.99, value * 1.01)
        evidence = Evidence(
            "benchmark", "total", "fast", f"benchmark.{metric}", value, unit, interval, 6, subject="many", provenance=samples
        )
        return Timing("many", metric, f"{value}", "", 6, self.doubt, evidence)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    """Put the given measurement in the place of a real one."""
    fake = Measured()
    monkeypatch.setattr(import_module("harness.cli.bench"), "measure", fake)
    return fake


def test_timings_are_shown(shop: Shop, call: Call, measured: Measured) -> None:
    """Alone it means `bench run`."""
    result = call(shop, "bench")

    assert result.exit_code == 0
    assert "speedup" in result.stdout
    assert call(shop, "bench", "run").stdout == result.stdout
    assert len(measured.plans) == 2


def test_a_doubtful_measurement_is_inconclusive(shop: Shop, call: Call, measured: Measured) -> None:
    """With the doubt beside it."""
    measured.doubt = "a debug build"
    result = call(shop, "bench", "run")

    assert result.exit_code == 3
    assert "a debug build" in result.stdout


def test_a_baseline_is_kept_listed_and_compared_with(shop: Shop, call: Call, measured: Measured) -> None:
    """From the first measurement to a regression."""
    assert call(shop, "bench", "history").stdout == ""
    assert "baseline written: " in call(shop, "bench", "run", "--save").stdout
    assert call(shop, "bench", "history").stdout.startswith("shop  ")
    assert call(shop, "bench", "compare").exit_code == 0
    measured.speedup = 2.0

    result = call(shop, "bench", "compare")

    assert result.exit_code == 1
    assert result.stdout == "many: 2.0x, baseline 4.0x: slower\n"


def test_without_a_baseline_a_comparison_is_inconclusive(shop: Shop, call: Call, measured: Measured) -> None:
    """The verb that keeps one is named."""
    result = call(shop, "bench", "compare")

    assert result.exit_code == 3
    assert "--save" in result.stdout
    assert measured.plans


def test_a_doubtful_measurement_is_not_kept(shop: Shop, call: Call, measured: Measured) -> None:
    """Exit code 2, and no file."""
    measured.doubt = "a debug build"
    result = call(shop, "bench", "run", "--save")

    assert result.exit_code == 2
    assert not (shop.root / "baselines").exists()


@pytest.mark.parametrize("way", ["option", "variable", "setting"])
def test_the_budget_reaches_the_measurement(shop: Shop, call: Call, measured: Measured, way: str) -> None:
    """Whichever way it is said."""
    if way == "setting":
        shop.write("pyproject.toml", '[tool.harness]\nbudget = "3s"\n')
    words = ["bench", "run", *(["--budget", "3s"] if way == "option" else [])]
    call(shop, *words, **({"HARNESS_BUDGET": "3s"} if way == "variable" else {}))

    assert [plan.budget_seconds for plan in measured.plans] == [3.0]


def test_a_bare_bench_takes_the_projects_budget_too(shop: Shop, call: Call, measured: Measured) -> None:
    """The short form means the same."""
    shop.write("pyproject.toml", '[tool.harness]\nbudget = "3s"\n')
    call(shop, "bench")

    assert [plan.budget_seconds for plan in measured.plans] == [3.0]


def test_a_contract_without_workloads_has_nothing_to_time(shop: Shop, call: Call) -> None:
    """It says so; whether that is enough is the business of the runbook's gates."""
    result = call(shop, "bench", "run")

    assert result.exit_code == 0
    assert "no workload" in result.stdout

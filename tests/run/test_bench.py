"""Facts about measuring, keeping and comparing timings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import Code, HarnessError
from harness.exit_codes import ExitCode
from harness.model import Evidence, Interval
from harness.run.bench import Timing, compare_baseline, history, measure, save_baseline
from harness.run.plan import Plan
from harness.run.provenance import machine_class
from tests.conftest import Shop

WORKLOAD = 'call.workload("hundred", lambda size: ([1.5] * size, 0.5), size=100)'


def evidence(metric: str, value: float, *, half_width: float = 0.1) -> Evidence:
    """Return the evidence of a metric of a workload."""
    interval = Interval(value - half_width, value + half_width)
    samples = {"samples_ns": [value * 1e9] * 6}
    unit = "ratio" if metric == "speedup" else "s"
    return Evidence("benchmark", "total", "fast", f"benchmark.{metric}", value, unit, interval, 6, 6, subject="hundred", provenance=samples)


def timing(metric: str, value: float, *, half_width: float = 0.1, doubt: str = "") -> Timing:
    """Return a timing as it is shown."""
    return Timing("hundred", metric, str(value), "", 6, doubt, evidence(metric, value, half_width=half_width))


def timings(speedup: float = 4.0, *, half_width: float = 0.1) -> list[Timing]:
    """Return what a measurement gives."""
    return [timing("reference_time", 0.4, half_width=0.001), timing("time", 0.1), timing("speedup", speedup, half_width=half_width)]


def compared(shop: Shop, speedup: float, *, half_width: float = 0.1) -> ExitCode:
    """Keep a baseline of 4x and compare with it."""
    save_baseline(shop.project(), "shop", timings())
    [(_, code)] = compare_baseline(shop.project(), "shop", timings(speedup, half_width=half_width))
    return code


@pytest.mark.parametrize(
    ("speedup", "half_width", "code"),
    [
        (4.0, 0.1, ExitCode.GO),
        (9.0, 0.1, ExitCode.GO),
        (3.8, 0.1, ExitCode.GO),
        (2.0, 0.1, ExitCode.NO_GO),
        (3.6, 0.5, ExitCode.INCONCLUSIVE),
        (2.0, 5.0, ExitCode.INCONCLUSIVE),
    ],
)
def test_a_speed_up_is_kept_lost_or_too_noisy_to_tell(shop: Shop, speedup: float, half_width: float, code: ExitCode) -> None:
    """Only a whole interval below nine tenths of the baseline is a regression."""
    assert compared(shop, speedup, half_width=half_width) is code


def test_without_a_baseline_nothing_is_compared(shop: Shop) -> None:
    """The verb that keeps one is named."""
    [(line, code)] = compare_baseline(shop.project(), "shop", timings())

    assert code is ExitCode.INCONCLUSIVE
    assert "harness bench run shop --save" in line


def test_a_workload_that_the_baseline_lacks_is_inconclusive(shop: Shop) -> None:
    """A new workload has nothing to be compared with."""
    save_baseline(shop.project(), "shop", timings())
    new = [replace(found, workload="thousand") for found in timings()]

    [(line, code)] = compare_baseline(shop.project(), "shop", new)

    assert code is ExitCode.INCONCLUSIVE
    assert "thousand" in line


def test_a_baseline_is_listed_with_its_machine(shop: Shop) -> None:
    """One line each."""
    save_baseline(shop.project(), "shop", timings())

    [line] = history(shop.project(), "shop")

    assert machine_class() in line


def test_no_baseline_no_history(shop: Shop) -> None:
    """Nothing is listed where nothing was kept."""
    assert list(history(shop.project(), "shop")) == []


def test_a_doubtful_time_is_not_kept(shop: Shop) -> None:
    """A debug build never becomes what others are compared with."""
    with pytest.raises(HarnessError) as caught:
        save_baseline(shop.project(), "shop", [replace(found, doubt="a debug build") for found in timings()])

    assert caught.value.cause == "a debug build"
    assert not (shop.root / "baselines").exists()


def test_without_timings_there_is_no_baseline(shop: Shop) -> None:
    """A contract without workloads has nothing to keep."""
    with pytest.raises(HarnessError) as caught:
        save_baseline(shop.project(), "shop", [])

    assert caught.value.code is Code.EVIDENCE_MISSING


def test_an_edited_baseline_is_refused(shop: Shop) -> None:
    """A regression cannot be made to go away in an editor."""
    path = Path(save_baseline(shop.project(), "shop", timings()))
    path.write_text(path.read_text("utf-8").replace("4.0", "3.0"), "utf-8")

    with pytest.raises(HarnessError) as caught:
        list(compare_baseline(shop.project(), "shop", timings()))

    assert caught.value.code is Code.FILE_EDITED


@pytest.mark.slow
def test_a_real_measurement_can_be_kept_and_compared(shop: Shop) -> None:
    """Two equal sides are about equally fast, and nothing is written but the baseline."""
    shop.change("runbooks/shop.py", 'call.property("gives_a_number"', f'{WORKLOAD}\n    call.property("gives_a_number"')
    measured = measure(shop.project(), "shop", Plan(budget_seconds=1.0))

    assert {"time", "reference_time", "speedup"} <= {found.metric for found in measured}
    assert Path(save_baseline(shop.project(), "shop", measured)).is_file()
    assert not (shop.root / "reports").exists()

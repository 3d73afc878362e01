"""A baseline is its samples: without them it is refused, and other tools can read it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.errors import Code, HarnessError
from harness.model import Evidence, Interval
from harness.stores.baselines import BaselineStore

MACHINE = "x86_64 AMD EPYC 9B14 x2"
SAMPLES = {"reference": [1_000_000, 1_100_000, 1_050_000, 990_001], "rust": [10_000, 11_000, 10_500, 10_001]}


def evidence(metric: str, value: float, *, port: str = "rust", samples: Any = None) -> Evidence:
    """Make timing evidence of the workload `rows`."""
    provenance = {} if samples is None else {"samples_ns": samples}
    return Evidence(
        "benchmark", "score", port, f"benchmark.{metric}", value, "s", Interval(90, 110), n=4, subject="rows", provenance=provenance
    )


TIMINGS = [
    evidence("reference_time", 1e-3, samples=SAMPLES["reference"]),
    evidence("time", 1e-5, samples=SAMPLES["rust"]),
    evidence("speedup", 100.0),
    evidence("memory.ratio", 0.5),
]


@pytest.fixture
def store(tmp_path: Path) -> BaselineStore:
    """A store with one baseline and a clock that stands still."""
    made = BaselineStore(tmp_path / "baselines" / "rating", now=lambda: datetime(2024, 2, 29, tzinfo=UTC))
    made.write(MACHINE, TIMINGS, provenance={"commit": "abc", "cpu": "EPYC"})
    return made


def test_samples_and_speedups_read_back(store: BaselineStore) -> None:
    """Samples in nanoseconds by workload and implementation, speed-ups by workload, and the date."""
    assert store.classes() == (MACHINE,)
    assert store.read(MACHINE) == {("rows", name): tuple(map(float, samples)) for name, samples in SAMPLES.items()}
    assert store.speedups(MACHINE) == {"rows": 100.0}
    assert store.recorded_at(MACHINE) == "2024-02-29T00:00:00+00:00"


@pytest.mark.parametrize("samples", [None, [], [0.0], [float("nan")], ["fast"], [-1]])
def test_a_time_without_its_samples_is_refused(store: BaselineStore, samples: Any) -> None:
    """Nothing is written when a time comes without a real measurement."""
    with pytest.raises(HarnessError) as caught:
        store.write("other", [*TIMINGS, evidence("time", 1e-5, port="julia", samples=samples)], provenance={})
    assert caught.value.code is Code.EVIDENCE_MISSING
    assert store.classes() == (MACHINE,)


def test_a_baseline_of_no_times_is_refused(store: BaselineStore) -> None:
    """Speed-ups and memory alone are no baseline."""
    with pytest.raises(HarnessError) as caught:
        store.write("other", TIMINGS[2:], provenance={})
    assert caught.value.code is Code.EVIDENCE_MISSING


def test_each_class_of_machines_has_its_own_file_newest_first(store: BaselineStore) -> None:
    """Classes that differ in signs only do not share a file; the newest comes first."""
    later = BaselineStore(store.folder, now=lambda: datetime(2025, 1, 1, tzinfo=UTC))
    later.write(MACHINE.replace(" ", "-"), TIMINGS, provenance={})
    assert store.classes() == (MACHINE.replace(" ", "-"), MACHINE)
    later.write(MACHINE, TIMINGS, provenance={})
    assert len(list(store.folder.iterdir())) == 2


def test_a_missing_baseline_is_said(store: BaselineStore) -> None:
    """An unknown class of machines is an error with the way to record it; an empty folder has no classes."""
    with pytest.raises(HarnessError) as caught:
        store.read("other")
    assert caught.value.code is Code.FILE_MISSING
    assert BaselineStore(store.folder / "none").classes() == ()


@pytest.mark.parametrize(("change", "code"), [
    (lambda tree: tree["benchmarks"][0]["stats"]["data"].append(1.0), Code.FILE_EDITED),
    (lambda tree: tree.update(version="harness-baseline 2"), Code.FILE_TOO_NEW),
    (lambda tree: tree.update(version="harness-baseline 0"), Code.FILE_TOO_OLD),
    (lambda tree: tree.update(version="5.1.0"), Code.FILE_INVALID),
    (lambda tree: tree.pop("benchmarks"), Code.FILE_EDITED),
])  # fmt: skip
def test_a_changed_baseline_is_refused(store: BaselineStore, change: Any, code: Code) -> None:
    """Edited numbers, other versions and foreign files each have their code."""
    (path,) = store.folder.iterdir()
    tree = json.loads(path.read_text())
    change(tree)
    path.write_text(json.dumps(tree))
    with pytest.raises(HarnessError) as caught:
        store.read(MACHINE)
    assert caught.value.code is code


@pytest.mark.parametrize("content", ["", "[]", "nothing", "{}", "[" * 100_000])
def test_a_file_that_is_no_baseline_is_refused(store: BaselineStore, content: str) -> None:
    """Whatever stands in the file, the answer is a located error."""
    (path,) = store.folder.iterdir()
    path.write_text(content)
    with pytest.raises(HarnessError) as caught:
        store.classes()
    assert (caught.value.code, caught.value.where) == (Code.FILE_INVALID, str(path))


def test_pytest_benchmark_reads_and_compares_it(store: BaselineStore) -> None:
    """The command of pytest-benchmark lists both implementations from the file."""
    (path,) = store.folder.iterdir()
    command = [sys.executable, "-m", "pytest_benchmark", "compare", str(path), "--columns=min,median,rounds"]
    done = subprocess.run(command, cwd=store.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "rows[reference]" in done.stdout
    assert "rows[rust]" in done.stdout


def test_the_statistics_are_those_of_the_samples(store: BaselineStore) -> None:
    """Rounds, median and extremes in the file are computed from its data, in seconds."""
    (path,) = store.folder.iterdir()
    stats = json.loads(path.read_text())["benchmarks"][0]["stats"]
    assert (stats["rounds"], stats["min"], stats["max"]) == (4, 990_001 / 1e9, 1_100_000 / 1e9)
    assert stats["median"] == pytest.approx(1.025e-3)
    single = [replace(found, provenance={"samples_ns": [5.0]}) for found in TIMINGS[:2]]
    store.write("other", single, provenance={})
    assert store.read("other")["rows", "rust"] == (5.0,)

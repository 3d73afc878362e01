"""Recorded timings per class of machines, with every sample, in the layout that pytest-benchmark reads."""

from __future__ import annotations

import json
import math
import re
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes
from harness.model import Evidence
from harness.stores.atomic import write_atomic

FORMAT, VERSION = "harness-baseline", 1
REFERENCE = "reference"
_TIME, _REFERENCE_TIME, _SPEEDUP = "benchmark.time", "benchmark.reference_time", "benchmark.speedup"
_NS = 1e9


class BaselineStore:
    """The folder baselines/<migration>: one file a class of machines, named after it."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open the folder, which need not be there; `now` dates what is written."""
        self.folder = folder
        self._now = now

    def write(self, machine_class: str, evidence: Iterable[Evidence], *, provenance: Mapping[str, Any]) -> Path:
        """Keep the timings of a run as the baseline of a class of machines and return the file.

        Times are the evidence of the metrics benchmark.time and benchmark.reference_time, each with its samples in nanoseconds under
        "samples_ns" of its own provenance. Raises HarnessError EVIDENCE_MISSING for a time without samples, or when there is no time.
        """
        given = list(evidence)
        timed = [found for found in given if found.metric in {_TIME, _REFERENCE_TIME}]
        if not timed:
            raise HarnessError(Code.EVIDENCE_MISSING, "there are no timings to keep", hint="run `harness bench run` first")
        speedups = {(found.subject, found.port): found for found in given if found.metric == _SPEEDUP}
        benchmarks = {_key(found): _benchmark(found, speedups.get((found.subject, found.port))) for found in timed}
        body = {
            "machine_info": _machine_info(machine_class, provenance),
            "commit_info": {"id": str(provenance.get("commit", "")), "dirty": bool(provenance.get("dirty", False))},
            "benchmarks": list(benchmarks.values()),
            "datetime": self._now().isoformat(timespec="seconds"),
            "version": f"{FORMAT} {VERSION}",
        }
        path = self.folder / f"{_slug(machine_class)}.json"
        write_atomic(path, json.dumps({**body, "digest": _digest(body)}, indent=1, allow_nan=False) + "\n")
        return path

    def classes(self) -> tuple[str, ...]:
        """Name the classes of machines that have a baseline, the newest baseline first; raises HarnessError as `read` does."""
        found = [_load(path) for path in sorted(self.folder.glob("*.json"))] if self.folder.is_dir() else []
        return tuple(tree["machine_info"]["class"] for tree in sorted(found, key=lambda tree: str(tree["datetime"]), reverse=True))

    def recorded_at(self, machine_class: str) -> str:
        """Return when the baseline of a class was recorded; raises HarnessError as `read` does."""
        return str(self._tree(machine_class)["datetime"])

    def read(self, machine_class: str) -> dict[tuple[str, str], tuple[float, ...]]:
        """Return the samples in nanoseconds by workload and implementation ("reference" or the name of a port).

        Raises HarnessError FILE_MISSING, FILE_INVALID, FILE_EDITED, FILE_TOO_NEW or FILE_TOO_OLD.
        """
        benchmarks = self._tree(machine_class)["benchmarks"]
        return {(found["group"], found["extra_info"]["implementation"]): _samples_ns(found) for found in benchmarks}

    def speedups(self, machine_class: str) -> dict[str, float]:
        """Return the measured speed-up of each workload, of the last port where there are several; raises as `read` does."""
        benchmarks = self._tree(machine_class)["benchmarks"]
        return {found["group"]: found["extra_info"]["speedup"] for found in benchmarks if "speedup" in found["extra_info"]}

    def _tree(self, machine_class: str) -> dict[str, Any]:
        path = self.folder / f"{_slug(machine_class)}.json"
        if not path.is_file():
            what = f"there is no baseline of {machine_class!r}"
            raise HarnessError(Code.FILE_MISSING, what, where=str(path), hint="keep one with `harness bench run --save`")
        return _load(path)


def _key(found: Evidence) -> tuple[str, str]:
    return found.subject, REFERENCE if found.metric == _REFERENCE_TIME else found.port


def _benchmark(found: Evidence, speedup: Evidence | None) -> dict[str, Any]:
    workload, implementation = _key(found)
    samples_ns = found.provenance.get("samples_ns")
    if not _are_samples(samples_ns):
        raise HarnessError(Code.EVIDENCE_MISSING, f"the time of {workload!r} comes without its samples", hint="measure again and keep that")
    extra: dict[str, Any] = {"implementation": implementation, "operation": found.operation, "unit": "s"}
    if speedup is not None and speedup.value is not None and implementation != REFERENCE:
        extra["speedup"] = speedup.value
        extra["speedup_interval"] = [speedup.interval.low, speedup.interval.high] if speedup.interval else None
    name = f"{workload}[{implementation}]"
    about = {"group": workload, "name": name, "fullname": f"{found.operation}::{name}", "params": None, "param": None}
    return {**about, "extra_info": extra, "options": {}, "stats": _stats([float(sample) / _NS for sample in samples_ns or ()])}


def _stats(data: Sequence[float]) -> dict[str, Any]:
    """Summarise seconds under the names that pytest-benchmark uses."""
    q1, median, q3 = statistics.quantiles(data, n=4, method="inclusive") if len(data) > 1 else (data[0],) * 3
    mean, deviation = statistics.fmean(data), statistics.stdev(data) if len(data) > 1 else 0.0
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    inside = [sample for sample in data if low <= sample <= high]
    far = sum(1 for sample in data if abs(sample - mean) > deviation)
    return {
        "min": min(data),
        "max": max(data),
        "mean": mean,
        "stddev": deviation,
        "rounds": len(data),
        "median": median,
        "iqr": q3 - q1,
        "q1": q1,
        "q3": q3,
        "iqr_outliers": len(data) - len(inside),
        "stddev_outliers": far,
        "outliers": f"{far};{len(data) - len(inside)}",
        "ld15iqr": min(inside),
        "hd15iqr": max(inside),
        "ops": 1 / mean,
        "total": math.fsum(data),
        "iterations": 1,
        "data": list(data),
    }


def _machine_info(machine_class: str, provenance: Mapping[str, Any]) -> dict[str, Any]:
    texts = {key: str(provenance.get(key, "")) for key in ("cpu", "cpus", "system", "python", "harness", "seed")}
    return {"class": machine_class, **texts}


def _load(path: Path) -> dict[str, Any]:
    """Read and check a file; raises HarnessError FILE_INVALID, FILE_EDITED, FILE_TOO_NEW or FILE_TOO_OLD."""
    try:
        tree = json.loads(path.read_text("utf-8"))
        name, _, version = str(tree["version"]).partition(" ")
        number = int(version)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise HarnessError(
            Code.FILE_INVALID, "the baseline cannot be read", where=str(path), cause=f"{type(error).__name__}: {error}"
        ) from error
    if name != FORMAT or number != VERSION:
        code = Code.FILE_INVALID if name != FORMAT else Code.FILE_TOO_NEW if number > VERSION else Code.FILE_TOO_OLD
        raise HarnessError(code, f"the baseline has the format {tree['version']!r}, not {FORMAT} {VERSION}", where=str(path))
    if tree.pop("digest", None) != _digest(tree):
        raise HarnessError(Code.FILE_EDITED, "the baseline was changed after it was measured", where=str(path))
    if not _is_whole(tree):
        raise HarnessError(Code.FILE_INVALID, "the baseline lacks its samples", where=str(path))
    checked: dict[str, Any] = tree
    return checked


def _is_whole(tree: Mapping[str, Any]) -> bool:
    try:
        named = all(
            isinstance(found["group"], str) and isinstance(found["extra_info"]["implementation"], str) for found in tree["benchmarks"]
        )
        return (
            named
            and isinstance(tree["machine_info"]["class"], str)
            and all(_are_samples(found["stats"]["data"]) for found in tree["benchmarks"])
        )
    except (KeyError, TypeError):
        return False


def _are_samples(data: Any) -> bool:
    return (
        isinstance(data, list | tuple) and bool(data) and all(isinstance(sample, int | float) and 0 < sample < math.inf for sample in data)
    )


def _samples_ns(found: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(float(round(sample * _NS)) if sample * _NS >= 1 else sample * _NS for sample in found["stats"]["data"])


def _digest(body: Mapping[str, Any]) -> str:
    return digest_bytes(json.dumps(body, sort_keys=True).encode())


def _slug(machine_class: str) -> str:
    """Make a readable file name of any text, with a few digits of its digest so that two texts never share one."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", machine_class).strip("-").lower()[:60]
    return f"{words}-{digest_bytes(machine_class.encode())[:6]}"

"""What the benchmark evidence says about one workload: the ratio first, then the times it is made of, then what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.model import Evidence, EvidenceStatus
from harness.report.curve import Curve, Sample, curve
from harness.report.numbers import confidence_text, interval_text, value_text
from harness.report.text import plural

CHECK = "benchmark"
_LONGEST_SIZE = 18
_FACTS = {
    "noise": "noise (port against itself)",
    "boundary.share": "share of time at the boundary",
    "scaling.exponent": "growth with input size (time ~ size^e)",
    "memory.extra_bytes": "extra memory of the port",
    "memory.reference_extra_bytes": "extra memory of the reference",
    "memory.ratio": "extra memory, port to reference",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A measured value in words."""

    name: str
    value: str
    interval: str
    n: int


@dataclass(frozen=True, slots=True)
class TimeBar:
    """A time beside the other's, `share` in percent of the longer one."""

    name: str
    value: str
    interval: str
    share: float


@dataclass(frozen=True, slots=True)
class SpeedCard:
    """One workload on one port; `ratio` is how many times faster the port is, "" for a workload that only the port has."""

    workload: str
    operation: str
    port: str
    factor: float | None
    ratio: str
    interval: str
    confidence: str
    n: int
    faster: bool
    times: tuple[TimeBar, ...]
    facts: tuple[Fact, ...]
    curve: Curve | None
    note: str


@dataclass(frozen=True, slots=True)
class OverallSpeed:
    """The speed of a port in one line: `ratio` is one value or a range; `faster` tells whether every workload is."""

    ratio: str
    detail: str
    faster: bool


def speed_cards(evidence: Iterable[Evidence]) -> tuple[SpeedCard, ...]:
    """Make one card a port and workload, in the order in which they were measured."""
    groups: dict[tuple[str, str, str], dict[str, Evidence]] = {}
    for item in evidence:
        prefix, _, name = item.metric.partition(".")
        if prefix == CHECK:
            groups.setdefault((item.operation, item.port, item.subject or item.operation), {})[name] = item
    return tuple(_card(*key, measured) for key, measured in groups.items())


def overall_speed(cards: Sequence[SpeedCard]) -> OverallSpeed | None:
    """Say how fast the port is over all workloads that have a reference, the slowest first: the best one never speaks for all."""
    compared = sorted((card for card in cards if card.factor is not None), key=lambda card: card.factor or 0.0)
    if not compared:
        return None
    slowest, fastest = compared[0], compared[-1]
    if slowest is fastest:
        return OverallSpeed(slowest.ratio, f"{slowest.interval}, {slowest.workload}".lstrip(", "), slowest.faster)
    return OverallSpeed(f"{slowest.ratio} to {fastest.ratio}", f"over {plural(len(compared), 'workload')}", slowest.faster)


def _card(operation: str, port: str, workload: str, measured: Mapping[str, Evidence]) -> SpeedCard:
    ratio = measured.get("speedup")
    factor = ratio.value if ratio is not None and _length(ratio.value) else None
    return SpeedCard(
        workload=workload,
        operation=operation,
        port=port,
        factor=factor,
        ratio=value_text(factor, "x") if factor is not None else "",
        interval=interval_text(ratio.interval, "x") if ratio else "",
        confidence=confidence_text(ratio.interval) if ratio else "",
        n=ratio.n if ratio else 0,
        faster=factor is not None and factor >= 1,
        times=_times(measured, port),
        facts=tuple(_fact(name, measured[key]) for key, name in _FACTS.items() if key in measured),
        curve=curve({"reference": _scaling(measured, "reference_time"), port: _scaling(measured, "time")}),
        note=next((item.note for item in measured.values() if item.status is not EvidenceStatus.MEASURED and item.note), ""),
    )


def _times(measured: Mapping[str, Evidence], port: str) -> tuple[TimeBar, ...]:
    named = [(name, measured[key]) for key, name in (("reference_time", "reference"), ("time", port)) if key in measured]
    longest = max(_length(item.value) for _, item in named) if named else 0.0
    return tuple(
        TimeBar(
            name,
            value_text(item.value, item.unit),
            interval_text(item.interval, item.unit),
            round(100 * _length(item.value) / longest, 2) if longest else 0.0,
        )
        for name, item in named
    )


def _length(value: float | None) -> float:
    """Return what can be drawn of a time; what is no positive, finite number has no length."""
    return value if value is not None and 0 < value < math.inf else 0.0


def _fact(name: str, item: Evidence) -> Fact:
    return Fact(name, value_text(item.value, item.unit), interval_text(item.interval, item.unit), item.n)


def _scaling(measured: Mapping[str, Evidence], of: str) -> tuple[Sample, ...]:
    """Read the points `scaling.<of>.<size>`; a size that is no number is not a point."""
    prefix = f"scaling.{of}."
    points = [(key.removeprefix(prefix), item) for key, item in measured.items() if key.startswith(prefix)]
    return tuple(Sample(float(size), item.value, item.interval) for size, item in points if item.value is not None and _is_size(size))


def _is_size(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= _LONGEST_SIZE

"""A scaling curve on two logarithmic axes: points with intervals, ticks, and a guide that shows what linear growth would be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.model import Interval
from harness.report.numbers import value_text

WIDTH, HEIGHT = 480.0, 260.0
_SHORTEST, _LONGEST = 1e-15, 1e18
LEFT, RIGHT, TOP, BOTTOM = 64.0, 24.0, 14.0, 34.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured point: input size, seconds, and the interval of the seconds."""

    size: float
    seconds: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point on the drawing, with the ends of its interval and its words."""

    x: float
    y: float
    y_low: float
    y_high: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A named series as dots, and the path through them."""

    name: str
    dots: tuple[Dot, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawing in its own coordinates (`WIDTH` by `HEIGHT`), ready to be painted by a template."""

    lines: tuple[Line, ...]
    guide: tuple[float, float, float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    label: str
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis from `low` to `high` onto the pixels `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return the pixel of a value, rounded; what lies outside is drawn at the edge."""
        part = (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        return round(self.start + min(max(part, 0.0), 1.0) * (self.end - self.start), 1)


def curve(series: dict[str, Sequence[Sample]]) -> Curve | None:
    """Draw one line a name, or nothing when no series has two sizes to compare."""
    usable = {name: _usable(samples) for name, samples in series.items()}
    usable = {name: samples for name, samples in usable.items() if len(samples) > 1}
    if not usable:
        return None
    every = [sample for samples in usable.values() for sample in samples]
    x_axis = _Axis(min(s.size for s in every), max(s.size for s in every), LEFT + 8, WIDTH - RIGHT - 8)
    y_axis = _Axis(_decade_below(min(map(_low, every))), _decade_above(max(map(_high, every))), HEIGHT - BOTTOM, TOP)
    lines = tuple(_line(name, samples, x_axis, y_axis) for name, samples in usable.items())
    return Curve(
        lines=lines,
        guide=_guide(next(reversed(usable.values())), x_axis, y_axis),
        x_ticks=tuple(Tick(x_axis.place(size), f"{size:,.0f}") for size in _thinned(sorted({s.size for s in every}), x_axis)),
        y_ticks=tuple(Tick(y_axis.place(10.0**power), value_text(10.0**power, "s")) for power in _powers(y_axis)),
        label="; ".join(f"{line.name}: {', '.join(dot.label for dot in line.dots)}" for line in lines),
    )


def _usable(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    kept = {s.size: s for s in samples if 0 < s.size < _LONGEST and _SHORTEST < s.seconds < _LONGEST}
    return tuple(kept[size] for size in sorted(kept))


def _low(sample: Sample) -> float:
    return sample.interval.low if sample.interval and _SHORTEST < sample.interval.low <= sample.seconds else sample.seconds


def _high(sample: Sample) -> float:
    return sample.interval.high if sample.interval and sample.seconds <= sample.interval.high < _LONGEST else sample.seconds


def _decade_below(value: float) -> float:
    return 10.0 ** math.floor(math.log10(value))


def _decade_above(value: float) -> float:
    decade = 10.0 ** math.ceil(math.log10(value))
    return decade if decade > _decade_below(value) else decade * 10


def _line(name: str, samples: Sequence[Sample], x_axis: _Axis, y_axis: _Axis) -> Line:
    dots = tuple(
        Dot(
            x_axis.place(s.size),
            y_axis.place(s.seconds),
            y_axis.place(_low(s)),
            y_axis.place(_high(s)),
            f"{s.size:,.0f}: {value_text(s.seconds, 's')}",
        )
        for s in samples
    )
    return Line(name, dots, " ".join(f"{'L' if i else 'M'}{dot.x} {dot.y}" for i, dot in enumerate(dots)))


def _guide(samples: Sequence[Sample], x_axis: _Axis, y_axis: _Axis) -> tuple[float, float, float, float]:
    """Draw linear growth through the largest size, cut where it would leave the drawing."""
    last = samples[-1]
    rate = last.seconds / last.size
    start = min(max(x_axis.low, y_axis.low / rate), last.size)
    return x_axis.place(start), y_axis.place(start * rate), x_axis.place(last.size), y_axis.place(last.seconds)


def _powers(axis: _Axis) -> range:
    first, last = round(math.log10(axis.low)), round(math.log10(axis.high))
    return range(first, last + 1, max(1, (last - first) // 4))


def _thinned(sizes: Sequence[float], axis: _Axis, gap: float = 52.0) -> list[float]:
    """Leave out labels that would touch the one before; the largest size always keeps its own."""
    kept: list[float] = []
    for size in reversed(sizes):
        if not kept or axis.place(kept[-1]) - axis.place(size) >= gap:
            kept.append(size)
    return kept

"""The scaling curve is drawn inside its frame, or not at all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Interval
from harness.report.curve import HEIGHT, WIDTH, Sample, curve

SAMPLES = st.lists(st.builds(Sample, st.floats(), st.floats(), st.none() | st.builds(Interval, st.floats(), st.floats())), max_size=8)


@settings(deadline=None)
@given(SAMPLES, SAMPLES)
def test_every_point_is_inside_the_frame(first: list[Sample], second: list[Sample]) -> None:
    """Whatever was measured, all dots, ticks and the guide lie inside the drawing."""
    made = curve({"a": first, "b": second})
    if made is not None:
        dots = [dot for line in made.lines for dot in line.dots]
        xs = [dot.x for dot in dots] + [tick.at for tick in made.x_ticks] + [made.guide[0], made.guide[2]]
        ys = (
            [y for dot in dots for y in (dot.y, dot.y_low, dot.y_high)]
            + [tick.at for tick in made.y_ticks]
            + [made.guide[1], made.guide[3]]
        )
        assert all(0 <= x <= WIDTH for x in xs)
        assert all(0 <= y <= HEIGHT for y in ys)


def test_one_size_is_no_curve() -> None:
    """A curve needs two sizes to say something about growth."""
    assert curve({"port": [Sample(10, 0.1)]}) is None


def test_linear_growth_lies_on_the_guide() -> None:
    """Points of linear growth begin where the guide begins."""
    made = curve({"port": [Sample(size, size / 1e6) for size in (10, 100, 1000)]})
    assert made is not None
    first, last = made.lines[0].dots[0], made.lines[0].dots[-1]
    assert made.guide == (first.x, first.y, last.x, last.y)


def test_longer_times_are_drawn_higher() -> None:
    """Time grows upwards, size to the right."""
    made = curve({"port": [Sample(10, 0.1), Sample(100, 0.9)]})
    assert made is not None
    first, last = made.lines[0].dots
    assert (first.x < last.x, first.y > last.y) == (True, True)


def test_the_curve_speaks() -> None:
    """The label names every series with its points."""
    made = curve({"port": [Sample(10, 0.1), Sample(100, 0.9)]})
    assert made is not None
    assert made.label == "port: 10: 100 ms, 100: 900 ms"

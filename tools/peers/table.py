"""The table of the comparison with other tools: who was timed, how much faster the port is, and whether that is enough."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from harness.stats import Estimate, paired_ratio

MET, MISSED, UNCLEAR = 0, 1, 3
WORDS = {MET: "met", MISSED: "MISSED", UNCLEAR: "UNCLEAR"}
TITLES = ("", "median ms", "per second", "port is x as fast", "95 % interval", "goal", "")
WIDTHS = (36, 10, 12, 18, 18, 7, 8)


@dataclass(frozen=True)
class Compared:
    """A tool with the same results as the port: the nanoseconds of both, round by round.

    The goal says how many times as fast the port is to be; None asks for nothing.
    """

    name: str
    samples_ns: Sequence[int]
    port_ns: Sequence[int]
    goal: float | None

    @property
    def ratio(self) -> Estimate:
        """The tool's time divided by the port's in the same round."""
        return paired_ratio(self.samples_ns, self.port_ns)

    @property
    def code(self) -> int:
        """MET when the whole interval reaches the goal, MISSED when all of it is below, UNCLEAR in between; without a goal it is met."""
        if self.goal is None:
            return MET
        interval = self.ratio.interval
        return MET if interval.low >= self.goal else MISSED if interval.high < self.goal else UNCLEAR

    def cells(self, work: int) -> tuple[str, ...]:
        """Say it for a run over so many units of work."""
        ratio, interval = self.ratio, self.ratio.interval
        told = f"{ratio.value:.2f}", f"{interval.low:.2f} to {interval.high:.2f}"
        wanted = () if self.goal is None else (f"{self.goal:g}", WORDS[self.code])
        return self.name, *pace(self.samples_ns, work), *told, *wanted


@dataclass(frozen=True)
class Refused:
    """A tool for which there is no ratio, and why."""

    name: str
    why: str
    code: int

    def cells(self, _work: int) -> tuple[str, ...]:
        """Say why, in the place of all numbers."""
        return self.name, self.why


@dataclass(frozen=True)
class Peak:
    """What a run takes in memory beyond what was there before, and the most that it may take, if there is a limit."""

    name: str
    peak_bytes: int | None
    limit_bytes: int | None = None

    @property
    def code(self) -> int:
        """MET below the limit or without one, MISSED otherwise, UNCLEAR when nobody knows."""
        if self.limit_bytes is None:
            return MET
        if self.peak_bytes is None:
            return UNCLEAR
        return MET if self.peak_bytes < self.limit_bytes else MISSED

    def cells(self, _work: int) -> tuple[str, ...]:
        """Say it in millions of bytes."""
        told = "unknown" if self.peak_bytes is None else f"{self.peak_bytes / 1e6:.2f}"
        wanted = ("",) if self.limit_bytes is None else (f"below {self.limit_bytes / 1e6:g}", WORDS[self.code])
        return self.name, told, *wanted


Row = Compared | Refused | Peak


def memory_table(rows: Sequence[Peak]) -> str:
    """Return the table of what runs take in memory."""
    return "\n".join(_line(cells) for cells in (("", "extra MB", "goal"), *(row.cells(0) for row in rows)))


def table(rows: Sequence[Row], *, port_ns: Sequence[int], work: int, port: str = "port") -> str:
    """Return the table; `work` is what a run goes through, such as bars, and the port has the first line."""
    lines = [TITLES, (port, *pace(port_ns, work)), *(row.cells(work) for row in rows)]
    return "\n".join(_line(cells) for cells in lines)


def pace(samples_ns: Sequence[int], work: int) -> tuple[str, str]:
    """Return the median milliseconds, and how much work that is in a second."""
    taken_ns = median(samples_ns)
    return f"{taken_ns / 1e6:.2f}", f"{_short(work / taken_ns * 1e9)}"


def _line(cells: Sequence[str]) -> str:
    first, *rest = cells
    if len(rest) == 1:
        return f"{first:{WIDTHS[0]}}  {rest[0]}"
    return f"{first:{WIDTHS[0]}}{''.join(f'{cell:>{width}}' for cell, width in zip(rest, WIDTHS[1:], strict=False))}".rstrip()


def _short(number: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.2f} {letter}"
    return f"{number:.2f}"

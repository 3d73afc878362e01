"""Benchmark evidence becomes cards, and no best case speaks for all."""

from __future__ import annotations

import math
from types import ModuleType

from harness.model import Evidence, EvidenceStatus
from harness.report.speed import overall_speed, speed_cards


def test_each_workload_has_a_card(sample: ModuleType) -> None:
    """Every timed workload is shown, also one that only the port has."""
    cards = speed_cards(sample.evidence())
    assert [card.workload for card in cards] == [
        "full rating 10,000 rows",
        "robustness 50 jitters",
        "cost shock batch",
        "arrow round trip 1,000 rows",
    ]


def test_a_card_shows_ratio_interval_and_times(sample: ModuleType) -> None:
    """A card has the ratio with its interval and both times it is made of."""
    card = speed_cards(sample.evidence())[0]
    assert (card.ratio, card.interval, card.n) == ("181x", "172x to 188x", 48)
    assert [(time.name, time.value) for time in card.times] == [("reference", "2.05 s"), ("rust", "11.3 ms")]


def test_bars_are_as_long_as_their_times(sample: ModuleType) -> None:
    """The longer time fills the width, the other takes its share."""
    assert [time.share for time in speed_cards(sample.evidence())[0].times] == [100.0, 0.55]


def test_a_curve_needs_its_sizes(sample: ModuleType) -> None:
    """The workload with scaling evidence has a curve, the others have none."""
    cards = speed_cards(sample.evidence())
    assert [card.curve is not None for card in cards] == [True, False, False, False]


def test_the_slowest_speaks_first(sample: ModuleType) -> None:
    """The first screen shows the range from the slowest workload to the fastest."""
    overall = overall_speed(speed_cards(sample.evidence()))
    assert overall is not None
    assert (overall.ratio, overall.detail, overall.faster) == ("61.4x to 181x", "over 3 workloads", True)


def test_one_slow_workload_is_not_called_faster(sample: ModuleType) -> None:
    """A port is called faster only if every workload is."""
    slow = Evidence("benchmark", "op", "rust", "benchmark.speedup", 0.8, "ratio", n=12, subject="slow")
    overall = overall_speed(speed_cards([*sample.evidence(), slow]))
    assert overall is not None
    assert (overall.ratio, overall.faster) == ("0.8x to 181x", False)


def test_no_number_is_no_ratio() -> None:
    """A ratio that is no number makes no claim."""
    card = speed_cards([Evidence("benchmark", "op", "rust", "benchmark.speedup", math.nan, "ratio", subject="w")])[0]
    assert (card.ratio, card.faster) == ("", False)
    assert overall_speed([card]) is None


def test_nothing_timed_has_no_speed() -> None:
    """Without timings there is no card and no claim."""
    assert speed_cards([]) == ()
    assert overall_speed(()) is None


def test_doubt_is_shown_on_the_card() -> None:
    """Timings of a debug build carry their doubt."""
    doubtful = Evidence("benchmark", "op", "rust", "benchmark.time", 1.0, "s", status=EvidenceStatus.INCONCLUSIVE, note="a debug build")
    assert speed_cards([doubtful])[0].note == "a debug build"

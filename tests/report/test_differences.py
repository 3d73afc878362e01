"""Rows of divergences."""

from __future__ import annotations

from types import ModuleType

from harness.report.differences import divergence_rows


def test_the_most_frequent_comes_first(sample: ModuleType) -> None:
    """The cause with the most cases is shown first."""
    rows = divergence_rows(sample.failing().divergences[::-1])
    assert [row.count for row in rows] == [41, 3]


def test_a_row_has_everything_to_see_it_again(sample: ModuleType) -> None:
    """Input, both answers, where they part, the script and the command are there."""
    row = divergence_rows(sample.failing().divergences)[0]
    assert (row.call, row.reference, row.candidate) == ("stability_score([0.0, nan], None)", "0.5", "0.75")
    assert (row.places[0].path, row.places[0].abs_error, row.places[0].ulps) == ("value", "0.25", "4.50e+15")
    assert (row.reproducer, row.replay) == ("reports/rating/divergences/8d41f0c2ab.py", "harness replay 8d41f0c2ab")


def test_a_size_that_does_not_apply_is_blank(sample: ModuleType) -> None:
    """Outcomes of different kinds have no distance."""
    place = divergence_rows(sample.failing().divergences)[1].places[0]
    assert (place.abs_error, place.rel_error, place.ulps) == ("", "", "")

"""Tests which differences are kept when there are more than are shown."""

from __future__ import annotations

import pytest

from harness.compare import differences, error_sizes
from harness.contract.policy import exact


class TestLimit:
    """Not everything is shown, but always the worst."""

    def test_the_worst_are_among_the_few(self) -> None:
        """Of thousands of differences, those worst by each measure are kept, in the order of the document."""
        reference = {f"k{index}": {"v": 1.0} for index in range(9000)}
        candidate = {key: {"v": 1.0 + 1e-9} for key in reference}
        candidate["k7000"] = {"v": 50.0}
        found = differences(reference, candidate, exact, limit=5)
        assert len(found) == 5
        assert found[0].path == 'value["k0"]["v"]'
        assert found[-1].path == 'value["k7000"]["v"]'
        assert error_sizes(found).max_abs == 49.0

    def test_worst_by_each_measure(self) -> None:
        """The largest absolute and the largest relative error need not be in one place; both are kept."""
        noise = [1.0 + index * 1e-7 for index in range(1000)]
        candidate = [value + 1e-9 for value in noise]
        reference = [*noise, 1e12, 1e-12]
        found = differences(reference, [*candidate, 1e12 + 10, 2e-12], exact, limit=3)
        assert error_sizes(found).max_abs == 10.0
        assert error_sizes(found).max_rel == pytest.approx(1.0)

    def test_never_none(self) -> None:
        """A limit of zero still tells that there is a difference."""
        assert len(differences(1, 2, exact, limit=0)) == 1
        assert len(differences([1.0] * 99, [2.0] * 99, exact, limit=0)) == 1

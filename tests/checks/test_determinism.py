"""Facts about the determinism check: what depends on circumstances is found and named, what does not is left in peace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.checks.bits import bits_differ
from harness.checks.determinism import DeterminismCheck, answers_that_differ
from harness.checks.variants import Variant, bundles, variants
from harness.contract import Operation, close, columns
from harness.model import EvidenceStatus, Outcome, OutcomeKind
from tests.checks.subjects import ledgers, operation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness.checks.base import Context

VARIANTS = 11
AT_ONCE = 4


def test_an_answer_that_depends_on_nothing_else_passes(examined: Callable[..., Any]) -> None:
    """Reference and port give the same bits under every circumstance."""
    found = examined(DeterminismCheck(), operation("identity"))

    assert found.divergences == []
    assert found.value("determinism.divergences") == 0
    assert found.value("determinism.divergences", "reference") == 0
    assert found.value("determinism.variants") >= VARIANTS
    assert found.record().cases >= 10 * AT_ONCE
    assert {record.status for record in found.records} == {EvidenceStatus.MEASURED}


@pytest.mark.parametrize(
    ("port", "named", "innocent"),
    [
        ("hash_ordered", "PYTHONHASHSEED=1", "TZ="),
        ("key_ordered", "PYTHONHASHSEED=1", "TZ="),
        ("zoned", "TZ=Pacific/Kiritimati", "PYTHONHASHSEED"),
        ("localised", "LC_ALL=C", "PYTHONHASHSEED"),
        ("threaded", "threads=7", "PYTHONHASHSEED"),
        ("placed", "another working directory", "PYTHONHASHSEED"),
        ("where", "a new process", "a second call"),
        ("stateful", "a second call", "nothing else"),
    ],
)
def test_the_circumstance_that_matters_is_named(examined: Callable[..., Any], port: str, named: str, innocent: str) -> None:
    """The one divergence names what changed the answer, and nothing that did not."""
    found = examined(DeterminismCheck(), operation(port))

    assert found.value("determinism.divergences") > 0
    (shown,) = [item for item in found.divergences if item.port == "port"]
    assert named in shown.signature
    assert innocent not in shown.signature


def test_a_reference_that_depends_on_circumstances_is_found_too(examined: Callable[..., Any]) -> None:
    """A truth that changes is none, and what changes it is named as for a port."""
    found = examined(DeterminismCheck(), operation("correct", reference="ports.hash_ordered"))

    assert found.value("determinism.divergences", "reference") > 0
    assert "PYTHONHASHSEED=77777" in found.divergences[0].signature


def test_a_hang_under_a_circumstance_is_found(examined: Callable[..., Any]) -> None:
    """What never comes back in another time zone differs from what does."""
    found = examined(DeterminismCheck(), operation("hanging_in_another_zone", timeout_seconds=0.2))

    assert "TZ=" in found.divergences[0].signature
    assert found.divergences[0].candidate.kind in (OutcomeKind.TIMEOUT, OutcomeKind.SKIPPED)


def test_the_case_is_shrunk(examined: Callable[..., Any]) -> None:
    """The divergence shows the plainest input that still depends on the circumstance."""
    found = examined(DeterminismCheck(), operation("zoned"))

    assert found.divergences[0].case.arguments == (0.0,)


def test_a_machine_takes_part(examined: Callable[..., Any]) -> None:
    """Programs are repeated as calls are; state that outlives its object shows in a second call."""
    assert examined(DeterminismCheck(), ledgers("Correct")).value("determinism.divergences") == 0
    assert examined(DeterminismCheck(), ledgers("SharesItsKeys")).value("determinism.divergences") > 0


def test_an_operation_can_be_left_out(examined: Callable[..., Any]) -> None:
    """The contract's word keeps an operation from being examined."""
    assert examined(DeterminismCheck(), operation("hash_ordered", without=("determinism",))).records == []


def test_an_absent_port_is_inconclusive(examined: Callable[..., Any]) -> None:
    """What cannot be called has not been shown to be deterministic."""
    found = examined(DeterminismCheck(), operation("absent"))

    assert found.record().status is EvidenceStatus.INCONCLUSIVE
    assert [item.status for item in found.evidence if item.port == "port"] == [EvidenceStatus.MISSING] * 2


def test_a_case_can_be_tried_again(examined: Callable[..., Any]) -> None:
    """A single case shows its dependence again, with the circumstance in the path."""
    found: list[str] = []

    def again(context: Context) -> None:
        subject = context.contract.operations["correct"]
        cases = [item.case for item in examined(DeterminismCheck(), operation("zoned")).divergences]
        found.extend(difference.path for difference in answers_that_differ(context, subject, "port", cases[0]))

    examined(DeterminismCheck(), operation("zoned"), again)

    assert "value under TZ=Pacific/Kiritimati" in found


def test_the_machine_says_which_circumstances_it_has(tmp_path: Path) -> None:
    """Every circumstance has a name of its own."""
    names = [variant.name for variant in variants(tmp_path)]

    assert len(names) == len(set(names))
    assert {"a new process", "PYTHONHASHSEED=1", "LC_ALL=C", "threads=1", "another working directory"} <= set(names)


def test_every_circumstance_is_in_one_bundle_with_none_that_excludes_it(tmp_path: Path) -> None:
    """No bundle sets a variable twice, and together they hold every circumstance once."""
    every = variants(tmp_path)
    together = bundles(every)

    assert sum(bundle.count for bundle in together) == len(every)
    for variant in every:
        assert sum(variant.name in bundle.name.split(", ") for bundle in together) == 1
        [bundle] = [bundle for bundle in together if variant.name in bundle.name.split(", ")]
        assert variant.environment.items() <= bundle.environment.items()
        assert variant.folder in (None, bundle.folder)


def test_circumstances_that_exclude_each_other_are_tried_apart() -> None:
    """Two values of one variable are two bundles."""
    first, second = Variant("first", {"A": "1"}), Variant("second", {"A": "2"})

    assert bundles([first, second]) == [first, second]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (0.0, -0.0, False),
        (1.0, 1, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ([{"a": 1.0}], [{"a": 1.0}], True),
        (b"\x00", b"\x01", False),
    ],
)
def test_bits_are_more_than_equality(first: Any, second: Any, same: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """Signs of zero, types and the order of keys count, whatever tolerance the contract has."""
    tolerant = Operation("op", "a.b", {}, (columns(),), compare=close(abs=10.0))
    outcomes = [Outcome(OutcomeKind.VALUE, value) for value in (first, second)]

    assert (bits_differ(tolerant, *outcomes) == ()) is same

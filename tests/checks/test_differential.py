"""Facts about comparing both sides on many inputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.checks.differential import DifferentialCheck, cases_of
from harness.contract import Floor, Recorded, columns
from harness.model import EvidenceStatus, Outcome, OutcomeKind
from tests.checks.conftest import Clock, InProcess, Make, Run, double

CHECK = DifferentialCheck()


def test_an_equal_port_diverges_nowhere(make: Make, run: Run) -> None:
    """Zero divergences in so many cases, and the record is measured."""
    found = run(CHECK, make())

    assert found.divergences == []
    assert found.of("differential.divergences").value == 0.0
    assert found.record().status is EvidenceStatus.MEASURED


def test_no_divergence_comes_with_its_bound(make: Make, run: Run) -> None:
    """None seen in n cases does not mean none at all: the interval says how many there may still be."""
    rate = run(CHECK, make()).of("differential.divergence_rate")

    assert rate.value == 0.0
    assert rate.interval is not None
    assert 0.0 < rate.interval.high < 4.0 / rate.n


def test_a_wrong_port_is_shown_with_a_case(make: Make, run: Run) -> None:
    """The divergence carries both answers to its case."""
    found = run(CHECK, make(lambda x: x * 2.0 + 1.0)).divergences[0]

    assert found.operation == "double"
    assert found.reference.value == double(found.case.arguments[0])
    assert found.candidate.value == double(found.case.arguments[0]) + 1.0


def test_the_number_of_cases_is_at_least_the_floor(make: Make, run: Run) -> None:
    """A contract that asks for more than the plan gets more."""
    found = run(CHECK, make(floor=Floor(cases=90)))

    assert found.record().cases >= 90
    assert found.record().floor == 90


def test_fewer_different_cases_than_the_floor_are_inconclusive(make: Make, run: Run) -> None:
    """Two booleans are two cases, however many are asked for."""
    found = run(CHECK, make(inputs=columns(x="bool"), reference=int, port=int))

    assert found.record().status is EvidenceStatus.INCONCLUSIVE
    assert "the contract asks for 20" in found.record().note


def test_a_spent_budget_below_the_floor_is_inconclusive(make: Make, run: Run) -> None:
    """A run that was too slow to compare enough says so."""
    context = replace(make(floor=Floor(cases=2000)), clock_ns=Clock(step_ns=10**12))

    record = run(CHECK, context).record()

    assert record.status is EvidenceStatus.INCONCLUSIVE
    assert record.cases < 2000


def test_inputs_on_which_both_sides_mostly_fail_are_inconclusive(make: Make, run: Run) -> None:
    """Agreement in errors alone shows nothing about values."""

    def picky(x: float) -> float:
        if x != 1.0:
            raise ValueError("only one")
        return x

    found = run(CHECK, make(picky, reference=picky))

    assert found.record().status is EvidenceStatus.INCONCLUSIVE
    assert "both sides gave a value in only" in found.record().note


def test_the_share_where_both_succeeded_is_evidence(make: Make, run: Run) -> None:
    """The report shows on how much the parity rests."""
    assert run(CHECK, make()).of("differential.both_succeeded").value == 1.0


def test_a_port_that_is_not_there_is_inconclusive_and_diverges_nowhere(make: Make, run: Run) -> None:
    """A missing port is no difference, and no pass."""
    found = run(CHECK, make(None))

    assert found.divergences == []
    assert found.record().status is EvidenceStatus.INCONCLUSIVE


def test_a_doubtful_port_is_inconclusive_although_it_is_equal(make: Make, run: Run) -> None:
    """Equal answers of something that may be the reference prove nothing."""
    context = make()
    workers: InProcess = context.workers  # type: ignore[assignment]
    workers.modules["port"] = frozenset({"toy"})

    assert run(CHECK, context).record().status is EvidenceStatus.INCONCLUSIVE


def test_the_record_says_who_answered(make: Make, run: Run) -> None:
    """Both implementations are named with their files."""
    assert [ran.file for ran in run(CHECK, make()).record().ran] == ["/reference.py", "/port.py"]


@pytest.mark.parametrize("metric", ["abs_error.max", "rel_error.max", "ulps.max"])
def test_equal_answers_have_no_error(make: Make, run: Run, metric: str) -> None:
    """The largest error over all cases is zero."""
    assert run(CHECK, make()).of(f"differential.{metric}").value == 0.0


def test_the_largest_error_is_measured(make: Make, run: Run) -> None:
    """A tolerance in a runbook has something to be compared with."""
    found = run(CHECK, make(lambda x: x * 2.0 + 0.5, inputs=columns(x="float64[0..1]")))

    assert found.of("differential.abs_error.max").value == pytest.approx(0.5)


def test_an_accident_is_a_divergence(make: Make, run: Run) -> None:
    """A port that dies where the reference answers differs from it."""
    found = run(CHECK, make(lambda x: Outcome(OutcomeKind.CRASH) if x < 0 else x * 2.0))

    assert [divergence.candidate.kind for divergence in found.divergences] == [OutcomeKind.CRASH]


def test_every_port_is_compared(make: Make, run: Run) -> None:
    """Two ports give two records, and the fault of one is not the other's."""
    context = make(lambda x: x * 2.0)
    operation = context.contract.operations["double"]
    operation.ports["second"] = "second.double"
    workers: InProcess = context.workers  # type: ignore[assignment]
    workers.functions = {**workers.functions, "second": lambda x: x}

    found = run(CHECK, context)

    assert {record.port for record in found.records} == {"port", "second"}
    assert {divergence.port for divergence in found.divergences} == {"second"}


def test_the_same_seed_gives_the_same_findings(make: Make, run: Run) -> None:
    """A verdict can be repeated."""
    faulty = make(lambda x: x * 2.0 + (x > 3))

    assert run(CHECK, faulty) == run(CHECK, faulty)


def test_another_seed_gives_other_cases(make: Make) -> None:
    """Running again with another seed examines more."""
    context = make()
    operation = context.contract.operations["double"]

    ids = [{case.id for case in cases_of(replace(context, seed=seed), operation, 60)} for seed in (1, 2)]

    assert ids[0] != ids[1]


def test_real_input_counts_beside_the_generated(
    make: Make, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of input of an operation contributes its cases."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "real_input_of_toy.py").write_text("def rows():\n    yield (0.125,)\n    yield (0.375,)\n")
    monkeypatch.syspath_prepend(str(folder))
    context = make(inputs=[Recorded("real_input_of_toy:rows"), columns(x="float64")])

    cases = list(cases_of(context, context.contract.operations["double"], 30))

    assert [case.origin for case in cases[:2]] == ["recorded", "recorded"]
    assert len(cases) == 32

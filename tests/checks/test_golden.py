"""Facts about holding recorded outcomes against what is answered now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.checks.base import Context
from harness.checks.golden import GoldenCheck, golden_cases, settled
from harness.checks.workers import REFERENCE
from harness.contract import Policy, Recorded, close, columns
from harness.model import Case, CheckRecord, Evidence, EvidenceStatus, Outcome, OutcomeKind
from harness.stores.golden_file import Golden, golden_of
from tests.checks.conftest import Make, Run, double, outcome_of

CHECK = GoldenCheck()


def record(context: Context, function: Callable[..., Any] = double, *, accept: bool = True, packages: Any = None) -> None:
    """Record what a function answers, and have it accepted."""
    cases = list(golden_cases(context.contract.operations["double"], seed=1))
    context.golden.record("double", [(case, outcome_of(function, case.arguments)) for case in cases], provenance={"packages": packages})
    if accept:
        context.golden.accept(None, reason="a test", who="a tester", environment={})


def test_recorded_outcomes_hold_for_reference_and_port(make: Make, run: Run) -> None:
    """Both are compared with every recorded case."""
    context = make()
    record(context)

    found = run(CHECK, context)

    assert found.divergences == []
    assert {record.port for record in found.records} == {REFERENCE, "port"}
    assert all(record.cases > 10 and record.status is EvidenceStatus.MEASURED for record in found.records)


def test_a_port_that_answers_otherwise_diverges(make: Make, run: Run) -> None:
    """The recorded outcome stands on the reference's side."""
    context = make(lambda x: x * 2.0 + 1.0)
    record(context)

    found = run(CHECK, context)

    assert {divergence.port for divergence in found.divergences} == {"port"}
    assert found.of("golden.divergences", "port").value
    assert found.of("golden.divergences", REFERENCE).value == 0.0


def test_a_reference_that_changed_diverges_from_its_own_record(make: Make, run: Run) -> None:
    """Changing both sides together does not help."""
    context = make(lambda x: x * 3.0, reference=lambda x: x * 3.0)
    record(context)

    assert {divergence.port for divergence in run(CHECK, context).divergences} == {REFERENCE, "port"}


def test_nothing_recorded_is_missing_not_passed(make: Make, run: Run) -> None:
    """Zero divergences from nothing has no value, and the way out is named."""
    found = run(CHECK, make())

    assert {evidence.status for evidence in found.evidence if evidence.metric == "golden.divergences"} == {EvidenceStatus.MISSING}
    assert found.record().status is EvidenceStatus.INCONCLUSIVE
    assert "harness golden record" in found.record().note
    assert found.of("golden.missing").value == 1.0


def test_a_port_that_is_not_there_is_inconclusive(make: Make, run: Run) -> None:
    """Recorded cases that nobody answers show nothing."""
    context = make(None)
    record(context)

    found = run(CHECK, context)

    assert found.record().status is EvidenceStatus.INCONCLUSIVE
    assert found.record(REFERENCE).status is EvidenceStatus.MEASURED


def test_outcomes_that_wait_for_a_review_are_counted(make: Make, run: Run) -> None:
    """A recording that nobody looked at is no record yet."""
    context = make()
    record(context, accept=False)

    found = run(CHECK, context)

    assert found.of("golden.unreviewed").value == 1.0
    assert found.of("golden.unreviewed").note == "double"


def test_files_of_operations_that_are_gone_are_counted(make: Make, run: Run) -> None:
    """An orphan says that something was renamed and its record was lost on the way."""
    context = make()
    record(context)
    context.contract.operations["renamed"] = context.contract.operations.pop("double")
    context.contract.operations["renamed"].name = "renamed"

    found = run(CHECK, context)

    assert found.of("golden.orphans").value == 1.0
    assert found.of("golden.missing").note == "renamed"


def test_accidents_on_recorded_cases_are_tallied(make: Make, run: Run) -> None:
    """A crash counts in whatever check it happens; one of the reference is none of the port's."""
    context = make(lambda _x: Outcome(OutcomeKind.CRASH))
    record(context)
    run(CHECK, context)

    assert {found.port for found in context.tally.evidence()} == {"port"}
    assert {found.metric: found.value for found in context.tally.evidence()}["outcomes.crashes"] == run(CHECK, context).record().cases


def test_the_check_writes_nothing(make: Make, run: Run) -> None:
    """Only accepting changes what is recorded."""
    context = make(lambda x: x)
    record(context)
    before = {path: path.read_bytes() for path in context.golden.folder.iterdir()}

    run(CHECK, context)

    assert {path: path.read_bytes() for path in context.golden.folder.iterdir()} == before


def test_few_cases_of_the_real_input_are_recorded(
    make: Make, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A golden file stays small enough to be reviewed."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "many_rows_of_toy.py").write_text("def rows():\n    return ((float(i),) for i in range(1000))\n")
    monkeypatch.syspath_prepend(str(folder))
    operation = make(inputs=[Recorded("many_rows_of_toy:rows"), columns(x="float64")]).contract.operations["double"]

    cases = list(golden_cases(operation, seed=1))

    assert sum(case.origin == "recorded" for case in cases) == 8
    assert len(cases) < 60


@pytest.mark.parametrize("packages", [{"pytest": "0.1"}, {}, None, "pytest"])
def test_outcomes_of_other_packages_are_not_compared(make: Make, run: Run, packages: Any) -> None:
    """A port that answers otherwise is then neither right nor wrong, and the reason is told wherever a person may look."""
    context = make(lambda x: x * 3.0, reference=lambda x: x * 3.0, depends_on=("pytest",))
    record(context, packages=packages)

    found = run(CHECK, context)

    assert found.divergences == []
    for port in (REFERENCE, "port"):
        said: list[CheckRecord | Evidence] = [found.record(port), found.of("golden.divergences", port), found.of("golden.cases", port)]
        assert {item.status for item in said} == {EvidenceStatus.INCONCLUSIVE}
        assert all(f"pytest {'0.1' if packages == {'pytest': '0.1'} else ''}".strip() in item.note for item in said)
        assert found.record(port).cases == 0
    assert found.of("golden.missing").value == 0.0


def test_outcomes_of_the_same_packages_are_compared_as_ever(make: Make, run: Run) -> None:
    """Declaring a package excuses nobody."""
    context = make(lambda x: x * 3.0, depends_on=("pytest",))
    record(context, packages={"pytest": pytest.__version__})

    found = run(CHECK, context)

    assert {divergence.port for divergence in found.divergences} == {"port"}
    assert found.record(REFERENCE).status is EvidenceStatus.MEASURED


def test_nothing_recorded_is_missing_whatever_it_would_depend_on(make: Make, run: Run) -> None:
    """There is no version to be another one."""
    found = run(CHECK, make(depends_on=("pytest",)))

    assert found.of("golden.divergences", "port").status is EvidenceStatus.MISSING


def timing(seconds: float, score: float = 1.0) -> Outcome:
    """Make an outcome with a duration."""
    return Outcome(OutcomeKind.VALUE, {"score": score, "seconds": seconds})


@pytest.mark.parametrize(
    ("policy", "outcome", "is_kept"),
    [
        (Policy(ignore={'*["seconds"]': "no result"}), timing(2.0), True),
        (Policy(ignore={'*["seconds"]': "no result"}), timing(2.0, score=1.5), False),
        (replace(close(rel=1.0), ignore={'*["seconds"]': "no result"}), timing(2.0, score=1.5), False),
        (Policy(ignore={'*["seconds"]': "no result"}), Outcome(OutcomeKind.ERROR), False),
        (close(rel=10.0), timing(2.0), False),
    ],
    ids=["ignored", "a result", "a result within tolerance", "an error", "nothing is ignored"],
)
def test_what_is_ignored_is_not_recorded_anew(make: Make, policy: Policy, outcome: Outcome, is_kept: bool) -> None:  # noqa: FBT001 - a column of the table
    """The accepted outcome stays where the new one differs in nothing else; a tolerance is no reason to keep it."""
    operation = make(compare=policy).contract.operations["double"]
    case = Case("1", "double", (1.0,))
    golden = golden_of("double", [(case, timing(1.0))], {})

    assert settled(operation, golden, case, outcome) == (timing(1.0) if is_kept else outcome)
    assert settled(operation, Golden("double"), case, outcome) is outcome

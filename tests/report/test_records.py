"""Check records become a grid, and proofs become a list of builds."""

from __future__ import annotations

from types import ModuleType

from harness.model import CheckRecord, EvidenceStatus
from harness.report.records import answered, grid


def test_the_grid_has_a_row_an_operation_and_a_column_a_check(sample: ModuleType) -> None:
    """Every operation and every check is there; where a check did not apply, the cell is empty."""
    made = grid(tuple(sample.checks()), ())
    assert made.checks == ("golden", "differential", "property", "boundary", "benchmark", "drill")
    assert len(made.rows) == 6
    assert made.rows[3].cells[4] is None


def test_a_divergence_marks_its_cell(sample: ModuleType) -> None:
    """The cell where something diverged says so, whatever the record's status."""
    made = grid(tuple(sample.checks()), sample.failing().divergences)
    cell = made.rows[0].cells[1]
    assert cell is not None
    assert (cell.mark, cell.word) == ("≠", "diverged")


def test_the_worst_record_speaks_for_its_cell() -> None:
    """Of two records in one cell the worse one is shown, with the cases of both."""
    records = [CheckRecord("b", "op", "rust", status, 5, 1, 0.1) for status in (EvidenceStatus.ERROR, EvidenceStatus.MEASURED)]
    cell = grid(records, ()).rows[0].cells[0]
    assert cell is not None
    assert (cell.word, cell.cases) == ("error", 10)


def test_a_build_is_named_once(sample: ModuleType) -> None:
    """The callables of one module and build fold into one line, counted by checks."""
    rows = answered(sample.checks())
    assert [(row.target, row.profile, row.checks) for row in rows] == [
        ("omega_rust.rating", "release", 30),
        ("reference_py.rating", "source", 18),
    ]

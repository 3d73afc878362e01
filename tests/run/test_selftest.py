"""Facts about judging miniature ports whose faults are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.miniatures import ports
from harness.model import Decision
from harness.run.selftest import EQUAL, FAULTY, try_port


@pytest.mark.parametrize("name", EQUAL)
def test_a_right_port_is_go(name: str, tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong."""
    assert try_port(name, root=tmp_path).decision is Decision.GO


@pytest.mark.parametrize("name", [name for name in FAULTY if name not in {"aborts", "hangs"}])
def test_a_planted_fault_is_no_go(name: str, tmp_path: Path) -> None:
    """Each way in which ports go wrong is found."""
    assert try_port(name, root=tmp_path).decision is Decision.NO_GO


@pytest.mark.slow
@pytest.mark.parametrize("name", ["aborts", "hangs"])
def test_a_port_that_takes_its_process_down_is_no_go(name: str, tmp_path: Path) -> None:
    """An accident of the port is no accident of the harness."""
    assert try_port(name, root=tmp_path).decision is Decision.NO_GO


def test_every_miniature_is_tried() -> None:
    """A port that is in the module and in no list would test nothing."""
    functions = {name for name, value in vars(ports).items() if callable(value) and not name.startswith("_") and name.islower()}

    assert functions == {*EQUAL, *FAULTY}

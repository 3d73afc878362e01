"""A state that one language saved is one from which the other goes on as if nothing had been interrupted."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from omega_rust import execution_workloads as rust

from reference_py.execution import workloads as python
from reference_py.market.execution_programs import finish_run_cases
from reference_py.market.execution_tables import rows_of

PROGRAM = """
import pickle, sys
from reference_py.execution.workloads import finish_run

config, state, after = pickle.load(sys.stdin.buffer)
sys.stdout.buffer.write(pickle.dumps(finish_run(config, [], state, after)))
"""
RUNS = 12


def runs(count: int) -> list[tuple[Any, ...]]:
    """Return so many runs that are cut in two: configuration, steps before, the reference's state, steps after."""
    return [run for run, _ in zip(finish_run_cases(), range(count), strict=False)]


@pytest.mark.parametrize(
    ("save", "finish"), [(rust.save_run, python.finish_run), (python.save_run, rust.finish_run)], ids=["to Python", "to Rust"]
)
def test_the_other_language_ends_the_run_alike(save: Callable[..., bytes], finish: Callable[..., dict[str, bytes]]) -> None:
    """Positions, trades, fees and both curves at the end are those of an uninterrupted run, to the byte."""
    for config, before, _, after in runs(RUNS):
        assert finish(config, [], save(config, before), after) == finish(config, before, None, after)


def test_a_new_python_process_ends_a_run_that_rust_began() -> None:
    """Nothing but the saved bytes is needed, and the end is the one that Rust itself comes to."""
    config, before, _, after = next(run for run in runs(RUNS) if run[1] and run[3])
    given = pickle.dumps((config, rust.save_run(config, before), after))

    ran = subprocess.run([sys.executable, "-c", PROGRAM], input=given, capture_output=True, check=True)

    tables = pickle.loads(ran.stdout)
    expected = rust.finish_run(config, before, None, after)
    # As texts, since NaN equals itself there.
    assert {name: repr(rows_of(table)) for name, table in tables.items()} == {
        name: repr(rows_of(table)) for name, table in expected.items()
    }
    assert rows_of(tables["curve_arrow"])

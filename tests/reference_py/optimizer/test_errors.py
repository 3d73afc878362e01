"""The optimizer's error: the shared number that generic handlers read, and the module's own beside it."""

from __future__ import annotations

import pickle

import pytest

from reference_py.optimizer import SHARED_CODES, ErrorCode, ModuleCode, OptimizerError

TABLE = {
    6001: ("OPTIMIZATION_FAILED", 2000),
    6002: ("INVALID_PARAM_SPACE", 1001),
    6003: ("OBJECTIVE_ERROR", 2000),
    6004: ("PRUNER_ERROR", 1001),
}


def test_the_table_is_the_documented_one() -> None:
    """Each of the module's numbers has its name and its shared number."""
    assert {int(code): (code.name, int(shared)) for code, shared in SHARED_CODES.items()} == TABLE


@pytest.mark.parametrize("number", sorted(TABLE))
def test_an_own_number_is_carried_beside_the_shared_one(number: int) -> None:
    """From the module's number to the record: shared code, own code, name."""
    name, shared = TABLE[number]
    error = OptimizerError(number, "why")

    assert (error.code, error.module_code) == (shared, number)
    assert str(error) == f"[{shared}] {number} {name}: why"
    assert error.record() == {
        "ok": False,
        "error_code": shared,
        "message": f"{number} {name}: why",
        "context": {"module_code": number, "module_name": name},
    }


@pytest.mark.parametrize("number", sorted(TABLE))
def test_no_record_claims_a_resource_error(number: int) -> None:
    """From the record back: the shared code lies outside the range of resources, and the own number is found in the context."""
    record = OptimizerError(number, "why").record()

    assert not 6000 <= record["error_code"] < 7000
    assert ModuleCode(record["context"]["module_code"]) == number


def test_a_shared_number_stands_alone() -> None:
    """An error of the shared table has no number of the module."""
    error = OptimizerError(ErrorCode.EMPTY_INPUT, "no rows")

    assert (str(error), error.module_code, error.record()["context"]) == ("[1010] no rows", None, {})
    assert type(error.code) is int


@pytest.mark.parametrize("code", [ModuleCode.OBJECTIVE_ERROR, ErrorCode.NAN])
def test_survives_pickling(code: int) -> None:
    """A pickled error keeps both numbers and its text."""
    error = OptimizerError(code, "x")
    copy = pickle.loads(pickle.dumps(error))

    assert (copy.code, copy.module_code, str(copy)) == (error.code, error.module_code, str(error))


def test_is_a_runtime_error() -> None:
    """The error can be caught as a RuntimeError."""
    assert issubclass(OptimizerError, RuntimeError)

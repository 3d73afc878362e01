"""Facts about comparing two callables without contract and runbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.contract.types import ListOf, MapOf, Scalar
from harness.errors import Code, HarnessError
from harness.model import Decision
from harness.run.plan import Plan
from harness.run.quick import Quick, import_callable, obvious_gates, parse_inputs, quick_diff, read_annotations

FUNCTIONS = """
from collections.abc import Mapping, Sequence
from typing import Optional

def half(x: float) -> float:
    return x / 2

def half_too(x):
    return x * 0.5

def third(x: float) -> float:
    return x / 3

def nearly_third(x):
    return x * (1 / 3)

def every(a: int, b: bool, c: str, d: bytes, e: list[float], f: dict[str, int], g: float | None, h: Optional[int] = None,
          *rest, flag: bool = False): ...

def sequences(a: Sequence[float], b: Mapping[str, list[int]]): ...

def bare(x): ...

def odd(x: complex): ...

def unions(x: int | str): ...

def unresolved(x: "Missing"): ...
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with functions to compare."""
    folder = tmp_path_factory.mktemp("quick")
    (folder / "quickly_made.py").write_text(FUNCTIONS, "utf-8")
    return folder


def diff(root: Path, reference: str, port: str, **options: Any) -> Quick:
    """Compare two functions of the folder."""
    paths = (f"quickly_made.{reference}", f"quickly_made.{port}")
    given: dict[str, Any] = {"inputs": "", "rel": 0.0, "plan": Plan(cases=100), "root": root}
    return quick_diff(*paths, **(given | options))


def test_equal_functions_are_go(root: Path) -> None:
    """The arguments are read off the reference's annotations."""
    found = diff(root, "half", "half_too")

    assert (found.verdict.decision, found.divergences) == (Decision.GO, ())
    assert found.cases == 100


def test_different_functions_are_no_go_with_a_case(root: Path) -> None:
    """Even in the last place."""
    found = diff(root, "third", "nearly_third")

    assert found.verdict.decision is Decision.NO_GO
    assert found.divergences[0].case.arguments


def test_a_tolerance_forgives_what_it_covers(root: Path) -> None:
    """Where bits need not be equal."""
    assert diff(root, "third", "nearly_third", rel=1e-12).verdict.decision is Decision.GO


def test_inputs_can_be_given(root: Path) -> None:
    """For a reference without annotations."""
    assert diff(root, "half_too", "half", inputs="x: float64[0..1]").verdict.decision is Decision.GO


def test_a_function_compared_with_itself_proves_nothing(root: Path) -> None:
    """The same path on both sides is refused."""
    with pytest.raises(HarnessError) as caught:
        diff(root, "half", "half")

    assert caught.value.code is Code.PORT_IS_REFERENCE


def test_a_port_that_is_not_there_is_inconclusive(root: Path) -> None:
    """Nothing was compared with it."""
    assert diff(root, "half", "nowhere").verdict.decision is Decision.INCONCLUSIVE


def test_nothing_is_written(root: Path) -> None:
    """A look at two functions leaves no files in a project."""
    before = {path for path in root.rglob("*") if "__pycache__" not in path.parts}
    diff(root, "half", "half_too")

    assert {path for path in root.rglob("*") if "__pycache__" not in path.parts} == before


def test_annotations_become_types(root: Path) -> None:
    """Of all arguments that must be given."""
    assert diff(root, "half", "half_too").cases
    assert read_annotations("quickly_made.every").types == {
        "a": Scalar("int64"),
        "b": Scalar("bool"),
        "c": Scalar("string"),
        "d": Scalar("bytes"),
        "e": ListOf(Scalar("float64")),
        "f": MapOf(Scalar("string"), Scalar("int64")),
        "g": Scalar("float64", optional=True),
    }


def test_abstract_containers_become_lists_and_maps(root: Path) -> None:
    """Their arguments are what is generated."""
    assert diff(root, "half", "half_too").cases
    assert read_annotations("quickly_made.sequences").types == {
        "a": ListOf(Scalar("float64")),
        "b": MapOf(Scalar("string"), ListOf(Scalar("int64"))),
    }


@pytest.mark.parametrize("name", ["bare", "odd", "unions", "unresolved"])
def test_arguments_that_cannot_be_generated_are_refused(root: Path, name: str) -> None:
    """The option that says them is named."""
    with pytest.raises(HarnessError) as caught:
        diff(root, name, "half")

    assert caught.value.code is Code.BAD_SETTING
    assert "--inputs" in caught.value.hint


@pytest.mark.parametrize("path", ["nowhere.at.all", "quickly_made.nothing", "half", ".half", "math.pi"])
def test_a_path_that_leads_to_no_callable_is_refused(path: str) -> None:
    """With the path itself."""
    with pytest.raises(HarnessError) as caught:
        import_callable(path)

    assert caught.value.code is Code.CALLABLE_MISSING
    assert caught.value.where == path


def test_a_module_that_breaks_on_import_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own error is the cause, whatever it is."""
    (tmp_path / "breaks_when_imported.py").write_text("1 / 0\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(HarnessError) as caught:
        import_callable("breaks_when_imported.half")

    assert "ZeroDivisionError" in caught.value.cause


@pytest.mark.parametrize("text", ["x", "x: floaty", "x: list<", "x: float64 y: int64}", ": float64", "x: float64[1..]"])
def test_inputs_that_cannot_be_read_are_refused(text: str) -> None:
    """What is wrong is the cause."""
    with pytest.raises(HarnessError) as caught:
        parse_inputs(text)

    assert caught.value.code is Code.BAD_SETTING
    assert caught.value.cause


def test_inputs_are_named_types_in_order() -> None:
    """As in a contract."""
    assert parse_inputs("x: float64[0..1], names: list<string>").types == {
        "x": Scalar("float64", low=0.0, high=1.0),
        "names": ListOf(Scalar("string")),
    }


def test_the_obvious_gates_allow_nothing() -> None:
    """No divergence, no accident."""
    assert [(gate.metric, gate.bound.comparator, gate.bound.limit) for gate in obvious_gates()] == [
        ("differential.divergences", "<=", 0.0),
        ("outcomes.crashes", "<=", 0.0),
    ]

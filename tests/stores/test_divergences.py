"""Reproducers run without the harness and say whether the divergence is still there."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from harness.cases import make_case
from harness.cases.tables import stream_bytes
from harness.contract import close
from harness.errors import Code, HarnessError
from harness.model import Divergence, Failure, Outcome, OutcomeKind
from harness.stores.divergences import DivergenceStore

REFERENCE = """
import pyarrow

class PriceError(ValueError): pass

def double(x): return {"twice": [x + x]}
def change(xs): xs.append(1.0); return len(xs)
def fail(x): raise PriceError("[1005] no")
def rows(data): return pyarrow.ipc.open_stream(data).read_all().num_rows
def count(batch): return batch.num_rows
"""
PORT = """
import os, time

class Panic(BaseException): pass
class OtherError(RuntimeError): pass

def double(x): return {"twice": [x * 2.0000001]}
def right(x): return {"twice": [x + x]}
def change(xs): return len(xs) + 1
def fail(x): raise OtherError("[1005] not this one")
def panic(x): raise Panic("lost")
def abort(x): os.abort()
def leave(x): os._exit(0)
def rows(data): return 7
def count(batch): return -batch.num_rows
"""
BATCH = pa.RecordBatch.from_pydict({"a": [1.0, 2.0, 3.0]})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a reference and a port."""
    (tmp_path / "prices_reference.py").write_text(REFERENCE)
    (tmp_path / "prices_port.py").write_text(PORT)
    return tmp_path


def divergence(*arguments: Any, check: str = "differential", recorded: Outcome | None = None, identity: str = "d1") -> Divergence:
    """Make a divergence of the operation `prices` on the port `rust`."""
    outcome = recorded or Outcome(OutcomeKind.VALUE, 1.0)
    return Divergence(
        identity,
        check,
        "prices",
        "rust",
        "value",
        "prices: differs\nin two lines \"'''\"",
        1,
        make_case("prices", arguments),
        outcome,
        outcome,
        (),
    )


def store(project: Path) -> DivergenceStore:
    """Return the store of the project's only migration."""
    return DivergenceStore(project / "reports" / "prices")


def run(project: Path, found: Divergence, reference: str, port: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Write the reproducer and run it as a user would, from anywhere."""
    targets = {"prices/rust": (f"prices_reference.{reference}", f"prices_port.{port}")}
    (written,) = store(project).write([found], root=project, targets=targets, **options)
    script = project / written.reproducer
    return subprocess.run([sys.executable, "-I", str(script)], cwd="/", capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("reference", "port", "arguments", "said"), [
    ("double", "double", (1.5,), 'value["twice"][0]'),
    ("double", "panic", (float("nan"),), "Panic: lost"),
    ("double", "abort", (1,), "SIGABRT"),
    ("double", "leave", (1,), "ended with 0"),
    ("double", "no_such", (1,), "AttributeError"),
    ("change", "change", ([],), "arguments after the call"),
    ("rows", "rows", (stream_bytes(BATCH.schema, [BATCH]),), "3 against 7"),
    ("count", "count", (BATCH.slice(1),), "2 against -2"),
])  # fmt: skip
def test_a_divergence_is_shown_and_exits_1(project: Path, reference: str, port: str, arguments: tuple[Any, ...], said: str) -> None:
    """Differing values, panics, crashes, exits, changed arguments and Arrow data are each reproduced and named."""
    done = run(project, divergence(*arguments), reference, port)
    assert (done.returncode, done.stderr) == (1, "")
    assert said in done.stdout


def test_a_mended_port_exits_0(project: Path) -> None:
    """Once both sides agree, the script says so."""
    done = run(project, divergence(1.5), "double", "right")
    assert (done.returncode, "the two agree" in done.stdout) == (0, True)


def test_errors_with_the_same_code_agree(project: Path) -> None:
    """Two types of error with one code are the same error, unless the contract compares types."""
    assert run(project, divergence(1.5), "fail", "fail").returncode == 0
    assert run(project, divergence(1.5), "fail", "fail", errors={"prices": "type"}).returncode == 1


def test_the_policy_of_the_contract_holds_in_the_script(project: Path) -> None:
    """A difference within the tolerance is none."""
    assert run(project, divergence(1.5), "double", "double", policies={"prices": close(rel=1e-3)}).returncode == 0


def test_a_golden_divergence_is_compared_with_what_was_recorded(project: Path) -> None:
    """The reference of today plays no part; the recorded value or error does."""
    value = Outcome(OutcomeKind.VALUE, {"twice": [3.0]})
    failure = Outcome(OutcomeKind.ERROR, failure=Failure("prices.PriceError", "[1005] no", "1005"))
    assert run(project, divergence(1.5, check="golden", recorded=value), "fail", "right").returncode == 0
    assert run(project, divergence(1.5, check="golden", recorded=value), "fail", "double").returncode == 1
    assert run(project, divergence(1.5, check="golden", recorded=failure), "double", "fail").returncode == 0


def test_a_broken_property_shows_as_long_as_the_answer_stays(project: Path) -> None:
    """The same answer as when the property broke is exit code 1, another one 0."""
    value = Outcome(OutcomeKind.VALUE, {"twice": [3.0]})
    assert run(project, divergence(1.5, check="property", recorded=value), "double", "right").returncode == 1
    assert run(project, divergence(1.5, check="property", recorded=value), "double", "double").returncode == 0


def test_a_divergence_reads_back(project: Path) -> None:
    """The data beside the script is the divergence with the path of its script."""
    (written,) = store(project).write([divergence(float("-inf"), b"\x00" * 999)], root=project, targets={"prices/rust": ("a.b", "c.d")})
    assert written.reproducer == "reports/prices/divergences/d1.py"
    assert store(project).read("d1") == written


def test_without_targets_or_an_expression_there_is_no_script(project: Path) -> None:
    """A divergence that cannot be called, or was recorded from an arbitrary object, is stored without a script."""
    opaque = divergence(1, check="golden", recorded=Outcome(OutcomeKind.VALUE, object()))
    first = store(project).write([divergence(1)], root=project, targets={})
    second = store(project).write([opaque], root=project, targets={"prices/rust": ("a.b", "c.d")})
    assert [found.reproducer for found in (*first, *second)] == ["", ""]
    assert [path.name for path in store(project).folder.iterdir()] == ["d1.json"]


def test_files_of_divergences_that_are_gone_are_removed(project: Path) -> None:
    """Only those of the last run remain, and what is not ours stays."""
    targets = {"prices/rust": ("a.b", "c.d")}
    store(project).write([divergence(1), divergence(2, identity="d2")], root=project, targets=targets)
    (store(project).folder / "notes.txt").write_text("mine")
    store(project).write([divergence(2, identity="d2")], root=project, targets=targets)
    assert sorted(path.name for path in store(project).folder.iterdir()) == ["d2.json", "d2.py", "notes.txt"]


def test_unknown_and_changed_divergences_are_refused(project: Path) -> None:
    """An unknown id, one that leads elsewhere, and a file changed by hand each have their code."""
    store(project).write([divergence(1)], root=project, targets={})
    path = store(project).folder / "d1.json"
    path.write_bytes(path.read_bytes().replace(b'"count":1', b'"count":2'))
    for identity, code in (("d9", Code.DIVERGENCE_UNKNOWN), ("../d1", Code.BAD_SETTING), ("d1", Code.FILE_EDITED)):
        with pytest.raises(HarnessError) as caught:
            store(project).read(identity)
        assert caught.value.code is code


def test_an_id_that_leads_elsewhere_is_never_written(project: Path) -> None:
    """Ids come from files too, and are checked before they name one."""
    with pytest.raises(HarnessError) as caught:
        store(project).write([replace(divergence(1), id="../../evil")], root=project, targets={})
    assert caught.value.code is Code.BAD_SETTING
    assert not list(project.glob("**/evil*"))

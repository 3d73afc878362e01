"""Whatever a user breaks: one error with its code and its place, exit code 2 or 3 as designed, no traceback, nothing half-written."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.formats.digest import digest_bytes
from harness.stores.sealed import seal
from tests.conftest import Shop

Break = Callable[[Shop], None]
CHECK = ("check", "--cases", "60", "--jobs", "1")


def files(shop: Shop) -> dict[Path, bytes]:
    """Read every file that a person or a run made."""
    return {
        path.relative_to(shop.root): path.read_bytes()
        for path in shop.root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".evidence.lock"
    }


def call(shop: Shop, *words: str) -> Result:
    """Run the command in the project; it never shows a traceback or a fault of its own."""
    result = CliRunner().invoke(main, ["--root", str(shop.root), *words], env={"CI": None, "NO_COLOR": "1"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert "H000" not in result.output
    return result


def refused(shop: Shop, *words: str, code: str, place: str) -> None:
    """Demand that the command ends with this error and leaves every file as it was."""
    before = files(shop)
    result = call(shop, *words)

    assert result.exit_code == 2
    assert f"error[{code}" in result.stderr, result.stderr
    assert place in result.stderr
    assert "hint: " in result.stderr
    assert result.stdout == ""
    assert files(shop) == before


def writing(name: str, content: str | bytes) -> Break:
    """Return what overwrites a file."""

    def spoil(shop: Shop) -> None:
        (shop.root / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return spoil


def replacing(name: str, old: str, new: str) -> Break:
    """Return what changes a piece of a file."""
    return lambda shop: shop.change(name, old, new)


def removing(name: str) -> Break:
    """Return what deletes a file."""
    return lambda shop: (shop.root / name).unlink()


def folder_instead(name: str) -> Break:
    """Return what puts a folder in the place of a file."""

    def spoil(shop: Shop) -> None:
        (shop.root / name).unlink(missing_ok=True)
        (shop.root / name).mkdir(parents=True)

    return spoil


def file_instead(name: str) -> Break:
    """Return what puts a file in the place of a folder."""

    def spoil(shop: Shop) -> None:
        shutil.rmtree(shop.root / name, ignore_errors=True)
        (shop.root / name).write_text("a file", "utf-8")

    return spoil


RUNBOOK, CONTRACT, GOLDEN = "runbooks/shop.md", "runbooks/shop.py", "golden/shop/total.jsonl"
BROKEN_PROJECTS = {
    "no runbook at all": (removing(RUNBOOK), "H020", "runbooks"),
    "runbook is empty": (writing(RUNBOOK, ""), "H022", "runbooks/shop.md"),
    "runbook is blank": (writing(RUNBOOK, " \n\n\t\n"), "H022", "runbooks/shop.md"),
    "runbook is not UTF-8": (writing(RUNBOOK, b"# R\n\n- [ ] gr\xfc\xdfe < 3\n"), "H021", "runbooks/shop.md:3"),
    "runbook is UTF-16": (writing(RUNBOOK, "# Runbook".encode("utf-16")), "H021", "runbooks/shop.md"),
    "runbook is a picture": (writing(RUNBOOK, bytes(range(256)) * 40), "H021", "runbooks/shop.md"),
    "runbook has no gates": (writing(RUNBOOK, "# Runbook\n\nAll is well.\n"), "H023", "runbooks/shop.md"),
    "runbook is a folder": (folder_instead(RUNBOOK), "H021", "runbooks/shop.md"),
    "runbooks is a file": (file_instead("runbooks"), "H020", "runbooks"),
    "no contract": (removing(CONTRACT), "H030", "runbooks/shop.py"),
    "contract is a folder": (folder_instead(CONTRACT), "H030", "runbooks/shop.py"),
    "contract is empty": (writing(CONTRACT, ""), "H031", "runbooks/shop.py"),
    "contract has a syntax error": (writing(CONTRACT, "x = 1\ny = (\n"), "H031", "runbooks/shop.py:2"),
    "contract has zero bytes": (writing(CONTRACT, b"x = 1\n\x00"), "H031", "runbooks/shop.py"),
    "contract is not UTF-8": (writing(CONTRACT, b"# gr\xfc\xdfe\n"), "H031", "runbooks/shop.py"),
    "contract imports what is not there": (writing(CONTRACT, "import os\nimport nothing_here\n"), "H031", "runbooks/shop.py:2"),
    "contract raises": (writing(CONTRACT, "def f():\n    return 1 / 0\n\n\nf()\n"), "H031", "runbooks/shop.py:2"),
    "contract exits": (writing(CONTRACT, "import sys\n\nsys.exit(0)\n"), "H031", "runbooks/shop.py:3"),
    "contract recurses": (writing(CONTRACT, "def f():\n    f()\n\n\nf()\n"), "H031", "runbooks/shop.py"),
    "contract declares two": (
        replacing(CONTRACT, "\n\n@shop", '\nother = contract(reference="a", ports={"b": "c"})\n\n\n@shop'), "H031", "runbooks/shop.py",
    ),
    "contract declares no operation": (
        writing(CONTRACT, 'from harness import contract\n\nshop = contract(reference="a", ports={"b": "c"})\n'), "H034", "runbooks/shop.py",
    ),
    "contract declares an operation twice": (
        replacing(CONTRACT, "def _(call):", "def _(call):\n    pass\n\n\n@shop.operation('total', inputs=columns(x='bool'))\ndef _(call):"),
        "H031",
        "runbooks/shop.py",
    ),
    "contract has an unknown type": (replacing(CONTRACT, "list<float64>", "list<floaty>"), "H031", "runbooks/shop.py"),
    "contract has an unknown option": (replacing(CONTRACT, "timeout_seconds", "timeout_second"), "H031", "runbooks/shop.py"),
    "port is the reference": (replacing(CONTRACT, '"shopfast"', '"shopref"'), "H033", "runbooks/shop.py"),
}  # fmt: skip
BROKEN_SETTINGS = {
    "unknown check": (("--only", "goldn"), "H060", "goldn"),
    "bad budget": (("--budget", "soon"), "H011", "soon"),
    "unknown migration": (("shopp",), "H012", "runbooks"),
    "a path for a migration": (("../shop",), "H012", "runbooks"),
}


@pytest.mark.parametrize("name", BROKEN_PROJECTS)
@pytest.mark.parametrize("words", [CHECK, ("golden", "record"), ("golden", "verify")], ids=lambda words: words[0] + words[1].strip("-"))
def test_a_broken_runbook_or_contract_is_refused_before_anything_is_written(shop: Shop, name: str, words: tuple[str, ...]) -> None:
    """By every verb that would work with it."""
    spoil, code, place = BROKEN_PROJECTS[name]
    spoil(shop)

    refused(shop, *words, code=code, place=place)


@pytest.mark.parametrize("name", [name for name in BROKEN_PROJECTS if name not in {"no runbook at all", "runbooks is a file"}])
def test_a_broken_runbook_or_contract_keeps_the_evidence(checked: Shop, name: str) -> None:
    """It is not judged, not signed, and not lost."""
    spoil, code, place = BROKEN_PROJECTS[name]
    spoil(checked)

    refused(checked, "gate", code=code, place=place)
    refused(checked, "signoff", "shop", "--role", "Tech Lead", "--name", "A. Person", code=code, place=place)


@pytest.mark.parametrize("name", BROKEN_SETTINGS)
def test_words_that_mean_nothing_are_refused(shop: Shop, name: str) -> None:
    """Before anything is written."""
    words, code, place = BROKEN_SETTINGS[name]

    refused(shop, *CHECK, *words, code=code, place=place)


def reseal(line: bytes, **changes: object) -> bytes:
    """Change a line of a sealed file as a person with much patience would."""
    tree = json.loads(line)
    tree.pop("sum")
    return seal(tree | changes)


def newer_format(content: bytes) -> bytes:
    """Return a golden file of a format that is still to come, in order otherwise."""
    first, *rest = content.splitlines(keepends=True)
    body = [reseal(first, version=99), *rest[:-1]]
    return b"".join([*body, reseal(rest[-1], digest=digest_bytes(b"".join(body)))])


BROKEN_FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut in the middle of a line": (lambda content: content[: len(content) // 2], "H040"),
    "cut before its footer": (lambda content: b"".join(content.splitlines(keepends=True)[:-1]), "H040"),
    "empty": (lambda _content: b"", "H040"),
    "a value edited": (lambda content: content.replace(b"2.125", b"2.126"), "H041"),
    "a line removed": (
        lambda content: b"".join(content.splitlines(keepends=True)[i] for i in range(9) if i != 3) + content.splitlines(keepends=True)[-1],
        "H041",
    ),
    "two lines exchanged": (
        lambda content: b"".join([*(lines := content.splitlines(keepends=True))[:2], lines[3], lines[2], *lines[4:]]),
        "H041",
    ),
    "of a newer format": (newer_format, "H042"),
    "random bytes": (lambda _content: random.Random(1).randbytes(4000) + b"\n", "H04"),
    "another kind of file": (lambda _content: b'{"kind":"header","format":"other","version":1}\n', "H04"),
    "deeply nested": (lambda _content: b"[" * 100_000 + b"\n", "H04"),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
@pytest.mark.parametrize("words", [(*CHECK, "--only", "golden"), ("golden", "verify")], ids=["check", "verify"])
def test_golden_data_that_cannot_be_trusted_is_refused(shop: Shop, name: str, words: tuple[str, ...]) -> None:
    """With the code of what is wrong and the file; the accepted outcomes stay as they are, for a person to restore."""
    spoil, code = BROKEN_FILES[name]
    path = shop.root / GOLDEN
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()

    result = call(shop, *words)

    assert result.exit_code == 2
    assert f"error[{code}" in result.stderr, result.stderr
    assert "golden/shop/total.jsonl" in result.stderr
    assert path.read_bytes() == before


def test_golden_data_that_is_a_folder_is_not_taken_for_missing(shop: Shop) -> None:
    """Whatever it is, it is no pass."""
    folder_instead(GOLDEN)(shop)

    assert call(shop, *CHECK).exit_code in {2, 3}


@pytest.mark.parametrize("place", range(1, 12, 2))
def test_evidence_of_which_any_line_was_edited_is_refused(checked: Shop, place: int) -> None:
    """With the number of the line."""
    path = checked.root / "reports" / "shop" / "evidence.jsonl"
    lines = path.read_bytes().split(b"\n")
    lines[place] = lines[place].replace(b'"', b"'", 1)
    path.write_bytes(b"\n".join(lines))

    for words in (("gate",), ("report",), ("signoff", "shop", "--role", "Tech Lead", "--name", "A"), ("runbook", "sync", "shop")):
        refused(checked, *words, code="H041", place=f"evidence.jsonl:{place + 1}")


@pytest.mark.parametrize("cut", [1, 40, 400, 4000])
def test_truncated_evidence_is_an_unfinished_run(checked: Shop, cut: int) -> None:
    """As after a kill: what is whole is judged, and the verdict says that it is not all."""
    path = checked.root / "reports" / "shop" / "evidence.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    result = call(checked, "gate", "--format", "json")

    assert result.exit_code == 3
    assert "run-unfinished" in {reason["code"] for reason in json.loads(result.stdout)["reasons"]}


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "H071"), (b"{}\n", "H04"), (b"\xff\xfe\n", "H04"), (b"[" * 100_000 + b"\n", "H04"), (b'{"kind":"run"}\n', "H04")],
)
def test_evidence_that_is_something_else_is_refused(checked: Shop, content: bytes, code: str) -> None:
    """It is neither judged nor overwritten by a look."""
    (checked.root / "reports" / "shop" / "evidence.jsonl").write_bytes(content)

    refused(checked, "gate", code=code, place="evidence.jsonl")


@pytest.mark.parametrize("name", ["reports/shop/evidence.jsonl", "reports/shop/signoffs.jsonl"])
def test_a_folder_in_the_place_of_a_stored_file_is_an_error(checked: Shop, name: str) -> None:
    """With its path."""
    folder_instead(name)(checked)

    refused(checked, "gate", code="H04", place=name)


@pytest.mark.parametrize("name", ["reports", "reports/shop"])
def test_a_file_in_the_place_of_a_folder_is_an_error(shop: Shop, name: str) -> None:
    """Nothing of it is overwritten."""
    (shop.root / name).parent.mkdir(exist_ok=True)
    file_instead(name)(shop)

    refused(shop, *CHECK, code="H04", place=name)


def test_sign_offs_that_were_edited_are_refused(checked: Shop) -> None:
    """A name cannot be put in later."""
    checked.sign()
    path = checked.root / "reports" / "shop" / "signoffs.jsonl"
    path.write_bytes(path.read_bytes().replace(b"A. Person", b"B. Person"))

    refused(checked, "gate", code="H041", place="signoffs.jsonl:2")


def test_a_baseline_that_is_no_baseline_is_refused(checked: Shop) -> None:
    """By the judge, who would scale by it."""
    checked.write("baselines/shop/machine.json", '{"version": "harness-baseline 1"}')

    refused(checked, "gate", code="H04", place="baselines/shop/machine.json")


@pytest.mark.parametrize("reference", ["nowhere", "shopref.inner"])
def test_a_reference_that_is_not_there_ends_the_run(shop: Shop, reference: str) -> None:
    """Without the truth nothing can be examined, and the import path is named."""
    shop.change(CONTRACT, 'reference="shopref"', f'reference="{reference}"')
    result = call(shop, *CHECK)

    assert result.exit_code == 2
    assert "error[H032]" in result.stderr
    assert f"{reference}.total" in result.stderr


@pytest.mark.parametrize("port", ["nowhere", "shopfast.inner"])
def test_a_port_that_is_not_there_is_inconclusive(shop: Shop, port: str) -> None:
    """Exit code 3, as designed: a missing build is a gap in the evidence."""
    shop.change(CONTRACT, '"shopfast"', f'"{port}"')
    result = call(shop, *CHECK, "--format", "json")

    assert result.exit_code == 3
    assert any("not there" in reason["text"] for reason in json.loads(result.stdout)["reasons"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("isinstance(outcome.value, float)", "__import__('sys').exit(0)"),
        ('columns(prices="list<float64>", rate="float64[0..1]")', "recorded('leaves:rows')"),
    ],
    ids=["property", "input"],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_code_of_the_project_that_leaves_is_no_verdict(shop: Shop, old: str, new: str, jobs: str) -> None:
    """A `sys.exit(0)` in a contract would look like GO."""
    shop.write("leaves.py", "import sys\n\n\ndef rows():\n    yield ([1.0], 0.5)\n    sys.exit(0)\n")
    shop.change(CONTRACT, "import Floor, ", "import Floor, recorded, ")
    shop.change(CONTRACT, old, new)
    result = call(shop, "check", "--cases", "60", "--jobs", jobs)

    assert result.exit_code == 2
    assert "sys.exit(0)" in result.stderr


ARROW = '''"""Counts rows."""

import io

import pyarrow as pa


def total(table: bytes) -> int:
    """Return the number of rows of an Arrow stream."""
    try:
        with pa.ipc.open_stream(io.BytesIO(table)) as reader:
            return reader.read_all().num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError("[1002] no Arrow stream") from error
'''


def arrow_shop(shop: Shop) -> None:
    """Let the operation take Arrow bytes."""
    for name in ("shopref.py", "shopfast.py"):
        shop.write(name, ARROW)
    shop.change(CONTRACT, 'columns(prices="list<float64>", rate="float64[0..1]")', 'columns(table=ipc(price="float64", size="int64?"))')
    shop.change(CONTRACT, "import Floor, ", "import Floor, ipc, ")
    shop.change(CONTRACT, "isinstance(outcome.value, float)", "outcome.value >= 0")
    shop.change(CONTRACT, "compare=exact", "compare=exact, errors='code'")


def test_random_arrow_bytes_are_an_input_like_any_other(shop: Shop) -> None:
    """Both sides refuse them alike, and the run goes on to its verdict."""
    arrow_shop(shop)
    shop.record()
    result = call(shop, *CHECK, "--allow-unsigned")

    assert result.exit_code == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_a_port_that_dies_of_random_arrow_bytes_is_no_go(shop: Shop) -> None:
    """The bytes that killed it are in the report."""
    arrow_shop(shop)
    shop.record()
    shop.change(
        "shopfast.py",
        "    except (pa.ArrowInvalid, OSError) as error:\n        raise ValueError",
        "    except (pa.ArrowInvalid, OSError) as error:\n        import os\n\n        os.abort()\n        raise ValueError",
    )
    result = call(shop, *CHECK, "--format", "json", "--only", "boundary")

    assert result.exit_code == 1
    assert any(found["kind"] == "kind" or found["candidate"]["kind"] == "crash" for found in json.loads(result.stdout)["divergences"])

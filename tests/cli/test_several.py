"""Facts about one verb for several migrations."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from harness.cli.common import Shell
from harness.cli.several import Judged, code_of, each, show_all
from harness.errors import Code, HarnessError
from harness.exit_codes import ExitCode
from harness.model import Decision, Verdict
from harness.report.document import RunDocument
from tests.conftest import Shop


def judged(name: str) -> Judged:
    """Judge by the name: what begins with "broken" cannot be judged."""
    if name.startswith("broken"):
        raise HarnessError(Code.CONTRACT_BROKEN, f"{name} does not import")
    return Judged(name, RunDocument(name, name, Verdict(Decision[name.upper()], (), (), ())))


def code(*names: str) -> ExitCode:
    """Return the exit code of these migrations."""
    return code_of(list(each(names, judged)), fail_on="inconclusive", allow_unsigned=False)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("go",), ExitCode.GO),
        (("go", "inconclusive"), ExitCode.INCONCLUSIVE),
        (("inconclusive", "no_go", "go"), ExitCode.NO_GO),
        (("no_go", "broken"), ExitCode.USAGE),
        (("broken", "go"), ExitCode.USAGE),
    ],
)
def test_the_worst_of_all_is_the_exit_code(names: tuple[str, ...], expected: ExitCode) -> None:
    """In whatever order they come."""
    assert code(*names) is expected


def test_an_error_ends_only_its_own_migration(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are judged after it."""
    done = list(each(["broken_one", "go"], judged))

    assert [one.document is not None for one in done] == [False, True]
    assert "error[H031]: broken_one does not import" in capsys.readouterr().err


def test_what_could_not_be_judged_is_named_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Where its error may have scrolled away."""
    code("broken_one", "go", "broken_two")

    assert capsys.readouterr().err.endswith("not judged: broken_one, broken_two\n")


def test_a_single_error_is_not_told_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the last line anyway."""
    code("broken")

    assert "not judged" not in capsys.readouterr().err


@pytest.mark.parametrize(("names", "kind"), [(["go"], dict), (["go", "no_go"], list), (["broken"], dict), (["broken", "go"], list)])
def test_json_is_one_document(shop: Shop, names: list[str], kind: type) -> None:
    """An object for one migration, an array for several, whether they could be judged or not."""
    shell = Shell(shop.project(), quiet=True, color="never")
    with CliRunner().isolation() as streams:
        show_all(shell, each(names, judged), "json")
        tree = json.loads(streams[0].getvalue())

    assert isinstance(tree, kind)


def test_runs_are_shown_as_they_come(shop: Shop) -> None:
    """Nobody waits for the last migration to see the first."""
    shell = Shell(shop.project(), quiet=True, color="never")
    with CliRunner().isolation() as streams:

        def look(name: str) -> Judged:
            seen.append(len(streams[0].getvalue()))
            return judged(name)

        seen: list[int] = []
        show_all(shell, each(["go", "no_go"], look), "text")

    assert seen[0] == 0 < seen[1]

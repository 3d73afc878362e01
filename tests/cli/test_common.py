"""Facts about exit codes, and about how failures are shown."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from harness.cli.common import exit_code, guarded, worst
from harness.errors import Code, HarnessError
from harness.exit_codes import ExitCode
from harness.model import Decision, Reason, Verdict


def verdict(decision: Decision, *codes: str) -> Verdict:
    """Return a verdict with reasons of these codes."""
    return Verdict(decision, tuple(Reason(code, Decision.INCONCLUSIVE, code) for code in codes), (), ())


@pytest.mark.parametrize(
    ("decision", "fail_on", "code"),
    [
        (Decision.GO, "inconclusive", ExitCode.GO),
        (Decision.INCONCLUSIVE, "inconclusive", ExitCode.INCONCLUSIVE),
        (Decision.NO_GO, "inconclusive", ExitCode.NO_GO),
        (Decision.INCONCLUSIVE, "no-go", ExitCode.GO),
        (Decision.NO_GO, "no-go", ExitCode.NO_GO),
        (Decision.NO_GO, "never", ExitCode.GO),
    ],
)
def test_a_verdict_has_its_exit_code(decision: Decision, fail_on: str, code: ExitCode) -> None:
    """Unless a milder one was asked for."""
    assert exit_code(verdict(decision, "gate-unmeasured"), fail_on=fail_on, allow_unsigned=False) is code


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (("signoff-missing",), ExitCode.GO),
        (("signoff-missing", "signoff-stale"), ExitCode.GO),
        (("signoff-missing", "gate-unmeasured"), ExitCode.INCONCLUSIVE),
        (("gate-unmeasured",), ExitCode.INCONCLUSIVE),
        ((), ExitCode.INCONCLUSIVE),
    ],
)
def test_only_missing_sign_offs_can_be_left_out(codes: tuple[str, ...], code: ExitCode) -> None:
    """Any other reason still counts, and so does a verdict that gives none."""
    assert exit_code(verdict(Decision.INCONCLUSIVE, *codes), fail_on="inconclusive", allow_unsigned=True) is code


def test_a_no_go_stays_one_without_sign_offs() -> None:
    """Leaving them out makes nothing right."""
    assert exit_code(verdict(Decision.NO_GO, "signoff-missing"), fail_on="no-go", allow_unsigned=True) is ExitCode.NO_GO


def test_the_worst_code_wins() -> None:
    """What could not be judged beats NO-GO, that beats INCONCLUSIVE, that beats GO, in any order."""
    order = [ExitCode.USAGE, ExitCode.NO_GO, ExitCode.INCONCLUSIVE, ExitCode.GO]

    for size in range(1, 5):
        for codes in itertools.permutations(order, size):
            assert worst(list(codes)) is min(codes, key=order.index)


def test_nothing_at_all_is_go() -> None:
    """No migration, no objection."""
    assert worst([]) is ExitCode.GO


def ends_with(error: BaseException) -> Result:
    """Run a verb that raises."""

    @click.command()
    @guarded
    def verb() -> None:
        raise error

    return CliRunner().invoke(verb)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (HarnessError(Code.FILE_EDITED, "it was edited", where="a.jsonl:3"), 2, "error[H041]: it was edited\n  where: a.jsonl:3\n"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (BrokenPipeError(), 130, ""),
        (SystemExit(0), 2, "error[H031]: code of the project called sys.exit(0) where an answer was expected\n  where: "),
        (PermissionError(13, "Permission denied", "a.txt"), 2, "error[H044]: a file cannot be read or written\n  where: a.txt\n"),
        (OSError(28, "No space left on device"), 2, "No space left on device"),
        (ZeroDivisionError("by zero"), 2, "error[H000]: a fault of the harness itself: ZeroDivisionError: by zero\n  where: "),
    ],
)
def test_every_failure_has_its_exit_code_and_no_traceback(error: BaseException, code: int, said: str) -> None:
    """A bug of ours must not look like a verdict, nor a full disk like a bug."""
    result = ends_with(error)

    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_traceback_is_shown_to_who_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """For reports of bugs."""
    monkeypatch.setenv("HARNESS_DEBUG", "1")

    assert "ZeroDivisionError: by zero" in ends_with(ZeroDivisionError("by zero")).stderr


@pytest.mark.parametrize("make", [KeyboardInterrupt, BrokenPipeError])
def test_no_end_before_the_verdict_looks_like_go(make: Callable[[], BaseException]) -> None:
    """A reader that hangs up has not heard that all is well."""
    assert ends_with(make()).exit_code not in {0, 1, 3}

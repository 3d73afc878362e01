"""What every verb shares: options, the project, messages to people on stderr, and the way to an exit code."""

from __future__ import annotations

import functools
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from rich.console import Console

from harness.errors import Code, HarnessError
from harness.exit_codes import ExitCode
from harness.model import Decision, Source, Verdict
from harness.settings import FAIL_ON, FORMATS, Project, find_root, load_project

P = ParamSpec("P")
R = TypeVar("R")
SIGNOFF_CODES = {"signoff-missing", "signoff-stale"}
COLORS = ("auto", "always", "never")
READ_HERE = {"HARNESS_DEBUG", "HARNESS_RUNBOOKS", "HARNESS_GOLDEN", "HARNESS_BASELINES", "HARNESS_TEMPLATES", "HARNESS_REQUIRE_BROWSER"}


@dataclass
class Shell:
    """The terminal as a verb sees it: results to stdout, everything else to stderr."""

    project: Project
    quiet: bool
    color: str

    def out(self) -> Console:
        """Return the console for results."""
        return Console(**self._colors(), soft_wrap=not sys.stdout.isatty(), highlight=False)

    def err(self) -> Console:
        """Return the console for progress and messages."""
        return Console(stderr=True, quiet=self.quiet, highlight=False, **self._colors())

    def _colors(self) -> dict[str, Any]:
        return {"auto": {}, "always": {"force_terminal": True}, "never": {"no_color": True, "force_terminal": False}}[self.color]


def make_shell(*, root: str | None, quiet: bool, color: str, overrides: dict[str, str]) -> Shell:
    """Find the project and read its settings: options beat variables, variables beat pyproject.toml."""
    start = Path(root).resolve() if root else find_root(Path.cwd())
    given = {key: os.environ.get(f"HARNESS_{key.upper()}") for key in ("runbooks", "golden", "baselines", "templates")}
    project = load_project(start, overrides={key: text for key, text in given.items() if text} | overrides)
    return Shell(project, quiet or project.settings.get("quiet") is True, color)


def exit_code(verdict: Verdict, *, fail_on: str, allow_unsigned: bool) -> ExitCode:
    """Map a verdict to an exit code; a missing sign-off may be left out of the code, never out of the verdict."""
    decision = verdict.decision
    if decision is Decision.INCONCLUSIVE and allow_unsigned:
        forcing = [reason for reason in verdict.reasons if reason.decision is Decision.INCONCLUSIVE]
        if forcing and all(reason.code in SIGNOFF_CODES for reason in forcing):
            decision = Decision.GO
    failing = {"no-go": {Decision.NO_GO}, "inconclusive": {Decision.NO_GO, Decision.INCONCLUSIVE}, "never": set[Decision]()}[fail_on]
    if decision not in failing:
        return ExitCode.GO
    return ExitCode.NO_GO if decision is Decision.NO_GO else ExitCode.INCONCLUSIVE


def worst(codes: list[ExitCode]) -> ExitCode:
    """Return the worst of several exit codes: what was not judged at all beats NO-GO, that INCONCLUSIVE, that GO."""
    order = (ExitCode.USAGE, ExitCode.NO_GO, ExitCode.INCONCLUSIVE, ExitCode.GO)
    return next((code for code in order if code in codes), ExitCode.GO)


class Leave(SystemExit):
    """The command's own way out, told apart from a `sys.exit` of the project's code, which decides nothing."""


def leave(code: ExitCode) -> NoReturn:
    """End the command with a code."""
    raise Leave(int(code))


def fail(error: HarnessError, output_format: str = "text") -> NoReturn:
    """Show an expected failure, as data where data was asked for, and end with the usage code."""
    if output_format == "json":
        click.echo(json.dumps({"error": asdict(error.record())}, ensure_ascii=True))
    click.echo(str(error), err=True)
    leave(ExitCode.USAGE)


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn Ctrl-C into one line and the code of an interruption."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("interrupted: what was finished is kept, nothing was judged", err=True)
        leave(ExitCode.INTERRUPTED)


def guarded(verb: Callable[P, R]) -> Callable[P, R]:
    """Turn expected failures, interruption and our own bugs into one line and a code, never a bare traceback."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with interruptible():
                return verb(*args, **kwargs)
        except HarnessError as error:
            fail(error, str(kwargs.get("output_format", "text")))
        except Leave:
            raise
        except SystemExit as error:
            fail(_stranger(error), str(kwargs.get("output_format", "text")))
        except BrokenPipeError:
            sys.stdout = io.StringIO()  # what is left in the old one would only fail again at exit
            leave(ExitCode.INTERRUPTED)
        except OSError as error:
            fail(_file_error(error), str(kwargs.get("output_format", "text")))
        except Exception as error:  # noqa: BLE001 - a bug of ours must not look like a verdict
            _report_bug(error)

    return run


def _stranger(error: SystemExit) -> HarnessError:
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = f"code of the project called sys.exit({error.code!r}) where an answer was expected"
    return HarnessError(Code.CONTRACT_BROKEN, what, where=Source(last.filename, last.lineno or 0))


def _file_error(error: OSError) -> HarnessError:
    what, hint = "a file cannot be read or written", "look at the path, its permissions and the free space"
    return HarnessError(Code.FILE_INVALID, what, where=str(error.filename or ""), cause=error.strerror or str(error), hint=hint)


def _report_bug(error: Exception) -> NoReturn:
    click.echo(f"error[H000]: a fault of the harness itself: {type(error).__name__}: {error}", err=True)
    if os.environ.get("HARNESS_DEBUG", "").lower() in {"1", "true", "yes"}:
        traceback.print_exception(error)
    else:
        last = traceback.extract_tb(error.__traceback__)[-1]
        click.echo(f"  where: {last.filename}:{last.lineno}\n  hint: set HARNESS_DEBUG=1 for the traceback, and report it", err=True)
    leave(ExitCode.USAGE)


def judging_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options of every verb that ends in a verdict."""
    for option in (
        click.option(
            "--allow-unsigned",
            is_flag=True,
            envvar="HARNESS_ALLOW_UNSIGNED",
            help="Leave missing sign-offs out of the exit code, never out of the verdict.",
        ),
        click.option(
            "--fail-on",
            envvar="HARNESS_FAIL_ON",
            type=click.Choice(FAIL_ON),
            default="inconclusive",
            show_default=True,
            help="The mildest verdict that makes the exit code other than 0.",
        ),
        format_option,
    ):
        command = option(command)
    return command


jobs_option = click.option(
    "--jobs", type=click.IntRange(1), envvar="HARNESS_JOBS", help="Operations to examine at once; the number of processors, if not given."
)


def sampling_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options of every verb that runs checks."""
    for option in (
        click.option(
            "--seed",
            type=click.IntRange(0, 2**64 - 1),
            envvar="HARNESS_SEED",
            default=1,
            show_default=True,
            help="Seed of every generator.",
        ),
        click.option(
            "--budget",
            envvar="HARNESS_BUDGET",
            default="20s",
            show_default=True,
            help="Sampling time of one check on one operation, such as 30s or 2m.",
        ),
        click.option(
            "--cases",
            type=click.IntRange(1),
            envvar="HARNESS_CASES",
            default=400,
            show_default=True,
            help="Inputs to generate per operation; floors raise it.",
        ),
    ):
        command = option(command)
    return command


format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    envvar="HARNESS_FORMAT",
    default="text",
    show_default=True,
    help="What stdout gets.",
)

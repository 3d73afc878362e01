"""One verb, several migrations: what is wrong with one is told at once, and the others go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from harness.cli.common import Shell, exit_code, worst
from harness.cli.show import show
from harness.errors import HarnessError
from harness.exit_codes import ExitCode
from harness.report import json_report
from harness.report.document import RunDocument


@dataclass(frozen=True)
class Judged:
    """A migration with its judged run, or with the error that kept it from being judged; `changes` are those since an earlier report."""

    name: str
    document: RunDocument | None = None
    error: HarnessError | None = None
    changes: tuple[str, ...] | None = None

    def tree(self) -> dict[str, Any]:
        """Return the run as plain data, in the form of report.json wherever there is a run."""
        if self.document is None:
            return {"migration": self.name, "error": asdict(self.error.record()) if self.error else None}
        report = json_report.to_json(self.document)
        return report if self.changes is None else {"migration": self.name, "changes": list(self.changes), "report": report}

    def code(self, *, fail_on: str, allow_unsigned: bool) -> ExitCode:
        """Return the exit code that this migration alone would give."""
        return exit_code(self.document.verdict, fail_on=fail_on, allow_unsigned=allow_unsigned) if self.document else ExitCode.USAGE


def each(names: Iterable[str], judge: Callable[[str], Judged]) -> Iterator[Judged]:
    """Judge one migration after the other; an expected failure goes to stderr and ends only its own migration."""
    for name in names:
        try:
            yield judge(name)
        except HarnessError as error:
            click.echo(str(error), err=True)
            yield Judged(name, error=error)


def show_all(shell: Shell, judged: Iterable[Judged], output_format: str) -> list[Judged]:
    """Print each run as soon as it is there; as JSON all together, because stdout is to be one document."""
    finished = []
    for one in judged:
        finished.append(one)
        if one.document is not None and output_format != "json":
            show(shell, one.document, output_format)
            for line in one.changes or ():
                click.echo(line)
    if output_format == "json":
        trees = [one.tree() for one in finished]
        click.echo(json.dumps(trees[0] if len(trees) == 1 else trees, indent=2, ensure_ascii=True))
    return finished


def code_of(judged: Sequence[Judged], *, fail_on: str, allow_unsigned: bool) -> ExitCode:
    """Return the worst exit code, and name on stderr what could not be judged where that may have scrolled away."""
    failed = [one.name for one in judged if one.error]
    if failed and len(judged) > 1:
        click.echo(f"not judged: {', '.join(failed)}", err=True)
    return worst([one.code(fail_on=fail_on, allow_unsigned=allow_unsigned) for one in judged])

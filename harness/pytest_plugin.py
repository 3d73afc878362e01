"""`pytest --harness`: the checks of every migration as tests; without the option the plugin does nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.report.document import RunDocument

FILE = "harness-migrations"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add one group of options with one prefix."""
    group = parser.getgroup("harness", "migration harness")
    group.addoption("--harness", action="store_true", help="collect the checks of every migration")
    group.addoption(
        "--harness-migration", action="append", default=[], metavar="NAME", help="only this migration; may be given several times"
    )
    group.addoption("--harness-only", default="", metavar="CHECKS", help="only these checks, separated by commas")
    group.addoption("--harness-cases", type=int, default=400, metavar="N", help="inputs to generate per operation")
    group.addoption("--harness-allow-unsigned", action="store_true", help="do not fail for a missing sign-off")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to share the work between processes: timings need the machine alone, and a run has one place for its evidence."""
    if config.getoption("--harness") and config.getoption("numprocesses", default=None):
        raise pytest.UsageError("--harness measures times and runs in one process; run it without -n")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Append one test a gate of every migration, and one for each verdict, before -k and -m choose among them."""
    if not config.getoption("--harness"):
        return
    from harness.errors import HarnessError  # noqa: PLC0415 - nothing is imported unless asked for

    try:
        items.extend(_collect(session, config))
    except HarnessError as error:
        raise pytest.UsageError(str(error)) from error


def _collect(session: pytest.Session, config: pytest.Config) -> Iterator[pytest.Item]:
    from harness.run.context import read_migration  # noqa: PLC0415 - nothing is imported unless asked for
    from harness.settings import find_root, load_project  # noqa: PLC0415 - as above

    project = load_project(find_root(Path(config.rootpath)))
    for name in project.choose(config.getoption("--harness-migration")):
        collector = Migration.from_parent(session, name=name, nodeid=f"{FILE}::{name}", project=project)
        runbook, _ = read_migration(project, name)
        for gate in runbook.gates:
            yield Gate.from_parent(collector, name=f"{gate.id} {gate.text}"[:120], gate_id=gate.id)
        yield VerdictItem.from_parent(collector, name="verdict")


class Migration(pytest.Collector):
    """One migration; its checks run once, when its first gate is asked for."""

    def __init__(self, *, project: Any, **kwargs: Any) -> None:
        """Remember the project; nothing is measured yet."""
        super().__init__(**kwargs)
        self.project = project
        self._document: RunDocument | None = None
        self._error: Exception | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield nothing: the items are added when the collection is complete."""
        return iter(())

    def document(self) -> RunDocument:
        """Run the checks on first use, judge and publish; what went wrong then goes wrong for every item, without another try."""
        if self._error is not None:
            raise self._error
        if self._document is None:
            try:
                self._document = self._run()
            except Exception as error:
                self._error = error
                raise
        return self._document

    def _run(self) -> RunDocument:
        from harness.run import Plan, assemble, examine, publish  # noqa: PLC0415 - nothing is imported unless asked for

        only = tuple(filter(None, self.config.getoption("--harness-only").split(",")))
        examine(self.project, self.name, Plan(cases=self.config.getoption("--harness-cases"), only=only))
        return publish(self.project, assemble(self.project, self.name))


class _Item(pytest.Item):
    """A test of one migration."""

    def document(self) -> RunDocument:
        """Return the judged run of this item's migration."""
        assert isinstance(self.parent, Migration)
        return self.parent.document()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:  # noqa: ARG002 - pytest's signature
        """Show the reason and no traceback: the failure is in the port, not in the test."""
        return str(excinfo.value)


class Gate(_Item):
    """One gate of the runbook as a test."""

    def __init__(self, *, gate_id: str, **kwargs: Any) -> None:
        """Remember which gate this is."""
        super().__init__(**kwargs)
        self.gate_id = gate_id

    def runtest(self) -> None:
        """Fail unless the gate passed or was waived."""
        [result] = [result for result in self.document().verdict.gates if result.gate.id == self.gate_id]
        if result.result.value not in {"pass", "waived"}:
            pytest.fail(f"{result.gate.source}: {result.result.value}: {result.reason}", pytrace=False)

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Point at the migration."""
        return FILE, None, self.name


class VerdictItem(_Item):
    """The verdict of a migration as a test."""

    def runtest(self) -> None:
        """Fail for every reason that keeps the verdict from GO."""
        from harness.model import Decision  # noqa: PLC0415 - as above

        reasons = [reason for reason in self.document().verdict.reasons if reason.decision is not Decision.GO]
        if self.config.getoption("--harness-allow-unsigned"):
            reasons = [reason for reason in reasons if reason.code not in {"signoff-missing", "signoff-stale"}]
        if reasons:
            pytest.fail("\n".join(f"{reason.code}: {reason.text}" for reason in reasons), pytrace=False)

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Point at the migration."""
        return FILE, None, self.name

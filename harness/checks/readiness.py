"""The readiness check: what the runbook's prerequisites claim about tools, tests and files, run instead of believed."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

from harness.checks.base import Context, Finding
from harness.contract import Tool
from harness.drivers.commands import Completed, run
from harness.errors import Code, HarnessError
from harness.model import CheckRecord, Evidence, EvidenceStatus

TIMEOUT_SECONDS = 900.0
TOOLS_AT_ONCE = 2
Readings = dict[str, float]
_COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
_CARGO = re.compile(r"test result: \w+\. (\d+) passed; (\d+) failed")
_MYPY = re.compile(r"Found (\d+) errors?|Success: no issues found in (\d+)")
_RUFF = re.compile(r"Found (\d+) errors?|All checks passed")


class ReadinessCheck:
    """Runs the tools that the contract names, and looks for the files that the runbook names."""

    name: ClassVar[str] = "readiness"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence per tool and for the files of the runbook."""
        for tool in context.contract.tools:
            _validate(tool)
        with ThreadPoolExecutor(TOOLS_AT_ONCE, thread_name_prefix=self.name) as pool:
            for found in pool.map(lambda tool: list(self._tool(context, tool)), context.contract.tools):
                yield from found
        yield self._files(context)

    def _tool(self, context: Context, tool: Tool) -> Iterator[Finding]:
        context.progress(f"{self.name} {tool.kind}", 0, 0)
        start_ns = context.clock_ns()
        note, readings = "", Readings()
        try:
            readings = read_tool(tool, context.root, context.stop)
        except HarnessError as error:
            note = f"{error.what}: {error.cause}" if error.cause else error.what
        except ValueError as error:
            note = f"{tool.kind} said nothing that can be read: {error}"
        for metric, value in readings.items():
            unit = "fraction" if metric == "coverage" else "count"
            yield Evidence(self.name, "", "", f"{self.name}.{metric}", value, unit, n=1, floor=1, subject=tool.kind)
        if note:
            for metric in METRICS_OF[tool.kind]:
                name = f"{self.name}.{metric}"
                yield Evidence(self.name, "", "", name, None, status=EvidenceStatus.ERROR, subject=tool.kind, note=note)
        status = EvidenceStatus.ERROR if note else EvidenceStatus.MEASURED
        yield CheckRecord(self.name, tool.kind, "", status, 1, 1, context.seconds_since(start_ns), note=note)

    def _files(self, context: Context) -> Evidence:
        wanted = [reference for reference in context.runbook.references if not reference.planned]
        missing = [reference for reference in wanted if not reference.exists(context.root)]
        note = "; ".join(f"{reference.path} ({reference.source})" for reference in missing)
        count = float(len(missing))
        return Evidence(self.name, "", "", f"{self.name}.files.missing", count, "count", n=len(wanted), note=note)


def _validate(tool: Tool) -> None:
    if tool.kind not in METRICS_OF or not tool.command:
        what = f"the tool {tool.kind!r} of the contract has no command" if tool.kind in METRICS_OF else f"no kind of tool is {tool.kind!r}"
        raise HarnessError(Code.CONTRACT_BROKEN, what, cause=f"known kinds: {', '.join(METRICS_OF)}")


def read_tool(tool: Tool, root: Path, stop: threading.Event | None = None) -> Readings:
    """Run a tool and read its findings; raises HarnessError when it cannot be started, ValueError when its words are not understood."""
    if tool.kind == "coverage":
        return _coverage(tool, root, stop)
    completed = run(_with_our_python(tool.command), root=root, timeout_seconds=TIMEOUT_SECONDS, stop=stop)
    return READERS[tool.kind](completed)


def _mypy(completed: Completed) -> Readings:
    match = _MYPY.search(completed.stdout)
    if match is None or match.group(2) == "0":
        raise ValueError(_last_words(completed))
    return {"mypy.errors": float(match.group(1) or 0)}


def _ruff(completed: Completed) -> Readings:
    match = _RUFF.search(completed.stdout)
    if match is None:
        raise ValueError(_last_words(completed))
    return {"ruff.findings": float(match.group(1) or 0)}


def _clippy(completed: Completed) -> Readings:
    """Count compiler messages of `cargo clippy --message-format=json`; a build that failed without any is not clean."""
    messages = [json.loads(line) for line in completed.stdout.splitlines() if line.startswith("{")]
    if not any(message.get("reason") == "build-finished" for message in messages):
        raise ValueError(_last_words(completed))
    levels = [message["message"]["level"] for message in messages if message.get("reason") == "compiler-message"]
    found = sum(level in {"warning", "error"} for level in levels)
    return {"clippy.warnings": float(found if found or completed.exit_code == 0 else 1)}


def _pytest(completed: Completed) -> Readings:
    counts = {"passed": 0, "failed": 0, "error": 0}
    lines = [line for line in completed.stdout.splitlines() if line.strip()]
    for number, word in _COUNTS.findall(lines[-1] if lines else ""):
        counts[word.removesuffix("s") if word.startswith("error") else word] = int(number)
    if not counts["passed"] + counts["failed"] + counts["error"]:
        raise ValueError(_last_words(completed))
    failures = counts["failed"] + counts["error"] or int(completed.exit_code != 0)
    return {"pytest.failures": float(failures), "pytest.passed": float(counts["passed"])}


def _cargo_test(completed: Completed) -> Readings:
    results = [(int(passed), int(failed)) for passed, failed in _CARGO.findall(completed.stdout)]
    passed, failed = sum(result[0] for result in results), sum(result[1] for result in results)
    if not passed + failed:
        raise ValueError(_last_words(completed))
    return {"cargo_test.failures": float(max(failed, int(completed.exit_code != 0))), "cargo_test.passed": float(passed)}


def _coverage(tool: Tool, root: Path, stop: threading.Event | None) -> Readings:
    """Run pytest with branch coverage of the tool's package; the data file is kept out of the project."""
    with tempfile.TemporaryDirectory(prefix="harness-coverage-") as folder:
        report = Path(folder) / "coverage.json"
        extra = (f"--cov={tool.package}", "--cov-branch", f"--cov-report=json:{report}")
        environment = {"COVERAGE_FILE": str(Path(folder) / "data")}
        completed = run(
            (*_with_our_python(tool.command), *extra), root=root, environment=environment, timeout_seconds=TIMEOUT_SECONDS, stop=stop
        )
        readings = _pytest(completed)
        if not report.is_file():
            raise ValueError("no coverage report was written")
        totals = json.loads(report.read_text("utf-8"))["totals"]
    return readings | {"coverage": float(totals["percent_covered"]) / 100.0}


def _with_our_python(command: tuple[str, ...]) -> tuple[str, ...]:
    """Let `python` mean the interpreter that runs the harness, whatever the search path says."""
    return (sys.executable, *command[1:]) if command[0] == "python" else command


def _last_words(completed: Completed) -> str:
    words = (completed.stderr.strip() or completed.stdout.strip()).splitlines()
    return f"exit {completed.exit_code}, {words[-1] if words else 'no output'}"


READERS: dict[str, Callable[[Completed], Readings]] = {
    "mypy": _mypy,
    "ruff": _ruff,
    "clippy": _clippy,
    "pytest": _pytest,
    "cargo-test": _cargo_test,
}
METRICS_OF = {
    "mypy": ("mypy.errors",),
    "ruff": ("ruff.findings",),
    "clippy": ("clippy.warnings",),
    "pytest": ("pytest.failures", "pytest.passed"),
    "cargo-test": ("cargo_test.failures", "cargo_test.passed"),
    "coverage": ("coverage", "pytest.failures", "pytest.passed"),
}

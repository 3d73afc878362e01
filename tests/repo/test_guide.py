"""The user guide is true: its files are written and its commands run, in their order, in a project of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies
from markdown_it import MarkdownIt

import harness
from harness.contract import parse
from harness.settings import KNOWN

ROOT = Path(__file__).resolve().parents[2]
GUIDE, README = ROOT / "docs" / "guide.md", ROOT / "README.md"
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Block:
    """A code block: its language, what is said behind it (a path, `exit=1`, `shown`), its text and line."""

    language: str
    about: str
    text: str
    line: int


def blocks(page: Path = GUIDE) -> Iterator[Block]:
    """Read the code blocks of a page."""
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "fence":
            language, _, about = token.info.partition(" ")
            yield Block(language, about, token.content, (token.map or [0])[0] + 1)


def environment() -> dict[str, str]:
    """Return the environment of a reader: this interpreter's commands first, and nothing set for harness or CI."""
    kept = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith(("HARNESS_", "PYTEST_"))}
    return kept | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])}


def run(line: str, folder: Path, *, added: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run one line as a reader would."""
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment() | dict(added or {}), capture_output=True, text=True, timeout=TIMEOUT_SECONDS,
        check=False,
    )  # fmt: skip


def write(block: Block, folder: Path) -> None:
    """Write a block that is a file, over an earlier one of its name."""
    if block.language in {"python", "markdown"} and block.about:
        path = folder / block.about
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")


def follow(folder: Path) -> Iterator[str]:
    """Write every file and run every command; yield what did not end as the guide says."""
    for block in blocks():
        write(block, folder)
        if block.language == "sh" and block.about != "shown":
            expected = block.about.removeprefix("exit=") or "0"
            for line in block.text.splitlines():
                done = run(line, folder)
                if expected not in {"any", str(done.returncode)}:
                    yield f"{GUIDE.name}:{block.line}: {line!r} ended with {done.returncode}, not {expected}\n{done.stdout}{done.stderr}"


@pytest.mark.slow
def test_every_command_of_the_guide_ends_as_it_says(tmp_path: Path) -> None:
    """A reader who types what the guide says, from its first line to its last, sees what it promises."""
    wrong = list(follow(tmp_path))

    assert not wrong, "\n\n".join(wrong)


@pytest.mark.slow
def test_the_guides_own_check_is_found_and_judged(tmp_path: Path) -> None:
    """The check of the last section measures, once its entry point is installed, what a gate of the runbook asks for."""
    for block in blocks():
        write(block, tmp_path)
    [table] = [block.text for block in blocks() if block.language == "toml" and "entry-points" in block.text]
    registered = tomllib.loads(table)["project"]["entry-points"]["harness.checks"]
    metadata = tmp_path / "installed" / "shop_checks-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-checks\nVersion: 1.0\n", "utf-8")
    lines = [f"{name} = {target}" for name, target in registered.items()]
    (metadata / "entry_points.txt").write_text("\n".join(["[harness.checks]", *lines, ""]), "utf-8")
    runbook = tmp_path / "runbooks" / "pricing.md"
    gate = "- [ ] The port is smaller than 2 MB <!-- gate: size.file -->"
    runbook.write_text(runbook.read_text("utf-8").replace("## Sign-off", f"{gate}\n\n## Sign-off"), "utf-8")

    done = run("harness check pricing --only size --format json", tmp_path, added={"PYTHONPATH": f"installed{os.pathsep}."})

    assert [gate["result"] for gate in json.loads(done.stdout)["gates"] if gate["metric"] == "size.file"] == ["pass"]


@pytest.mark.slow
def test_the_contract_of_the_readme_holds(tmp_path: Path) -> None:
    """The first contract that anyone sees promises what a port that answers alike keeps."""
    reference = next(block for block in blocks() if block.about == "shop/pricing.py")
    write(reference, tmp_path)
    write(replace(reference, about="shop_rust/pricing.py"), tmp_path)
    lines = [line for block in blocks(README) for line in block.text.splitlines()]
    prepared = [run(line, tmp_path).returncode for line in lines if line.startswith(("harness init", "harness runbook"))]
    [contract] = [block for block in blocks(README) if block.language == "python"]
    write(replace(contract, about="runbooks/pricing.py"), tmp_path)

    done = run("harness check pricing --only property,differential --format json", tmp_path)

    results = {gate["metric"]: gate["result"] for gate in json.loads(done.stdout)["gates"]}
    assert prepared == [0, 0]
    assert (results["property.failures"], results["differential.divergences"]) == ("pass", "pass")


def test_every_type_of_the_guide_is_one() -> None:
    """What the table of types shows can be parsed."""
    rows = GUIDE.read_text("utf-8").partition("| type | means |")[2].partition("\n\n")[0].splitlines()[2:]
    shown = [text for row in rows for text in row.split(" | ")[0].split("`")[1::2]]

    assert len(shown) > len(rows)
    assert all(parse(text) for text in shown)


def test_every_fragment_of_the_guide_runs() -> None:
    """Lines that stand for themselves need no other names than those of the harness and of Hypothesis."""
    fragments = [block for block in blocks() if block.language == "python" and not block.about]
    names: dict[str, Any] = {name: getattr(harness, name) for name in harness.__all__} | {"st": strategies}

    assert fragments
    for block in fragments:
        exec(compile(block.text, f"{GUIDE.name}:{block.line}", "exec"), dict(names))


def test_the_guide_shows_every_setting() -> None:
    """The table of settings has each key, with a value of its kind."""
    [table] = [tomllib.loads(block.text)["tool"]["harness"] for block in blocks() if "[tool.harness]" in block.text]

    assert {key: type(value) for key, value in table.items()} == dict(KNOWN)

"""What documents name is there: commands, options, variables, targets, metrics, checks, files and headings."""

from __future__ import annotations

import importlib.metadata
import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from harness import pytest_plugin
from harness.cli import main, variables
from harness.cli.common import READ_HERE
from harness.errors import Code
from harness.runbook.vocabulary import metric_named

METRIC = re.compile(r"(golden|differential|property|boundary|outcomes|benchmark|drill|readiness)(\.[a-z_]+)+")
PLACEHOLDERS = {"HARNESS_VERB_OPTION"}


def _documents(repository: Any) -> Iterator[tuple[Path, list[Token]]]:
    """Read every page of the repository, front matter left out; inline tokens come with their children behind them."""
    for path in repository.named(".md"):
        text = re.sub(r"\A---\n.*?\n---\n", "", repository.text(path), flags=re.DOTALL)
        yield path, [token for outer in MarkdownIt().enable("table").parse(text) for token in (outer, *(outer.children or ()))]


def _code(repository: Any) -> Iterator[tuple[str, str]]:
    """Yield every line of code on a page, whether it stands in a block or in a sentence."""
    for path, tokens in _documents(repository):
        for token in tokens:
            if token.type in {"fence", "code_block", "code_inline"}:
                yield from ((str(path), line.strip()) for line in token.content.splitlines())


def _commands(repository: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield every command of ours that a page, an example of `--help` or the hint of an error names, as words."""
    said = [*_code(repository), *((f"--help of {verb.name}", (verb.epilog or "").removeprefix("Example: ")) for verb in _verbs(main))]
    said += [(str(code), text) for code in Code for text in re.findall(r"`([^`]*)`", code.hint)]
    for place, line in said:
        for words in _split(line):
            if words[0].removeprefix(".venv/bin/") == "harness" and len(words) > 1:
                yield place, words


def _split(line: str) -> Iterator[list[str]]:
    """Cut a line into its commands; a line that is no shell's has none."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return
    for is_end, command in itertools.groupby(words, {"&&", ";", "|", ">"}.__contains__):
        if not is_end:
            yield list(command)


def _verbs(command: click.Command) -> Iterator[click.Command]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _verbs(below)


def _problem(words: list[str]) -> str:
    """Say what in a command does not exist, or return an empty text; `record|verify` names several verbs at once."""
    command: click.Command = main
    options = _options(command)
    rest = iter(words[1:])
    for word in rest:
        below: dict[str, click.Command] = getattr(command, "commands", {})
        if word.startswith("-"):
            name, _, value = word.partition("=")
            if name not in options:
                return f"no option {word}"
            if options[name] and not value:
                next(rest, None)
        elif below:
            unknown = [name for name in word.split("|") if name not in below]
            if unknown:
                return f"no verb {unknown[0]}"
            command = below[word.split("|")[-1]]
            options |= _options(command)
    return ""


def _options(command: click.Command) -> dict[str, bool]:
    """Name the options of a command, and whether a value follows them."""
    found = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {"--help": False, "-h": False} | {name: not option.is_flag for option in found for name in option.opts}


def test_every_command_that_is_named_exists(repository: Any) -> None:
    """Verbs and options on pages, in examples and in hints are those of the command."""
    found = list(_commands(repository))

    wrong = [f"{place}: {shlex.join(words)}: {problem}" for place, words in found if (problem := _problem(words))]

    assert len(found) > len(list(_verbs(main)))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("harness chek", "no verb chek"),
        ("harness check rating --onyl golden", "no option --onyl"),
        ("harness golden record|verfy", "no verb verfy"),
        ("harness golden record|verify", ""),
        ("harness --color never bench run --save -q", ""),
    ],
)
def test_a_command_that_is_misspelt_is_found(words: str, problem: str) -> None:
    """The test above sees what it forbids."""
    assert _problem(words.split()) == problem


def test_every_option_of_pytest_that_is_named_exists(repository: Any) -> None:
    """The plugin's options are written alike on pages and in its source."""
    known = set(re.findall(r'"(--harness[a-z-]*)"', Path(pytest_plugin.__file__).read_text("utf-8")))
    named = {word for _, line in _code(repository) for word in re.findall(r"--harness[a-z-]*", line)}

    assert named
    assert named - known == set()


def test_every_variable_that_is_named_is_read(repository: Any) -> None:
    """A HARNESS_ variable on a page is one that the command reads."""
    known = {*variables(main, "HARNESS"), *READ_HERE}
    named = {word for _, line in _code(repository) for word in re.findall(r"\bHARNESS_[A-Z_]+\b", line)}

    assert named
    assert named - known - PLACEHOLDERS == set()


def test_every_target_that_is_named_exists(repository: Any) -> None:
    """`make X` on a page is a target."""
    makefile = (repository.root / "Makefile").read_text("utf-8")
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {word for _, line in _code(repository) for word in re.findall(r"\bmake ([a-z]+)", line)}

    assert named
    assert named - known == set()


def test_every_metric_that_is_named_exists(repository: Any) -> None:
    """A metric on a page of the documentation is one that a check measures."""
    pages = [(path, line) for path, line in _code(repository) if not path.startswith("runbooks/")]
    named = {match.group() for _, line in pages if (match := METRIC.fullmatch(line))}

    assert named
    assert [name for name in sorted(named) if metric_named(name) is None] == []


def test_the_glossary_lists_every_check(repository: Any) -> None:
    """What is said to be a check is registered, and what is registered is said."""
    glossary = (repository.root / "docs/glossary.md").read_text("utf-8")
    row = next(line for line in glossary.splitlines() if line.startswith("| check |"))
    listed = row.partition(": ")[2].rstrip(" |").split(", ")

    ours = importlib.metadata.distribution("migration-harness").entry_points.select(group="harness.checks")

    assert sorted(listed) == sorted(entry.name for entry in ours)


def _slug(title: str) -> str:
    """Name a heading as GitHub does."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _headings(path: Path) -> set[str]:
    return {_slug(title) for title in re.findall(r"^#+ +(.*?) *$", path.read_text("utf-8"), re.MULTILINE)}


def _broken(root: Path, page: Path, target: str) -> str:
    """Say why a relative link leads nowhere, or return an empty text."""
    name, _, anchor = unquote(target).partition("#")
    path = (root / page).parent / name if name else root / page
    if not path.exists():
        return f"{page}: {target} is not there"
    if anchor and anchor not in _headings(path):
        return f"{page}: {target} has no such heading"
    return ""


def test_every_relative_link_leads_somewhere(repository: Any) -> None:
    """Files, pictures and headings that pages link to exist."""
    links = [
        (path, str(token.attrs.get("href") or token.attrs.get("src")))
        for path, tokens in _documents(repository)
        for token in tokens
        if token.type in {"link_open", "image"}
    ]
    relative = [(path, target) for path, target in links if not re.match(r"[a-z]+:", target)]

    wrong = [why for path, target in relative if (why := _broken(repository.root, path, target))]

    assert relative
    assert not wrong, "\n".join(wrong)

"""How sources look: they say what they are for, stay short, and carry no loose ends."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
TEXT = {".py", ".pyi", ".rs", ".jl", ".md", ".toml", ".yml", ".yaml", ".sh", ".j2", ".txt", ".cfg", ".html", ".css", ".js", ".json", ""}
# Spelt with classes of one letter, so that this file does not break its own rules.
LOOSE_END = re.compile(r"(^\s*\*|#|//|<!--).*\b(TOD[O]|FIXM[E]|XX[X])\b|NotImplementedErro[r]\(\)|\b(tod[o]|unimplemente[d])!\(")
HOSTS = re.compile(r"pyp[i]\.org|pythonhoste[d]|deb\.debia[n]|(index|static)\.crate[s]|registry\.np[m]|rustup\.r[s]")
MACHINE_PATH = re.compile(r"(^|[\s\"'(=`])/(work|farm|root|home)/", re.MULTILINE)
NOQA = re.compile(r"#\s*(ruff: )?noqa\b(?P<rest>.*)")
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<rest>.*)")
RUST_SUPPRESSION = re.compile(r"#!?\[(allow|expect)\((?P<inside>[^]]*)\)\]", re.DOTALL)


def test_every_python_file_says_why_it_exists(repository: Any) -> None:
    """The first statement is a docstring."""
    files = [path for path in repository.python() if repository.text(path).strip()]

    wrong = [str(path) for path in files if not ast.get_docstring(repository.tree(path))]

    assert not wrong, "\n".join(wrong)


def test_every_rust_file_says_why_it_exists(repository: Any) -> None:
    """The first line is a module comment."""
    wrong = [str(path) for path in repository.named(".rs") if not repository.text(path).startswith("//!")]

    assert not wrong, "\n".join(wrong)


def test_every_script_says_why_it_exists(repository: Any) -> None:
    """The line after the interpreter is a comment."""
    files = [path for path in repository.paths if path.suffix == ".sh" or path.parts[0] == ".ci"]

    wrong = [str(path) for path in files if not repository.text(path).partition("\n")[2].startswith("# ")]

    assert not wrong, "\n".join(wrong)


def test_no_source_file_is_long(repository: Any) -> None:
    """A file that needs more lines has more than one subject."""
    sizes = {path: repository.text(path).count("\n") for path in repository.named(".py", ".rs", ".jl", ".sh")}

    wrong = [f"{path}: {lines}" for path, lines in sizes.items() if lines > MAX_FILE_LINES]

    assert not wrong, "\n".join(wrong)


def test_no_function_is_long(repository: Any) -> None:
    """A function fits on a screen."""
    functions = [
        (path, node)
        for path in repository.python()
        for node in ast.walk(repository.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lines = {f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1 for path, node in functions}

    wrong = [f"{place}: {count}" for place, count in lines.items() if count > MAX_FUNCTION_LINES]

    assert not wrong, "\n".join(wrong)


def test_every_test_states_a_fact(repository: Any) -> None:
    """A test function has a docstring."""
    files = [path for path in repository.python("tests") if path.name.startswith("test_")]
    tests = [(path, node) for path in files for node in ast.walk(repository.tree(path)) if isinstance(node, ast.FunctionDef)]

    wrong = [f"{path}:{node.lineno}" for path, node in tests if node.name.startswith("test_") and not ast.get_docstring(node)]

    assert not wrong, "\n".join(wrong)


def test_every_suppression_has_its_code_and_a_reason(repository: Any) -> None:
    """`noqa: CODE - reason`, `type: ignore[code]  # reason`; in Rust `reason = "..."` or a comment on or above the line."""
    wrong = [place for path in repository.python() for place in _bare_suppressions(path, repository.text(path))]
    wrong += [place for path in repository.named(".rs") for place in _bare_rust_suppressions(path, repository.text(path))]

    assert not wrong, "\n".join(wrong)


def _bare_suppressions(path: Path, text: str) -> list[str]:
    """Find what lacks code or reason; that a test passes wrong types is said by its docstring."""
    reason = r" +[-#] +\w.{3,}"
    patterns = (
        (NOQA, r": ?[A-Z]+\d+(, ?[A-Z]+\d+)*" + reason),
        (TYPE_IGNORE, r"\[[a-z-]+(, ?[a-z-]+)*\]" + ("" if path.parts[0] == "tests" else reason)),
    )
    return [
        f"{path}:{number}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern, form in patterns
        if (match := pattern.search(line)) and "re.compile" not in line and '"' not in match["rest"] and not re.match(form, match["rest"])
    ]


def _bare_rust_suppressions(path: Path, text: str) -> list[str]:
    lines = ["", *text.splitlines()]
    starts = [text.count("\n", 0, match.start()) + 1 for match in RUST_SUPPRESSION.finditer(text) if "reason" not in match["inside"]]
    return [f"{path}:{number}" for number in starts if "// " not in lines[number] and not lines[number - 1].lstrip().startswith("// ")]


def test_nothing_is_left_for_later(repository: Any) -> None:
    """What is not done is an issue, not a mark in the code."""
    wrong = [
        f"{path}:{number}"
        for path in _texts(repository)
        for number, line in enumerate(repository.text(path).splitlines(), 1)
        if LOOSE_END.search(line)
    ]

    assert not wrong, "\n".join(wrong)


def test_no_file_names_a_registry(repository: Any) -> None:
    """Where packages come from is the machine's business, so that mirrors and closed networks work."""
    wrong = [str(path) for path in _texts(repository) if HOSTS.search(repository.text(path))]

    assert not wrong, "\n".join(wrong)


def test_no_file_carries_a_path_of_one_machine(repository: Any) -> None:
    """A checkout works wherever it lies."""
    wrong = [str(path) for path in _texts(repository) if MACHINE_PATH.search(repository.text(path))]

    assert not wrong, "\n".join(wrong)


def _texts(repository: Any) -> list[Path]:
    return [path for path in repository.paths if path.suffix in TEXT and (repository.root / path).stat().st_size < 2_000_000]

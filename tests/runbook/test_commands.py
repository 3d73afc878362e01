"""Rollback commands are read as data, and only what they would surely do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.runbook import Assignment, Runbook, Switch

Write = Callable[[str], Runbook]


def parts(written: Write, code: str, language: str = "bash") -> list[object]:
    """Read a code block of a rollback procedure and reduce its parts."""
    runbook = written(f"# R\n\n## Rollback-Prozedur\n\n```{language}\n{code}\n```\n")
    return [
        (part.name, part.value, part.source.line)
        if isinstance(part, Assignment)
        else (part.module, part.function, part.arguments, part.source.line)
        for part in runbook.commands[0].parts
    ]


def test_an_export_is_an_assignment_with_its_line(written: Write) -> None:
    """Comments and other commands stay text."""
    assert parts(written, "# off\nexport OMEGA_X=false  # now\npytest tests -v") == [("OMEGA_X", "false", 7)]


@pytest.mark.parametrize(
    ("line", "value"), [("export A='off'", "off"), ('export A="0"', "0"), ("export A=", ""), ("$ export A=off", "off")]
)
def test_quotes_and_prompts_are_no_part_of_the_value(written: Write, line: str, value: str) -> None:
    """As a shell would read it."""
    assert parts(written, line) == [("A", value, 6)]


@pytest.mark.parametrize(
    "line",
    [
        "export A=$B",
        "export A=`id`",
        "export A=off && restart",
        "export A=off; b",
        "A=off command",
        "A=off",
        "export A",
        "export A=$(x)",
        "export 'A=off",
        "unset A",
    ],
)
def test_what_a_shell_would_expand_or_may_not_do_is_no_assignment(written: Write, line: str) -> None:
    """Only literals that are exported for sure."""
    assert parts(written, line) == []


def test_a_block_that_decides_assigns_nothing_for_sure(written: Write) -> None:
    """Behind an `if` nobody knows."""
    assert parts(written, "if true; then\nexport A=off\nfi") == []


def test_a_settings_file_assigns_without_export(written: Write) -> None:
    """That is its whole purpose."""
    assert parts(written, "A=off", "dotenv") == [("A", "off", 6)]


def test_a_python_call_is_a_switch_with_literal_arguments(written: Write) -> None:
    """The function is named by where it was imported from."""
    code = 'from omega.config import set_feature_flag as switch\nswitch("use_rust", False)'
    assert parts(written, code, "python") == [("omega.config", "set_feature_flag", ("use_rust", False), 7)]


def test_a_shell_block_may_go_on_in_python(written: Write) -> None:
    """As one of the runbooks of practice does."""
    code = 'export A=false\n\n# Or in Python\nfrom a.b import f\nf("x", 1)'
    assert parts(written, code) == [("A", "false", 6), ("a.b", "f", ("x", 1), 10)]


def test_a_dotted_call_is_a_switch_too(written: Write) -> None:
    """Whether the module or a parent of it was imported."""
    assert parts(written, "import a.b\na.b.f(0)", "python") == [("a.b", "f", (0,), 7)]


@pytest.mark.parametrize(
    "code",
    [
        "f(1)",
        "from a import f\nf(x)",
        "from a import f\nf(__import__('os'))",
        "from . import f\nf(1)",
        "from a import f\nf(k=1)",
        "X = False",
        "USE_[MODUL] = False",
        "f(\0)",
        "from a import f\nf(" + "(" * 5000,
    ],
)
def test_any_other_python_is_text(written: Write, code: str) -> None:
    """Names, computations, relative imports and broken code are no switch."""
    assert parts(written, code, "python") == []


def test_code_is_never_run(written: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a call does not import what it names."""
    monkeypatch.setattr("builtins.__import__", _refuse)
    assert parts(written, "import nothing_of_the_kind\nnothing_of_the_kind.f()", "python") == [("nothing_of_the_kind", "f", (), 7)]


def test_every_line_is_kept_and_other_sections_have_no_commands(written: Write) -> None:
    """People see the block as it was written; code elsewhere is no rollback."""
    runbook = written(
        "# R\n\n## Steps\n\n```bash\nexport A=1\n```\n\n## Rollback-Plan\n\n1. now\n   ```bash\n   export B=2\n   restart\n   ```\n"
    )
    (command,) = runbook.commands
    assert (command.language, command.lines, command.source.line) == ("bash", ("export B=2", "restart"), 13)
    assert [part.source.line for part in command.parts if not isinstance(part, Switch)] == [13]


def _refuse(name: str, *_: object) -> None:
    raise AssertionError(name)

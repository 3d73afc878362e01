"""Facts about the command as a whole: help, version, verbs, variables, settings."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
import pytest

import harness
from harness.cli import VERBS, main, variables
from harness.cli.common import READ_HERE
from tests.cli.conftest import Call, small
from tests.conftest import Shop


def leaves(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield every verb, and every verb below a verb."""
    below = getattr(command, "commands", {})
    if path:
        yield path
    for name, inner in below.items():
        yield from leaves(inner, *path, name)


ALL = list(leaves(main))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_verb_has_help_with_an_example(shop: Shop, call: Call, words: tuple[str, ...]) -> None:
    """The example begins as one would type it."""
    result = call(shop, *words, "--help")

    assert result.exit_code == 0
    assert f"Example: harness {' '.join(words)}" in " ".join(result.stdout.split())


def test_the_verbs_are_those_of_the_interface(shop: Shop, call: Call) -> None:
    """In the order of a migration."""
    result = call(shop, "--help")

    named = "check diff gate golden bench replay report runbook signoff status drill selftest doctor init"
    assert " ".join(verb.name or "" for verb in VERBS) == named
    assert all(f"  {verb.name} " in result.stdout for verb in VERBS)


def test_the_version_is_that_of_the_distribution(shop: Shop, call: Call) -> None:
    """For reports of bugs."""
    assert call(shop, "--version").stdout == f"harness, version {harness.__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "Did you mean 'check'?"),
        (["check", "--seeed", "1"], "Did you mean '--seed'?"),
        (["golden", "acept"], "Did you mean 'accept'?"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["check", "--seed", "-1"], "-1"),
        (["check", "--jobs", "0"], "0"),
        (["check", "--fail-on", "maybe"], "'maybe' is not one of"),
        (["gate", "--since", "nowhere.json"], "nowhere.json"),
        (["replay"], "Missing argument"),
        (["signoff", "shop"], "Missing option"),
    ],
)
def test_words_that_mean_nothing_are_usage_errors(shop: Shop, call: Call, words: list[str], said: str) -> None:
    """Exit code 2, the nearest word on stderr, nothing on stdout."""
    result = call(shop, *words)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_variable_that_nothing_reads_is_a_usage_error(shop: Shop, call: Call) -> None:
    """A misspelt one would silently do nothing."""
    result = call(shop, "status", HARNESS_SEDE="3")

    assert result.exit_code == 2
    assert "error[H010]: HARNESS_SEDE is not a setting; did you mean 'HARNESS_SEED'?" in result.stderr


@pytest.mark.parametrize(
    "name", ["HARNESS_SEED", "HARNESS_JOBS", "HARNESS_OUTPUT", "HARNESS_QUIET", "HARNESS_CHECK_ONLY", "HARNESS_FORMAT"]
)
def test_options_are_variables_too(name: str) -> None:
    """Those that several verbs share, and those of one."""
    assert name in {*variables(main, "HARNESS"), *READ_HERE}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.harness]\nseeed = 1\n", "error[H010]: [tool.harness] has no key 'seeed'; did you mean 'seed'?"),
        ('[tool.harness]\nfail_on = "nogo"\n', "error[H011]: [tool.harness] fail_on is to be one of"),
        ("[tool.harness\n", "error[H011]: pyproject.toml cannot be read"),
        ("tool = 3\n", "error[H011]: [tool.harness] is not a table"),
    ],
)
def test_settings_that_mean_nothing_are_usage_errors(shop: Shop, call: Call, text: str, said: str) -> None:
    """With the file that they stand in."""
    shop.write("pyproject.toml", text)
    result = call(shop, "status")

    assert result.exit_code == 2
    assert said in result.stderr
    assert str(shop.root / "pyproject.toml") in result.stderr


def test_settings_are_defaults_of_the_verbs(checked: Shop, call: Call) -> None:
    """A format in pyproject.toml is that of every verb which knows it."""
    checked.write("pyproject.toml", '[tool.harness]\nformat = "json"\nfail_on = "never"\n')
    result = call(checked, "gate")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["migration"] == "shop"


def test_variables_beat_settings_and_options_beat_variables(checked: Shop, call: Call) -> None:
    """What is nearer to the user counts."""
    checked.write("pyproject.toml", '[tool.harness]\nfail_on = "inconclusive"\n')

    assert call(checked, "gate").exit_code == 3
    assert call(checked, "gate", HARNESS_FAIL_ON="never").exit_code == 0
    assert call(checked, "gate", "--fail-on", "inconclusive", HARNESS_FAIL_ON="never").exit_code == 3


def test_a_format_that_a_verb_cannot_write_is_not_forced_on_it(checked: Shop, call: Call) -> None:
    """`harness status` is text or JSON, whatever the project prefers for its reports."""
    checked.write("pyproject.toml", '[tool.harness]\nformat = "markdown"\n')

    assert call(checked, "status").exit_code == 0


def test_settings_reach_the_run(shop: Shop, call: Call) -> None:
    """Seed and cases are recorded with the evidence."""
    shop.write("pyproject.toml", "[tool.harness]\nseed = 77\njobs = 1\ncases = 60\n")
    call(shop, "check", "--only", "golden")

    assert json.loads((shop.root / "reports" / "shop" / "report.json").read_text("utf-8"))["provenance"]["seed"] == 77


@pytest.mark.parametrize("way", ["option before", "option behind", "variable", "setting"])
def test_reports_go_where_they_are_wanted(checked: Shop, call: Call, way: str) -> None:
    """Whichever way it is said."""
    (checked.root / "reports").rename(checked.root / "elsewhere")
    words = {"option before": ["--output", "elsewhere", "gate"], "option behind": ["gate", "--output", "elsewhere"]}.get(way, ["gate"])
    if way == "setting":
        checked.write("pyproject.toml", '[tool.harness]\noutput = "elsewhere"\n')
    environment = {"HARNESS_OUTPUT": "elsewhere"} if way == "variable" else {}

    assert call(checked, *words, **environment).exit_code == 3


def test_folders_can_be_given_as_variables(checked: Shop, call: Call) -> None:
    """As every other setting."""
    (checked.root / "golden").rename(checked.root / "truth")

    assert "evidence-stale" not in call(checked, "gate", "--format", "json", HARNESS_GOLDEN="truth").stdout
    assert "evidence-stale" in call(checked, "gate", "--format", "json").stdout


@pytest.mark.parametrize("way", ["option before", "option behind", "variable", "setting"])
def test_quiet_says_nothing_beside_the_result(shop: Shop, call: Call, way: str) -> None:
    """Whichever way it is asked for."""
    words = small("--only", "golden")
    given = {"option before": ["-q", *words], "option behind": [*words, "--quiet"]}.get(way, [*words])
    if way == "setting":
        shop.write("pyproject.toml", "[tool.harness]\nquiet = true\n")
    environment = {"HARNESS_QUIET": "1"} if way == "variable" else {}

    result = call(shop, *given, **environment)

    assert result.stderr == ""
    assert "INCONCLUSIVE" in result.stdout


def test_progress_goes_to_stderr(shop: Shop, call: Call) -> None:
    """In a log it is a line now and then."""
    result = call(shop, *small("--only", "golden"))

    assert "shop: " in result.stderr
    assert "shop: golden" not in result.stdout


@pytest.mark.parametrize(("words", "colourful"), [(["--color", "always"], True), (["--color", "never"], False), ([], False)])
def test_colours_are_shown_where_they_are_wanted(checked: Shop, call: Call, words: list[str], *, colourful: bool) -> None:
    """A pipe gets none, unless they are asked for."""
    assert ("\x1b[" in call(checked, "gate", *words, NO_COLOR="").stdout) is colourful


def test_a_project_is_found_from_a_folder_below(checked: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with other tools."""
    (checked.root / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(checked.root / "deep" / "down")

    assert click.testing.CliRunner().invoke(main, ["gate"]).exit_code == 3
    assert call(checked, "gate").exit_code == 3

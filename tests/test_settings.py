"""Facts about what a user can set."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.settings import Project, check_environment, did_you_mean, find_root, load_project, parse_duration


def project(root: Path, text: str) -> Project:
    """Read a project with these settings."""
    (root / "pyproject.toml").write_text(text, "utf-8")
    return load_project(root)


def refusal(root: Path, text: str) -> HarnessError:
    """Read settings and return the error."""
    with pytest.raises(HarnessError) as caught:
        project(root, text)
    return caught.value


def test_a_project_without_settings_has_the_usual_folders(tmp_path: Path) -> None:
    """No pyproject.toml is needed."""
    layout = load_project(tmp_path).layout

    assert [path.relative_to(tmp_path).as_posix() for path in (layout.runbooks, layout.golden, layout.baselines, layout.reports)] == [
        "runbooks",
        "golden",
        "baselines",
        "reports",
    ]


def test_folders_can_be_set(tmp_path: Path) -> None:
    """Relative to the project."""
    layout = project(tmp_path, '[tool.harness]\nrunbooks = "docs/runbooks"\noutput = "build/reports"\n').layout

    assert (layout.runbooks, layout.reports) == (tmp_path / "docs" / "runbooks", tmp_path / "build" / "reports")


def test_a_given_text_beats_the_file(tmp_path: Path) -> None:
    """Options and variables come as overrides."""
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\noutput = "there"\n', "utf-8")

    assert load_project(tmp_path, overrides={"output": "here"}).layout.reports == tmp_path / "here"


def test_reports_can_go_elsewhere_without_losing_the_rest(tmp_path: Path) -> None:
    """Only that folder changes."""
    before = project(tmp_path, '[tool.harness]\ngolden = "truth"\n')
    after = before.reporting_to("elsewhere")

    assert (after.layout.reports, after.layout.golden) == (tmp_path / "elsewhere", tmp_path / "truth")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[tool.harness]\nsed = 1\n", Code.UNKNOWN_SETTING, "did you mean 'seed'?"),
        ("[tool.harness]\nwhatever = 1\n", Code.UNKNOWN_SETTING, "no key 'whatever'"),
        ('[tool.harness]\nseed = "one"\n', Code.BAD_SETTING, "of type int"),
        ("[tool.harness]\nseed = true\n", Code.BAD_SETTING, "of type int"),
        ("[tool.harness]\nquiet = 1\n", Code.BAD_SETTING, "of type bool"),
        ('[tool.harness]\nfail_on = "nogo"\n', Code.BAD_SETTING, "did you mean 'no-go'?"),
        ('[tool.harness]\nformat = "xml"\n', Code.BAD_SETTING, "text, json, markdown, github"),
        ("[tool]\nharness = 3\n", Code.BAD_SETTING, "not a table"),
        ("tool = 3\n", Code.BAD_SETTING, "not a table"),
        ("[tool.harness\n", Code.BAD_SETTING, "cannot be read"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_with_its_file(tmp_path: Path, text: str, code: Code, words: str) -> None:
    """A misspelt key would silently do nothing."""
    error = refusal(tmp_path, text)

    assert error.code is code
    assert words in str(error)
    assert error.where == str(tmp_path / "pyproject.toml")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(HarnessError) as caught:
        load_project(tmp_path)

    assert caught.value.code is Code.BAD_SETTING


def test_settings_of_other_tools_are_their_business(tmp_path: Path) -> None:
    """Only our table is read."""
    assert project(tmp_path, "[tool.ruff]\nwhatever = 1\n").settings == {}


def test_migrations_are_the_runbooks_by_their_stems(tmp_path: Path) -> None:
    """Templates and prose about runbooks are none."""
    (tmp_path / "runbooks").mkdir()
    for name in ("rating.md", "optimizer.md", "template.md", "README.md", "rollback.md", "notes.txt"):
        (tmp_path / "runbooks" / name).write_text("# x\n")

    assert load_project(tmp_path).migrations() == ["optimizer", "rating"]


@pytest.fixture
def two(tmp_path: Path) -> Project:
    """Return a project with two migrations."""
    (tmp_path / "runbooks").mkdir()
    for name in ("rating", "optimizer"):
        (tmp_path / "runbooks" / f"{name}.md").write_text("# x\n")
    return load_project(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [([], ["optimizer", "rating"]), (["rating"], ["rating"]), (["rating", "optimizer", "rating"], ["rating", "optimizer"])],
)
def test_all_migrations_are_meant_if_none_is_named(two: Project, wanted: list[str], chosen: list[str]) -> None:
    """In the order in which they are named, each once."""
    assert two.choose(wanted) == chosen


def test_an_unknown_migration_is_refused_with_the_nearest(two: Project) -> None:
    """By the stem of its runbook."""
    with pytest.raises(HarnessError) as caught:
        two.choose(["ratings"])

    assert caught.value.code is Code.UNKNOWN_MIGRATION
    assert "did you mean 'rating'?" in str(caught.value)


def test_a_project_without_runbooks_has_nothing_to_choose(tmp_path: Path) -> None:
    """The folder that was looked into is named."""
    with pytest.raises(HarnessError) as caught:
        load_project(tmp_path).choose([])

    assert caught.value.code is Code.RUNBOOK_MISSING
    assert caught.value.where == str(tmp_path / "runbooks")


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    """By runbooks, or by a table for the harness."""
    (tmp_path / "a" / "runbooks").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "d" / "e").mkdir(parents=True)
    (tmp_path / "d" / "pyproject.toml").write_text("[tool.harness]\n")

    assert find_root(tmp_path / "a" / "b" / "c") == tmp_path / "a"
    assert find_root(tmp_path / "d" / "e") == tmp_path / "d"


def test_where_nothing_is_found_the_start_is_the_root(tmp_path: Path) -> None:
    """A first `harness init` needs no project."""
    assert find_root(tmp_path) == tmp_path


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30.0), ("2m", 120.0), ("500ms", 0.5), ("1h", 3600.0), ("1.5", 1.5), ("1e-3s", 0.001)]
)
def test_durations_are_read_as_seconds(text: str, seconds: float) -> None:
    """A bare number is seconds."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1s", "0", "soon", "1 fortnight", "nan", "inf", "1e999s", "30ss", "30s5"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Time that never ends included."""
    with pytest.raises(HarnessError) as caught:
        parse_duration(text)

    assert caught.value.code is Code.BAD_SETTING


@given(text=st.text(max_size=8))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    """Nothing else happens."""
    with suppress(HarnessError):
        assert 0 < parse_duration(text) < float("inf")


def test_a_variable_that_nothing_reads_is_refused() -> None:
    """The nearest one is proposed."""
    with pytest.raises(HarnessError) as caught:
        check_environment({"HARNESS_SEAD": "1"}, ["HARNESS_SEED"])

    assert caught.value.code is Code.UNKNOWN_SETTING
    assert "did you mean 'HARNESS_SEED'?" in str(caught.value)


def test_variables_of_others_are_their_business() -> None:
    """Only ours are looked at."""
    check_environment({"HARNESS_SEED": "1", "PATH": "", "MY_HARNESS_X": ""}, ["HARNESS_SEED"])


@pytest.mark.parametrize(("word", "said"), [("goldn", "; did you mean 'golden'?"), ("zzz", "")])
def test_only_near_words_are_proposed(word: str, said: str) -> None:
    """A guess that is far off helps nobody."""
    assert did_you_mean(word, ["golden", "drill"]) == said

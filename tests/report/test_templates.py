"""Templates: users may replace them, and neither they nor what they print is trusted."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harness.errors import Code, HarnessError
from harness.report import html, markdown
from harness.report.templates import markdown_code, markdown_text

GITHUB = MarkdownIt("commonmark").enable("table")


def written(folder: Path, name: str, text: str) -> Path:
    """Write a template into a folder of templates."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def refused(folder: Path, sample: ModuleType) -> HarnessError:
    """Render with a template that must not render."""
    with pytest.raises(HarnessError) as caught:
        html.render(sample.unsigned(), templates_dir=folder)
    assert caught.value.code is Code.REPORT_INVALID
    return caught.value


def test_a_users_template_comes_first(tmp_path: Path, sample: ModuleType) -> None:
    """A template of the same name replaces the built-in one."""
    folder = written(tmp_path, "report.html.j2", "<p>{{ page.decision }} {{ page.title }}</p>")
    assert html.render(sample.unsigned(), templates_dir=folder) == "<p>INCONCLUSIVE Rating modules: Python to Rust</p>"


def test_a_single_part_can_be_replaced(tmp_path: Path, sample: ModuleType) -> None:
    """A user who only wants another guide replaces only that part."""
    folder = written(tmp_path, "parts/guide.html.j2", "<p>Ask Ada.</p>")
    page = html.render(sample.unsigned(), templates_dir=folder)
    assert "<p>Ask Ada.</p>" in page
    assert 'id="gates"' in page


def test_markdown_can_be_replaced(tmp_path: Path, sample: ModuleType) -> None:
    """The Markdown template is a template like the others."""
    folder = written(tmp_path, "report.md.j2", "{{ page.decision }}\n")
    assert markdown.render(sample.signed(), templates_dir=folder) == "GO\n"


def test_a_users_template_is_escaped_too(tmp_path: Path, sample: ModuleType) -> None:
    """A template without any filter still prints nothing that a browser would run."""
    folder = written(tmp_path, "report.html.j2", "<p title='{{ page.title }}'>{{ page.title }}</p>")
    assert "<script" not in html.render(sample.hostile("'><script>x</script>"), templates_dir=folder)


@pytest.mark.parametrize(
    "template",
    [
        "{{ page.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ page.nothing }}",
        "{% if %}",
        "{{ 1 / 0 }}",
        "{% include 'missing.j2' %}",
        "{{ cycler.__init__.__globals__ }}",
        "{% for i in range(10**9) %}x{% endfor %}",
    ],
)
def test_a_broken_or_reaching_template_is_an_error(tmp_path: Path, sample: ModuleType, template: str) -> None:
    """A template that is broken, or reaches out of its sandbox, is an error that names the folder."""
    assert str(tmp_path) in refused(written(tmp_path, "report.html.j2", template), sample).where


def test_a_template_outside_the_folder_is_not_found(tmp_path: Path, sample: ModuleType) -> None:
    """A template cannot include files from outside its folder."""
    (tmp_path / "secret.txt").write_text("secret")
    refused(written(tmp_path / "templates", "report.html.j2", "{% include '../secret.txt' %}"), sample)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_escaped_text_is_only_text(text: str) -> None:
    """Markdown reads an escaped text as a paragraph of nothing but words."""
    tokens = GITHUB.parse(f"say {markdown_text(text)} done")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or ()} <= {"text", "text_special"}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_escaped_text_stays_in_its_list_item(text: str) -> None:
    """At the start of a list item an escaped text opens no heading, list or rule."""
    tokens = [token.type for token in GITHUB.parse(f"- {markdown_text(text)} end")]
    assert tokens == [
        "bullet_list_open",
        "list_item_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
        "list_item_close",
        "bullet_list_close",
    ]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80), st.text(st.characters(exclude_categories=()), max_size=80))
def test_escaped_text_stays_in_its_cell(first: str, second: str) -> None:
    """A row of a table keeps its two cells whatever they say."""
    table = f"| a | b |\n| --- | --- |\n| {markdown_text(first)} | {markdown_code(second)} |\n"
    assert [token.type for token in GITHUB.parse(table)].count("td_open") == 2


def test_nobody_is_called_and_nothing_is_linked() -> None:
    """A text neither mentions people nor becomes a link."""
    assert "@all" not in markdown_text("@all see https://x.y and www.x.y")
    assert "://" not in markdown_text("https://x.y")
    assert "www." not in markdown_text("www.x.y")

"""The YAML head gives plain values or an error with its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.runbook.front_matter import read_front_matter

Refused = Callable[[Callable[[], object]], Code | None]


def test_values_are_plain() -> None:
    """Dates become text, keys become text, two-space and four-space lists are lists."""
    front = read_front_matter(
        "module: demo\nphase: 3\nsince: 2026-01-05\n1: x\nprerequisites:\n    - 'a: b, c'\n    - docs/a.md\n", "demo.md"
    )
    assert front.values == {"module": "demo", "phase": 3, "since": "2026-01-05", "1": "x", "prerequisites": ["a: b, c", "docs/a.md"]}
    assert [(entry.text, entry.line) for entry in front.prerequisites] == [("a: b, c", 7), ("docs/a.md", 8)]


def test_no_head_is_an_empty_head() -> None:
    """Runbooks without front matter are runbooks."""
    assert read_front_matter(None, "demo.md").values == {}
    assert read_front_matter("  \n", "demo.md").values == {}


def test_a_key_that_stands_twice_is_a_finding() -> None:
    """The last one counts, and that is said."""
    front = read_front_matter("phase: 1\nphase: 2\n", "demo.md")
    assert (front.values["phase"], [finding.source.line for finding in front.findings]) == (2, [3])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: [1\nb: 2", 3),
        ("a: 1\n b: 2", 3),
        ("- a\n- b", 1),
        ("words", 1),
        ("a: &x [1]\nb: *x", 3),
        ("a: !!python/object/apply:os.system ['true']", 2),
        ("a: !!binary aGk=", 1),
        ("a: 2026-13-45", 1),
        ("[a]: {", 2),
        ("a: " + "[" * 3000 + "]" * 3000, 1),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(content: str, line: int) -> None:
    """Broken YAML, lists, aliases, objects, bytes and impossible dates are expected failures."""
    with pytest.raises(HarnessError) as caught:
        read_front_matter(content, "demo.md")
    assert (caught.value.code, caught.value.where) == (Code.RUNBOOK_UNREADABLE, f"demo.md:{line}")


@given(st.text(alphabet="ab:-[]{}&*!|>'\"\n 01%@`,?#~", max_size=80))
def test_any_text_is_a_head_or_an_expected_failure(refused: Refused, content: str) -> None:
    """Nothing but HarnessError comes out."""
    assert refused(lambda: read_front_matter(content, "demo.md")) in {None, Code.RUNBOOK_UNREADABLE}

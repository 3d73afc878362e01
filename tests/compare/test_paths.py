"""Tests how path patterns select policies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare import differences, policy_for
from harness.compare.paths import blanked, ignored
from harness.contract.policy import close, exact

LOOSE, LOOSER = close(abs=0.1), close(abs=10.0)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ('value["score"]', 'value["score"]', True),
        ('value["score"]', 'value["scores"]', False),
        ('value["score"]', 'value["score"][3]', False),
        ('*["time"]', 'value[3]["time"]', True),
        ('*["time"]', 'value.column["time"]', True),
        ("value[*].score", "value[12].score", True),
        ('value["a.c"]', 'value["abc"]', False),
        ("*", 'value["anything"]\n', True),
        ("value[0-9]", "value[5]", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:  # noqa: FBT001 - an expected value
    """A pattern matches the whole path, `*` anything, and every other character itself."""
    assert (policy_for(replace(exact, fields={pattern: LOOSE}), path).abs_tol == 0.1) is matches
    assert ignored(replace(exact, ignore={pattern: "noise"}), path) is matches


def test_a_policy_holds_for_everything_below() -> None:
    """A field's policy covers what is inside the field, and nothing beside it."""
    policy = replace(exact, fields={'value["a"]': LOOSE})
    assert not differences({"a": [{"x": 1.0}], "b": 1.0}, {"a": [{"x": 1.05}], "b": 1.0}, policy)
    assert differences({"a": [{"x": 1.0}], "b": 1.0}, {"a": [{"x": 1.05}], "b": 1.05}, policy)[0].path == 'value["b"]'


def test_a_deeper_pattern_holds_below_another() -> None:
    """Inside a field with its own policy, the pattern of a part of it still counts."""
    policy = replace(exact, fields={'value["a"]': LOOSE, 'value["a"]["b"]': LOOSER})
    assert not differences({"a": {"b": 1.0, "c": 1.0}}, {"a": {"b": 9.0, "c": 1.05}}, policy)
    assert [item.path for item in differences({"a": {"b": 1.0, "c": 1.0}}, {"a": {"b": 9.0, "c": 9.0}}, policy)] == ['value["a"]["c"]']


def test_the_first_pattern_wins() -> None:
    """Of two patterns for one path the one that stands first counts."""
    assert policy_for(replace(exact, fields={"*": LOOSE, "value": LOOSER}), "value").abs_tol == 0.1


def test_ignored_fields_may_differ_or_be_missing() -> None:
    """A path that is to be ignored makes no difference, whether it differs, is missing or is extra."""
    policy = replace(exact, ignore={'*["time"]': "a clock"})
    assert not differences([{"time": 1, "v": 2}], [{"time": 5, "v": 2}], policy)
    assert not differences([{"time": 1, "v": 2}], [{"v": 2}], policy)
    assert not differences([{"v": 2}], [{"time": 1, "v": 2}], policy)
    assert differences([{"time": 1, "v": 2}], [{"time": 1, "v": 3}], policy)


def test_patterns_reach_into_long_lists() -> None:
    """A pattern for one item of a long list of floats is honoured."""
    reference, candidate = [1.0] * 50, [1.0] * 50
    candidate[7] = candidate[8] = 1.05
    assert [item.path for item in differences(reference, candidate, replace(exact, fields={"value[7]": LOOSE}))] == ["value[8]"]
    assert [item.path for item in differences(reference, candidate, replace(exact, ignore={"value[8]": "noise"}))] == ["value[7]"]


def test_indices_are_blanked() -> None:
    """Rows and array places read alike once blanked; keys of text stay."""
    assert blanked('value.column["score"][17]') == 'value.column["score"][*]'
    assert blanked("value[3][1, 2]") == "value[*][*]"
    assert blanked('value["7"]') == 'value["7"]'

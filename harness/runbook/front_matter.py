"""The YAML head of a runbook: plain values only, every fault with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from harness.errors import Code, HarnessError
from harness.model import Source
from harness.runbook.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list of prerequisites, with its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values by key, the prerequisites with their lines, the line of the rollback procedure, and findings."""

    values: Mapping[str, Any]
    prerequisites: tuple[Entry, ...] = ()
    rollback_line: int = 0
    findings: tuple[Finding, ...] = ()


def read_front_matter(content: str | None, file: str) -> FrontMatter:
    """Read the text between the rules at the top of the file; raises HarnessError RUNBOOK_UNREADABLE with the line."""
    if content is None or not content.strip():
        return FrontMatter({})
    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)  # fails on deep nesting, before anything slower looks at it
        _refuse_aliases(content, file)
        values = _plain(yaml.safe_load(content))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _unreadable("is not YAML", file, mark.line + 2 if mark else 1, getattr(error, "problem", None) or str(error)) from error
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise _unreadable("has a value that cannot be read", file, 1, str(error)) from error
    if not isinstance(values, dict):
        raise _unreadable("is not a list of keys and values", file, 1)
    return _located(values, node, file)


def _refuse_aliases(content: str, file: str) -> None:
    """Refuse anchors and aliases, by which a short text can stand for a gigantic value."""
    for event in yaml.parse(content, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _unreadable("uses aliases", file, event.start_mark.line + 2 if event.start_mark else 1)


def _located(values: dict[str, Any], node: Any, file: str) -> FrontMatter:
    lines, findings = dict[str, int](), list[Finding]()
    entries: tuple[Entry, ...] = ()
    for key, value in node.value:
        line = key.start_mark.line + 2
        name = str(key.value)
        if name in lines:
            text = f"{name!r} stands twice in the front matter; the last one counts"
            findings.append(Finding("key-twice", text, Source(file, line), Severity.WARNING))
        lines[name] = line
        if name == "prerequisites":
            entries = tuple(_entries(value))
    return FrontMatter(values, entries, lines.get("rollback_procedure", 0), tuple(findings))


def _entries(node: Any) -> Iterator[Entry]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        if isinstance(item, yaml.ScalarNode) and str(item.value).strip():
            yield Entry(str(item.value).strip(), item.start_mark.line + 2)


def _plain(value: Any) -> Any:
    """Keep text, numbers, lists and mappings; dates become ISO text; raises ValueError for what YAML can also make."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    raise ValueError(f"values of type {type(value).__name__} are not supported")


def _unreadable(what: str, file: str, line: int, cause: str = "") -> HarnessError:
    return HarnessError(
        Code.RUNBOOK_UNREADABLE,
        f"the front matter {what}",
        where=Source(file, line),
        cause=cause,
        hint="mend the YAML between the two rules",
    )

"""Whole runbooks: those of practice without loss, and whatever else a file may hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.model import Role
from harness.runbook import Assignment, Runbook, SectionKind, Severity, Switch, lint, parse_runbook, read_runbook
from harness.runbook.document import Fence, parse_document
from harness.runbook.parse import read_content
from harness.runbook.text import Text, decode, read_text

Write = Callable[[str], Runbook]
Refused = Callable[[Callable[[], object]], Code | None]
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
FOUND = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
EXCERPT = """# Migrations-Runbook: Rating (Rust)

**Status:** 🟢 READY

## 1. Übersicht

### 1.2 Warum Migration?

| Metrik | Python Baseline | Rust Target | Speedup |
|--------|-----------------|-------------|---------|
| Full Rating | 450ms | <50ms | 9x |

## 2. Vorbereitungs-Checkliste ✅

- [x] Coverage ≥ 90%

## 6. Rollback-Plan

### 6.1 Rollback-Trigger

- Score divergence > 0.001 zwischen Python und Rust

### 6.2 Rollback-Prozedur

```bash
export OMEGA_USE_RUST_RATING=false
```

## 7. Akzeptanzkriterien

- [ ] Arrow IPC round-trip < 1ms für 1K metrics

## 8. Sign-Off

| Rolle | Name |
|-------|------|
| Tech Lead | |
"""
PIECES = [
    *EXCERPT.split("\n"),
    "---",
    "a: b",
    "  <!-- gate: a.b < 1 -->",
    "> 5 %",
    "| x | y |",
    "````",
    "    code",
    "<b>",
    "- [X] 8x+",
    "±10% [0, 1] TBD",
]


def reduced(runbook: Runbook) -> list[tuple[str, Role, str, float]]:
    """Reduce the gates to metric with subject, role, comparator and limit."""
    return [(f"{gate.metric}[{gate.subject}]", gate.role, gate.bound.comparator, gate.bound.limit) for gate in runbook.gates]


def test_an_excerpt_of_practice_is_read_whole(written: Write) -> None:
    """Every part is where it belongs."""
    runbook = written(EXCERPT)
    assert reduced(runbook) == [
        ("benchmark.time[full_rating]", Role.TARGET, "<", 0.05),
        ("benchmark.speedup[full_rating]", Role.TARGET, ">=", 9.0),
        ("readiness.coverage[]", Role.PREREQUISITE, ">=", 0.9),
        ("differential.abs_error.max[]", Role.TRIGGER, ">", 0.001),
        ("benchmark.time[arrow_ipc_round_trip]", Role.ACCEPTANCE, "<", 0.001),
    ]
    assert runbook.title == "Migrations-Runbook: Rating (Rust)"
    assert (runbook.file, runbook.signoff_roles) == ("runbooks/demo.md", ("Tech Lead",))
    assert [part.value for command in runbook.commands for part in command.parts if isinstance(part, Assignment)] == ["false"]
    assert lint(runbook, ()) == ()


def test_broken_encoding_changes_nothing_but_a_finding(tmp_path: Path) -> None:
    """The same gates come out, and the repair is reported."""
    broken = tmp_path / "broken.md"
    broken.write_text(EXCERPT.encode().decode("mac_roman"), "utf-8")
    sound = tmp_path / "sound.md"
    sound.write_text(EXCERPT, "utf-8")
    assert reduced(read_runbook(broken, root=tmp_path)) == reduced(read_runbook(sound, root=tmp_path))
    assert [finding.code for finding in read_runbook(broken, root=tmp_path).findings] == ["encoding-repaired"]


def test_gates_have_short_ids_in_file_order(written: Write) -> None:
    """Number and slug, each once."""
    ids = [gate.id for gate in written(EXCERPT).gates]
    assert ids[0] == "G01-benchmark-time-full-rating"
    assert [name[:3] for name in ids] == ["G01", "G02", "G03", "G04", "G05"]


def test_a_runbook_without_gates_is_refused_and_can_still_be_read(tmp_path: Path) -> None:
    """Other documents are documents, but nothing can be judged by them."""
    path = tmp_path / "demo.md"
    path.write_text("# R\n\nwords\n", "utf-8")
    assert read_runbook(path, root=tmp_path).gates == ()
    with pytest.raises(HarnessError) as caught:
        parse_runbook(path, root=tmp_path)
    assert (caught.value.code, caught.value.where) == (Code.RUNBOOK_WITHOUT_GATES, "demo.md")


def test_a_runbook_outside_the_root_goes_by_its_whole_path(tmp_path: Path) -> None:
    """Nobody is led to a file of the same name inside."""
    path = tmp_path / "demo.md"
    path.write_text(EXCERPT, "utf-8")
    assert parse_runbook(path, root=tmp_path / "elsewhere").file == path.as_posix()


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    """One changed byte makes evidence stale."""
    path = tmp_path / "demo.md"
    path.write_bytes(EXCERPT.encode())
    first = parse_runbook(path, root=tmp_path).digest
    path.write_bytes(EXCERPT.encode() + b"\n")
    assert first != parse_runbook(path, root=tmp_path).digest


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("\n".join))
@settings(deadline=None)
def test_any_order_of_real_lines_is_a_runbook_or_an_expected_failure(refused: Refused, text: str) -> None:
    """Shuffled runbooks parse, and every gate has an id of its own and a line that exists."""
    code = refused(lambda: read_content(Text(text, ""), "demo.md"))
    assert code in {None, Code.RUNBOOK_UNREADABLE}
    if code is not None:
        return
    runbook = read_content(Text(text, ""), "demo.md")
    assert max(Counter(gate.id for gate in runbook.gates).values(), default=1) == 1
    assert all(1 <= gate.source.line <= text.count("\n") + 1 for gate in runbook.gates)
    assert {gate_id for item in runbook.checklist for gate_id in item.gate_ids} <= {gate.id for gate in runbook.gates}
    lint(runbook, ["benchmark.time[full_rating]"])


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(deadline=None)
def test_any_bytes_are_a_runbook_or_an_expected_failure(refused: Refused, data: bytes) -> None:
    """Nothing but a Runbook or HarnessError comes out."""
    code = refused(lambda: read_content(decode(data, "demo.md"), "demo.md"))
    assert code in {None, Code.RUNBOOK_UNREADABLE, Code.RUNBOOK_EMPTY}


@given(
    st.sampled_from(["## Akzeptanz", "## Changelog", "## 4. Migration Steps", "## Sonstiges", "# R"]),
    st.sampled_from(["- [ ] ", "- ", "", "1. ", "**Note:** "]),
)
def test_a_threshold_added_anywhere_is_a_gate(heading: str, marker: str) -> None:
    """Whatever the section and the form of the line, a written threshold is never dropped."""
    text = f"{EXCERPT}\n{heading}\n\n{marker}Frobnication of nothing < 3 nanowidgets\n"
    before, after = (read_content(Text(part, ""), "demo.md") for part in (EXCERPT, text))
    assert len(after.gates) == len(before.gates) + 1
    assert (after.gates[-1].metric, after.gates[-1].source.line) == ("", text.count("\n"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem[:3])
def test_a_seed_is_read_without_loss(path: Path) -> None:
    """Its sections and headings together are its text, line for line."""
    content = read_text(path, path.name).content
    runbook = read_runbook(path, root=path.parent)
    lines = content.split("\n")
    headings = [section.source.line for section in runbook.sections[1:]]
    rebuilt = runbook.sections[0].text.split("\n")[: headings[0] - 1]
    for section, end in zip(runbook.sections[1:], [*headings[1:], len(lines) + 1], strict=True):
        assert section.title.split()[-1] in lines[section.source.line - 1]
        rebuilt += [lines[section.source.line - 1], *section.text.split("\n")[: end - section.source.line - 1]]
    assert rebuilt == lines


@pytest.mark.skipif(not FOUND, reason="the seed documents lie beside the checkout only where they were handed out")
def test_the_seeds_promise_what_people_read_in_them() -> None:
    """Gates, boxes, roles and commands of each document."""
    runbooks = {path.stem[:3]: read_runbook(path, root=path.parent) for path in FOUND}
    counts = {name: (len(runbook.gates), len(runbook.checklist), len(runbook.signoff_roles)) for name, runbook in runbooks.items()}
    assert counts == {"000": (9, 11, 0), "001": (6, 0, 0), "002": (0, 0, 0), "003": (29, 25, 3), "004": (28, 34, 3)}
    parts = [part for command in runbooks["004"].commands for part in command.parts]
    assert [(part.name, part.value) for part in parts if isinstance(part, Assignment)] == [("OMEGA_USE_RUST_EXECUTION", "false")]
    assert [(part.module, part.arguments) for part in parts if isinstance(part, Switch)] == [
        ("omega.config", ("use_rust_execution", False))
    ]
    repaired = [name for name, runbook in runbooks.items() if any(finding.code == "encoding-repaired" for finding in runbook.findings)]
    assert repaired == ["002", "003"]


@pytest.mark.skipif(not FOUND, reason="the seed documents lie beside the checkout only where they were handed out")
def test_the_template_inside_the_seed_is_a_runbook_of_its_own() -> None:
    """Its four-backtick block holds gates and placeholders, which the document around it has not."""
    content = read_text(next(path for path in FOUND if path.name.startswith("002")), "template.md").content
    inner = next(element for element in parse_document(content).elements if isinstance(element, Fence) and element.language == "markdown")
    runbook = read_content(Text("\n".join(inner.lines), ""), "template.md")
    assert {"readiness.coverage", "readiness.clippy.warnings", "benchmark.memory.ratio"} <= {gate.metric for gate in runbook.gates}
    assert "placeholder" in {finding.code for finding in runbook.findings if finding.severity is Severity.PROBLEM}
    assert SectionKind.ROLLBACK in {section.kind for section in runbook.sections}

"""Recorded outcomes change by a reviewed acceptance only, and every other change is noticed."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases import make_case
from harness.cases.tables import stream_bytes
from harness.errors import Code, HarnessError
from harness.model import Case, Failure, Outcome, OutcomeKind
from harness.stores.golden import GoldenStore
from harness.stores.sealed import seal

PROVENANCE = {"commit": "abc", "seed": 1, "digests": {"reference": "00ff"}, "started_at": "2024-02-29T12:00:00+00:00"}
DAY = datetime(2024, 2, 29, 12, tzinfo=UTC)


def value(held: Any, *arguments: Any) -> tuple[Case, Outcome]:
    """Make a pair of a case and a value."""
    return make_case("score", arguments or (held,)), Outcome(OutcomeKind.VALUE, held, duration_ns=77, implementation="reference")


def error(*arguments: Any) -> tuple[Case, Outcome]:
    """Make a pair of a case and an error with a traceback."""
    failure = Failure("builtins.ValueError", "[1005] no", "1005", "Traceback: line 3")
    return make_case("score", arguments), Outcome(OutcomeKind.ERROR, failure=failure)


PAIRS = [value(1.5), value(-0.0), value(float("nan")), value({"a": [1, 2], "b": None}), error("bad", 3)]


@pytest.fixture
def store(tmp_path: Path) -> GoldenStore:
    """A store in an empty folder with a clock that stands still."""
    return GoldenStore(tmp_path / "golden" / "rating", now=lambda: DAY)


@pytest.fixture
def accepted(store: GoldenStore) -> GoldenStore:
    """A store with five accepted outcomes."""
    store.record("score", PAIRS, provenance=PROVENANCE)
    accept(store)
    return store


def accept(store: GoldenStore, *selection: str, environment: Mapping[str, str] | None = None, **options: Any) -> tuple[str, ...]:
    """Accept with a reason and a person."""
    return store.accept(selection or None, reason="reviewed", who="Ada", environment=environment or {}, **options)


def code_of(store: GoldenStore) -> tuple[Code, str]:
    """Read what must not be readable and return code and place."""
    with pytest.raises(HarnessError) as caught:
        store.read("score")
    return caught.value.code, caught.value.where.rpartition("/")[2]


def test_recording_writes_pending_files_only(store: GoldenStore) -> None:
    """After recording, nothing is accepted and everything waits."""
    changes = store.record("score", PAIRS, provenance=PROVENANCE)
    assert [change.kind for change in changes] == ["new"] * 5
    assert (store.operations(), store.pending(), store.has("score")) == ((), ("score",), False)
    with pytest.raises(HarnessError) as caught:
        store.read("score")
    assert caught.value.code is Code.FILE_MISSING


def test_accepted_outcomes_read_back_to_the_bit_without_what_varies(accepted: GoldenStore) -> None:
    """Values keep signs of zero and NaN; durations, tracebacks and implementations are not kept."""
    golden = accepted.read("score")
    pairs = list(golden)
    assert [case for case, _ in pairs[:2]] == [case for case, _ in PAIRS[:2]]
    assert math.copysign(1, pairs[1][1].value) == -1
    assert math.isnan(pairs[2][1].value)
    assert pairs[3][1].value == {"a": [1, 2], "b": None}
    failure = pairs[4][1].failure
    assert failure is not None
    assert (failure.code, failure.traceback, pairs[0][1].duration_ns, pairs[0][1].implementation) == ("1005", "", 0, "")
    assert golden.provenance == PROVENANCE
    assert len(golden) == 5


@given(st.floats(allow_nan=True) | st.lists(st.floats()) | st.binary() | st.text() | st.dictionaries(st.text(), st.integers()))
def test_any_value_survives(held: Any) -> None:
    """Arguments and outcomes of any plain kind are the same after recording, to the bit of every float."""
    import tempfile  # noqa: PLC0415 - hypothesis and the tmp_path fixture do not go together

    with tempfile.TemporaryDirectory() as folder:
        store = GoldenStore(Path(folder))
        store.record("score", [value(held)], provenance={})
        accept(store)
        ((case, outcome),) = store.read("score")
    assert repr(case.arguments) == repr((held,))
    assert case.id == value(held)[0].id
    if isinstance(held, float):
        assert struct.pack(">d", outcome.value) == struct.pack(">d", held)


def test_recording_the_same_again_leaves_nothing_pending(accepted: GoldenStore) -> None:
    """Without a difference there is nothing to review, and an older pending file goes."""
    accepted.record("score", PAIRS[:2], provenance=PROVENANCE)
    assert accepted.pending() == ("score",)
    assert accepted.record("score", PAIRS, provenance={"commit": "def"}) == ()
    assert accepted.pending() == ()


def test_review_names_new_changed_and_gone(accepted: GoldenStore) -> None:
    """Each difference between pending and accepted is told apart, with both sides, and reads as a line."""
    changed = (PAIRS[0][0], Outcome(OutcomeKind.VALUE, 2.5))
    accepted.record("score", [changed, *PAIRS[1:4], value(9.0)], provenance=PROVENANCE)
    found = {change.kind: change for change in accepted.review()}
    assert list(found) == ["changed", "new", "gone"]
    assert found["new"].accepted is None
    assert found["gone"].pending is None
    assert "1.5" in str(found["changed"])
    assert "2.5" in str(found["changed"])
    assert all("\n" not in str(change) for change in found.values())


def test_accepting_single_cases_leaves_the_rest_pending(accepted: GoldenStore) -> None:
    """A selected case is taken with the earlier provenance kept; the others still wait."""
    accepted.record("score", [*PAIRS[:4], value(9.0), value(8.0)], provenance={"commit": "def"})
    new = make_case("score", (9.0,)).id
    assert accept(accepted, f"score/{new}") == ("score",)
    golden = accepted.read("score")
    assert len(golden) == 6
    assert golden.provenance == {"commit": "def", "earlier": PROVENANCE}
    assert [change.kind for change in accepted.review()] == ["new", "gone"]


def test_accepting_all_takes_what_is_gone_too(accepted: GoldenStore) -> None:
    """After accepting everything the record is what was recorded last."""
    accepted.record("score", PAIRS[:2], provenance={"commit": "def"})
    accept(accepted)
    assert [case.id for case, _ in accepted.read("score")] == [case.id for case, _ in PAIRS[:2]]
    assert accepted.read("score").provenance == {"commit": "def"}
    assert accepted.pending() == ()


def test_each_acceptance_leaves_an_audit_line(accepted: GoldenStore) -> None:
    """Who, when, why and which cases are written to the audit file, one line an acceptance."""
    accepted.record("score", PAIRS[1:], provenance=PROVENANCE)
    accept(accepted, "score")
    first, second = accepted.audit()
    assert (first["who"], first["reason"], first["at"], len(first["new"])) == ("Ada", "reviewed", "2024-02-29T12:00:00+00:00", 5)
    assert second["gone"] == [PAIRS[0][0].id]
    assert (accepted.folder / "audit.jsonl").is_file()


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"CI": "1"}, {"CI": "woodpecker"}])
def test_nothing_is_accepted_in_ci_unless_allowed(store: GoldenStore, environment: dict[str, str]) -> None:
    """With CI set, accepting is refused and changes nothing; the override is explicit."""
    store.record("score", PAIRS, provenance=PROVENANCE)
    with pytest.raises(HarnessError) as caught:
        accept(store, environment=environment)
    assert caught.value.code is Code.BAD_SETTING
    assert (store.operations(), store.audit()) == ((), ())
    assert accept(store, environment=environment, allow_in_ci=True) == ("score",)


@pytest.mark.parametrize("environment", [{}, {"CI": ""}, {"CI": "false"}, {"CI": "0"}])
def test_a_ci_variable_that_says_no_is_no_ci(store: GoldenStore, environment: dict[str, str]) -> None:
    """The variable is read by its value."""
    store.record("score", PAIRS, provenance=PROVENANCE)
    assert accept(store, environment=environment) == ("score",)


@pytest.mark.parametrize(("reason", "who"), [("", "Ada"), ("reviewed", " ")])
def test_accepting_needs_a_reason_and_a_person(store: GoldenStore, reason: str, who: str) -> None:
    """An empty reason or person is refused."""
    store.record("score", PAIRS, provenance=PROVENANCE)
    with pytest.raises(HarnessError) as caught:
        store.accept(None, reason=reason, who=who, environment={})
    assert caught.value.code is Code.BAD_SETTING
    assert store.operations() == ()


def test_a_selection_that_names_nothing_is_refused(store: GoldenStore) -> None:
    """Neither accepting nor rejecting passes over a name that is not pending."""
    store.record("score", PAIRS, provenance=PROVENANCE)
    for act in (lambda: accept(store, "scroe"), lambda: store.reject({"score/000000000000"})):
        with pytest.raises(HarnessError) as caught:
            act()
        assert caught.value.code is Code.FILE_MISSING
    assert store.pending() == ("score",)


def test_rejecting_removes_pending_outcomes_only(accepted: GoldenStore) -> None:
    """Rejecting all leaves the accepted ones; rejecting one case leaves the other differences pending."""
    before = accepted.digest()
    accepted.record("score", [*PAIRS, value(9.0), value(8.0)], provenance=PROVENANCE)
    assert accepted.reject({f"score/{make_case('score', (9.0,)).id}"}) == ("score",)
    assert [change.case_id for change in accepted.review()] == [make_case("score", (8.0,)).id]
    assert accepted.reject() == ("score",)
    assert (accepted.pending(), accepted.digest()) == ((), before)


def test_orphans_are_files_of_unknown_operations(accepted: GoldenStore) -> None:
    """Accepted and pending files that no contract knows are named; the audit file is none."""
    accepted.record("other", [(make_case("other", ()), Outcome(OutcomeKind.VALUE, 1))], provenance={})
    assert accepted.orphans(["score", "other"]) == ()
    assert accepted.orphans(["other"]) == ("score.jsonl",)
    assert accepted.orphans([]) == ("other.pending.jsonl", "score.jsonl")


@pytest.mark.parametrize("name", ["audit", "a/b", "../up", "x.pending", ".hidden", "naïve score", "", "%41"])
def test_any_operation_name_is_stored_inside_the_folder(store: GoldenStore, name: str) -> None:
    """Names that could be other files or lead elsewhere are escaped, and come back as they were."""
    store.record(name, [(make_case(name, (1,)), Outcome(OutcomeKind.VALUE, 1))], provenance={})
    assert store.pending() == (name,)
    accept(store)
    assert (store.operations(), store.orphans([name]), len(store.read(name))) == ((name,), (), 1)
    assert {path.parent for path in store.folder.parent.rglob("*.jsonl")} == {store.folder}


def test_a_truncated_file_is_told_apart(accepted: GoldenStore) -> None:
    """At every cut but the end, the file is refused as truncated or edited, located in the file."""
    path = accepted.folder / "score.jsonl"
    data = path.read_bytes()
    for cut in range(0, len(data) - 1, 7):
        path.write_bytes(data[:cut])
        assert code_of(accepted)[0] is Code.FILE_TRUNCATED
    path.write_bytes(b"".join(data.splitlines(keepends=True)[:-1]))
    assert code_of(accepted) == (Code.FILE_TRUNCATED, "score.jsonl:6")


def test_a_file_edited_by_hand_is_located_at_its_line(accepted: GoldenStore) -> None:
    """A changed number is found at its line; a removed, a repeated and a moved line are found too."""
    path = accepted.folder / "score.jsonl"
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    path.write_bytes(data.replace(b"1.5", b"1.6"))
    assert code_of(accepted) == (Code.FILE_EDITED, "score.jsonl:2")
    for changed in ([*lines[:1], *lines[2:]], [*lines[:2], *lines[1:]], [lines[0], lines[2], lines[1], *lines[3:]]):
        path.write_bytes(b"".join(changed))
        assert code_of(accepted)[0] is Code.FILE_EDITED


def test_a_file_of_another_format_or_operation_is_refused(accepted: GoldenStore) -> None:
    """Newer formats, older formats, foreign files and renamed ones each have their code."""
    path = accepted.folder / "score.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for version, code in ((2, Code.FILE_TOO_NEW), (0, Code.FILE_TOO_OLD)):
        path.write_bytes(seal({"kind": "header", "format": "harness-golden", "version": version}) + b"".join(lines[1:]))
        assert code_of(accepted) == (code, "score.jsonl:1")
    path.write_bytes(b"".join(lines))
    path.rename(accepted.folder / "other.jsonl")
    with pytest.raises(HarnessError) as caught:
        accepted.read("other")
    assert caught.value.code is Code.FILE_EDITED
    path.write_bytes(b'{"some":"json"}\n')
    assert code_of(accepted) == (Code.FILE_EDITED, "score.jsonl:1")
    path.write_bytes(b"\x00\xff\n")
    assert code_of(accepted) == (Code.FILE_INVALID, "score.jsonl:1")


def test_the_digest_is_that_of_accepted_outcomes(accepted: GoldenStore) -> None:
    """Pending files and audit lines do not change it, an acceptance does."""
    before = accepted.digest()
    accepted.record("score", PAIRS[:2], provenance=PROVENANCE)
    assert accepted.digest() == before
    accept(accepted)
    assert accepted.digest() != before


def test_arrow_bytes_are_stored_small(store: GoldenStore) -> None:
    """A stream of one row takes less space in the file than it has bytes, and comes back the same."""
    batch = pa.RecordBatch.from_pydict({f"column {place}": [1.0] for place in range(13)})
    data = stream_bytes(batch.schema, [batch])
    store.record("score", [value(data)], provenance={})
    accept(store)
    assert (store.folder / "score.jsonl").stat().st_size < len(data)
    ((case, outcome),) = store.read("score")
    assert case.arguments == (data,) == (outcome.value,)


def sampled(version: str) -> dict[str, Any]:
    """Return the provenance of outcomes that depend on a sampler in this version."""
    return {"packages": {"sampler": version, "other": "1"}, "depends_on": ["sampler"]}


@pytest.fixture
def moved(accepted: GoldenStore) -> GoldenStore:
    """A store where two cases changed and one stayed, under another sampler than the accepted ones had."""
    accepted.record("score", PAIRS, provenance=sampled("4.0"))
    accept(accepted)
    accepted.record("score", [*PAIRS[:4], value(9.0)], provenance=sampled("5.0"))
    return accepted


def test_another_version_of_a_package_waits_for_a_review(accepted: GoldenStore) -> None:
    """The same outcomes recorded with it are a change of their header; it reads as a line."""
    (change,) = accepted.record("score", PAIRS, provenance=sampled("4.0"))
    assert str(change) == "package score/sampler: not named -> 4.0"
    assert accepted.pending() == ("score",)
    accept(accepted)
    assert (accepted.pending(), accepted.read("score").provenance) == ((), sampled("4.0"))
    assert accepted.audit()[-1]["packages"] == {"sampler": "not named -> 4.0"}
    assert [str(change) for change in accepted.record("score", PAIRS, provenance=sampled("5.0"))] == ["package score/sampler: 4.0 -> 5.0"]


def test_packages_that_decide_nothing_change_nothing(accepted: GoldenStore) -> None:
    """Only those that are declared are compared."""
    accepted.record("score", PAIRS, provenance=sampled("4.0"))
    accept(accepted)
    provenance = {"packages": {"sampler": "4.0", "other": "2"}, "depends_on": ["sampler"]}
    assert accepted.record("score", PAIRS, provenance=provenance) == ()


def test_a_first_recording_changes_no_package(store: GoldenStore) -> None:
    """There is no earlier version."""
    assert {change.kind for change in store.record("score", PAIRS, provenance=sampled("4.0"))} == {"new"}


def test_outcomes_of_two_versions_are_never_mixed(moved: GoldenStore) -> None:
    """Single cases, and the package without its cases, are neither accepted nor rejected."""
    before = moved.digest()
    for part in (f"score/{make_case('score', (9.0,)).id}", "score/sampler"):
        for act in (lambda part=part: accept(moved, part), lambda part=part: moved.reject({part})):
            with pytest.raises(HarnessError, match="together") as caught:
                act()
            assert caught.value.code is Code.BAD_SETTING
    assert (moved.digest(), moved.pending()) == (before, ("score",))


def test_outcomes_of_another_version_are_accepted_as_a_whole(moved: GoldenStore) -> None:
    """No word of the earlier ones stays."""
    accept(moved, "score")
    golden = moved.read("score")
    assert [case.id for case, _ in golden] == [case.id for case, _ in [*PAIRS[:4], value(9.0)]]
    assert (golden.provenance, golden.packages["sampler"], golden.depends_on) == (sampled("5.0"), "5.0", ("sampler",))


def test_outcomes_of_another_version_are_rejected_as_a_whole(moved: GoldenStore) -> None:
    """What was accepted stays."""
    before = moved.digest()
    moved.reject()
    assert (moved.pending(), moved.digest()) == ((), before)


@pytest.mark.parametrize(
    "provenance", [{}, {"packages": "sampler", "depends_on": "sampler"}, {"packages": {"sampler": 4}, "depends_on": [4]}]
)
def test_a_header_that_names_packages_in_no_known_form_names_none(store: GoldenStore, provenance: dict[str, Any]) -> None:
    """A file may come from anywhere."""
    store.record("score", PAIRS, provenance=provenance)
    accept(store)
    golden = store.read("score")
    assert (golden.packages, golden.depends_on) == ({}, ())

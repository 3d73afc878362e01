"""Evidence is on disk before the next finding is made, and a run that was cut off is known as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from harness.cases import make_case
from harness.errors import Code, HarnessError
from harness.model import CheckRecord, Difference, Divergence, Evidence, EvidenceStatus, Interval, Outcome, OutcomeKind, Ran, SignOff
from harness.stores.evidence import RUNS_KEPT, EvidenceStore
from harness.stores.signoffs import SignOffStore

EVIDENCE = Evidence("differential", "score", "rust", "differential.cases", 5.0, "count", Interval(1.0, 9.0), n=5, provenance={"seed": 1})
RECORD = CheckRecord("differential", "score", "rust", EvidenceStatus.MEASURED, 5, 5, 0.5, (Ran("rust", "port.score"),))
DIVERGENCE = Divergence(
    "d1", "differential", "score", "rust", "value", "score: value differs", 3, make_case("score", (float("inf"), b"\x00" * 500)),
    Outcome(OutcomeKind.VALUE, 1.5), Outcome(OutcomeKind.CRASH), (Difference("value", "number", "1.5", "nothing"),),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    """A store with one finished run of one finding a kind."""
    made = EvidenceStore(tmp_path / "reports" / "rating")
    write(made, EVIDENCE, RECORD, DIVERGENCE, seed=7)
    return made


def write(store: EvidenceStore, *findings: Any, **provenance: Any) -> None:
    """Store a whole run."""
    with store.begin(provenance) as record:
        for finding in findings:
            record(finding)


def test_a_run_reads_back_as_it_was_written(store: EvidenceStore) -> None:
    """Provenance and every kind of finding are the same after reading."""
    run = store.read()
    assert run.provenance == {"seed": 7}
    assert (run.evidence, run.records, run.divergences, run.finished) == ((EVIDENCE,), (RECORD,), (DIVERGENCE,), True)


def test_the_last_run_is_the_one_that_counts(store: EvidenceStore) -> None:
    """A new run does not remove the one before, but it is the one that is read."""
    write(store, RECORD, seed=8)
    assert store.read().provenance == {"seed": 8}
    assert [run.provenance["seed"] for run in store.runs()] == [7, 8]


def test_the_digest_depends_on_the_findings_only(store: EvidenceStore) -> None:
    """Sign-offs do not change it, it is the same when read again, and another finding or run changes it."""
    before = store.evidence_digest()
    SignOffStore(store.folder).append(SignOff("QA", "Ada", before, "2024-02-29"))
    assert store.evidence_digest() == before == store.read().digest
    write(store, EVIDENCE, RECORD, seed=7)
    assert store.evidence_digest() != before


def test_without_a_run_there_is_no_evidence(tmp_path: Path) -> None:
    """Reading an empty folder says that nothing was measured."""
    with pytest.raises(HarnessError) as caught:
        EvidenceStore(tmp_path).read()
    assert caught.value.code is Code.EVIDENCE_MISSING


def test_a_run_that_raised_is_unfinished_and_keeps_its_findings(store: EvidenceStore) -> None:
    """An interruption ends the run without its end marker; what was recorded is there."""

    def interrupted() -> None:
        with store.begin({"seed": 9}) as record:
            record(EVIDENCE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    run = store.read()
    assert (run.finished, run.evidence, run.records) == (False, (EVIDENCE,), ())
    write(store, RECORD, seed=10)
    assert [run.finished for run in store.runs()] == [True, False, True]


def test_old_runs_are_forgotten_and_the_newest_kept(store: EvidenceStore) -> None:
    """The file holds a bounded number of runs, the newest ones."""
    for seed in range(100, 100 + 2 * RUNS_KEPT):
        write(store, seed=seed)
    seeds = [run.provenance["seed"] for run in store.runs()]
    assert seeds == list(range(100 + RUNS_KEPT, 100 + 2 * RUNS_KEPT))


def test_two_runs_never_mix(store: EvidenceStore) -> None:
    """While a run is being written, another is refused with a way out."""
    with store.begin({"seed": 11}), pytest.raises(HarnessError) as caught:
        write(store, seed=12)
    assert caught.value.code is Code.BAD_SETTING
    assert "--output" in caught.value.hint
    assert store.read().provenance == {"seed": 11}


@pytest.mark.parametrize(
    ("old", "new"), [(b'"value":5.0', b'"value":0.0'), (b'"seed":7', b'"seed":8'), (b'"kind":"record"', b'"kind":"rumour"')]
)
def test_changed_evidence_is_refused_at_its_line(store: EvidenceStore, old: bytes, new: bytes) -> None:
    """No number, no provenance and no kind can be changed by hand."""
    data = store.path.read_bytes()
    assert old in data
    store.path.write_bytes(data.replace(old, new))
    with pytest.raises(HarnessError) as caught:
        store.read()
    assert caught.value.code is Code.FILE_EDITED
    assert caught.value.where.startswith(f"{store.path}:")


@pytest.mark.parametrize("line", [2, 3, 4])
def test_a_removed_or_repeated_line_is_refused(store: EvidenceStore, line: int) -> None:
    """The end marker counts the lines and holds their digest."""
    lines = store.path.read_bytes().splitlines(keepends=True)
    for changed in (lines[:line] + lines[line + 1 :], lines[: line + 1] + lines[line:]):
        store.path.write_bytes(b"".join(changed))
        with pytest.raises(HarnessError) as caught:
            store.read()
        assert caught.value.code is Code.FILE_EDITED


def test_a_finished_run_cut_off_is_unfinished(store: EvidenceStore) -> None:
    """Without its end marker a run is never taken for finished, and has another digest than signed evidence could have."""
    lines = store.path.read_bytes().splitlines(keepends=True)
    store.path.write_bytes(b"".join(lines[:-2]))
    assert not store.read().finished
    store.path.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    assert not store.read().finished


@pytest.mark.slow
def test_a_killed_run_loses_nothing_finished(tmp_path: Path) -> None:
    """Killed again and again, each run keeps at least every finding that it had recorded, in order, and the next run goes on."""
    code = """
        import sys
        from pathlib import Path
        from harness.model import Evidence
        from harness.stores.evidence import EvidenceStore
        with EvidenceStore(Path(sys.argv[1])).begin({"seed": 1}) as record:
            number = 0
            while True:
                record(Evidence("check", "operation", "port", "metric", float(number), note="x" * 20_000))
                number += 1
                print(number, flush=True)
    """
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    for attempt in range(4):
        command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            finished = [int(writer.stdout.readline()) for _ in range(3 + 5 * attempt)]
            writer.send_signal(signal.SIGKILL)
            finished += [int(line) for line in writer.stdout.read().split()]
        run = EvidenceStore(tmp_path).read()
        assert not run.finished
        assert len(run.evidence) >= finished[-1]
        assert [evidence.value for evidence in run.evidence] == [float(number) for number in range(len(run.evidence))]
    write(EvidenceStore(tmp_path), RECORD)
    assert EvidenceStore(tmp_path).read().finished


def test_sign_offs_are_added_and_read_in_order(tmp_path: Path) -> None:
    """Sign-offs stay in the order in which they were given."""
    store = SignOffStore(tmp_path)
    given = [SignOff(role, "Ada", "00ff", "2024-02-29") for role in ("QA", "Lead")]
    assert store.read() == ()
    for signoff in given:
        store.append(signoff)
    assert list(store.read()) == given


@pytest.mark.parametrize("signoff", [SignOff("", "Ada", "00ff", ""), SignOff("QA", " ", "00ff", ""), SignOff("QA", "Ada", "", "")])
def test_an_empty_sign_off_is_refused(tmp_path: Path, signoff: SignOff) -> None:
    """A sign-off names a role, a person and evidence."""
    with pytest.raises(HarnessError) as caught:
        SignOffStore(tmp_path).append(signoff)
    assert caught.value.code is Code.SIGNOFF_INVALID
    assert SignOffStore(tmp_path).read() == ()


def test_a_changed_sign_off_is_refused(tmp_path: Path) -> None:
    """Nobody else's name can be put into the file by hand."""
    store = SignOffStore(tmp_path)
    store.append(SignOff("QA", "Ada", "00ff", "2024-02-29"))
    store.path.write_bytes(store.path.read_bytes().replace(b"Ada", b"Bob"))
    with pytest.raises(HarnessError) as caught:
        store.read()
    assert caught.value.code is Code.FILE_EDITED

"""A run may end at any moment, by Ctrl-C or by the kernel: what it had finished is kept, and nothing is left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from harness.errors import HarnessError
from harness.stores.evidence import EvidenceStore, StoredRun
from tests.conftest import Shop
from tests.whole.conftest import COMMAND, Harness, clean_environment, living, wait_until

pytestmark = pytest.mark.slow
CHECK = ("check", "--cases", "4000", "--budget", "60s")


def evidence(shop: Shop) -> StoredRun:
    """Read what is stored."""
    return EvidenceStore(shop.root / "reports" / "shop").read()


def has_found(shop: Shop, check: str) -> bool:
    """Tell whether a check has stored its record already; a line that is being written is not there yet."""
    try:
        return any(record.name == check for record in evidence(shop).records)
    except HarnessError:
        return False


def slow(shop: Shop) -> Shop:
    """Make the port so slow that a run lasts minutes, and let it hang for good as soon as there is a file of that name."""
    wait = "time.sleep(900 if os.path.exists('hang') else 0.02)"
    shop.change("shopfast.py", "    result = 0.0", f"    import os\n    import time\n\n    {wait}\n    result = 0.0")
    shop.change("runbooks/shop.py", "timeout_seconds=1.0", "timeout_seconds=600.0")
    return shop


@contextmanager
def running(shop: Shop, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command beside the test, and end it whatever happens."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *words], cwd=shop.root, env=clean_environment(), text=True, **streams) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def interrupt(shop: Shop, end: signal.Signals, *words: str, hanging: bool = False) -> tuple[int, str, list[psutil.Process]]:
    """End a run in the middle; return its exit code, its words on stderr, and the workers that it had."""
    with running(shop, *CHECK, *words) as process:
        assert wait_until(lambda: has_found(shop, "provenance")), "the run never got so far"
        if hanging:
            shop.write("hang", "")
            time.sleep(0.5)
        workers = psutil.Process(process.pid).children(recursive=True)
        assert workers
        process.send_signal(end)
        _, said = process.communicate(timeout=60)
    return process.returncode, said, workers


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("hanging", [False, True], ids=["slow", "hanging"])
def test_an_interrupted_run_says_so_and_leaves_nothing_behind(shop: Shop, jobs: str, *, hanging: bool) -> None:
    """Exit code 130 within seconds, no traceback, no worker, and the finished part on disk."""
    code, said, workers = interrupt(slow(shop), signal.SIGINT, "--jobs", jobs, "--only", "differential", hanging=hanging)

    assert code == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert wait_until(lambda: not living(workers), 10.0)
    assert evidence(shop).records
    assert not evidence(shop).finished


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=lambda end: end.name)
def test_a_killed_run_leaves_no_worker_and_whole_files(shop: Shop, end: signal.Signals) -> None:
    """Nobody could tidy up, and still there is nothing to tidy."""
    code, _, workers = interrupt(slow(shop), end)

    assert code == -end
    assert wait_until(lambda: not living(workers), 10.0)
    assert evidence(shop).records
    assert [path.name for path in shop.root.rglob("*.tmp")] == []


def test_what_a_killed_run_had_is_judged_as_unfinished(shop: Shop, harness: Harness) -> None:
    """INCONCLUSIVE, with the reason, and never signed."""
    interrupt(slow(shop), signal.SIGKILL)
    gate = harness(shop.root, "gate", "--format", "json")

    assert gate.returncode == 3
    assert "run-unfinished" in {reason["code"] for reason in json.loads(gate.stdout)["reasons"]}
    signed = harness(shop.root, "signoff", "shop", "--role", "Tech Lead", "--name", "A. Person")
    assert signed.returncode == 2
    assert "interrupted" in signed.stderr


def test_the_next_run_works(shop: Shop, harness: Harness) -> None:
    """No lock, no rest of a file, no worker stands in its way."""
    original = (shop.root / "shopfast.py").read_text("utf-8")
    interrupt(slow(shop), signal.SIGKILL)
    shop.write("shopfast.py", original)

    assert harness(shop.root, "check", "--cases", "60").returncode == 3
    assert evidence(shop).finished


def test_golden_data_survives_an_interrupted_recording(shop: Shop) -> None:
    """What was accepted stays, and no half of a pending file is there."""
    accepted = (shop.root / "golden" / "shop" / "total.jsonl").read_bytes()
    shop.change("shopref.py", "    result = 0.0", "    import time\n\n    time.sleep(0.2)\n    result = 1.0")
    with running(shop, "golden", "record") as process:
        assert wait_until(lambda: bool(psutil.Process(process.pid).children()))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert process.returncode == 130
    assert [path.name for path in sorted((shop.root / "golden" / "shop").iterdir())] == ["audit.jsonl", "total.jsonl"]
    assert (shop.root / "golden" / "shop" / "total.jsonl").read_bytes() == accepted


def test_two_runs_at_once_do_not_mix_their_evidence(shop: Shop, harness: Harness) -> None:
    """The second is refused while the first writes."""
    with running(slow(shop), *CHECK) as process:
        assert wait_until(lambda: has_found(shop, "provenance"))
        second = harness(shop.root, "check")
        process.kill()

    assert second.returncode == 2
    assert "another run writes this evidence" in second.stderr


@pytest.mark.parametrize("library", ["_multiarray_umath", "_yaml"])
def test_an_interruption_while_the_command_loads_is_one_too(shop: Shop, library: str) -> None:
    """From the first moment on there is no traceback and no code that means something else."""
    with running(shop, *CHECK) as process:
        assert wait_until(lambda: library in (Path("/proc") / str(process.pid) / "maps").read_text("utf-8"))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    # Where Ctrl-C comes while Python makes a dataclass, Python itself ends by the signal; a shell calls that 130, too.
    assert process.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in said

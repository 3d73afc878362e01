"""What the optimizer is compared with answers as the reference does, and what is computed from the times is right."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reference_py.optimizer import OptimizerError, aggregate_results, monte_carlo_robustness, monte_carlo_scores

MEGABYTE = 1_000_000
GREEDY_CHILD = "import sys\nfor line in sys.stdin: taken = b'x' * int(line); print(len(taken), flush=True)"


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_numpy_simulates_the_same_paths(scripts: Any, chunk: int) -> None:
    """Whatever the size of its chunks, every score and the summary have the bits of the reference."""
    paths = scripts.paths.Paths(scripts.optimizer.path_metrics(), seed=5)
    summed, scores = scripts.run_numpy.simulate(paths, 30, chunk)
    settings = {"n_simulations": 30, "seed": 5}

    assert scores.tolist() == monte_carlo_scores(paths.metrics, None, "equity_path", **settings)
    assert summed == monte_carlo_robustness(paths.metrics, None, "equity_path", **settings)


def test_paths_come_back_as_they_were_saved(scripts: Any, tmp_path: Path) -> None:
    """A tool in another environment gets the same metrics and settings."""
    paths = scripts.paths.Paths({"cost": 0.1}, seed=3, spread=0.25)
    paths.save(tmp_path)

    assert scripts.paths.read_paths(tmp_path) == paths


@pytest.mark.parametrize("tool", ["pyarrow", "pandas, objects", "pandas, arrow"])
def test_trials_are_merged_as_the_reference_does(scripts: Any, tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows come out, a repeated trial stays once with its shorter time, and a contrary one is refused."""
    monkeypatch.setattr(scripts.optimizer, "TRIALS", 60)
    scripts.optimizer._save_trials(tmp_path)
    streams, answer_of = scripts.streams.read_streams(tmp_path, scripts.streams.TIMED), scripts.streams.answer_of
    name, _, columns = tool.partition(", ")
    merge = scripts.run_pyarrow.merge if name == "pyarrow" else partial(scripts.run_pandas.merge, types=scripts.run_pandas.COLUMNS[columns])
    expected = answer_of(tmp_path, aggregate_results, aggregate_results(streams), OptimizerError)
    found = answer_of(tmp_path, merge, merge(streams))

    assert scripts.optimizer.differs(scripts.optimizer.exact)(expected, found) == ""
    assert (len(found["timed"]), found["contrary"]) == (60, "refused")
    assert [(row["trial_id"], row["duration_seconds"]) for row in found["repeated"]] == [(2, 0.5), (3, 0.25), (4, 0.5)]


def test_a_merge_that_refuses_nothing_is_seen(scripts: Any, tmp_path: Path) -> None:
    """Otherwise a tool could be fast because it does not look."""
    scripts.optimizer._save_trials(tmp_path)
    answer = scripts.streams.answer_of(tmp_path, lambda streams: streams[0], scripts.streams.read_streams(tmp_path, "timed")[0])

    assert answer["contrary"] == "merged"


def test_only_who_draws_the_same_numbers_may_round_otherwise(scripts: Any) -> None:
    """The sums of scipy may differ in their last bits, those of Julia may not, and neither by more."""
    differs = scripts.optimizer.bootstrap_differs
    expected = {"lower": 1.0, "upper": 2.0}
    rounded, wrong = {"lower": 1.0, "upper": 2.0000000000000004}, {"lower": 1.0, "upper": 2.001}

    assert differs(expected, expected) == differs(expected, {**rounded, "same draws": True}) == ""
    assert "upper" in differs(expected, rounded)
    assert "upper" in differs(expected, {**wrong, "same draws": True})


def test_julia_pays_from_where_both_take_as_long(scripts: Any) -> None:
    """A start of 1 ms is paid by 10,000 simulations that are 0.1 µs faster each; a port that is no faster never pays."""
    break_even = scripts.optimizer.break_even

    assert break_even([1_000_000], [3_000_000], [2_000_000]) == 10_000
    assert break_even([1], [5], [5]) is None


def test_the_exponent_of_a_square_is_two(scripts: Any) -> None:
    """Three times the points in nine times the time is quadratic."""
    assert scripts.optimizer.exponent(1.0, 9.0) == pytest.approx(2.0)


def test_the_peak_of_a_run_counts_what_is_given_back(scripts: Any) -> None:
    """Memory that is free again at the end of the run was needed all the same."""
    result, peak_bytes = scripts.memory.with_peak(lambda: len(b"x" * (50 * MEGABYTE)))

    assert result == 50 * MEGABYTE
    assert 45 * MEGABYTE < peak_bytes < 60 * MEGABYTE


def test_the_peak_of_a_run_counts_the_processes_beside_it(scripts: Any) -> None:
    """Julia's memory is that of another process."""
    command = [sys.executable, "-c", GREEDY_CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def ask(count: int) -> int:
            child.stdin.write(f"{count}\n")
            return int(child.stdout.readline())

        ask(1)
        _, peak_bytes = scripts.memory.with_peak(lambda: ask(40 * MEGABYTE))
        child.stdin.close()

    assert 35 * MEGABYTE < peak_bytes < 50 * MEGABYTE


def test_a_job_tells_its_answer_before_its_times(scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line is what came out and how, then every line that is read is answered by a time."""
    said = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["script", str(tmp_path)])
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n\n"))
    monkeypatch.setattr(sys, "stdout", said)
    monkeypatch.setattr(scripts.serve, "MOMENT_NS", 1)
    scripts.serve.serve(lambda folder: scripts.serve.Job(lambda: folder.name, lambda name: [name], ", quickly"))
    first, *times_ns = [json.loads(line) for line in said.getvalue().splitlines()]

    assert (first["answer"], first["setting"]) == ([tmp_path.name], ", quickly")
    assert [time_ns > 0 for time_ns in times_ns] == [True, True]


def test_a_long_run_is_not_thrown_away(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short one is run again, because the first had cold caches."""
    runs: list[int] = []
    for long_ns, expected in ((0, 1), (10**12, 2)):
        runs.clear()
        monkeypatch.setattr(scripts.serve, "LONG_NS", long_ns)
        monkeypatch.setattr(scripts.serve, "MOMENT_NS", 1)
        scripts.serve.sample_ns(lambda: runs.append(1))
        assert len(runs) == expected


def test_the_fastest_setting_is_that_of_the_shortest_run(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow run is forgiven."""
    times_ns = {"slow": iter([5, 5, 5]), "fast": iter([9, 4, 9])}
    monkeypatch.setattr(scripts.serve, "TRIES", 3)
    monkeypatch.setattr(scripts.serve, "timed_ns", lambda run: next(times_ns[run]))

    assert scripts.serve.fastest({name: name for name in times_ns}) == "fast"

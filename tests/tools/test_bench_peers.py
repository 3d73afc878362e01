"""The comparison with other tools: no ratio without the same answer, and a word for everything that is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

TRADES = {"entry_bar": [1, 5], "exit_bar": [3, 9], "entry_price": [100.0, 101.0], "exit_price": [99.7, 101.303]}
ONE_BIT_OFF = {"exit_price": [99.7, float(np.nextafter(101.303, 200.0))]}
SETTING, ROUNDS = ", as it likes", 8
ANSWERING = "for _ in sys.stdin: print(1000, flush=True)"


@pytest.fixture
def trades(scripts: Any) -> Callable[..., Any]:
    """Return a maker of trade lists; what is given takes the place of a column."""
    return lambda **columns: scripts.market.Trades(**{name: np.array(column) for name, column in {**TRADES, **columns}.items()})


@pytest.fixture
def peer(scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a maker of tools that say the usual trades, or others, and then go on as told; their environment is there already."""
    python = tmp_path / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(scripts.turns, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(scripts.turns, "install", lambda _python, _packages: None)

    def make(then: str = ANSWERING, **columns: Any) -> Any:
        script = tmp_path / f"program-{len(list(tmp_path.iterdir()))}.py"
        first = json.dumps({"answer": {**TRADES, **columns}, "setting": SETTING, "peak_bytes": 7})
        script.write_text(f"import sys\nprint({first!r}, flush=True)\n{then}\n")
        return scripts.turns.Peer("toy", 0.5, "environment", (), str(script))

    return make


@pytest.fixture
def compare(scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what compares a port that makes the usual trades with one tool."""

    def comparison(peer: Any) -> Any:
        own = scripts.tool.Tool(SimpleNamespace(), TRADES)
        monkeypatch.setattr(own, "run", iter([500, 400, 600] * ROUNDS).__next__)
        port = SimpleNamespace(start=lambda _folder: nullcontext(own))
        return scripts.turns.compare(port, [peer], tmp_path, scripts.market.trades_differ, rounds=ROUNDS)

    return comparison


def test_the_same_trades_do_not_differ(trades: Callable[..., Any]) -> None:
    """Two lists with the same values are the same."""
    assert trades().differs_from(trades()) == ""


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({name: column[:1] for name, column in TRADES.items()}, "1 trades instead of 2"),
        ({"entry_bar": [1, 6]}, "trade 1: entry_bar 6 instead of 5"),
        ({"exit_bar": [4, 9]}, "trade 0: exit_bar 4 instead of 3"),
        ({"entry_price": [100.0, 101.5]}, "trade 1: entry_price 101.5 instead of 101.0"),
        ({"exit_price": [float("nan"), 101.303]}, "trade 0: exit_price nan instead of 99.7"),
        (ONE_BIT_OFF, "trade 1: exit_price 101.30300000000001 instead of 101.303"),
    ],
)
def test_the_first_difference_is_named(trades: Callable[..., Any], columns: dict[str, Any], words: str) -> None:
    """A count, a bar, or a price that is off by one bit is a difference."""
    assert trades().differs_from(trades(**columns)) == words


def test_a_tool_with_the_same_trades_gets_a_ratio(scripts: Any, peer: Callable[..., Any], compare: Callable[..., Any]) -> None:
    """Its time is divided by the mean of the port's before and after it, round by round."""
    [row] = compare(peer()).rows

    assert (row.ratio.value, row.ratio.n, row.code) == (2.0, ROUNDS, scripts.table.MET)


def test_what_a_tool_chose_and_took_is_kept(peer: Callable[..., Any], compare: Callable[..., Any]) -> None:
    """Its row names the setting that it took, and its memory is known beside its answer."""
    done = compare(peer())

    assert (done.rows[0].name, done.tools[0].peak_bytes, done.tools[0].answer) == (f"toy{SETTING}", 7, TRADES)


def test_a_tool_with_other_trades_gets_none(scripts: Any, peer: Callable[..., Any], compare: Callable[..., Any]) -> None:
    """One bit of one price is enough to refuse, and a refusal fails the command."""
    [row] = compare(peer(**ONE_BIT_OFF)).rows
    printed = scripts.table.table([row], port_ns=[500], work=100)

    assert row.code == scripts.bench_peers.worst([row]) == scripts.table.MISSED
    assert printed.splitlines()[-1].split(maxsplit=1) == [
        "toy",
        "no ratio, because it differs: trade 1: exit_price 101.30300000000001 instead of 101.303",
    ]


def test_a_tool_that_ends_on_the_way_is_missing(scripts: Any, peer: Callable[..., Any], compare: Callable[..., Any]) -> None:
    """The other tools are still compared; this one has no ratio from the rounds that it ran."""
    [row] = compare(peer("sys.stdin.readline(); print(1000, flush=True)")).rows

    assert row == scripts.table.Refused("toy", "missing: it ended while it was timed", scripts.table.UNCLEAR)


def test_a_tool_that_does_not_start_is_missing(scripts: Any, peer: Callable[..., Any], compare: Callable[..., Any]) -> None:
    """The last line that it wrote says why."""
    toy = peer()
    Path(toy.script).write_text("raise SystemExit('no such engine')")

    assert compare(toy).rows == (scripts.table.Refused("toy", "missing: it did not run (no such engine)", scripts.table.UNCLEAR),)
    assert compare(toy).tools == (None,)


def test_packages_that_cannot_be_installed_are_missing(scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that was not finished is not taken for one the next time."""
    python = tmp_path / "environment" / "bin" / "python"
    failed = subprocess.CompletedProcess([], 1, "", "a warning\nno such package\n\n")
    monkeypatch.setattr(scripts.tool, "ROOT", tmp_path)
    monkeypatch.setattr(scripts.tool.subprocess, "run", lambda *_args, **_options: failed)

    with pytest.raises(scripts.tool.ToolMissingError, match=r"toy cannot be installed \(no such package\)"):
        scripts.tool.install(python, ["toy"])
    assert not (python.parent.parent / "installed").exists()


@pytest.mark.parametrize(("goal", "code"), [(1.9, "MET"), (2.1, "UNCLEAR"), (2.3, "MISSED")])
def test_a_goal_is_met_or_missed_by_the_whole_interval(scripts: Any, goal: float, code: str) -> None:
    """Twice as fast, give or take a tenth, says nothing about a goal of 2.1."""
    compared = scripts.table.Compared("toy", [200 + 2 * place for place in range(11)], [100] * 11, goal)

    assert compared.code == getattr(scripts.table, code)
    assert compared.cells(1)[-1] == scripts.table.WORDS[compared.code]


def test_no_goal_is_never_missed(scripts: Any) -> None:
    """A ratio that nothing is asked of is stated, without a word beside it."""
    compared = scripts.table.Compared("toy", [50] * 8, [100] * 8, None)

    assert compared.code == scripts.table.MET
    assert compared.cells(1)[-2:] == ("0.50", "0.50 to 0.50")


@pytest.mark.parametrize(
    ("peak_bytes", "limit_bytes", "code"), [(7, 8, "MET"), (8, 8, "MISSED"), (None, 8, "UNCLEAR"), (None, None, "MET")]
)
def test_memory_has_to_stay_below_its_limit(scripts: Any, peak_bytes: int | None, limit_bytes: int | None, code: str) -> None:
    """What nobody could measure is not met, unless nothing is asked."""
    peak = scripts.table.Peak("toy", peak_bytes, limit_bytes)

    assert peak.code == getattr(scripts.table, code)
    assert (scripts.table.WORDS[peak.code] in scripts.table.memory_table([peak])) is (limit_bytes is not None)


def test_only_the_ports_that_are_named_are_compared(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming none compares all; a missing one is told apart from a miss, and the others are still compared."""
    seen = []

    def missing(_folder: Path) -> list[Any]:
        seen.append("missing")
        raise scripts.tool.ToolMissingError("no Julia")

    def there(_folder: Path) -> list[Any]:
        seen.append("there")
        return [SimpleNamespace(code=scripts.table.MET)]

    monkeypatch.setattr(scripts.bench_peers, "PORTS", {"missing": missing, "there": there})

    assert [scripts.bench_peers.main(named) for named in (["there"], [])] == [scripts.table.MET, scripts.table.UNCLEAR]
    assert seen == ["there", "missing", "there"]
    with pytest.raises(SystemExit):
        scripts.bench_peers.main(["elsewhere"])


def test_a_miss_outweighs_what_is_missing(scripts: Any) -> None:
    """The exit code is 1 when anything is slower than asked, 3 when something is not known, and 0 only for a full table."""
    met, missed, unclear = (SimpleNamespace(code=code) for code in (0, 1, 3))

    assert [scripts.bench_peers.worst(rows) for rows in ([met, met], [met, unclear], [unclear, missed, met])] == [0, 3, 1]


def test_exits_that_differ_from_the_loop_in_c_give_no_ratio(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop is asked for nothing more."""
    monkeypatch.setattr(scripts.simulator, "exits_of", lambda _answer, _positions: {0: (7, True)})
    row, _ = scripts.simulator.loop_row(None, dict, None, {0: (7, False)})

    assert (row.code, row.why) == (scripts.table.MISSED, "no ratio, because its exits differ from the port's")


def test_no_bar_reaches_both_levels(scripts: Any) -> None:
    """Which of the two comes first is each tool's own rule, so the bars never ask it; and every position ends."""
    made = scripts.market.market(5_000)
    ends = []
    for bar in made.entries:
        stop, target = (made.close[bar] * (1.0 + sign * scripts.market.DISTANCE) for sign in (-1.0, 1.0))
        stopped, reached = made.low[bar + 1 :] <= stop, made.high[bar + 1 :] >= target
        first = int(np.flatnonzero(stopped | reached)[0])
        assert not (stopped[first] and reached[first])
        ends.append(bar + 1 + first)

    assert len(ends) > 20
    assert all(end < entry for end, entry in zip(ends, made.entries[1:], strict=False))


def test_a_migration_that_no_other_tool_computes_is_said_to_stand_alone(scripts: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """So `make bench MIGRATION=rating` ends well; a name that is none is an error."""
    assert scripts.bench_peers.main(["rating"]) == 0
    assert "rating: no other tool computes it" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        scripts.bench_peers.main(["ratings"])

"""The strategy grid: its rules on small made-up bars, its size and its reproducibility on the real ones."""

from __future__ import annotations

import hashlib
import json

import pytest

from reference_py.market.sp500 import Bars, load
from reference_py.market.strategy_grid import STAKE, Exit, Strategy, TradeList, grid, moving_average, strategies, trade


def bars(*closes: float) -> Bars:
    """Return bars that open where they close."""
    return Bars(tuple(range(len(closes))), closes, closes, closes, closes, (1,) * len(closes))


def days(trades: TradeList) -> list[tuple[int, int]]:
    """Return the days of entry and exit."""
    return list(zip(trades.entry_time, trades.exit_time, strict=True))


def test_a_moving_average_needs_its_days() -> None:
    """There is no average before as many closes as it spans."""
    assert moving_average([1.0, 2.0, 3.0, 4.0], 2) == [None, 1.5, 2.5, 3.5]


def test_entry_and_exit_follow_the_crossings() -> None:
    """A crossing at the close is traded on the next day."""
    fast, slow = [0.0, 2.0, 2.0, 0.0, 0.0], [1.0] * 5
    assert days(trade(bars(1.0, 1.0, 1.0, 1.0, 1.0), fast, slow, Exit.CROSS)) == [(2, 4)]


def test_an_open_position_is_closed_at_the_last_close() -> None:
    """What is still held is sold on the last day."""
    fast, slow = [0.0, 2.0, 2.0, 2.0], [1.0] * 4
    assert days(trade(bars(1.0, 1.0, 1.0, 1.0), fast, slow, Exit.CROSS)) == [(2, 3)]


def test_equal_averages_are_no_crossing() -> None:
    """The fast average must lie above the slow one."""
    assert len(trade(bars(1.0, 1.0, 1.0), [0.0, 1.0, 1.0], [1.0] * 3, Exit.CROSS)) == 0


def test_without_averages_nothing_is_traded() -> None:
    """Days before both averages exist count as not above."""
    assert days(trade(bars(1.0, 1.0, 1.0, 1.0), [2.0, 2.0, 2.0, 2.0], [None, None, 1.0, 1.0], Exit.CROSS)) == [(3, 3)]


def test_a_trailing_stop_leaves_early() -> None:
    """A close 5 % below the highest one since entry sells on the next day, and no crossing means no new entry."""
    fast, slow = [0.0] + [2.0] * 7, [1.0] * 8
    closes = (100.0, 100.0, 100.0, 120.0, 114.0, 100.0, 130.0, 130.0)
    assert days(trade(bars(*closes), fast, slow, Exit.TRAIL)) == [(2, 5)]


def test_a_target_leaves_early() -> None:
    """A close 8 % above the entry sells on the next day."""
    fast, slow = [0.0] + [2.0] * 5, [1.0] * 6
    assert days(trade(bars(100.0, 100.0, 100.0, 107.0, 108.1, 120.0), fast, slow, Exit.TARGET)) == [(2, 5)]


def test_result_fees_and_r_multiple() -> None:
    """A tenth earned on the stake, 0.02 % of the money moved on each side, and the rest in units of the risk."""
    trades = TradeList()
    trades.add(1, 2, 100.0, 125.0)
    assert trades.result == [STAKE * 0.25]
    assert trades.entry_fee == [2.0]
    assert trades.exit_fee == [2.5]
    assert trades.r_multiple == [(2500.0 - 4.5) / 500.0]


def test_columns_are_fresh() -> None:
    """A caller may change the columns without changing the trades."""
    trades = TradeList()
    trades.add(1, 2, 100.0, 125.0)
    trades.columns()["result"].clear()
    assert len(trades) == 1


def test_the_grid_is_complete() -> None:
    """Every pair with fast below slow stands in the grid with every exit, once."""
    points = strategies()
    assert len(points) == len(set(points)) == 432
    assert all(point.fast_days < point.slow_days for point in points)


def test_a_strategy_has_a_name() -> None:
    """The name tells averages and exit."""
    assert Strategy(10, 50, Exit.TRAIL).name == "10/50/trail"


def test_every_strategy_trades_in_order() -> None:
    """Positions follow one another and lie within the data."""
    first, last = load().times_us[0], load().times_us[-1]
    for trades in grid().values():
        times = [time for pair in days(trades) for time in pair]
        assert len(trades) > 0
        assert first <= times[0]
        assert times == sorted(times)
        assert times[-1] <= last


def test_the_trades_are_the_same_everywhere() -> None:
    """All trades of the grid have one digest, to the bit: recorded evidence depends on them."""
    spelled = json.dumps({strategy.name: trades.columns() for strategy, trades in grid().items()})
    assert hashlib.sha256(spelled.encode()).hexdigest() == "c53b6d5aa4252c544b87d5015a71c3508660c298faaab3f11d2dc084836f5859"


@pytest.mark.parametrize("leave", list(Exit))
def test_the_exits_differ(leave: Exit) -> None:
    """Each exit makes trades of its own."""
    others = [grid()[Strategy(10, 50, other)] for other in Exit if other is not leave]
    assert all(grid()[Strategy(10, 50, leave)] != other for other in others)

"""Trade dropout: the skip rule, how many and which trades go, and what the rest comes to (spec 6)."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.rating import RatingError, score_from_penalty, stress_penalty, trade_dropout, trade_dropout_runs, trade_dropout_score
from reference_py.rating.philox import uniforms
from reference_py.rating.trade_dropout import drop_count

ZEROS = {"profit": 0.0, "drawdown": 0.0, "sharpe": 0.0}
BASE = {"profit": 5.0, "drawdown": 2.0, "sharpe": 0.5}
TRADES = {"result": [10.0, -4.0, 6.0, -1.0, 3.0], "r_multiple": [1.0, -0.4, 0.6, -0.1, 0.3]}


@pytest.mark.parametrize(
    ("trades", "frac"),
    [({}, 0.1), ({"result": []}, 0.1), ({"r_multiple": [1.0]}, 0.1), (TRADES, 0.0), (TRADES, -0.0), (TRADES, -1.0), (TRADES, -math.inf)],
)
class TestSkipRule:
    """Nothing to drop, or nothing to drop from."""

    def test_gives_the_base(self, trades: dict[str, list[float]], frac: float) -> None:
        """The base metrics come back."""
        assert trade_dropout(trades, frac, base=BASE) == BASE

    def test_gives_zeros_without_a_base(self, trades: dict[str, list[float]], frac: float) -> None:
        """Without a base everything is 0."""
        assert trade_dropout(trades, frac) == ZEROS

    def test_gives_the_base_for_every_run(self, trades: dict[str, list[float]], frac: float) -> None:
        """Several runs give the base several times."""
        assert trade_dropout_runs(trades, frac, 3, base=BASE) == [BASE] * 3

    def test_ignores_given_positions(self, trades: dict[str, list[float]], frac: float) -> None:
        """Positions are not looked at, not even wrong ones."""
        assert trade_dropout(trades, frac, base=BASE, dropped=[99]) == BASE


@pytest.mark.parametrize("base", [{}, {"profit": None, "other": 1}])
def test_missing_base_metrics_are_zero(base: dict[str, Any]) -> None:
    """Null and missing base metrics count as 0."""
    assert trade_dropout({}, 0.1, base=base) == ZEROS


def test_nan_in_the_base_stays() -> None:
    """A base metric that is NaN or infinite comes back as it is."""
    metrics = trade_dropout({}, 0.1, base={"profit": math.nan, "drawdown": math.inf})
    assert math.isnan(metrics["profit"])
    assert metrics["drawdown"] == math.inf


@pytest.mark.parametrize(
    ("n", "frac", "count"),
    [
        (100, 0.07, 8),
        (100, 0.14, 15),
        (50, 0.14, 8),
        (100, 0.55, 56),
        (10, 0.3, 3),
        (1, 1e-300, 1),
        (7, 5e-324, 1),
        (7, 1.0, 7),
        (7, 2.0, 7),
        (7, math.inf, 7),
        (3, 0.9999999999999999, 3),
    ],
)
def test_how_many_trades_go(n: int, frac: float, count: int) -> None:
    """The product is a double, rounded up, at least 1 and at most all."""
    assert drop_count(n, frac) == count


@pytest.mark.parametrize("frac", [1.0, 1.5, math.inf])
def test_dropping_all_leaves_zeros(frac: float) -> None:
    """With every trade gone nothing is left, whatever the base."""
    assert trade_dropout(TRADES, frac, base=BASE) == ZEROS


def test_which_trades_go_follows_the_shuffle() -> None:
    """The dropped positions are those of a Fisher-Yates shuffle from the front with row `run` of stream 2."""
    nets = [float(2**i) for i in range(20)]
    row = uniforms(7, 2, 4, width=12)[3]
    pool = list(range(20))
    for i in range(10):
        j = i + int(row[i] * (20 - i))
        pool[i], pool[j] = pool[j], pool[i]
    assert trade_dropout({"result": nets}, 0.5, seed=7, run=3)["profit"] == float(sum(2**i for i in pool[10:]))


def test_the_default_seed_and_run() -> None:
    """Without seed and run they are 987654321 and 0."""
    assert trade_dropout(TRADES, 0.5) == trade_dropout(TRADES, 0.5, 987654321, 0)


def test_given_positions_go() -> None:
    """Injected positions decide, whatever their number."""
    assert trade_dropout(TRADES, 0.1, dropped=[0, 4])["profit"] == 1.0


def test_given_positions_count_after_sorting() -> None:
    """Position 0 is the earliest trade, not the first one given."""
    assert trade_dropout({"result": [1.0, 2.0], "exit_time": [9, 3]}, 0.5, dropped=[0])["profit"] == 1.0


def test_no_given_positions_drop_nothing() -> None:
    """An empty list of positions keeps everything."""
    assert trade_dropout(TRADES, 0.5, dropped=[])["profit"] == 14.0


@pytest.mark.parametrize("dropped", [[5], [-1], [0, 0], [10**30]])
def test_positions_out_of_range_or_repeated(dropped: list[int]) -> None:
    """Positions that do not exist or come twice are error 1003."""
    with pytest.raises(RatingError, match=r"^\[1003\]"):
        trade_dropout(TRADES, 0.5, dropped=dropped)


def test_drawdown_is_the_deepest_fall() -> None:
    """The running sum starts at 0 and is measured from its highest point so far."""
    assert trade_dropout({"result": [-3.0, 5.0, -1.0, -4.0, 9.0, -2.0]}, 0.1, dropped=[])["drawdown"] == 5.0


def test_a_loss_at_the_start_is_a_drawdown() -> None:
    """The path begins at 0, so a first loss counts."""
    assert trade_dropout({"result": [-3.0, 1.0]}, 0.1, dropped=[])["drawdown"] == 3.0


def test_profit_adds_from_the_left() -> None:
    """The sum is a plain loop over the kept trades."""
    assert trade_dropout({"result": [1e16, 1.0, -1e16]}, 0.1, dropped=[])["profit"] == 0.0


def test_sharpe_is_mean_over_sample_deviation() -> None:
    """Two R-multiples of 1 and 3 have mean 2 and deviation sqrt(2)."""
    assert trade_dropout({"result": [0.0, 0.0], "r_multiple": [1.0, 3.0]}, 0.1, dropped=[])["sharpe"] == 2.0 / math.sqrt(2.0)


@pytest.mark.parametrize("r_multiples", [[1.0, None, math.nan], [math.inf, 2.0, "x"], [None] * 3])
def test_fewer_than_two_known_values_have_no_sharpe(r_multiples: list[Any]) -> None:
    """Values that are not finite are left out; one value alone has no deviation."""
    assert trade_dropout({"result": [1.0] * 3, "r_multiple": r_multiples}, 0.1, dropped=[])["sharpe"] == 0.0


def test_equal_values_have_no_sharpe() -> None:
    """A deviation of 0 gives 0."""
    assert trade_dropout({"result": [1.0] * 3, "r_multiple": [0.5] * 3}, 0.1, dropped=[])["sharpe"] == 0.0


def test_without_r_multiples_there_is_no_sharpe() -> None:
    """No column of R-multiples gives 0."""
    assert trade_dropout({"result": [1.0, 2.0]}, 0.1, dropped=[])["sharpe"] == 0.0


@pytest.mark.parametrize("runs", [0, -1, -(10**30)])
def test_no_runs_give_nothing(runs: int) -> None:
    """Runs at or below 0 give an empty list."""
    assert trade_dropout_runs(TRADES, 0.5, runs) == []


def test_one_run_is_the_single_run() -> None:
    """One run equals the call for a single run with the same seed."""
    assert trade_dropout_runs(TRADES, 0.5, 1, 42) == [trade_dropout(TRADES, 0.5, 42)]


def test_runs_do_not_depend_on_their_number() -> None:
    """Run i is the same among few and many."""
    assert trade_dropout_runs(TRADES, 0.5, 20, 42)[:3] == trade_dropout_runs(TRADES, 0.5, 3, 42)


def test_run_i_is_row_i() -> None:
    """Run i of many equals the single call for that run."""
    assert trade_dropout_runs(TRADES, 0.5, 5) == [trade_dropout(TRADES, 0.5, run=run) for run in range(5)]


def test_too_many_runs() -> None:
    """More than 100,000 runs are error 1001."""
    with pytest.raises(RatingError, match=r"^\[1001\] runs"):
        trade_dropout_runs(TRADES, 0.5, 100_001)


def test_the_score_is_the_mean_of_the_single_scores() -> None:
    """Each run is capped alone, then averaged from the left."""
    runs = trade_dropout_runs(TRADES, 0.4, 7, 3)
    base = {"profit": 14.0, "drawdown": 4.0, "sharpe": 0.5}
    total = 0.0
    for run in runs:
        total += score_from_penalty(stress_penalty(base, [run], 0.3), 0.3)
    assert trade_dropout_score(base, runs, 0.3) == total / 7


def test_the_score_of_nothing_is_one() -> None:
    """Without a run nothing is lost."""
    assert trade_dropout_score(BASE, []) == 1.0


@pytest.mark.parametrize("trades", [TRADES, {}])
def test_a_share_of_nan_is_an_error(trades: dict[str, list[float]]) -> None:
    """A share of NaN is error 2004, also where nothing would be dropped."""
    with pytest.raises(RatingError, match=r"^\[2004\]"):
        trade_dropout(trades, math.nan)


@pytest.mark.parametrize(("seed", "run"), [(-1, 0), (2**64, 0), (0, -1), (0, 2**64)])
def test_seed_and_run_have_64_bits(seed: int, run: int) -> None:
    """A seed or run that does not fit into 64 bits without sign is error 1001."""
    with pytest.raises(RatingError, match=r"^\[1001\]"):
        trade_dropout(TRADES, 0.5, seed, run)


def test_the_largest_seed_and_run_are_valid() -> None:
    """The ends of the range belong to it."""
    assert trade_dropout(TRADES, 0.5, 2**64 - 1, 2**64 - 1)["drawdown"] >= 0.0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (({"result": [1.0], "x": []}, math.nan, -1, -1), 2004),
        (({"result": [1.0], "x": []}, 0.5, -1, -1), 1001),
        (({"result": [1.0], "x": []}, 0.5, 0, 0, None, [9]), 1011),
        (({"x": [1.0], "y": []}, 0.0), 1011),
    ],
)
def test_errors_come_in_order(arguments: tuple[Any, ...], code: int) -> None:
    """A share of NaN comes first, then seed and run, then the lengths, then the positions."""
    with pytest.raises(RatingError) as caught:
        trade_dropout(*arguments)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "arguments",
    [
        (None, 0.5),
        (TRADES, None),
        (TRADES, "0.5"),
        (TRADES, 0.5, None),
        (TRADES, 0.5, 1.0),
        (TRADES, 0.5, 1, 1.0),
        (TRADES, 0.5, 1, 0, [1]),
        (TRADES, 0.5, 1, 0, {"profit": "5"}),
        (TRADES, 0.5, 1, 0, None, 3),
        (TRADES, 0.5, 1, 0, None, [1.0]),
        ({"result": [1.0], "x": []}, math.nan, "seed"),
    ],
)
def test_wrong_types_are_type_errors(arguments: tuple[Any, ...]) -> None:
    """Arguments of another kind raise before any value is judged."""
    with pytest.raises(TypeError):
        trade_dropout(*arguments)


@pytest.mark.parametrize("runs", [None, 1.0, "3"])
def test_runs_must_be_an_integer(runs: Any) -> None:
    """A number of runs that is no integer raises a TypeError."""
    with pytest.raises(TypeError):
        trade_dropout_runs(TRADES, 0.5, runs)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=60), st.floats(0.01, 1.0), st.integers(0, 2**64 - 1))
def test_the_kept_part_is_what_was_not_dropped(results: list[int], frac: float, seed: int) -> None:
    """Exactly the announced number of trades goes: with distinct powers of two the sum tells which."""
    n = len(results)
    kept = int(trade_dropout({"result": [float(2**i) for i in range(n)]}, frac, seed)["profit"])
    assert kept.bit_count() == n - drop_count(n, frac)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=40), st.floats(0.01, 1.0), st.integers(-30, 30))
def test_money_times_a_power_of_two(cents: list[int], frac: float, exponent: int) -> None:
    """Scaling all results by a power of two scales profit and drawdown exactly."""
    scale = 2.0**exponent
    one = trade_dropout({"result": [cent / 100.0 for cent in cents]}, frac)
    scaled = trade_dropout({"result": [cent / 100.0 * scale for cent in cents]}, frac)
    assert (scaled["profit"], scaled["drawdown"]) == (one["profit"] * scale, one["drawdown"] * scale)

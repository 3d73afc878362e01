# ruff: noqa: PYI021 - the native module has no docstrings of its own: it is documented here, once
"""The native module as Python sees it; users import these names from `omega_rust` and `omega_rust.rating`.

A `penalty_cap` below 0 or NaN is 0. Records are mappings from names to numbers; a missing key counts as 0, and so does a value that
`float` cannot read or that is not finite. Every function may raise RatingError 5005 for a panic that was stopped.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypedDict, final

import pyarrow as pa

class ArrowArray(Protocol):
    """A table that is one batch, handed over by capsules."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class ArrowStream(Protocol):
    """A table of several batches, handed over by a capsule."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class Rated(TypedDict):
    """A strategy rating: share of the rules that hold, whether all do, and the names of those that do not, joined by `|`."""

    Score: float
    Deployment: bool
    Deployment_Fails: str

class Stressed(TypedDict):
    """What is left of a strategy: money earned, maximum drawdown, Sharpe ratio (not annualised)."""

    profit: float
    drawdown: float
    sharpe: float

class BuildInfo(TypedDict):
    """What a build is: `release` or `debug`, version, SHA-256 of its sources, threads that a batch uses."""

    profile: str
    version: str
    source_digest: str
    threads: int

def build_info() -> BuildInfo:
    """Say what this build is."""

@final
class JitterConfig:
    """How parameters are moved: by up to `param_variation` (0.1 is ten percent), `n_iterations` times; seed None is 987654321.

    Raises:
        RatingError: 1004 for a value of another type, 1001 for one out of range.
    """

    def __new__(cls, *, param_variation: float = 0.1, n_iterations: int = 50, seed: int | None = None) -> JitterConfig: ...
    @property
    def param_variation(self) -> float: ...
    @property
    def n_iterations(self) -> int: ...
    @property
    def seed(self) -> int | None: ...

@final
class RatingConfig:
    """Everything that a full rating depends on besides the metrics.

    Raises:
        RatingError: 1004 for a value of another type, 1001 for one out of range, 1006 for weights that cannot be normalised, 1008 for
            thresholds that lack one.
    """

    def __new__(
        cls,
        *,
        weights: Sequence[float] = (0.25, 0.2, 0.2, 0.2, 0.15),
        penalty_cap: float = 0.5,
        cost_multipliers: Sequence[float] = (1.25, 1.5, 2.0),
        jitter: JitterConfig | Mapping[str, Any] | None = None,
        dropout_frac: float = 0.1,
        dropout_runs: int = 3,
        thresholds: Mapping[str, Any] | None = None,
    ) -> RatingConfig: ...
    @property
    def weights(self) -> tuple[float, ...]: ...
    @property
    def penalty_cap(self) -> float: ...
    @property
    def cost_multipliers(self) -> tuple[float, ...]: ...
    @property
    def jitter(self) -> JitterConfig: ...
    @property
    def dropout_frac(self) -> float: ...
    @property
    def dropout_runs(self) -> int: ...
    @property
    def thresholds(self) -> dict[str, float] | None: ...

def strategy_rating(summary: Mapping[str, Any], thresholds: Mapping[str, Any] | None = None) -> Rated:
    """Rate a summary against five thresholds; equality and NaN pass, no thresholds mean the defaults.

    Raises:
        RatingError: 1008 when a map of thresholds that is not empty lacks one.
        TypeError: when a value is present but no number.
    """

def robustness_score(base: Mapping[str, Any], samples: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return 1 minus the mean deterioration of the samples against the base; keys `profit`, `avg_r`, `winrate`, `drawdown`."""

def stability_score(profits: Mapping[int, Any], days: Mapping[int, Any] | None = None) -> tuple[float, float]:
    """Return (score, wmape) of the profit per year; `days` may give the days that a year really had.

    Raises:
        RatingError: 1004 for a key that is no year, 1003 for a year beyond 64 bits.
        TypeError: for a profit that is no number.
    """

def stress_penalty(base: Mapping[str, Any], stressed: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return the mean deterioration under stress; keys `profit`, `drawdown`, `sharpe`, empty maps are skipped."""

def score_from_penalty(penalty: Any, penalty_cap: float = 0.5) -> float:
    """Return 1 minus the penalty limited to [0, cap]; one that is no finite number costs the cap."""

def cost_shock_score(base: Mapping[str, Any], shocked: Mapping[str, Any], penalty_cap: float = 0.5) -> float:
    """Return the score of one set of shocked metrics."""

def cost_shock_mean(base: Mapping[str, Any], shocked: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return the mean of the single scores; 1 for an empty list."""

def trade_dropout(
    trades: Mapping[str, Sequence[Any]],
    frac: float,
    seed: int = 987654321,
    run: int = 0,
    base: Mapping[str, Any] | None = None,
    dropped: Sequence[int] | None = None,
) -> Stressed:
    """Drop the share `frac` of the trades (at least one) and return what is left.

    Columns: `result`; optionally `r_multiple`, `total_fee` or `entry_fee` and `exit_fee`, and one of the columns of times. Which trades
    go is drawn from row `run` of stream 2 of the seed, or given as positions in order of time.

    Raises:
        RatingError: 2004 for a frac of NaN, 1001 for a seed or run outside 0..2^64-1, 1011 for columns of different lengths, 1003 for
            given positions that are out of range or repeated.
        TypeError: for an argument of another kind.
    """

def trade_dropout_runs(
    trades: Mapping[str, Sequence[Any]],
    frac: float,
    runs: int,
    seed: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> list[Stressed]:
    """Return one result per run; raises as `trade_dropout` does, and RatingError 1001 for more than 100,000 runs."""

def trade_dropout_score(base: Mapping[str, Any], dropped: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return the mean score of the runs; 1 when there is none."""

def final_rating(
    robustness: float,
    stability: float,
    cost_shock: float,
    dropout: float,
    stress_penalty: float,
    profit_factor: float,
    weights: Sequence[float] | None = None,
) -> float:
    """Return the weighted mix of the scores and of the profit factor's quality, lowered by the stress penalty.

    Raises:
        RatingError: 1006 unless there are exactly five weights, finite, none negative, their sum positive and finite.
    """

def calculate_ratings_batch(metrics_ipc: bytes | bytearray, config: RatingConfig | Mapping[str, Any] | None = None) -> bytes:
    """Rate every row of an Arrow IPC stream; returns a stream of one batch with six columns.

    Raises:
        RatingError: for the configuration as `RatingConfig`; then 3004 bytes that are no stream or compressed, 1005 schema, 1002 null,
            1011 lengths.
        TypeError: when `metrics_ipc` is not bytes.
    """

def robustness_score_batch(metrics_ipc: bytes | bytearray, jitter: JitterConfig | Mapping[str, Any] | None = None) -> list[float]:
    """Return the robustness of every row with a penalty cap of 0.5; raises as `calculate_ratings_batch`."""

def cost_shock_score_batch(metrics_ipc: bytes | bytearray, multipliers: Sequence[float]) -> bytes:
    """Return one score per row and multiplier, row by row, with the columns `row`, `multiplier` and `score`.

    Raises as `calculate_ratings_batch`, and RatingError 1001 for multipliers that are not finite or negative.
    """

def calculate_ratings_table(metrics: ArrowArray | ArrowStream, config: RatingConfig | Mapping[str, Any] | None = None) -> pa.RecordBatch:
    """Rate every row of a table that is taken over without a copy; raises as `calculate_ratings_batch`, without 3004."""

def robustness_scores_table(metrics: ArrowArray | ArrowStream, jitter: JitterConfig | Mapping[str, Any] | None = None) -> list[float]:
    """Return the robustness of every row of a table that is taken over without a copy."""

def cost_shock_scores_table(metrics: ArrowArray | ArrowStream, multipliers: Sequence[float]) -> pa.RecordBatch:
    """Return one score per row and multiplier of a table that is taken over without a copy."""

def metrics_round_trip(metrics_ipc: bytes | bytearray) -> bytes:
    """Decode the rows and encode them again with every column of the schema: the crossing both ways."""

def ratings_boundary(metrics_ipc: bytes | bytearray, config: RatingConfig | Mapping[str, Any] | None = None) -> bytes:
    """Do everything that `calculate_ratings_batch` does but compute: decode, check, encode as many rows of zeros."""

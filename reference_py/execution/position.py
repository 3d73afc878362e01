"""One position from its signal to its result (spec 1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from reference_py.execution.signal import Direction, OrderType, Trail
from reference_py.execution.trailing import TrailingStop


class Status(StrEnum):
    """Waiting for its price, in the market, or done."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a position ended; the first four are found by an exit pass."""

    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"
    BREAK_EVEN_STOP_LOSS = "break_even_stop_loss"
    TRAILING_STOP = "trailing_stop"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    LIMIT_EXPIRED = "limit_expired"
    PARTIAL_EXIT = "partial_exit"
    MANUAL = "manual"


@dataclass(slots=True, eq=False, kw_only=True)
class Position:
    """A position is known by its number, never by its contents; times in microseconds, sizes in lots, results in account money.

    `requested_size` is what the signal asked for. `stop_by_trailing` tells who set the stop last.
    """

    number: int
    symbol: str
    direction: Direction
    order_type: OrderType
    entry_time: int
    entry_price: float
    stop_loss: float | None
    take_profit: float | None
    initial_stop_loss: float | None
    initial_take_profit: float | None
    requested_size: float | None
    risk_per_trade: float
    magic_number: int
    signal_reason: str | None
    scenario: str | None
    tags: str | None
    size: float
    status: Status
    trigger_time: int | None
    trailing: TrailingStop | None
    stop_by_trailing: bool = False
    exit_time: int | None = None
    exit_price: float | None = None
    result: float | None = None
    reason: str | None = None
    is_closed: bool = False
    entry_fee: float = 0.0
    exit_fee: float = 0.0

    @property
    def position_id(self) -> str:
        """Return the name that signals and updates use, such as EURUSD#7."""
        return f"{self.symbol}#{self.number}"

    @property
    def is_long(self) -> bool:
        """Tell whether the position earns when prices rise."""
        return self.direction is Direction.LONG

    @property
    def r_multiple(self) -> float:
        """Return the gain in units of the initial risk; 0.0 without exit price, without stop, and without distance to it."""
        initial_stop = self.initial_stop_loss if self.initial_stop_loss is not None else self.stop_loss
        if self.exit_price is None or initial_stop is None:
            return 0.0
        risk = abs(self.entry_price - initial_stop)
        if risk == 0.0:
            return 0.0
        gain = self.exit_price - self.entry_price if self.is_long else self.entry_price - self.exit_price
        return gain / risk

    def move_stop(self, level: float, *, by_trailing: bool = False) -> None:
        """Set the stop and remember who did."""
        self.stop_loss = level
        self.stop_by_trailing = by_trailing

    def trail_by(self, trail: Trail) -> None:
        """Let the stop follow the price, counted from the entry price on."""
        self.trailing = TrailingStop(trail, best=self.entry_price)

    def trigger(self, time_us: int, size: float) -> None:
        """Fill a pending order: what was changed while it waited becomes the initial levels (spec 4)."""
        self.size = size
        self.status = Status.OPEN
        self.trigger_time = time_us
        self.initial_stop_loss = self.stop_loss
        self.initial_take_profit = self.take_profit
        if self.trailing is not None:
            self.trailing.best = self.entry_price

    def close(self, time_us: int, price: float | None, reason: str) -> None:
        """End the position; the status stays for the portfolio to read, a result needs a price."""
        self.exit_time = time_us
        self.exit_price = price
        self.reason = reason
        self.result = None if price is None else self.r_multiple * self.risk_per_trade
        self.is_closed = True

    def copy(self) -> Position:
        """Return a position that can change without this one."""
        return replace(self, trailing=None if self.trailing is None else replace(self.trailing))

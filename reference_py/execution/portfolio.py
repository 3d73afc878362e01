"""The account: cash, fees, the book of positions and the equity curve (spec 8)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.fees import Side
from reference_py.execution.position import Position, Reason, Status

PLACEHOLDER_TIME = 946_684_800_000_000  # 2000-01-01


class CurvePoint(NamedTuple):
    """The account after an update; equity is cash, open positions never count."""

    time_us: int
    equity: float
    high_water: float


class FeeEntry(NamedTuple):
    """A line of the fee log."""

    time_us: int
    position_id: str
    kind: str
    amount: float


class Book(StrEnum):
    """The list in which a position ended."""

    CLOSED = "closed"
    PARTIAL = "partial"
    EXPIRED = "expired"


class Ended(NamedTuple):
    """A position that ended, with its list."""

    book: Book
    position: Position


class Portfolio:
    """Money in the account's currency; peaks and drawdowns move only in `update`."""

    def __init__(self, initial_balance: float) -> None:
        self.initial_balance = initial_balance
        self.cash = initial_balance
        self.equity = initial_balance
        self.total_fees = 0.0
        self.start_time: int | None = None
        self.max_equity = initial_balance
        self.max_drawdown = 0.0
        self.initial_drawdown = 0.0
        self.curve = [CurvePoint(PLACEHOLDER_TIME, initial_balance, initial_balance)]
        self.fee_log: list[FeeEntry] = []
        self.open: list[Position] = []
        self.ended: list[Ended] = []
        self.break_even: list[Position] = []

    def listed(self, book: Book) -> list[Position]:
        """Return the positions of a list in the order in which they ended."""
        return [ended.position for ended in self.ended if ended.book is book]

    def register_fee(self, amount: float, time_us: int, kind: Side, position: Position) -> None:
        """Take a fee from the cash, if there is one, and note it on the position; negative fees are income."""
        if amount == 0.0:
            return
        self.cash -= amount
        self.total_fees += amount
        self.equity = self.cash
        self.fee_log.append(FeeEntry(time_us, position.position_id, kind.value, amount))
        if kind is Side.ENTRY:
            position.entry_fee += amount
        else:
            position.exit_fee += amount

    def register_entry(self, position: Position) -> None:
        """Add a position to the open list; raises ExecutionError 1001 for an empty symbol."""
        if not position.symbol:
            raise ExecutionError(ErrorCode.INVALID_ARGUMENT, "a position without symbol cannot be entered")
        self.open.append(position)

    def register_exit(self, position: Position) -> None:
        """Put an ended position into its list and its result, if it has one, into the cash.

        A pending order that did not expire changes the cash and enters no list.
        """
        expired = position.status is Status.PENDING and position.reason == Reason.LIMIT_EXPIRED
        if expired:
            self.ended.append(Ended(Book.EXPIRED, position))
        elif position.status is Status.OPEN:
            self._end_open(position)
        if not expired and position.result is not None:
            self.cash += position.result
        position.status = Status.CLOSED
        self.open = [other for other in self.open if other is not position]

    def update(self, time_us: int) -> None:
        """Take note of the account at a time; a second update at the time of the last point replaces it."""
        if self.start_time is None:
            self.start_time = time_us
        self.equity = self.cash
        self.max_equity = max(self.max_equity, self.equity)
        self.max_drawdown = max(self.max_drawdown, self.max_equity - self.equity)
        self.initial_drawdown = max(self.initial_drawdown, self.initial_balance - self.equity)
        point = CurvePoint(time_us, self.equity, self.max_equity)
        if self.curve[-1].time_us == time_us:
            self.curve[-1] = point
        else:
            self.curve.append(point)

    def trade_curve(self) -> list[tuple[int, float]]:
        """Return times and equity after each trade, sorted by exit time, beginning with the initial balance."""
        start = PLACEHOLDER_TIME if self.start_time is None else self.start_time
        points = [(start, self.initial_balance)]
        equity = self.initial_balance
        for time_us, net in sorted(self._net_results(), key=lambda trade: trade[0]):
            equity += net
            points.append((time_us, equity))
        return points

    def _end_open(self, position: Position) -> None:
        partial = position.reason == Reason.PARTIAL_EXIT
        self.ended.append(Ended(Book.PARTIAL if partial else Book.CLOSED, position))
        if position.reason == Reason.BREAK_EVEN_STOP_LOSS:
            self.break_even.append(position)

    def _net_results(self) -> list[tuple[int, float]]:
        return [
            (position.exit_time, position.result - position.entry_fee - position.exit_fee)
            for position in self.listed(Book.CLOSED) + self.listed(Book.PARTIAL)
            if position.result is not None and position.exit_time is not None
        ]

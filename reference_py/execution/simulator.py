"""Takes signals, bars and quotes, and turns them into positions, results and fees (spec 3 to 5, 9, 11).

Start reading at `process_signal` for what comes in, and at `_exit_pass` for what each bar does.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from reference_py.execution import arrow, tables
from reference_py.execution.candle import Candle, read_candle
from reference_py.execution.config import Config, ExitSlippage, Mode, read_config
from reference_py.execution.entry import candle_triggers, tick_triggers
from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.exits import Hit, candle_exit, tick_exit
from reference_py.execution.fees import Costs, Side
from reference_py.execution.portfolio import Portfolio
from reference_py.execution.position import Position, Reason, Status
from reference_py.execution.signal import Direction, Entry, Exit, Modify, OrderType, Selection, SignalRow, read_signal
from reference_py.execution.sizing import Sizer
from reference_py.execution.slippage import Draws, slipped
from reference_py.execution.summary import Figures, summary
from reference_py.execution.symbols import PIP_SIZE, pip_size
from reference_py.execution.tables import ExitReport, Outcome, UpdateRow
from reference_py.execution.ticks import Tick, read_tick
from reference_py.execution.trailing import advanced_stop, candle_best
from reference_py.execution.updates import check_update
from reference_py.execution.values import I64_MAX, I64_MIN

SMALLEST_STOP_DISTANCE = 0.00001
IGNORED = Outcome("ignored")


class ExecutionSimulator:
    """One account that trades; the interface document tells arguments, tables and errors of every method."""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """Begin with an empty book; raises TypeError, ExecutionError 1001, 1004, 1006, 1008 for the configuration."""
        self._set_up(read_config(config))

    def _set_up(self, config: Config) -> None:
        self.config = config
        self.active: list[Position] = []
        self.portfolio = Portfolio(config.initial_balance)
        self.quotes: dict[str, Tick] = {}
        self.positions_made = 0
        self.draws = Draws(config.seed, None if config.slippage is None else config.slippage.draws)
        self.costs = Costs(config.specs, config.rates, config.account_currency, config.fee, config.commission)
        self.sizer = Sizer(config.specs, config.rates, config.account_currency, lot_sizer=config.lot_sizer, tick_mode=config.tick_mode)

    # Signals

    def process_signals_batch(self, signals_ipc: bytes) -> bytes:
        """Process the signals of an Arrow IPC stream one after the other; faults of a row stand in its row of the answer."""
        return arrow.to_ipc(self._process(arrow.stream_bytes(signals_ipc, "signals_ipc")))

    def process_signals_table(self, signals: Any) -> pa.RecordBatch:
        """Process the signals of a table given over the PyCapsule interface."""
        return self._process(arrow.arrow_data(signals, "signals"))

    def _process(self, data: Any) -> pa.RecordBatch:
        return tables.outcome_table([self.process_signal(row) for row in tables.signal_rows(data)])

    def process_signal(self, row: SignalRow) -> Outcome:
        """Do what one signal asks for and tell what became of it; never raises ExecutionError."""
        try:
            signal = read_signal(row, tick_mode=self.config.tick_mode)
            self._check_quote(signal)
            if isinstance(signal, Entry):
                return self._enter(signal)
        except ExecutionError as error:
            return Outcome("rejected", error_code=error.code)
        return self._leave(signal) if isinstance(signal, Exit) else self._modify(signal)

    def _check_quote(self, signal: Entry | Exit | Modify) -> None:
        """Raise ExecutionError 1007 where a quote is needed and there is none."""
        needed = isinstance(signal, Entry) or (isinstance(signal, Exit) and signal.price is None)
        symbol = signal.symbol if isinstance(signal, Entry) else signal.selection.symbol
        if self.config.tick_mode and needed and symbol not in self.quotes:
            raise ExecutionError(ErrorCode.INVALID_STATE, f"there is no quote of {symbol!r} yet")

    def _enter(self, entry: Entry) -> Outcome:
        price = entry.price if entry.price is not None else self.quotes[entry.symbol].price(entry.direction)
        if entry.order_type is OrderType.MARKET:
            return self._enter_at_once(entry, price)
        time_us = self.quotes[entry.symbol].time_us if self.config.tick_mode else entry.time_us
        position = self._made(entry, price, time_us, Status.PENDING)
        self._append(position)
        return Outcome("pending", position.position_id, price=price, size=position.size)

    def _enter_at_once(self, entry: Entry, asked_price: float) -> Outcome:
        price = self._slipped(asked_price, entry.symbol, entry.direction) if entry.slips else asked_price
        if entry.stop_loss is not None and abs(price - entry.stop_loss) < SMALLEST_STOP_DISTANCE:
            return IGNORED
        position = self._made(entry, price, entry.time_us, Status.OPEN)
        position.trigger_time = None if self.config.tick_mode else entry.time_us
        position.size = self.sizer.market_size(position, entry.time_us)
        self._append(position)
        try:
            self._register_entry(position, entry.time_us)
        except ExecutionError as error:
            return Outcome("rejected", position.position_id, error.code)
        return Outcome("opened", position.position_id, price=price, size=position.size)

    def _made(self, entry: Entry, price: float, time_us: int, status: Status) -> Position:
        """Return a position that is not yet in any list, without size and trigger time."""
        position = Position(
            number=self.positions_made + 1,
            symbol=entry.symbol,
            direction=entry.direction,
            order_type=entry.order_type,
            entry_time=time_us,
            entry_price=price,
            stop_loss=entry.stop_loss,
            take_profit=entry.take_profit,
            initial_stop_loss=entry.stop_loss,
            initial_take_profit=entry.take_profit,
            requested_size=entry.size,
            risk_per_trade=self.config.risk_per_trade,
            magic_number=entry.magic_number,
            signal_reason=entry.reason,
            scenario=entry.scenario,
            tags=entry.tags,
            size=0.0,
            status=status,
            trigger_time=None,
            trailing=None,
        )
        if entry.trail is not None:
            position.trail_by(entry.trail)
        return position

    def _append(self, position: Position) -> None:
        self.active.append(position)
        self.positions_made += 1

    def _leave(self, exit_signal: Exit) -> Outcome:
        selected = self._selected(exit_signal.selection)
        outcomes = []
        for position in selected:
            try:
                outcomes.append(self._leave_one(position, exit_signal))
            except ExecutionError as error:
                return Outcome("rejected", position.position_id, error.code)
        closed = [outcome for outcome in outcomes if outcome.outcome == "closed"]
        return next(iter(closed + outcomes), IGNORED)

    def _leave_one(self, position: Position, exit_signal: Exit) -> Outcome:
        time_us = exit_signal.selection.time_us
        if position.status is Status.PENDING:
            position.close(time_us, None, Reason.LIMIT_EXPIRED)
            self.portfolio.register_exit(position)
            return Outcome("expired", position.position_id)
        asked = exit_signal.price
        price = asked if asked is not None else self.quotes[position.symbol].price(position.direction)
        report = self._close(position, time_us, price, Reason.SIGNAL)
        return Outcome("closed", position.position_id, price=report.price, size=position.size)

    def _modify(self, modify: Modify) -> Outcome:
        selected = self._selected(modify.selection)
        for position in selected:
            _set_levels(position, modify.stop_loss, modify.take_profit)
            if modify.trail is not None:
                position.trail_by(modify.trail)
        return Outcome("modified", selected[0].position_id, size=selected[0].size) if selected else IGNORED

    def _selected(self, selection: Selection) -> list[Position]:
        """Return the live positions that a signal is about, in insertion order."""
        return [
            position
            for position in self.active
            if not position.is_closed
            and position.symbol == selection.symbol
            and selection.direction in {None, position.direction}
            and selection.position_id in {None, position.position_id}
            and position.entry_time <= selection.time_us
        ]

    # Bars and quotes

    def evaluate_exits(self, candle: Mapping[str, Any]) -> bytes:
        """Report what `evaluate_and_close` would do, and do nothing."""
        read = self._read_candle(candle)
        return arrow.to_ipc(tables.exit_table([] if read is None else self._rehearsal().pass_candle(read)))

    def evaluate_and_close(self, candle: Mapping[str, Any]) -> bytes:
        """Fill pending orders that a bar reaches, and close positions whose stop or target it reaches."""
        read = self._read_candle(candle)
        return arrow.to_ipc(tables.exit_table([] if read is None else self.pass_candle(read)))

    def manage(self, candle: Mapping[str, Any]) -> bytes:
        """Close what has been open for too long, at the close of the bar."""
        read = self._read_candle(candle)
        return arrow.to_ipc(tables.exit_table([] if read is None else self.time_out_candle(read)))

    def observe_tick(self, tick: Mapping[str, Any]) -> None:
        """Remember the quote of a symbol."""
        self.observe(self._read_tick(tick))

    def process_tick(self, tick: Mapping[str, Any]) -> bytes:
        """Remember the quote, fill pending orders that it reaches, and close positions whose stop or target it reaches."""
        read = self._read_tick(tick)
        self.observe(read)
        return arrow.to_ipc(tables.exit_table(self.pass_tick(read)))

    def observe(self, tick: Tick) -> None:
        """Remember the quote of a symbol."""
        self.quotes[tick.symbol] = tick

    def pass_candle(self, candle: Candle) -> list[ExitReport]:
        """Do the exit pass of a bar; one buffer for all positions, from the first that is open (spec 5)."""
        buffer = self._buffer()
        return self._exit_pass(
            candle.symbol,
            candle.time_us,
            triggers=lambda position: candle_triggers(position, candle),
            exit_of=lambda position: candle_exit(position, candle, buffer),
            best=lambda position: candle_best(position.direction, candle),
        )

    def pass_tick(self, tick: Tick) -> list[ExitReport]:
        """Do the exit pass of a quote."""
        return self._exit_pass(
            tick.symbol,
            tick.time_us,
            triggers=lambda position: tick_triggers(position, tick),
            exit_of=lambda position: tick_exit(position, tick),
            best=lambda position: tick.price(position.direction),
        )

    def time_out_candle(self, candle: Candle) -> list[ExitReport]:
        """Close what has been open for too long, longs at the bid's close, shorts at the ask's."""
        return self._time_out(
            candle.symbol, candle.time_us, lambda position: candle.bid.close if position.is_long else candle.buying_back.close
        )

    def time_out_tick(self, tick: Tick) -> list[ExitReport]:
        """Close what has been open for too long, longs at the bid, shorts at the ask."""
        return self._time_out(tick.symbol, tick.time_us, lambda position: tick.price(position.direction))

    def _exit_pass(
        self,
        symbol: str,
        time_us: int,
        *,
        triggers: Callable[[Position], bool],
        exit_of: Callable[[Position], Hit | None],
        best: Callable[[Position], float],
    ) -> list[ExitReport]:
        """Go through the active positions in insertion order: fill, then test for an exit, then trail (spec 5)."""
        exits = []
        for position in self._reached_by(symbol):
            if position.is_closed or time_us <= position.entry_time:
                continue
            if position.status is Status.PENDING and triggers(position):
                self._trigger(position, time_us)
            if position.status is not Status.OPEN:
                continue
            hit = exit_of(position)
            if hit is not None:
                exits.append(self._close(position, time_us, hit.level, hit.reason))
            elif time_us != position.trigger_time:
                _trail(position, best(position))
        self.active = [position for position in self.active if not position.is_closed]
        return exits

    def _trigger(self, position: Position, time_us: int) -> None:
        """Fill a pending order at its own price."""
        position.trigger(time_us, self.sizer.size(position, time_us))
        self._register_entry(position, time_us)

    def _close(self, position: Position, time_us: int, asked_price: float, reason: Reason) -> ExitReport:
        """Close a position at a price that slips, and pay the exit fee."""
        adverse = self.config.exit_slippage == ExitSlippage.ADVERSE
        price = self._slipped(asked_price, position.symbol, position.direction.opposite if adverse else position.direction)
        position.close(time_us, price, reason)
        fee = self.costs.fee(position.symbol, position.size, price, Side.EXIT, time_us)
        self.portfolio.register_fee(fee, time_us, Side.EXIT, position)
        self.portfolio.register_exit(position)
        return _report(position)

    def _time_out(self, symbol: str, time_us: int, price: Callable[[Position], float]) -> list[ExitReport]:
        """Close positions without slippage and without fee, as the strategy's position manager does (spec 5)."""
        limit_us = self.config.timeout_us
        if limit_us is None:
            return []
        late = [
            position
            for position in self._reached_by(symbol)
            if position.status is Status.OPEN and not position.is_closed and time_us - position.entry_time >= limit_us
        ]
        for position in late:
            position.close(time_us, price(position), Reason.TIMEOUT)
            self.portfolio.register_exit(position)
        return [_report(position) for position in late]

    def _register_entry(self, position: Position, time_us: int) -> None:
        self.portfolio.register_entry(position)
        fee = self.costs.fee(position.symbol, position.size, position.entry_price, Side.ENTRY, time_us)
        self.portfolio.register_fee(fee, time_us, Side.ENTRY, position)

    def _reached_by(self, symbol: str) -> Iterator[Position]:
        """Yield the active positions that a bar or quote of a symbol is tested against."""
        return (position for position in self.active if not self.config.symbol_filter or position.symbol == symbol)

    def _buffer(self) -> float:
        pip = pip_size(self.config.specs, self.portfolio.open[0].symbol) if self.portfolio.open else PIP_SIZE
        return pip * self.config.pip_buffer_factor

    def _slipped(self, price: float, symbol: str, direction: Direction) -> float:
        if self.config.slippage is None:
            return price
        return slipped(price, direction, pip_size(self.config.specs, symbol), self.config.slippage, self.draws.take())

    def _rehearsal(self) -> ExecutionSimulator:
        """Return a simulator that does in an exit pass what this one would, on copies of everything that the pass can change."""
        known = {position.number: position for position in self.active + self.portfolio.open}
        copies = {number: position.copy() for number, position in known.items()}
        other = ExecutionSimulator()
        other._set_up(self.config)
        other.active = [copies[position.number] for position in self.active]
        other.portfolio.open = [copies[position.number] for position in self.portfolio.open]
        other.draws = self.draws.copy()
        other.sizer = self.sizer.copy()
        return other

    def _read_candle(self, candle: Mapping[str, Any]) -> Candle | None:
        read = read_candle(candle)
        self._demand(Mode.CANDLE)
        return read

    def _read_tick(self, tick: Mapping[str, Any]) -> Tick:
        read = read_tick(tick)
        self._demand(Mode.TICK)
        return read

    def _demand(self, mode: Mode) -> None:
        if self.config.mode != mode:
            raise ExecutionError(ErrorCode.INVALID_STATE, f"this simulator is in {self.config.mode} mode, not in {mode} mode")

    # Updates from outside

    def apply_updates(self, updates_ipc: bytes) -> None:
        """Set levels and close positions by hand; the first fault raises, the rows before it stay applied."""
        self._apply(arrow.stream_bytes(updates_ipc, "updates_ipc"))

    def apply_updates_table(self, updates: Any) -> None:
        """Do as `apply_updates` with a table given over the PyCapsule interface."""
        self._apply(arrow.arrow_data(updates, "updates"))

    def _apply(self, data: Any) -> None:
        for row in tables.update_rows(data):
            self.apply_update(row)

    def apply_update(self, row: UpdateRow) -> None:
        """Apply one update wholly or, on a fault, not at all."""
        live = {position.position_id: position for position in self.active if not position.is_closed}
        position, closing = check_update(row, live)
        _set_levels(position, row.stop_loss, row.take_profit)
        if closing is not None:
            position.close(closing, row.exit_price, row.reason if row.reason is not None else Reason.MANUAL)
            self.portfolio.register_exit(position)

    def update(self, time_us: int) -> None:
        """Note the account's equity at a time in microseconds; raises TypeError, OverflowError for what is no integer of 64 bits."""
        time = operator.index(time_us)
        if not I64_MIN <= time <= I64_MAX:
            raise OverflowError(f"{time} microseconds do not fit 64 bits")
        self.portfolio.update(time)

    # Answers

    def summary(self) -> Figures:
        """Return the figures of the run so far."""
        return summary(self.portfolio)

    def positions_table(self) -> pa.RecordBatch:
        """Return the active positions in insertion order."""
        return tables.position_table(self.active)

    def get_positions_arrow(self) -> bytes:
        """Return the active positions as an Arrow IPC stream."""
        return arrow.to_ipc(self.positions_table())

    def trades_table(self, rounded: bool = False) -> pa.RecordBatch:  # noqa: FBT001, FBT002 - the interface has it by position
        """Return the positions that ended, in the order in which they did."""
        if not isinstance(rounded, bool):
            raise TypeError(f"rounded must be a bool, not {type(rounded).__name__}")
        return tables.trade_table(self.portfolio, as_rounded=rounded)

    def trades_arrow(self, rounded: bool = False) -> bytes:  # noqa: FBT001, FBT002 - the interface has it by position
        """Return the positions that ended as an Arrow IPC stream."""
        return arrow.to_ipc(self.trades_table(rounded))

    def fees_table(self) -> pa.RecordBatch:
        """Return the fee log."""
        return tables.fee_table(self.portfolio)

    def fees_arrow(self) -> bytes:
        """Return the fee log as an Arrow IPC stream."""
        return arrow.to_ipc(self.fees_table())

    def curve_table(self) -> pa.RecordBatch:
        """Return the equity curve."""
        return tables.curve_table(self.portfolio)

    def curve_arrow(self) -> bytes:
        """Return the equity curve as an Arrow IPC stream."""
        return arrow.to_ipc(self.curve_table())

    def trade_curve_table(self) -> pa.RecordBatch:
        """Return the equity after each trade."""
        return tables.trade_curve_table(self.portfolio)

    def trade_curve_arrow(self) -> bytes:
        """Return the equity after each trade as an Arrow IPC stream."""
        return arrow.to_ipc(self.trade_curve_table())

    def save_state(self) -> bytes:
        """Return everything that the simulator is, as an Arrow IPC stream."""
        from reference_py.execution.state import save  # noqa: PLC0415 - the state knows the simulator, not the other way round

        return save(self)

    @classmethod
    def load_state(cls, state: bytes) -> ExecutionSimulator:
        """Return a simulator equal to the one that was saved; raises ExecutionError 3004, 1002, 1005, 1007 and as the configuration."""
        from reference_py.execution.state import load  # noqa: PLC0415 - as above

        return load(arrow.stream_bytes(state, "state"))


def _set_levels(position: Position, stop_loss: float | None, take_profit: float | None) -> None:
    if stop_loss is not None:
        position.move_stop(stop_loss)
    if take_profit is not None:
        position.take_profit = take_profit


def _trail(position: Position, best: float) -> None:
    if position.trailing is None:
        return
    stop = advanced_stop(position.trailing, position.direction, position.entry_price, position.stop_loss, best)
    if stop is not None:
        position.move_stop(stop, by_trailing=True)


def _report(position: Position) -> ExitReport:
    assert position.exit_price is not None
    assert position.result is not None
    assert position.exit_time is not None
    return ExitReport(position.position_id, str(position.reason), position.exit_price, position.result, position.exit_time)

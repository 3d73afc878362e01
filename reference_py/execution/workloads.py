"""Plain functions around a simulator, for those who can only call functions: what is timed, and runs that are cut in two."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from reference_py.execution.errors import ExecutionError
from reference_py.execution.simulator import ExecutionSimulator

Steps = Sequence[Sequence[Any]]
TABLES = ("get_positions_arrow", "trades_arrow", "fees_arrow", "curve_arrow", "trade_curve_arrow")


def process_signals_once(config: Mapping[str, Any] | None, signals_ipc: bytes) -> bytes:
    """Let a new simulator process one batch of signals; raises as `ExecutionSimulator` and `process_signals_batch`."""
    return ExecutionSimulator(config).process_signals_batch(signals_ipc)


def evaluate_exits_once(config: Mapping[str, Any] | None, signals_ipc: bytes, candle: Mapping[str, Any]) -> bytes:
    """Report the exits of a simulator that has processed the signals; it is kept for the next call, since nothing changes it.

    Raises as `ExecutionSimulator`, `process_signals_batch` and `evaluate_exits`.
    """
    return _prepared(json.dumps(config), signals_ipc).evaluate_exits(candle)


def finish_run(config: Mapping[str, Any] | None, before: Steps, state: bytes | None, after: Steps) -> dict[str, bytes]:
    """Take the steps `after` and return all tables, from a saved state if one is given, else from the steps `before`.

    A step is a method and its arguments; one that is refused leaves behind what it did. Raises as `ExecutionSimulator`, `load_state`.
    """
    simulator = _begun(config, before) if state is None else ExecutionSimulator.load_state(state)
    _take(simulator, after)
    return {name: getattr(simulator, name)() for name in TABLES}


def save_run(config: Mapping[str, Any] | None, before: Steps) -> bytes:
    """Take steps on a new simulator and return its state; raises as `ExecutionSimulator`."""
    return _begun(config, before).save_state()


@lru_cache(maxsize=4)
def _prepared(config: str, signals_ipc: bytes) -> ExecutionSimulator:
    simulator = ExecutionSimulator(json.loads(config))
    simulator.process_signals_batch(signals_ipc)
    return simulator


def _begun(config: Mapping[str, Any] | None, steps: Steps) -> ExecutionSimulator:
    simulator = ExecutionSimulator(config)
    _take(simulator, steps)
    return simulator


def _take(simulator: ExecutionSimulator, steps: Steps) -> None:
    for method, *arguments in steps:
        with suppress(ExecutionError):
            getattr(simulator, method)(*arguments)

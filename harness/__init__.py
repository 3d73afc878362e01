"""migration-harness: a runbook and a contract go in, evidence is measured, gates judge it, a report comes out."""

from harness.contract import (
    Contract,
    Floor,
    Machine,
    Operation,
    Policy,
    Strategy,
    Tool,
    arrow,
    batch,
    close,
    columns,
    contract,
    exact,
    ipc,
    one_of,
    port,
    recorded,
)

__version__ = "0.1.0"

__all__ = [
    "Contract",
    "Floor",
    "Machine",
    "Operation",
    "Policy",
    "Strategy",
    "Tool",
    "__version__",
    "arrow",
    "batch",
    "close",
    "columns",
    "contract",
    "exact",
    "ipc",
    "one_of",
    "port",
    "recorded",
]

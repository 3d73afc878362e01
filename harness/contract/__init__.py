"""What a migration promises, in the machine's words; start at `declare.contract`."""

from harness.contract.declare import Contract, Port, Tool, contract, port
from harness.contract.inputs import Arguments, Columns, Inputs, Programs, Recorded, Strategy, batch, columns, ipc, one_of, recorded
from harness.contract.load import load_contract
from harness.contract.machine import MACHINE, Invariant, Machine, machine_path, plain_path
from harness.contract.operation import EXCLUDABLE, Floor, Operation, Property, Relation, Workload
from harness.contract.policy import Policy, arrow, close, exact
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Table, Type, parse

__all__ = [
    "EXCLUDABLE",
    "MACHINE",
    "Arguments",
    "Columns",
    "Contract",
    "Floor",
    "Inputs",
    "Invariant",
    "ListOf",
    "Machine",
    "MapOf",
    "OneOf",
    "Operation",
    "Policy",
    "Port",
    "Programs",
    "Property",
    "Record",
    "Recorded",
    "Relation",
    "Scalar",
    "Strategy",
    "Table",
    "Tool",
    "Type",
    "Workload",
    "arrow",
    "batch",
    "close",
    "columns",
    "contract",
    "exact",
    "ipc",
    "load_contract",
    "machine_path",
    "one_of",
    "parse",
    "plain_path",
    "port",
    "recorded",
]

"""The messages between the parent and a worker, in any language: one class per message, checked on arrival.

parent                        worker
Start                    ->
                         <-   Started, or Refused
Load                     ->
                         <-   Loaded (`missing` says what is not there), or Refused
Call                     ->
                         <-   Outcomes ..., then Done
AskModules               ->
                         <-   Modules
TimeTogether             ->
                         <-   Times, or Refused
MeasurePeak              ->
                         <-   Peak, or Refused
CallTogether             ->
                         <-   Together, or Refused
MeasureRelease           ->
                         <-   Released, or Refused
MeasureGrowth            ->
                         <-   Growth, or Refused
Bye                      ->   (the worker leaves)
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import msgpack  # type: ignore[import-untyped]  # ships no types

from harness.errors import Code, HarnessError

PROTOCOL_VERSION = 1


@dataclass(frozen=True, slots=True)
class Start:
    """The first message: what the worker may import, and how much memory (bytes, 0 for no limit) it may use."""

    version: int
    search_path: list[str]
    memory_limit_bytes: int


@dataclass(frozen=True, slots=True)
class Started:
    """The worker is there and speaks this version."""

    version: int


@dataclass(frozen=True, slots=True)
class Load:
    """Import these callables, by path."""

    targets: list[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The callables are ready: one description each, with the fields of `model.Ran`; or `missing` names what does not exist."""

    rans: list[dict[str, str]]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Call the loaded callable once for each list of packed arguments."""

    arguments: list[bytes]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Finished calls, each as [index, kind, packed value, failure, packed arguments afterwards, nanoseconds].

    `failure` is None or [type name, message, code or None, traceback]; the packed parts are None where there is nothing to tell.
    """

    items: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Done:
    """Every call of the batch has been answered."""


@dataclass(frozen=True, slots=True)
class AskModules:
    """Which modules are loaded?"""


@dataclass(frozen=True, slots=True)
class Modules:
    """The names of all loaded modules."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class TimeTogether:
    """Time the loaded callables (one or two) against each other on the same packed arguments."""

    arguments: bytes
    rounds: int
    budget_seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Times:
    """Nanoseconds per call, one list per callable, one number per quad."""

    samples_ns: list[list[float]]


@dataclass(frozen=True, slots=True)
class MeasurePeak:
    """Import the modules, then call the loaded callable once and see how much memory that takes."""

    arguments: bytes
    modules: list[str]


@dataclass(frozen=True, slots=True)
class Peak:
    """Extra resident memory at the worst moment of the call, and the modules that it imported."""

    peak_bytes: int
    imported: list[str]


@dataclass(frozen=True, slots=True)
class CallTogether:
    """Call the loaded callable from many threads at once, with every case in each, for about so long but at least once.

    A player of programs is given `copies` objects in all, which live at the same time and take their steps in turn.
    """

    arguments: list[bytes]
    threads: int
    copies: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Together:
    """The different answers to each case, as items of `Outcomes`, and how often each was given."""

    items: list[list[Any]]
    counts: list[int]


@dataclass(frozen=True, slots=True)
class MeasureRelease:
    """How much may other threads of the interpreter do while the loaded callable is called again and again for about so long?"""

    arguments: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Released:
    """The progress of another thread during the calls as shares of its progress beside an idle one, and the time of a call."""

    shares: list[float]
    call_ns: int


@dataclass(frozen=True, slots=True)
class MeasureGrowth:
    """Call the loaded callable with all cases over and over, in windows of about so long, and watch the resident memory."""

    arguments: list[bytes]
    seconds: float
    windows: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Resident bytes before and after every block of the last window, the calls in a block, and how many windows grew in a row."""

    resident_bytes: list[int]
    calls: int
    growing: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The worker cannot do what was asked, in its own words."""

    what: str
    cause: str


@dataclass(frozen=True, slots=True)
class Bye:
    """Leave."""


Message: TypeAlias = (
    Start
    | Started
    | Load
    | Loaded
    | Call
    | Outcomes
    | Done
    | AskModules
    | Modules
    | TimeTogether
    | Times
    | MeasurePeak
    | Peak
    | CallTogether
    | Together
    | MeasureRelease
    | Released
    | MeasureGrowth
    | Growth
    | Refused
    | Bye
)

_CLASSES: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (
        Start,
        Started,
        Load,
        Loaded,
        Call,
        Outcomes,
        Done,
        AskModules,
        Modules,
        TimeTogether,
        Times,
        MeasurePeak,
        Peak,
        CallTogether,
        Together,
        MeasureRelease,
        Released,
        MeasureGrowth,
        Growth,
        Refused,
        Bye,
    )
}
_CHECKS: dict[str, type | tuple[type, ...]] = {"int": int, "str": str, "float": (float, int), "bytes": bytes}


def encode(message: Message) -> bytes:
    """Return a message as msgpack: an array of its class name and its fields in order."""
    payload: bytes = msgpack.packb(
        [type(message).__name__, *(getattr(message, field.name) for field in fields(message))], unicode_errors="surrogatepass"
    )
    return payload


def decode(payload: bytes) -> Message:
    """Return the message of a payload; raises HarnessError PROTOCOL_BROKEN for anything that is not one."""
    try:
        name, *values = _array(msgpack.unpackb(payload, unicode_errors="surrogatepass"))
        kind = _CLASSES[name]
        for field, value in zip(fields(kind), values, strict=True):
            _check(f"{name}.{field.name}", str(field.type), value)
        return kind(*values)
    except (ValueError, TypeError, KeyError, msgpack.UnpackException) as error:
        raise HarnessError(
            Code.PROTOCOL_BROKEN, "the worker's channel carries a frame that is no message", cause=f"{type(error).__name__}: {error}"
        ) from error


def _array(tree: Any) -> list[Any]:
    if type(tree) is not list:
        raise TypeError("a message is an array")
    return tree


def _check(name: str, wanted: str, value: Any) -> None:
    """Check a field against its annotation: a scalar, or a list of scalars, of lists or of mappings of text."""
    if not wanted.startswith("list["):
        if not isinstance(value, _CHECKS[wanted]) or isinstance(value, bool):
            raise TypeError(f"{name} is no {wanted}")
        return
    item = wanted[len("list[") : -1]
    kind = _CHECKS.get(item) or (list if item.startswith("list[") else dict)
    if not isinstance(value, list) or not all(isinstance(entry, kind) for entry in value):
        raise TypeError(f"{name} is no {wanted}")
    if kind is dict and not all(isinstance(text, str) for entry in value for pair in entry.items() for text in pair):
        raise TypeError(f"{name} holds more than text")

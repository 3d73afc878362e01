"""Facts about messages."""

from __future__ import annotations

import msgpack  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.protocol import messages

EVERY = [
    messages.Start(1, ["a"], 0),
    messages.Started(1),
    messages.Load(["m:f"]),
    messages.Loaded([{"target": "m:f"}], ""),
    messages.Call([b"x"]),
    messages.Outcomes([[0, "value", b"", None, None, 1]]),
    messages.Done(),
    messages.AskModules(),
    messages.Modules(["sys"]),
    messages.TimeTogether(b"", 12, 1.5, 0),
    messages.Times([[1.0], [2.0]]),
    messages.MeasurePeak(b"", ["json"]),
    messages.Peak(3, ["json"]),
    messages.Refused("no \ud800", "why"),
    messages.Bye(),
]


@pytest.mark.parametrize("message", EVERY, ids=lambda message: type(message).__name__)
def test_every_message_comes_back(message: messages.Message) -> None:
    """Each message comes back equal."""
    assert messages.decode(messages.encode(message)) == message


@pytest.mark.parametrize(
    "payload",
    [
        [],
        1,
        ["Nonsense"],
        [["Bye"]],
        ["Bye", 1],
        ["Started"],
        ["Started", "1"],
        ["Started", True],
        ["Load", "m:f"],
        ["Load", [1]],
        ["Loaded", [{"a": 1}], ""],
        ["Call", ["text"]],
        ["Outcomes", [1]],
        ["Times", [1.0]],
        {"Bye": 1},
    ],
    ids=repr,
)
def test_what_is_no_message_is_refused(payload: object) -> None:
    """An unknown name, a missing field or a wrong type is PROTOCOL_BROKEN."""
    with pytest.raises(HarnessError) as raised:
        messages.decode(msgpack.packb(payload))

    assert raised.value.code is Code.PROTOCOL_BROKEN


def refusal(payload: bytes) -> Code | None:
    """Return the code with which a payload is refused, None when it is a message."""
    try:
        messages.decode(payload)
    except HarnessError as error:
        return error.code
    return None


@given(payload=st.binary(max_size=60))
def test_random_payloads_never_do_worse_than_an_error(payload: bytes) -> None:
    """Bytes from anywhere are PROTOCOL_BROKEN and nothing else."""
    assert refusal(payload) is Code.PROTOCOL_BROKEN

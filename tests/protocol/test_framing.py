"""Facts about frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.protocol.framing import MARK, FrameReader, frame


@given(payloads=st.lists(st.binary(max_size=300), max_size=8), cuts=st.lists(st.integers(1, 50), min_size=1))
def test_payloads_come_out_however_the_stream_is_cut(payloads: list[bytes], cuts: list[int]) -> None:
    """Pipes deliver bytes in any portions; payloads come out whole and in order."""
    stream = b"".join(map(frame, payloads))
    reader = FrameReader()
    received: list[bytes] = []
    turn = 0
    while stream:
        size = cuts[turn % len(cuts)]
        received += reader.feed(stream[:size])
        stream = stream[size:]
        turn += 1

    assert received == payloads


@pytest.mark.parametrize("data", [b"hello world", MARK + b"\xff\xff\xff\xff", b"\0" * 8])
def test_foreign_bytes_are_noticed_at_once(data: bytes) -> None:
    """Bytes without the mark, or with a length that cannot be, are PROTOCOL_BROKEN."""
    with pytest.raises(HarnessError) as raised:
        list(FrameReader().feed(data))

    assert raised.value.code is Code.PROTOCOL_BROKEN


def test_foreign_bytes_after_a_frame_do_not_lose_the_frame() -> None:
    """The payload before the damage is delivered."""
    frames = FrameReader().feed(frame(b"good") + b"xxxxxxxx")

    assert next(frames) == b"good"
    with pytest.raises(HarnessError):
        next(frames)

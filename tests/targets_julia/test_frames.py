"""The bytes between Python and the worker: fixed forms, and no guess at what is none. No Julia is needed here."""

from __future__ import annotations

import itertools
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omega_julia import frames
from omega_julia.child import Child, EndedError, LateError
from omega_julia.request import Request, fill, layout_of, take, text_of

REPLY = struct.pack("<4sIQII", b"OMJR", 3, 7, 0, 0)


def test_a_request_has_a_fixed_form() -> None:
    """Magic, length, number; then the size of the memory and the fields."""
    frame = frames.request_frame(258, 64, "op=hello\n")

    assert frame.hex() == "4f4d4a510c0000000201000000000000" + b"64\nop=hello\n".hex()


def test_a_reply_has_a_fixed_form() -> None:
    """Magic, length, number, status and a zero."""
    header = frames.reply_header(REPLY, 7)

    assert (header.text_bytes, header.number, header.status) == (3, 7, 0)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<4sIQII", b"OMJX", 3, 7, 0, 0),
        struct.pack("<4sIQII", b"OMJR", 2**26 + 1, 7, 0, 0),
        struct.pack("<4sIQII", b"OMJR", 3, 8, 0, 0),
        struct.pack("<4sIQII", b"OMJR", 3, 7, 5, 0),
        struct.pack("<4sIQII", b"OMJR", 3, 7, 0, 1),
    ],
    ids=["magic", "length", "number", "status", "zero"],
)
def test_what_is_no_header_is_refused(data: bytes) -> None:
    """Every part of it counts."""
    with pytest.raises(frames.FrameError):
        frames.reply_header(data, 7)


@given(st.binary(min_size=24, max_size=24))
def test_random_bytes_are_no_header(data: bytes) -> None:
    """None of them gets through by chance."""
    with pytest.raises(frames.FrameError):
        frames.reply_header(data, 7)


@given(st.text())
def test_text_survives_its_escape(text: str) -> None:
    """New lines and tabs are gone on the way, and back at its end."""
    escaped = frames.escape(text)

    assert "\n" not in escaped
    assert "\t" not in escaped
    assert frames.unescape(escaped) == text


def test_fields_are_read_or_refused() -> None:
    """A value may hold the sign; a line without it is no field."""
    assert frames.parse("a=1\nb=x=y\n") == {"a": "1", "b": "x=y"}
    with pytest.raises(frames.FrameError):
        frames.parse("nothing")


@given(st.lists(st.integers(0, 40), max_size=6), st.lists(st.integers(0, 40), max_size=3))
def test_arrays_have_places_of_their_own(sizes: list[int], results: list[int]) -> None:
    """No two overlap, all begin at a whole line of the processor's cache, and all lie inside."""
    arrays = {f"a{place}": np.arange(float(size)) for place, size in enumerate(sizes)}
    request = Request("x", {}, arrays, {f"r{place}": size for place, size in enumerate(results)})
    layout = layout_of(request)
    memory = np.zeros(layout.total_bytes, np.uint8)
    fill(memory, request, layout)
    spans = sorted((offset, offset + 8 * count) for offset, count in layout.places.values() if count)

    assert all(offset % 64 == 0 for offset, _ in layout.places.values())
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    assert all(end <= layout.total_bytes for _, end in spans)
    assert {name: array.size for name, array in take(memory, request, layout).items()} == request.results
    assert text_of(request, layout).startswith("op=x\n")


@pytest.fixture
def talker() -> Iterator[list[Child]]:
    """Collect children that a test starts, and end them."""
    started: list[Child] = []
    yield started
    for child in started:
        child.end()


def _child(talker: list[Child], source: str) -> Child:
    talker.append(Child([sys.executable, "-c", f"import sys, os, time\n{source}"], {}, ()))
    return talker[-1]


def test_a_short_reply_is_an_ended_child(talker: list[Child]) -> None:
    """Half a header and then nothing is noticed at once, with the exit code."""
    child = _child(talker, "os.write(1, b'x' * 10); sys.exit(4)")
    with pytest.raises(EndedError):
        child.receive(24, time.monotonic() + 60.0)

    assert child.last_words() == "ended with exit code 4"


def test_a_reply_in_pieces_is_put_together(talker: list[Child]) -> None:
    """However the pipe cuts it."""
    child = _child(talker, "for part in (b'ab', b'c', b'def'):\n    os.write(1, part); time.sleep(0.05)")

    assert child.receive(6, time.monotonic() + 60.0) == b"abcdef"


def test_a_child_that_does_not_read_is_late(talker: list[Child]) -> None:
    """A request larger than the pipe does not block for ever."""
    child = _child(talker, "time.sleep(600)")
    with pytest.raises(LateError):
        child.send(b"x" * 2**20, time.monotonic() + 0.2)


def test_a_large_frame_gets_through_both_ways(talker: list[Child]) -> None:
    """Many times the size of the pipe."""
    child = _child(talker, "data = sys.stdin.buffer.read(2**22)\nsys.stdout.buffer.write(data[::-1]); sys.stdout.flush()")
    data = bytes(range(256)) * 2**14
    child.send(data, time.monotonic() + 60.0)

    assert child.receive(len(data), time.monotonic() + 60.0) == data[::-1]


def test_a_child_that_closes_its_output_and_lives_is_ended(talker: list[Child], monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, and is killed."""
    monkeypatch.setattr("omega_julia.child.LAST_WORDS_SECONDS", 0.1)
    child = _child(talker, "os.close(1); time.sleep(600)")
    with pytest.raises(EndedError):
        child.receive(1, time.monotonic() + 60.0)

    assert child.last_words() == "closed its output and lived on"


def test_stderr_has_an_end_and_a_bound(talker: list[Child], monkeypatch: pytest.MonkeyPatch) -> None:
    """The tail is what was written last; the file does not grow for ever, and what is written next comes first again."""
    monkeypatch.setattr("omega_julia.child.MOST_STDERR_BYTES", 1000)
    child = _child(
        talker, "os.write(2, b'a' * 9000 + b'end'); os.write(1, b'1'); sys.stdin.buffer.read(1); os.write(2, b'new'); os.write(1, b'2')"
    )
    child.receive(1, time.monotonic() + 60.0)
    before = child.stderr_tail()
    child.send(b"x", time.monotonic() + 60.0)
    child.receive(1, time.monotonic() + 60.0)

    assert before.endswith("aend")
    assert len(before) == 4000
    assert child.stderr_tail() == "new"


def test_ending_twice_is_fine(talker: list[Child]) -> None:
    """The second time there is nothing to do."""
    child = _child(talker, "time.sleep(600)")
    child.end()
    child.end()
    child.abandon()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_an_interrupted_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between the start of the process and the moment that anybody holds it."""
    started: list[int] = []

    def interrupt(_: int, pid: int) -> None:
        started.append(pid)
        raise KeyboardInterrupt

    before = _open_files()
    monkeypatch.setattr("omega_julia.child._tie", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Child([sys.executable, "-c", "import time; time.sleep(600)"], {}, ())

    assert not Path(f"/proc/{started[0]}").exists()
    assert _open_files() == before

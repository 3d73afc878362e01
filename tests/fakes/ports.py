"""Ports with one known behaviour each, named for it, so that tests can ask whether the harness notices."""

from __future__ import annotations

import ctypes
import importlib
import math
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

_seen: list[float] = []


class PanicException(BaseException):
    """Looks like the exception that PyO3 raises for a Rust panic: no Exception, and a name that gives it away."""


class CodedError(Exception):
    """An error with a code of its own instead of one in its message."""

    code = 2004


def correct(x: float) -> float:
    """Double a number: the behaviour that all others depart from."""
    return x * 2.0


def identity(value: Any) -> Any:
    """Return the argument as it came."""
    return value


def off_by_one(x: float) -> float:
    """Be wrong everywhere, by one."""
    return x * 2.0 + 1.0


def off_by_one_ulp(x: float) -> float:
    """Be wrong in the last place only."""
    return math.nextafter(x * 2.0, math.inf)


def always_wrong(x: float) -> str:
    """Answer with something else altogether."""
    return f"not {x}"


def nan_dropped(x: float) -> float:
    """Lose the NaN rule: answer zero for it."""
    return 0.0 if math.isnan(x) else x * 2.0


def truncating(x: float) -> float:
    """Compute in single precision."""
    return ctypes.c_float(x * 2.0).value


def crashing_on_negative(x: float) -> float:
    """Die by SIGSEGV on negative numbers."""
    if x < 0:
        crashing(x)
    return x * 2.0


def crashing(_x: float) -> float:
    """Read from address zero."""
    return float(ctypes.string_at(0)[0])


def aborting(_x: float) -> float:
    """Call abort, as native code does on a broken invariant."""
    os.write(2, b"invariant broken\n")
    os.abort()


def failing_to_allocate(_x: float) -> float:
    """Abort with the words of a Rust program that cannot allocate."""
    os.write(2, b"memory allocation of 123456789 bytes failed\n")
    os.abort()


def killed(_x: float) -> float:
    """Die by SIGKILL, as from a kernel that ran out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0.0


def hanging_on_zero(x: float) -> float:
    """Sleep for ever on zero."""
    while x == 0:
        time.sleep(60)
    return x * 2.0


def hanging_with_the_lock(x: float) -> float:
    """Hang in native code that never gives the interpreter back."""
    if x == 0:
        ctypes.PyDLL(None).pause()
    return x * 2.0


def slow(x: float) -> float:
    """Take twenty milliseconds."""
    time.sleep(0.02)
    return x * 2.0


def exiting(x: float) -> float:
    """Leave the process with code 3 on negative numbers, past every handler."""
    if x < 0:
        os._exit(3)
    return x * 2.0


def raising_system_exit(_x: float) -> float:
    """Raise what a script raises to leave."""
    sys.exit(3)


def interrupting(_x: float) -> float:
    """Raise what Ctrl-C raises."""
    raise KeyboardInterrupt


def panicking(x: float) -> float:
    """Panic on negative numbers, the way PyO3 reports it."""
    if x < 0:
        raise PanicException("index out of bounds: the len is 3 but the index is 3")
    return x * 2.0


def raising(x: float) -> float:
    """Refuse negative numbers with a code in the message."""
    if x < 0:
        raise ValueError(f"[1005] {x} is negative")
    return x * 2.0


def raising_other_type(x: float) -> float:
    """Refuse negative numbers with the same code and another exception."""
    if x < 0:
        raise RuntimeError(f"[1005] {x} is negative")
    return x * 2.0


def raising_coded(_x: float) -> float:
    """Raise an exception that has its code as an attribute."""
    raise CodedError("an array of the wrong type")


def raising_unprintable(_x: float) -> float:
    """Raise an exception whose text cannot be made."""

    class Unprintable(Exception):  # noqa: N818 - the name says what it is
        def __str__(self) -> str:
            raise RuntimeError("no text")

    raise Unprintable


def not_implemented(_x: float) -> float:
    """Say that this part is still to come."""
    raise NotImplementedError("still to come")


def running_out_of_memory(_x: float) -> int:
    """Ask for more memory than there is address space."""
    return len(bytearray(1 << 62))


def allocating(size_bytes: int) -> int:
    """Touch this much memory and give it back."""
    return len(b"x" * size_bytes)


def leaking(x: float) -> float:
    """Keep a megabyte with every call."""
    _seen.extend([x] * (1 << 17))
    return x * 2.0


def mutating(values: list[float]) -> float:
    """Sort the caller's list in place."""
    values.sort()
    return values[0] if values else math.nan


def mutating_array(array: Any) -> float:
    """Write into the caller's array."""
    array[...] = 0.0
    return 0.0


def printing(x: float) -> float:
    """Talk on both streams."""
    print(f"out {x}")  # noqa: T201 - the behaviour itself
    os.write(2, b"err\n")
    return x * 2.0


def flooding(x: float) -> float:
    """Print a megabyte, past any pipe's size."""
    os.write(1, b"x" * (1 << 20))
    return x * 2.0


def scribbling(x: float) -> float:
    """Write into every descriptor that is open, also those that are none of its business."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"scribble")
        except OSError:
            continue
    return x


def closing_everything(x: float) -> float:
    """Close every descriptor, also those that are none of its business."""
    os.closerange(3, 64)
    return x * 2.0


def forking(x: float) -> float:
    """Fork and let the child come back too."""
    os.fork()
    return x * 2.0


def starting_a_child(_x: float) -> int:
    """Start a process that outlives the call; answer its number."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid


def starting_a_thread(x: float) -> float:
    """Leave a thread running."""
    threading.Thread(target=time.sleep, args=(600,)).start()
    return x * 2.0


def generating(x: float) -> Iterator[float]:
    """Answer with a generator, which cannot be carried."""
    yield x


def breaking_arrow_on_negative(x: float) -> Any:
    """Answer with two strings in Arrow, on negative numbers with an offset between them that lies outside of the data."""
    arrow = importlib.import_module("pyarrow")
    offsets = arrow.py_buffer(struct.pack("<iii", 0, 1 << 20 if x < 0 else 1, 3))
    return arrow.Array.from_buffers(arrow.string(), 2, [None, offsets, arrow.py_buffer(b"abc")])


def unseeded(_x: float) -> int:
    """Answer with something that depends on the hash seed."""
    return hash("seed")


def stateful(x: float) -> float:
    """Count the calls of this process into the answer."""
    _seen.append(x)
    return float(len(_seen))


def where(_x: float) -> dict[str, Any]:
    """Tell about the process: its number, folder, import path and environment."""
    return {"pid": os.getpid(), "cwd": os.getcwd(), "path": list(sys.path), "environment": dict(os.environ)}  # noqa: PTH109 - text, not a path


def hash_ordered(x: float) -> list[str]:
    """Answer with words in the order of a set, which depends on the hash seed."""
    return list({f"{x}:{word}" for word in ("rent", "food", "heat", "light")})


def key_ordered(x: float) -> dict[str, float]:
    """Answer with a mapping whose keys come in the order of a set."""
    return dict.fromkeys({f"{x}:{word}" for word in ("rent", "food", "heat", "light")}, x)


def zoned(x: float) -> float:
    """Add the hour of the local time at the epoch."""
    return x * 2.0 + time.localtime(0).tm_hour


def localised(x: float) -> float:
    """Add one under the locale C."""
    return x * 2.0 + (os.environ.get("LC_ALL") == "C")


def threaded(x: float) -> float:
    """Add as many parts as there are threads."""
    total = 0.0
    parts = int(os.environ.get("RAYON_NUM_THREADS", "3"))
    for _ in range(parts):
        total += 2.0 * x / parts
    return total


def placed(x: float) -> float:
    """Add one where the working directory is the root."""
    return x * 2.0 + (os.getcwd() == "/")  # noqa: PTH109 - text, not a path


def hanging_in_another_zone(x: float) -> float:
    """Sleep for ever where the time zone is another."""
    while "TZ" in os.environ:
        time.sleep(60)
    return x * 2.0


_scratch: list[float] = []


def scratching(x: float) -> float:
    """Compute in a buffer that all threads share."""
    _scratch.clear()
    _scratch.append(x)
    time.sleep(0)
    _scratch.append(x)
    return _scratch[0] + _scratch[-1] if len(_scratch) == 2 else math.nan


def crashing_beside_another(x: float) -> float:
    """Die where two threads are inside at once."""
    _scratch.append(x)
    time.sleep(1e-4)
    if len(_scratch) > 1:
        ctypes.string_at(0)
    _scratch.pop()
    return x * 2.0


_lock = threading.Lock()


def deadlocking(x: float) -> float:
    """Never let go of a lock when another thread waits for it."""
    _lock.acquire()
    time.sleep(1e-4)
    if threading.active_count() < 3:
        _lock.release()
    return x * 2.0


def computing_alone(x: float) -> float:
    """Take two milliseconds in native code that keeps the interpreter's lock."""
    ctypes.PyDLL(None).usleep(2000)
    return x * 2.0


def computing_beside_others(x: float) -> float:
    """Take two milliseconds in native code that gives the interpreter's lock away."""
    ctypes.CDLL(None).usleep(2000)
    return x * 2.0


def leaking_a_little(x: float) -> float:
    """Keep a hundred bytes with every call."""
    _kept.append(bytes(100))
    return x * 2.0


def leaking_refusals(x: float) -> float:
    """Keep a kilobyte with every refusal."""
    if x < 0:
        _kept.append(bytes(1000))
        raise ValueError(f"[1005] {x} is negative")
    return x * 2.0


_kept: list[bytes] = []
_known: dict[float, list[float]] = {}


def caching(x: float) -> float:
    """Keep what was computed, once for every number."""
    if x not in _known:
        _known[x] = [x] * 100_000
    return x * 2.0


def churning(x: float) -> float:
    """Take memory of all sizes and give all of it back."""
    parts = [bytearray(size) for size in (10, 1_000, 100_000, 3_000_000)]
    return x * len(parts) / 2.0


def allocating_twice(size_bytes: int) -> int:
    """Touch twice this much memory at once."""
    return len(b"x" * size_bytes) + 0 * len([b"y" * size_bytes, b"z" * size_bytes])


def growing(values: list[float]) -> int:
    """Append a thousand numbers to the caller's list."""
    values.extend([1.0] * 1000)
    return len(values)

"""Rows are computed in parallel and without holding the interpreter, and neither shows in the numbers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time

import pyarrow as pa
from omega_rust import rating

PROGRAM = """
import sys
from omega_rust import build_info, rating
sys.stdout.write(f"{build_info()['threads']} ")
sys.stdout.flush()
sys.stdout.buffer.write(rating.calculate_ratings_batch(sys.stdin.buffer.read()))
"""


def many(table: pa.RecordBatch, times: int) -> pa.RecordBatch:
    """Return the rows of a table many times over, in one batch."""
    return pa.concat_batches([table] * times)


def stream(batch: pa.RecordBatch) -> bytes:
    """Return the bytes of an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def test_the_number_of_threads_is_honoured_and_changes_no_bit(table: pa.RecordBatch) -> None:
    """A process with one thread, two or three gives the same bytes for enough rows to be shared out."""
    data, digests = stream(many(table, 200)), set()
    for threads in (1, 2, 3):
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        ran = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, env=environment, check=True)
        count, _, ratings = ran.stdout.partition(b" ")
        assert int(count) == threads
        digests.add(hashlib.sha256(ratings).hexdigest())
    assert len(digests) == 1


def test_calls_from_several_threads_agree(table: pa.RecordBatch) -> None:
    """Nothing is shared between calls."""
    expected = rating.calculate_ratings_batch(stream(many(table, 60)))
    data, answers = stream(many(table, 60)), []
    threads = [threading.Thread(target=lambda: answers.append(rating.calculate_ratings_batch(data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4


def test_python_runs_while_rust_computes(table: pa.RecordBatch) -> None:
    """In the middle half of a long call this thread still gets its turn: the call does not hold the interpreter."""
    span: list[float] = []
    heavy = {"jitter": {"n_iterations": 1_000_000}}

    def call() -> None:
        span.append(time.perf_counter())
        rating.calculate_ratings_table(many(table, 4), heavy)
        span.append(time.perf_counter())

    worker = threading.Thread(target=call)
    worker.start()
    seen = []
    while worker.is_alive():
        seen.append(time.perf_counter())
        time.sleep(0)
    quarter = (span[1] - span[0]) / 4
    assert any(span[0] + quarter < moment < span[1] - quarter for moment in seen)

"""Facts about the breadcrumb."""

from __future__ import annotations

import os
import time

from harness.drivers.crumb import Crumb, open_shared


def test_two_views_of_one_crumb_agree() -> None:
    """What one process notes the other reads: the index in hand and since when."""
    descriptor = open_shared()
    ours, theirs = Crumb(descriptor), Crumb(descriptor)
    os.close(descriptor)
    assert ours.read() is None

    before_ns = time.monotonic_ns()
    theirs.take(7)
    index, started_ns = ours.read() or (-1, 0)
    theirs.drop()

    assert index == 7
    assert before_ns <= started_ns <= time.monotonic_ns()
    assert ours.read() is None
    ours.close()
    theirs.close()

"""Facts about what the environment says of Julia."""

from __future__ import annotations

import os

import pytest

from omega_julia.settings import current

PROCESSORS = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("ours", "julias", "threads"),
    [
        (None, None, PROCESSORS),
        ("3", None, 3),
        ("3", "7", 3),
        (None, "7", 7),
        (None, "7,1", 7),
        (None, "auto", PROCESSORS),
        (None, "0", PROCESSORS),
        (None, "²", PROCESSORS),
    ],
)
def test_threads_are_ours_then_julias_then_the_processors(
    monkeypatch: pytest.MonkeyPatch, ours: str | None, julias: str | None, threads: int
) -> None:
    """Julia's own variable counts where ours is not set, if it holds a number above 0."""
    for name, value in (("OMEGA_JULIA_THREADS", ours), ("JULIA_NUM_THREADS", julias)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)

    assert current().threads == threads

"""What the tests of this room share: drivers of the fakes, and eyes for what is left behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.drivers import Driver
from harness.model import Case

FAKES = Path(__file__).resolve().parents[1] / "fakes"


@pytest.fixture
def fakes() -> str:
    """Return the folder of the fakes, for a search path."""
    return str(FAKES)


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    """Return a maker of drivers of `ports.<name>`, in an empty project, closed at the end."""
    with ExitStack() as stack:

        def make(name: str, **options: Any) -> Driver:
            target = name if ":" in name or "." in name else f"ports.{name}"
            return stack.enter_context(Driver(target, name="port", root=tmp_path, search_path=[str(FAKES)], **options))

        yield make


@pytest.fixture
def cases() -> Callable[..., list[Case]]:
    """Return a maker of cases with one argument each."""
    return lambda *arguments: [Case(str(index), "operation", (argument,)) for index, argument in enumerate(arguments)]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Demand of every test that it leaves no process and no open descriptor behind."""
    descriptors = open_descriptors()
    children = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= children
    assert open_descriptors() <= descriptors


def open_descriptors() -> int:
    """Count the open descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture
def living() -> Callable[[Iterable[int]], list[int]]:
    """Return a function that waits up to ten seconds for processes to end, and returns those that still run."""

    def wait(numbers: Iterable[int]) -> list[int]:
        end = time.monotonic() + 10
        rest = list(numbers)
        while rest and time.monotonic() < end:
            rest = [number for number in rest if is_running(number)]
            time.sleep(0.01)
        return rest

    return wait


def is_running(number: int) -> bool:
    """Tell whether a process runs; a zombie that nobody reaps does not."""
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False

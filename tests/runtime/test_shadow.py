"""Shadow runs: the caller sees the reference only, and every difference becomes an event."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from harness.runtime import Shadow, flags
from harness.runtime.events import Cause, Kind

PORTS = {
    "differs": "return 4",
    "raises": "raise KeyError('an index went wrong')",
    "panics": "raise type('PanicException', (BaseException,), {})('overflow')",
}


def unequal(reference: Any, candidate: Any) -> Sequence[str]:
    """Compare plainly, so that these tests stand apart from the comparator's."""
    return () if reference == candidate else (f"{reference} is not {candidate}",)


def _port(body: str) -> str:
    return f"def build_info(): return {{'version': '0.3.0'}}\ndef total(values):\n    {body}\n"


def test_equal_answers_are_counted_as_agreement(toy: Any) -> None:
    """A port that agrees makes no event, only a count."""
    assert Shadow(toy.dispatcher, every=1, compare=unequal).call("total", [1, 2]) == 3
    assert toy.log.causes() == {Cause(Kind.AGREEMENT, "total", "same-value", ""): 1}


@pytest.mark.parametrize("body", PORTS.values(), ids=PORTS)
def test_whatever_the_port_does_the_caller_gets_the_reference(toy: Any, body: str) -> None:
    """Another value, an error and a panic are divergences, and the caller hears of none."""
    toy.write_port(_port(body))

    assert Shadow(toy.dispatcher, every=1, compare=unequal).call("total", [1, 2]) == 3
    assert toy.log.counts() == {"divergence": 1}


def test_an_error_of_the_reference_is_raised_and_compared(toy: Any) -> None:
    """Both refusing alike is agreement; a port that answers instead is a divergence."""
    shadow = Shadow(toy.dispatcher, every=1, compare=unequal)
    with pytest.raises(RuntimeError, match="1001"):
        shadow.call("total", [])
    agreed = toy.log.counts()
    sys.modules["toy_port.kernels"].total = lambda _: 0
    with pytest.raises(RuntimeError, match="1001"):
        shadow.call("total", [])

    assert (agreed, toy.log.counts()) == ({"agreement": 1}, {"agreement": 1, "divergence": 1})
    assert "the reference raised ToyError: [1001] nothing to add" in toy.log.recent()[-1].text


def test_the_port_works_on_its_own_copy(toy: Any) -> None:
    """A port that changes its arguments changes neither the caller's nor the reference's."""
    toy.write_port(_port("values.append(9); return 3"))
    values = [1, 2]

    Shadow(toy.dispatcher, every=1, compare=unequal).call("total", values)

    assert values == [1, 2]


def test_a_value_changed_by_its_owner_does_not_count_as_a_difference(toy: Any) -> None:
    """The reference's value is copied before a job that runs later compares it."""
    toy.write_port(_port("return list(values)"))
    sys.modules.pop("toy_reference", None)
    (toy.folder / "toy_reference.py").write_text("def total(values): return list(values)")
    jobs: list[Callable[[], None]] = []
    shadow = Shadow(toy.dispatcher, every=1, compare=unequal, submit=jobs.append)

    shadow.call("total", [1, 2]).append(3)
    jobs[0]()

    assert toy.log.counts() == {"agreement": 1}


@pytest.mark.parametrize(("every", "runs"), [(1, 10), (3, 4), (10, 1)])
def test_sampling_counts_calls(toy: Any, every: int, runs: int) -> None:
    """Of ten calls every n-th is rehearsed, the first one always."""
    shadow = Shadow(toy.dispatcher, every=every, compare=unequal)
    for _ in range(10):
        shadow.call("total", [1])

    assert toy.log.counts() == {"agreement": runs}


def test_off_loads_no_port(toy: Any) -> None:
    """With the flag off there is nothing beside the reference."""
    flags.set_feature_flag(toy.flag, "off")

    assert Shadow(toy.dispatcher, every=1, compare=unequal).call("total", [1]) == 1
    assert (toy.log.counts(), "toy_port" in sys.modules) == ({}, False)


def test_a_missing_port_is_an_event(toy: Any) -> None:
    """A shadow run that compared nothing is not silent."""
    toy.write_port("import a_library_that_is_not_there")

    assert Shadow(toy.dispatcher, every=1, compare=unequal).call("total", [1]) == 1
    assert [(event.kind, event.reason) for event in toy.log.recent()] == [(Kind.SHADOW_FAILED, "import-failed")]


def test_what_cannot_be_copied_submitted_or_compared_is_an_event(toy: Any) -> None:
    """The machinery around the port may fail as well, and the caller still gets the answer."""

    def refuse(*_: Any) -> Any:
        raise OSError("no room")

    uncopied = Shadow(toy.dispatcher, every=1, compare=unequal).call("total", [1, *(number for number in (2, 3))])
    Shadow(toy.dispatcher, every=1, compare=refuse).call("total", [1])
    Shadow(toy.dispatcher, every=1, compare=unequal, submit=refuse).call("total", [1])

    class Uncopied(list[int]):
        def __deepcopy__(self, memo: object) -> None:
            raise TypeError("not to be copied")

    assert (uncopied, Shadow(toy.dispatcher, every=1, compare=unequal).call("total", Uncopied([4]))) == (6, 4)
    assert [event.reason for event in toy.log.recent()] == ["not-compared", "not-submitted", "not-copied"]


def test_the_comparison_is_to_the_bit_by_default(toy: Any) -> None:
    """Without a comparison of its own a shadow tells 0.0 from -0.0 and says where."""
    toy.write_port(_port("return -0.0"))

    Shadow(toy.dispatcher, every=1).call("total", [0.0])

    assert toy.log.counts() == {"divergence": 1}
    assert "-0.0" in toy.log.recent()[0].text


def test_a_sampling_of_nothing_is_refused(toy: Any) -> None:
    """Every call or every n-th, but not every zeroth."""
    with pytest.raises(ValueError, match="not every 0"):
        Shadow(toy.dispatcher, every=0)

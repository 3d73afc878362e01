"""Cases and outcomes read like Python, and no value can cost the report."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Case, Failure, Outcome, OutcomeKind
from harness.report.values import arguments_after_text, call_text, outcome_text, value_as_text


class Unshowable:
    """A value whose representation raises."""

    def __repr__(self) -> str:
        """Fail."""
        raise RuntimeError("no")


def nested(depth: int) -> list[Any]:
    """Nest lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_a_case_reads_like_a_call() -> None:
    """A case is shown as the call that it is."""
    assert call_text(Case("c", "score", ([1.0, float("nan")], None, {"a": (1,)}))) == "score([1.0, nan], None, {'a': (1,)})"


def test_long_containers_say_what_is_missing() -> None:
    """A long list shows its beginning and how much more there is."""
    assert value_as_text(list(range(1_040))).endswith("39, … 1,000 more]")


def test_bytes_show_length_and_beginning() -> None:
    """Arrow bytes are not dumped."""
    assert value_as_text(b"\x00" * 1_000).startswith("bytes of length 1,000: 00 00")


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.floats() | st.text() | st.binary() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_every_plain_value_can_be_shown(value: Any) -> None:
    """Any plain value has a text."""
    assert value_as_text(value)


def test_bad_values_do_not_cost_the_report() -> None:
    """A value that cannot be shown, is too large or nested too deeply still has words."""
    assert value_as_text(Unshowable()) == "<Unshowable that cannot be shown: RuntimeError>"
    assert value_as_text(10**5_000).startswith("<int that cannot be shown")
    assert "1 inside" in value_as_text(nested(5_000))


def test_an_error_reads_with_its_message() -> None:
    """An exception is shown by its name and message, without the module of builtins."""
    failure = Failure("builtins.ValueError", "[1005] empty")
    assert outcome_text(Outcome(OutcomeKind.ERROR, failure=failure)) == "ValueError: [1005] empty"


def test_an_accident_is_named() -> None:
    """A crash says that it is one."""
    assert outcome_text(Outcome(OutcomeKind.CRASH, failure=Failure("SIGSEGV", ""))) == "crash: SIGSEGV"
    assert outcome_text(Outcome(OutcomeKind.TIMEOUT)) == "timeout"


def test_changed_arguments_are_shown() -> None:
    """A call that changed its arguments is shown with what it left; one that did not, without."""
    assert arguments_after_text(Outcome(OutcomeKind.VALUE, 1, arguments_after=([],))) == "[]"
    assert arguments_after_text(Outcome(OutcomeKind.VALUE, 1)) == ""

"""Facts about `harness replay`."""

from __future__ import annotations

import json

from harness.cli.replay import describe
from harness.model import Failure, Outcome, OutcomeKind
from tests.cli.conftest import Call
from tests.conftest import Shop


def identity(shop: Shop) -> str:
    """Return the id of a divergence as a reader of the report takes it."""
    report = json.loads((shop.root / "reports" / "shop" / "report.json").read_text("utf-8"))
    return str(report["divergences"][0]["id"])


def test_a_divergence_that_is_still_there_is_exit_code_1(diverged: Shop, call: Call) -> None:
    """Both answers and the place are shown."""
    result = call(diverged, "replay", identity(diverged))

    assert result.exit_code == 1
    assert "reference: value" in result.stdout
    assert "candidate: value" in result.stdout
    assert result.stdout.endswith("differs\n")


def test_a_mended_port_is_exit_code_0(diverged: Shop, call: Call) -> None:
    """The same now."""
    diverged.write("shopfast.py", (diverged.root / "shopref.py").read_text("utf-8"))
    result = call(diverged, "replay", identity(diverged))

    assert result.exit_code == 0
    assert result.stdout.endswith("same now\n")


def test_an_unknown_id_is_exit_code_2(diverged: Shop, call: Call) -> None:
    """With the place that was looked into."""
    result = call(diverged, "replay", "nothing")

    assert result.exit_code == 2
    assert "error[H072]" in result.stderr


def test_an_outcome_is_one_short_line() -> None:
    """However much a port has to say."""
    failure = Failure("builtins.ValueError", "x" * 1000)

    assert describe(Outcome(OutcomeKind.VALUE, 1.5)) == "value 1.5"
    assert describe(Outcome(OutcomeKind.ERROR, failure=failure)).startswith("error builtins.ValueError: xxx")
    assert len(describe(Outcome(OutcomeKind.ERROR, failure=failure))) == 400

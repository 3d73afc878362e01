"""Facts about opening what checks work with."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest

from harness.checks.workers import REFERENCE
from harness.contract import columns, exact
from harness.errors import Code, HarnessError
from harness.run.context import contract_context, open_context, read_migration
from harness.run.plan import Plan
from harness.run.quick import quick_contract
from harness.run.selftest import PORTS
from harness.run.selftest import REFERENCE as MINIATURE
from tests.conftest import Shop


def test_runbook_and_contract_are_read_together(shop: Shop) -> None:
    """They have the same stem."""
    runbook, contract = read_migration(shop.project(), "shop")

    assert (runbook.title, contract.name) == ("Runbook: shop", "shop")


@pytest.mark.parametrize(("file", "code"), [("shop.md", Code.RUNBOOK_MISSING), ("shop.py", Code.CONTRACT_MISSING)])
def test_a_missing_half_is_named(shop: Shop, file: str, code: Code) -> None:
    """A runbook without contract, or a contract without runbook, is no migration."""
    (shop.root / "runbooks" / file).unlink()

    with pytest.raises(HarnessError) as caught:
        read_migration(shop.project(), "shop")

    assert caught.value.code is code


def test_the_plan_reaches_the_context(shop: Shop) -> None:
    """Seed, cases and budget are those of the plan."""
    with open_context(shop.project(), "shop", Plan(seed=7, cases=11, budget_seconds=3.0)) as context:
        assert (context.seed, context.cases, context.budget_seconds) == (7, 11, 3.0)


def test_the_clock_goes(shop: Shop) -> None:
    """Budgets are measured on a clock that no one sets back."""
    with open_context(shop.project(), "shop", Plan()) as context:
        start_ns = context.clock_ns()

        assert context.seconds_since(start_ns) >= 0


def test_no_worker_outlives_the_context(shop: Shop) -> None:
    """However the block ends."""
    before = set(psutil.Process().children(recursive=True))
    with suppress(RuntimeError), open_context(shop.project(), "shop", Plan()) as context:
        context.workers.ran(context.contract.operations["total"], REFERENCE)
        raise RuntimeError("in the middle")

    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_contract_alone_has_no_gates_and_nothing_recorded(shop: Shop) -> None:
    """A quick comparison needs no project."""
    declared = quick_contract(MINIATURE, f"{PORTS}.correct", columns(prices="list<float64>", limit="float64"), exact)
    with contract_context(declared, Plan(), root=shop.root) as context:
        assert context.runbook.gates == ()
        assert context.golden.operations() == ()


def test_the_environment_of_the_plan_is_that_of_the_workers(shop: Shop) -> None:
    """A flag set for a run reaches the implementations."""
    with open_context(shop.project(), "shop", Plan(environment={"SHOP_FLAG": "on"})) as context:
        assert context.workers.environment == {"SHOP_FLAG": "on"}

"""What all tests share: a small project with everything in order, which each test then spoils in one way."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from harness import testing
from harness.model import Decision
from harness.report.document import RunDocument
from harness.run import publish, sign
from harness.run.golden import accept_golden, record_golden
from harness.settings import Project, load_project

# How long one example takes depends on the machine and on what else it does, and no test here is about that.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

REFERENCE = '''"""The reference."""


def total(prices: list[float], rate: float) -> float:
    """Return the sum of prices at a rate."""
    result = 0.0
    for price in prices:
        result += price * rate
    return result
'''
RUNBOOK = """# Runbook: shop

## Preparation

- [x] Outcomes are recorded and reviewed <!-- gate: golden.missing <= 0; golden.unreviewed <= 0 -->

## Rollback

### Rollback triggers

- Any divergence <!-- gate: differential.divergences > 0 -->
- Crash, hang or panic <!-- gate: outcomes.crashes > 0 -->

## Acceptance criteria

- [ ] No recorded outcome has changed <!-- gate: golden.divergences <= 0 -->
- [ ] Every property holds <!-- gate: property.failures <= 0 -->
- [ ] Foreign types are treated alike <!-- gate: boundary.divergences <= 0 -->

## Sign-off

| role | name |
| --- | --- |
| Tech Lead | |
"""
CONTRACT = '''"""The contract."""

from harness import Floor, columns, contract, exact, port

shop = contract(reference="shopref", ports={"fast": port("shopfast"PORT_OPTIONS)}, reference_sources=("shopref.py",)CONTRACT_OPTIONS)


@shop.operation(
    "total", compare=exact, inputs=columns(prices="list<float64>", rate="float64[0..1]"), floor=Floor(cases=60), timeout_seconds=1.0
)
def _(call):
    call.property("gives_a_number", lambda outcome: isinstance(outcome.value, float))
'''


@dataclass
class Shop:
    """The project on disk; every attribute that is set is written at once."""

    root: Path

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a file, which must be there."""
        text = (self.root / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def contract(self, port_options: str = "", contract_options: str = "") -> None:
        """Write the contract with further options."""
        self.write("runbooks/shop.py", CONTRACT.replace("PORT_OPTIONS", port_options).replace("CONTRACT_OPTIONS", contract_options))

    def engine(self, version: str, *, declared: bool = True) -> None:
        """Let both sides answer by a package in this version, and the contract declare it; another call is an upgrade."""
        for info in self.root.glob("shopengine-*"):
            shutil.rmtree(info)
        self.write(f"shopengine-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: shopengine\nVersion: {version}\n")
        self.write("shopengine.py", f'"""Draws numbers."""\n\nSTEP = {version}\n')
        for side in ("shopref.py", "shopfast.py"):
            self.write(
                side, REFERENCE.replace("price * rate", "price * rate * STEP").replace("def", "from shopengine import STEP\n\n\ndef", 1)
            )
        self.contract()
        if declared:
            self.change("runbooks/shop.py", "timeout_seconds=1.0", 'timeout_seconds=1.0, depends_on=("shopengine",)')

    def project(self) -> Project:
        """Read the project's settings."""
        return load_project(self.root)

    def record(self) -> None:
        """Record golden outcomes and accept them."""
        record_golden(self.project(), "shop", seed=1)
        accept_golden(self.project(), "shop", (), reason="first recording", who="a reviewer", environment={})

    def check(self, **plan: Any) -> RunDocument:
        """Run the checks and judge."""
        return testing.check(self.root, "shop", **({"cases": 80, "jobs": 1} | plan))

    def gate(self) -> RunDocument:
        """Judge again what is stored."""
        return testing.judge_again(self.root, "shop")

    def sign(self) -> None:
        """Give the one sign-off that the runbook asks for."""
        sign(self.project(), "shop", role="Tech Lead", name_of_person="A. Person")


def codes(document: RunDocument) -> set[str]:
    """Return the codes of the reasons that stand against GO, the missing sign-off apart."""
    return {reason.code for reason in document.verdict.reasons if reason.decision is not Decision.GO} - {"signoff-missing"}


def words(document: RunDocument) -> str:
    """Return all reasons as one text."""
    return "\n".join(f"{reason.code}: {reason.text}" for reason in document.verdict.reasons)


@pytest.fixture(scope="session")
def recorded_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in order, with golden data, to be copied."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.write("shopref.py", REFERENCE)
    shop.write("shopfast.py", REFERENCE.replace("The reference.", "The port."))
    shop.write("runbooks/shop.md", RUNBOOK)
    shop.contract()
    shop.record()
    return shop.root


@pytest.fixture
def shop(recorded_shop: Path, tmp_path: Path) -> Shop:
    """Return a fresh copy of the project."""
    shutil.copytree(recorded_shop, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    return Shop(tmp_path / "shop")


@pytest.fixture(scope="session")
def checked_shop(recorded_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project in order after a run of all checks, to be copied."""
    root = tmp_path_factory.mktemp("checked") / "shop"
    shutil.copytree(recorded_shop, root, ignore=shutil.ignore_patterns("__pycache__"))
    publish(load_project(root), Shop(root).check())
    return root


@pytest.fixture
def checked(checked_shop: Path, tmp_path: Path) -> Shop:
    """Return a fresh copy of the project with the evidence of a run; only the sign-off is missing."""
    shutil.copytree(checked_shop, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    return Shop(tmp_path / "shop")


@pytest.fixture(scope="session")
def diverged_shop(recorded_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project after a run in which the port was wrong for long lists, to be copied."""
    root = tmp_path_factory.mktemp("diverged") / "shop"
    shutil.copytree(recorded_shop, root, ignore=shutil.ignore_patterns("__pycache__"))
    shop = Shop(root)
    shop.change("shopfast.py", "return result", "return result + (len(prices) > 2)")
    publish(load_project(root), shop.check())
    return root


@pytest.fixture
def diverged(diverged_shop: Path, tmp_path: Path) -> Shop:
    """Return a fresh copy of the project whose port is wrong, with the evidence of it."""
    shutil.copytree(diverged_shop, tmp_path / "diverged", ignore=shutil.ignore_patterns("__pycache__"))
    return Shop(tmp_path / "diverged")

"""Ports that are not what they say, or that die: none of them may become GO."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_files
from harness.model import Decision
from harness.report.document import RunDocument

if TYPE_CHECKING:
    from tests.conftest import Shop

HONEST = '''"""The port."""


def build_info():
    return {"profile": "PROFILE", "version": "1", "source_digest": "DIGEST"}


def total(prices, rate):
    result = 0.0
    for price in prices:
        result += price * rate
    return result
'''


def codes_of(document: RunDocument) -> set[str]:
    """Return the codes of all reasons but the missing sign-off."""
    return {reason.code for reason in document.verdict.reasons} - {"signoff-missing"}


def text_of(document: RunDocument) -> str:
    """Return all reasons as one text."""
    return "\n".join(reason.text for reason in document.verdict.reasons)


def test_an_honest_port_with_its_signoff_is_go(shop: Shop) -> None:
    """A port in order lacks only the sign-off, and with it the verdict is GO: the tests below fail for their own reason."""
    assert codes_of(shop.check()) == set()

    shop.sign()

    assert shop.gate().verdict.decision is Decision.GO


def test_a_port_that_is_the_reference_by_another_name_is_inconclusive(shop: Shop) -> None:
    """A module that only re-exports the reference compares the reference with itself."""
    shop.write("shopfast.py", "from shopref import total\n")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "reference" in text_of(document)


def test_a_port_that_borrows_the_references_answers_is_inconclusive(shop: Shop) -> None:
    """A port whose worker imports the reference, however late, proves nothing."""
    shop.write("shopfast.py", "def total(prices, rate):\n    import shopref\n\n    return shopref.total(prices, rate)\n")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "imported the reference" in text_of(document)


def test_a_contract_that_names_the_reference_as_port_is_refused(shop: Shop) -> None:
    """The same import path on both sides ends before anything is run."""
    shop.change("runbooks/shop.py", '"shopfast"', '"shopref"')

    with pytest.raises(HarnessError) as caught:
        shop.check()

    assert caught.value.code is Code.PORT_IS_REFERENCE


def test_a_port_that_is_not_installed_is_inconclusive(shop: Shop) -> None:
    """A missing port is a gap, not a pass and not a divergence."""
    (shop.root / "shopfast.py").unlink()

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "not there" in text_of(document)


def test_a_port_whose_import_fails_is_inconclusive(shop: Shop) -> None:
    """A port that cannot be loaded says why, and the run goes on."""
    shop.write("shopfast.py", "raise ImportError('undefined symbol: rate')\n")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "undefined symbol" in text_of(document)


def test_an_operation_that_the_port_lacks_is_inconclusive(shop: Shop) -> None:
    """An operation that was not migrated cannot be judged by the others."""
    shop.write("shopfast.py", "def other():\n    return 1\n")

    assert shop.check().verdict.decision is Decision.INCONCLUSIVE


@pytest.mark.parametrize(
    ("profile", "stale", "word"),
    [("debug", False, "debug build"), ("release", True, "built from other sources"), ("release", None, "does not say which sources")],
)
def test_a_build_that_is_not_of_these_sources_in_release_mode_is_inconclusive(
    shop: Shop, profile: str, *, stale: bool | None, word: str
) -> None:
    """A debug build, a stale one, and one that does not say what it was built from are refused."""
    shop.write("native/lib.rs", "fn total() {}\n")
    digest = {False: digest_files(shop.root / "native", ("*.rs",)), True: "0" * 64, None: ""}[stale]
    shop.write("shopfast.py", HONEST.replace("PROFILE", profile).replace("DIGEST", digest))
    shop.contract(', source_root="native", sources=("*.rs",)')

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert word in text_of(document)


def test_a_release_build_of_these_sources_is_accepted(shop: Shop) -> None:
    """The rule above refuses only what it should."""
    shop.write("native/lib.rs", "fn total() {}\n")
    digest = digest_files(shop.root / "native", ("*.rs",))
    shop.write("shopfast.py", HONEST.replace("PROFILE", "release").replace("DIGEST", digest))
    shop.contract(', source_root="native", sources=("*.rs",)')

    assert codes_of(shop.check()) == set()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("import os\n    if len(prices) > 3: os.abort()", "crash"),
        ("import os\n    if len(prices) > 3: os._exit(0)", "crash"),
        ("import time\n    while rate == 0.0: time.sleep(0.05)", "timeout"),
        ("if rate == 1.0: raise type('PanicException', (BaseException,), {})('index out of bounds')", "panic"),
        ("if rate == 1.0: raise KeyboardInterrupt", "error"),
        ("if rate == 1.0: raise SystemExit(0)", "error"),
        ("prices.append(1.0) if len(prices) > 3 else None\n    prices = prices[:-1] if len(prices) > 4 else prices", "mutation"),
    ],
)
def test_a_port_that_dies_hangs_or_meddles_is_no_go_and_the_run_completes(shop: Shop, body: str, kind: str) -> None:
    """Whatever a port does, it is an outcome of a case; the other checks still run."""
    rest = "result = 0.0\n    for price in prices:\n        result += price * rate\n    return result\n"
    shop.write("shopfast.py", f"def total(prices, rate):\n    {body}\n    {rest}")

    document = shop.check()

    assert document.verdict.decision is Decision.NO_GO
    assert {"golden", "differential", "property", "boundary"} <= {record.name for record in document.checks}
    assert document.divergences
    if kind in {"crash", "timeout", "panic"}:
        assert any(found.candidate.kind.value == kind for found in document.divergences)


def test_a_port_that_writes_to_stdout_is_judged_by_its_answers(shop: Shop) -> None:
    """Printing, even of what looks like a message, disturbs nothing."""
    shop.change("shopfast.py", "result = 0.0", 'print(\'{"kind": "value"}\', flush=True); result = 0.0')

    assert codes_of(shop.check()) == set()


def test_a_port_that_only_knows_the_golden_cases_is_no_go(shop: Shop) -> None:
    """Answers learnt from the recorded data do not survive generated inputs."""
    shop.write(
        "shopfast.py",
        "import json, pathlib\n"
        "KNOWN = pathlib.Path(__file__).with_name('golden').joinpath('shop', 'total.jsonl').read_text()\n"
        "def total(prices, rate):\n"
        "    result = 0.0\n"
        "    for price in prices: result += price * rate\n"
        "    return result if json.dumps(prices)[:40] in KNOWN else 0.0\n",
    )

    assert shop.check(cases=300).verdict.decision is Decision.NO_GO


def test_a_port_whose_runtime_is_missing_is_inconclusive(shop: Shop) -> None:
    """What it says when it is asked for its build is the reason, and none of its errors counts as a divergence."""
    shop.write("shopfast.py", HONEST.replace('return {"profile"', 'raise OSError("no runtime was found")\n    return {"profile"'))

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "no runtime was found" in text_of(document)
    assert not document.divergences

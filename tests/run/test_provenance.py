"""Facts about where evidence comes from, and when it goes stale."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.contract import Contract, contract, port
from harness.formats.digest import digest_bytes
from harness.model import CheckRecord, EvidenceStatus, Ran
from harness.run.context import read_migration
from harness.run.provenance import cpu_model, describe_run, exchanged_files, machine_class, package_sources, stale, subject_digests
from tests.conftest import Shop


def digests(shop: Shop) -> dict[str, str]:
    """Return the digests of the project as it is now."""
    return subject_digests(shop.project(), read_migration(shop.project(), "shop")[1])


def record(path: Path, implementation: str = "fast", digest: str | None = None) -> CheckRecord:
    """Return a record of a run that loaded a file."""
    known = digest_bytes(path.read_bytes()) if digest is None else digest
    return CheckRecord("golden", "total", "fast", EvidenceStatus.MEASURED, 1, 1, 0.0, (Ran(implementation, "t", str(path), known),))


@pytest.mark.parametrize(
    ("file", "subject"),
    [
        ("shopref.py", "reference"),
        ("shopfast.py", "port fast"),
        ("runbooks/shop.py", "contract"),
        ("runbooks/shop.md", "runbook"),
        ("golden/shop/total.jsonl", "golden"),
    ],
)
def test_a_change_of_one_byte_changes_one_digest(shop: Shop, file: str, subject: str) -> None:
    """Each thing that is judged has its own."""
    before = digests(shop)
    (shop.root / file).write_text((shop.root / file).read_text("utf-8") + "#", "utf-8")
    after = digests(shop)

    assert {name for name in before if before[name] != after[name]} == {subject}


def test_what_contracts_share_belongs_to_each_of_them(shop: Shop) -> None:
    """A statement in a file of its own may decide as much as the contract; another migration's contract does not."""
    shop.write("runbooks/statements.py", "LIMIT = 1\n")
    shop.write("runbooks/other.py", "LIMIT = 1\n")
    shop.write("runbooks/other.md", "# Other\n")
    before = digests(shop)
    shop.write("runbooks/other.py", "LIMIT = 2\n")
    unmoved = digests(shop)
    shop.write("runbooks/statements.py", "LIMIT = 2\n")
    after = digests(shop)

    assert unmoved == before
    assert {name for name in before if before[name] != after[name]} == {"contract"}


def test_sources_that_are_gone_have_no_digest(shop: Shop) -> None:
    """Evidence goes stale from that as from any other change."""
    (shop.root / "shopfast.py").unlink()

    assert digests(shop)["port fast"] == ""


def test_other_files_of_the_project_change_nothing(shop: Shop) -> None:
    """A note beside the sources makes no evidence stale."""
    before = digests(shop)
    shop.write("notes.txt", "hello")

    assert digests(shop) == before


@pytest.mark.parametrize("prefix", ["omega_rust.rating", "omega_rust:rating", "omega_rust"])
def test_sources_of_an_import_path_are_those_of_its_package(prefix: str) -> None:
    """A module file or a package folder."""
    assert package_sources(prefix) == ("omega_rust.py", "omega_rust/**/*.py")


def declared(**options: object) -> Contract:
    """Return a contract with one port."""
    return contract(reference="shopref", ports={"fast": port("shopfast", **options)})  # type: ignore[arg-type]


def test_a_file_that_is_as_it_was_is_not_exchanged(tmp_path: Path) -> None:
    """What ran is what is there."""
    (tmp_path / "port.so").write_bytes(b"one")

    assert exchanged_files([record(tmp_path / "port.so")], declared(), tmp_path) == ()


def test_a_file_with_other_bytes_is_exchanged(tmp_path: Path) -> None:
    """A build that was made after the run has not been examined."""
    (tmp_path / "port.so").write_bytes(b"one")
    ran = record(tmp_path / "port.so")
    (tmp_path / "port.so").write_bytes(b"two")

    assert exchanged_files([ran, ran], declared(), tmp_path) == ("port.so",)


def test_a_file_that_is_gone_is_exchanged_unless_its_sources_speak_for_it(tmp_path: Path) -> None:
    """Evidence may be judged on a machine without the build, where the contract names the sources."""
    gone = record(tmp_path / "port.so", digest="0" * 64)

    assert exchanged_files([gone], declared(), tmp_path) == ("port.so",)
    assert exchanged_files([gone], declared(source_root="native", sources=("*.rs",)), tmp_path) == ()


def test_a_port_that_was_not_there_has_no_file_to_exchange(tmp_path: Path) -> None:
    """An absence is the business of the checks."""
    ran = replace(record(Path("x"), digest=""), ran=(Ran("fast", "t"),))

    assert exchanged_files([ran], declared(), tmp_path) == ()


def test_what_has_other_digests_now_is_stale() -> None:
    """Changed, new and gone, in order of their names."""
    then = {"digests": {"runbook": "1", "gone": "2", "same": "3"}}

    assert stale(then, {"runbook": "9", "new": "4", "same": "3"}) == ("gone", "new", "runbook")


@pytest.mark.parametrize("measured", [{}, {"digests": None}, {"digests": "abc"}])
def test_evidence_that_does_not_say_what_it_was_measured_on_is_stale(measured: dict[str, object]) -> None:
    """Nothing said is not nothing changed."""
    assert stale(measured, {})


def test_a_run_is_described_with_all_that_could_matter(shop: Shop) -> None:
    """Seed, versions, machine and time."""
    described = describe_run(shop.project(), read_migration(shop.project(), "shop")[1], seed=7)

    assert described["seed"] == 7
    assert described["cpus"] == os.cpu_count()
    assert described["packages"]["numpy"] != "missing"
    assert described["machine"] == machine_class()
    assert described["started_at"].endswith("+00:00")


def test_outside_of_a_repository_there_is_no_commit(shop: Shop) -> None:
    """A throw-away project has none, and the run is made all the same."""
    described = describe_run(shop.project(), read_migration(shop.project(), "shop")[1], seed=1)

    assert (described["commit"], described["dirty"]) == ("", False)


def test_in_a_repository_commit_and_changes_are_recorded(shop: Shop) -> None:
    """A run on changed files says so."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", *words], cwd=shop.root, check=True, capture_output=True)
    contract_now = read_migration(shop.project(), "shop")[1]
    clean = describe_run(shop.project(), contract_now, seed=1)
    shop.change("shopfast.py", "result = 0.0", "result = 1.0")
    changed = describe_run(shop.project(), contract_now, seed=1)

    assert len(clean["commit"]) == 40
    assert (clean["dirty"], changed["dirty"]) == (False, True)


def test_the_machine_has_a_name() -> None:
    """Absolute times are compared only within it."""
    assert cpu_model() in machine_class()


def test_a_run_names_the_packages_that_outcomes_depend_on(shop: Shop) -> None:
    """They stand beside those that every run names."""
    before = describe_run(shop.project(), read_migration(shop.project(), "shop")[1], seed=1)["packages"]
    shop.engine("2.0")
    after = describe_run(shop.project(), read_migration(shop.project(), "shop")[1], seed=1)["packages"]

    assert after == before | {"shopengine": "2.0"}

"""Where evidence comes from: the digests by which it goes stale, and the machine and versions it was measured with."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from harness import __version__
from harness.checks.packages import installed_version
from harness.contract import Contract
from harness.drivers.commands import run
from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes, digest_files, digest_value
from harness.model import CheckRecord
from harness.run.measured import without_block
from harness.settings import Project
from harness.stores.golden import GoldenStore

PACKAGES = ("numpy", "pyarrow", "hypothesis", "pytest", "msgpack", "jinja2")


def subject_digests(project: Project, contract: Contract) -> dict[str, str]:
    """Return the digests of everything that was judged; evidence is stale as soon as one of them changes."""
    root, folder = project.root, project.layout.runbooks
    digests = {
        "runbook": digest_bytes(without_block((folder / f"{contract.name}.md").read_bytes())),
        "contract": _digest_contract(folder, contract.name),
        "golden": GoldenStore(project.layout.golden / contract.name).digest(),
        "reference": _digest_sources(root, contract.reference_sources or package_sources(contract.reference)),
    }
    for port in contract.ports.values():
        digests[f"port {port.name}"] = _digest_sources(root / port.source_root, port.sources or package_sources(port.prefix))
    return digests


def package_sources(prefix: str) -> tuple[str, ...]:
    """Return the globs of the Python files behind an import prefix, for contracts that name no sources."""
    top = prefix.replace(":", ".").partition(".")[0]
    return f"{top}.py", f"{top}/**/*.py"


def exchanged_files(records: Iterable[CheckRecord], contract: Contract, root: Path) -> tuple[str, ...]:
    """Name the files that ran and are other files now, relative to `root`.

    One that is gone counts too, unless the contract names the sources of its port: their digest speaks for a build made elsewhere.
    """
    ran = {(found.implementation, found.file, found.file_digest) for record in records for found in record.ran if found.file}
    return tuple(sorted(os.path.relpath(file, root) for name, file, digest in ran if _is_exchanged(Path(file), digest, contract, name)))


def _is_exchanged(file: Path, digest: str, contract: Contract, implementation: str) -> bool:
    if file.is_file():
        return bool(digest) and digest_bytes(file.read_bytes()) != digest
    port = contract.ports.get(implementation)
    return port is None or not port.sources


def describe_run(project: Project, contract: Contract, *, seed: int) -> dict[str, Any]:
    """Return the provenance of a run that begins now."""
    return {
        "digests": subject_digests(project, contract),
        "harness": __version__,
        "commit": _git(project.root, "rev-parse", "HEAD"),
        "dirty": bool(_git(project.root, "status", "--porcelain", "--untracked-files=no")),
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "packages": {name: installed_version(name) for name in (*PACKAGES, *_decisive_packages(contract))},
        "machine": machine_class(),
        "cpu": cpu_model(),
        "cpus": os.cpu_count() or 1,
        "system": platform.platform(),
        "seed": seed,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def stale(measured: Mapping[str, Any], now: Mapping[str, str]) -> tuple[str, ...]:
    """Name what has changed since the evidence was measured."""
    then = measured.get("digests")
    if not isinstance(then, Mapping):
        return ("everything: the evidence does not say what it was measured on",)
    return tuple(sorted(name for name in {*then, *now} if then.get(name) != now.get(name)))


def whole_digest(root: Path) -> str:
    """Return a digest of all files of the project that git knows or would take, and of what they run on; "" where git cannot tell."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if not listed:
        return ""
    names = sorted({name for name in listed.split("\0") if (root / name).is_file()})
    files = [(name, digest_bytes((root / name).read_bytes())) for name in names]
    installed = sorted({(found.name, found.version) for found in distributions()})
    return digest_value((files, installed, sys.version, machine_class()))


def machine_class() -> str:
    """Name the kind of machine on which absolute times may be compared."""
    return f"{platform.machine()} {cpu_model()} x{os.cpu_count()}"


def cpu_model() -> str:
    """Return the processor's name as the kernel gives it, else the architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _digest_sources(root: Path, globs: tuple[str, ...]) -> str:
    """Digest sources; none there is a state of its own, from which evidence goes stale as from any other."""
    try:
        return digest_files(root, globs)
    except HarnessError as error:
        if error.code is Code.FILE_MISSING:
            return ""
        raise


def _digest_contract(folder: Path, name: str) -> str:
    """Digest a contract with what contracts of this folder may share: Python files that are no contract, having no runbook."""
    shared = sorted(path for path in folder.glob("*.py") if not path.with_suffix(".md").is_file())
    files = {path.name: path.read_bytes() for path in (folder / f"{name}.py", *shared) if path.is_file()}
    return digest_value(sorted(files.items()))


def _decisive_packages(contract: Contract) -> list[str]:
    """Name the packages that the contract's outcomes depend on."""
    return sorted({name for subject in contract.subjects() for name in subject.depends_on})


def _git(root: Path, *words: str) -> str:
    try:
        completed = run(("git", *words), root=root, timeout_seconds=30.0)
    except HarnessError:
        return ""
    return completed.stdout.strip() if completed.exit_code == 0 else ""

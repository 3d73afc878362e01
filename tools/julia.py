"""Brings Julia into the checkout without root: Debian 11's packages, unpacked below `.julia/`, where no healthy Julia is found.

Standard library only, because it runs before anything is installed. Packages come from the mirror that the machine's own apt names,
over a private apt root, so that nothing outside the checkout changes. Julia is optional: whatever goes wrong is one line, never an error.
"""
# ruff: noqa: INP001, S603, T201 - a script, not a package; starting programs and saying so is what it is for

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FIND = ROOT / "targets_julia" / "omega_julia" / "find.py"
STAMP = ROOT / ".stamps" / "julia"
SUITE = "bullseye"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The machine's own, newer ones serve; an older libc beside a newer loader would not even start.
LEFT_OUT = {"libc6", "libgcc-s1", "libstdc++6", "gcc-10-base", "dpkg", "debconf", "perl-base", "tar", "libcrypt1"}
APT_SECONDS = 600.0


class UnavailableError(Exception):
    """Why there will be no Julia from Debian; the text is half a line."""


def main() -> int:
    """Make sure of a Julia if that can be done; the exit code is 0 either way."""
    find = _load_find()
    key = _key(find)
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == key:
        return 0
    STAMP.unlink(missing_ok=True)
    try:
        _bring(find)
    except (UnavailableError, OSError) as error:
        _say(f"no Julia: {error}; the optimizer's verdict will be INCONCLUSIVE, all else works (name your own with OMEGA_JULIA_EXE)")
        return 0
    except KeyboardInterrupt:
        return 130
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(_key(find), encoding="utf-8")
    return 0


def _load_find() -> ModuleType:
    """Load the finder by its path: its package needs what is not installed yet."""
    spec = importlib.util.spec_from_file_location("omega_julia_find", FIND)
    if spec is None or spec.loader is None:
        raise SystemExit(f"set-up: {FIND} is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _key(find: ModuleType) -> str:
    """Describe what the last success rests on: this script, the finder, and the executables that it names."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + FIND.read_bytes())
    for candidate in find.candidates(root=ROOT):
        path = candidate.executable
        digest.update(f"{path} {path.stat().st_mtime_ns if path.exists() else None}\n".encode())
    return digest.hexdigest()


def _bring(find: ModuleType) -> None:
    """Take the first healthy Julia that is there, else unpack one and ask it as well."""
    named = "OMEGA_JULIA_EXE"
    for candidate in find.candidates(root=ROOT):
        found = find.examine(candidate)
        if isinstance(found, find.Julia):
            _say(f"Julia {found.version} of {candidate.source}: {candidate.executable}")
            return
        _say(f"{candidate.executable} (from {candidate.source}) {found.reason}")
        if candidate.source == named:
            raise UnavailableError(f"{named} names one that does not work")
    started = time.monotonic()
    _unpack(find)
    julia = find.examine(list(find.candidates(root=ROOT))[-1])
    if not isinstance(julia, find.Julia):
        raise UnavailableError(f"the unpacked one {julia.reason}")
    _say(f"Julia {julia.version} unpacked into {find.TREE} in {time.monotonic() - started:.0f} s")


def _unpack(find: ModuleType) -> None:
    """Fetch the packages and unpack them beside the final place, then move them there in one step."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise UnavailableError(f"none is installed, and without {tool} Debian's cannot be fetched")
    _say("fetching Julia from Debian 11 (80 MB)")
    tree = ROOT / find.TREE
    half, apt = tree.with_suffix(".half"), tree.with_name("apt")
    for folder in (half, apt, tree):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        half.mkdir(parents=True)
        for package in _fetch(apt):
            _run(["dpkg-deb", "-x", str(package), str(half)], "unpacking")
        half.replace(tree)
    finally:
        shutil.rmtree(half, ignore_errors=True)
        shutil.rmtree(apt, ignore_errors=True)


def _fetch(apt: Path) -> Iterator[Path]:
    """Download julia and all it needs through an apt root of our own; raises UnavailableError when no mirror gives it."""
    for name in ("state/lists/partial", "cache/archives/partial", "parts"):
        (apt / name).mkdir(parents=True)
    (apt / "state" / "status").touch()
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    reason = "apt names no mirror"
    for mirror in _mirrors():
        (apt / "sources.list").write_text(f"deb {signed}{mirror} {SUITE} main\n", encoding="utf-8")
        try:
            _run([*_apt(apt), "update"], "reading Debian's package list")
            _run([*_apt(apt), "--yes", "--download-only", "install", "julia"], "fetching Debian's packages")
        except UnavailableError as error:
            reason = str(error)
            continue
        packages = sorted((apt / "cache" / "archives").glob("*.deb"))
        yield from (path for path in packages if path.name.partition("_")[0] not in LEFT_OUT)
        return
    raise UnavailableError(reason)


def _mirrors() -> list[str]:
    """Ask the machine's apt where it gets its packages from, each place once."""
    question = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return list(dict.fromkeys(line for line in answer.stdout.split() if "security" not in line))


def _apt(apt: Path) -> list[str]:
    options = {
        "Dir::State": apt / "state",
        "Dir::State::status": apt / "state" / "status",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": apt / "parts",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": apt / "parts",
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": "false",
        "Acquire::Languages": "none",
        "Acquire::Retries": "1",
        "Acquire::http::Timeout": "20",
        "APT::Update::Error-Mode": "any",
    }
    return ["apt-get", "--quiet=2", *(f"--option={name}={value}" for name, value in options.items())]


def _run(command: list[str], doing: str) -> None:
    """Run a command; raises UnavailableError with the one line that matters."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=APT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{doing} took more than {APT_SECONDS:.0f} s") from None
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.startswith("E:")]
        raise UnavailableError(f"{doing} failed ({lines[0].removeprefix('E: ') if lines else f'exit code {done.returncode}'})")


def _say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Makes `.venv` ready: pinned packages, the project itself, the Rust extension in release mode; does nothing when all is in place.

Standard library only, because it runs before anything is installed. Each stage leaves a stamp with the digest of what it was made
from, so that a second run costs a fraction of a second and a changed Rust file rebuilds just the extension.
"""
# ruff: noqa: INP001, S603, S607, T201 - a script, not a package; starting programs and saying so is what it is for

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMPS = ROOT / ".stamps"
LOG = STAMPS / "setup.log"
WORKSPACE = ROOT / "targets_rust"
BINDING = WORKSPACE / "omega_rust"
UNREACHABLE = re.compile(
    "NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Network is unreachable"
    "|failed to download|Could ?n[o']t resolve host|Could not connect|spurious network error|failed to query replaced source",
    re.IGNORECASE,
)


class SetupError(Exception):
    """Something the user has to mend; the text is one line with the way out."""


def main(arguments: Sequence[str]) -> int:
    """Run the stages that are out of date; returns the exit code. With --requirements only names the packages, for `make pins`."""
    if "--requirements" in arguments:
        print("\n".join(_requirements()))
        return 0
    try:
        with _only_one():
            _check_machine()
            _install_packages()
            with _bringing_julia():
                _build_extension()
    except (SetupError, OSError, tomllib.TOMLDecodeError) as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; the next run goes on from the last finished stage", file=sys.stderr)
        return 130
    return 0


@contextmanager
def _only_one() -> Iterator[None]:
    """Let two set-ups of one checkout run one after the other; the lock goes with the process, however it ends."""
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another set-up of this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_machine() -> None:
    """Name what only the user can install before any minute is spent."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise SetupError(
            f"{sys.executable} has no venv module; install it (Debian: apt-get install python3-venv)"
            " or name another Python: make PYTHON=/path/to/python3"
        )
    if shutil.which("cargo", path=_path()) is None:
        raise SetupError("cargo is missing; install Rust with rustup or from your distribution (Debian: apt-get install cargo)")
    if shutil.which("cc", path=_path()) is None:
        raise SetupError("no C compiler and linker `cc`, which Rust links with; install one (Debian: apt-get install gcc libc6-dev)")


def _install_packages() -> None:
    """Create the environment with everything that pyproject.toml names, in the versions of constraints.txt."""
    inputs = [ROOT / "pyproject.toml", ROOT / "constraints.txt", Path(__file__)]
    digest = _digest(inputs, ROOT, extra=(sys.base_prefix, sys.version))
    python = ENVIRONMENT / "bin" / "python"
    if _is_current("packages", digest) and python.exists():
        return
    started = _say("installing the pinned Python packages into .venv")
    _forget("packages")
    if not _is_same_python(python):
        _run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], "creating .venv")
    # Most modules are never imported, and those that are get compiled then.
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
    pins = ["--constraint", str(ROOT / "constraints.txt")]
    with _compiling_ahead():
        _run([*pip, *pins, *_requirements()], "installing the Python packages")
        _run([*pip, "--no-build-isolation", "--no-deps", "--editable", str(ROOT)], "installing the project itself")
    _stamp("packages", digest, started)


def _requirements() -> list[str]:
    """Read every extra and group of pyproject.toml; `editables` is what hatchling needs to link the checkout."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)
    own = project["project"]["name"]
    extras = [line for lines in project["project"]["optional-dependencies"].values() for line in lines if not line.startswith(own)]
    groups = [line for lines in project["dependency-groups"].values() for line in lines if isinstance(line, str)]
    return [*project["project"]["dependencies"], *extras, *groups, "editables"]


def _is_same_python(python: Path) -> bool:
    """Tell whether the environment stands on the interpreter that runs this."""
    if not python.exists():
        return False
    question = [str(python), "-c", "import sys; print(sys.base_prefix, sys.version)"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.rstrip("\n") == f"{sys.base_prefix} {sys.version}"


@contextmanager
def _compiling_ahead() -> Iterator[None]:
    """Let cargo begin with the extension while the network is waited for; what it has finished, the real build need not do again.

    Whatever goes wrong in it is left to that build, which says so.
    """
    command = ["cargo", "build", "--release", "--lib", "--keep-going", "--manifest-path", str(BINDING / "Cargo.toml")]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    ahead = subprocess.Popen(command, cwd=ROOT, env=_environment() | {"PYO3_PYTHON": sys.executable}, **quiet)
    try:
        yield
    finally:
        ahead.terminate()
        ahead.wait()


def _build_extension() -> None:
    """Build the Rust extension in release mode and install it, when its sources or the installed files changed."""
    sources = _digest(_rust_files(), WORKSPACE, extra=(sys.base_prefix, sys.version))
    if _is_current("extension", f"{sources} {_installed_extension()}"):
        return
    _check_cargo()
    started = _say("building the Rust extension in release mode (a few minutes the first time)")
    _forget("extension")
    maturin = str(ENVIRONMENT / "bin" / "maturin")
    _run([maturin, "develop", "--release", "--manifest-path", str(BINDING / "Cargo.toml")], "building the Rust extension")
    _stamp("extension", f"{sources} {_installed_extension()}", started)


@contextmanager
def _bringing_julia() -> Iterator[None]:
    """Look for a Julia or unpack one meanwhile; a process of its own, because Julia is optional and must not stop anything else."""
    julia = subprocess.Popen([sys.executable, str(ROOT / "tools" / "julia.py")])
    try:
        yield
    finally:
        julia.wait()


def _rust_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(WORKSPACE):
        folders[:] = sorted(name for name in folders if name not in {"target", "__pycache__"})
        yield from (Path(folder) / name for name in sorted(files) if not name.endswith((".so", ".pyc")))


def _installed_extension() -> str:
    """Describe what is installed by name, size and time, so that a removed or exchanged build is noticed and replaced."""
    found = [*ENVIRONMENT.glob("lib/python*/site-packages/omega_rust*"), *(BINDING / "python").rglob("*.so")]
    return ",".join(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in sorted(found))


def _check_cargo() -> None:
    """Compare cargo with the version that the workspace asks for."""
    workspace = tomllib.loads((WORKSPACE / "Cargo.toml").read_text(encoding="utf-8")).get("workspace", {})
    wanted = workspace.get("package", {}).get("rust-version", "1.85")
    answer = subprocess.run(["cargo", "--version"], capture_output=True, text=True, check=False, env=_environment())
    match = re.match(r"cargo (\d+)\.(\d+)", answer.stdout)
    if match is None:
        raise SetupError(f"cargo does not start: {_last_line(answer.stderr)}; mend it with `rustup default stable`")
    found = (int(match[1]), int(match[2]))
    if found < tuple(int(part) for part in wanted.split(".")[:2]):
        raise SetupError(f"cargo {wanted} or newer is needed, found {found[0]}.{found[1]}; update it with `rustup update`")


def _run(command: Sequence[str], doing: str) -> None:
    """Run a command with its output in the log; raises SetupError with the one line that matters."""
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        start = log.tell()
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env=_environment(), check=False).returncode
    if code == 0:
        return
    text = LOG.read_bytes()[start:].decode("utf-8", errors="replace")
    if UNREACHABLE.search(text):
        raise SetupError(f"{doing} failed: the package registry cannot be reached; check the network, then run this again")
    raise SetupError(f"{doing} failed: {_last_line(text)} (all of it in {LOG.relative_to(ROOT)})")


def _environment() -> dict[str, str]:
    """Return the variables for child processes: the environment's Python, and cargo where rustup puts it."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    constraints = str(ROOT / "constraints.txt")
    return kept | {"PATH": _path(), "VIRTUAL_ENV": str(ENVIRONMENT), "PIP_CONSTRAINT": constraints, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _path() -> str:
    cargo = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "bin"
    return os.pathsep.join((os.environ.get("PATH", os.defpath), str(cargo)))


def _last_line(text: str) -> str:
    """Pick the line that says what is wrong: the first that begins like an error, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line.lower().startswith("error")), lines[-1] if lines else "no output")


def _digest(paths: Iterable[Path], root: Path, *, extra: Sequence[str] = ()) -> str:
    digest = hashlib.sha256("\0".join(extra).encode())
    for path in paths:
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(root) if path.is_relative_to(root) else path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _is_current(stage: str, digest: str) -> bool:
    stamp = STAMPS / stage
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest


def _forget(stage: str) -> None:
    (STAMPS / stage).unlink(missing_ok=True)


def _stamp(stage: str, digest: str, started: float) -> None:
    """Write the stamp in one step, so that an interrupted stage never looks finished."""
    half = STAMPS / f"{stage}.half"
    half.write_text(digest, encoding="utf-8")
    half.replace(STAMPS / stage)
    _say(f"done in {time.monotonic() - started:.0f} s")


def _say(text: str) -> float:
    print(f"set-up: {text}", file=sys.stderr, flush=True)
    return time.monotonic()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

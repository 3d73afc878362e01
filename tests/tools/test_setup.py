"""The set-up: what it does when, and one clear line with the way out for everything that only the user can mend."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the set-up reads into a checkout of its own."""
    for name in ("tools/setup.sh", "tools/setup.py", "pyproject.toml", "constraints.txt", "targets_rust/Cargo.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def setup(checkout: Path) -> Any:
    """Load the set-up script of the copied checkout as a module."""
    spec = importlib.util.spec_from_file_location("setup_of_this_test", checkout / "tools" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.REAL_JULIA, module.REAL_AHEAD = module._bringing_julia, module._compiling_ahead
    return module


@pytest.fixture
def commands(setup: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the commands that a set-up runs instead of running them; each leaves what the real one would."""
    ran: list[str] = []

    def pretend(command: Sequence[str], _doing: str) -> None:
        words = {"venv": "venv", "--editable": "project", "develop": "extension"}
        ran.append(next((name for word, name in words.items() if word in command), "packages"))
        (setup.ENVIRONMENT / "bin").mkdir(parents=True, exist_ok=True)
        (setup.ENVIRONMENT / "bin" / "python").touch()
        if ran[-1] == "extension":
            site = setup.ENVIRONMENT / "lib" / "python3.11" / "site-packages" / "omega_rust-0.dist-info"
            site.mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(setup, "_run", pretend)
    monkeypatch.setattr(setup, "_bringing_julia", nullcontext)
    monkeypatch.setattr(setup, "_compiling_ahead", nullcontext)
    monkeypatch.setattr(setup, "_check_machine", lambda: None)
    monkeypatch.setattr(setup, "_check_cargo", lambda: None)
    monkeypatch.setattr(setup, "_is_same_python", lambda _: False)
    return ran


def _first_run(setup: Any, commands: list[str]) -> None:
    assert setup.main([]) == 0
    commands.clear()


def test_the_first_run_makes_everything(setup: Any, commands: list[str]) -> None:
    """Environment, packages, the project, the extension, in this order."""
    assert setup.main([]) == 0
    assert commands == ["venv", "packages", "project", "extension"]


@pytest.fixture
def beside(setup: Any, commands: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note among the commands when a process that works beside them is started, terminated and waited for."""

    class Noted:
        def __init__(self, command: Sequence[str], **_: Any) -> None:
            self.name = "ahead" if command[0] == "cargo" else "julia"
            commands.append(f"{self.name} starts")

        def terminate(self) -> None:
            commands.append(f"{self.name} is stopped")

        def wait(self) -> None:
            commands.append(f"{self.name} is over")

    monkeypatch.setattr(setup.subprocess, "Popen", Noted)
    return commands


def test_julia_is_looked_for_meanwhile(setup: Any, beside: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs nothing of the rest, and the set-up ends when it has ended too, also where the rest fails."""
    monkeypatch.setattr(setup, "_bringing_julia", setup.REAL_JULIA)

    assert setup.main([]) == 0
    assert beside[-3:] == ["julia starts", "extension", "julia is over"]

    def fail(*_: Any) -> None:
        raise setup.SetupError("no")

    monkeypatch.setattr(setup, "_run", fail)
    (setup.STAMPS / "extension").unlink()
    assert setup.main([]) == 1
    assert beside[-2:] == ["julia starts", "julia is over"]


def test_cargo_is_ahead_until_the_packages_are_there(setup: Any, beside: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is waited for with something to do, and the real build has the target folder for itself."""
    monkeypatch.setattr(setup, "_compiling_ahead", setup.REAL_AHEAD)

    assert setup.main([]) == 0
    assert beside == ["venv", "ahead starts", "packages", "project", "ahead is stopped", "ahead is over", "extension"]


def test_the_second_run_does_nothing(setup: Any, commands: list[str]) -> None:
    """Nothing changed, so nothing is started."""
    _first_run(setup, commands)

    assert setup.main([]) == 0
    assert commands == []


def test_a_changed_rust_file_rebuilds_the_extension_only(setup: Any, commands: list[str]) -> None:
    """Sources are told apart by content; what cargo leaves in its target folder is none."""
    _first_run(setup, commands)
    (setup.WORKSPACE / "target").mkdir()
    (setup.WORKSPACE / "target" / "anything.rs").touch()
    setup.main([])
    untouched = list(commands)
    (setup.WORKSPACE / "new.rs").write_text("//! New.")
    setup.main([])

    assert (untouched, commands) == ([], ["extension"])


def test_changed_pins_install_again(setup: Any, commands: list[str]) -> None:
    """Another version in constraints.txt leads to another environment."""
    _first_run(setup, commands)
    with (setup.ROOT / "constraints.txt").open("a") as file:
        file.write("another==1.0\n")
    setup.main([])

    assert commands[:3] == ["venv", "packages", "project"]


def test_a_removed_extension_is_built_again(setup: Any, commands: list[str]) -> None:
    """Uninstalling the port behind the stamp's back does not go unnoticed."""
    _first_run(setup, commands)
    shutil.rmtree(next(setup.ENVIRONMENT.rglob("omega_rust-0.dist-info")))
    setup.main([])

    assert commands == ["extension"]


def test_a_failed_stage_is_tried_again(setup: Any, commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was finished is stamped."""
    work = setup._run

    def fail(command: Sequence[str], doing: str) -> None:
        if "develop" in command:
            raise setup.SetupError("no")
        work(command, doing)

    monkeypatch.setattr(setup, "_run", fail)
    failed = setup.main([])
    monkeypatch.setattr(setup, "_run", work)
    commands.clear()

    assert (failed, setup.main([]), commands) == (1, 0, ["extension"])


def test_two_set_ups_of_one_checkout_take_turns(setup: Any, commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The second waits for the first and then finds everything done."""
    inside, go_on = threading.Event(), threading.Event()
    work = setup._run

    def slow(command: Sequence[str], doing: str) -> None:
        inside.set()
        go_on.wait(30)
        work(command, doing)

    setup._run = slow
    first = threading.Thread(target=setup.main, args=([],))
    first.start()
    inside.wait(30)
    second = threading.Thread(target=setup.main, args=([],))
    second.start()
    while "waiting for another set-up" not in capsys.readouterr().err:
        assert second.is_alive()
    go_on.set()
    first.join()
    second.join()

    assert commands == ["venv", "packages", "project", "extension"]


def test_every_package_of_every_extra_and_group_is_asked_for(setup: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The environment serves users, tests, lints and builds alike."""
    setup.main(["--requirements"])

    assert {"numpy>=2.2", "pyarrow>=20.0", "pytest>=8.4", "ruff", "maturin", "coverage"} <= set(capsys.readouterr().out.split())


@pytest.fixture
def run(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the real set-up with only the named programs to be found."""

    def run_with(*, programs: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path_factory.mktemp("bin")
        for name, text in {"dirname": f'#!/bin/sh\nexec {shutil.which("dirname")} "$@"', **programs}.items():
            (path / name).write_text(text)
            (path / name).chmod(0o755)
        variables = {"PATH": str(path), "HOME": str(path), **environment}
        command = [str(shutil.which("sh")), "tools/setup.sh"]
        return subprocess.run(command, cwd=checkout, env=variables, capture_output=True, text=True, check=False)

    return run_with


def _python(prologue: str = "pass") -> str:
    """Return a stand-in for an interpreter: this one, after a statement that takes something away from it."""
    start = f"import runpy, sys\n{prologue}\nsys.argv.pop(0)\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    asked = f'exec {sys.executable} -c {shlex.quote(prologue)}"; $2"'
    return f'#!/bin/sh\n[ "$1" = -c ] && {asked}\nexec {sys.executable} -c {shlex.quote(start)} "$@"\n'


PROGRAM = "#!/bin/sh\nexit 0\n"


def _says(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Expect a failure with exactly one line that has all the words."""
    assert done.returncode == 1
    assert done.stderr.startswith("set-up: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert [word for word in words if word not in done.stderr] == []


def test_no_python_is_one_line(run: Run) -> None:
    """A machine without Python is told what to install."""
    _says(run(programs={}), "Python 3.11 or newer", "found none", "apt-get install python3", "make PYTHON=")


def test_an_old_python_is_one_line(run: Run) -> None:
    """An old Python is named with its version."""
    old = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.18" && exit 0\nexit 1\n'

    _says(run(programs={"python3": old}), "Python 3.11 or newer", "found Python 3.8.18")


def test_a_python_without_venv_is_one_line(run: Run) -> None:
    """Debian's bare Python lacks the module, and the package that brings it is named."""
    bare = _python("import sys; sys.modules['ensurepip'] = None")

    _says(run(programs={"python3": bare}), "has no venv module", "apt-get install python3-venv", "make PYTHON=")


def test_another_python_is_taken_when_the_first_is_too_old(run: Run) -> None:
    """The set-up looks for a newer one by name before it gives up; here it gets as far as missing cargo."""
    old = "#!/bin/sh\nexit 1\n"

    _says(run(programs={"python3": old, "python3.12": _python()}), "cargo is missing")


def test_no_cargo_is_one_line(run: Run) -> None:
    """Rust is named with both ways to get it, before any package is installed."""
    _says(run(programs={"python3": _python()}), "cargo is missing", "rustup", "apt-get install cargo")


def test_no_linker_is_one_line(run: Run) -> None:
    """Rust alone cannot link."""
    _says(run(programs={"python3": _python(), "cargo": PROGRAM}), "no C compiler and linker `cc`", "apt-get install gcc")


@pytest.mark.parametrize(
    ("version", "words"),
    [("echo 'cargo 1.60.0 (x)'", ["or newer is needed, found 1.60", "rustup update"]), ("echo no toolchain >&2; exit 1", ["no toolchain"])],
)
def test_a_cargo_of_no_use_is_one_line(setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, words: list[str]) -> None:
    """A cargo older than the workspace asks for, or one that does not start, is told with the way out."""
    (tmp_path / "cargo").write_text(f"#!/bin/sh\n{version}\n")
    (tmp_path / "cargo").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(setup.SetupError) as caught:
        setup._check_cargo()

    assert [word for word in words if word not in str(caught.value)] == []


def test_an_unreachable_registry_is_one_line(setup: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip's pages of retries come to one sentence."""
    monkeypatch.setattr(setup, "_check_machine", lambda: None)
    monkeypatch.setattr(setup, "_is_same_python", lambda _: True)
    python = setup.ENVIRONMENT / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    pip = {"INDEX_URL": "http://127.0.0.1:9/simple", "RETRIES": "1", "NO_CACHE_DIR": "1", "FIND_LINKS": "", "TARGET": "x"}
    for name, value in pip.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setattr(setup, "_requirements", lambda: ["a-package-that-nobody-has"])

    assert setup.main([]) == 1
    shown = capsys.readouterr().err.splitlines()
    assert "the package registry cannot be reached; check the network" in shown[-1]
    assert len(shown) == 2


def test_a_damaged_checkout_is_one_line(run: Run, checkout: Path) -> None:
    """A file that is gone is named, without a traceback."""
    (checkout / "pyproject.toml").unlink()

    _says(run(programs={"python3": _python(), "cargo": PROGRAM, "cc": PROGRAM}), "No such file", "pyproject.toml")


def test_a_broken_build_shows_its_first_error(setup: Any) -> None:
    """The compiler's line is shown, and where the rest is."""
    setup.STAMPS.mkdir()
    code = "import sys; print('   Compiling x'); print('error[E0425]: cannot find value'); print('note: more'); sys.exit(101)"

    with pytest.raises(setup.SetupError, match=r"building failed: error\[E0425\]: cannot find value \(all of it in \.stamps/setup\.log\)"):
        setup._run([sys.executable, "-c", code], "building")

"""The set-up of Julia: the user's own first, Debian's unpacked where there is none, and one line with exit code 0 where that cannot be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JULIA = 'import sys\nopen(sys.argv[0] + ".asked", "a").write("x")\nprint("1.5.3")'
APT = """
import os, sys
from pathlib import Path
here = Path(sys.argv[0]).parent
with (here / "log").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if "indextargets" in sys.argv:
    print("mirror:/debian\\nmirror:/debian\\nmirror:/debian-security")
elif (here / "offline").exists():
    sys.exit("E: Temporary failure resolving 'mirror'\\nE: more")
elif "install" in sys.argv:
    cache = next(word.partition("=")[2].partition("=")[2] for word in sys.argv if "Dir::Cache=" in word)
    for name in ("julia_1.5.3_any.deb", "libjulia1_1.5.3_any.deb", "libc6_2.31_any.deb"):
        Path(cache, "archives", name).touch()
"""
DPKG = f"""
import sys
from pathlib import Path
package, folder = Path(sys.argv[2]), Path(sys.argv[3])
if (Path(sys.argv[0]).parent / "broken").exists():
    sys.exit("E: no archive")
name = package.name.partition("_")[0]
file = folder / {{"julia": "usr/bin/julia", "libjulia1": "usr/lib/any-gnu/libjulia.so.1"}}.get(name, "lib/" + name)
file.parent.mkdir(parents=True, exist_ok=True)
file.write_text("#!{sys.executable}\\n" + {JULIA!r} + "\\n")
file.chmod(0o755)
"""
SetUp = Callable[..., subprocess.CompletedProcess[str]]


def _program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the script reads into a checkout of its own, with programs of Debian that fetch nothing."""
    for name in ("tools/julia.py", "targets_julia/omega_julia/find.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    _program(tmp_path / "debian" / "apt-get", APT)
    _program(tmp_path / "debian" / "dpkg-deb", DPKG)
    return tmp_path


@pytest.fixture
def set_up(checkout: Path) -> SetUp:
    """Return a function that runs the script with the named folders on the path."""

    def run(*folders: str, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {"PATH": os.pathsep.join(str(checkout / folder) for folder in folders), "HOME": str(checkout / "home"), **environment}
        command = [sys.executable, str(checkout / "tools" / "julia.py")]
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)

    return run


def _log(checkout: Path) -> str:
    log = checkout / "debian" / "log"
    return log.read_text("utf-8") if log.exists() else ""


def test_a_julia_of_the_users_own_is_taken(set_up: SetUp, checkout: Path) -> None:
    """It is named once, nothing is fetched, and the second run does not even ask it."""
    julia = _program(checkout / "own" / "julia", JULIA)
    first, second = set_up("own", "debian"), set_up("own", "debian")

    assert first.stderr == f"set-up: Julia 1.5.3 of PATH: {julia}\n"
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    assert Path(f"{julia}.asked").read_text("utf-8") == "x"
    assert _log(checkout) == ""
    assert not (checkout / ".julia").exists()


def test_an_updated_julia_is_asked_again(set_up: SetUp, checkout: Path) -> None:
    """The stamp knows which file it was about."""
    julia = _program(checkout / "own" / "julia", JULIA)
    set_up("own")
    os.utime(julia, ns=(1, 1))

    assert "Julia 1.5.3" in set_up("own").stderr


def test_where_there_is_none_debians_is_unpacked(set_up: SetUp, checkout: Path) -> None:
    """All packages but those that the machine has newer; in one step, without a trace of the way there; and only once."""
    first, log, second = set_up("debian"), _log(checkout), set_up("debian")
    tree = checkout / ".julia" / "debian"

    assert "set-up: Julia 1.5.3 unpacked into .julia/debian" in first.stderr
    assert sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file() and path.suffix != ".asked") == [
        "usr/bin/julia",
        "usr/lib/any-gnu/libjulia.so.1",
    ]
    assert [path.name for path in (checkout / ".julia").iterdir()] == ["debian"]
    assert (second.returncode, second.stderr, _log(checkout)) == (0, "", log)


def test_apt_works_in_a_root_of_its_own(set_up: SetUp, checkout: Path) -> None:
    """State, cache, sources and preferences are folders of the checkout, and no user is changed to."""
    set_up("debian")
    lines = [line for line in _log(checkout).splitlines() if "indextargets" not in line]

    assert len(lines) == 2
    for line in lines:
        for name in ("Dir::State=", "Dir::State::status=", "Dir::Cache=", "Dir::Etc::sourcelist=", "Dir::Etc::sourceparts="):
            assert f"--option={name}{checkout}" in line
        assert "--option=APT::Sandbox::User= " in line


def test_a_tree_that_was_removed_is_unpacked_again(set_up: SetUp, checkout: Path) -> None:
    """The stamp does not stand for what is gone."""
    set_up("debian")
    shutil.rmtree(checkout / ".julia")

    assert "unpacked" in set_up("debian").stderr


def test_an_unhealthy_julia_is_named_and_debians_taken(set_up: SetUp, checkout: Path) -> None:
    """One that cannot throw is of no use."""
    _program(checkout / "own" / "julia", "import os; os.kill(os.getpid(), 11)")
    done = set_up("own", "debian")

    assert "died of signal 11" in done.stderr
    assert "unpacked" in done.stderr


def test_who_names_a_broken_one_gets_no_other(set_up: SetUp, checkout: Path) -> None:
    """It is said, and nothing is fetched behind the user's back."""
    done = set_up("debian", OMEGA_JULIA_EXE=str(checkout / "nothing"))

    assert done.returncode == 0
    assert "OMEGA_JULIA_EXE names one that does not work" in done.stderr
    assert _log(checkout) == ""


@pytest.mark.parametrize("missing", ["apt-get", "dpkg-deb"])
def test_a_machine_without_debians_tools_is_one_line(set_up: SetUp, checkout: Path, missing: str) -> None:
    """The exit code is 0: all else works."""
    (checkout / "debian" / missing).unlink()
    done = set_up("debian")

    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert f"without {missing}" in done.stderr
    assert "INCONCLUSIVE" in done.stderr


def test_no_network_is_said_in_one_line_and_tried_again(set_up: SetUp, checkout: Path) -> None:
    """With apt's own reason; nothing is left, and the next run with a network succeeds."""
    (checkout / "debian" / "offline").touch()
    done = set_up("debian")
    left = list((checkout / ".julia").iterdir())
    (checkout / "debian" / "offline").unlink()

    assert done.returncode == 0
    assert "reading Debian's package list failed (Temporary failure resolving 'mirror')" in done.stderr.splitlines()[-1]
    assert left == []
    assert "unpacked" in set_up("debian").stderr


def test_a_package_that_does_not_unpack_leaves_nothing(set_up: SetUp, checkout: Path) -> None:
    """Half a tree is none."""
    (checkout / "debian" / "broken").touch()
    done = set_up("debian")

    assert "unpacking failed (no archive)" in done.stderr
    assert list((checkout / ".julia").iterdir()) == []

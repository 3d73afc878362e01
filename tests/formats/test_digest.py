"""Facts about digests."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pytest

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_bytes, digest_files, digest_value


def write(root: Path, files: dict[str, bytes]) -> None:
    """Make files and their folders."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def test_files_are_digested_in_the_documented_way(tmp_path: Path) -> None:
    """Path, zero byte, decimal length, zero byte and content, in byte order of the paths, are what another language computes too."""
    write(tmp_path, {"b.rs": b"two", "a/z.rs": b"one", "a-b.rs": b"", "ä.rs": b"four"})

    expected = hashlib.sha256(b"a-b.rs\x000\0" + b"a/z.rs\x003\0one" + b"b.rs\x003\0two" + "ä.rs".encode() + b"\x004\0four").hexdigest()
    assert digest_files(tmp_path, ["**/*.rs"]) == expected


def test_what_a_build_makes_does_not_count(tmp_path: Path) -> None:
    """Files in `target`, `__pycache__` and hidden folders, and files that no glob names, change nothing."""
    write(tmp_path, {"src/lib.rs": b"x"})
    before = digest_files(tmp_path, ["**/*"])
    write(tmp_path, {"target/release/lib.rs": b"", "src/target/a.rs": b"", ".git/a.rs": b"", "src/__pycache__/a.rs": b""})

    assert digest_files(tmp_path, ["**/*"]) == before
    write(tmp_path, {"src/target.rs": b""})
    assert digest_files(tmp_path, ["**/*"]) != before


@pytest.mark.parametrize(
    ("glob", "names"),
    [
        ("*.rs", {"a.rs"}),
        ("**/*.rs", {"a.rs", "x/b.rs", "x/y/c.rs"}),
        ("x/**", {"x/b.rs", "x/y/c.rs", "x/d.toml"}),
        ("x/*", {"x/b.rs", "x/d.toml"}),
        ("?.rs", {"a.rs"}),
        ("x/[bd].*", {"x/b.rs", "x/d.toml"}),
        ("x/[!b].*", {"x/d.toml"}),
        ("x/**/c.rs", {"x/y/c.rs"}),
        ("./a.rs", {"a.rs"}),
    ],
)
def test_globs_match_as_in_a_shell(tmp_path: Path, glob: str, names: set[str]) -> None:
    """A star stays in its folder and two stars cross folders, none included."""
    every = {"a.rs", "x/b.rs", "x/y/c.rs", "x/d.toml"}
    chosen, all_files = tmp_path / "chosen", tmp_path / "all"
    write(chosen, dict.fromkeys(names, b""))
    write(all_files, dict.fromkeys(every, b""))

    assert digest_files(all_files, [glob]) == digest_files(chosen, ["**/*"])


def test_a_file_that_two_globs_match_counts_once(tmp_path: Path) -> None:
    """Overlapping globs do not change the digest."""
    write(tmp_path, {"a.rs": b"x"})

    assert digest_files(tmp_path, ["*.rs", "**/*"]) == digest_files(tmp_path, ["*.rs"])


def test_globs_that_match_nothing_are_an_error(tmp_path: Path) -> None:
    """A digest of nothing would never go stale, so it is refused."""
    with pytest.raises(HarnessError) as raised:
        digest_files(tmp_path, ["*.rs"])

    assert raised.value.code is Code.FILE_MISSING


def test_a_moved_byte_changes_the_digest(tmp_path: Path) -> None:
    """Moving content from one file to the next is noticed."""
    write(tmp_path / "one", {"a": b"xy", "b": b"z"})
    write(tmp_path / "two", {"a": b"x", "b": b"yz"})

    assert digest_files(tmp_path / "one", ["*"]) != digest_files(tmp_path / "two", ["*"])


def test_values_that_print_alike_have_digests_of_their_own() -> None:
    """1, 1.0 and True differ, and so do both zeros, while a NaN has the digest of its like."""
    values = [1, 1.0, True, "1", (1,), [1], 0.0, -0.0]

    assert len({digest_value(value) for value in values}) == len(values)
    assert digest_value(math.nan) == digest_value(float("nan"))


def test_bytes_have_the_usual_digest() -> None:
    """The digest of bytes is their SHA-256."""
    assert digest_bytes(b"abc") == hashlib.sha256(b"abc").hexdigest()

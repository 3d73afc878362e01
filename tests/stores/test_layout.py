"""Files lie where the settings say, and no name leads elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.stores.artifacts import write_artifacts
from harness.stores.layout import Layout, checked_name, file_stem, name_of_stem


def test_a_migration_has_its_place_in_every_folder(tmp_path: Path) -> None:
    """Runbook and contract share a stem; golden data, baselines and reports share a folder name."""
    layout = Layout.of(tmp_path, golden="recorded", output="/elsewhere/reports")
    places = [layout.runbook("rating"), layout.contract("rating"), layout.golden_folder("rating"), layout.baseline_folder("rating")]
    assert [str(path.relative_to(tmp_path)) for path in places] == [
        "runbooks/rating.md", "runbooks/rating.py", "recorded/rating", "baselines/rating",
    ]  # fmt: skip
    assert layout.report_folder("rating") == Path("/elsewhere/reports/rating")


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "a/b", "/root", "a\\b", ".hidden", "a\nb", "a\x00b"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    """No migration, no artefact and no id can name a file outside its folder."""
    for use in (
        lambda: checked_name(name),
        lambda: Layout.of(tmp_path).report_folder(name),
        lambda: write_artifacts(tmp_path, {name: "x"}),
    ):
        with pytest.raises(HarnessError) as caught:
            use()
        assert caught.value.code is Code.BAD_SETTING


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_has_a_stem_that_leads_back(name: str) -> None:
    """Stems are safe file names without dots and slashes, and different for different names."""
    stem = file_stem(name)
    assert name_of_stem(stem) == name
    assert stem
    assert not set(stem) & set("./\\\x00 ")


def test_artefacts_are_written_whole(tmp_path: Path) -> None:
    """Text and bytes are written by name; one bad name keeps all of them from being written."""
    paths = write_artifacts(tmp_path / "reports", {"report.md": "# ü\n", "data.bin": b"\x00"})
    assert [path.read_bytes() for path in paths] == ["# ü\n".encode(), b"\x00"]
    with pytest.raises(HarnessError):
        write_artifacts(tmp_path / "other", {"good.md": "x", "../bad.md": "x"})
    assert not (tmp_path / "other").exists()

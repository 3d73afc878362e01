"""Where a study is kept, read from one setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from optuna.storages import InMemoryStorage, JournalStorage, RDBStorage

from reference_py.optimizer import OptimizerError, read_config
from reference_py.optimizer.storage import close_storage, is_shared, open_storage


def config(storage: str | None, name: str | None = "s") -> Any:
    """Return a configuration with this storage."""
    space = {"x": {"type": "int", "low": 1, "high": 2}}
    return read_config({"n_trials": 1, "param_space": space, "study_name": name, "storage": storage})


@pytest.mark.parametrize(
    ("storage", "kind"),
    [("a.db", RDBStorage), ("a.log", JournalStorage), ("a.journal", JournalStorage), ("sqlite:///b.db", RDBStorage), (None, RDBStorage)],
)
def test_a_named_study_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, storage: str | None, kind: type) -> None:
    """In SQLite, or in a journal by its suffix; without a setting in a file beside."""
    monkeypatch.chdir(tmp_path)
    opened = open_storage(config(storage))
    close_storage(opened)
    assert isinstance(opened, kind)
    assert is_shared(config(storage))


def test_a_study_without_a_name_lives_in_memory() -> None:
    """And nobody shares it."""
    assert isinstance(open_storage(config(None, None)), InMemoryStorage)
    assert not is_shared(config(None, None))


@pytest.mark.parametrize("storage", ["nowhere/at/all.db", "nonsense://host/x", "nowhere/at/all.log"])
def test_a_storage_that_cannot_be_opened_has_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, storage: str) -> None:
    """Not a traceback of the database's own."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptimizerError, match=r"^\[3000\]"):
        open_storage(config(storage))

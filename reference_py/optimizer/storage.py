"""Where a study is kept: in memory, in a database by its URL, or in a journal file; all of them Optuna's own."""

from __future__ import annotations

from pathlib import Path

from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

from reference_py.optimizer.config import OptimizerConfig

DEFAULT_FILE = "optimizer.db"
JOURNAL_SUFFIXES = frozenset({".log", ".journal"})


def is_shared(config: OptimizerConfig) -> bool:
    """Tell whether the study outlives this process."""
    return config.study_name is not None


def open_storage(config: OptimizerConfig) -> BaseStorage:
    """Open what the configuration names; a study without a name is kept in memory unless a storage is given.

    A plain path is a SQLite file, or a journal by its suffix; `postgresql://` is read with psycopg, the driver that is installed.
    """
    if config.storage is None:
        return RDBStorage(f"sqlite:///{DEFAULT_FILE}") if is_shared(config) else InMemoryStorage()
    if "://" in config.storage:
        return RDBStorage(config.storage.replace("postgresql://", "postgresql+psycopg://", 1))
    if Path(config.storage).suffix in JOURNAL_SUFFIXES:
        return JournalStorage(JournalFileBackend(config.storage))
    return RDBStorage(f"sqlite:///{config.storage}")

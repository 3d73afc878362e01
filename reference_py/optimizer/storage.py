"""Where a study is kept: in memory, in a database by its URL, or in a journal file; all of them Optuna's own."""

from __future__ import annotations

from pathlib import Path

from optuna.exceptions import StorageInternalError
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.exc import SQLAlchemyError

from reference_py.optimizer.config import OptimizerConfig
from reference_py.optimizer.errors import ErrorCode, OptimizerError

DEFAULT_FILE = "optimizer.db"
JOURNAL_SUFFIXES = frozenset({".log", ".journal"})


def close_storage(storage: BaseStorage) -> None:
    """Give back what the storage holds open."""
    storage.remove_session()
    if isinstance(storage, RDBStorage):
        storage.engine.dispose()


def is_shared(config: OptimizerConfig) -> bool:
    """Tell whether the study outlives this process."""
    return config.study_name is not None


def open_storage(config: OptimizerConfig) -> BaseStorage:
    """Open what the configuration names; a study without a name is kept in memory unless a storage is given.

    A plain path is a SQLite file, or a journal by its suffix; `postgresql://` is read with psycopg, the driver that is installed.

    Raises:
        OptimizerError: 3000 when it cannot be opened.
    """
    try:
        return _opened(config)
    except (SQLAlchemyError, StorageInternalError, ImportError, OSError) as error:
        raise OptimizerError(ErrorCode.IO, f"the storage cannot be opened: {type(error).__name__}: {error}") from error


def _opened(config: OptimizerConfig) -> BaseStorage:
    if config.storage is None:
        return RDBStorage(f"sqlite:///{DEFAULT_FILE}") if is_shared(config) else InMemoryStorage()
    if "://" in config.storage:
        return RDBStorage(config.storage.replace("postgresql://", "postgresql+psycopg://", 1))
    if Path(config.storage).suffix in JOURNAL_SUFFIXES:
        return JournalStorage(JournalFileBackend(config.storage))
    return RDBStorage(f"sqlite:///{config.storage}")

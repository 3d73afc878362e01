"""Where a study is kept: in memory, in a database by its URL, or in a journal file; all of them Optuna's own."""

from __future__ import annotations

import time
from pathlib import Path

from optuna.exceptions import StorageInternalError
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from reference_py.optimizer.config import OptimizerConfig
from reference_py.optimizer.errors import ErrorCode, OptimizerError

ATTEMPTS = 7
FIRST_WAIT_SECONDS = 0.05
LOCK_SECONDS = 60.0
TAKEN = ("unique", "already exists", "locked")
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
    if not is_shared(config):
        return InMemoryStorage()
    storage = config.storage or DEFAULT_FILE
    if "://" in storage:
        return _database(storage.replace("postgresql://", "postgresql+psycopg://", 1))
    if Path(storage).suffix in JOURNAL_SUFFIXES:
        return JournalStorage(JournalFileBackend(storage))
    return _database(f"sqlite:///{storage}")


def _database(url: str) -> RDBStorage:
    """Open a database; two processes that both find it empty make its tables at once, and who comes second looks again."""
    settings = {"connect_args": {"timeout": LOCK_SECONDS}} if url.startswith("sqlite") else {}
    for attempt in range(ATTEMPTS):
        try:
            return RDBStorage(url, engine_kwargs=settings)
        except (IntegrityError, OperationalError, ProgrammingError) as error:
            if attempt == ATTEMPTS - 1 or not any(word in str(error).lower() for word in TAKEN):
                raise
            time.sleep(FIRST_WAIT_SECONDS * 2**attempt)
    raise AssertionError("the last attempt returns or raises")

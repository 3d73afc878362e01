"""What an optimization depends on besides its objective: typed, with defaults, refused before any work is done."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from reference_py.optimizer.arguments import U64_MAX, index_in
from reference_py.optimizer.errors import ErrorCode, ModuleCode, OptimizerError
from reference_py.optimizer.space import ParamRange, read_space

SAMPLERS = ("tpe", "cmaes", "random", "grid")
PRUNERS = ("median", "hyperband", "none")
DIRECTIONS = ("maximize", "minimize")
MAX_TRIALS = 2**31 - 1
MAX_JOBS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerConfig:
    """The settings of docs/ffi/optimizer.md, section 5.

    Raises:
        OptimizerError: 1004 for a value of another type, 1001 for one out of range, 6002 (as 1001) for a space of parameters that is none,
            6004 (as 1001) for a pruner that is none.
    """

    n_trials: int
    param_space: Mapping[str, ParamRange | Mapping[str, Any]]
    n_jobs: int = 1
    sampler: str = "tpe"
    pruner: str = "none"
    seed: int | None = None
    study_name: str | None = None
    storage: str | None = None
    catch: bool = True
    inf_is_worst: bool = False
    pruner_startup: int = 5
    pruner_warmup: int = 0
    pruner_factor: int = 3

    def __post_init__(self) -> None:
        """Check in the order of the table, so that every language reports the same fault first."""
        _store(self, "n_trials", _count(1, MAX_TRIALS))
        _store(self, "n_jobs", _count(1, MAX_JOBS))
        _store(self, "sampler", _word(SAMPLERS, ErrorCode.INVALID_ARGUMENT))
        _store(self, "pruner", _word(PRUNERS, ModuleCode.PRUNER_ERROR))
        _store(self, "seed", lambda value, name: None if value is None else index_in(value, name, 0, U64_MAX))
        _store(self, "param_space", lambda value, _: read_space(value))
        _store(self, "study_name", _text)
        _store(self, "storage", _text)
        if self.storage is not None and self.study_name is None:
            raise OptimizerError(ErrorCode.INVALID_ARGUMENT, "a storage needs a study_name to be found again")
        _store(self, "catch", _flag)
        _store(self, "inf_is_worst", _flag)
        _store(self, "pruner_startup", _pruner_count(0))
        _store(self, "pruner_warmup", _pruner_count(0))
        _store(self, "pruner_factor", _pruner_count(2))

    @property
    def space(self) -> dict[str, ParamRange]:
        """Return the checked ranges by sorted name."""
        return {name: one for name, one in self.param_space.items() if isinstance(one, ParamRange)}

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, from which `read_config` makes an equal configuration."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {"param_space": {name: one.as_dict() for name, one in self.space.items()}}


def read_config(config: OptimizerConfig | Mapping[str, Any]) -> OptimizerConfig:
    """Return a checked configuration.

    Raises:
        TypeError: for what is no configuration and no mapping.
        OptimizerError: as `OptimizerConfig`, and 1001 for an unknown or missing key.
    """
    if isinstance(config, OptimizerConfig):
        return config
    if not isinstance(config, Mapping):
        raise TypeError(f"config must be an OptimizerConfig or a mapping, not {type(config).__name__}")
    known = {field.name for field in fields(OptimizerConfig)}
    unknown = [key for key in config if key not in known]
    missing = [key for key in ("n_trials", "param_space") if key not in config]
    if unknown or missing:
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"config has unknown keys {unknown} and lacks {missing}")
    return OptimizerConfig(**config)


def direction_of(direction: Any) -> str:
    """Return a direction; raises OptimizerError 1001 for anything else, several directions included: none of them can be pruned."""
    if not isinstance(direction, str) or direction not in DIRECTIONS:
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"direction must be one of {', '.join(DIRECTIONS)}, got {direction!r}")
    return direction


def _store(config: OptimizerConfig, name: str, read: Callable[[Any, str], Any]) -> None:
    try:
        checked = read(getattr(config, name), name)
    except TypeError as error:
        raise OptimizerError(ErrorCode.TYPE, f"{name}: {error}") from error
    object.__setattr__(config, name, checked)


def _count(low: int, high: int) -> Callable[[Any, str], int]:
    return lambda value, name: index_in(value, name, low, high)


def _pruner_count(low: int) -> Callable[[Any, str], int]:
    def read(value: Any, name: str) -> int:
        given = operator.index(value)
        if not low <= given <= MAX_TRIALS:
            raise OptimizerError(ModuleCode.PRUNER_ERROR, f"{name} must be at least {low}, got {given}")
        return given

    return read


def _word(known: tuple[str, ...], code: int) -> Callable[[Any, str], str]:
    def read(value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise TypeError(f"must be text, not {type(value).__name__}")
        if value not in known:
            raise OptimizerError(code, f"{name} must be one of {', '.join(known)}, got {value!r}")
        return value

    return read


def _text(value: Any, name: str) -> str | None:
    if not (value is None or isinstance(value, str)):
        raise TypeError(f"must be text or None, not {type(value).__name__}")
    if value is not None and not value:
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"{name} must not be empty")
    return value


def _flag(value: Any, _: str) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"must be True or False, not {type(value).__name__}")
    return value

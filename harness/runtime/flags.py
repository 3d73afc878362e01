"""The one function through which every flag is read, at call time, so that switching it off needs no restart.

Nothing here holds a lock: every change is a single assignment, so threads and forked children see either the old or the new value.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """Which implementation may answer: never the port, the port if healthy, only the port."""

    OFF = "off"
    AUTO = "auto"
    ON = "on"


class FlagError(ValueError):
    """A flag that nobody declared, or a word that means no mode."""


WORDS = {
    Mode.OFF: ("off", "false", "0", "no", "disabled"),
    Mode.AUTO: ("auto", ""),
    Mode.ON: ("on", "true", "1", "yes", "enabled"),
}
_MODES = {word: mode for mode, words in WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Flag:
    """A declared flag: the environment variable, and the name that code uses for it."""

    variable: str
    feature: str


class _State:
    """The declared flags and the overrides of this process."""

    def __init__(self) -> None:
        self.flags: dict[str, Flag] = {}
        self.overrides: dict[str, Mode] = {}
        self.generation = object()


_state = _State()


def declare(variable: str, feature: str = "") -> Flag:
    """Make a flag known under its environment variable and its feature name; declaring it again changes nothing.

    The feature name defaults to the variable without its first word, in lower case: OMEGA_USE_RUST_RATING is use_rust_rating.
    Raises FlagError when the feature name already belongs to another variable.
    """
    flag = Flag(variable, feature or variable.lower().partition("_")[2])
    known = _state.flags.setdefault(flag.feature, flag)
    if known.variable != variable:
        raise FlagError(f"feature {flag.feature!r} belongs to {known.variable}, and so cannot name {variable}")
    _state.flags[variable] = flag
    return flag


def find(name: str) -> Flag:
    """Return the flag with this variable or feature name; raises FlagError with the nearest name."""
    flag = _state.flags.get(name)
    if flag is not None:
        return flag
    near = difflib.get_close_matches(name, _state.flags, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(_state.flags)) or 'none'}"
    raise FlagError(f"no flag is named {name!r}; {advice}")


def mode(name: str) -> Mode:
    """Read a flag now: an override of this process, else the environment, else AUTO. Raises FlagError."""
    flag = find(name)
    return _state.overrides.get(flag.variable) or parse(flag.variable, os.environ.get(flag.variable, ""))


def parse(name: str, value: object) -> Mode:
    """Turn a word, a boolean or a mode into a mode; raises FlagError naming flag, value and the words that count."""
    if isinstance(value, bool):
        return Mode.ON if value else Mode.OFF
    found = _MODES.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        allowed = "; ".join(f"{mode}: {', '.join(word for word in words if word)}" for mode, words in WORDS.items())
        raise FlagError(f"{name} is {value!r}, which means no mode ({allowed})")
    return found


def set_feature_flag(name: str, value: bool | str | Mode | None) -> None:  # noqa: FBT001 - the call that rollback texts spell out
    """Set a flag for the whole process, above its environment variable; None gives the word back to the environment.

    Raises FlagError for an unknown flag or value, and then changes nothing.
    """
    flag = find(name)
    if value is None:
        _state.overrides.pop(flag.variable, None)
    else:
        _state.overrides[flag.variable] = parse(name, value)
    _state.generation = object()


def override(name: str) -> Mode | None:
    """Return what this process set the flag to, or None where the environment speaks. Raises FlagError."""
    return _state.overrides.get(find(name).variable)


def generation() -> object:
    """Return a token that changes with every override, so that a port once found missing is looked for again."""
    return _state.generation

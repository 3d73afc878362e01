"""Where a value stands: paths that read like Python, and the policy that a path pattern selects."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.compare.show import show
from harness.contract.policy import Policy

_INDICES = re.compile(r"\[(?:\d+(?:, \d+)*|\*)\]")


def policy_for(policy: Policy, path: str) -> Policy:
    """Return the policy for the value at a path, and for everything below it.

    The first pattern of `fields` that matches the whole path gives it; the other patterns stay in force below. `*` stands for anything.
    """
    for pattern, chosen in policy.fields.items():
        if _expression(pattern).fullmatch(path):
            others = {name: field for name, field in policy.fields.items() if name != pattern}
            return replace(chosen, fields=others | dict(chosen.fields), ignore=dict(policy.ignore) | dict(chosen.ignore))
    return policy


def ignored(policy: Policy, path: str) -> bool:
    """Tell whether a pattern of `ignore` matches the whole path."""
    return any(_expression(pattern).fullmatch(path) for pattern in policy.ignore)


def at(policy: Policy, path: str) -> Policy | None:
    """Return the policy for the value at a path, None when it is to be ignored."""
    if not (policy.fields or policy.ignore):
        return policy
    return None if ignored(policy, path) else policy_for(policy, path)


def item(path: str, key: Any) -> str:
    """Return the path of an item under a key, text keys in double quotes."""
    return f"{path}[{quoted(key) if isinstance(key, str) else show(key)}]"


def blanked(path: str) -> str:
    """Return a path with every index replaced, so that the same field of different rows reads alike."""
    return _INDICES.sub("[*]", path)


def quoted(text: str) -> str:
    """Return a text in double quotes, as it would stand in Python."""
    return json.dumps(text, ensure_ascii=False)


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)

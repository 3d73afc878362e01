"""Makes the builders importable as `judge_builders`, because parametrized tests need them before any fixture is made."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("judge_builders", Path(__file__).with_name("builders.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
sys.modules["judge_builders"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sys.modules["judge_builders"])

"""Ports of omega modules in Rust; each has the name of the module it replaces. Start reading at `rating`."""

import warnings

from omega_rust._native import build_info
from omega_rust.errors import RatingError

__all__ = ["RatingError", "__version__", "build_info"]

__version__: str = build_info()["version"]

if build_info()["profile"] == "debug":
    warnings.warn("omega_rust is a debug build: its timings mean nothing", RuntimeWarning, stacklevel=2)

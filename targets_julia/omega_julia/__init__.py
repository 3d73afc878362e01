"""The Julia port of the optimizer's Monte-Carlo part, reached from Python through a worker process or juliacall.

Names, arguments and answers are those of `reference_py.optimizer`, to the bit. Julia starts at the first call.
"""

from __future__ import annotations

from omega_julia.errors import (
    JuliaComputeError,
    JuliaCrashedError,
    JuliaError,
    JuliaOutOfMemoryError,
    JuliaProtocolError,
    JuliaStartError,
    JuliaTimeoutError,
    JuliaUnavailableError,
    OptimizerError,
)
from omega_julia.monte_carlo import bootstrap_ci, monte_carlo_robustness, monte_carlo_scores
from omega_julia.session import SESSION

__version__ = "0.1.0"

__all__ = [
    "JuliaComputeError",
    "JuliaCrashedError",
    "JuliaError",
    "JuliaOutOfMemoryError",
    "JuliaProtocolError",
    "JuliaStartError",
    "JuliaTimeoutError",
    "JuliaUnavailableError",
    "OptimizerError",
    "bootstrap_ci",
    "build_info",
    "monte_carlo_robustness",
    "monte_carlo_scores",
    "reset",
]


def build_info() -> dict[str, str | int]:
    """Say which sources answer, and which Julia runs them; starts it. Raises JuliaError where there is none."""
    transport = SESSION.transport()
    return {
        "profile": "release",
        "version": __version__,
        "source_digest": transport.source_digest,
        "threads": transport.threads,
        "julia_version": transport.version,
        "transport": transport.name,
    }


def reset() -> None:
    """End the Julia of this process and forget its crashes; the next call starts another."""
    SESSION.close()

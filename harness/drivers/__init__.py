"""Implementations run here, each in a worker process of its own; this is the only room that starts processes."""

from __future__ import annotations

from harness.drivers.driver import Driver

__all__ = ["Driver"]

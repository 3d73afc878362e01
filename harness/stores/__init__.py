"""The only place that writes files: every one whole or not at all, with its format's version, and checked when it is read back."""

from harness.stores.atomic import write_atomic

__all__ = ["write_atomic"]

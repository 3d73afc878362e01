"""The flags of the migrated modules, and the switch that rollback texts name."""

from harness.runtime import Mode, declare, mode, set_feature_flag

RATING = declare("OMEGA_USE_RUST_RATING").variable

__all__ = ["RATING", "Mode", "mode", "set_feature_flag"]

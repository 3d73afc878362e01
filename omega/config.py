"""The flags of the migrated modules, and the switch that rollback texts name."""

from harness.runtime import Mode, declare, mode, set_feature_flag

EXECUTION = declare("OMEGA_USE_RUST_EXECUTION").variable
RATING = declare("OMEGA_USE_RUST_RATING").variable

__all__ = ["EXECUTION", "RATING", "Mode", "mode", "set_feature_flag"]

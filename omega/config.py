"""The flags of the migrated modules, and the switch that rollback texts name."""

from harness.runtime import Mode, declare, mode, set_feature_flag

EXECUTION = declare("OMEGA_USE_RUST_EXECUTION").variable
MONTE_CARLO = declare("OMEGA_USE_JULIA_MONTE_CARLO").variable
OPTIMIZER = declare("OMEGA_USE_RUST_OPTIMIZER").variable
RATING = declare("OMEGA_USE_RUST_RATING").variable

__all__ = ["EXECUTION", "MONTE_CARLO", "OPTIMIZER", "RATING", "Mode", "mode", "set_feature_flag"]

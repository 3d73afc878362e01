"""A module that raises as soon as it is imported."""

raise RuntimeError("undefined symbol: omega_abi_3")

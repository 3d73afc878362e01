"""What production code imports: each migrated module under its lasting name, whichever implementation answers."""

__version__ = "0.1.0"

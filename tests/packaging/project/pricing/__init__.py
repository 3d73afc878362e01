"""A small module that moves."""

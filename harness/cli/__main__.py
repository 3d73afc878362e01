"""Lets `python -m harness.cli` be the command too, because that is where the command is found."""

from harness.__main__ import run

run()

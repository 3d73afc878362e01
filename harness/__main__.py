"""Lets `python -m harness` be the command, for environments whose scripts folder is not on the search path."""

from harness.cli import main

main(prog_name="harness")

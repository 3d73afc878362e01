"""Lets `python -m harness.cli` be the command too, because that is where the command is found."""

from harness.cli import main

main(prog_name="harness")

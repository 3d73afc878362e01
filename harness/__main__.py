"""Where the command begins: `harness`, and `python -m harness` where the scripts folder is not on the search path."""

from __future__ import annotations

import sys

from harness.exit_codes import ExitCode


def run() -> None:
    """Run the command; loading it takes a moment, in which Ctrl-C is an interruption like any other."""
    try:
        from harness.cli import main  # noqa: PLC0415 - what is loaded inside can be interrupted in good order
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    main(prog_name="harness")


if __name__ == "__main__":
    run()

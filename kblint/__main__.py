"""`kblint`, and `python -m kblint`: Ctrl-C is looked after before anything slow is imported."""

from __future__ import annotations

import importlib
import os
import signal

from kblint.errors import ExitCode


def main() -> None:
    """Run the command line."""
    # where Ctrl-C is ignored (a job in the background), it stays so
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    importlib.import_module("kblint.cli.start").main()


def _leave(_signal: int, _frame: object) -> None:
    """End at once, as an exception would be caught, or printed, by whatever happens to run.

    Nothing is left to tidy up: while a file is written, signals wait (`kblint.cli.files`).
    """
    os._exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()

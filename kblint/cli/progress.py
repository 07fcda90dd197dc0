"""What a terminal shows while something takes long; nothing of it is left at the end."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds that nobody needs to be told of."""


@contextmanager
def working(task: str, patience: float = PATIENCE) -> Iterator[None]:
    """Show on a terminal what is being done, and for how long, from `patience` seconds on; elsewhere nothing."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    is_done = threading.Event()
    shown = threading.Thread(target=_show, args=(task, is_done, patience), daemon=True)
    shown.start()
    try:
        yield
    finally:
        is_done.set()
        shown.join()


def _show(task: str, is_done: threading.Event, patience: float) -> None:
    if is_done.wait(patience):
        return
    from rich.console import Console  # noqa: PLC0415 - only a long run at a terminal needs it
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - as above

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(task, total=None)
        is_done.wait()

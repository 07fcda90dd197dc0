"""What a command says about inputs that are not part of what it shows."""

from __future__ import annotations

import click

from kblint.intake import Input, Loaded
from kblint.report.printable import printable

_NAMED = 5
"""Paths named for each reason."""


def tell_unread(texts: Loaded, given: Input) -> None:
    """Say on standard error what was left out, or could not be read."""
    by_reason: dict[str, list[str]] = {}
    for failure in texts.unread:
        by_reason.setdefault(f"cannot be read: {failure.reason}", []).append(failure.path)
    for path in dict.fromkeys(fault.place.source.path for fault in given.faults if fault.code == "unreadable"):
        by_reason.setdefault("cannot be parsed, `kblint check` says why", []).append(path)
    for skipped in (*texts.skipped, *given.skipped):
        by_reason.setdefault(skipped.reason, []).append(skipped.path)
    for reason, paths in sorted(by_reason.items()):
        shown = ", ".join(map(printable, sorted(paths)[:_NAMED]))
        more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        click.echo(f"kblint: not read ({printable(reason)}): {shown}{more}", err=True)

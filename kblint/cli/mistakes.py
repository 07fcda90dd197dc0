"""How the command line tells what it could not do: with the line of a file of the user's own, as a compiler does."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.cli.options import render_options
from kblint.errors import KblintError
from kblint.finding import Finding, Location, RuleRef, Severity
from kblint.report.frame import Frame
from kblint.report.paint import Pen
from kblint.source.text import Place


def told(error: KblintError) -> Iterator[str]:
    """The message, the line it is about with what is meant underlined, and what helps.

    Without colours: a program may read standard error.
    """
    yield f"kblint: {error}"
    if isinstance(error.place, Place):
        shown = Finding(RuleRef("", ""), Severity.ERROR, "known", error.message, Location(error.place))
        # where that is, stands in the message
        yield from list(Frame(shown, Pen(render_options("never", None))).lines())[1:]
    if error.help:
        yield f"  help: {error.help}"

"""`kblint check --baseline` and `--write-baseline`: what is said of a baseline, and writing one."""

from __future__ import annotations

from pathlib import Path

from kblint.api.baselines import ChosenBaseline
from kblint.api.project import OpenedProject
from kblint.baseline import entries
from kblint.cli.files import write_output
from kblint.cli.inputs import require_no_input
from kblint.cli.streams import out, say
from kblint.errors import UsageError
from kblint.finding import Result
from kblint.report.baseline import render
from kblint.report.printable import printable
from kblint.report.wording import plural
from kblint.secrets.conceal import concealed
from kblint.source.discover import read_source
from kblint.source.reader import ReadFailure
from kblint.source.regex import regex

_BEGINS = regex(r"\s*\{\s*\"version\":\s*\d+,\s")
"""How a baseline does."""


def tell_passed_over(chosen: ChosenBaseline) -> None:
    """Say on standard error which baseline is configured and does not count."""
    if chosen.passed_over:
        say(f"kblint: baseline `{chosen.passed_over}` lies in what is checked, and does not count with `--isolated`")


def hold(name: str, result: Result, project: OpenedProject) -> None:
    """Write all that was found into a baseline file, and say so.

    Raises:
        UsageError: the file is an input, holds anything but a baseline, or cannot be written.
    """
    require_no_input(name, project)
    _require_baseline(Path(name), name)
    made = entries(concealed(result).findings, Path.cwd())
    for line in write_output(name, render(made)):
        say(line)
    found = plural(len(result.findings), "finding")
    files = plural(len({one.path for one in made}), "file")
    out(f"{printable(name)} holds {found} in {files}; `kblint check --baseline {printable(name)}` tells what is new\n")


def _require_baseline(file: Path, name: str) -> None:
    """A file that is written anew held a baseline, if only what a merge left of one, or nothing.

    Raises:
        UsageError: it did not.
    """
    if file.is_file():
        there = read_source(file, Path.cwd())
        if isinstance(there, ReadFailure) or (there.text.strip() and not _BEGINS.match(there.text)):
            help = "name another file, or remove it first"
            raise UsageError(f"`{name}` holds no baseline, and is left as it is", help=help)

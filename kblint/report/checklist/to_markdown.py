"""The checklist for an issue or a pull request: GitHub's task lists, whose open boxes people tick."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from kblint.checklist import Checklist, Command, Line, LineState
from kblint.report.checklist.wording import inside, placeholders, said_of, tally
from kblint.report.commands import without_commands
from kblint.report.markup import code, prose
from kblint.report.options import RenderOptions
from kblint.report.places import path_and_line
from kblint.report.printable import printable

_BOXES = {LineState.TICKED: "- [x] ", LineState.CROSSED: "- [ ] ❌ ", LineState.OPEN: "- [ ] "}


def render(checklist: Checklist, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """A section for each application."""
    several = len(checklist.variants) > 1
    blocks = ["# Deployment checklist", f"{prose(tally(checklist))}."]
    for variant in checklist.variants:
        if several:
            blocks.append(f"## {code(variant.name)}")
        for application in variant.applications:
            blocks.append(f"{'###' if several else '##'} {code(str(application.object))}")
            blocks.append("\n".join(row for line in application.lines for row in _line(line)))
        if variant.inside:
            blocks.append(f"{prose(inside(variant))}.")
    words = placeholders(checklist)
    if words:
        blocks.append("\n".join(f"- {prose(word)}" for word in words))
    return without_commands("\n\n".join(blocks) + "\n")


def _line(line: Line) -> Iterator[str]:
    yield f"{_BOXES[line.state]}**{prose(line.title)}**: {prose(said_of(line))}"
    if line.help:
        yield f"  - help: {prose(line.help)}"
    if line.evidence:
        yield f"  - {', '.join(code(path_and_line(place)) for place in line.evidence)}"
    if line.commands:
        yield ""
        yield from _block(line.commands)


def _block(commands: tuple[Command, ...]) -> Iterator[str]:
    """Commands in a fence that none of them can close."""
    texts: list[str] = []
    for expect, same in groupby(commands, key=attrgetter("expect")):
        texts += [f"# expect {printable(expect)}"] if expect else []
        texts += [printable(command.command) for command in same]
    longest = max((len(run) for text in texts for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"  {fence}sh"
    yield from (f"  {text}" for text in texts)
    yield f"  {fence}"

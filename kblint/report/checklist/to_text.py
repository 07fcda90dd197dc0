"""The checklist for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from kblint.checklist import Checklist, ChecklistVariant, Line, LineState
from kblint.report.checklist.wording import inside, placeholders, said_of, tally
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style
from kblint.report.places import common_folder, path_and_line
from kblint.report.printable import cell_width, wrap

_MARKS = {
    LineState.TICKED: ("[x]", Style.GOOD),
    LineState.CROSSED: ("[!]", Style.ERROR),
    LineState.OPEN: ("[ ]", Style.WARNING),
}
_INDENT = len("[x] ")


def render(checklist: Checklist, options: RenderOptions) -> str:
    """A block for each application, then what words in capitals stand for, and how many lines stand how.

    Lines are at most `options.width` cells wide, commands apart: they are there to be copied. `[x]` is proved by the
    files, `[!]` proved wrong, `[ ]` to be found out with the commands below it.
    """
    pen = Pen(options)
    blocks = [block for variant in checklist.variants for block in _blocks(variant, pen)]
    style = Style.ERROR if checklist.count(LineState.CROSSED) else Style.GOOD
    blocks.append([*placeholders(checklist), pen.paint(f"{tally(checklist)}.", style)])
    return without_commands("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _blocks(variant: ChecklistVariant, pen: Pen) -> Iterator[list[str]]:
    """The heading, the applications, and what is left out."""
    applications = variant.applications
    folder = common_folder(place for one in applications for line in one.lines for place in line.evidence)
    yield list(pen.heading(variant.name, folder))
    for application in applications:
        title = pen.paint(pen.printable(str(application.object)), Style.STRONG)
        yield [title, *(row for line in application.lines for row in _line(line, pen, folder))]
    yield list(pen.folded(inside(variant), Style.GUTTER))


def _line(line: Line, pen: Pen, folder: str) -> Iterator[str]:
    mark, style = _MARKS[line.state]
    title = pen.printable(f"{line.title}: ")
    room = pen.width - _INDENT
    said = wrap(pen.printable(said_of(line)), room, taken=cell_width(title))
    rows = [pen.paint(text, style if line.state is LineState.CROSSED else Style.PLAIN) for text in said]
    gap = room - cell_width(said[-1]) - (cell_width(title) if len(said) == 1 else 0)
    rows[0] = pen.paint(title, style) + rows[0]
    where = pen.printable(", ".join(dict.fromkeys(path_and_line(place, folder) for place in line.evidence)))
    if where and cell_width(where) + 2 <= gap:
        rows[-1] += " " * (gap - cell_width(where)) + pen.paint(where, Style.GUTTER)
    else:
        rows += [pen.paint(row, Style.GUTTER) for row in wrap(where, room)]
    yield f"{pen.paint(mark, style)} {rows[0]}".rstrip()
    yield from (" " * _INDENT + row for row in rows[1:])
    if line.help:
        yield from pen.folded(f"help: {line.help}", indent=_INDENT)
    for expect, commands in groupby(line.commands, key=attrgetter("expect")):
        if expect:
            yield from pen.folded(f"expect {expect}:", Style.GUTTER, _INDENT)
        yield from (f"{' ' * _INDENT}$ {pen.printable(command.command)}" for command in commands)

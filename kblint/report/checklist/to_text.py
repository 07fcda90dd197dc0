"""The checklist for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from kblint.checklist import Application, Checklist, ChecklistVariant, Line, LineState
from kblint.report.checklist.wording import inside, placeholders, said_of, tally
from kblint.report.commands import without_commands
from kblint.report.frame import MIN_WIDTH
from kblint.report.options import RenderOptions
from kblint.report.paint import Style, paint
from kblint.report.places import common_folder, path_and_line
from kblint.report.printable import cell_width, printable, wrap

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
    blocks: list[list[str]] = []
    for variant in checklist.variants:
        blocks += [lines for block in _Text(variant, options).blocks() if (lines := list(block))]
    blocks.append(list(_end(checklist, options)))
    return without_commands("\n\n".join("\n".join(block) for block in blocks) + "\n")


class _Text:
    """The checklist of one variant, line by line."""

    def __init__(self, variant: ChecklistVariant, options: RenderOptions) -> None:
        self.variant = variant
        self.options = options
        self.width = max(options.width, MIN_WIDTH)
        self.folder = common_folder(
            place for application in variant.applications for line in application.lines for place in line.evidence
        )

    def blocks(self) -> Iterator[Iterator[str]]:
        """The heading, the applications, and what is left out."""
        yield self._heading()
        for application in self.variant.applications:
            yield self._application(application)
        yield self._hanging(inside(self.variant), "", Style.GUTTER)

    def _heading(self) -> Iterator[str]:
        if self.variant.name and self.variant.name != self.folder.rstrip("/"):
            yield self._paint(self._printable(self.variant.name), Style.STRONG)
        if self.folder:
            yield self._paint(f"files are below {self._printable(self.folder)}", Style.GUTTER)

    def _application(self, application: Application) -> Iterator[str]:
        yield self._paint(self._printable(str(application.object)), Style.STRONG)
        for line in application.lines:
            yield from self._line(line)

    def _line(self, line: Line) -> Iterator[str]:
        mark, style = _MARKS[line.state]
        detail_style = style if line.state is LineState.CROSSED else Style.PLAIN
        title = self._printable(f"{line.title}: ")
        room = self.width - _INDENT
        said = wrap(self._printable(said_of(line)), room, taken=cell_width(title))
        rows = [self._paint(text, detail_style) for text in said]
        gap = room - cell_width(said[-1]) - (cell_width(title) if len(said) == 1 else 0)
        rows[0] = self._paint(title, style) + rows[0]
        where = self._printable(", ".join(dict.fromkeys(path_and_line(place, self.folder) for place in line.evidence)))
        below = []
        if where and cell_width(where) + 2 <= gap:
            rows[-1] += " " * (gap - cell_width(where)) + self._paint(where, Style.GUTTER)
        else:
            below = wrap(where, room)
        indent = " " * _INDENT
        yield f"{self._paint(mark, style)} {rows[0]}".rstrip()
        yield from (indent + row for row in rows[1:])
        yield from (indent + self._paint(row, Style.GUTTER) for row in below)
        if line.help:
            yield from self._hanging(f"help: {line.help}", indent, Style.PLAIN)
        for expect, commands in groupby(line.commands, key=attrgetter("expect")):
            if expect:
                yield from self._hanging(f"expect {expect}:", indent, Style.GUTTER)
            yield from (f"{indent}$ {self._printable(command.command)}" for command in commands)

    def _hanging(self, text: str, indent: str, style: Style) -> Iterator[str]:
        for part in wrap(self._printable(text), self.width - len(indent)):
            yield f"{indent}{self._paint(part, style)}"

    def _printable(self, text: str) -> str:
        return printable(text, unicode=self.options.unicode)

    def _paint(self, text: str, style: Style) -> str:
        return paint(text, style, color=self.options.color)


def _end(checklist: Checklist, options: RenderOptions) -> Iterator[str]:
    yield from placeholders(checklist)
    style = Style.ERROR if checklist.count(LineState.CROSSED) else Style.GOOD
    yield paint(f"{tally(checklist)}.", style, color=options.color)

"""Code frames: the lines a finding is about, with what it points at underlined and labelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby

from msgspec import Struct

from kblint.finding import Finding, Location
from kblint.report.paint import Pen, Style, severity_style
from kblint.report.places import ends
from kblint.report.printable import cell_width, wrap
from kblint.report.window import Window, windows
from kblint.source.grouping import grouped
from kblint.source.text import Source


class FrameMark(Struct, frozen=True):
    """What is underlined in one line: characters `start` to `end` of it, counted from 0, and what to say there."""

    line: int
    start: int
    end: int
    label: str
    is_primary: bool


class Frame(Struct, frozen=True, dict=True):
    """The frame of one finding: knows how wide its gutter is, so that what follows can be aligned with it."""

    finding: Finding
    pen: Pen

    @cached_property
    def marks(self) -> Mapping[Source, tuple[FrameMark, ...]]:
        """What is underlined, by file: the primary location's file first, the others as they come."""
        locations = (self.finding.location, *self.finding.related)
        return grouped((at.place.source, _mark(at, is_primary=not number)) for number, at in enumerate(locations))

    @cached_property
    def margin(self) -> int:
        """Cells of the widest line number shown."""
        return len(str(max(mark.line for marks in self.marks.values() for mark in marks)))

    @property
    def room(self) -> int:
        """Cells to the right of the gutter."""
        return self.pen.width - self.margin - len(" | ")

    def lines(self) -> Iterator[str]:
        """The frame's lines, one block a file."""
        for index, (source, marks) in enumerate(self.marks.items()):
            if index:
                yield self.gutter()
            arrow = "-->" if marks[0].is_primary else ":::"
            where = f"{self.pen.printable(source.path)}:{marks[0].line}:{marks[0].start + 1}"
            lead = f"{' ' * self.margin}{self.pen.paint(arrow, Style.GUTTER)} {where}"
            yield from self._with_object(lead, where) if marks[0].is_primary else (lead,)
            yield self.gutter()
            yield from self._block(source, marks)

    def _with_object(self, lead: str, where: str) -> Iterator[str]:
        """The first line with the object that it is about, as `ignore:` names it; below, where there is no room."""
        if self.finding.object is None:
            yield lead
            return
        about = f"({self.pen.printable(self.finding.object.pattern)})"
        begin = self.margin + len("--> ")
        is_beside = begin + cell_width(where) + 1 + cell_width(about) <= self.pen.width
        shown = self.pen.paint(about, Style.GUTTER)
        yield from (f"{lead} {shown}",) if is_beside else (lead, f"{' ' * begin}{shown}")

    def _block(self, source: Source, marks: Sequence[FrameMark]) -> Iterator[str]:
        previous = None
        for number, group in groupby(sorted(marks, key=lambda mark: mark.line), key=lambda mark: mark.line):
            if previous is not None and number == previous + 2:
                yield from self._line(source, number - 1, [])
            elif previous is not None and number > previous + 2:
                yield self.pen.paint("...", Style.GUTTER)
            yield from self._line(source, number, list(group))
            previous = number

    def _line(self, source: Source, number: int, marks: list[FrameMark]) -> Iterator[str]:
        ranges = [(mark.start, mark.end) for mark in marks]
        for window in windows(source.line(number), ranges, self.room, unicode=self.pen.options.unicode):
            yield self.gutter(str(number), window.text)
            yield from self._annotations(window, [marks[index] for index in window.ranges])

    def _annotations(self, window: Window, marks: list[FrameMark]) -> Iterator[str]:
        """The underlines of one shown line, then its labels: the last one beside them if it fits, others below."""
        if not marks:
            return
        underline = self._underline(window, marks)
        said = [mark for mark in marks if mark.label]
        below = sorted(said, key=lambda mark: (mark.end, mark.start, mark.is_primary), reverse=True)
        beside = None
        if below and len(underline) + 1 + cell_width(self.pen.printable(below[0].label)) <= self.room:
            beside = below.pop(0)
        row = self._painted(underline)
        if beside:
            row += " " + self.pen.paint(self.pen.printable(beside.label), self._style(beside))
        yield self.gutter("", row)
        below.sort(key=lambda mark: (mark.start, mark.is_primary), reverse=True)
        if below and len(said) > 1:
            yield self.gutter("", self._connectors(window, below, window.column(below[0].start) + 1))
        for index, mark in enumerate(below):
            yield from self._label(window, mark, below[index + 1 :])

    def _underline(self, window: Window, marks: list[FrameMark]) -> list[tuple[str, Style]]:
        """What stands in each cell below a line; the primary mark wins where marks overlap."""
        row: list[tuple[str, Style]] = []
        for mark in sorted(marks, key=lambda mark: mark.is_primary):
            start = window.column(mark.start)
            end = max(start + 1, window.column(mark.end))
            row += [(" ", Style.PLAIN)] * (end - len(row))
            row[start:end] = [("^" if mark.is_primary else "-", self._style(mark))] * (end - start)
        return row

    def _label(self, window: Window, mark: FrameMark, pending: list[FrameMark]) -> Iterator[str]:
        """A label on lines of its own below its underline, moved left where there is little room."""
        label = self.pen.printable(mark.label)
        needed = min(cell_width(label), self.room // 2)
        column = max(0, min(window.column(mark.start), self.room - needed))
        for text in wrap(label, self.room - column):
            lead = self._connectors(window, pending, column)
            yield self.gutter("", lead + self.pen.paint(text, self._style(mark)))

    def _connectors(self, window: Window, marks: list[FrameMark], width: int) -> str:
        """`width` cells with a bar under every mark whose label is still to come."""
        row: list[tuple[str, Style]] = [(" ", Style.PLAIN)] * width
        for mark in marks:
            if window.column(mark.start) < width:
                row[window.column(mark.start)] = ("|", self._style(mark))
        return self._painted(row)

    def gutter(self, number: str = "", text: str = "") -> str:
        """A line of the frame: number, bar, text."""
        bar = self.pen.paint(f"{number:>{self.margin}} |", Style.GUTTER)
        return f"{bar} {text}" if text.strip() else bar

    def _painted(self, row: list[tuple[str, Style]]) -> str:
        runs = groupby(row, key=lambda cell: cell[1])
        return "".join(self.pen.paint("".join(text for text, _ in run), style) for style, run in runs)

    def _style(self, mark: FrameMark) -> Style:
        return severity_style(self.finding.severity) if mark.is_primary else Style.RELATED


def _mark(location: Location, *, is_primary: bool) -> FrameMark:
    """Where `location` is underlined: a span over several lines only up to the end of its first."""
    source = location.place.source
    start, end = ends(location.place)
    last = len(source.line(start.line)) if end.line > start.line else end.column - 1
    first = min(start.column - 1, len(source.line(start.line)))
    return FrameMark(start.line, first, max(first, last), location.label.strip(), is_primary)

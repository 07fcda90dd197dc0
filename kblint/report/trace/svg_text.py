"""Text in a picture: how wide it is, and what of it fits.

A picture is drawn without knowing the reader's fonts, so widths are those of wide ones: what fits here fits there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.report.printable import cell_width, printable


@dataclass(frozen=True, slots=True)
class Face:
    """A way to set text: its CSS class, the height of a line, the width of a cell, behind what a line may be broken."""

    name: str
    line: float
    cell: float
    breaks: str = r"\s"

    def width(self, text: str) -> float:
        """How wide `text` is at most."""
        return cell_width(text) * self.cell


TITLE = Face("title", 24, 11.5)
HEAD = Face("head", 16, 8.0)
NAME = Face("name", 16, 7.3, r"\s/.:-")
PATH = Face("path", 14, 6.1, r"\s/.:-")
PROSE = Face("prose", 15, 6.5)
SEEN = Face("seen", 17, 8.4)
"""Faces; the style sheet gives their fonts the sizes that these widths are for."""


def fitting(text: str, face: Face, width: float, most: int) -> list[str]:
    """`text` in at most `most` lines; the last one ends with an ellipsis where that is not enough."""
    room = max(4, int(width / face.cell))
    longest = 2 * room * most
    text = text if len(text) <= longest else f"{text[:longest]}…"
    lines = list(_lines(printable(text), room, face.breaks))
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1], room)]
    return lines


def ending(text: str, face: Face, width: float) -> str:
    """The end of `text`, as much as fits in one line: a file's name says more than its folders."""
    room = max(4, int(width / face.cell))
    end = printable(text[-4 * room :])
    if len(text) <= 4 * room and cell_width(end) <= room:
        return end
    cuts = [match.start() for match in re.finditer("/", end)] + list(range(len(end)))
    return next(f"…{end[cut:]}" for cut in cuts if cell_width(end[cut:]) < room)


def _lines(text: str, room: int, breaks: str) -> Iterator[str]:
    """Lines of at most `room` cells, broken behind one of `breaks`, and elsewhere only if need be."""
    line = ""
    for part in re.findall(rf"[^{breaks}]*[{breaks}]*", text):
        if line and cell_width(f"{line}{part}".rstrip()) > room:
            yield line.rstrip()
            line = ""
        line += part
        while cell_width(line.rstrip()) > room:
            size = next(size for size in range(len(line), 0, -1) if size == 1 or cell_width(line[:size]) <= room)
            yield line[:size]
            line = line[size:]
    if line.strip():
        yield line.rstrip()


def _cut(text: str, room: int) -> str:
    while cell_width(text) > room - 1:
        text = text[:-1]
    return f"{text}…"

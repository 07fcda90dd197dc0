"""Cards of a picture: what stands on them, line by line, and how large that makes them.

A picture is drawn without knowing the reader's fonts, so widths are those of wide ones: what fits here fits there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from kblint.report.places import path_and_line
from kblint.report.printable import cell_width, printable
from kblint.report.trace.graph import Card, Column
from kblint.report.trace.wording import reason_of
from kblint.report.wording import without_root
from kblint.source.regex import regex
from kblint.tracing import HopState, TraceHop


class Face(Struct, frozen=True):
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


PADDING = 10.0
MARK = 20.0
"""Left of a row's text, for its mark."""
ROW_GAP = 9.0

MIN_WIDTH = 84.0
MAX_WIDTHS = {Column.START: 250.0, Column.NODE: 160.0, Column.PROCESS: 165.0}
_MAX_WIDTH = 192.0

_KINDS = regex(
    r"(?P<kind>[A-Z]\w+|(?:node|host) port|(?:cloud|host) firewall|network policy) (?P<name>\S+)(?: \((?P<more>.+)\))?"
)
"""Labels that begin with what a thing is: the kind is set small above the name."""

_MAX_SITES = 3
_ENDINGS = {HopState.OK.value: "arrives", HopState.UNKNOWN.value: "cannot be known"}
"""What is said of a journey whose outcome is no failure."""


class CardLine(Struct, frozen=True):
    """A line of text: how it is set, its colour's name, and whether it stands in the row's first line, by the mark."""

    text: str
    face: Face
    tone: str = ""


class CardBlock(Struct, frozen=True):
    """A row of a card: a mark (None for a row that has none) and lines."""

    mark: str | None
    lines: tuple[CardLine, ...]

    @property
    def height(self) -> float:
        """How high its lines are together."""
        return sum(line.face.line for line in self.lines)


class Sheet(Struct, frozen=True):
    """A card ready to be drawn: `look` is `ok`, `broken`, `unknown` or `dead`; `title` says all of it, unabridged."""

    look: str
    title: str
    blocks: tuple[CardBlock, ...]

    @property
    def height(self) -> float:
        """How high it is."""
        return 2 * PADDING + sum(block.height for block in self.blocks) + ROW_GAP * (len(self.blocks) - 1)

    @property
    def width(self) -> float:
        """How wide its lines want it."""
        return 2 * PADDING + max(
            MARK * (block.mark is not None) + line.face.width(line.text)
            for block in self.blocks
            for line in block.lines
        )


def sheet(card: Card, folder: str, outcome_word: str) -> Sheet:
    """Set a card; no line of it is wider than its column may become."""
    room = MAX_WIDTHS.get(card.column, _MAX_WIDTH) - 2 * PADDING
    if card.column is Column.START:
        return Sheet(HopState.OK.value, _start_title(card, outcome_word), tuple(_start(card, room, outcome_word)))
    blocks = [_sites(card.sites, room)] if card.sites else []
    for row in card.rows:
        is_reached = card.is_reached and row.is_reached
        blocks.append(
            CardBlock(_mark(row.hop, is_reached=is_reached), tuple(_hop(row.hop, room - MARK, folder, is_reached)))
        )
    told = ((hop.label, hop.note, reason_of(hop), path_and_line(hop.place)) for hop in (row.hop for row in card.rows))
    return Sheet(card.look, "\n".join(printable("; ".join(filter(None, parts))) for parts in told), tuple(blocks))


def _start(card: Card, room: float, outcome_word: str) -> Iterator[CardBlock]:
    names = [
        CardLine(text, NAME) for journey in card.journeys for text in fitting(without_root(journey.name), NAME, room, 4)
    ]
    variant = card.journeys[0].variant
    yield CardBlock(None, (*names, *([CardLine(ending(variant, PATH, room), PATH, "muted")] if variant else [])))
    for outcome, state in dict.fromkeys((journey.ending, journey.state) for journey in card.journeys):
        said = _ENDINGS.get(outcome, f"{outcome_word}: {outcome}")
        lines = fitting(said, SEEN, room - MARK, 4)
        yield CardBlock(state.value, tuple(CardLine(text, SEEN, state.value) for text in lines))


def _start_title(card: Card, outcome_word: str) -> str:
    return "\n".join(
        f"{printable(without_root(journey.name))}: {outcome_word} {printable(journey.ending)}"
        for journey in card.journeys
    )


def _sites(sites: tuple[str, ...], room: float) -> CardBlock:
    lines = [CardLine(text, PATH, "muted") for site in sites[:_MAX_SITES] for text in fitting(site, PATH, room, 2)]
    others = len(sites) - _MAX_SITES
    return CardBlock(None, (*lines, *([CardLine(f"and {others} more", PATH, "muted")] if others > 0 else [])))


def _hop(hop: TraceHop, room: float, folder: str, is_reached: bool) -> Iterator[CardLine]:
    tone = "" if is_reached else "muted"
    found = _KINDS.fullmatch(hop.label)
    kind, name, more = (found["kind"], found["name"], found["more"]) if found else ("", hop.label, None)
    yield from _set(kind, HEAD, room, 1, "muted")
    yield from _set(name, NAME, room, 3, tone)
    yield from _set(more or "", PROSE, room, 2, "muted")
    yield from _set(hop.note.replace("`", ""), PROSE, room, 3, "muted")
    yield from _set(reason_of(hop).replace("`", ""), PROSE, room, 8, hop.state.value if is_reached else "muted")
    if hop.place:
        yield CardLine(ending(path_and_line(hop.place, folder), PATH, room), PATH, "muted")


def _set(text: str, face: Face, room: float, most: int, tone: str) -> Iterable[CardLine]:
    return (CardLine(line, face, tone) for line in fitting(text, face, room, most))


def _mark(hop: TraceHop, *, is_reached: bool) -> str:
    if is_reached:
        return hop.state.value
    return "dead" if hop.state is HopState.OK else f"dead {hop.state.value}"


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

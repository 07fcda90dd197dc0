"""Journeys as a picture that a browser draws: no script, no font and no image from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from msgspec import Struct

from kblint.report.commands import without_inline_commands
from kblint.report.options import RenderOptions
from kblint.report.printable import printable
from kblint.report.trace.cards_text import way_look
from kblint.report.trace.graph import Card, Column, Graph, graph
from kblint.report.trace.layers import Layout, layout
from kblint.report.trace.svg_cards import (
    HEAD,
    MARK,
    MIN_WIDTH,
    PADDING,
    PROSE,
    ROW_GAP,
    TITLE,
    CardBlock,
    Sheet,
    ending,
    sheet,
)
from kblint.report.trace.svg_style import marks, style
from kblint.report.trace.wording import counted, folder_of, outcome_word, tally
from kblint.source.grouping import grouped
from kblint.tracing import Start, Trace

_MARGIN = 24.0
_COLUMN_GAP = 40.0
_TOP = 108.0
"""Above the cards: the title, what is below it, the names of the columns."""
_BOTTOM = 48.0
_LEAST_WIDTH = 560.0
_PORT_GAP = 9.0

_NAMES = {
    Column.START: "Internet",
    Column.CALLER: "Caller",
    Column.BALANCER: "Load balancer",
    Column.NODE: "Node",
    Column.CONTROLLER: "Ingress controller",
    Column.SERVICE: "Service",
    Column.POD: "Pod",
    Column.PROCESS: "Process",
}
_STARTS = {Start.INTERNET: "Internet", Start.NODE: "A node", Start.INSIDE: "Inside the cluster"}
_LEGEND = (("ok", "passes"), ("broken", "breaks here"), ("unknown", "cannot be known"), ("dead", "not reached"))


def render(trace: Trace, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The picture as an SVG document, as large as what it holds; ends with a line end."""
    return without_inline_commands("\n".join(picture(trace)) + "\n")


def picture(trace: Trace, link: Callable[[Card], str | None] = lambda _: None) -> Iterator[str]:
    """The picture line by line; a card is a link to the id on the same page that `link` has for it."""
    return _Picture(trace, link).lines()


class _Band(Struct, frozen=True):
    """Where a column stands."""

    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


class _Picture:
    """One trace, measured and placed."""

    def __init__(self, trace: Trace, link: Callable[[Card], str | None]) -> None:
        self.trace = trace
        self.link = link
        self.graph: Graph = graph(trace)
        self.folder = folder_of(trace.journeys)
        self.sheets = [sheet(card, self.folder, outcome_word(trace)) for card in self.graph.cards]
        self.layout: Layout = layout(self.graph, [sheet.height for sheet in self.sheets])
        self.bands = _bands(self.layout.columns, self.graph.cards, self.sheets)
        self.width = max(_LEAST_WIDTH, max((band.right for band in self.bands.values()), default=0.0) + _MARGIN)
        self.height = _TOP + self.layout.height + _BOTTOM

    def lines(self) -> Iterator[str]:
        title = f"{counted(self.trace)}: {tally(self.trace)}"
        size = f'width="{_number(self.width)}" height="{_number(self.height)}"'
        box = f'viewBox="0 0 {_number(self.width)} {_number(self.height)}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} class="kblint" role="img">'
        yield f"<title>{_escaped(title)}</title>"
        yield f"<style>{style()}</style>"
        yield f"<defs>{marks()}</defs>"
        size = f'width="{_number(self.width - 1)}" height="{_number(self.height - 1)}"'
        yield f'<rect class="page" x=".5" y=".5" {size} rx="12"/>'
        yield from self._heading(title)
        yield from self._ways()
        for number, (card, made) in enumerate(zip(self.graph.cards, self.sheets, strict=True)):
            anchor = self.link(card)
            yield from [f'<a href="#{anchor}">'] if anchor else []
            yield from _card(made, self.bands[card.column], _TOP + self.layout.tops[number])
            yield from ["</a>"] if anchor else []
        yield from self._legend()
        yield "</svg>"

    def _heading(self, title: str) -> Iterator[str]:
        begun = "as a test on a node sees them, " if self.trace.start is Start.NODE else ""
        said = f"{begun}profile {self.trace.profile}"
        if self.folder:
            said += ", files below "
            said += ending(self.folder, PROSE, self.width - 2 * _MARGIN - PROSE.width(said))
        yield _text(_MARGIN, 38, TITLE.name, title)
        yield _text(_MARGIN, 59, PROSE.name, said, "muted")
        for column, band in self.bands.items():
            name = _STARTS[self.trace.start] if column is Column.START else _NAMES[column]
            yield _text(band.left + 1, 94, HEAD.name, name.upper(), "muted")

    def _ways(self) -> Iterator[str]:
        """The lines between the cards; what works lies below what does not."""
        ends = self._ends()
        drawn = sorted(
            ((way_look(self.graph, way), number) for number, way in enumerate(self.graph.ways)),
            key=lambda pair: (_ORDER[pair[0]], pair[1]),
        )
        for look, number in drawn:
            yield f'<path class="way {look}" marker-end="url(#kblint-{look})" d="{self._line(number, *ends[number])}"/>'

    def _line(self, number: int, start: float, end: float) -> str:
        way = self.graph.ways[number]
        band = self.bands[self.graph.cards[way.source].column]
        x, y = band.right, start
        parts = [f"M{_number(x)} {_number(y)}"]
        for column, lane in self.layout.lanes[number].items():
            passed = self.bands[column]
            parts += [_curve(x, y, passed.left, _TOP + lane), f"H{_number(passed.right)}"]
            x, y = passed.right, _TOP + lane
        target = self.bands[self.graph.cards[way.target].column].left - 7
        parts.append(_curve(x, y, target, end))
        return "".join(parts)

    def _ends(self) -> list[tuple[float, float]]:
        """For each way the heights at which it leaves one card and comes to the other."""
        starts = self._ports([way.source for way in self.graph.ways], is_source=True)
        ends = self._ports([way.target for way in self.graph.ways], is_source=False)
        return list(zip(starts, ends, strict=True))

    def _ports(self, cards: Sequence[int], *, is_source: bool) -> list[float]:
        """The heights at which ways touch these cards: one below the other, in the order of where they come from."""
        ports = [0.0] * len(cards)
        for card, touching in grouped((card, way) for way, card in enumerate(cards)).items():
            ways = sorted(touching, key=lambda way: self._beside(way, is_source=is_source))
            height = self.sheets[card].height
            gap = min(_PORT_GAP, (height - 2 * PADDING) / len(ways))
            middle = _TOP + self.layout.tops[card] + height / 2
            for index, way in enumerate(ways):
                ports[way] = middle + gap * (index - (len(ways) - 1) / 2)
        return ports

    def _beside(self, number: int, *, is_source: bool) -> float:
        """The height of what a way meets next to one of its ends: the lane in the next column, or the other card."""
        lanes = list(self.layout.lanes[number].values())
        if lanes:
            return lanes[0 if is_source else -1]
        way = self.graph.ways[number]
        other = way.target if is_source else way.source
        return self.layout.tops[other] + self.sheets[other].height / 2

    def _legend(self) -> Iterator[str]:
        x, y = _MARGIN + 7, self.height - 24
        for look, word in _LEGEND:
            yield _mark(look, x, y)
            yield _text(x + 13, y + 4, PROSE.name, word, "muted")
            x += 34 + PROSE.width(word)


_ORDER = {"dead": 0, "ok": 1, "unknown": 2, "broken": 3}


def _bands(columns: Sequence[Column], cards: Sequence[Card], sheets: Sequence[Sheet]) -> Mapping[Column, _Band]:
    bands: dict[Column, _Band] = {}
    left = _MARGIN
    for column in columns:
        wanted = [made.width for card, made in zip(cards, sheets, strict=True) if card.column is column]
        width = max(MIN_WIDTH, HEAD.width(_NAMES[column]), *wanted)
        bands[column] = _Band(left, width)
        left += width + _COLUMN_GAP
    return bands


def _card(made: Sheet, band: _Band, top: float) -> Iterator[str]:
    yield f'<g class="card {made.look}"><title>{_escaped(made.title)}</title>'
    size = f'width="{_number(band.width)}" height="{_number(made.height)}"'
    yield f'<rect x="{_number(band.left)}" y="{_number(top)}" {size} rx="8"/>'
    y = top + PADDING
    for index, block in enumerate(made.blocks):
        if index:
            line = f"M{_number(band.left + PADDING)} {_number(y + ROW_GAP / 2)}H{_number(band.right - PADDING)}"
            yield f'<path class="rule" d="{line}"/>'
            y += ROW_GAP
        yield from _block(block, band.left + PADDING, y)
        y += block.height
    yield "</g>"


def _block(block: CardBlock, left: float, top: float) -> Iterator[str]:
    if block.mark:
        yield _mark(block.mark, left + 6, top + block.lines[0].face.line / 2 - 0.5)
        left += MARK
    for line in block.lines:
        top += line.face.line
        yield _text(left, top - line.face.line * 0.28, line.face.name, line.text, line.tone)


def _mark(look: str, x: float, y: float) -> str:
    state = look.rpartition(" ")[2]
    return f'<use href="#kblint-mark-{state}" class="mark {look}" x="{_number(x)}" y="{_number(y)}"/>'


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    bend = (to_x - x) / 2
    points = (x + bend, y, to_x - bend, to_y, to_x, to_y)
    return "C" + " ".join(map(_number, points))


def _text(x: float, y: float, face: str, text: str, tone: str = "") -> str:
    names = f"{face} {tone}".rstrip()
    return f'<text x="{_number(x)}" y="{_number(y)}" class="{names}">{_escaped(text)}</text>'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _escaped(text: str) -> str:
    return escape("\n".join(printable(line) for line in text.split("\n")))

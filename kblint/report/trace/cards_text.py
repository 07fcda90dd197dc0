"""What stands on a card, line by line, for programs that draw the picture themselves."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.report.places import path_and_line
from kblint.report.printable import printable, wrap
from kblint.report.trace.graph import Card, Column, Graph, Way
from kblint.report.trace.wording import outcome_word, reason_of, said_of
from kblint.report.wording import without_root
from kblint.tracing import HopState, Trace

_MARKS = {HopState.OK: "✓", HopState.BROKEN: "✗", HopState.UNKNOWN: "?"}
_UNREACHED = "·"
_WIDTH = 40


def card_lines(card: Card, trace: Trace, folder: str) -> Iterator[str]:
    """The lines of a card, each fit to print and, unless a word is longer, not too long for a card."""
    for text in _texts(card, trace, folder):
        yield from wrap(printable(text), _WIDTH)


def _texts(card: Card, trace: Trace, folder: str) -> Iterator[str]:
    if card.column is Column.START:
        yield from (without_root(journey.name) for journey in card.journeys)
        yield card.journeys[0].variant
        for outcome, state in dict.fromkeys((journey.ending, journey.state) for journey in card.journeys):
            yield f"{_MARKS[state]} {outcome_word(trace)}: {outcome}"
        return
    for row in card.rows:
        hop = row.hop
        is_reached = card.is_reached and row.is_reached
        mark = _MARKS[hop.state] if is_reached or hop.state is not HopState.OK else _UNREACHED
        yield f"{mark} {said_of(hop)}"
        yield reason_of(hop)
        yield path_and_line(hop.place, folder)


def way_look(graph: Graph, way: Way) -> str:
    """How a way is drawn: as what it leads to stands, and as not sure where it comes from what is not."""
    source, target = graph.cards[way.source], graph.cards[way.target]
    if not way.is_reached:
        return "dead"
    if target.state is HopState.OK and source.column is not Column.START:
        return source.state.value
    return target.state.value

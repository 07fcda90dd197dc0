"""Journeys as a graph that Graphviz draws.

https://graphviz.org/doc/info/lang.html
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.report.commands import without_inline_commands
from kblint.report.options import RenderOptions
from kblint.report.trace.cards_text import card_lines, way_look
from kblint.report.trace.graph import Column, Graph, graph
from kblint.report.trace.wording import counted, folder_of, tally
from kblint.tracing import Trace

_CARDS = {
    "start": "penwidth=1.5",
    "ok": 'color="#1a7f37"',
    "broken": 'color="#cf222e", penwidth=2.5',
    "unknown": 'color="#bf8700", style="rounded,dashed"',
    "dead": 'color="#8c959f", fontcolor="#59636e", style="rounded,dotted"',
}
_WAYS = {
    "ok": 'color="#1a7f37"',
    "broken": 'color="#cf222e", penwidth=2',
    "unknown": 'color="#bf8700", style=dashed',
    "dead": 'color="#8c959f", style=dotted',
}


def render(trace: Trace, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The graph from left to right; ends with a line end."""
    return without_inline_commands("\n".join(_lines(trace)) + "\n")


def _lines(trace: Trace) -> Iterator[str]:
    whole = graph(trace)
    folder = folder_of(trace.journeys)
    yield "digraph trace {"
    yield "  rankdir=LR"
    yield f'  label="{_escaped(f"{counted(trace)}: {tally(trace)}")}"'
    yield '  graph [labelloc=t, labeljust=l, fontname="Helvetica", fontsize=16, nodesep=0.25, ranksep=0.5]'
    yield '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11, margin="0.12,0.08"]'
    yield "  edge [arrowsize=0.7]"
    for number, card in enumerate(whole.cards):
        label = "".join(f"{_escaped(line)}\\l" for line in card_lines(card, trace, folder))
        yield f'  c{number} [label="{label}", {_CARDS[card.look]}]'
    yield from _ranks(whole)
    for way in whole.ways:
        yield f"  c{way.source} -> c{way.target} [{_WAYS[way_look(whole, way)]}]"
    yield "}"


def _ranks(whole: Graph) -> Iterator[str]:
    """What stands in one column here stands in one there."""
    for column in Column:
        names = [f"c{number}" for number, card in enumerate(whole.cards) if card.column is column]
        if len(names) > 1:
            yield f"  {{ rank=same; {'; '.join(names)} }}"


def _escaped(text: str) -> str:
    r"""`text` inside quotes: no end of it, no `\l` or `\N` of Graphviz, no HTML entity."""
    return text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')

"""Journeys as a Mermaid flowchart, for Markdown that draws it.

https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.report.options import RenderOptions
from kblint.report.trace.cards_text import card_lines, way_look
from kblint.report.trace.graph import Graph, graph
from kblint.report.trace.wording import counted, folder_of, tally
from kblint.source.regex import regex
from kblint.tracing import Trace

_LOOKS = {
    "start": "font-weight:bold",
    "ok": "stroke:#1a7f37",
    "broken": "stroke:#cf222e,stroke-width:3px",
    "unknown": "stroke:#bf8700,stroke-dasharray:6 4",
    "dead": "stroke:#8c959f,stroke-dasharray:2 4",
}
"""Lines only, so that text and ground stay as readable as the reader's theme makes them, by day and by night."""
_WIDTH = 360
"""Pixels after which Mermaid would break a line anew."""
_ARROWS = {"ok": "-->", "broken": "--x", "unknown": "-.->", "dead": "-.->"}
_SPECIAL = regex(r"[^\w ./,:()\-\u00a0-\U0010ffff]")


def render(trace: Trace, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The flowchart from left to right; ends with a line end."""
    return "\n".join(_lines(trace)) + "\n"


def _lines(trace: Trace) -> Iterator[str]:
    whole = graph(trace)
    folder = folder_of(trace.journeys)
    yield from ("---", f'title: "{counted(trace)}: {tally(trace)}"')
    yield from ("config:", "  flowchart:", f"    wrappingWidth: {_WIDTH}", "---")
    yield "flowchart LR"
    for number, card in enumerate(whole.cards):
        label = "<br/>".join(map(_escaped, card_lines(card, trace, folder)))
        opening, closing = ("([", "])") if card.look == "start" else ("[", "]")
        yield f'  c{number}{opening}"{label}"{closing}'
    for way in whole.ways:
        yield f"  c{way.source} {_ARROWS[way_look(whole, way)]} c{way.target}"
    yield from _styles(whole)


def _styles(whole: Graph) -> Iterator[str]:
    for look, style in _LOOKS.items():
        names = ",".join(f"c{number}" for number, card in enumerate(whole.cards) if card.look == look)
        if names:
            yield f"  classDef {look} {style}"
            yield f"  class {names} {look}"


def _escaped(text: str) -> str:
    """`text` in which whatever Mermaid, Markdown or HTML could obey is a character code."""
    return _SPECIAL.sub(lambda sign: f"#{ord(sign.group())};", text)

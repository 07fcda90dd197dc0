"""Where something stands in a text."""

from __future__ import annotations

from kblint.source.text import Place, Source, Span


def place(source: Source, text: str, *, after: str = "") -> Place:
    """The first `text` in `source`, or the first behind `after`."""
    start = source.text.index(text, source.text.index(after))
    return Place(source, Span(start, start + len(text)))

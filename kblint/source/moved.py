"""Parsed values that stand inside of another text: their positions in that one."""

from __future__ import annotations

from collections.abc import Callable

from kblint.source.text import Span
from kblint.source.values import PositionedDict, PositionedList

Move = Callable[[Span], Span]


def move_all(root: object, move: Move) -> None:
    """Give a freshly parsed value the positions it has outside; each container once, however often it is an alias."""
    pending, seen = [root], set[int]()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        if isinstance(value, PositionedDict):
            seen.add(id(value))
            value.span = move(value.span)
            value.key_spans = {key: move(span) for key, span in value.key_spans.items()}
            value.value_spans = {key: move(span) for key, span in value.value_spans.items()}
            pending.extend(value.values())
        elif isinstance(value, PositionedList):
            seen.add(id(value))
            value.span = move(value.span)
            value.item_spans = [move(span) for span in value.item_spans]
            pending.extend(value)

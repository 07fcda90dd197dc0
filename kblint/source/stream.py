"""What parsing a text gives: its documents, and what is wrong with it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kblint.source.text import Place, Source, Span
from kblint.source.values import Document

FaultCode = Literal["unreadable", "duplicate-key", "not-followed"]

MAX_DEPTH = 200
"""Levels of nesting that are read, so that nothing downstream that recurses runs out of stack."""

MAX_EXPANDED = 1_000_000
"""Values that the aliases of one file may stand for."""


class Budget:
    """How many values the aliases of a file may still stand for; shared by all who read a part of it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_EXPANDED


class SyntaxFault(Struct, frozen=True):
    """Something wrong with the text itself, below the reach of rules. `related` holds places and what to say there."""

    code: FaultCode
    place: Place
    message: str
    help: str | None = None
    related: tuple[tuple[Place, str], ...] = ()


class BrokenDocumentError(Exception):
    """Private to reading: the document cannot be read further; `fault` says why."""

    def __init__(self, fault: SyntaxFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Stream(Struct, frozen=True):
    """The documents of one source, in order, and its faults, by position."""

    documents: tuple[Document, ...]
    faults: tuple[SyntaxFault, ...]


def duplicate_key(source: Source, key: str, first: Span, second: Span) -> SyntaxFault:
    """The fault of a mapping that holds `key` twice: at the `second`, with the `first` as related."""
    return SyntaxFault(
        "duplicate-key",
        Place(source, second),
        f"key `{shown(key)}` is written twice in one mapping",
        "keep one of them; the last one wins",
        ((Place(source, first), "first written here"),),
    )


def too_deep(source: Source, span: Span) -> SyntaxFault:
    """The fault of a text nested deeper than `MAX_DEPTH`."""
    return SyntaxFault("unreadable", Place(source, span), f"nested deeper than {MAX_DEPTH} levels")


def not_followed(place: Place, message: str) -> SyntaxFault:
    """What is said where a limit of kblint's own was met: what lies behind it is unknown, and nothing comes of that."""
    return SyntaxFault("not-followed", place, message)


def character_at(text: str, offset: int) -> Span:
    """The span of the character at `offset`; empty at a line's end and beyond the text."""
    offset = max(0, min(offset, len(text)))
    return Span(offset, offset + (offset < len(text) and text[offset] not in "\r\n"))


def shown(text: str) -> str:
    """`text` for a message: on one line, and short."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."

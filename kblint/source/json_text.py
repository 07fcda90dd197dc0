"""JSON, JSON Lines and concatenated JSON values: a source's text in, its documents and faults out."""

from __future__ import annotations

import json
import re

from kblint.source.regex import regex
from kblint.source.scalar import number
from kblint.source.stream import (
    MAX_DEPTH,
    BrokenDocumentError,
    Stream,
    SyntaxFault,
    character_at,
    duplicate_key,
    too_deep,
)
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, PositionedDict, PositionedList

_SPACE = regex(r"[ \t\r\n]*")
_NUMBER = regex(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.])", re.ASCII)
_WORD = regex(r"[A-Za-z_]+")
_RESTART = regex(r"^[{\[]", re.MULTILINE)
"""After a broken value, the next one that starts a line."""

_DECODER = json.JSONDecoder()
_SURROGATE = regex("[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_STRING_HELP = {
    "Invalid control character at": ("found a line end or control character inside a string", "write it as an escape"),
    "Unterminated string starting at": ("the text ends inside a string", 'close it with `"`'),
}


def parse_json(source: Source) -> Stream:
    """Read every JSON value of `source`, with the same positions as `parse_yaml`.

    Never raises: what cannot be read is a fault; the values before it are kept, and those after it from the next line
    that starts with `{` or `[`.
    """
    text = source.text
    documents: list[Document] = []
    faults: list[SyntaxFault] = []
    position = len(text) - len(text.lstrip("\ufeff"))
    while (position := _space(text, position)) < len(text):
        try:
            value, span = _Reader(source, faults).read(position)
        except BrokenDocumentError as error:
            faults.append(error.fault)
            match = _RESTART.search(text, max(error.fault.place.span.start, position + 1))
            position = match.start() if match else len(text)
        else:
            position = span.end
            if value is not None:
                documents.append(Document(source, len(documents), value, span))
    return Stream(tuple(documents), tuple(sorted(faults, key=lambda fault: fault.place.span)))


def _space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


class _Reader:
    """Reads one value; `MAX_DEPTH` keeps its recursion short."""

    def __init__(self, source: Source, faults: list[SyntaxFault]) -> None:
        self._source = source
        self._text = source.text
        self._faults = faults

    def read(self, position: int, depth: int = 0) -> tuple[object, Span]:
        """The value at `position` and where it stands; `depth` containers are around it."""
        text = self._text
        opener = text[position : position + 1]
        if opener not in ("{", "["):
            return self._scalar(position)
        if depth >= MAX_DEPTH:
            raise BrokenDocumentError(too_deep(self._source, Span(position, position + 1)))
        node = PositionedDict() if opener == "{" else PositionedList()
        closer = "}" if opener == "{" else "]"
        end = _space(text, position + 1)
        is_last = text[end : end + 1] == closer
        while not is_last:
            if isinstance(node, PositionedDict):
                key, key_span, end = self._key(end)
                value, span = self.read(end, depth + 1)
                if key in node:
                    self._faults.append(duplicate_key(self._source, key, node.key_spans[key], key_span))
                node.put(key, value, key_span, span)
            else:
                value, span = self.read(end, depth + 1)
                node.put(value, span)
            end = _space(text, span.end)
            is_last = text[end : end + 1] == closer
            if not is_last:
                if text[end : end + 1] != ",":
                    raise self._broken(end, f"expected `,` or `{closer}` here")
                end = _space(text, end + 1)
        node.span = Span(position, end + 1)
        return node, node.span

    def _key(self, position: int) -> tuple[str, Span, int]:
        """Key at `position`, where it stands, and where its value starts."""
        if self._text[position : position + 1] != '"':
            raise self._broken(position, "expected a key in double quotes here")
        key, span = self._string(position)
        colon = _space(self._text, span.end)
        if self._text[colon : colon + 1] != ":":
            raise self._broken(colon, "expected `:` after this key", span)
        return key, span, _space(self._text, colon + 1)

    def _scalar(self, position: int) -> tuple[object, Span]:
        text = self._text
        if text[position : position + 1] == '"':
            return self._string(position)
        if match := _NUMBER.match(text, position):
            return number(match[0], match[0]), Span(*match.span())
        if (match := _WORD.match(text, position)) and match[0] in _WORDS:
            return _WORDS[match[0]], Span(*match.span())
        if position >= len(text):
            raise self._broken(position, "the text ends where a value is expected")
        raise self._broken(position, "expected a value here")

    def _string(self, position: int) -> tuple[str, Span]:
        try:
            value, end = _DECODER.raw_decode(self._text, position)
        except json.JSONDecodeError as error:
            message, help = _STRING_HELP.get(error.msg, ("found an invalid escape in a string", None))
            place = Place(self._source, character_at(self._text, error.pos))
            raise BrokenDocumentError(SyntaxFault("unreadable", place, message, help)) from None
        if not value.isascii():
            value = _SURROGATE.sub("\ufffd", value)  # as Go does with half of a pair
        return value, Span(position, end)

    def _broken(self, position: int, message: str, key: Span | None = None) -> BrokenDocumentError:
        span = key or character_at(self._text, position)
        help = "JSON allows no comments" if self._text.startswith(("//", "/*", "#"), position) else None
        return BrokenDocumentError(SyntaxFault("unreadable", Place(self._source, span), message, help))

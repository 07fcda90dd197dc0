"""JSON, JSON Lines and concatenated JSON values: a source's text in, its documents and faults out."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from kblint.source.scalar import number
from kblint.source.stream import MAX_DEPTH, Stream, SyntaxFault, character_at, duplicate_key, too_deep
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, PositionedDict, PositionedList

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.])", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]+")
_RESTART = re.compile(r"^[{\[]", re.MULTILINE)
"""After a broken value, the next one that starts a line."""

_DECODER = json.JSONDecoder()
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_STRING_HELP = {
    "Invalid control character at": ("found a line end or control character inside a string", "write it as an escape"),
    "Unterminated string starting at": ("the text ends inside a string", 'close it with `"`'),
}


class _BrokenError(Exception):
    """Private to reading: the value cannot be read further; `fault` says why."""

    def __init__(self, fault: SyntaxFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Frame(NamedTuple):
    """An open container, with the key it stands under in its parent."""

    node: PositionedDict | PositionedList
    start: int
    key: str
    key_span: Span


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
        except _BrokenError as error:
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
    """Reads one value without recursion."""

    def __init__(self, source: Source, faults: list[SyntaxFault]) -> None:
        self._source = source
        self._text = source.text
        self._faults = faults

    def read(self, position: int) -> tuple[object, Span]:
        """The value at `position` and where it stands."""
        text = self._text
        stack: list[_Frame] = []
        key, key_span = "", Span(position, position)
        while True:
            # a value starts here
            opener = text[position : position + 1]
            if opener in ("{", "["):
                if len(stack) >= MAX_DEPTH:
                    raise _BrokenError(too_deep(self._source, Span(position, position + 1)))
                node = PositionedDict() if opener == "{" else PositionedList()
                stack.append(_Frame(node, position, key, key_span))
                position = _space(text, position + 1)
                if text[position : position + 1] != ("}" if opener == "{" else "]"):
                    if opener == "{":
                        key, key_span, position = self._key(position)
                    continue
                value, span, position, key, key_span = self._close(stack, position)
            else:
                value, span = self._scalar(position)
                position = span.end
            # a value ends here: hand it on, and close what ends with it
            while stack:
                self._put(stack[-1].node, key, value, key_span, span)
                position = _space(text, position)
                in_mapping = isinstance(stack[-1].node, PositionedDict)
                following = text[position : position + 1]
                if following == ",":
                    position = _space(text, position + 1)
                    if in_mapping:
                        key, key_span, position = self._key(position)
                    break
                if following != ("}" if in_mapping else "]"):
                    raise self._broken(
                        position, "expected `,` or `}` here" if in_mapping else "expected `,` or `]` here"
                    )
                value, span, position, key, key_span = self._close(stack, position)
            else:
                return value, span

    @staticmethod
    def _close(stack: list[_Frame], position: int) -> tuple[object, Span, int, str, Span]:
        frame = stack.pop()
        span = frame.node.span = Span(frame.start, position + 1)
        return frame.node, span, position + 1, frame.key, frame.key_span

    def _put(self, node: PositionedDict | PositionedList, key: str, value: object, key_span: Span, span: Span) -> None:
        if isinstance(node, PositionedList):
            node.put(value, span)
            return
        if key in node:
            self._faults.append(duplicate_key(self._source, key, node.key_spans[key], key_span))
        node.put(key, value, key_span, span)

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
            raise _BrokenError(SyntaxFault("unreadable", place, message, help)) from None
        if not value.isascii():
            value = _SURROGATE.sub("\ufffd", value)  # as Go does with half of a pair
        return value, Span(position, end)

    def _broken(self, position: int, message: str, key: Span | None = None) -> _BrokenError:
        span = key or character_at(self._text, position)
        help = "JSON allows no comments" if self._text.startswith(("//", "/*", "#"), position) else None
        return _BrokenError(SyntaxFault("unreadable", Place(self._source, span), message, help))

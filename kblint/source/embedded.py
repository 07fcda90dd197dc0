"""Places inside a text that stands in a scalar, such as an nginx configuration in a ConfigMap.

A scalar's value is not its characters: indentation is removed, lines are folded, escapes decoded. The mapping back is
built from runs of characters, and kept only if the runs put together give the value.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span


class _Run(NamedTuple):
    """`value[start:end]` stands at `span`; character by character if both are equally long."""

    start: int
    end: int
    span: Span


class Embedded(Struct, frozen=True):
    """The decoded `value` of the scalar at `span`."""

    source: Source
    span: Span
    value: str
    _runs: Sequence[_Run] = ()
    """Where its characters stand; empty where that is not known: then every place is the whole scalar."""

    def place(self, start: int, end: int) -> Place:
        """Where `value[start:end]` stands in the source. What crosses lines includes their indentation."""
        return Place(self.source, self.span_of(start, end))

    def span_of(self, start: int, end: int) -> Span:
        """As `place`: the span of it in the scalar's own source."""
        if not self._runs:
            return self.span
        start = max(0, min(start, len(self.value)))
        end = max(start, min(end, len(self.value)))
        first, _ = self._character(start)
        return Span(first, max(first, self._character(end - 1)[1]) if start < end else first)

    def _character(self, offset: int) -> tuple[int, int]:
        """Where one character stands; one between two runs was made of nothing that is written."""
        index = bisect.bisect_right(self._runs, offset, key=attrgetter("start")) - 1
        start, end, span = self._runs[max(index, 0)]
        at = self.span.start + span.start
        if index < 0:
            return at, at
        if offset >= end:
            return self.span.start + span.end, self.span.start + span.end
        if end - start == span.end - span.start:
            return at + offset - start, at + offset - start + 1
        return at, self.span.start + span.end


def embedded(source: Source, span: Span, value: str) -> Embedded:
    """The mapping from offsets in `value` back to the scalar at `span`, which gave it.

    Exact for literal block scalars, plain and quoted scalars; line by line for folded ones. Where the characters at
    `span` do not give `value` (an alias, a value built elsewhere), every place is the whole span.
    """
    text = source.text[span.start : span.end]
    style = text[:1]
    if style == "|":
        runs = _literal(text, value)
    elif style == ">":
        runs = _folded(text, value)
    else:
        runs = _flow(text, value, style)
    return Embedded(source, span, value, runs)


_LINE = regex(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


def _block_lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end, and end with the line break, of each line below a block scalar's header."""
    for match in islice(_LINE.finditer(text), 1, None):
        if match.start() < len(text):
            yield match.start(), match.end(1), match.end()


def _literal(text: str, value: str) -> list[_Run]:
    """Each line of the value is the end of its line in the text; nothing when one is not."""
    runs: list[_Run] = []
    offset = 0
    for start, end, after in _block_lines(text):
        if offset > len(value):
            return []
        stop = value.find("\n", offset)
        stop = len(value) if stop < 0 else stop
        first = end - (stop - offset)
        if first < start or text[first:end] != value[offset:stop] or text[start:first].strip(" "):
            return []
        if offset < stop:
            runs.append(_Run(offset, stop, Span(first, end)))
        if stop < len(value):
            runs.append(_Run(stop, stop + 1, Span(end, after)))
        offset = stop + 1
    return runs if not value[offset:].strip("\n") else []


def _folded(text: str, value: str) -> list[_Run]:
    """Each line of the text stands in the value, in order; nothing when one does not."""
    runs: list[_Run] = []
    offset = 0
    for start, end, _ in _block_lines(text):
        line = text[start:end].strip()
        if not line:
            continue
        found = value.find(line, offset)
        if found < 0 or value[offset:found].strip():
            return []
        first = start + len(text[start:end]) - len(text[start:end].lstrip())
        offset = found + len(line)
        runs.append(_Run(found, offset, Span(first, first + len(line))))
    return runs if not value[offset:].strip() else []


_BREAK = r"(?P<break>[ \t]*(?:\r\n|\r|\n)[ \t\r\n]*)"
_SPACE = r"[ \t]+(?![ \t\r\n])"
_PLAIN = regex(rf"{_BREAK}|(?:[^ \t\r\n]|{_SPACE})+")
_SINGLE = regex(rf"{_BREAK}|(?P<escape>'')|(?:[^' \t\r\n]|{_SPACE})+")
_DOUBLE = regex(
    rf"(?P<continued>\\(?:\r\n|\r|\n)[ \t]*)|{_BREAK}|"
    r"(?P<escape>\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|"
    r"x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n]))|"
    rf"(?:[^\\ \t\r\n]|{_SPACE})+"
)
_LINE_BREAK = regex(r"\r\n|\r|\n")


def _flow(text: str, value: str, style: str) -> list[_Run]:
    """The runs of a plain or quoted scalar; nothing when they do not give the value."""
    pattern = {"'": _SINGLE, '"': _DOUBLE}.get(style, _PLAIN)
    position, end = (1, len(text) - 1) if style in ("'", '"') and style else (0, len(text))
    runs: list[_Run] = []
    offset = 0
    while position < end:
        match = pattern.match(text, position, end)
        if match is None:
            # blanks before the closing quote
            decoded, after = text[position], position + 1
        else:
            decoded, after = _decoded(match, value[offset : offset + 1]), match.end()
        if not value.startswith(decoded, offset):
            return []
        if decoded:
            runs.append(_Run(offset, offset + len(decoded), Span(position, after)))
        offset += len(decoded)
        position = after
    return runs if offset == len(value) else []


def _decoded(match: re.Match[str], expected: str) -> str:
    """What one run of a flow scalar stands for; an escape of any form is the one character that is `expected`."""
    match match.lastgroup:
        case "escape":
            return expected
        case "continued":
            return ""
        case "break":
            breaks = len(_LINE_BREAK.findall(match[0]))
            return " " if breaks == 1 else "\n" * (breaks - 1)
        case _:
            return match[0]

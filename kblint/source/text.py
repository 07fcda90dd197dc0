"""Source texts and positions in them.

Inside kblint a position is a pair of character offsets into `Source.text`; lines and columns are computed only where
a report is written.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, Self

from msgspec import Struct


class Span(NamedTuple):
    """Half-open range of character offsets into `Source.text`."""

    start: int
    end: int


class Point(NamedTuple):
    """A line and a column, both counted from 1; the column counts characters."""

    line: int
    column: int


class Source(Struct, frozen=True, eq=False, dict=True):
    """One input text, already decoded.

    `path` is how it is shown (relative to the working directory, with `/`; `<stdin>` for standard input). A byte order
    mark is not part of `text`; line ends are kept as they are. Two sources are the same only if they are one object.
    """

    path: str
    text: str

    def located(self, span: Span) -> tuple[Source, Span]:
        """The source that somebody wrote, and where in it: this one, unless its text is put together of others."""
        return self, span

    @cached_property
    def kept(self) -> dict[object, Any]:
        """What was made of the text as a whole, by what made it, so that nobody does it a second time."""
        return {}

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines start. Only LF, CR LF and CR end a line, as in every editor."""
        return (0, *(match.end() for match in re.finditer(r"\r\n?|\n", self.text)))

    def point(self, offset: int) -> Point:
        """Line and column of `offset`; an offset beyond the end is taken as the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect.bisect_right(self.line_starts, offset)
        return Point(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Text of line `number` (from 1) without its line end; empty beyond the end."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


class Joined(Source, frozen=True, eq=False):
    """The texts of several sources behind each other, so that one span tells which of them, and where in it.

    What is built of several files (a base, an overlay, patches) is read from it; `path` is the file that says what is
    built. `starts` are the offsets of `parts`, in order.
    """

    parts: tuple[Source, ...] = ()
    starts: tuple[int, ...] = ()

    def located(self, span: Span) -> tuple[Source, Span]:
        """The part that a span lies in, and where; one that goes beyond it ends with it."""
        index = max(0, bisect.bisect_right(self.starts, span.start) - 1)
        part, start = self.parts[index], self.starts[index]
        length = len(part.text)
        inner = Span(min(span.start - start, length), min(max(span.end, span.start) - start, length))
        # what is put together may be so of others again
        return part.located(inner)


def joined(path: str, parts: Sequence[Source]) -> Joined:
    """These sources as one, shown as `path`; there is a line's end between any two of them."""
    lengths = (len(part.text) + 1 for part in parts)
    starts = tuple(itertools.accumulate(lengths, initial=0))[:-1]
    return Joined(path, "\n".join(part.text for part in parts), tuple(parts), starts)


class _Placed(NamedTuple):
    source: Source
    span: Span


class Place(_Placed):
    """A span in a source that somebody wrote: of several sources joined to one, the one where it is written."""

    __slots__ = ()

    def __new__(cls, source: Source, span: Span) -> Self:
        """The place of a span of `source`."""
        return tuple.__new__(cls, source.located(span))

    @property
    def path(self) -> str:
        """The file, as it is shown."""
        return self.source.path

    @property
    def start(self) -> Point:
        """The line and column where it begins."""
        return self.source.point(self.span.start)

    @property
    def end(self) -> Point:
        """The line and column behind it."""
        return self.source.point(self.span.end)

    @property
    def text(self) -> str:
        """The characters at this place."""
        return self.source.text[self.span.start : self.span.end]

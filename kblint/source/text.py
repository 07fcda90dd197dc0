"""Source texts and positions in them.

Inside kblint a position is a pair of character offsets into `Source.text`; lines and columns are computed only where
a report is written.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of character offsets into `Source.text`."""

    start: int
    end: int


class Point(NamedTuple):
    """A line and a column, both counted from 1; the column counts characters."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """One input text, already decoded.

    `path` is how it is shown (relative to the working directory, with `/`; `<stdin>` for standard input). A byte order
    mark is not part of `text`; line ends are kept as they are. Two sources are the same only if they are one object.
    """

    path: str
    text: str = field(repr=False)

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


class Place(NamedTuple):
    """A span in a source."""

    source: Source
    span: Span

    @property
    def text(self) -> str:
        """The characters at this place."""
        return self.source.text[self.span.start : self.span.end]

"""Texts of which every character knows where in the input it stands.

A configuration reaches a process through several hands: a ConfigMap's entry, a shell's quotes, `envsubst`. Each makes a
new text out of an old one; a passage goes along, so that a finding can underline what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from kblint.source.embedded import Embedded, embedded
from kblint.source.text import Place, Source, Span
from kblint.source.values import Origin, PathPart

LONGEST = 1 << 18
"""Characters that replacing may make of a passage; beyond that it is unknown."""

UNKNOWN = "\0"
"""Stands in a passage for characters that cannot be known from the files, such as the value of `$(hostname)`."""


class Holder(Protocol):
    """What holds a text: it knows where each of its characters is written."""

    def place(self, start: int, end: int) -> Place:
        """Where the characters from `start` to `end` stand."""


class InSource(Struct, frozen=True):
    """A holder that is a source as a whole."""

    source: Source

    def place(self, start: int, end: int) -> Place:
        """Where the characters stand."""
        return Place(self.source, Span(start, end))


class Spot(Struct, frozen=True):
    """A holder that is one place: whatever is asked for stands there."""

    where: Place

    def place(self, start: int, end: int) -> Place:  # noqa: ARG002  # every part stands at the same place
        """The place itself."""
        return self.where


class Scalar(Struct, frozen=True, eq=False, dict=True):
    """A holder that is a scalar of a manifest; where its characters stand is found out only when asked."""

    where: Place
    value: str

    @cached_property
    def _characters(self) -> Embedded:
        return embedded(self.where.source, self.where.span, self.value)

    def place(self, start: int, end: int) -> Place:
        """Where `value[start:end]` stands."""
        return self._characters.place(start, end)


class Patched(Struct, frozen=True):
    """Two holders behind each other: offsets from `seam` on are the second one's."""

    first: Holder
    second: Holder
    seam: int

    def place(self, start: int, end: int) -> Place:
        """Where the characters stand; what goes across the seam is shown up to it."""
        if start >= self.seam:
            return self.second.place(start - self.seam, end - self.seam)
        return self.first.place(start, min(end, self.seam))


class Passage(Struct, frozen=True, eq=False):
    """A text and, for each character, the range of the holder's text it was made from.

    `is_likely` says that parts of it are only what an image usually holds.
    """

    text: str
    holder: Holder
    starts: Sequence[int]
    ends: Sequence[int]
    is_likely: bool = False

    @property
    def is_known(self) -> bool:
        """Whether every character is known."""
        return UNKNOWN not in self.text

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where the characters from `start` to `end` were written."""
        end = len(self.text) if end is None else min(end, len(self.text))
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return self.holder.place(at, at)
        return self.holder.place(self.starts[start], max(self.starts[start], self.ends[end - 1]))

    def cut(self, start: int, end: int | None = None) -> Passage:
        """The passage from `start` to `end`."""
        return Passage(self.text[start:end], self.holder, self.starts[start:end], self.ends[start:end], self.is_likely)

    def after(self, prefix: str) -> Passage | None:
        """What follows `prefix`, None where it does not begin with it."""
        return self.cut(len(prefix)) if self.text.startswith(prefix) else None

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> Passage:
        """A copy in which each `(start, end, text)` is put in; edits are in order and none is empty.

        What would become longer than LONGEST is unknown as a whole.
        """
        edits = list(edits)
        if not edits:
            return self
        if len(self.text) + sum(len(text) - end + start for start, end, text in edits) > max(LONGEST, len(self.text)):
            return unknown_at(self)
        return self._spliced(
            (start, end, text, [self.starts[start]] * len(text), [self.ends[end - 1]] * len(text))
            for start, end, text in edits
        )

    def patched(self, edits: Iterable[tuple[int, int, Passage]]) -> Passage:
        """As `replaced`, with passages of one other holder: what is put in stands where it was written."""
        edits = list(edits)
        seam = max(self.ends, default=0) + 1
        made = self._spliced(
            (start, end, put.text, [seam + at for at in put.starts], [seam + at for at in put.ends])
            for start, end, put in edits
        )
        return replace(made, holder=Patched(self.holder, edits[0][2].holder, seam)) if edits else self

    def _spliced(self, edits: Iterable[tuple[int, int, str, Sequence[int], Sequence[int]]]) -> Passage:
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for start, end, text, text_starts, text_ends in (*edits, (len(self.text), len(self.text), "", (), ())):
            pieces += (self.text[position:start], text)
            starts += (*self.starts[position:start], *text_starts)
            ends += (*self.ends[position:start], *text_ends)
            position = end
        return Passage("".join(pieces), self.holder, starts, ends, self.is_likely)


def whole(text: str, holder: Holder) -> Passage:
    """All of a holder's text."""
    return Passage(text, holder, range(len(text)), range(1, len(text) + 1))


def written(origin: Origin, *path: PathPart) -> Passage:
    """The scalar at `path`; one that is no string is taken as it is written."""
    place = origin.place(*path)
    value = origin.get(*path)
    text = value if isinstance(value, str) else place.text
    return whole(text, Scalar(place, text))


def unknown_at(passage: Passage) -> Passage:
    """One unknown text that stands where `passage` stands."""
    return whole(UNKNOWN, Spot(passage.place()))


def joined(passages: Sequence[Passage], separator: str = " ") -> Passage:
    """Passages of one holder, one after the other; there must be at least one."""
    first = passages[0]
    starts: list[int] = list(first.starts)
    ends: list[int] = list(first.ends)
    for passage in passages[1:]:
        at = ends[-1] if ends else 0
        starts.extend([at] * len(separator))
        ends.extend([at] * len(separator))
        starts.extend(passage.starts)
        ends.extend(passage.ends)
    return Passage(separator.join(passage.text for passage in passages), first.holder, starts, ends)


def words_by_line(text: Passage, token: re.Pattern[str]) -> Iterator[list[Passage]]:
    """The words of each line that holds some, as the configurations of Apache, HAProxy and Caddy have them.

    `token` matches one word, of which its last group is what counts, or a `comment`, or the `end` of a line.
    """
    words: list[Passage] = []
    for match in token.finditer(text.text):
        if match.lastgroup == "end":
            if words:
                yield words
            words = []
        elif match.lastgroup != "comment":
            words.append(text.cut(*match.span(match.lastindex or 0)))
    if words:
        yield words

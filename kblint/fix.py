"""Edits that mend a finding, and what becomes of a text that they are applied to."""

from __future__ import annotations

import bisect
import enum
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from kblint.source.text import Place, Source, Span


class Applicability(enum.Enum):
    """When a fix may be applied without asking."""

    SAFE = "safe"
    """What it changes is proved not to work today, and exactly one value is right."""
    UNSAFE = "unsafe"
    """It could move traffic that flows."""
    MANUAL = "manual"
    """Shown, never applied."""


class Edit(Struct, frozen=True):
    """Replace the characters at `place` by `text`."""

    place: Place
    text: str


class Fix(Struct, frozen=True):
    """A titled set of edits that belong together.

    Where they stand in a snapshot (what a tool printed of a running system), `command` is what to run instead: such
    edits are written to no file, and only show what the command would do.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]
    command: str | None = None


class Applied(Struct, frozen=True):
    """The new text of each source that changed; which fixes are in it, and which must wait for the next round."""

    texts: Mapping[Source, str]
    applied: tuple[Fix, ...]
    left: tuple[Fix, ...]


def apply(fixes: Iterable[Fix]) -> Applied:
    """Apply every fix that touches nothing an earlier one changes; a fix is applied whole or not at all.

    Nothing is written: the caller does that. Edits that two fixes share are applied once.
    """
    planned: dict[Source, _Edits] = {}
    applied: list[Fix] = []
    left: list[Fix] = []
    for fix in fixes:
        if all(planned.setdefault(edit.place.source, _Edits()).has_room(edit) for edit in fix.edits):
            for edit in fix.edits:
                planned[edit.place.source].add(edit)
            applied.append(fix)
        else:
            left.append(fix)
    texts = {source: edits.on(source.text) for source, edits in planned.items() if edits.edits}
    return Applied(texts, tuple(applied), tuple(left))


class _Edits(Struct):
    """Edits of one text that do not touch each other, in order."""

    edits: list[tuple[Span, str]] = field(default_factory=list)

    def has_room(self, edit: Edit) -> bool:
        """Whether `edit` touches none of these, or is one of them."""
        span = edit.place.span
        index = bisect.bisect_left(self.edits, (span, ""))
        neighbours = self.edits[max(0, index - 1) : index + 1]
        return (span, edit.text) in neighbours or not any(_overlap(span, other) for other, _ in neighbours)

    def add(self, edit: Edit) -> None:
        """Take `edit` in, where it has room."""
        new = (edit.place.span, edit.text)
        if new not in self.edits[(index := bisect.bisect_left(self.edits, new)) : index + 1]:
            self.edits.insert(index, new)

    def on(self, text: str) -> str:
        """`text` with all edits made."""
        parts: list[str] = []
        position = 0
        for span, new in self.edits:
            parts += [text[position : span.start], new]
            position = span.end
        return "".join([*parts, text[position:]])


def _overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character, or are both the same point between two."""
    return one == other or (one.start < other.end and other.start < one.end)

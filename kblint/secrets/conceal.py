"""What a report is made of, without the secrets of the files that it shows.

Every record that a command shows passes here once, so that no format and no rule has to think of it: places point into
the same text with masks in it, and a text that quotes a secret shows masks.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.finding import RuleInfo, RuleRef
from kblint.fix import Fix
from kblint.secrets.found import MASK, Secrets, joined, masked
from kblint.secrets.patterns import formed
from kblint.source.text import Place, Source

Record = TypeVar("Record")

_SHORTEST = 3
"""Characters of a value that is looked for in texts: shorter ones stand in any sentence."""
_TELLING = 8
"""Characters by which a value is known inside a longer word, or where a text shortens it."""
_ELLIPSES = ("…", "...")


def concealed(record: Record) -> Record:
    """`record` as it may be shown; the same object where nothing in it is secret."""
    sources = dict.fromkeys(_sources(record))
    hidden: Record = Concealer(tuple(sources)).record(record)
    return hidden


class Concealer(Struct, frozen=True, eq=False, dict=True):
    """Hides what is secret in `sources`, in records about them."""

    sources: tuple[Source, ...]
    _shown: dict[str, str] = field(default_factory=dict)
    """What each text becomes: a report says most of its words many times."""

    @cached_property
    def _secrets(self) -> dict[Source, Secrets]:
        return {source: Secrets(source) for source in self.sources}

    @cached_property
    def _values(self) -> _Values:
        """What is hidden in texts; a short word that any of the sources has in the open hides nothing."""
        values = {value for secrets in self._secrets.values() for value in secrets.values}
        short = {value for value in values if len(value) < _TELLING}
        for source in self._secrets.values() if short else ():
            short.difference_update(source.open_words)
        return _Values(value for value in values if len(value) >= _TELLING or value in short)

    def record(self, record: Any) -> Any:
        """A record, or anything that one is made of."""
        if isinstance(record, str):
            return self.text(record)
        if isinstance(record, Place):
            source = self._secrets[record.source].masked
            return record if source is record.source else Place(source, record.span)
        if isinstance(record, Fix):
            return self._fix(record)
        if isinstance(record, RuleInfo | RuleRef):
            return record  # it says nothing of what was read
        if isinstance(record, tuple):
            items = tuple(self.record(item) for item in record)
            return record if all(new is old for new, old in zip(items, record, strict=True)) else items
        if isinstance(record, Struct):
            old = {name: getattr(record, name) for name in record.__struct_fields__}
            new = {name: self.record(value) for name, value in old.items()}
            changed = {name: value for name, value in new.items() if value is not old[name]}
            return replace(record, **changed) if changed else record
        return record

    def text(self, text: str) -> str:
        """A text for people, which may quote what was read; the same object where it quotes no secret."""
        if text not in self._shown:
            hidden = self._values.masked(masked(text, joined(formed(text))))
            self._shown[text] = text if hidden == text else hidden
        shown = self._shown[text]
        return text if shown == text else shown

    def _fix(self, fix: Fix) -> Fix:
        """A fix that would write or show a secret is told by its title only: masked, it would be wrong."""
        shows = any(self.text(edit.text) != edit.text for edit in fix.edits)
        touches = any(self._secrets[edit.place.source].touch(edit.place.span) for edit in fix.edits)
        says = fix.command is not None and self.text(fix.command) != fix.command
        if shows or touches or says:
            return Fix(self.text(fix.title), fix.applicability, ())
        edits = tuple(replace(edit, place=self.record(edit.place)) for edit in fix.edits)
        return replace(fix, title=self.text(fix.title), edits=edits)


def _sources(record: object) -> Iterator[Source]:
    """The sources of all places in a record."""
    if isinstance(record, Place):
        yield record.source
    elif isinstance(record, tuple):
        for item in record:
            yield from _sources(item)
    elif isinstance(record, Struct):
        for name in record.__struct_fields__:
            yield from _sources(getattr(record, name))


class _Values:
    """Values to look for in texts: at every place by their first characters, however many there are."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = {value for value in values if len(value) >= _SHORTEST}
        self._sorted = sorted(self._values)
        self._lengths: dict[str, set[int]] = {}
        for value in self._values:
            self._lengths.setdefault(value[:_SHORTEST], set()).add(len(value))

    def masked(self, text: str) -> str:
        """`text` with masks for the values in it, and for the beginning of one that is cut off."""
        if not self._values:
            return text
        parts: list[str] = []
        position = start = 0
        while start < len(text):
            length = self._length_at(text, start)
            if length:
                parts += [text[position:start], MASK * length]
                position = start + length
            start += length or 1
        return "".join([*parts, text[position:]])

    def _length_at(self, text: str, start: int) -> int:
        """How many characters of a value stand at `start`: the longest that does; 0 where none does."""
        lengths = self._lengths.get(text[start : start + _SHORTEST])
        if lengths is None:
            return 0
        for length in sorted(lengths, reverse=True):
            if text[start : start + length] in self._values and _stands_alone(text, start, length):
                return length
        cut = min((at for sign in _ELLIPSES if (at := text.find(sign, start)) >= 0), default=-1)
        rest = text[start:cut] if cut >= 0 else ""
        index = bisect.bisect_left(self._sorted, rest)
        is_cut = len(rest) >= _TELLING and index < len(self._sorted) and self._sorted[index].startswith(rest)
        return len(rest) if is_cut else 0


def _stands_alone(text: str, start: int, length: int) -> bool:
    """Whether a word that is found is no part of a longer one; one that is long enough is no part by chance."""
    before, after = text[start - 1 : start] if start else "", text[start + length : start + length + 1]
    return length >= _TELLING or not (before.isalnum() or after.isalnum())

"""A way into the values of a release: what is written there, else what the chart has by default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kblint.source.text import Span
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList, Unknown

NOT_KNOWN = Unknown()


class Placed(Struct, frozen=True, eq=False):
    """A value that was made of one at `span`."""

    value: object
    span: Span
    key_span: Span


class Cursor(Struct, frozen=True, eq=False):
    """The value at `path`. `is_open` says that more may be written elsewhere: then nothing is there by default.

    `default` is what the chart has there: plain values, None where it has nothing.
    """

    values: Origin
    default: object
    path: tuple[PathPart, ...]
    is_open: bool

    @property
    def is_written(self) -> bool:
        """Whether somebody wrote a value here."""
        return self.values.is_written(*self.path)

    @property
    def value(self) -> object:
        """What the chart gets here: mappings as far as they are written, None for nothing."""
        if self.is_written:
            written = self.values.get(*self.path)
            # Helm takes a default away where null is written for it
            return self._with_defaults(written) if isinstance(written, PositionedDict) else written
        if self.is_open:
            return NOT_KNOWN
        return positioned(self.default, self.span)

    @property
    def span(self) -> Span:
        """Where the value stands, or what is nearest to it, in the source of the values."""
        return self.values.span(*self.path)

    @property
    def key_span(self) -> Span:
        """Where its key stands."""
        return self.values.key_span(*self.path) if self.path else self.span

    def at(self, key: PathPart) -> Cursor:
        """What is below `key`."""
        below = self.default if not self.is_written or isinstance(self.values.get(*self.path), dict) else None
        found = below.get(key) if isinstance(below, Mapping) else None
        if isinstance(below, list) and isinstance(key, int) and key < len(below):
            found = below[key]
        return Cursor(self.values, found, (*self.path, key), self.is_open)

    def items(self) -> Iterator[Cursor]:
        """What is inside, in order; nothing for a scalar, or for an entry that is taken away."""
        written = self.values.get(*self.path) if self.is_written else None
        if isinstance(written, list):
            yield from (self.at(index) for index in range(len(written)))
        elif isinstance(written, dict) or (not self.is_written and isinstance(self.default, Mapping)):
            usual = self.default if isinstance(self.default, Mapping) else {}
            found = (self.at(key) for key in dict.fromkeys((*usual, *(written if isinstance(written, dict) else ()))))
            yield from (one for one in found if one.value is not None)
        elif not self.is_written and isinstance(self.default, list):
            yield from (self.at(index) for index in range(len(self.default)))

    def _with_defaults(self, written: PositionedDict) -> PositionedDict:
        usual = self.default if isinstance(self.default, Mapping) else {}
        missing = [key for key in usual if key not in written]
        nulls = [key for key in written if written[key] is None]
        if not missing and not nulls:
            return written
        found = PositionedDict(written.span)
        for one in self.items():
            key = str(one.path[-1])
            found.put(key, one.value, one.key_span, one.span)
        return found


def positioned(value: object, span: Span) -> object:
    """A plain value as one that stands at `span` with all that is in it."""
    if isinstance(value, Mapping):
        mapping = PositionedDict(span)
        for key, below in value.items():
            mapping.put(str(key), positioned(below, span), span, span)
        return mapping
    if isinstance(value, list):
        sequence = PositionedList(span)
        for below in value:
            sequence.put(positioned(below, span), span)
        return sequence
    return value

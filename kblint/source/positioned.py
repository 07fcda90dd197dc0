"""Containers that know where they stand, and where each key and value does.

A mapping is a `dict` subclass and a sequence a `list` subclass, so readers use them as plain containers. Keys are
always strings, as in JSON.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from typing import Self

from kblint.source.text import Span

NOWHERE = Span(0, 0)
_SEARCHED = 16
"""Entries of a mapping that are searched for a key."""
_PAIR = struct.Struct("@2I")


class PositionedDict(dict[str, object]):
    """A mapping that knows where it stands.

    `span` covers the whole mapping; `key_spans` and `value_spans` hold, for each key, where the key and its value
    stand. A value that came through a merge key (`<<`) or an alias has the spans of where it was written.

    Most mappings are never asked where more than a few of their entries stand. So their spans are `packed` (their own,
    then four offsets for each entry, in the order of the keys: an eighth of the memory) until somebody takes them all.
    """

    __slots__ = ("_key_spans", "_packed", "_span", "_value_spans")

    def __init__(self, span: Span = NOWHERE) -> None:
        self._span = span
        self._packed: bytes | None = None
        self._key_spans: dict[str, Span] = {}
        self._value_spans: dict[str, Span] = {}

    @classmethod
    def to_pack(cls) -> Self:
        """An empty mapping whose entries come without spans, until `pack` brings all of them."""
        return dict.__new__(cls)

    def pack(self, offsets: Sequence[int]) -> None:
        """Take the spans: start and end of the mapping, then of each entry those of its key and of its value."""
        self._packed = array("I", offsets).tobytes()

    @property
    def span(self) -> Span:
        """Where all of it stands."""
        packed = self._packed
        return self._span if packed is None else _read(packed, 0)

    @span.setter
    def span(self, span: Span) -> None:
        self._unpack()
        self._span = span

    @property
    def key_spans(self) -> dict[str, Span]:
        """Where each key stands."""
        self._unpack()
        return self._key_spans

    @key_spans.setter
    def key_spans(self, spans: dict[str, Span]) -> None:
        self._unpack()
        self._key_spans = spans

    @property
    def value_spans(self) -> dict[str, Span]:
        """Where the value of each key stands."""
        self._unpack()
        return self._value_spans

    @value_spans.setter
    def value_spans(self, spans: dict[str, Span]) -> None:
        self._unpack()
        self._value_spans = spans

    def key_span(self, key: str) -> Span:
        """Where one key stands."""
        at = self._at(key)
        return self._key_spans[key] if self._packed is None else _read(self._packed, at)

    def value_span(self, key: str) -> Span:
        """Where the value of one key stands."""
        at = self._at(key)
        return self._value_spans[key] if self._packed is None else _read(self._packed, at + 1)

    def put(self, key: str, value: object, key_span: Span, value_span: Span) -> None:
        """Add an entry with where its key and its value stand."""
        self._unpack()
        self[key] = value
        self._key_spans[key] = key_span
        self._value_spans[key] = value_span

    def copied(self) -> Self:
        """A mapping of its own with the same entries."""
        if self._packed is None:
            made = type(self)(self._span)
            made.key_spans, made.value_spans = {**self._key_spans}, {**self._value_spans}
        else:
            made = self.to_pack()
            made.pack(array("I", self._packed))
        made.update(self)
        return made

    def pop(self, key: str, *default: object) -> object:
        """Take an entry out; where it stood is still told."""
        self._unpack()
        return super().pop(key, *default)

    def clear(self) -> None:
        """Take all entries out; where they stood is still told."""
        self._unpack()
        super().clear()

    def __delitem__(self, key: str) -> None:
        self._unpack()  # the others would move up
        super().__delitem__(key)

    def _at(self, key: str) -> int:
        """The number of the span of a key in what is packed; a long mapping is unpacked rather than searched."""
        if self._packed is None:
            return 0
        if len(self) > _SEARCHED:
            self._unpack()
            return 0
        for number, own in enumerate(self):
            if own == key:
                return 1 + 2 * number
        raise KeyError(key)

    def _unpack(self) -> None:
        packed = self._packed
        if packed is not None:
            spans = _all(packed)
            self._packed, self._span = None, spans[0]
            self._key_spans = dict(zip(self, spans[1::2], strict=False))
            self._value_spans = dict(zip(self, spans[2::2], strict=False))


class PositionedList(list[object]):
    """A sequence that knows where it stands: `span` covers all of it, `item_spans[i]` item `i`; packed as a mapping."""

    __slots__ = ("_item_spans", "_packed", "_span")

    def __init__(self, span: Span = NOWHERE) -> None:
        self._span = span
        self._packed: bytes | None = None
        self._item_spans: list[Span] = []

    @classmethod
    def to_pack(cls) -> Self:
        """An empty sequence whose items come without spans, until `pack` brings all of them."""
        return list.__new__(cls)

    def pack(self, offsets: Sequence[int]) -> None:
        """Take the spans: start and end of the sequence, then those of each item."""
        self._packed = array("I", offsets).tobytes()

    @property
    def span(self) -> Span:
        """Where all of it stands."""
        packed = self._packed
        return self._span if packed is None else _read(packed, 0)

    @span.setter
    def span(self, span: Span) -> None:
        self._unpack()
        self._span = span

    @property
    def item_spans(self) -> list[Span]:
        """Where each item stands."""
        self._unpack()
        return self._item_spans

    @item_spans.setter
    def item_spans(self, spans: list[Span]) -> None:
        self._unpack()
        self._item_spans = spans

    def item_span(self, index: int) -> Span:
        """Where one item stands; `index` counts from 0."""
        packed = self._packed
        return self._item_spans[index] if packed is None else _read(packed, index + 1)

    def put(self, value: object, span: Span) -> None:
        """Append an item with where it stands."""
        self._unpack()
        self.append(value)
        self._item_spans.append(span)

    def copied(self) -> Self:
        """A sequence of its own with the same items."""
        if self._packed is None:
            made = type(self)(self._span)
            made.item_spans = [*self._item_spans]
        else:
            made = self.to_pack()
            made.pack(array("I", self._packed))
        made.extend(self)
        return made

    def _unpack(self) -> None:
        packed = self._packed
        if packed is not None:
            spans = _all(packed)
            self._packed, self._span, self._item_spans = None, spans[0], spans[1:]


def _read(packed: bytes, number: int) -> Span:
    """One of the spans that are packed."""
    return tuple.__new__(Span, _PAIR.unpack_from(packed, number * _PAIR.size))  # without the Python frame of `Span`


def _all(packed: bytes) -> list[Span]:
    return list(map(Span._make, _PAIR.iter_unpack(packed)))

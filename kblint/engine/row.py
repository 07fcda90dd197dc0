"""Rows: what a rule's expressions see, and where each of their fields stands.

A row is a small tree of plain values. A field whose value cannot be known is left out of the tree that CEL gets, so
that touching it is an error there, which CEL's `&&`, `||`, `exists` and `all` treat as "unknown"; a condition that
ends in such an error is neither held nor broken, and nothing is reported. None stands for "not there, and known so".
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

from msgspec import Struct

from kblint.source.text import Place
from kblint.source.values import Unknown


class Type(enum.Enum):
    """What a field holds. A nullable one may be null where the thing does not exist."""

    INT = "int"
    NULLABLE_INT = "int or null"
    STRING = "string"
    NULLABLE_STRING = "string or null"
    BOOL = "bool"
    ANY = "int, string or null"
    INTS = "list of int"
    STRINGS = "list of string"
    STRING_MAP = "map of string to string"
    ROW = "row"
    NULLABLE_ROW = "row or null"
    ROWS = "list of rows"


class Field(Struct, frozen=True):
    """One field of a row type: its type, what it says, and for rows the name of their type."""

    type: Type
    doc: str
    row: str | None = None


class RowType(Struct, frozen=True):
    """The fields a row of this type has, by their camelCase names."""

    name: str
    doc: str
    fields: Mapping[str, Field]


class Row(Struct, frozen=True):
    """Values of one row and where they stand.

    `values` holds scalars, lists and maps of scalars, rows and tuples of rows; an `Unknown` may stand anywhere.
    `places` tells where a field stands, None for one without a place; `""` is the row itself.
    """

    type: str
    values: Mapping[str, object]
    places: Callable[[str], Place | None]

    def place(self, field: str = "") -> Place:
        """Where a field stands, else the row itself."""
        place = self.places(field) or self.places("")
        assert place, "a row without a place"
        return place

    def plain(self) -> dict[str, object]:
        """The tree for CEL: plain dicts and lists, unknowns left out; a list with an unknown in it is one."""
        tree: dict[str, object] = {}
        for name, value in self.values.items():
            plain = plain_value(value)
            if plain is not UNKNOWN:
                tree[name] = plain
        return tree


_SCALARS = frozenset({str, bool, float, type(None)})
"""Handed on as they are, without another look: they are most of what rows hold."""
UNKNOWN = Unknown()
"""Stands for what CEL shall not see."""


def plain_value(value: object) -> object:
    """A value for CEL; `UNKNOWN` for one that it shall not see."""
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Row):
        return value.plain()
    if isinstance(value, int):
        # a number that is longer than the 64 bits CEL has is nothing either
        return value if -(1 << 63) <= value < 1 << 63 else UNKNOWN
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, list | tuple):
        items = [plain_value(item) for item in value]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    if isinstance(value, dict | Mapping):  # almost always the one, which is quickly told
        plain = {key: plain_value(item) for key, item in value.items()}
        return {key: item for key, item in plain.items() if item is not UNKNOWN}
    return value

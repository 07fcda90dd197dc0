"""Facts: what a rule may ask of a thing, one line each: its name, what it says, its value, its place.

A table holds the facts of one row type. Only the facts that some expression names are computed (`Table.only`), and
a fact's place only where a finding points at it. Tables are laid out by hand (`# fmt: off`), so that a fact takes one
line, or two where it is long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from kblint.engine.row import UNKNOWN, Field, Row, RowType, Type, plain_value
from kblint.model.meta import Number, Text
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown

It = TypeVar("It")
"""What a table is about."""
Sub = TypeVar("Sub")
"""What a fact leads to."""
Value = TypeVar("Value")
"""What a fact holds."""
Names = frozenset[str]
At = str | Callable[[It], Place | None]
"""Where a fact stands: a key of its table's `origin`, or what tells; None for the row's own place."""

MANY = 20
"""Lists of rows are cut here: a finding shows a few, and a row must stay small."""
_NEVER_NULL = frozenset({Type.INT, Type.STRING, Type.BOOL})


class Fact(Struct, Generic[It], frozen=True):
    """One fact of a thing: a value that is None says "nobody knows" where the type has no null.

    `of` is the table of the rows it holds, None where it holds none.
    """

    name: str
    type: Type
    doc: str
    value: Callable[[It], Any]
    at: At[It] | None
    of: Table[Any] | None = None

    def rows(self, value: Any) -> object:
        """The rows of what it leads to."""
        assert self.of, "a fact without rows"
        if self.type is Type.ROWS:
            return tuple(self.of.row(one) for one in islice(value, MANY))
        return value if value is None or isinstance(value, Unknown) else self.of.row(value)

    def plain(self, value: Any) -> object:
        """What expressions see of its value; `UNKNOWN` for nothing."""
        if value is None:
            return UNKNOWN if self.type in _NEVER_NULL else None
        if self.of is None or isinstance(value, Unknown):
            return plain_value(value)
        return [self.of.plain(one) for one in islice(value, MANY)] if self.type is Type.ROWS else self.of.plain(value)

    def only(self, names: Names) -> Fact[It]:
        """The fact, with just the facts of these names in the rows it holds."""
        return replace(self, of=self.of.only(names)) if self.of else self


class Table(Struct, Generic[It], frozen=True):
    """All facts of one row type; `at` is where a thing as a whole stands. Rows within rows are never cyclic.

    `origin` is the mapping that the facts' keys stand in.
    """

    name: str
    doc: str
    at: At[It]
    facts: tuple[Fact[It], ...]
    origin: Callable[[It], Origin] | None = None

    def row(self, it: It) -> Row:
        """The row of a thing."""
        values: dict[str, object] = {}
        for fact in self.facts:
            value = fact.value(it)
            if fact.of is not None:
                value = fact.rows(value)
            elif value is None and fact.type in _NEVER_NULL:
                value = UNKNOWN
            values[fact.name] = value
        return Row(self.name, values, partial(self._place, it))

    def plain(self, it: It) -> dict[str, object]:
        """What expressions see of a thing: its row without the places."""
        values: dict[str, object] = {}
        for fact in self.facts:
            value = fact.value(it)
            if type(value) is not str and type(value) is not bool:  # which most are, and stay
                value = fact.plain(value)
            if value is not UNKNOWN:
                values[fact.name] = value
        return values

    def only(self, names: Names) -> Table[It]:
        """The table with just the facts of these names, at any depth."""
        return replace(self, facts=tuple(fact.only(names) for fact in self.facts if fact.name in names))

    def standing(self, at: At[It]) -> Table[It]:
        """The table for things that stand elsewhere."""
        return replace(self, at=at)

    def types(self) -> dict[str, RowType]:
        """Its row type and those of the rows within, by name."""
        fields = {fact.name: Field(fact.type, fact.doc, fact.of.name if fact.of else None) for fact in self.facts}
        found = {self.name: RowType(self.name, self.doc, fields)}
        for fact in self.facts:
            found |= fact.of.types() if fact.of else {}
        return found

    def _place(self, it: It, field: str) -> Place | None:
        """Where a fact stands, or the thing itself (an empty name)."""
        at = next((fact.at for fact in self.facts if fact.name == field), None) if field else self.at
        if isinstance(at, str):
            assert self.origin, "a key without a mapping"
            return self.origin(it).place(at)
        return at(it) if at else None


class Values(Struct, Generic[Value], frozen=True):
    """Makes the facts of one type that holds no rows."""

    type: Type

    def __call__(self, name: str, doc: str, value: Callable[[It], Value], at: At[It] | None = None) -> Fact[It]:
        """The fact `name`, which says `doc`."""
        return Fact(name, self.type, doc, value, at)


integer = Values[Number | None](Type.INT)
"""A number; None where nobody knows."""
maybe_integer = Values[Number | None](Type.NULLABLE_INT)
"""A number or null."""
text = Values[Text](Type.STRING)
"""A string."""
maybe_text = Values[Text | None](Type.NULLABLE_STRING)
"""A string or null."""
boolean = Values[bool | Unknown | None](Type.BOOL)
"""True or false; None where nobody knows."""
anything = Values[int | str | Unknown | None](Type.ANY)
"""A number, a string or null."""
integers = Values[Sequence[Number] | Unknown](Type.INTS)
"""A list of numbers."""
texts = Values[Sequence[Text] | Unknown](Type.STRINGS)
"""A list of strings."""
labels = Values[Mapping[str, Text]](Type.STRING_MAP)
"""A map of strings."""


def one(name: str, doc: str, value: Callable[[It], Sub], of: Table[Sub], at: At[It] | None = None) -> Fact[It]:
    """A row."""
    return Fact(name, Type.ROW, doc, value, at, of)


def maybe_one(
    name: str, doc: str, value: Callable[[It], Sub | Unknown | None], of: Table[Sub], at: At[It] | None = None
) -> Fact[It]:
    """A row or null."""
    return Fact(name, Type.NULLABLE_ROW, doc, value, at, of)


def many(
    name: str, doc: str, value: Callable[[It], Iterable[Sub]], of: Table[Sub], at: At[It] | None = None
) -> Fact[It]:
    """A list of rows, cut at MANY."""
    return Fact(name, Type.ROWS, doc, value, at, of)

"""Short names for writing row types down, and what several families share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from kblint.engine.row import Field, Row, RowType, Type
from kblint.engine.subject import Breakage, Subject
from kblint.finding import ObjectRef
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.topology import Topology

MANY = 20
"""Lists of rows are cut here: a finding shows a few, and a row must stay small."""


def integer(doc: str) -> Field:
    """A number."""
    return Field(Type.INT, doc)


def maybe_integer(doc: str) -> Field:
    """A number or null."""
    return Field(Type.NULLABLE_INT, doc)


def text(doc: str) -> Field:
    """A string."""
    return Field(Type.STRING, doc)


def maybe_text(doc: str) -> Field:
    """A string or null."""
    return Field(Type.NULLABLE_STRING, doc)


def boolean(doc: str) -> Field:
    """True or false."""
    return Field(Type.BOOL, doc)


def anything(doc: str) -> Field:
    """A number, a string or null."""
    return Field(Type.ANY, doc)


def integers(doc: str) -> Field:
    """A list of numbers."""
    return Field(Type.INTS, doc)


def texts(doc: str) -> Field:
    """A list of strings."""
    return Field(Type.STRINGS, doc)


def labels(doc: str) -> Field:
    """A map of strings."""
    return Field(Type.STRING_MAP, doc)


def one(row: str, doc: str) -> Field:
    """A row of a type."""
    return Field(Type.ROW, doc, row)


def maybe_one(row: str, doc: str) -> Field:
    """A row of a type, or null."""
    return Field(Type.NULLABLE_ROW, doc, row)


def many(row: str, doc: str) -> Field:
    """A list of rows of a type."""
    return Field(Type.ROWS, doc, row)


def row_type(name: str, doc: str, fields: Mapping[str, Field]) -> RowType:
    """A row type."""
    return RowType(name, doc, fields)


def build(type_: RowType, place: Place, values: Mapping[str, object], places: Mapping[str, Place] | None = None) -> Row:
    """A row of `type_`, standing at `place`."""
    return Row(type_.name, values, {"": place, **(places or {})})


def subject(topology: Topology, row: Row, meta: Meta | None, *keys: Hashable) -> Subject:
    """A subject with the journeys that its hops (`keys`) break."""
    return Subject(
        row=row,
        object=reference(meta) if meta else None,
        hops=frozenset(keys),
        breaks=_breaks(topology, keys),
    )


def reference(meta: Meta) -> ObjectRef:
    """How findings name an object."""
    return ObjectRef(meta.kind, meta.namespace, meta.name)


def _breaks(topology: Topology, keys: Iterable[Hashable]) -> dict[str, Breakage]:
    journeys: dict[str, dict[str, None]] = {}
    outcomes: dict[str, dict[str, None]] = {}
    for key in keys:
        for cause in topology.causes_by_key.get(key, ()):
            names = (journey.name for journey in topology.broken[cause])
            journeys.setdefault(cause.aspect, {}).update(dict.fromkeys(names))
            outcomes.setdefault(cause.aspect, {}).update(dict.fromkeys(topology.outcomes[cause]))
    return {aspect: Breakage(tuple(names), tuple(outcomes[aspect])) for aspect, names in journeys.items()}

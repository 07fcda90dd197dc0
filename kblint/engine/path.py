"""Paths: how a rule says where something stands, such as `port.service.workloads[0].podLabels`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from kblint.engine.row import Field, Row, RowType, Type
from kblint.own_file import MistakeError
from kblint.source.regex import regex
from kblint.source.spelling import did_you_mean
from kblint.source.text import Place

_STEP = regex(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]")
_ONE_ROW = (Type.ROW, Type.NULLABLE_ROW)
FIELDS_ARE_LISTED = "`kblint rules --subjects` lists its fields"
"""What helps where there are many, and none is near to what was written."""
SCALARS = frozenset(Type) - {*_ONE_ROW, Type.ROWS, Type.INTS, Type.STRINGS, Type.STRING_MAP}


class PathStep(Struct, frozen=True):
    """One step: a field's name or an index, and where it starts in the path's text."""

    name: str | int
    offset: int


class Path(Struct, frozen=True):
    """A variable and the steps below it."""

    text: str
    variable: str
    steps: tuple[PathStep, ...]

    @classmethod
    def parse(cls, text: str) -> Path:
        """The path that `text` writes; its syntax is the one that the schema of rule files allows."""
        first, *rest = _STEP.finditer(text)
        steps = (PathStep(m[1], m.start(1)) if m[1] else PathStep(int(m[2]), m.start()) for m in rest)
        return cls(text, first[1], tuple(steps))


class PathTarget(NamedTuple):
    """What a path leads to: a field of a row, or the row itself (`field` is empty).

    `is_exact` is False where something on the way does not exist or is not known: this is then the last row that does.
    """

    row: Row
    field: str
    is_exact: bool

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.row.place(self.field)

    @property
    def value(self) -> object:
        """The field's value."""
        return self.row.values.get(self.field)


def resolve(path: Path, rows: Mapping[str, Row]) -> PathTarget:
    """Follow `path` from the rows that the variables are bound to."""
    target = PathTarget(rows[path.variable], "", is_exact=True)
    value: object = target.row
    for step in path.steps:
        if isinstance(step.name, int):
            items = rows_of(value)
            if step.name >= len(items):
                return target._replace(is_exact=False)
            value = items[step.name]
        elif isinstance(value, Row):
            target = PathTarget(value, step.name, is_exact=True)
            value = value.values.get(step.name)
        else:
            return target._replace(is_exact=False)
        if isinstance(value, Row):
            target = PathTarget(value, "", is_exact=True)
    return target


def rows_of(value: object) -> tuple[Row, ...]:
    """The rows of a list, as CEL sees them: without the unknown ones."""
    return tuple(item for item in value if isinstance(item, Row)) if isinstance(value, list | tuple) else ()


def check_path(path: Path, variables: Mapping[str, str], row_types: Mapping[str, RowType]) -> Field:
    """What `path` leads to; `variables` are the names it may start with and their row types.

    Raises:
        MistakeError: a step does not exist.
    """
    if path.variable not in variables:
        raise MistakeError(f"unknown name `{path.variable}`", 0, did_you_mean(path.variable, variables))
    reached = Field(Type.ROW, "", variables[path.variable])
    for step in path.steps:
        reached = _indexed(reached, step) if isinstance(step.name, int) else _field(reached, step, row_types)
    return reached


def _indexed(reached: Field, step: PathStep) -> Field:
    if reached.type is not Type.ROWS:
        raise MistakeError(f"an index needs a list of rows, found: {reached.type.value}", step.offset)
    return Field(Type.ROW, "", reached.row)


def _field(reached: Field, step: PathStep, row_types: Mapping[str, RowType]) -> Field:
    if reached.type is Type.ROWS:
        raise MistakeError("a list of rows has no fields", step.offset, "take one of them: `[0]`")
    if reached.type not in _ONE_ROW or reached.row is None:
        raise MistakeError(f"no fields below this value: {reached.type.value}", step.offset)
    fields = row_types[reached.row].fields
    name = str(step.name)
    if name not in fields:
        help = did_you_mean(name, fields) or FIELDS_ARE_LISTED
        raise MistakeError(f"`{name}` is no field of {reached.row}", step.offset, help)
    return fields[name]

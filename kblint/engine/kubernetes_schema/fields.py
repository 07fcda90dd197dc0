"""The definitions of objects as a map of fields: what may stand where, and where a field is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kblint.source.values import PathPart

Schema = Mapping[str, Any]
Definitions = Mapping[str, Schema]

FAR = 3
"""Steps from where a field is written to where it is known, beyond which nobody meant that."""


class FieldSpot(NamedTuple):
    """A mapping of an object: where it is, what it may hold, and whether the object has it."""

    path: tuple[PathPart, ...]
    definition: str
    value: object


def schema_at(definitions: Definitions, root: str, path: Sequence[PathPart]) -> Schema:
    """The schema of the value at `path` of an object of the definition `root`; empty where anything may stand."""
    schema: Schema = {"$ref": root}
    for part in path:
        schema = _resolved(definitions, schema)
        if isinstance(part, int):
            schema = schema.get("items", {})
        else:
            properties = schema.get("properties", {})
            schema = properties[part] if part in properties else _values(schema)
    return schema


def definition_at(definitions: Definitions, root: str, path: Sequence[PathPart]) -> str | None:
    """The name of the definition of the mapping at `path`; None for one without fields of its own."""
    return _name(schema_at(definitions, root, path)) if path else root


def fields_of(definitions: Definitions, definition: str | None) -> Mapping[str, Schema]:
    """The fields of a definition."""
    return definitions[definition].get("properties", {}) if definition else {}


def admits(definitions: Definitions, schema: Schema, value: object) -> bool:
    """Whether `value` is of a type that `schema` allows; what is in it is not looked at."""
    resolved = _resolved(definitions, schema)
    if "enum" in resolved:
        return value in resolved["enum"]
    types = resolved.get("type")
    return types is None or type_of(value) in types or (type_of(value) == "integer" and "number" in types)


def type_of(value: object) -> str:
    """The JSON type of a value as it was read."""
    names = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for type, name in names if isinstance(value, type)), "null")


def homes(
    definitions: Definitions, root: str, node: object, path: Sequence[PathPart], key: str, value: object
) -> tuple[tuple[PathPart, ...], ...]:
    """The mappings of the object nearest to the one at `path` that know a field `key` with a value such as `value`.

    Near is counted in steps up to a mapping around it, then down again; an item of a list is no step. Of several that
    are equally near, those that the object has already count.
    """
    best: list[FieldSpot] = []
    nearest = FAR
    for length in range(len(path), -1, -1):
        around = tuple(path[:length])
        up = sum(1 for part in path[length:] if isinstance(part, str))
        for down, spot in _below(definitions, root, node, around, nearest - up):
            known = fields_of(definitions, spot.definition).get(key)
            if known is None or up + down > nearest or not admits(definitions, known, value):
                continue
            if up + down < nearest:
                best, nearest = [], up + down
            best.append(spot)
    written = [spot.path for spot in best if spot.value is not None]
    return tuple(dict.fromkeys(written or [spot.path for spot in best]))


def _below(
    definitions: Definitions, root: str, node: object, start: tuple[PathPart, ...], limit: int
) -> Iterator[tuple[int, FieldSpot]]:
    """The mapping at `start` and those below it, nearest first, with their distance; of a list only its first item."""
    first = definition_at(definitions, root, start)
    level = [FieldSpot(start, first, _get(node, start))] if first else []
    for distance in range(limit + 1):
        yield from ((distance, spot) for spot in level)
        level = [inner for spot in level for inner in _inside(definitions, spot)]


def _inside(definitions: Definitions, spot: FieldSpot) -> Iterator[FieldSpot]:
    for key, schema in fields_of(definitions, spot.definition).items():
        path: tuple[PathPart, ...] = (*spot.path, key)
        if schema.get("items"):
            schema, path = schema["items"], (*path, 0)  # noqa: PLW2901 - a list stands for its items
        name = _name(schema)
        if name:
            yield FieldSpot(path, name, _get(spot.value, path[len(spot.path) :]))


def _name(schema: Schema) -> str | None:
    reference = schema.get("$ref")
    return reference.removeprefix("#/$defs/") if reference else None


def _resolved(definitions: Definitions, schema: Schema) -> Schema:
    name = _name(schema)
    return schema if name is None else definitions[name]


def _values(schema: Schema) -> Schema:
    values = schema.get("additionalProperties")
    return values if isinstance(values, dict) else {}


def _get(node: object, path: Sequence[PathPart]) -> object:
    for part in path:
        if isinstance(node, dict) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and 0 <= part < len(node):
            node = node[part]
        else:
            return None
    return node

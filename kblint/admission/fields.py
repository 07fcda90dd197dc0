"""The definitions of objects as a map of fields: what may stand where, and where a field is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kblint.source.values import Origin, PathPart

Schema = Mapping[str, Any]
Definitions = Mapping[str, Schema]
FieldPath = tuple[PathPart, ...]

FAR = 3
"""Steps from where a field is written to where it is known, beyond which nobody meant that."""
_TYPES = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))


def definition_at(definitions: Definitions, root: str, path: Sequence[PathPart]) -> str | None:
    """The name of the definition of the mapping at `path` of a `root`; None for one without fields of its own."""
    schema: Schema = {"$ref": f"#/$defs/{root}"}
    for part in path:
        schema = definitions.get(_name(schema) or "", schema)
        if isinstance(part, int):
            schema = schema.get("items", {})
        else:
            free = schema.get("additionalProperties")
            schema = schema.get("properties", {}).get(part, free if isinstance(free, dict) else {})
    return _name(schema)


def fields_of(definitions: Definitions, definition: str | None) -> Mapping[str, Schema]:
    """The fields of a definition."""
    return definitions[definition].get("properties", {}) if definition else {}


def admits(definitions: Definitions, schema: Schema, value: object) -> bool:
    """Whether `value` is of a type that `schema` allows; what is in it is not looked at."""
    schema = definitions.get(_name(schema) or "", schema)
    if "enum" in schema:
        return value in schema["enum"]
    types = schema.get("type")
    return types is None or type_of(value) in types or (type_of(value) == "integer" and "number" in types)


def type_of(value: object) -> str:
    """The JSON type of a value as it was read."""
    return next((name for type, name in _TYPES if isinstance(value, type)), "null")


def homes(
    definitions: Definitions, root: str, origin: Origin, path: Sequence[PathPart], key: str, value: object
) -> tuple[FieldPath, ...]:
    """The mappings of the object nearest to the one at `path` that know a field `key` with a value such as `value`.

    Near is counted in steps up to a mapping around it, then down again; an item of a list is no step. Of several that
    are equally near, those that the object has already count.
    """
    best: list[FieldPath] = []
    nearest = FAR
    for length in range(len(path), -1, -1):
        around = tuple(path[:length])
        up = sum(1 for part in path[length:] if isinstance(part, str))
        for down, place, definition in _below(definitions, around, definition_at(definitions, root, around)):
            known = fields_of(definitions, definition).get(key)
            if up + down > nearest:
                break
            if known is None or not admits(definitions, known, value):
                continue
            if up + down < nearest:
                best, nearest = [], up + down
            best.append(place)
    written = [place for place in best if origin.get(*place) is not None]
    return tuple(dict.fromkeys(written or best))


def _below(definitions: Definitions, start: FieldPath, definition: str | None) -> Iterator[tuple[int, FieldPath, str]]:
    """The mapping at `start` and those below it, nearest first, with their distance; of a list only its first item."""
    level = [(start, definition)] if definition else []
    for distance in range(FAR + 1):
        yield from ((distance, path, name) for path, name in level)
        level = [inner for path, name in level for inner in _inside(definitions, path, name)]


def _inside(definitions: Definitions, path: FieldPath, definition: str) -> Iterator[tuple[FieldPath, str]]:
    for key, schema in fields_of(definitions, definition).items():
        items = schema.get("items")
        name = _name(items or schema)
        if name:
            yield ((*path, key, 0) if items else (*path, key)), name


def _name(schema: Schema) -> str | None:
    reference = schema.get("$ref")
    return reference.removeprefix("#/$defs/") if reference else None

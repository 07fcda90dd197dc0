"""What several fields of one mapping must be to each other, where a JSON Schema cannot say it.

A check gets the mapping and the arguments that `schemas/limits.yaml` gives it, and answers with the places that are
wrong: the path within the mapping, and the value to name. Those here are about mappings of any kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
_IN_BASE64 = {True: ("data",), False: ("binaryData",)}
"""The mappings of a Secret, and of anything else, whose values stand in base64."""


class Wrong(NamedTuple):
    """A place within the mapping that is wrong, and what stands there."""

    path: Path
    value: object


Check = Callable[[Mapping[str, Any], Sequence[Any]], Iterator[Wrong]]


def mapping(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """What stands at `key`, where that is a mapping; an empty one for anything else."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def texts(node: Mapping[str, Any], key: str) -> Sequence[str]:
    """The items of the list at `key` as texts."""
    found = node.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def items(node: Mapping[str, Any], lists: Sequence[Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The mappings in the lists of these names, with their paths."""
    for name in lists:
        found = node.get(name)
        for index, item in enumerate(found if isinstance(found, list) else ()):
            if isinstance(item, dict):
                yield (name, index), item


def _unique(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No two items of the lists named after the first argument have the same value of the field that it names.

    Of several fields with `+` between them, no two items have the same of all.
    """
    fields, *lists = given
    first, *_ = keys = fields.split("+")
    seen: set[object] = set()
    for path, item in items(node, lists):
        values = tuple(item.get(key) for key in keys)
        if all(isinstance(value, str) and value for value in values):
            if values in seen:
                yield Wrong((*path, first), values[0])
            seen.add(values)


def _unique_by(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No two items of a list have the same values of some fields; each is named with its default."""
    name, *keys = given
    seen: set[str] = set()
    for path, item in items(node, (name,)):
        values = [default if item.get(key) is None else item[key] for key, default in keys]
        if any(value is None or isinstance(value, dict | list) for value in values):
            continue
        told = repr(values)
        if told in seen:
            yield Wrong((*path, keys[0][0]) if item.get(keys[0][0]) is not None else path, values[0])
        seen.add(told)


def _distinct(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No text or whole number stands twice in a list."""
    (name,) = given
    found = node.get(name)
    seen: set[object] = set()
    for index, value in enumerate(found if isinstance(found, list) else ()):
        if isinstance(value, str | int):
            if value in seen:
                yield Wrong((name, index), value)
            seen.add(value)


def _one_of(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """At most one of these fields is there."""
    there = [key for key in node if key in given and node[key] not in (None, "", 0)]
    yield from (Wrong((key,), key) for key in there[1:2])


def _some_of(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """One of these fields is there at least."""
    if not any(node.get(key) not in (None, []) for key in given):
        yield Wrong((), None)


def _at_most(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """A list has at most so many items."""
    most, key = given
    if isinstance(node.get(key), list) and len(node[key]) > most:
        yield Wrong((key,), len(node[key]))


def _at_most_bytes(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """The values of these mappings have so many bytes together at most; those of `annotations` with their keys."""
    most, *keys = given
    total = 0
    for key in keys:
        for name, text in mapping(node, key).items():
            written = str(text) + (name if key == "annotations" else "")
            # what stands in base64 counts as what it stands for
            total += (
                len(written) * 3 // 4 - 2 if key in _IN_BASE64[node.get("kind") == "Secret"] else len(written.encode())
            )
    if total > most:
        yield Wrong((keys[0],), total)


def _no_nulls(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No item of these lists is empty."""
    for key in given:
        found = node.get(key)
        for index, item in enumerate(found if isinstance(found, list) else ()):
            if item is None:
                yield Wrong((key, index), key)


def _same_first(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """The first of a list is what a field says."""
    one, many = (node.get(key) for key in given)
    if isinstance(one, str) and one and isinstance(many, list) and many and many[0] != one:
        yield Wrong((given[1], 0), many[0])


def _all_named(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """Of several items each has a name."""
    found = list(items(node, given))
    if len(found) > 1:
        yield from (Wrong(path, None) for path, item in found if not item.get("name"))


def _apart(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No key stands in both mappings."""
    one, other = (mapping(node, key) for key in given)
    yield from (Wrong((given[1], key), key) for key in other if key in one)


def _ordered(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """The second field is not less than the first."""
    least, most = (node.get(key) for key in given)
    if isinstance(least, int) and isinstance(most, int) and most < least:
        yield Wrong((given[1],), most)


def _without(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No item of a list has a field."""
    key, field = given
    for path, item in items(node, (key,)):
        if item.get(field):
            yield Wrong((*path, field), field)


GENERAL: Mapping[str, Check] = {
    "all_named": _all_named,
    "apart": _apart,
    "at_most": _at_most,
    "at_most_bytes": _at_most_bytes,
    "distinct": _distinct,
    "no_nulls": _no_nulls,
    "one_of": _one_of,
    "ordered": _ordered,
    "same_first": _same_first,
    "some_of": _some_of,
    "unique": _unique,
    "unique_by": _unique_by,
    "without": _without,
}
"""The checks by the name that `schemas/limits.yaml` uses."""

"""What in an object does not fit the schema of its kind, before anything is said about it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kblint.engine.kubernetes_schema.fields import definition_at, type_of
from kblint.engine.kubernetes_schema.release import Release
from kblint.source.templates import unknown
from kblint.source.values import Origin, PathPart

MOST = 500
"""Errors of one object that are looked at: a file of another kind altogether may have any number of them."""

What = Literal["unknown", "type", "value", "missing"]


@dataclass(frozen=True, slots=True)
class SchemaError:
    """A field `key` of the mapping (or an item of the list) at `path` that cannot be as it is.

    `allowed` are the JSON types or the values that it may have, `definition` is what the mapping should be (None for a
    list or a mapping with free keys), `value` what is written.
    """

    what: What
    path: tuple[PathPart, ...]
    key: PathPart
    definition: str | None
    value: object
    allowed: tuple[object, ...] = ()

    @property
    def full_path(self) -> tuple[PathPart, ...]:
        """The path of the field itself."""
        return (*self.path, self.key)

    @property
    def likeness(self) -> tuple[object, ...]:
        """The same for misfits that are one mistake made several times, such as every port of a list in quotes."""
        general = tuple("*" if isinstance(part, int) else part for part in self.path)
        key = self.key if self.definition else "*"
        shown = self.value if self.what == "value" else type_of(self.value)
        return (self.what, general, key, str(shown))


def misfits(release: Release, definition: str, origin: Origin) -> list[SchemaError]:
    """Everything in the object at `origin` that does not fit `definition`; empty for one that fits.

    What a placeholder stands for is not known, and a Secret that is encrypted as a file is not what will be applied.
    """
    validator = release.validator(definition)
    try:
        if validator.is_valid(origin.node):
            return []
        errors = list(itertools.islice(validator.iter_errors(origin.node), MOST))
    except ValueError:
        # a value that nobody can read (a broken alias, half a surrogate): DOC001 says so where it stands
        return []
    if isinstance(origin.node.get("sops"), dict):
        return []
    return [one for error in errors for one in _misfits(release, definition, origin, error) if not _is_open(one)]


def _misfits(release: Release, definition: str, origin: Origin, error: Any) -> Iterator[SchemaError]:
    path: tuple[PathPart, ...] = tuple(error.instance_path)
    kind = error.kind.name
    details = error.kind.as_dict()
    if kind == "additionalProperties":
        name = definition_at(release.definitions, definition, path)
        for key in details["unexpected"][:MOST]:
            yield SchemaError("unknown", path, key, name, origin.get(*path, key))
    elif kind == "required":
        name = definition_at(release.definitions, definition, path)
        yield SchemaError("missing", path, details["property"], name, None)
    elif path:
        *parents, key = path
        name = definition_at(release.definitions, definition, parents)
        value = origin.get(*path)
        if kind == "enum":
            allowed = tuple(option for option in details["options"] if option)
            yield SchemaError("value", tuple(parents), key, name, value, allowed)
        else:
            yield SchemaError("type", tuple(parents), key, name, value, tuple(sorted({*details["types"]} - {"null"})))


def _is_open(misfit: SchemaError) -> bool:
    """Whether something later fills this in: a placeholder, or a directive of a strategic merge patch.

    https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
    """
    if misfit.what == "unknown" and isinstance(misfit.key, str):
        return misfit.key.startswith("$") or unknown(misfit.key)
    return isinstance(misfit.value, str) and unknown(misfit.value)

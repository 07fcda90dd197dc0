"""What in an object does not fit the schema of its kind, before anything is said about it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct

from kblint.admission.fields import Definitions, FieldPath, definition_at, type_of
from kblint.admission.limits import KEYWORD, RULE, Limit
from kblint.finding import Location
from kblint.model.meta import Meta
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin, PathPart


class Kinds(Protocol):
    """Kinds with their definitions: those of a Kubernetes release, or custom ones."""

    @property
    def definitions(self) -> Definitions:
        """The definitions, and of what they hold, by name."""

    @property
    def limits(self) -> Mapping[str, Sequence[Limit]]:
        """What is refused beyond the definitions, by the name of the definition."""

    def definition(self, group: str, version: str, kind: str) -> str | None:
        """The name of the definition of a kind; None where its fields are not known."""

    def doubt(self, meta: Meta) -> str:
        """Why a definition may not be the one that the API server has for an object; empty where it is."""

    def definer(self, meta: Meta) -> tuple[Location, ...]:
        """Where the kind of an object is defined, if the input tells."""

    def renamed(self, definition: str | None, key: str) -> str | None:
        """How a field that older API versions had is written today; None for any other."""

    def validator(self, definition: str, *, with_rules: bool = True) -> Any:
        """What tells whether an object fits a definition, `with_rules` in CEL or without; asked for each object."""

    @property
    def is_cut(self) -> bool:
        """Whether the rules cost too much for the object that was asked about last: then none of them counts."""


MOST = 500
"""Errors of one object that are looked at: a file of another kind altogether may have any number of them."""
_TO_FILL_IN = regex(
    r"<[^<>]*>|\.\.\.|[{}$]|__|^[_-]+$|\b(?!CRON_TZ=)[A-Z]+(?:_[A-Z]+)+\b|\b[Xx]+(?:\.[Xx]+)+\b|(?i:\byour\b|change.?me|replace)"
)
"""What people write where somebody shall write something else, by hand or by a tool of their own."""


class SchemaError(Struct, frozen=True):
    """A field `key` of the mapping (or an item of the list) at `path` that cannot be as it is.

    `allowed` are the JSON types or the values that it may have, `definition` is what the mapping should be (None for a
    list or a mapping with free keys), `value` what is written. `today` is how an older API version's field is written.
    `limit` is what the schema does not tell and is refused all the same. `inner` is what the value itself should be.
    """

    what: Literal["unknown", "type", "value", "missing", "limit"]
    path: FieldPath
    key: PathPart
    definition: str | None
    value: object
    allowed: tuple[object, ...] = ()
    today: str | None = None
    limit: Limit | None = None
    inner: str | None = None

    @property
    def full_path(self) -> FieldPath:
        """The path of the field itself."""
        return (*self.path, self.key)

    @property
    def needs_the_rest(self) -> bool:
        """Whether it is only wrong in an object that is there as a whole."""
        return self.what == "missing" or bool(self.limit and (self.limit.says or self.limit.because))

    @property
    def likeness(self) -> tuple[object, ...]:
        """The same for misfits that are one mistake: made several times, or of fields that went together."""
        if self.today:
            return (self.today,)
        if self.limit and not self.limit.is_needed:
            return (self.limit.help, self.limit.says, str(self.value))
        general = tuple("*" if isinstance(part, int) else part for part in self.path)
        key = self.key if self.definition else "*"
        shown = self.value if self.what == "value" else type_of(self.value)
        return (self.what, general, key, str(shown))

    def place(self, origin: Origin) -> Place:
        """Where to look in the object at `origin`."""
        if self.what == "unknown" or (self.limit and (self.limit.because or self.value == self.key)):
            return origin.key_place(*self.full_path)
        return origin.place(*(self.path if self.what == "missing" else self.full_path))


def misfits(kinds: Kinds, definition: str, origin: Origin) -> list[SchemaError]:
    """Everything in the object at `origin` that does not fit `definition`; empty for one that fits.

    What a placeholder stands for is not known, and a Secret that is encrypted as a file is not what will be applied.
    """
    validator = kinds.validator(definition)
    try:
        if validator.is_valid(origin.node):
            return []
        errors = [] if kinds.is_cut else list(itertools.islice(validator.iter_errors(origin.node), MOST))
        if kinds.is_cut:
            plain = kinds.validator(definition, with_rules=False)
            errors = list(itertools.islice(plain.iter_errors(origin.node), MOST))
    except ValueError:
        # a value that nobody can read (a broken alias, half a surrogate): DOC001 says so where it stands
        return []
    if isinstance(origin.node.get("sops"), dict):
        return []
    return [one for error in errors for one in _misfits(kinds, definition, origin, error) if not _is_open(one)]


def _misfits(kinds: Kinds, definition: str, origin: Origin, error: Any) -> Iterator[SchemaError]:
    path: FieldPath = tuple(error.instance_path)
    kind, details = error.kind.name, error.kind.as_dict()
    limit = _limit_of(kinds, error.schema_path)
    if limit:
        yield from _limited(kinds, definition, origin, path, kind, details, limit)
        return
    holder = path if kind in ("additionalProperties", "required") else path[:-1]
    name = definition_at(kinds.definitions, definition, holder)
    if kind == "additionalProperties":
        for key in details["unexpected"][:MOST]:
            yield SchemaError("unknown", path, key, name, origin.get(*path, key), today=kinds.renamed(name, key))
    elif kind == "falseSchema":
        # a mapping that has no fields at all
        for key in itertools.islice(_mapping(origin.get(*path)), MOST):
            yield SchemaError("unknown", path, key, None, origin.get(*path, key))
    elif kind == "required":
        yield SchemaError("missing", path, details["property"], name, None)
    elif path and kind == "enum":
        options = tuple(option for option in details["options"] if option not in (None, ""))
        yield SchemaError("value", holder, path[-1], name, origin.get(*path), options)
    elif path:
        types = tuple(sorted({*details["types"]} - {"null"}))
        inner = definition_at(kinds.definitions, definition, path)
        yield SchemaError("type", holder, path[-1], name, origin.get(*path), types, inner=inner)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _limit_of(kinds: Kinds, schema_path: Sequence[PathPart]) -> Limit | None:
    """The limit that an error comes from, which stands in a definition's `allOf`; None for the schema itself."""
    match schema_path:
        case [_, str(name), "allOf", int(index), *_]:
            return kinds.limits[name][index]
    return None


def _limited(
    kinds: Kinds,
    definition: str,
    origin: Origin,
    path: FieldPath,
    kind: str,
    details: Mapping[str, Any],
    limit: Limit,
) -> Iterator[SchemaError]:
    value: object = None
    if kind in (KEYWORD, RULE):
        inner, value = json.loads(details["message"])
        path = (*path, *inner)
    elif kind == "required":
        path = (*path, details["property"])
    elif kind == "additionalProperties":
        holder = definition_at(kinds.definitions, definition, path)
        for key in details["unexpected"][:MOST]:
            yield SchemaError("limit", path, key, holder, key, limit=limit)
        return
    else:
        value = origin.get(*path)
    holder = definition_at(kinds.definitions, definition, path[:-1])
    if path and limit.is_needed:
        yield SchemaError("missing", path[:-1], path[-1], holder, None, limit=limit)
    elif path:
        yield SchemaError("limit", path[:-1], path[-1], holder, value, limit=limit)


_ENCRYPTED = "ENC[AES256_GCM,"
"""How SOPS writes a value: https://github.com/getsops/sops#encryption-protocol"""


def _is_open(misfit: SchemaError) -> bool:
    """Whether something later fills this in: a placeholder, a directive of a strategic merge patch, what is encrypted.

    https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
    """
    if misfit.what == "unknown" and isinstance(misfit.key, str):
        return misfit.key.startswith("$") or unknown(misfit.key)
    if misfit.limit and isinstance(misfit.value, str) and _TO_FILL_IN.search(misfit.value):
        return True
    return isinstance(misfit.value, str) and (unknown(misfit.value) or misfit.value.startswith(_ENCRYPTED))

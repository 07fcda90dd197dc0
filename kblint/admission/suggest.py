"""What somebody may have meant by a field that is not known where it is written."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kblint.admission.fields import Definitions, admits, fields_of, homes
from kblint.admission.misfits import SchemaError
from kblint.source.spelling import RESEMBLES, nearest
from kblint.source.values import Origin, PathPart

_MOST = 3
"""Places that are worth naming: a field that is known in more than these says nothing."""


class Suggestion(Struct, frozen=True):
    """The field `name` of the mappings at `places`; the mapping itself is its only place for a misspelled name.

    `is_certain` when the name differs in nothing but upper and lower case.
    """

    name: str
    places: tuple[tuple[PathPart, ...], ...]
    is_certain: bool = False


def suggest(definitions: Definitions, root: str, origin: Origin, misfit: SchemaError) -> Suggestion | None:
    """The field that an unknown field was meant to be, if one is near enough; None for any other mistake.

    A misspelling of a field of the same mapping comes before a field that belongs elsewhere, unless it is a poor one.
    """
    if misfit.what != "unknown":
        return None
    key = str(misfit.key)
    here = (misfit.path,)
    fields = fields_of(definitions, misfit.definition)
    fitting = [name for name, schema in fields.items() if admits(definitions, schema, misfit.value)]
    holder = origin.get(*misfit.path)
    missing = [name for name in fitting if isinstance(holder, dict) and name not in holder]
    same = [name for name in missing if name.lower() == key.lower()]
    if len(same) == 1:
        return Suggestion(same[0], here, is_certain=True)
    found = nearest(key, missing) or _needed(key, definitions, misfit.definition, missing)
    if found:
        return Suggestion(found, here)
    places = homes(definitions, root, origin, misfit.path, key, misfit.value)
    if (
        misfit.definition == "meta.v1.LabelSelector"
        and isinstance(misfit.value, str)
        and misfit.path[:-1] not in places
    ):
        return Suggestion(key, ((*misfit.path, "matchLabels"),))
    if 0 < len(places) <= _MOST:
        return Suggestion(key, places)
    for name in _alike(key, definitions, misfit.definition):
        places = homes(definitions, root, origin, misfit.path, name, misfit.value)
        if 0 < len(places) <= _MOST:
            return Suggestion(name, places)
    found = nearest(key, missing, RESEMBLES) or nearest(key, fields)
    return Suggestion(found, here) if found else None


def _needed(key: str, definitions: Definitions, definition: str | None, missing: Iterable[str]) -> str | None:
    """The one required field that is missing and has `key` in its name, such as `containerPort` for `port`."""
    required = definitions[definition].get("required", ()) if definition else ()
    found = [name for name in missing if name in required and key.lower() in name.lower()]
    return found[0] if len(found) == 1 else None


def _alike(key: str, definitions: Definitions, besides: str | None) -> list[str]:
    """Fields of other definitions that are written like `key` but for upper and lower case."""
    wanted = key.lower()
    return sorted(
        {
            name
            for definition, schema in definitions.items()
            if definition != besides
            for name in schema.get("properties", {})
            if name.lower() == wanted and name != key
        }
    )

"""What somebody may have meant by a field that is not known where it is written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from kblint.engine.api.fields import Definitions, admits, fields_of, homes
from kblint.engine.api.misfits import Misfit
from kblint.source.values import Origin, PathPart

_ALMOST = 0.84
"""As alike as two names of which one has a letter too many or two exchanged."""
_ALIKE = 0.66
_LONGEST = 60
"""Characters of the longest name that is compared with others: no field's name is half as long."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The field `name` of the mappings at `places`; the mapping itself is its only place for a misspelled name.

    `is_certain` when the name differs in nothing but upper and lower case.
    """

    name: str
    places: tuple[tuple[PathPart, ...], ...]
    is_certain: bool = False


def suggest(definitions: Definitions, root: str, origin: Origin, misfit: Misfit) -> Suggestion | None:
    """The field that an unknown field was meant to be, if one is near enough.

    A misspelling of a field of the same mapping comes before a field that belongs elsewhere, unless it is a poor one.
    """
    key = str(misfit.key)
    here = (misfit.path,)
    fields = fields_of(definitions, misfit.definition)
    fitting = [name for name, schema in fields.items() if admits(definitions, schema, misfit.value)]
    holder = origin.get(*misfit.path)
    missing = [name for name in fitting if isinstance(holder, dict) and name not in holder]
    same = [name for name in missing if name.lower() == key.lower()]
    if len(same) == 1:
        return Suggestion(same[0], here, is_certain=True)
    if found := _nearest(key, missing, _ALMOST):
        return Suggestion(found, here)
    places = homes(definitions, root, origin.node, misfit.path, key, misfit.value)
    if (
        misfit.definition == "meta.v1.LabelSelector"
        and isinstance(misfit.value, str)
        and misfit.path[:-1] not in places
    ):
        return Suggestion(key, ((*misfit.path, "matchLabels"),))
    if places:
        return Suggestion(key, places)
    for name in _alike(key, definitions, misfit.definition):
        if places := homes(definitions, root, origin.node, misfit.path, name, misfit.value):
            return Suggestion(name, places)
    found = _nearest(key, missing, _ALIKE)
    return Suggestion(found, here) if found else None


def _nearest(key: str, names: Iterable[str], cutoff: float) -> str | None:
    if len(key) > _LONGEST:
        return None
    lowered = {name.lower(): name for name in sorted(names)}
    found = difflib.get_close_matches(key.lower(), lowered, n=1, cutoff=cutoff)
    return lowered[found[0]] if found else None


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

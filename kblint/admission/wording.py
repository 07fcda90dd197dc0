"""The words for a misfit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kblint.admission.limits import Limit
from kblint.admission.misfits import SchemaError
from kblint.admission.suggest import Suggestion
from kblint.model.meta import Meta
from kblint.source.regex import regex
from kblint.source.stream import shown
from kblint.source.text import Place
from kblint.source.values import PathPart

_TYPES = {
    "array": "a list",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_PLAIN = regex(r"[A-Za-z0-9_$-]+")


def message_for(misfit: SchemaError, meta: Meta, place: Place) -> str:
    """What is wrong."""
    if misfit.what == "unknown":
        where = f"`{dotted(misfit.path)}`" if misfit.path else f"{_article(meta.kind)} {meta.kind}"
        return f"unknown field `{shown(str(misfit.key))}` in {where}"
    if misfit.what == "missing":
        where = f"`{dotted(misfit.path)}`" if misfit.path else f"this {meta.kind}"
        return f"`{misfit.key}` is missing in {where}"
    path = dotted(misfit.full_path)
    if misfit.limit:
        return _limit_message(misfit, misfit.limit, meta, place)
    if misfit.what == "value":
        return f"`{path}` cannot be {_found(misfit.value, place)}"
    return f"`{path}` must be {_expected(misfit)}, but is {_found(misfit.value, place)}"


def label_for(misfit: SchemaError) -> str:
    """What is said at the place."""
    if misfit.what == "unknown":
        return f"not a field of {_short(misfit)}"
    if misfit.what == "missing":
        return f"`{misfit.key}` is missing here"
    if misfit.what == "type":
        return f"must be {_expected(misfit)}"
    if misfit.limit:
        return _limit_label(misfit.limit)
    field = next(part for part in reversed(misfit.full_path) if isinstance(part, str))
    return f"not a value of `{field}`"


def help_for(misfit: SchemaError, suggestion: Suggestion | None, place: Place) -> str:
    """What to do."""
    if misfit.what == "unknown":
        return _unknown_help(misfit, suggestion)
    if misfit.limit and misfit.limit.help:
        return misfit.limit.help
    if misfit.what == "missing":
        return f"add `{misfit.key}`; the API server does not fill it in"
    if misfit.what == "value":
        allowed = [f"`{option}`" for option in misfit.allowed]
        return f"write {_listed(allowed)}" if allowed else "leave it empty"
    return _type_help(misfit, place)


def title_for(misfit: SchemaError, text: str) -> str:
    """The title of the fix that writes `text`."""
    if misfit.what == "unknown":
        return f"rename it to `{text}`"
    if misfit.what in ("value", "limit"):
        return f"write `{text}`"
    if misfit.what == "missing" and misfit.limit:
        return f"add `{misfit.key}: {misfit.limit.adds}`"
    if not {"array", "object"}.isdisjoint(misfit.allowed):
        return f"write `{text}`"
    return "quote it" if isinstance(misfit.value, bool | int | float) else "write it without quotes"


def dotted(path: Sequence[PathPart]) -> str:
    """A path as `spec.ports[0].port`; keys that hold dots or the like stand in brackets."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _PLAIN.fullmatch(part):
            parts.append(f".{part}" if parts else part)
        else:
            parts.append(f'["{shown(part)}"]')
    return "".join(parts)


def _limit_message(misfit: SchemaError, limit: Limit, meta: Meta, place: Place) -> str:
    path = dotted(misfit.full_path)
    if limit.because:
        return f"`{path}` cannot be written {limit.because}"
    if limit.says:
        said = limit.says.replace("{value}", shown(str(misfit.value)))
        about = misfit.full_path if limit.is_rule else misfit.path
        where = f"`{dotted(about)}`" if about else f"this {meta.kind}"
        return said if said.startswith("`") else f"{where}: {said}"
    if misfit.value == misfit.key:
        return f"`{shown(str(misfit.key))}` in `{dotted(misfit.path)}` must be {limit.expected}"
    longest = limit.format.longest if limit.format else None
    if longest and isinstance(misfit.value, str) and len(misfit.value) > longest:
        return f"`{path}` has {len(misfit.value)} characters, {longest} are allowed"
    return f"`{path}` must be {limit.expected}, but is {_found(misfit.value, place)}"


def _limit_label(limit: Limit) -> str:
    if limit.expected:
        return f"must be {limit.expected}"
    return "not allowed here" if limit.because else "refused"


def _unknown_help(misfit: SchemaError, suggestion: Suggestion | None) -> str:
    if misfit.today:
        return f"an older API version has it; today this is {misfit.today}"
    if suggestion is None:
        return f"remove it, or look the name up: the API does not know it in {_short(misfit)}"
    places = [place for place in suggestion.places if place != misfit.path]
    if not places:
        return f"did you mean `{suggestion.name}`?"
    # a place that need not exist yet: `spec.ports[]`
    paths = [re.sub(r"\[\d+\]", "[]", dotted(place)) for place in places]
    where = _listed([f"`{path}`" if path else "the top of the object" for path in paths])
    if suggestion.name == misfit.key:
        return f"`{suggestion.name}` belongs in {where}"
    return f"did you mean `{suggestion.name}`, which belongs in {where}?"


def _type_help(misfit: SchemaError, place: Place) -> str:
    value, allowed = misfit.value, misfit.allowed
    if isinstance(value, bool | int | float) and "string" in allowed:
        return f'quote it: `"{shown(place.text)}"`'
    if misfit.key in ("matchLabels", "matchExpressions") and isinstance(value, dict | list):
        return f"write the labels directly under `{misfit.path[-1]}`: this selector knows no `{misfit.key}`"
    if isinstance(value, str) and ("integer" in allowed or "number" in allowed) and value.strip("-").isdecimal():
        return "write it without quotes"
    if "array" in allowed:
        return "write a list: each item starts with `- `"
    if isinstance(value, list) and "object" in allowed:
        return "write a mapping: `key: value` lines without `- `"
    if isinstance(value, dict) and not ({"object", "array"} & {*allowed}):
        return "write a single value here; check the indentation of what follows"
    return f"write {_expected(misfit)}"


def _expected(misfit: SchemaError) -> str:
    return _listed([_TYPES[str(name)] for name in misfit.allowed])


def _found(value: object, place: Place) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    written = shown(place.text)
    if isinstance(value, bool):
        is_word = written.lower() in ("true", "false")
        return f"`{written}`" if is_word else f"`{written}`, which YAML reads as `{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number `{written}`"
    if value == "":
        return "empty"
    return f"`{shown(str(value))}`" if not str(value).isdecimal() else f"the text `{written}`"


def _short(misfit: SchemaError) -> str:
    return (misfit.definition or "it").rpartition(".")[2].removesuffix("-item").removesuffix("-value")


def _article(kind: str) -> str:
    return "an" if kind[:1] in "AEIO" else "a"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

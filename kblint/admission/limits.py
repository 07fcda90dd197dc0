"""What the API server refuses beyond the schema of a kind: `schemas/limits.yaml`, as JSON Schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from kblint.admission.formats import FUNCTIONS, MENDED
from kblint.admission.kind_checks import CHECKS
from kblint.source.regex import regex

KEYWORD = "kblint-check"
"""The keyword of a schema that runs one of our checks."""
RULE = "kblint-rule"
"""The keyword of a schema that evaluates a rule of a custom resource's definition."""
_EMPTY: list[object] = [None, "", [], {}]
_DOT = regex(r"(?<!\\)\.")


class Format(Struct, frozen=True):
    """A format of texts: what it is called, how to write one, and how a wrong text becomes a right one."""

    name: str
    patterns: tuple[str, ...]
    longest: int | None
    function: str | None
    is_called: str
    help: str
    lower: bool
    same: bool
    unquote: bool
    dash: bool
    before: str
    around: str

    @property
    def schema(self) -> Mapping[str, Any]:
        """A JSON Schema that every text of the format fits, and an empty one."""
        alternatives: dict[str, Any] = {"allOf": [{"pattern": pattern} for pattern in self.patterns]}
        if self.longest is not None:
            alternatives["maxLength"] = self.longest
        if self.function:
            alternatives["format"] = self.function
        return {"anyOf": [{"maxLength": 0}, alternatives]}

    def takes(self, text: str) -> bool:
        """Whether a text is of the format."""
        return (
            bool(text)
            and all(re.search(pattern, text) for pattern in self.patterns)
            and (self.longest is None or len(text) <= self.longest)
            and (self.function is None or FUNCTIONS[self.function](text))
        )

    def mended(self, text: str) -> str | None:
        """The one text of the format that was surely meant; None where nobody can tell."""
        if self.unquote and text.isascii() and text.isdecimal():
            return text
        inner = re.fullmatch(self.around, text) if self.around else None
        if inner and inner[1] != text and self.takes(inner[1].lower()):
            return inner[1].lower()
        meant = MENDED[self.function](text) if self.function and self.function in MENDED else None
        if meant and meant != text and self.takes(meant):
            return meant
        if self.before and not text.startswith(self.before) and self.takes(self.before + text):
            return self.before + text
        lower = text.lower().replace("_", "-") if self.dash else text.lower()
        return lower if self.lower and lower != text and self.takes(lower) else None


class Limit(Struct, frozen=True):
    """One thing that the API server refuses in a mapping; `says` and `help` are words for a finding.

    `expected` is what a value must be, `because` why a field may not be there, `says` what else is wrong; one of them
    is there, and none for a field that is missing.
    """

    schema: Mapping[str, Any]
    help: str = ""
    expected: str | None = None
    because: str | None = None
    says: str | None = None
    is_needed: bool = False
    adds: str = ""
    """What may be written for a field that is missing, where that is what most people mean."""
    is_later: bool = False
    """Whether a server adds the field to an object that it holds."""
    is_rule: bool = False
    """Whether it is a rule in CEL, about all that is in a value."""
    format: Format | None = None

    @property
    def is_safe(self) -> bool:
        """Whether what its format mends means the same as before: a name may be named elsewhere."""
        return self.format is not None and (self.format.same or self.format.unquote or bool(self.format.before))


class Checked:
    """The keyword that runs a check; what is wrong goes into the error as JSON, the path first."""

    def __init__(self, _: object, value: Sequence[Any], __: object) -> None:
        self._check, self._given = CHECKS[value[0]], value[1:]

    def validate(self, instance: object) -> None:
        """Raise ValueError for the first thing that is wrong with `instance`."""
        if isinstance(instance, dict):
            for wrong in self._check(instance, self._given):
                raise ValueError(json.dumps([wrong.path, wrong.value], default=str))


def limits_of(facts: Mapping[str, Any], minor: int) -> Mapping[str, Sequence[Limit]]:
    """The limits of release 1.`minor` by the definition that they are about, from what `limits.yaml` holds."""
    formats = {name: _format(name, entry) for name, entry in facts["formats"].items()}
    found: dict[str, list[Limit]] = {}
    for names, entries in facts["limits"].items():
        limits = [_limit(entry, formats) for entry in entries if _holds(entry, minor)]
        for name in names.split():
            found.setdefault(name, []).extend(limits)
    return found


def _holds(entry: Mapping[str, Any], minor: int) -> bool:
    first, last = entry.get("since", minor), entry.get("until", minor)
    return bool(first <= minor <= last)


def _format(name: str, entry: Mapping[str, Any]) -> Format:
    return Format(
        name,
        tuple(entry.get("matches", ())),
        entry.get("longest"),
        entry.get("function"),
        entry["is"],
        entry["help"],
        entry.get("lower", False),
        entry.get("same", False),
        entry.get("unquote", False),
        entry.get("dash", False),
        entry.get("before", ""),
        entry.get("around", ""),
    )


def _limit(entry: Mapping[str, Any], formats: Mapping[str, Format]) -> Limit:
    schema, words = _compiled(entry, formats)
    when = entry.get("when")
    if when:
        schema = {"if": when, "then": schema}
    return Limit(schema, **{**words, **({"help": entry["help"]} if "help" in entry else {})})


def _compiled(entry: Mapping[str, Any], formats: Mapping[str, Format]) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The schema of an entry, and its words."""
    if "needs" in entry:
        *way, key = _parts(entry["needs"])
        wanted = {"required": [key], "properties": {key: {"not": {"enum": _EMPTY}}}}
        return _nested(way, wanted), {"is_needed": True, "adds": entry.get("adds", "")}
    if "never" in entry:
        empty: list[object] = [None, "", []] if entry.get("empty") else [None]
        return _nested(_parts(entry["never"]), {"enum": empty}), {
            "because": entry["because"],
            "is_later": entry.get("later", False),
        }
    if "check" in entry:
        return {KEYWORD: [entry["check"], *entry.get("given", ())]}, {"says": entry["says"]}
    inner, words = _value(entry, formats)
    if "keys" in entry:
        patterns = formats[entry["is"]].patterns
        known = {"allOf": [{"patternProperties": {one: {}}, "additionalProperties": False} for one in patterns]}
        return _nested(_parts(entry["keys"]), known), words
    if "items" in entry:
        return _nested(_parts(entry["items"]), {"items": inner}), words
    if "values" in entry:
        return _nested(_parts(entry["values"]), {"additionalProperties": inner}), words
    return _nested(_parts(entry["field"]), inner), words


def _value(entry: Mapping[str, Any], formats: Mapping[str, Format]) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """What a value must be, as a schema and in words."""
    if "is" in entry:
        format = formats[entry["is"]]
        return format.schema, {"expected": format.is_called, "help": format.help, "format": format}
    if "in" in entry:
        named = list(_named(entry["in"]))
        words = " or ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))
        return {"enum": [*entry["in"], None]}, {"expected": words or "left out", "help": f"write {words}"}
    first, last = entry["from"], entry.get("to")
    expected = f"{first} or more" if last is None else f"between {first} and {last}"
    bounds = {"minimum": first} if last is None else {"minimum": first, "maximum": last}
    return bounds, {"expected": expected, "help": f"write a number {expected}" if last else f"write {expected}"}


def _named(values: Sequence[object]) -> Iterator[str]:
    written = (str(value).lower() if isinstance(value, bool) else value for value in values)
    return (f"`{value}`" for value in written if value not in (None, ""))


def _parts(path: str) -> list[str]:
    return [part.replace("\\", "") for part in _DOT.split(path)]


def _nested(way: Sequence[str], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in reversed(way):
        schema = {"properties": {key: schema}}
    return schema

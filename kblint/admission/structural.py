"""The schema of a custom resource, as definitions of mappings and the limits beyond them.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema

What is not set may be `null`, which the API server drops. A field with a default is filled in, so it is never missing.
A mapping with fields admits no others, as clients ask for strict validation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from msgspec import Struct, field

from kblint.admission.limits import KEYWORD, RULE, Limit
from kblint.source.regex import regex

Structure = Mapping[str, Any]
"""A schema in the form of `openAPIV3Schema`."""
Wrap = Callable[[Mapping[str, Any]], Mapping[str, Any]]

DEEPEST = 64
"""Levels of fields that are looked into; what lies deeper may be anything."""
MOST_VALUES = 32
"""Values that are named where another one is refused; an error of the schema holds all of them, each time."""
MOST = 20_000
"""Mappings with fields in one schema; of any more, what lies behind may be anything."""
_NO_WORD = regex(r"[^\w.-]", re.ASCII)
"""What cannot stand in a reference to a definition."""
_ROOT = ("apiVersion", "kind", "metadata", "status")
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_BOUNDS = (
    ("minLength", "{} characters or more", "write more"),
    ("maxLength", "at most {} characters long", "shorten it"),
    ("minItems", "a list of {} or more", "add to it"),
    ("maxItems", "a list of at most {}", "split it"),
    ("minProperties", "a mapping with {} keys or more", "add to it"),
    ("maxProperties", "a mapping with at most {} keys", "take some out"),
)

_BOUNDING = frozenset({*(key for key, _, _ in _BOUNDS), "minimum", "maximum", "enum", "pattern"})
"""What of a definition bounds a value; most say nothing of it."""


class Converted(Struct):
    """What is made of a schema: definitions by name, what is refused beyond them, and its rules in CEL.

    A rule is an expression, with the schema of the value that it is about.
    """

    definitions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    limits: dict[str, list[Limit]] = field(default_factory=dict)
    rules: list[tuple[str, Structure]] = field(default_factory=list)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The definitions that each whole object is made of, its own among them."""

    def add(self, name: str, schema: Structure) -> str:
        """Take in the schema of a whole object under a name; what it is called then."""
        before = len(self.definitions)
        made = self._mapping(name, schema, 0, is_root=True)
        self.members[made] = tuple(islice(self.definitions, before, None))
        return made

    def _mapping(self, name: str, schema: Structure, depth: int, *, is_root: bool = False) -> str:
        name = _NO_WORD.sub("_", name)
        while name in self.definitions:
            name += "_"
        fields = {key: value for key, value in _mapped(schema, "properties").items() if isinstance(value, dict)}
        limits = self.limits.setdefault(name, [])
        properties: dict[str, Any] = {}
        self.definitions[name] = {"type": ["object", "null"], "properties": properties}
        for key, inner in fields.items():
            if is_root and key in _ROOT:
                continue
            properties[key] = self._value(f"{name}.{key}", inner, depth + 1)
            wrap = _within(key)
            limits.extend(self._limits(inner, wrap, depth + 1))
            limits.extend(_unique(key, inner))
        always = _ROOT if is_root or schema.get("x-kubernetes-embedded-resource") is True else ()
        properties |= {key: {} for key in always if key not in properties}
        wanted = schema.get("required")
        required = [
            key
            for key in (wanted if isinstance(wanted, list) else ())
            if isinstance(key, str) and key not in always and "default" not in fields.get(key, {})
        ]
        is_open = schema.get("x-kubernetes-preserve-unknown-fields") is True or bool(schema.get("additionalProperties"))
        self.definitions[name] = {
            **self.definitions[name],
            **({"required": required} if required else {}),
            **({} if is_open else {"additionalProperties": False}),
        }
        if is_root:
            # the object itself has no field that could be pointed at
            limits.extend(self._rules(schema, lambda found: found, ("spec",)))
        return name

    def _value(self, name: str, schema: Structure, depth: int) -> Mapping[str, Any]:
        """What may stand where a field is."""
        if depth > DEEPEST or len(self.definitions) >= MOST:
            return {}
        if _takes_both(schema):
            return {"type": ["integer", "string", "null"]}
        kind = schema.get("type")
        if kind not in _TYPES:
            return {}
        if kind == "object":
            return self._object(name, schema, depth)
        if kind == "array":
            items = schema.get("items")
            inner = self._value(f"{name}-item", items, depth + 1) if isinstance(items, dict) else {}
            return {"type": ["array", "null"], "items": inner}
        options = _options(schema)
        if 0 < len(options) <= MOST_VALUES:
            return {"enum": [*options, None]}
        return {"type": [kind, "null"]}

    def _object(self, name: str, schema: Structure, depth: int) -> Mapping[str, Any]:
        free = schema.get("additionalProperties")
        if _mapped(schema, "properties") or schema.get("x-kubernetes-embedded-resource") is True:
            return {"$ref": f"#/$defs/{self._mapping(name, schema, depth)}"}
        if isinstance(free, dict):
            return {"type": ["object", "null"], "additionalProperties": self._value(f"{name}-value", free, depth + 1)}
        is_open = free is True or schema.get("x-kubernetes-preserve-unknown-fields") is True
        return {"type": ["object", "null"], **({} if is_open else {"additionalProperties": False})}

    def _limits(self, schema: Structure, wrap: Wrap, depth: int) -> Iterator[Limit]:
        """What else a value must be, and what is in it as far as no mapping with fields is met."""
        if depth > DEEPEST:
            return
        if not _takes_both(schema):
            for found, expected, help in _bounds(schema):
                yield Limit(wrap(found), expected=expected, help=help)
        yield from self._rules(schema, wrap, ())
        items, free = schema.get("items"), schema.get("additionalProperties")
        if schema.get("type") == "array" and isinstance(items, dict):
            yield from self._limits(items, lambda found: wrap({"items": found}), depth + 1)
        if schema.get("type") == "object" and isinstance(free, dict) and not _mapped(schema, "properties"):
            yield from self._limits(free, lambda found: wrap({"additionalProperties": found}), depth + 1)

    def _rules(self, schema: Structure, wrap: Wrap, at: tuple[str, ...]) -> Iterator[Limit]:
        """The rules in CEL; one that compares with what was there before says nothing of a new object."""
        written = schema.get("x-kubernetes-validations")
        for entry in written if isinstance(written, list) else ():
            rule = entry.get("rule") if isinstance(entry, dict) else None
            if isinstance(rule, str) and "oldSelf" not in rule:
                message = entry.get("message")
                says = message if isinstance(message, str) and message else f"`{' '.join(rule.split())}` does not hold"
                self.rules.append((rule, schema))
                yield Limit(
                    wrap({RULE: [len(self.rules) - 1, *at]}),
                    says=says.rstrip(".").replace("{", "(").replace("}", ")"),
                    help="its definition asks for this: change what breaks it",
                    is_rule=True,
                )


def _within(key: str) -> Wrap:
    return lambda found: {"properties": {key: found}}


def _takes_both(schema: Structure) -> bool:
    """Whether whole numbers and texts are taken; a JSON Schema says so in other words than a definition."""
    if schema.get("x-kubernetes-int-or-string") is True or schema.get("format") == "int-or-string":
        return True
    either = schema.get("oneOf") or schema.get("anyOf")
    if not isinstance(either, list):
        return False
    types = [one.get("type") for one in either if isinstance(one, dict)]
    return sorted(map(str, types)) == ["integer", "string"]


def _mapped(schema: Structure, key: str) -> Mapping[str, Any]:
    found = schema.get(key)
    return found if isinstance(found, dict) else {}


def _options(schema: Structure) -> list[object]:
    """The values that a definition lists; none where it lists something else, or takes any."""
    options = schema.get("enum")
    are_plain = isinstance(options, list) and all(isinstance(one, str | int | float) for one in options)
    return [*options] if isinstance(options, list) and are_plain else []


def _bounds(schema: Structure) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Bounds of a value as JSON Schemas, each with what a value must be and what to do."""
    if _BOUNDING.isdisjoint(schema):
        return
    for key, words, help in _BOUNDS:
        most = schema.get(key)
        if isinstance(most, int) and not isinstance(most, bool) and most >= 0:
            yield {key: most}, words.format(most), help
    for key, excluded, least in (("minimum", "exclusiveMinimum", True), ("maximum", "exclusiveMaximum", False)):
        bound = schema.get(key)
        # no JSON has a number without end, nor what is no number
        is_number = isinstance(bound, int) or (isinstance(bound, float) and math.isfinite(bound))
        if is_number and not isinstance(bound, bool):
            is_excluded = schema.get(excluded) is True
            within = f"{bound} or more" if least else f"at most {bound}"
            beyond = f"more than {bound}" if least else f"less than {bound}"
            words = beyond if is_excluded else within
            yield {excluded if is_excluded else key: bound}, words, f"write a number, {words}"
    options, kind = _options(schema), schema.get("type")
    if len(options) > MOST_VALUES and kind in _TYPES[1:]:
        is_one = {"anyOf": [{"enum": options}, {"not": {"type": kind}}]}
        words = f"one of the {len(options)} values that its definition lists"
        yield {"if": is_one, "else": False}, words, "write one that its definition lists"
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and pattern and _is_pattern(pattern):
        shown = pattern if len(pattern) <= _LONGEST_SHOWN else f"{pattern[: _LONGEST_SHOWN - 3]}..."
        yield (
            {"pattern": pattern},
            f"a text that matches `{shown}`",
            "write it in the form that its definition asks for",
        )


@cache
def _is_pattern(pattern: str) -> bool:
    """Whether a regular expression can be looked for in time that grows with the text, as the API server does it."""
    import jsonschema_rs  # noqa: PLC0415 - 15 ms, and many inputs hold no custom resource

    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except ValueError:
        return False
    return True


_LONGEST_SHOWN = 60
"""Characters of a pattern in a message."""


def _plain(value: object) -> object:
    """A default of a key, which is a text or a number; None for anything else."""
    return value if isinstance(value, str | int) else None


def _unique(name: str, schema: Structure) -> Iterator[Limit]:
    """Lists whose items are told apart by some of their fields, or by what they are."""
    kind, items = schema.get("x-kubernetes-list-type"), _mapped(schema, "items")
    keys = schema.get("x-kubernetes-list-map-keys")
    if kind == "map" and isinstance(keys, list) and keys and all(isinstance(key, str) for key in keys):
        fields = _mapped(items, "properties")
        given = [[key, _plain(_mapped(fields, key).get("default"))] for key in keys]
        words = " and ".join(f"`{key}`" for key in keys)
        check = {KEYWORD: ["unique_by", name, *given]}
        yield Limit(check, says=f"two items of `{name}` have the same {words}", help="make them differ, or remove one")
    elif kind == "set" and items.get("type") in ("string", "integer"):
        check = {KEYWORD: ["distinct", name]}
        yield Limit(check, says="`{value}` stands twice in " + f"`{name}`", help="remove one")

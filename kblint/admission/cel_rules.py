"""The rules in CEL of custom resources' definitions, evaluated as the API server does before it stores an object.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules

What cannot be evaluated is not known: a function that only the API server has, a field that is not there, a text that
something still fills in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from kblint.admission.structural import Structure
from kblint.cel.growth import check_growth
from kblint.cel.runtime import EvaluationError, Runtime, compile_all
from kblint.own_file import MistakeError
from kblint.source.templates import unknown
from kblint.source.values import texts

_SELF = frozenset({"self"})
_DEEPEST = 64
MOST = 1_000_000
"""Values that the rules of one object are held against, with what is in them. The API server bounds what rules may cost
too, and refuses a definition of which more could be asked:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions
"""
MOST_OF_ALL = 5 * MOST
"""In all objects of a run together."""
_EACH = 20
"""What one evaluation costs besides."""
_COMPILED = 2000
"""What it costs to compile an expression."""


class Rules(Struct, eq=False):
    """Expressions with the schemas of the values that they are about, each compiled when it is first met."""

    given: Sequence[tuple[str, Structure]]
    _spent: int = 0
    """What the object at hand has cost so far."""
    _spent_on_others: int = 0
    _ready: dict[str, Runtime | None] = field(default_factory=dict)

    def begin(self) -> None:
        """Another object comes."""
        self._spent_on_others += min(self._spent, MOST)
        self._spent = 0

    @property
    def is_cut(self) -> bool:
        """Whether the object at hand costs too much, or all before it did."""
        return self._spent > min(MOST, MOST_OF_ALL - self._spent_on_others)

    def breaks(self, number: int, value: object) -> bool:
        """Whether a value is known to break a rule; also where that would cost too much, so that no other is asked."""
        expression, schema = self.given[number]
        self._spent += _EACH + (0 if self.is_cut else _size(value)) + (0 if expression in self._ready else _COMPILED)
        if self.is_cut:
            return True
        if value is None or any(map(unknown, texts(value))):
            return False
        if expression not in self._ready:
            self._ready[expression] = compiled(expression)
        runtime = self._ready[expression]
        if runtime is None:
            return False
        try:
            return runtime.value(expression, runtime.bindings({"self": filled(schema, value)})) is False
        except EvaluationError:
            return False

    @property
    def keyword(self) -> type:
        """What runs the rules as a keyword of a JSON Schema: its value is a rule's number, and the path to tell."""
        rules = self

        class Ruled:
            """A rule where it stands in the schema."""

            def __init__(self, _: object, value: Sequence[Any], __: object) -> None:
                self._number, *self._at = value

            def validate(self, instance: object) -> None:
                """Raise ValueError if `instance` breaks the rule, as `limits.Checked` does."""
                if rules.breaks(self._number, instance):
                    raise ValueError(json.dumps([self._at, None]))

        return Ruled


def _size(value: object) -> int:
    """How many values are in one, itself included."""
    count, pending = 0, [value]
    while pending:
        one = pending.pop()
        count += 1
        if isinstance(one, dict | list):
            pending.extend(one.values() if isinstance(one, dict) else one)
    return count


def filled(schema: Structure, value: object, depth: int = 0) -> object:
    """A value with its defaults, and without what is null."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        items = schema.get("items")
        return [filled(items, item, depth + 1) if isinstance(items, dict) else item for item in value]
    if not isinstance(value, dict):
        return value
    fields, free = schema.get("properties"), schema.get("additionalProperties")
    known = {key: one for key, one in fields.items() if isinstance(one, dict)} if isinstance(fields, dict) else {}
    there = {key: inner for key, inner in value.items() if inner is not None}
    there |= {key: one["default"] for key, one in known.items() if key not in there and "default" in one}
    return {
        key: filled(schema_of, inner, depth + 1) if isinstance(schema_of := known.get(key, free), dict) else inner
        for key, inner in there.items()
    }


def compiled(expression: str) -> Runtime | None:
    """What evaluates an expression; None for one that only the API server understands."""
    try:
        check_growth(expression)
        return Runtime(_SELF, compile_all(frozenset({expression}), _SELF))
    except (MistakeError, RuntimeError):
        # the API server has functions of its own, and takes longer expressions
        return None

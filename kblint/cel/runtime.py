"""Compiled expressions: serialised in the catalogue's cache, brought back when first needed, run on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct, field

from kblint.cel import plain
from kblint.cel.growth import MOST, Growth, growth, longest_in
from kblint.cel.library import library

_NO_KEY = "NOT_FOUND: "
"""How CEL says that a key is missing in a map: for us, that a value is unknown (see `row`)."""


class Unresolved:
    """The value of an expression that rests on something unknown."""

    def __repr__(self) -> str:
        return "UNRESOLVED"


UNRESOLVED = Unresolved()


class EvaluationError(Exception):
    """Private to the engine: CEL could not evaluate `expression`; `evaluate` says of which rule and on what."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(reason)
        self.expression = expression
        self.reason = reason


class _Cel(NamedTuple):
    """The environment that expressions run in, and the types of results that are an error or null."""

    environment: Any
    error: Any
    null: Any


class Bindings(Struct, frozen=True, eq=False, dict=True):
    """Values bound to variables, as CEL takes them; made when the first expression asks."""

    _runtime: Runtime
    values: Mapping[str, object]

    @cached_property
    def activation(self) -> Any:
        """The values as they are."""
        return self._runtime.environment.Activation(self.values)

    @cached_property
    def longest(self) -> int:
        """The length of the longest text or list among them."""
        return longest_in(dict(self.values))

    @cached_property
    def encodable(self) -> Any:
        r"""The values with `?` for lone surrogates, which JSON's "\ud800" can write and no CEL string can hold."""
        return self._runtime.environment.Activation({name: _encodable(value) for name, value in self.values.items()})


class Runtime(Struct, frozen=True, eq=False, dict=True):
    """Runs the expressions of a catalogue.

    `names` are all variables that any expression uses; `code` holds each expression's compiled form by its text.
    """

    names: frozenset[str]
    code: Mapping[str, bytes]
    _ready: dict[str, Any] = field(default_factory=dict)
    _plain: dict[str, plain.Plain | None] = field(default_factory=dict)
    _growth: dict[str, Growth] = field(default_factory=dict)

    @cached_property
    def _cel(self) -> _Cel:
        return _cel(self.names)

    @property
    def environment(self) -> Any:
        """What expressions run in, made when the first of them is not plain."""
        return self._cel.environment

    def bindings(self, values: Mapping[str, object]) -> Bindings:
        """Plain values bound to variables, to be used for any number of expressions."""
        return Bindings(self, values)

    def value(self, expression: str, bindings: Bindings) -> object:
        """What `expression` gives: a plain value, or UNRESOLVED.

        Raises:
            EvaluationError: it cannot be evaluated.
        """
        if expression not in self._plain:
            self._plain[expression] = _plain(expression)
        known = self._plain[expression]
        if known and (answer := known.holds(bindings.values)) is not None:
            return answer
        ready = self._ready.get(expression)
        if ready is None:
            ready = self._ready[expression] = self._cel.environment.deserialize(self.code[expression])
            self._growth[expression] = growth(expression)
        grows = self._growth[expression]
        if not grows.is_small and grows.most(max(bindings.longest, len(expression))) > MOST:
            raise EvaluationError(expression, f"what it makes could have more than {MOST:,} characters")
        try:
            result = ready.eval(bindings.activation)
        except RuntimeError:
            result = _evaluated_again(ready, expression, bindings)
        if result.type() == self._cel.null:
            return None  # `plain_value` gives None without counting it, and a process that runs out of them ends
        if result.type() != self._cel.error:
            return result.plain_value()
        reason = str(result.value())
        if reason.startswith(_NO_KEY):
            return UNRESOLVED
        raise EvaluationError(expression, reason.partition(": ")[2] or reason)


def _plain(expression: str) -> plain.Plain | None:
    """What is plain in an expression; all of it in one that may make long texts, as that is told."""
    parsed = plain.parse(expression)
    return parsed if parsed and (plain.is_whole(parsed) or growth(expression).is_small) else None


def compile_all(expressions: frozenset[str], names: frozenset[str]) -> dict[str, bytes]:
    """The compiled form of each expression, in an environment where nothing is known of the variables but their names.

    The expressions are expected to have passed the type checker.
    """
    environment = _cel(names).environment
    return {expression: environment.compile(expression).serialize() for expression in sorted(expressions)}


def _cel(names: frozenset[str]) -> _Cel:
    cel, strings = library()
    types = dict.fromkeys(sorted(names), cel.Type.DYN)
    return _Cel(cel.NewEnv(variables=types, extensions=[strings.ExtStrings()]), cel.Type.ERROR, cel.Type.NULL)


def _evaluated_again(ready: Any, expression: str, bindings: Bindings) -> Any:
    """The result on values that CEL can hold; the binding raises RuntimeError on others."""
    try:
        return ready.eval(bindings.encodable)
    except RuntimeError as error:
        raise EvaluationError(expression, str(error)) from error


def _encodable(value: object) -> object:
    """`value` with `?` where a character cannot be encoded."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return value

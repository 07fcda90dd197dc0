"""Manifests in the files of known charts, filled in from the values of a release; every value keeps its place.

A text `${…}` is the value that the expression leads to, with its place; inside a text it is written into it. Mappings
may hold directives: `$if`, `$each` with `$as`, `$let`, `$at`, each with what it is about as `$do`; `$merge`, mappings
laid over each other; `$as-texts`, a mapping with its values as strings. What is nothing is left out. What stands
nowhere in the values stands where the nearest thing around it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.charts.cursor import Cursor, Placed
from kblint.charts.expression import NotKnownError, evaluated, text, truth
from kblint.source.regex import regex
from kblint.source.text import Span
from kblint.source.values import PositionedDict, PositionedList, Unknown

_WHOLE = regex(r"\$\{([^{}]*)\}\Z")
_PART = regex(r"\$\{([^{}]*)\}")
_DIRECTIVES = frozenset({"$if", "$each", "$let", "$at", "$merge", "$as-texts"})


class Filled(Struct, frozen=True):
    """A value and where it, and its key, stands."""

    value: object
    span: Span
    key_span: Span


def items(over: object) -> list[Cursor]:
    """What `$each` goes through."""
    if isinstance(over, Cursor):
        return list(over.items())
    return [one for one in over if isinstance(one, Cursor)] if isinstance(over, list) else []


MOST_PARTS = 20_000
"""MadeParts of all manifests of one release: what is repeated inside of something repeated grows by the square."""


class TooMuchError(Exception):
    """The values of a release make more than anybody can mean, or all releases together do."""


class MadeParts(Struct):
    """How many parts of manifests are made: of one release, and of all of a run, of which `most` are made."""

    most: int = MOST_PARTS
    of_all: int = 0
    of_one: int = 0

    @property
    def is_over(self) -> bool:
        """Whether no further release is filled in."""
        return self.of_all > self.most

    def begin(self) -> MadeParts:
        """The same before another release."""
        self.of_one = 0
        return self

    def add(self) -> None:
        """Note one more.

        Raises:
            TooMuchError: that is one too many.
        """
        self.of_one += 1
        self.of_all += 1
        if self.is_over:
            raise TooMuchError(f"releases make more than {self.most:,} parts of manifests; from here on none is made")
        if self.of_one > MOST_PARTS:
            raise TooMuchError(f"this release makes more than {MOST_PARTS:,} parts of manifests, and none is followed")


class Filling(Struct, frozen=True):
    """What expressions may name, and where what is written in the template itself stands."""

    names: Mapping[str, object]
    head: Span
    parts: MadeParts = field(default_factory=MadeParts)
    """How much was filled in so far."""

    def having(self, **names: object) -> Filling:
        """The same with more names."""
        return replace(self, names={**self.names, **names})

    def filled(self, template: object) -> Iterator[Filled]:
        """What a template makes: one value; none where it is left out, several where it is repeated.

        Raises:
            NotKnownError: that depends on something that cannot be known.
            TooMuchError: it makes more parts than are made.
        """
        self.parts.add()
        if isinstance(template, Mapping):
            directive = next((key for key in template if key in _DIRECTIVES), None)
            if directive:
                yield from self._directed(directive, template)
            else:
                yield Filled(self._mapping(template), self.head, self.head)
        elif isinstance(template, list):
            yield Filled(self._sequence(template), self.head, self.head)
        elif isinstance(template, str) and "${" in template:
            yield from self._text(template)
        elif template is not None:
            yield Filled(template, self.head, self.head)

    def _directed(self, directive: str, template: Mapping[str, object]) -> Iterator[Filled]:
        body = template.get("$do")
        match directive:
            case "$if":
                if truth(evaluated(str(template["$if"]), self.names)):
                    yield from self.filled(body)
                elif "$else" in template:
                    yield from self.filled(template["$else"])
            case "$each":
                over = evaluated(str(template["$each"]), self.names)
                for item in items(over):
                    inner = self.having(**{str(template["$as"]): item})
                    yield from replace(inner, head=item.key_span).filled(body)
            case "$let":
                yield from self.bound(template["$let"]).filled(body)
            case "$at":
                at = evaluated(str(template["$at"]), self.names)
                yield from (replace(self, head=at.key_span) if isinstance(at, Cursor) else self).filled(body)
            case "$as-texts":
                over = evaluated(str(template["$as-texts"]), self.names)
                if isinstance(over, Cursor):
                    yield Filled(self._texts(over), over.span, over.key_span)
            case _:
                yield Filled(self._merged(template["$merge"]), self.head, self.head)

    def bound(self, names: object) -> Filling:
        """With names for expressions, each of which may use those before it; unknown where it cannot be known."""
        scope = self
        for name, expression in names.items() if isinstance(names, Mapping) else ():
            scope = scope.having(**{name: _bound(expression, scope)})
        return scope

    def _text(self, template: str) -> Iterator[Filled]:
        whole = _WHOLE.match(template)
        try:
            if whole:
                found = evaluated(whole[1], self.names)
                if not isinstance(found, Cursor | Placed):
                    found = Placed(found, self.head, self.head)
                if (value := found.value) is not None:
                    yield Filled(value, found.span, found.key_span)
                return
            written = _PART.sub(lambda match: text(evaluated(match[1], self.names)), template)
            yield Filled(written, self._first(template), self.head)
        except NotKnownError:
            # as if somebody had written a placeholder there
            yield Filled(Unknown(template), self.head, self.head)

    def _first(self, template: str) -> Span:
        """Where the first value in a text stands."""
        found = (evaluated(match[1], self.names) for match in _PART.finditer(template))
        return next((one.span for one in found if isinstance(one, Cursor) and one.is_written), self.head)

    def _mapping(self, template: Mapping[str, object]) -> PositionedDict:
        found = PositionedDict(self.head)
        for key, below in template.items():
            for one in self.filled(below):
                found.put(key, one.value, one.key_span, one.span)
        return found

    def _texts(self, over: Cursor) -> PositionedDict:
        """A mapping of which all values are strings, as charts make them of whatever is written."""
        found = PositionedDict(over.span)
        for one in over.items():
            value = one.value
            if not isinstance(value, Unknown | str | dict | list):
                value = text(value)
            found.put(str(one.path[-1]), value, one.key_span, one.span)
        return found

    def _sequence(self, template: list[object]) -> PositionedList:
        found = PositionedList(self.head)
        for below in template:
            for one in self.filled(below):
                if isinstance(one.value, PositionedList) and isinstance(below, str):
                    for item, span in zip(one.value, one.value.item_spans, strict=True):
                        found.put(item, span)
                else:
                    found.put(one.value, one.span)
        return found

    def _merged(self, templates: object) -> PositionedDict:
        found = PositionedDict(self.head)
        for template in templates if isinstance(templates, list) else ():
            for one in self.filled(template):
                if isinstance(one.value, PositionedDict):
                    for key, value in one.value.items():
                        found.put(key, value, one.value.key_spans[key], one.value.value_spans[key])
        return found


def _bound(expression: object, filling: Filling) -> object:
    """What a name stands for: an expression, or one for each of several, by their names."""
    try:
        if isinstance(expression, Mapping):
            over = items(evaluated(expression["$each"], filling.names))
            inner = (filling.having(**{expression["$as"]: item}) for item in over)
            return {one.path[-1]: _bound(expression["$value"], it) for one, it in zip(over, inner, strict=True)}
        return evaluated(str(expression), filling.names)
    except NotKnownError:
        return Unknown()

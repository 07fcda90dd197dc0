"""From an action of a template to the values that it prints, as far as its text says which these are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from msgspec import Struct

from kblint.helm.functions import FUNCTIONS, MadeList, MadeMapping, NotTracedError, Root, Valued
from kblint.helm.marks import AtWork, Marks
from kblint.helm.scopes import Binding, Bound, Standing
from kblint.source.values import PathPart, PositionedDict, PositionedList
from kblint.syntax.go_template import Expression, FieldOf, FunctionCall, Literal

_DEEP = 60
"""Expressions that lead to each other."""


class At(Struct, frozen=True):
    """A moment of rendering: the bindings, the actions at work, and the rounds of loops."""

    scope: Binding
    frames: tuple[AtWork, ...]
    rounds: Mapping[int, int]
    root: Root


class Leaves(Struct, frozen=True):
    """The `values` that a release is rendered with, and its templates' actions by file and offset."""

    values: PositionedDict
    marks: Marks
    standings: Mapping[str, Mapping[int, Standing]]

    def printed(self, frames: tuple[AtWork, ...], rounds: Iterable[tuple[int, int]], prefix: tuple[str, ...]) -> Valued:
        """What the last of the actions at work prints.

        Raises:
            NotTracedError: nobody can tell.
        """
        standing = self.standing(frames[-1])
        if standing is None:
            raise NotTracedError
        return self._value(standing.value, At(standing.scope, frames[:-1], dict(rounds), Root(prefix)), 0)

    def standing(self, frame: AtWork) -> Standing | None:
        """The action of a frame with its bindings."""
        printed = self.marks.printed[frame.printed]
        return self.standings.get(printed.file, {}).get(printed.action.span.start)

    def _value(self, expression: Expression | None, at: At, depth: int) -> Valued:
        if depth > _DEEP or expression is None:
            raise NotTracedError
        if isinstance(expression, Literal):
            return Valued(expression.value)
        if isinstance(expression, FieldOf):
            of = expression.of
            if of is None:
                found = self._dot(at, depth)
            elif isinstance(of, str):
                found = self._variable(of, at, depth)
            else:
                found = self._value(of, at, depth + 1)
            for key in expression.keys:
                found = self._entry(found, key)
            return found
        return self._called(expression, at, depth)

    def _entry(self, found: Valued, key: str) -> Valued:
        if isinstance(found.value, Root):
            if key != "Values":
                raise NotTracedError
            under = Valued(self.values, ())
            for part in found.value.prefix:
                under = under.child(part)
            return under
        return found.child(key)

    def _dot(self, at: At, depth: int) -> Valued:
        for scope in at.scope.chain():
            if scope.bound in (Bound.DOT, Bound.ITEM, Bound.FILE, Bound.PARAMETER):
                return self._bound(scope, at, depth)
        raise NotTracedError

    def _variable(self, name: str, at: At, depth: int) -> Valued:
        for scope in at.scope.chain():
            if scope.name == name and scope.bound not in (Bound.FILE, Bound.PARAMETER):
                return self._bound(scope, at, depth)
            if name == "$" and scope.bound in (Bound.FILE, Bound.PARAMETER):
                return self._bound(scope, at, depth)
        raise NotTracedError

    def _bound(self, scope: Binding, at: At, depth: int) -> Valued:
        """What a binding stands for."""
        if scope.bound is Bound.FILE:
            return Valued(at.root)
        if scope.bound is Bound.PARAMETER:
            return self._parameter(scope.name, at, depth)
        outside = _outside(scope, at)
        value = self._value(scope.value, outside, depth + 1)
        if scope.loop is None:
            return value
        loop = self.marks.loops.index(scope.loop) if scope.loop in self.marks.loops else -1
        number = at.rounds.get(loop)
        if number is None:
            raise NotTracedError
        key = _key(value, number)
        child = value.child(key)
        return Valued(key, child.path, is_key=True) if scope.bound is Bound.KEY_VARIABLE else child

    def _parameter(self, name: str, at: At, depth: int) -> Valued:
        """What a named template was called with, by the innermost action at work that calls it."""
        if not at.frames:
            raise NotTracedError
        *before, frame = at.frames
        standing = self.standing(frame)
        if standing is None:
            raise NotTracedError
        there = At(standing.scope, tuple(before), dict(frame.rounds), at.root)
        for argument, moment in self._calls(standing.value, name, there, depth):
            return self._value(argument, moment, depth + 1)
        raise NotTracedError

    def _calls(self, expression: Expression, name: str, at: At, depth: int) -> Iterable[tuple[Expression, At]]:
        """The calls of a named template in an expression, through its variables, with what each hands on."""
        if depth > _DEEP:
            raise NotTracedError
        if isinstance(expression, FunctionCall):
            if expression.name == "include" and len(expression.arguments) == 2:
                first, handed = expression.arguments
                if isinstance(first, Literal) and first.value == name:
                    yield handed, at
            for argument in expression.arguments:
                yield from self._calls(argument, name, at, depth + 1)
        elif isinstance(expression, FieldOf) and isinstance(expression.of, str):
            for scope in at.scope.chain():
                if scope.name == expression.of and scope.bound is Bound.VARIABLE and scope.value is not None:
                    yield from self._calls(scope.value, name, _outside(scope, at), depth + 1)
                    return
        elif isinstance(expression, FieldOf) and expression.of is not None and not isinstance(expression.of, str):
            yield from self._calls(expression.of, name, at, depth + 1)

    def _called(self, call: FunctionCall, at: At, depth: int) -> Valued:
        function = FUNCTIONS.get(call.name)
        if function is None:
            raise NotTracedError
        return function([partial(self._value, one, at, depth + 1) for one in call.arguments])


def _outside(scope: Binding, at: At) -> At:
    """The moment at which what a binding stands for was worked out: around it, and around its own loop."""
    around = scope.around
    while around is not None and scope.loop is not None and around.loop == scope.loop:
        around = around.around
    return At(around or scope, at.frames, at.rounds, at.root)


def _key(value: Valued, number: int) -> PathPart:
    """The index or key of a round of a loop: mappings are gone through in the order of their keys."""
    held = value.value
    if isinstance(held, PositionedDict | MadeMapping):
        keys = sorted(held if isinstance(held, PositionedDict) else held.entries)
        if number >= len(keys):
            raise NotTracedError
        return keys[number]
    if isinstance(held, PositionedList | MadeList):
        return number
    raise NotTracedError

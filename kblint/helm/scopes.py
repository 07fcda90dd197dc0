"""What the dot and the variables of a template stand for at each action, as far as its text says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from msgspec import Struct

from kblint.syntax.go_template import (
    OPENING,
    Expression,
    Literal,
    NoTemplateError,
    Pipeline,
    TemplateAction,
    actions,
    pipeline,
)


class Bound(Enum):
    """How something is bound."""

    FILE = "the root of a template file"
    PARAMETER = "what a named template is called with"
    DOT = "with"
    ITEM = "range"
    VARIABLE = "a variable"
    ITEM_VARIABLE = "the element of a loop"
    KEY_VARIABLE = "the index or key of a loop"


class Binding(Struct, frozen=True, eq=False):
    """One binding, and those around it.

    `name` is that of a variable or named template, `value` what is bound (None where nobody knows), `loop` the template
    and offset of the `range` that binds.
    """

    bound: Bound
    name: str
    value: Expression | None
    loop: tuple[str, int] | None
    around: Binding | None

    def chain(self) -> Iterator[Binding]:
        """This binding and those around it, outward; nothing beyond the template that they stand in."""
        scope: Binding | None = self
        while scope is not None:
            yield scope
            scope = None if scope.bound in (Bound.FILE, Bound.PARAMETER) else scope.around


class Standing(Struct, frozen=True):
    """An action that prints with its value and what is bound there."""

    value: Expression
    scope: Binding


def standings(file: str, text: str) -> Mapping[int, Standing]:
    """The actions of a template that print, by their offset; nothing where it is none."""
    try:
        return _Walk(file, text).all()
    except NoTemplateError:
        return {}


class _Walk:
    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._scope = Binding(Bound.FILE, "", None, None, None)
        self._open: list[Binding] = []
        """What was bound before each block that is open."""

    def all(self) -> Mapping[int, Standing]:
        found: dict[int, Standing] = {}
        for action in actions(self._text):
            if action.keyword in OPENING:
                self._open.append(self._scope)
                self._opened(action)
            elif action.keyword == "else":
                self._scope = self._kept(self._open[-1]) if self._open else self._scope
                if said := self._said(action, "else"):
                    word, _, rest = said.partition(" ")
                    self._bind(word, pipeline(rest), action)
            elif action.keyword == "end":
                self._scope = self._kept(self._open.pop()) if self._open else self._scope
            elif action.keyword == "=":
                said_pipeline = pipeline(self._said(action, ""))
                if said_pipeline and len(said_pipeline.variables) == 1:
                    self._variable(said_pipeline.variables[0], said_pipeline.value)
            elif action.keyword in ("", "template"):
                value = self._printed(action)
                if value is not None:
                    found[action.span.start] = Standing(value, self._scope)
        return found

    def _said(self, action: TemplateAction, keyword: str) -> str:
        return self._text[action.inner.start : action.inner.end].removeprefix(keyword).strip()

    def _printed(self, action: TemplateAction) -> Expression | None:
        said = self._said(action, "")
        found = pipeline(f"include {said.removeprefix('template')}" if action.keyword == "template" else said)
        return found.value if found else None

    def _opened(self, action: TemplateAction) -> None:
        said = self._said(action, action.keyword)
        if action.keyword in ("define", "block"):
            name = pipeline(said.partition(" ")[0])
            called = str(name.value.value) if name and isinstance(name.value, Literal) else ""
            self._scope = Binding(Bound.PARAMETER, called, None, None, self._scope)
        else:
            self._bind(action.keyword, pipeline(said), action)

    def _bind(self, keyword: str, said: Pipeline | None, action: TemplateAction) -> None:
        """What an opening action binds inside its block."""
        value = said.value if said else None
        variables = said.variables if said else ()
        if keyword == "range":
            loop = (self._file, action.span.start)
            around = self._scope
            self._scope = Binding(Bound.ITEM, "", value, loop, around)
            for name, bound in _loop_variables(variables):
                # evaluated where the loop stands, not inside of it
                self._scope = Binding(bound, name, value, loop, self._scope)
            return
        if keyword == "with":
            self._scope = Binding(Bound.DOT, "", value, None, self._scope)
        for name in variables:
            self._scope = Binding(Bound.VARIABLE, name, value, None, self._scope)

    def _variable(self, name: str, value: Expression | None) -> None:
        self._scope = Binding(Bound.VARIABLE, name, value, None, self._scope)

    def _kept(self, before: Binding) -> Binding:
        """What holds after a block: what held before, but for variables that were set anew inside."""
        inside: list[str] = []
        scope: Binding | None = self._scope
        while scope is not None and scope is not before:
            if scope.bound is Bound.VARIABLE:
                inside.append(scope.name)
            scope = scope.around
        known = {one.name for one in before.chain() if one.bound is Bound.VARIABLE}
        for name in dict.fromkeys(inside):
            if name in known:
                before = Binding(Bound.VARIABLE, name, None, None, before)
        return before


def _loop_variables(variables: tuple[str, ...]) -> Iterator[tuple[str, Bound]]:
    if len(variables) == 2:
        yield variables[0], Bound.KEY_VARIABLE
    if variables:
        yield variables[-1], Bound.ITEM_VARIABLE

"""Go templates, as far as their actions: where each stands, what it does, and the pipelines in them.

https://pkg.go.dev/text/template
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import Struct

from kblint.source.regex import regex
from kblint.source.text import Span

OPENING = frozenset({"if", "with", "range", "define", "block"})
"""Keywords of actions that an `end` closes."""
_KEYWORDS = OPENING | {"else", "end", "template", "break", "continue"}
_WORD = regex(r"[a-z]+(?=[\s\"`]|\Z)")
_ASSIGNS = regex(r"\$\w*(?:\s*,\s*\$\w*)?\s*:?=")
_STRING = regex(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])+\'')
_INSIDE = regex(rf"{_STRING.pattern}|\}}\}}|[\"`]")


class TemplateAction(Struct, frozen=True):
    """`{{ … }}`: `span` with its braces, `inner` without them, the dashes that trim, and the blanks around.

    `keyword` is what it begins with, `=` for one that sets a variable, `/` for a comment; empty for one that prints.
    """

    span: Span
    inner: Span
    keyword: str
    trims_before: bool
    trims_after: bool


class NoTemplateError(Exception):
    """The text is no whole template; helm says better what is wrong with it."""


def actions(text: str) -> Iterator[TemplateAction]:
    """The actions of a template, in order.

    Raises:
        NoTemplateError: one of them does not end.
    """
    start = text.find("{{")
    while start >= 0:
        inner = start + 2
        trims_before = text.startswith("-", inner) and text[inner + 1 : inner + 2].isspace()
        inner += trims_before
        end = _end(text, inner)
        last = end
        trims_after = text[last - 1] == "-" and text[last - 2 : last - 1].isspace() and last - 1 > inner
        last -= trims_after
        while inner < last and text[inner].isspace():
            inner += 1
        while inner < last and text[last - 1].isspace():
            last -= 1
        yield TemplateAction(
            Span(start, end + 2), Span(inner, last), _keyword(text, inner, last), trims_before, trims_after
        )
        start = text.find("{{", end + 2)


def _end(text: str, start: int) -> int:
    """Where the braces stand that close an action whose content begins at `start`."""
    content = start
    while content < len(text) and text[content].isspace():
        content += 1
    if text.startswith("/*", content):
        content = text.find("*/", content)
        end = text.find("}}", content) if content >= 0 else -1
        if end < 0:
            raise NoTemplateError
        return end
    position = start
    while match := _INSIDE.search(text, position):
        if match[0] == "}}":
            return match.start()
        if match[0] in ('"', "`"):
            break
        position = match.end()
    raise NoTemplateError


def _keyword(text: str, start: int, end: int) -> str:
    if text.startswith("/*", start):
        return "/"
    word = _WORD.match(text, start, end)
    if word and word[0] in _KEYWORDS:
        return word[0]
    return "=" if _ASSIGNS.match(text, start, end) else ""


class FieldOf(Struct, frozen=True):
    """`.a.b` of what stands before it: the dot (None), a variable (its name, `$` for the root), or an expression."""

    of: Expression | str | None
    keys: tuple[str, ...]


class Literal(Struct, frozen=True):
    """A text, number, boolean or nil."""

    value: object


class FunctionCall(Struct, frozen=True):
    """A function with its arguments; what a pipe hands on comes last."""

    name: str
    arguments: tuple[Expression, ...]


Expression = FieldOf | Literal | FunctionCall
_TOKEN = regex(
    rf"(?P<blank>\s+)|(?P<string>{_STRING.pattern})|(?P<variable>\$\w*)|(?P<field>\.[^\W\d]\w*)|(?P<dot>\.)"
    r"|(?P<number>[-+]?\d[\w.]*)|(?P<word>[^\W\d]\w*)|(?P<assign>:=|=)|(?P<sign>[|(),])"
)
_DEEP = 50
"""Parentheses in each other."""
_WORDS = {"true": True, "false": False, "nil": None}


class Pipeline(Struct, frozen=True):
    """What an action says behind its keyword: the variables that it sets, and the value."""

    variables: tuple[str, ...]
    value: Expression


def pipeline(text: str) -> Pipeline | None:
    """The pipeline of an action; None where it has none, or one that is not understood."""
    try:
        return _Parser(text).pipeline()
    except NoTemplateError:
        return None


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, bool]] = []
        """Kind, text, and whether it stands right behind what is before it."""
        position, is_close = 0, False
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise NoTemplateError
            if match.lastgroup != "blank":
                self._tokens.append((match.lastgroup, match[0], is_close))
            is_close = match.lastgroup != "blank"
            position = match.end()
        self._at = 0
        self._depth = 0

    def pipeline(self) -> Pipeline:
        variables: list[str] = []
        ahead = [kind for kind, _, _ in self._tokens[:4]]
        if ahead[:2] == ["variable", "assign"]:
            variables, self._at = [self._tokens[0][1]], 2
        elif ahead == ["variable", "sign", "variable", "assign"]:
            variables, self._at = [self._tokens[0][1], self._tokens[2][1]], 4
        value = self._piped()
        if self._at < len(self._tokens):
            raise NoTemplateError
        return Pipeline(tuple(variables), value)

    def _peek(self) -> tuple[str, str, bool]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "", False)

    def _piped(self) -> Expression:
        value = self._command(None)
        while self._peek()[1] == "|" and self._peek()[0] == "sign":
            self._at += 1
            value = self._command(value)
        return value

    def _command(self, handed: Expression | None) -> Expression:
        kind, text, _ = self._peek()
        if kind == "word" and text not in _WORDS:
            self._at += 1
            arguments: list[Expression] = []
            while self._peek()[0] and self._peek()[1] not in ("|", ")", ","):
                arguments.append(self._operand())
            if handed is not None:
                arguments.append(handed)
            return FunctionCall(text, tuple(arguments))
        value = self._operand()
        if handed is not None or (self._peek()[0] and self._peek()[1] not in ("|", ")")):
            # a method with arguments, such as `.Files.Get "name"`
            while self._peek()[0] and self._peek()[1] not in ("|", ")", ","):
                self._operand()
            return FunctionCall("", (value,))
        return value

    def _operand(self) -> Expression:
        kind, text, _ = self._peek()
        self._at += 1
        match kind:
            case "string":
                return Literal(_unquoted(text))
            case "number":
                return Literal(_number(text))
            case "word" if text in _WORDS:
                return Literal(_WORDS[text])
            case "word":
                return FunctionCall(text, ())
            case "variable":
                return self._fields(text)
            case "dot":
                return FieldOf(None, ())
            case "field":
                self._at -= 1
                return self._fields(None, is_first=True)
            case "sign" if text == "(":
                self._depth += 1
                if self._depth > _DEEP:
                    raise NoTemplateError
                value = self._piped()
                if self._peek()[1] != ")":
                    raise NoTemplateError
                self._at += 1
                self._depth -= 1
                return self._fields(value)
        raise NoTemplateError

    def _fields(self, of: Expression | str | None, *, is_first: bool = False) -> Expression:
        keys: list[str] = []
        while self._peek()[0] == "field" and (self._peek()[2] or (is_first and not keys)):
            keys.append(self._peek()[1][1:])
            self._at += 1
        return of if not keys and isinstance(of, FieldOf | Literal | FunctionCall) else FieldOf(of, tuple(keys))


def _unquoted(text: str) -> str:
    if text[0] == "`":
        return text[1:-1]
    try:
        return str(json.loads(f'"{text[1:-1]}"'))
    except ValueError:
        return text[1:-1]


def _number(text: str) -> object:
    try:
        return int(text, 0)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            raise NoTemplateError from None

"""From a text in HCL, the language of Terraform, to its tree.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md . Written here because python-hcl2 (8.1) refuses files
that Terraform accepts: a line break after `${` or after the dot of `data.`, `/* */` before a value, `${~`, `n -10`.
"""

from __future__ import annotations

import re

from kblint.read.terraform.hcl_cursor import MAX_DEPTH, NAME, Cursor, HclSyntaxError
from kblint.read.terraform.hcl_tree import (
    Access,
    Attribute,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    Literal,
    Loop,
    Mapping,
    Opaque,
    Operation,
    Sequence,
    Template,
    Variable,
)
from kblint.source.text import Span


def parse_hcl(text: str) -> Body:
    """The body of a file. Raises HclSyntaxError."""
    parser = _Parser(text)
    body = parser.body(depth=0)
    if parser.position < len(text):
        raise HclSyntaxError("expected an attribute or a block", parser.position)
    return body


_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DIGITS = re.compile(r"[0-9]{1,9}")
_HEREDOC = re.compile(r"<<-?([A-Za-z_][\w.-]*)[ \t]*\r?\n")
_CHARACTERS = re.compile(r"[^\"\\$%\n]+")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|[<>+\-*/%]")
_TIGHTNESS = {
    mark: level
    for level, marks in enumerate(("||", "&&", "== !=", "<= >= < >", "+ -", "* / %"))
    for mark in marks.split()
}
_CONSTANTS = {"true": True, "false": False, "null": None}


class _Parser(Cursor):
    """Recursive descent. Inside of brackets a line break is only a blank, but not inside of those of a mapping."""

    # structure

    def body(self, depth: int) -> Body:
        if depth > MAX_DEPTH:
            raise HclSyntaxError(f"nested deeper than {MAX_DEPTH} levels", self.position)
        body = Body()
        while True:
            self.skip(lines=True)
            start = self.position
            if not NAME.match(self.text, start):
                return body
            name = self.name()
            name_span = Span(start, self.position)
            self.skip()
            if self.sees("=") and not self.sees("=="):
                self.position += 1
                body.attributes[name] = Attribute(name, name_span, self.expression())
            else:
                body.blocks.append(self.block(name, start, depth))
            self.skip()
            if self.position < len(self.text) and not self.sees("\n") and not self.sees("}"):
                raise HclSyntaxError("expected the end of the line", self.position)

    def block(self, type: str, start: int, depth: int) -> Block:
        labels: list[str] = []
        head = Span(start, self.position)
        while not self.takes("{"):
            if self.sees('"'):
                label = self.string()
                labels.append(label.value if isinstance(label, Literal) and isinstance(label.value, str) else "")
            else:
                if not NAME.match(self.text, self.position):
                    raise HclSyntaxError("expected `=` or `{`", self.position)
                labels.append(self.name())
            head = Span(start, self.position)
        body = self.body(depth + 1)
        self.skip(lines=True)
        self.needs("}")
        return Block(type, tuple(labels), Span(start, head.end), Span(start, self.position), body)

    # expressions

    def expression(self) -> Expression:
        self.skip()
        start = self.position
        self.deeper(start)
        test = self.operation(0)
        if self.takes("?"):
            self.skip(lines=True)
            yes = self.expression()
            self.skip(lines=True)
            self.needs(":")
            self.skip(lines=True)
            no = self.expression()
            test = Conditional(Span(start, no.span.end), test, yes, no)
        self.depth -= 1
        return test

    def operation(self, loosest: int) -> Expression:
        """Operators that bind at least as tightly as `loosest`, by precedence climbing."""
        left = self.signed()
        while True:
            self.skip()
            match = _OPERATOR.match(self.text, self.position)
            if match is None or _TIGHTNESS[match[0]] < loosest:
                return left
            self.position = match.end()
            self.skip(lines=True)
            right = self.operation(_TIGHTNESS[match[0]] + 1)
            left = Operation(Span(left.span.start, right.span.end), match[0], left, right)

    def signed(self) -> Expression:
        self.skip()
        starts: list[int] = []
        while self.position < len(self.text) and self.text[self.position] in "!-":
            starts.append(self.position)
            self.position += 1
            self.skip()
        if len(starts) > MAX_DEPTH:
            raise HclSyntaxError("expected a value", starts[0])
        value = self.accessed()
        for start in reversed(starts):
            value = Operation(Span(start, value.span.end), self.text[start], value, None)
        return value

    def accessed(self) -> Expression:
        value = self.primary()
        for _ in range(MAX_DEPTH):
            if self.sees("..."):
                return value
            if self.sees("["):
                value = self.index(value)
            elif self.sees("."):
                value = self.member(value)
            else:
                return value
        raise HclSyntaxError(f"nested deeper than {MAX_DEPTH} levels", self.position)

    def member(self, of: Expression) -> Expression:
        self.position += 1
        self.skip()
        start = self.position
        if self.takes("*"):
            return Opaque(Span(of.span.start, self.position))
        digits = _DIGITS.match(self.text, self.position)
        if digits:
            self.position = digits.end()
        key: object = int(digits[0]) if digits else self.name()
        return Access(Span(of.span.start, self.position), of, Literal(Span(start, self.position), key))

    def index(self, of: Expression) -> Expression:
        self.position += 1
        before, self.spans_lines = self.spans_lines, True
        if self.takes("*"):
            value: Expression | None = None
        else:
            value = self.expression()
        self.needs("]")
        self.spans_lines = before
        span = Span(of.span.start, self.position)
        return Opaque(span) if value is None else Access(span, of, value)

    def primary(self) -> Expression:
        self.skip()
        start = self.position
        character = self.text[start : start + 1]
        if character == '"':
            return self.string()
        if character == "(":
            return self.parenthesised()
        if character == "[":
            return self.sequence()
        if character == "{":
            return self.mapping()
        if match := _HEREDOC.match(self.text, start):
            return self.heredoc(match)
        if match := _NUMBER.match(self.text, start):
            self.position = match.end()
            return Literal(Span(start, match.end()), _number(match[0]))
        if not NAME.match(self.text, start):
            raise HclSyntaxError("expected a value", start)
        name = self.name()
        while self.sees("::"):
            self.position += 2
            name = f"{name}::{self.name()}"
        if self.sees("("):
            return self.call(name, start)
        span = Span(start, self.position)
        return Literal(span, _CONSTANTS[name]) if name in _CONSTANTS else Variable(span, name)

    def parenthesised(self) -> Expression:
        start = self.position
        self.position += 1
        before, self.spans_lines = self.spans_lines, True
        value = self.expression()
        self.needs(")")
        self.spans_lines = before
        return Operation(Span(start, self.position), "()", value, None)

    def call(self, name: str, start: int) -> Expression:
        arguments, _ = self.listed("(", ")")
        return Call(Span(start, self.position), name, arguments)

    def sequence(self) -> Expression:
        start = self.position
        items, loop = self.listed("[", "]")
        return loop or Sequence(Span(start, self.position), items)

    def listed(self, opening: str, closing: str) -> tuple[tuple[Expression, ...], Loop | None]:
        """Expressions between brackets, or the loop that stands there."""
        start = self.position
        self.needs(opening)
        before, self.spans_lines = self.spans_lines, True
        items: list[Expression] = []
        loop: Loop | None = None
        if opening == "[" and self.is_loop():
            loop = self.loop(start, closing)
        else:
            while not self.takes(closing):
                items.append(self.expression())
                self.takes("...")
                if not self.takes(","):
                    self.needs(closing)
                    break
        self.spans_lines = before
        return tuple(items), loop

    def mapping(self) -> Expression:
        start = self.position
        self.position += 1
        before, self.spans_lines = self.spans_lines, True
        if self.is_loop():
            loop = self.loop(start, "}")
            self.spans_lines = before
            return loop
        entries: list[tuple[Expression, Expression]] = []
        while not self.takes("}"):
            self.spans_lines = False
            key = self.expression()
            if isinstance(key, Variable):
                key = Literal(key.span, key.name)
            if not self.takes("=") and not self.takes(":"):
                raise HclSyntaxError("expected `=`", self.position)
            self.skip(lines=True)
            entries.append((key, self.expression()))
            self.skip()
            if not self.takes(",") and not self.sees("\n") and not self.sees("}"):
                raise HclSyntaxError("expected `,` or the end of the line", self.position)
            self.spans_lines = True
        self.spans_lines = before
        return Mapping(Span(start, self.position), tuple(entries))

    def is_loop(self) -> bool:
        self.skip()
        match = NAME.match(self.text, self.position)
        return match is not None and match[0] == "for"

    def loop(self, start: int, closing: str) -> Loop:
        self.needs("for")
        self.skip()
        variables = [self.name()]
        if self.takes(","):
            self.skip()
            variables.append(self.name())
        self.needs("in")
        collection = self.expression()
        self.needs(":")
        result = self.expression()
        name = None
        if closing == "}":
            self.needs("=>")
            name, result = result, self.expression()
            self.takes("...")
        self.skip()
        test = None
        if (match := NAME.match(self.text, self.position)) and match[0] == "if":
            self.position = match.end()
            test = self.expression()
        self.needs(closing)
        return Loop(Span(start, self.position), tuple(variables), collection, name, result, test)

    # strings

    def string(self) -> Expression:
        """A quoted string; with `%{ }` in it nobody needs its value."""
        start = self.position
        self.position += 1
        parts: list[str | Expression] = []
        is_opaque = False
        while not self.sees('"'):
            if match := _CHARACTERS.match(self.text, self.position):
                parts.append(match[0])
                self.position = match.end()
            elif self.sees("$${") or self.sees("%%{"):
                parts.append(self.text[self.position + 1 : self.position + 3])
                self.position += 3
            elif self.sees("${") or self.sees("%{"):
                is_opaque = is_opaque or self.sees("%{")
                parts.append(self.interpolation())
            elif match := _ESCAPE.match(self.text, self.position):
                parts.append(_unescaped(match[0]))
                self.position = match.end()
            elif self.position >= len(self.text) or self.sees("\n"):
                raise HclSyntaxError("expected a closing quote", start)
            else:
                parts.append(self.text[self.position])
                self.position += 1
        self.position += 1
        span = Span(start, self.position)
        if is_opaque:
            return Opaque(span)
        texts = [part for part in parts if isinstance(part, str)]
        return Literal(span, "".join(texts)) if len(texts) == len(parts) else Template(span, tuple(parts))

    def interpolation(self) -> Expression:
        """`${ value }`, with or without `~`; of a directive `%{ ... }` only the end is looked for."""
        start = self.position
        is_directive = self.sees("%{")
        self.position += 2
        if is_directive:
            return self.directive(start)
        before, self.spans_lines = self.spans_lines, True
        self.takes("~")
        value = self.expression()
        self.takes("~")
        self.needs("}")
        self.spans_lines = before
        return value

    def directive(self, start: int) -> Expression:
        end = self.text.find("}", self.position)
        line_end = self.text.find("\n", self.position)
        if end < 0 or (0 <= line_end < end):
            raise HclSyntaxError("expected `}`", start)
        self.position = end + 1
        return Opaque(Span(start, self.position))

    def heredoc(self, head: re.Match[str]) -> Expression:
        """A here-document is text; with a template in it nobody needs its value."""
        closing = re.compile(rf"^[ \t]*{re.escape(head[1])}[ \t]*\r?$", re.MULTILINE)
        end = closing.search(self.text, head.end())
        if end is None:
            raise HclSyntaxError(f"expected `{head[1]}` on a line of its own", head.start())
        self.position = end.end()
        text = self.text[head.end() : end.start()]
        span = Span(head.start(), end.end())
        return Opaque(span) if "${" in text or "%{" in text else Literal(span, text)


def _number(text: str) -> object:
    return int(text) if text.isdecimal() and len(text) < 19 else float(text)


def _unescaped(escape: str) -> str:
    if escape[1] in "uU" and len(escape) > 2:
        code = int(f"0x{escape[2:]}", 0)
        return chr(code) if code < 0x110000 else "\ufffd"
    return _ESCAPES.get(escape[1], escape)

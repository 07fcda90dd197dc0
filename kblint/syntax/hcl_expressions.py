"""Expressions of HCL: from the nodes of tree-sitter's grammar to our tree."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.source.text import Span
from kblint.syntax import hcl_tree as hcl
from kblint.syntax.grammar import Node


def span_of(node: Node) -> Span:
    """Where a node stands."""
    return Span(node.start_byte, node.end_byte)


@dataclass(frozen=True, slots=True)
class Expressions:
    """Builds the expressions of one text. What it is given holds no error and is not nested deeply."""

    text: str

    def written(self, node: Node) -> str:
        """The characters of a node."""
        return self.text[node.start_byte : node.end_byte]

    def of(self, node: Node) -> hcl.Expression:
        """The expression that a node is; nodes that only hold another one are passed through."""
        span = span_of(node)
        match node.type:
            case "expression" | "literal_value" | "template_expr" | "collection_value" | "for_expr" | "operation":
                return self._accessed(_parts(node))
            case "variable_expr":
                return hcl.Variable(span, self.written(node))
            case "numeric_lit":
                return hcl.Literal(span, _number(self.written(node)))
            case "bool_lit":
                return hcl.Literal(span, self.written(node) == "true")
            case "null_lit":
                return hcl.Literal(span, None)
            case "string_lit" | "quoted_template":
                return self.string(node)
            case "heredoc_template":
                return self._heredoc(node)
            case "tuple":
                items = (part for part in node.named_children if part.type == "expression")
                return hcl.Sequence(span, tuple(map(self.of, items)))
            case "object":
                elements = (part for part in node.named_children if part.type == "object_elem")
                return hcl.Mapping(span, tuple(map(self._entry, elements)))
            case "function_call":
                return self._call(node)
            case "for_tuple_expr" | "for_object_expr":
                return self._loop(node)
            case "conditional":
                return self._conditional(node)
            case "unary_operation":
                sign, *operand = _parts(node)
                return hcl.Operation(span, sign.type, self._accessed(operand), None)
            case "binary_operation":
                parts = _parts(node)
                at = next(index for index, part in enumerate(parts) if part.type in _OPERATORS)
                left, right = self._accessed(parts[:at]), self._accessed(parts[at + 1 :])
                return hcl.Operation(span, parts[at].type, left, right)
            case _:
                return hcl.Opaque(span)

    def _accessed(self, parts: list[Node]) -> hcl.Expression:
        """A value, and the `.key`, `[key]` and splats behind it."""
        if parts[0].type == "(":
            span = Span(parts[0].start_byte, parts[2].end_byte)
            value: hcl.Expression = hcl.Operation(span, "()", self.of(parts[1]), None)
            rest = parts[3:]
        else:
            value, rest = self.of(parts[0]), parts[1:]
        for part in rest:
            span = Span(value.span.start, part.end_byte)
            key = self._key(part)
            value = hcl.Opaque(span) if key is None else hcl.Access(span, value, key)
        return value

    def _key(self, part: Node) -> hcl.Expression | None:
        """What an accessor asks for; None for a splat."""
        if part.type == "get_attr":
            name = part.named_children[-1]
            return hcl.Literal(span_of(name), self.written(name))
        if part.type != "index":
            return None
        inner = part.named_children[0]
        if inner.type == "new_index":
            return self.of(next(child for child in inner.named_children if child.type == "expression"))
        # `.0`, of which the grammar has only the dot
        return hcl.Literal(Span(inner.start_byte + 1, inner.end_byte), _number(self.written(inner)[1:]))

    def _entry(self, element: Node) -> tuple[hcl.Expression, hcl.Expression]:
        key, value = (self.of(part) for part in element.named_children if part.type == "expression")
        return (hcl.Literal(key.span, key.name) if isinstance(key, hcl.Variable) else key), value

    def _call(self, node: Node) -> hcl.Call:
        name, *rest = node.named_children
        arguments = [part for inner in rest if inner.type == "function_arguments" for part in inner.named_children]
        values = tuple(self.of(part) for part in arguments if part.type == "expression")
        return hcl.Call(span_of(node), self.written(name), values)

    def _conditional(self, node: Node) -> hcl.Expression:
        """`a ? b : c ? d : e`, of which the grammar makes the condition `a ? b : c`; it is not."""
        branches: list[tuple[Node, Node]] = []
        while True:
            first, yes, no = (part for part in node.named_children if part.type == "expression")
            branches.append((yes, no))
            inner = _parts(first)
            if inner[0].type != "conditional" or len(inner) > 1:
                break
            node = inner[0]
        tests = [self.of(first), *(self.of(no) for _, no in reversed(branches))]
        value = tests.pop()
        for yes, _ in branches:
            test = tests.pop()
            value = hcl.Conditional(Span(test.span.start, value.span.end), test, self.of(yes), value)
        return value

    def _loop(self, node: Node) -> hcl.Loop:
        intro = next(part for part in node.named_children if part.type == "for_intro")
        names = tuple(self.written(part) for part in intro.named_children if part.type == "identifier")
        (collection,) = (self.of(part) for part in intro.named_children if part.type == "expression")
        *name, result = (self.of(part) for part in node.named_children if part.type == "expression")
        test = next((part for part in node.named_children if part.type == "for_cond"), None)
        tests = [part for part in test.named_children if part.type == "expression"] if test else []
        return hcl.Loop(
            span_of(node), names, collection, name[0] if name else None, result, self.of(tests[0]) if tests else None
        )

    def string(self, node: Node) -> hcl.Expression:
        """A quoted string; with `%{ }` in it nobody needs its value."""
        span = span_of(node)
        if any(part.type == "template_directive" for part in node.named_children):
            return hcl.Opaque(span)
        parts = [part for part in self._template(node, span.start + 1, span.end - 1) if part != ""]
        texts = [part for part in parts if isinstance(part, str)]
        return hcl.Literal(span, "".join(texts)) if len(texts) == len(parts) else hcl.Template(span, tuple(parts))

    def _template(self, node: Node, position: int, end: int) -> Iterator[str | hcl.Expression]:
        """Text and expressions in turn. Blanks beside `~` are left out, blanks that the grammar passes over kept."""
        strips = False
        for part in (part for part in node.named_children if part.type == "template_interpolation"):
            marks = [inner.type for inner in part.named_children]
            text = self.text[position : part.start_byte]
            text = text.lstrip() if strips else text
            yield _unescaped(text.rstrip() if marks[1] == "strip_marker" else text)
            yield from (self.of(inner) for inner in part.named_children if inner.type == "expression")
            strips, position = marks[-2] == "strip_marker", part.end_byte
        text = self.text[position:end]
        yield _unescaped(text.lstrip() if strips else text)

    def _heredoc(self, node: Node) -> hcl.Expression:
        """A here-document is text; with a template in it nobody needs its value."""
        span = span_of(node)
        if any(part.type in ("template_interpolation", "template_directive") for part in node.named_children):
            return hcl.Opaque(span)
        start = self.text.index("\n", span.start) + 1
        text = self.text[start : self.text.rindex("\n", start - 1, span.end) + 1]
        text = text.replace("$${", "${").replace("%%{", "%{")
        return hcl.Literal(span, textwrap.dedent(text) if self.text.startswith("<<-", span.start) else text)


_OPERATORS = frozenset(("||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"))
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|([$%])\2\{")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _parts(node: Node) -> list[Node]:
    return [part for part in node.children if part.type != "comment"]


def _number(text: str) -> object:
    return int(text) if text.isdecimal() and len(text) < 19 else float(text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[2]}{{"
    if len(match[1]) == 1:
        return _ESCAPES.get(match[1], match[0])
    code = int(match[1][1:], base=16)
    return chr(code) if code < 0x110000 else "\ufffd"

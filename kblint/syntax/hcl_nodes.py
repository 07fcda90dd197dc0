"""Expressions of HCL as nodes of tree-sitter's grammar: what they are made of, their strings and numbers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from kblint.source.regex import regex
from kblint.source.text import Span
from kblint.source.values import Unknown
from kblint.syntax.grammar import Node


def span_of(node: Node) -> Span:
    """Where a node stands."""
    return Span(node.start_byte, node.end_byte)


_HOLDERS = frozenset(("expression", "literal_value", "template_expr", "collection_value", "for_expr", "operation"))


def opened(parts: Sequence[Node]) -> Sequence[Node]:
    """The parts of an expression without the nodes that only hold it."""
    while len(parts) == 1 and parts[0].type in _HOLDERS:
        parts = parts_of(parts[0])
    return parts


def parts_of(node: Node) -> list[Node]:
    """The nodes right below, without comments."""
    return [part for part in node.children if part.type != "comment"]


def named(node: Node, type: str) -> list[Node]:
    """The nodes of one type right below."""
    return [part for part in node.named_children if part.type == type]


def string(text: str, node: Node) -> list[str | Node] | None:
    """Text and expressions of a quoted string in turn; None with `%{ }` in it: nobody needs its value.

    Blanks beside `~` are left out, blanks that the grammar passes over kept.
    """
    if any(part.type == "template_directive" for part in node.named_children):
        return None
    found: list[str | Node] = []
    strips, position = False, node.start_byte + 1
    for part in (part for part in node.named_children if part.type == "template_interpolation"):
        marks = [inner.type for inner in part.named_children]
        before = text[position : part.start_byte]
        before = before.lstrip() if strips else before
        found.append(_ESCAPED.sub(_character, before.rstrip() if marks[1] == "strip_marker" else before))
        found.extend(inner for inner in part.named_children if inner.type == "expression")
        strips, position = marks[-2] == "strip_marker", part.end_byte
    after = text[position : node.end_byte - 1]
    found.append(_ESCAPED.sub(_character, after.lstrip() if strips else after))
    return [part for part in found if part != ""]


def here_document(text: str, node: Node) -> str | None:
    """The text of a here-document; None with a template in it: nobody needs its value."""
    if any(part.type in ("template_interpolation", "template_directive") for part in node.named_children):
        return None
    start = text.index("\n", node.start_byte) + 1
    document = text[start : text.rindex("\n", start - 1, node.end_byte) + 1]
    document = document.replace("$${", "${").replace("%%{", "%{")
    return textwrap.dedent(document) if text.startswith("<<-", node.start_byte) else document


def number(text: str) -> int | float | Unknown:
    """A number as it is written; not known where the grammar takes for one what Terraform does not, such as `0x50`."""
    try:
        return int(text) if text.isdecimal() and len(text) < 19 else float(text)
    except ValueError:
        return Unknown(text)


_ESCAPED = regex(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|([$%])\2\{")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _character(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[2]}{{"
    if len(match[1]) == 1:
        return _ESCAPES.get(match[1], match[0])
    code = int(match[1][1:], base=16)
    return chr(code) if code < 0x110000 else "\ufffd"

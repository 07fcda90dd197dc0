"""Values of Terraform's expressions with where they are written: objects and lists, and YAML in here-documents."""

from __future__ import annotations

import re

from kblint.read.terraform.functions import as_text
from kblint.read.terraform.values import Scope
from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList, Unknown
from kblint.syntax.grammar import Node
from kblint.syntax.hcl_nodes import named, opened, span_of
from kblint.syntax.passage import InSource, Passage, whole

_DEEP = 100
"""Levels of an object that are read."""
_MARGIN = regex(r"^[ \t]*(?=[^ \t\n])", re.MULTILINE)


def positioned(scope: Scope, node: Node, depth: int = 0) -> object:
    """An object or list with the places of what is in it; anything else as a plain value, or unknown."""
    (inner, *rest) = opened((node,))
    if rest or depth > _DEEP:
        return placed(scope.value(node), span_of(node))
    if inner.type == "object":
        found = PositionedDict(span_of(inner))
        for element in named(inner, "object_elem"):
            key, value = named(element, "expression")
            word = scope.key(key)
            if word is not None:
                found.put(word, positioned(scope, value, depth + 1), span_of(key), span_of(value))
        return found
    if inner.type == "tuple":
        items = PositionedList(span_of(inner))
        for item in named(inner, "expression"):
            items.put(positioned(scope, item, depth + 1), span_of(item))
        return items
    return placed(scope.value(node), span_of(node))


def placed(value: object, span: Span) -> object:
    """A value that is written elsewhere, in a local or variable: all of it stands where it is named."""
    if isinstance(value, PositionedDict | PositionedList):
        return value
    if isinstance(value, dict):
        found = PositionedDict(span)
        for key, inner in value.items():
            found.put(str(key), placed(inner, span), span, span)
        return found
    if isinstance(value, list):
        items = PositionedList(span)
        for inner in value:
            items.put(placed(inner, span), span)
        return items
    return value


def here_text(scope: Scope, source: Source, node: Node) -> Passage | None:
    """The text of a here-document, without its margin, with what is put into it as far as that is known.

    None where it holds directives, `%{ }`: what comes of them is for Terraform to work out.
    """
    if any(part.type == "template_directive" for part in node.named_children):
        return None
    text = source.text
    start = text.index("\n", node.start_byte) + 1
    end = text.rindex("\n", start - 1, node.end_byte) + 1
    edits: list[tuple[int, int, str]] = []
    for part in named(node, "template_interpolation"):
        values = [scope.value(inner) for inner in named(part, "expression")]
        known = as_text(values[0]) if len(values) == 1 and not isinstance(values[0], Unknown) else None
        if known is not None and "\n" not in known:
            edits.append((part.start_byte - start, part.end_byte - start, known))
    edits += [(match.start(), match.start() + 1, "") for match in re.finditer(r"\$\$\{|%%\{", text[start:end])]
    if text.startswith("<<-", node.start_byte):
        margins = list(_MARGIN.finditer(text[start:end]))
        width = min((match.end() - match.start() for match in margins), default=0)
        edits += [(match.start(), match.start() + width, "") for match in margins if width]
    return whole(text, InSource(source)).cut(start, end).replaced(sorted(edits))

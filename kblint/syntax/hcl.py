"""From a text in HCL, the language of Terraform, to its blocks and attributes, by tree-sitter's grammar.

Expressions stay nodes of the grammar. It takes a little more than Terraform does: what it lets pass is looked at here.
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from kblint.source.regex import regex
from kblint.source.text import Span
from kblint.syntax.grammar import Node, found, parse
from kblint.syntax.hcl_nodes import span_of, string

MAX_DEPTH = 200
"""Levels of the grammar's tree that are read; an object in an object takes four."""
MOST_AGAIN = 400_000
"""Characters read a second time: reading starts again behind each broken block or attribute."""


class Attribute(Struct, frozen=True, eq=False):
    """`name = value`."""

    name: str
    name_span: Span
    value: Node


class Block(Struct, frozen=True, eq=False):
    """`type "label" "label" { ... }`; `head` is all before the brace."""

    type: str
    labels: tuple[str, ...]
    head: Span
    span: Span
    body: Body


class Body(Struct, frozen=True, eq=False):
    """What stands between the braces of a block, or in a whole file."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def blocks_of(self, type: str) -> Iterator[Block]:
        """The blocks of one type."""
        return (block for block in self.blocks if block.type == type)


class HclFault(Struct, frozen=True):
    """What is wrong with a text, and the offset where that shows."""

    message: str
    offset: int


class HclFile(Struct, frozen=True, eq=False):
    """What can be read of a text, without the blocks and attributes that are broken; `fault` is the first of these."""

    body: Body = field(default_factory=Body)
    fault: HclFault | None = None
    cut: HclFault | None = None
    """Where a limit keeps it from being read, or looked at."""


def parse_hcl(text: str) -> HclFile:
    """The body of a file."""
    body = Body()
    first: HclFault | None = None
    cuts: list[HclFault] = []
    start = read = 0
    while True:
        if read > MOST_AGAIN:
            return HclFile(body, first, HclFault("this file is broken too often; from here on it is not read", start))
        # blanks in the place of what was read keep the offsets
        broken = _read(text, parse(" " * start + text[start:], "hcl", "x"), body, cuts)
        if broken is None:
            break
        end, fault = broken
        first = first or fault
        # what is never closed takes in the blanks before it
        head = _HEAD.search(text, max(end, start + 1))
        if head is None:
            break
        start = head.start()
        read += len(text) - start
    return HclFile(body, first, cuts[0] if cuts else None)


_NAME = r"[^\W\d][\w-]*"
_HEAD = regex(rf'^{_NAME}(?:[ \t]+(?:"[^"\n]*"|{_NAME}))*[ \t]*(?:\{{|=(?!=))', re.MULTILINE)
"""How a block or an attribute begins that stands in no other."""


def _read(text: str, root: Node, body: Body, cuts: list[HclFault]) -> tuple[int, HclFault] | None:
    """Add to `body` what stands before the first broken item; where that may end, and what is wrong with it."""
    # a query takes the square of the depth; and what is nested too deeply is no more than that
    lenient = [] if _deep(root) else sorted(_lenient(text, root, cuts), key=lambda fault: fault.offset)
    whole: Node | None = None
    for item in _items(root):
        if whole and "\n" not in text[whole.end_byte : item.start_byte]:
            # the one before goes on in a way that is not understood
            return whole.start_byte + 1, HclFault("expected the end of the line", item.start_byte)
        if whole:
            _add(text, whole, body)
        # an open quote before all: it confuses all that follows
        span = span_of(item)
        fault = next((fault for fault in lenient if span.start <= fault.offset < span.end), None) or _fault(text, item)
        if fault:
            return item.start_byte + 1 if item.has_error else item.end_byte, fault
        whole = item
    if whole:
        _add(text, whole, body)
    return None


def _items(root: Node) -> Iterator[Node]:
    """The blocks and attributes of a file, and what is neither."""
    if root.type == "ERROR":
        yield root
        return
    for child in root.named_children:
        if child.type == "body":
            yield from _without_comments(child)
        elif child.type != "comment":
            yield child


def _without_comments(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _add(text: str, item: Node, body: Body) -> None:
    """Put a block or an attribute into the body around it."""
    name, *rest = _without_comments(item)
    written = text[slice(*span_of(name))]
    if item.type == "attribute":
        body.attributes[written] = Attribute(written, span_of(name), rest[-1])
        return
    labels = [label for label in rest if label.type in ("string_lit", "identifier")]
    inner = Body()
    for child in (child for part in rest if part.type == "body" for child in _without_comments(part)):
        _add(text, child, inner)
    head = Span(name.start_byte, labels[-1].end_byte if labels else name.end_byte)
    body.blocks.append(Block(written, tuple(_label(text, label) for label in labels), head, span_of(item), inner))


def _label(text: str, label: Node) -> str:
    parts = string(text, label) if label.type == "string_lit" else [text[slice(*span_of(label))]]
    known = [part for part in parts or () if isinstance(part, str)]
    return "".join(known) if parts == known else ""


# what is wrong

_QUERY = """
(quoted_template_start) @quote
(object (object_elem) . (object_elem) @element)
(body [(attribute) (block)] . [(attribute) (block)] @item)
"""
MOST_QUOTES = 500
"""Quotes looked at on lines that hold an odd number of them."""


def _lenient(text: str, root: Node, cuts: list[HclFault]) -> Iterator[HclFault]:
    """What the grammar lets pass: line breaks in quoted strings, and two things on one line."""
    nodes = found(root, "hcl", _QUERY)
    for count, quote in enumerate(_lonely(text, nodes.get("quote", ()))):
        if count == MOST_QUOTES:
            message = f"over {MOST_QUOTES} quotes stand on lines with an odd number of them; no more are looked at"
            cuts.append(HclFault(message, quote.start_byte))
            break
        if _is_open(text, quote):
            yield HclFault("expected a closing quote", quote.start_byte)
            break
    for kind, marks, end in (("element", "\n,/", "`,` or the end of the line"), ("item", "\n/", "the end of the line")):
        for node in nodes.get(kind, ()):
            # a comment between them is let pass
            before = text[max(0, node.start_byte - 100) : node.start_byte].rstrip(" \t\r")
            if before and before[-1] not in marks:
                yield HclFault(f"expected {end}", node.start_byte)


def _lonely(text: str, quotes: Iterable[Node]) -> Iterator[Node]:
    """Quotes on lines where their number is odd."""
    end, is_odd = 0, False
    for quote in quotes:
        if quote.start_byte >= end:
            start = text.rfind("\n", 0, quote.start_byte) + 1
            end = (text.find("\n", start) + 1) or len(text)
            is_odd = text[start:end].replace('\\"', "").count('"') % 2 == 1
        if is_odd:
            yield quote


def _is_open(text: str, quote: Node) -> bool:
    """Whether the line of a quote ends before that which closes it; in a `${ }` it may."""
    end, part = quote.end_byte, quote.next_sibling
    while part:
        if "\n" in text[end : part.end_byte if part.type == "template_literal" else part.start_byte]:
            return True
        if part.type == "quoted_template_end":
            return False
        end, part = part.end_byte, part.next_sibling
    return True


def _fault(text: str, item: Node) -> HclFault | None:
    """The first thing in a block or attribute that the grammar does not understand."""
    if item.type not in ("attribute", "block", "ERROR"):
        return HclFault("expected an attribute or a block", item.start_byte)
    node, parent = item, item.parent
    while node.has_error:
        if node.type == "ERROR" or node.is_missing:
            return _worded(text, node, parent)
        # remembered: `parent` of a node looks for it from the root, and what is deep may be so by thousands of levels
        node, parent = next(child for child in node.children if child.has_error), node
    deep = _deep(item)
    return HclFault("nested too deeply", deep.start_byte) if deep else None


def _deep(item: Node) -> Node | None:
    """A node with more than MAX_DEPTH others around it. What has fewer nodes in it than that is not looked into."""
    level = [item]
    for depth in range(MAX_DEPTH):
        level = [child for node in level for child in node.children if child.descendant_count > MAX_DEPTH - depth]
        if not level:
            return None
    return level[0]


def _worded(text: str, node: Node, parent: Node | None) -> HclFault:
    """What is wrong where the grammar missed something, or found what it has no rule for."""
    kind = parent.type if parent else ""
    start = node.start_byte
    if node.is_missing:
        if node.type == "quoted_template_end" and parent:
            return HclFault("expected a closing quote", parent.start_byte)
        if node.type == "heredoc_identifier" and parent:
            name = next(child for child in parent.named_children if child.type == "heredoc_identifier")
            mark = text[name.start_byte : name.end_byte]
            return HclFault(f"expected `{mark}` on a line of its own", parent.start_byte)
        return HclFault(f"expected `{node.type}`" if node.type in "}]):" else "expected a value", start)
    first = node.children[0] if node.children else node
    if kind == "attribute":
        if first.type == "=":
            return HclFault("expected a value", first.end_byte)
        return HclFault("expected `=` or `{`", len(text[:start].rstrip()))
    if kind == "object":
        return HclFault("expected `=`", node.end_byte)
    odd = first
    if first.type not in ("}", "]", ")"):
        odd = next((child for child in node.children if child.type == "ERROR" or child.type.startswith(_STRAY)), first)
    word = _WORD.match(text, odd.start_byte)
    return HclFault(f"unexpected `{word[0]}`" if word else "unexpected end", odd.start_byte)


_STRAY = ("template_interpolation", "template_directive", "template_if", "template_for", "heredoc_")
"""Tokens that the grammar's scanner makes of what stands outside of a string."""
_WORD = regex(r"[\w-]{1,40}|[^\w\s]")

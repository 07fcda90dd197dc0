"""Texts parsed by the grammars of tree-sitter, with offsets that count characters.

tree-sitter counts bytes. Every character that is not plain ASCII is handed to it as one byte that the grammars take
where any character may stand, and nowhere else: then a byte's offset is the character's, and no table is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Literal, Protocol

from kblint.source.regex import regex


class Node(Protocol):
    """What is used of `tree_sitter.Node`; nothing is ever written to it."""

    type: str
    """Its name in the grammar; of punctuation, the characters themselves."""
    start_byte: int
    end_byte: int
    children: Sequence[Node]
    """All nodes right below, punctuation and comments too."""
    named_children: Sequence[Node]
    """Those that are no punctuation."""
    parent: Node | None
    prev_sibling: Node | None
    next_sibling: Node | None
    descendant_count: int
    """How many nodes it is made of, itself counted."""
    has_error: bool
    """Whether something in it could not be parsed."""
    is_missing: bool
    """Whether the parser put it in to go on."""


Name = Literal["hcl", "bash"]


def parse(text: str, language: Name, letter: str) -> Node:
    """The root of a text's tree. `letter` stands in for letters beyond ASCII."""
    # loaded here, as below: a run over YAML alone does not pay for it
    from tree_sitter import Parser  # noqa: PLC0415

    plain = _ODD.sub(lambda match: letter if match[0].isalpha() else _BLANK.get(match[0], _ANY), text)
    tree: Any = Parser(_grammar(language)).parse(plain.encode("ascii"))
    root: Node = tree.root_node
    return root


def found(root: Node, language: Name, query: str) -> dict[str, list[Node]]:
    """The nodes that a query of tree-sitter captures, by the name that it gives them, in the order of the text."""
    from tree_sitter import QueryCursor  # noqa: PLC0415

    cursor: Any = QueryCursor(_query(language, query))
    captured: dict[str, list[Node]] = cursor.captures(root)
    # it hands them out in the order of a set, another one in each run
    return {name: sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte)) for name, nodes in captured.items()}


@cache
def _grammar(language: Name) -> Any:
    from tree_sitter import Language  # noqa: PLC0415

    return Language(import_module(f"tree_sitter_{language}").language())


@cache
def _query(language: Name, query: str) -> Any:
    from tree_sitter import Query  # noqa: PLC0415

    return Query(_grammar(language), query)


_ODD = regex(r"[^\t\n\r -~]")
_BLANK = {"\ufeff": " "}
_ANY = "\x1a"

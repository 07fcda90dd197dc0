"""Expressions so plain that asking CEL costs more than their answer: facts that hold or do not, joined by `&&`.

Two of three expressions of the rules are of this kind, and each is asked of every subject. Where anything is not as
plain as it looks (a fact is unknown, is no bool, or there is nothing on the way to it), CEL is asked after all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_TERM = re.compile(r"\s*(!?)([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)+)(?:\s*([!=]=)\s*(null|'[^'\\]*'))?\s*", re.ASCII)
_MEMBER = re.compile(r"\s*'([^'\\]*)' in ([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)+)\s*", re.ASCII)
_ABSENT = object()


class Term(NamedTuple):
    """A fact below a variable: it is true, or (`literal`) it is the same as a string or null; `is_positive`: or not.

    With a `key`: it is a map that has it.
    """

    variable: str
    path: tuple[str, ...]
    literal: str | bool | None
    is_positive: bool
    key: str | None = None

    def holds(self, values: Mapping[str, object]) -> bool | None:
        """Whether it holds; None where CEL has to tell."""
        value = values.get(self.variable, _ABSENT)
        for name in self.path:
            if type(value) is not dict:
                return None
            value = value.get(name, _ABSENT)
        if self.key is not None:
            return self.key in value if type(value) is dict else None
        if value is _ABSENT or (self.literal is True and type(value) is not bool):
            return None
        return (value == self.literal) is self.is_positive


def parse(expression: str) -> tuple[Term, ...] | None:
    """The terms of a plain expression; None for any other."""
    terms = [_term(part) for part in expression.split("&&")]
    return tuple(term for term in terms if term) if all(terms) else None


def _term(text: str) -> Term | None:
    if member := _MEMBER.fullmatch(text):
        return Term(member[2], tuple(member[3].split(".")[1:]), literal=True, is_positive=True, key=member[1])
    match = _TERM.fullmatch(text)
    if match is None or (match[1] and match[4]):
        return None
    path = tuple(match[3].split(".")[1:])
    if match[4] is None:
        return Term(match[2], path, literal=True, is_positive=not match[1])
    literal = None if match[5] == "null" else match[5][1:-1]
    return Term(match[2], path, literal, is_positive=match[4] == "==")


def answer(terms: tuple[Term, ...], values: Mapping[str, object]) -> bool | None:
    """Whether all of them hold; None where CEL has to tell."""
    for term in terms:
        holds = term.holds(values)
        if not holds:
            return holds
    return True

"""How far an expression may grow what it is given: bounded before it is evaluated, as nothing ends CEL on its way.

CEL ends loops after 10,000 turns. What it does not end are texts that grow with each step: `[s].map(x, x + x)` doubles
one, and `s.replace('a', s)` squares it. A pack of rules may come from a stranger.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from msgspec import Struct

from kblint.own_file import MistakeError
from kblint.source.regex import regex

MOST = 50_000_000
"""Characters, or items of lists, that one expression may make."""
LONGEST = 5000
"""Characters of an expression."""
_TURNS = 10_000
"""Turns after which CEL ends a loop."""
_FEW = 64
"""What grows less often than this needs no look at what it is given."""
_STRING = regex(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_MAP = regex(r"\.\s*map\s*\(\s*(\w+)\s*,")
_LOOP = regex(r"\.\s*(?:map|filter|all|exists|exists_one)\s*\(\s*(\w+)\s*,")
_REPLACE = regex(r"\.\s*replace\s*\(")
_JOIN = regex(r"\.\s*(?:join|format)\s*\(")
_LITERALS = regex(r"\s*(\d+)\s*,\s*(\d+)\s*[,)]")
_LITERAL = regex(r"\s*(?:(\d+)\s*)?\)")
_NAME = regex(r"(?<![\w.])[A-Za-z_]\w*(?!\w*\s*\()")
_WORDS = frozenset({"true", "false", "null", "in"})


class Growth(Struct, frozen=True):
    """How many times longer a text may become: `factor`, times each turn of a loop, times its own length."""

    factor: int
    is_looped: bool
    is_squared: bool

    @property
    def is_small(self) -> bool:
        """Whether it cannot matter, whatever is given."""
        return self.factor <= _FEW and not self.is_looped and not self.is_squared

    def most(self, longest: int) -> int:
        """The characters that may be made of texts and lists that are at most `longest` long."""
        turns = min(longest, _TURNS) if self.is_looped else 1
        return longest * self.factor * turns * (longest if self.is_squared else 1)


def growth(expression: str) -> Growth:
    """What an expression may do to the texts that it is given."""
    # a text is its length: what stands in it is no part of the expression
    text = _STRING.sub(lambda match: f" {len(match[0]) - 2} ", expression)
    factor = 1 + text.count("+")
    variables = {match[1] for match in _LOOP.finditer(text)}
    is_looped = is_squared = False
    for match in _MAP.finditer(text):
        body = text[match.end() : _end(text, match.end())]
        names = [name for name in _NAME.findall(body) if name not in _WORDS]
        factor *= max(1, names.count(match[1]))
        is_looped = is_looped or any(name not in variables for name in names)
    for old, new in _replaced(text):
        is_squared = is_squared or new is None
        factor *= max(1, math.ceil((new or 1) / max(1, old)) + (not old))
    for match in _JOIN.finditer(text):
        written = _LITERAL.match(text, match.end())
        is_squared = is_squared or (match[0].rstrip("( ").endswith("join") and written is None)
        factor *= 1 + int((written and written[1]) or 0)
    return Growth(min(factor, MOST + 1), is_looped, is_squared)


def check_growth(expression: str) -> None:
    """See that an expression is short, and does not grow the texts that are written in it without end.

    Raises:
        MistakeError: it is long, or does.
    """
    if len(expression) > LONGEST:
        raise MistakeError(f"this expression has {len(expression):,} characters, {LONGEST:,} are the most", 0)
    if growth(expression).most(len(expression)) > MOST:
        raise MistakeError(f"what this expression makes could have more than {MOST:,} characters", 0)


def _replaced(text: str) -> Iterator[tuple[int, int | None]]:
    """The lengths of what each `replace` takes out and puts in; None where that is no text written there."""
    for match in _REPLACE.finditer(text):
        lengths = _LITERALS.match(text, match.end())
        yield (int(lengths[1]), int(lengths[2])) if lengths else (1, None)


def _end(text: str, start: int) -> int:
    """Where the parenthesis that is open at `start` is closed."""
    depth = 1
    for index in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if not depth:
            return index
    return len(text)


def longest_in(values: object) -> int:
    """The length of the longest text or list in values as CEL is given them."""
    pending, most = [values], 0
    while pending:
        value = pending.pop()
        if isinstance(value, str | list | dict):
            most = max(most, len(value))
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += value.values()
    return most

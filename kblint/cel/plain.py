"""Expressions so plain that asking CEL costs more than their answer: facts that hold or not, joined by `&&` and `||`.

Most expressions of the rules are of this kind, or have a part of it that decides them, and each is asked of every
subject. Where anything is not as plain as it looks (a fact is unknown, is no bool, or there is nothing on the way to
it), CEL is asked after all. Both operators take their operands in any order: what decides them stands over errors.
https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from kblint.source.regex import regex

_PATH = r"([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)+)"
_TERM = regex(rf"(!?){_PATH}(?:\s*([!=]=)\s*(null|'[^'\\]*'))?", re.ASCII)
_MEMBER = regex(rf"'([^'\\]*)' in {_PATH}", re.ASCII)
_SIZE = regex(r"\.size\(\)\s*(==|!=|<=|>=|<|>)\s*(\d{1,9})", re.ASCII)
_NUMBER = regex(r"\s*(<=|>=|<|>)\s*(\d{1,9})", re.ASCII)
_TYPE = regex(rf"type\({_PATH}\)\s*==\s*(int|string)", re.ASCII)
_PATH_BEFORE = regex(_PATH, re.ASCII)
_OPERATORS: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TYPES = {"int": int, "string": str}
_KNOWN = (int, str, bool, list, dict, type(None))
_ODD = ('"', "\\", "//", "'''")
"""What other strings begin with, and comments."""
_OPENING, _CLOSING = "([{", ")]}"
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
        value = _at(values, self.variable, self.path)
        if self.key is not None:
            return self.key in value if type(value) is dict else None
        if value is _ABSENT or (self.literal is True and type(value) is not bool):
            return None
        return (value == self.literal) is self.is_positive


class Compared(NamedTuple):
    """A number below a variable, or (`is_size`) how much a list or map there holds, compared with a number."""

    variable: str
    path: tuple[str, ...]
    sign: str
    number: int
    is_size: bool

    def holds(self, values: Mapping[str, object]) -> bool | None:
        """As of a `Term`."""
        value = _at(values, self.variable, self.path)
        if self.is_size:
            size = len(value) if isinstance(value, list | dict) else None
        else:
            size = value if type(value) is int else None
        return None if size is None else _OPERATORS[self.sign](size, self.number)


class Typed(NamedTuple):
    """A fact below a variable that is of a type."""

    variable: str
    path: tuple[str, ...]
    type: type

    def holds(self, values: Mapping[str, object]) -> bool | None:
        """As of a `Term`."""
        value = _at(values, self.variable, self.path)
        return type(value) is self.type if type(value) in _KNOWN else None


class Combined(NamedTuple):
    """Parts that have to hold, all of them or (`decided_by` True) one; None stands for a part that is not plain."""

    parts: tuple[Plain | None, ...]
    decided_by: bool

    def holds(self, values: Mapping[str, object]) -> bool | None:
        """As of a `Term`."""
        is_known = True
        for part in self.parts:
            holds = part.holds(values) if part else None
            if holds is self.decided_by:
                return holds
            is_known = is_known and holds is not None
        return (not self.decided_by) if is_known else None


Plain = Term | Compared | Typed | Combined


def parse(expression: str) -> Plain | None:
    """What is plain in an expression; None where nothing is."""
    if any(sign in expression for sign in _ODD):
        return None
    found = _any(expression)
    return None if isinstance(found, Combined) and not any(found.parts) else found


def is_whole(plain: Plain) -> bool:
    """Whether every part of it is plain."""
    return not isinstance(plain, Combined) or all(part is not None and is_whole(part) for part in plain.parts)


def _any(text: str) -> Plain | None:
    if len(list(_split(text, "?"))) > 1:
        return None
    parts = list(_split(text, "||"))
    return _all(text) if len(parts) == 1 else Combined(tuple(_all(part) for part in parts), decided_by=True)


def _all(text: str) -> Plain | None:
    parts = [_term(part.strip()) for part in _split(text, "&&")]
    return parts[0] if len(parts) == 1 else Combined(tuple(parts), decided_by=False)


def _split(text: str, sign: str) -> Iterator[str]:
    """The parts of a text between signs that stand in no string and no brackets."""
    depth = start = position = 0
    while position < len(text):
        character = text[position]
        if character == "'":
            end = text.find("'", position + 1)
            position = end if end >= 0 else len(text)
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif depth == 0 and text.startswith(sign, position):
            yield text[start:position]
            position += len(sign) - 1
            start = position + 1
        position += 1
    yield text[start:]


def _term(text: str) -> Plain | None:
    if text.startswith("(") and text.endswith(")") and len(list(_split(f"{text[1:-1]},", ","))) > 1:
        return _any(text[1:-1])
    if member := _MEMBER.fullmatch(text):
        return Term(member[2], _names(member[3]), literal=True, is_positive=True, key=member[1])
    if typed := _TYPE.fullmatch(text):
        return Typed(typed[1], _names(typed[2]), _TYPES[typed[3]])
    if (start := _PATH_BEFORE.match(text)) and (compared := _NUMBER.fullmatch(text, start.end())):
        return Compared(start[1], _names(start[2]), compared[1], int(compared[2]), is_size=False)
    if text.count(".size()") == 1 and (compared := _SIZE.fullmatch(text, text.find(".size()"))):
        holder = _PATH_BEFORE.fullmatch(text, 0, compared.start())
        return Compared(holder[1], _names(holder[2]), compared[1], int(compared[2]), is_size=True) if holder else None
    match = _TERM.fullmatch(text)
    if match is None or (match[1] and match[4]):
        return None
    path = _names(match[3])
    if match[4] is None:
        return Term(match[2], path, literal=True, is_positive=not match[1])
    literal = None if match[5] == "null" else match[5][1:-1]
    return Term(match[2], path, literal, is_positive=match[4] == "==")


def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")[1:])


def _at(values: Mapping[str, object], variable: str, path: tuple[str, ...]) -> object:
    """What stands at a path; a mark that nothing else is where nothing does."""
    value = values.get(variable, _ABSENT)
    for name in path:
        if type(value) is not dict:
            return _ABSENT
        value = value.get(name, _ABSENT)
    return value

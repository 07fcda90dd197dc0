"""Expressions in the files of known charts: `values.service.type`, `port.hostPort or port.port`, `name(port)`.

They have the syntax of Python's, of which only what is listed here means something; nothing is run. What cannot be
known makes what is made of it unknown.
"""

from __future__ import annotations

import ast
import functools
import keyword
import operator
from collections.abc import Callable, Mapping
from typing import NoReturn

from kblint.charts.cursor import Cursor, Placed
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.values import Unknown

Names = Mapping[str, object]
"""What an expression may name: cursors, and plain values."""
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: lambda one, other: isinstance(one, int) and isinstance(other, int) and one > other,
    ast.In: lambda one, those: isinstance(those, str | dict | list) and one in those,
    ast.NotIn: lambda one, those: not isinstance(those, str | dict | list) or one not in those,
}
_KEY = regex(r"\.([a-z]+)\b")
"""What may be a word of Python's own: `values.global`."""
_DIGITS = 5
"""Of the highest port."""
_NUMBERS = regex(r"\d+")


class NotKnownError(Exception):
    """Something that an expression asks cannot be known."""


class BadExpressionError(Exception):
    """An expression that is none: a mistake in the file of a chart."""


@functools.cache
def parsed(text: str) -> ast.expr:
    """The expression `text`.

    Raises:
        BadExpressionError: it is none.
    """
    try:
        written = _KEY.sub(lambda key: f"[{key[1]!r}]" if keyword.iskeyword(key[1]) else key[0], text.strip())
        return ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise BadExpressionError(f"`{text}` is no expression: {error}") from error


def evaluated(text: str, names: Names) -> object:
    """What the expression stands for: a cursor where it leads to a value, so that its place is known.

    Raises:
        NotKnownError: it depends on something that cannot be known.
        BadExpressionError: it is no expression.
    """
    return _value(parsed(text), names)


def plain(value: object) -> object:
    """A value without its place; raises where it cannot be known."""
    found = value.value if isinstance(value, Cursor | Placed) else value
    if isinstance(found, Unknown) or (isinstance(found, str) and unknown(found)):
        raise NotKnownError
    return found


def truth(value: object) -> bool:
    """Whether a template would take it for true: anything that is not empty."""
    return bool(plain(value))


def _value(node: ast.expr, names: Names) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Attribute(value=of, attr=key):
            return _below(_value(of, names), key)
        case ast.Subscript(value=of, slice=key):
            return _below(_value(of, names), plain(_value(key, names)))
        case ast.BoolOp(op=op, values=parts):
            return _either(parts, names, ends=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=of):
            return not truth(_value(of, names))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if truth(_value(test, names)) else other, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return _COMPARISONS[type(op)](plain(_value(left, names)), plain(_value(right, names)))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return text(_value(left, names)) + text(_value(right, names))
        case ast.List(elts=parts):
            return [plain(_value(part, names)) for part in parts]
        case ast.Dict(keys=keys, values=parts) if None not in keys:
            return {
                plain(_value(key, names)): plain(_value(part, names))
                for key, part in zip(keys, parts, strict=True)
                if key
            }
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(arg, names) for arg in args))
    return _unheard_of(node)


def _unheard_of(node: ast.expr) -> NoReturn:
    raise BadExpressionError(f"`{ast.unparse(node)}` means nothing here")


def _either(parts: list[ast.expr], names: Names, *, ends: bool) -> object:
    for part in parts[:-1]:
        found = _value(part, names)
        if truth(found) is ends:
            return found
    return _value(parts[-1], names)


def _below(holder: object, key: object) -> object:
    if isinstance(holder, Cursor):
        return holder.at(key if isinstance(key, int) and not isinstance(key, bool) else str(key))
    if isinstance(holder, Unknown):
        raise NotKnownError
    if isinstance(holder, Mapping):
        return holder.get(key)
    return None


def text(value: object) -> str:
    """A scalar as a template writes it; nothing for what is not there."""
    found = plain(value)
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)


def _name(value: object) -> str:
    return str(value.path[-1]) if isinstance(value, Cursor) and value.path else ""


def _number(value: object) -> object:
    found = plain(value)
    is_number = isinstance(found, str) and found.isascii() and found.isdecimal() and not found.startswith("0")
    if not is_number or not isinstance(found, str) or len(found) > _DIGITS:
        return value
    return Placed(int(found), value.span, value.key_span) if isinstance(value, Cursor | Placed) else int(found)


def _enabled(value: object) -> list[Cursor]:
    """The mappings in a mapping that are not switched off, by name: the order in which templates go through them."""
    found = [one for one in value.items() if isinstance(one.value, dict)] if isinstance(value, Cursor) else []
    return sorted((one for one in found if plain(one.at("enabled")) is not False), key=_name)


def _listed(value: object) -> list[object]:
    return list(value.items()) if isinstance(value, Cursor) else value if isinstance(value, list) else []


def _since(version: object, least: object) -> bool:
    """Whether the version of the release is `least` or later."""
    written = plain(version)
    found = [int(one) for one in _NUMBERS.findall(written)[:3]] if isinstance(written, str) else []
    if not found or not isinstance(written, str) or not written.lstrip("v=^~ ")[:1].isdigit():
        raise NotKnownError
    return found >= [int(one) for one in _NUMBERS.findall(str(least))]


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "lower": lambda value: text(value).lower(),
    "name": _name,
    "number": _number,
    "text": text,
    "written": lambda value: isinstance(value, Cursor) and value.is_written,
    "is_map": lambda value: isinstance(plain(value), dict),
    "is_list": lambda value: isinstance(plain(value), list),
    "is_text": lambda value: isinstance(plain(value), str),
    "known": lambda value: not _is_unknown(value),
    "bool": truth,
    "unknown": lambda value: Unknown(text(value)),
    "count": lambda value: len(_listed(value)),
    "enabled": _enabled,
    "where": lambda values, key: [one for one in _listed(values) if truth(_below(one, key))],
    "first": lambda value: next(iter(_listed(value)), None),
    "ends": lambda value, end: text(value).endswith(text(end)),
    "part": lambda value, separator, index: [*text(value).split(separator), "", ""][index],
    "short": lambda value, length: text(value)[:length].rstrip("-"),
    "since": _since,
}
"""What an expression may call."""


def _is_unknown(value: object) -> bool:
    try:
        plain(value)
    except NotKnownError:
        return True
    return False

"""Operators and functions of Terraform, on known values.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence

from kblint.read.values import scalar_text
from kblint.source.values import Unknown

MAX_SIZE = 10_000
"""Items of a collection and characters of a string that are put together."""


def entries(collection: list[object] | dict[str, object]) -> Iterator[tuple[object, object]]:
    """Keys and values of a mapping, indices and values of a list."""
    return iter(collection.items()) if isinstance(collection, dict) else iter(enumerate(collection))


class TooLargeError(Exception):
    """What would come out is larger than MAX_SIZE."""


def as_text(value: object) -> str | None:
    """How a template writes a value; None for what is unknown or no scalar."""
    return scalar_text(value) if isinstance(value, str | int | float) else None


OPERATORS = frozenset(("||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"))
_ARITHMETIC: Mapping[str, Callable[[int, int], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def operated(sign: str, left: object, right: object) -> object:
    """The result, or None where it is not worked out here."""
    match sign:
        case "==" | "!=":
            return (left == right) is (sign == "==") if _is_whole(left) and _is_whole(right) else None
        case "&&" if isinstance(left, bool) and isinstance(right, bool):
            return left and right
        case "||" if isinstance(left, bool) and isinstance(right, bool):
            return left or right
        case _ if sign in _ARITHMETIC and isinstance(left, int) and isinstance(right, int):
            return _ARITHMETIC[sign](left, right) if max(abs(left), abs(right)) < 1 << 32 else None
        case _:
            return None


def _is_whole(value: object) -> bool:
    """Whether a value is known through and through.

    Its parts are counted as often as they stand in it: a list of twice the same list doubles with every level.

    Raises:
        TooLargeError: it is too large to be looked at.
    """
    left = [value]
    for _ in range(MAX_SIZE):
        if not left:
            return True
        part = left.pop()
        if isinstance(part, Unknown):
            return False
        if isinstance(part, list | dict):
            left.extend(part.values() if isinstance(part, dict) else part)
    raise TooLargeError


def _set(arguments: Sequence[object]) -> object:
    """A set of strings or numbers, sorted as Terraform does; None for one of anything else."""
    items = arguments[0]
    if not isinstance(items, list) or any(as_text(item) is None for item in items):
        return None
    return sorted(dict.fromkeys(items), key=str)


def _to_number(arguments: Sequence[object]) -> object:
    value = arguments[0]
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _concat(arguments: Sequence[object]) -> object:
    if not all(isinstance(argument, list) for argument in arguments):
        return None
    if sum(len(argument) for argument in arguments if isinstance(argument, list)) > MAX_SIZE:
        raise TooLargeError
    return [item for argument in arguments if isinstance(argument, list) for item in argument]


def _merge(arguments: Sequence[object]) -> object:
    merged: dict[str, object] = {}
    for argument in arguments:
        if not isinstance(argument, dict):
            return None
        merged.update(argument)
    return merged


FUNCTIONS: Mapping[str, Callable[[Sequence[object]], object]] = {
    "concat": _concat,
    "merge": _merge,
    "tolist": lambda arguments: arguments[0] if isinstance(arguments[0], list) else None,
    "tomap": lambda arguments: arguments[0] if isinstance(arguments[0], dict) else None,
    "tonumber": _to_number,
    "toset": _set,
    "tostring": lambda arguments: as_text(arguments[0]),
}
"""Name to what it gives for its arguments, of which there is at least one; None where it is not worked out here."""

"""Plain values of configuration files as what the model holds: known, unknown, or not written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kblint.model.meta import Number, Text
from kblint.source.templates import unknown
from kblint.source.values import Unknown

LIMIT = 1 << 63
_INTEGER = re.compile(r"[0-9]{1,9}")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def text(value: object) -> Text | None:
    """A scalar as text; a number or boolean as YAML writes it; None for null and for containers."""
    match value:
        case str():
            return Unknown(value) if unknown(value) else value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Unknown():
            return value
        case _:
            return None


def texts(values: object) -> tuple[Text, ...]:
    """The scalars of a sequence as texts; a lone scalar counts as a sequence of one."""
    items = values if isinstance(values, list | tuple) else (values,)
    return tuple(found for item in items if (found := text(item)) is not None)


def number(value: object) -> Number | None:
    """A whole number, also when written in quotes; None where nothing is written, unknown for what is no number."""
    match value:
        case None:
            return None
        case bool():
            return Unknown("true" if value else "false")
        case int():
            # nobody writes such a number, and expressions hold 64 bits
            return value if abs(value) < LIMIT else Unknown(str(value))
        case Unknown():
            return value
        case str():
            return int(value) if _INTEGER.fullmatch(value.strip()) else Unknown(value)
        case _:
            return Unknown(str(value) if isinstance(value, float) else "")


def boolean(value: object, default: bool | Unknown) -> bool | Unknown:
    """A boolean, also when written as a word; `default` where nothing is written, unknown for what is none."""
    match value:
        case None:
            return default
        case bool() | Unknown():
            return value
        case str():
            return _WORDS.get(value.strip().lower(), Unknown(value))
        case _:
            return Unknown()


def known(values: Iterable[Text]) -> tuple[str, ...]:
    """Those of `values` that are known."""
    return tuple(value for value in values if isinstance(value, str))

"""Scalars as YAML that says the same to every reader, and nothing to a terminal or a CI server.

Text that is not plainly visible, or would be a command in a log, is written in double quotes with escapes: the value
stays what it is.
"""

from __future__ import annotations

import json
import math
import re

from kblint.report.commands import without_commands, without_inline_commands
from kblint.source.regex import regex
from kblint.source.scalar import resolve

_FIRST = regex(r"[\w./$(]|-[^\s-]|--[^\s-]")
"""How a text may begin that is no mark of YAML's."""
_MARKS = regex(r":(?=[\s]|$)|\s#|^\s|\s$|^\.\.\.")
_AS_NUMBER = regex(r"[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?|\d{4}-\d\d?-\d\d?.*", re.DOTALL)
"""Base 60 and dates: text to Kubernetes, something else to other readers of YAML 1.1."""
_HEADERS = {0: "|-", 1: "|"}
_HALF = regex(r"[\ud800-\udfff]")
_LAST_SHORT = 0xFFFF


def scalar_text(value: object, indent: int) -> str:
    """A scalar as it is written behind its key; its lines after the first stand behind `indent` spaces."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    # half of a character, which JSON can write, is what Go makes of it
    return _text(_HALF.sub("\ufffd", value), indent) if isinstance(value, str) else str(value)


def key_text(key: str) -> str:
    """A key, which stands on one line."""
    whole = _HALF.sub("\ufffd", key)
    return _escaped(whole) if "\n" in whole else _text(whole, 0)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    # to readers of YAML 1.1, a number with an exponent needs a point
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")


def _text(text: str, indent: int) -> str:
    if "\n" in text:
        return _block(text, indent) if _fits_block(text) else _escaped(text)
    if not text.isprintable() or without_commands(text) != text:
        return _escaped(text)
    if not isinstance(resolve(text), str) or _AS_NUMBER.fullmatch(text):
        return f'"{text}"'
    if _FIRST.match(text) and not _MARKS.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _fits_block(text: str) -> bool:
    """Whether a text can stand in a block as it is; the first line says how far it is indented."""
    lines = text.split("\n")
    is_visible = all(line.replace("\t", "").isprintable() and (line.strip() or not line) for line in lines)
    return is_visible and bool(text) and text[0] not in " \t\n" and without_commands(text) == text


def _block(text: str, indent: int) -> str:
    content = text.rstrip("\n")
    ends = len(text) - len(content)
    lines = [f"{' ' * indent}{line}" if line else "" for line in content.split("\n")]
    return "\n".join([_HEADERS.get(ends, "|+"), *lines, *[""] * (ends - 1)])


def _escaped(text: str) -> str:
    return f'"{without_inline_commands("".join(map(_written, text)))}"'


def _written(character: str) -> str:
    if character.isprintable() and character not in '"\\':
        return character
    if ord(character) > _LAST_SHORT:
        return f"\\U{ord(character):08x}"
    return json.dumps(character)[1:-1]

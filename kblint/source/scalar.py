"""What a plain scalar stands for, as Kubernetes reads it.

`kubectl` and the API server read YAML through `sigs.k8s.io/yaml`, which turns it into JSON with go-yaml v2:
YAML 1.1 words, Go's integer literals, no base 60, timestamps left as text.
Source: `resolve.go` of https://github.com/yaml/go-yaml (branch v2) and `yaml.go` of
https://github.com/kubernetes-sigs/yaml.
"""

from __future__ import annotations

import math
import re
import struct

from kblint.source.regex import regex

STR = "tag:yaml.org,2002:str"
HINTS = frozenset("+-.0123456789yYnNtTfFoO~")
"""A plain scalar that starts with none of these is a string."""

_PREFIX = "tag:yaml.org,2002:"
_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = regex(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII)
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_BASES = (16, 2, 8, 10)
_LONGEST_INTEGER = 66
"""Digits of a 64 bit number in base 2, and a little more: longer ones cannot be one."""


def resolve(text: str) -> object:
    """The value of a plain scalar: a string, number, boolean or None."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first in "+-0123456789":
        return number(text.replace("_", ""), text)
    return number(text, text) if first == "." else text


def number(digits: str, text: str) -> int | float | str:
    """The number that `digits` write, or `text` where they write none that fits 64 bits or a double.

    A float without a fraction is given as an integer, because JSON does not tell them apart: `80.0` and `08` are the
    port 80 to the API server.
    """
    match = _INTEGER.fullmatch(digits)
    if match is not None and len(digits) < _LONGEST_INTEGER:
        sign, *groups = match.groups()
        whole = next(int(group, base) for group, base in zip(groups, _BASES, strict=True) if group is not None)
        if sign == "-":
            whole = -whole
        if -(2**63) <= whole < 2**64 - (2**63 if sign else 0):
            return whole
    if _FLOAT.fullmatch(digits) is None:
        return text
    real = float(digits)
    if math.isinf(real):
        return text
    return int(real) if real.is_integer() and abs(real) < 1e21 else real


def resolve_tagged(text: str, tag: str) -> object:
    """The value of a scalar with an explicit tag; an unknown tag gives the text.

    Raises:
        ValueError: the text is not what the tag says.
    """
    if not tag.startswith(_PREFIX):
        return text
    kind = tag.removeprefix(_PREFIX)
    if kind not in _EXPECTED:
        return text
    value = resolve(text) if not text or text[0] in HINTS else text
    if not isinstance(value, _EXPECTED[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise ValueError(kind)
    return value


_EXPECTED = {"bool": (bool,), "int": (int,), "float": (int, float), "null": (type(None),)}


def key_text(value: object) -> str:
    """A scalar used as a key, as the JSON key it becomes; null becomes none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float_key(value) if isinstance(value, float) else str(value)


def _float_key(value: float) -> str:
    """As Go's `FormatFloat(value, 'g', -1, 32)`: the shortest text that gives the same single-precision number.

    A float without a fraction never comes here: `number` made it an integer.
    """
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    for precision in range(6, 10):
        text = f"{value:.{precision}g}"
        if _single(float(text)) == _single(value):
            return text
    return repr(value)


def _single(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return value

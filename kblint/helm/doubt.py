"""What of rendered documents depends on values that nobody knows yet, or comes out otherwise each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kblint.helm.chart import ChartFolder
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.values import PositionedDict, PositionedList, Unknown
from kblint.syntax.go_template import NoTemplateError, TemplateAction, actions

_DEEP = 200
STAND_INS = ("1", "")
"""For values that are still to be filled in; one of them holds in conditions, the other does not."""
_RANDOM = regex(r"\b(?:rand(?:Alpha|AlphaNum|Ascii|Bytes|Int|Numeric)|gen\w+|uuidv4|now|bcrypt|htpasswd|shuffle)\b")
_CHOOSES = regex(r"\b(?:ternary|eq|ne|lt|gt|le|ge|has|contains|hasPrefix|hasSuffix)\b")


def blur(documents: Sequence[object], others: Sequence[object]) -> bool:
    """Make unknown in `documents` what is otherwise in `others`, which other values made; False where that is too much.

    What holds a placeholder stays: it says itself that it is not known.
    """
    if len(documents) != len(others):
        return False
    for one, other in zip(documents, others, strict=True):
        if not isinstance(one, PositionedDict) or not isinstance(other, PositionedDict):
            return False
        if any(one.get(key) != other.get(key) for key in ("apiVersion", "kind")):
            return False
        _blur(one, other, 0)
    return True


def _blur(one: object, other: object, depth: int) -> None:
    if isinstance(one, PositionedDict) and isinstance(other, PositionedDict):
        for key in (*one, *(key for key in other if key not in one)):
            if key not in one:
                one.put(key, Unknown(), one.span, one.span)
            elif key not in other or _differs(one[key], other[key], depth):
                one[key] = Unknown(str(one[key])[:80])
            else:
                _blur(one[key], other[key], depth + 1)
    elif isinstance(one, PositionedList) and isinstance(other, PositionedList):
        for index, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            if _differs(mine, theirs, depth):
                one[index] = Unknown(str(mine)[:80])
            else:
                _blur(mine, theirs, depth + 1)


def _differs(one: object, other: object, depth: int) -> bool:
    """Whether two values differ as wholes: in kind, in length, or as scalars."""
    if isinstance(one, str) and unknown(one):
        return False
    if isinstance(one, PositionedDict) and isinstance(other, PositionedDict):
        return depth > _DEEP
    if isinstance(one, PositionedList) and isinstance(other, PositionedList):
        return len(one) != len(other) or depth > _DEEP
    return one != other


def chooses(chart: ChartFolder, paths: Iterable[str]) -> str | None:
    """The first of these paths of values by which a template of a chart chooses what it makes."""
    said = [
        source.text[action.span.start : action.span.end]
        for name, source in chart.sources.items()
        if "templates" in name.split("/")[:-1]
        for action in _actions(source.text)
        if action.keyword in ("if", "else", "with") or _CHOOSES.search(source.text, *action.span)
    ]
    for path in paths:
        asked = re.compile(rf"\.Values\.{re.escape(path)}\b")
        if any(asked.search(one) for one in said):
            return path
    return None


def _actions(text: str) -> list[TemplateAction]:
    try:
        return list(actions(text))
    except NoTemplateError:
        return []


def is_random(chart: ChartFolder) -> bool:
    """Whether a template asks for something that is otherwise each time: a password, a certificate, the date."""
    return any(
        _RANDOM.search(source.text, *action.span)
        for name, source in chart.sources.items()
        if "templates" in name.split("/")[:-1]
        for action in _actions(source.text)
    )

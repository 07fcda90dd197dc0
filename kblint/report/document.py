"""Writing JSON, for every format that is JSON."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from kblint import __version__
from kblint.finding import NotRead
from kblint.report.commands import COMMAND
from kblint.source.regex import regex
from kblint.source.text import Place, Point

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]

VERSION: Final = 1
"""Of the contracts: raised when something that programs read is renamed, removed or changes its meaning."""

TOOL: Final = {"name": "kblint", "version": __version__}
"""Who writes a report."""

_NOT_ASCII = regex(r"[^\x00-\x7e]+")


def report(profile: str, parts: Mapping[str, Json]) -> str:
    """A report for programs: what made it and by which profile, then `parts`; ends with a line end."""
    return dumps({"version": VERSION, "tool": TOOL, "profile": profile, **parts})


def plain(value: object) -> Json:
    """A value as JSON: a record by its fields, an enum by its value, a place as its path, line and column."""
    if isinstance(value, enum.Enum):
        return str(value.value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Place):
        return {"path": value.source.path, **point(value.source.point(value.span.start))}
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    raise TypeError(value)


def point(where: Point) -> dict[str, Json]:
    """A line and a column."""
    return {"line": where.line, "column": where.column}


def not_followed(one: NotRead) -> Json:
    """What makes ways in that are no journeys, and where that is written."""
    place = one.place
    return {
        "kind": one.kind.value,
        "name": one.name,
        "path": place.source.path,
        **point(place.source.point(place.span.start)),
    }


def dumps(document: Json) -> str:
    r"""`document` with two spaces a level, text as it is, and a line end.

    What is not plainly visible (C1 controls, lone surrogates, bidirectional controls) or would be a command in the log
    of a continuous integration server (`##vso[...]`) is written as `\u….`: the same value to a reader of JSON, but
    nothing to a terminal or a server, and always encodable.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return _shown(text) + "\n"


def inline(document: Json) -> str:
    """`document` on one line, as visible as `dumps` makes it; without a line end."""
    return _shown(json.dumps(document, ensure_ascii=False, allow_nan=False))


def _shown(text: str) -> str:
    return _NOT_ASCII.sub(_visible, COMMAND.sub(r"#\\u0023", text))


def _visible(match: re.Match[str]) -> str:
    text = match.group()
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)

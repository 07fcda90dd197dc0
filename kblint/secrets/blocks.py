"""What a Kubernetes Secret holds, told by indentation alone: in text that does not parse, or stands in another text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kblint.secrets.values import is_open
from kblint.source.regex import regex
from kblint.source.text import Span

_LINE = regex(r"(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)(?P<said>[^\r\n]*)(?:\r\n|\r|\n|\Z)")
_HOLDER = regex(r"[\"']?(?:data|stringData)[\"']?[ \t]*:[ \t]*")
_KIND = regex(r"[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Secret[\"']?[ \t]*,?[ \t]*(?:#.*)?")
_SOMEWHERE = regex(r"kind[\\\"']*[ \t]*:[ \t]*[\\\"']*Secret\b")
_FLOW = regex(r"[^\r\n{]*\{[^\r\n]*")
_HELD = regex(r"(?<![\w.-])(?:data|stringData)[\\\"']*[ \t]*:[ \t]*\{([^{}\r\n]*)")
_GENERATOR = regex(r"^secretGenerator:[^\n]*\n(?:[ \t-][^\n]*(?:\n|\Z))*", re.MULTILINE)
_LITERAL = regex(r"-[ \t]+(?P<quote>[\"']?)[\w.-]+=(?P<value>[^\r\n\"']+)")
_ENTRY = regex(r"(?:[\w.-]+|\"[^\"]*\"|'[^']*')[ \t]*:[ \t]+")
_COMMENT = regex(r"(?:^|[ \t])#")
_BRACES = frozenset({"{", "}", "},", "{}", "[", "]", "],", "[]"})
_HEADER = regex(r"[|>][-+\d]*[ \t]*(?:#.*)?")


class _Object:
    """A mapping at one indentation, as far as it was read."""

    def __init__(self) -> None:
        self.is_secret = False
        self.held: list[Span] = []


def in_blocks(text: str) -> Iterator[Span]:
    """The values under `data` and `stringData` beside `kind: Secret`, and what `secretGenerator` makes one of."""
    for generator in _GENERATOR.finditer(text) if "secretGenerator:" in text else ():
        for literal in _LITERAL.finditer(text, *generator.span()):
            yield Span(*literal.span("value"))
    reached = line = 0
    for found in _SOMEWHERE.finditer(text):
        if found.start() >= line:
            start = text.rfind("\n", line, found.start()) + 1 or line
            flow = _FLOW.match(text, start)
            for held in _HELD.finditer(text, *flow.span()) if flow and _SOMEWHERE.search(flow[0]) else ():
                yield Span(*held.span(1))
            line = text.find("\n", found.end()) + 1 or len(text)
        if found.start() >= reached:
            # three dashes at the beginning of a line end whatever stands above
            start = text.rfind("\n---", reached, found.start()) + 1 or reached
            end = text.find("\n---", found.start())
            reached = end + 1 if end >= 0 else len(text)
            yield from _in_document(text, start, reached)


def _in_document(text: str, position: int, end: int) -> Iterator[Span]:
    """The values in a part of a text that stands for itself."""
    objects: dict[int, _Object] = {}
    holders: list[int] = []
    while position < end:
        match = _LINE.match(text, position, end)
        if match is None:
            break
        position = match.end()
        said = match["said"].rstrip()
        if not said or said.startswith("#"):
            continue
        outer = len(match["indent"])
        column = outer + len(match["dashes"])
        while holders and outer <= holders[-1]:
            holders.pop()
        if holders:
            values = tuple(_values(match))
            for holder in holders:
                objects[holder].held += values
        closes = column - 1 if said.startswith("---") else outer if match["dashes"] else column
        for at in [at for at in objects if at > closes]:
            yield from _secrets(objects.pop(at))
        here = objects.setdefault(column, _Object())
        here.is_secret = here.is_secret or _KIND.fullmatch(said) is not None
        if found := _HOLDER.match(said):
            holders.append(column)
            start = match.start("said")
            if said[found.end() :] not in ("", "{", "{}"):
                here.held.append(Span(start + found.end(), start + len(said)))
    for left in objects.values():
        yield from _secrets(left)


def _secrets(read: _Object) -> Iterator[Span]:
    yield from read.held if read.is_secret else ()


def _values(match: re.Match[str]) -> Iterator[Span]:
    """The value on a line below `data`, or all of a line that is no entry."""
    start, said = match.start("said"), match["said"].rstrip()
    entry = _ENTRY.match(said)
    value = said[entry.end() :] if entry else said
    offset = start + len(said) - len(value)
    if entry and value[:1] in "'\"" and value.rfind(value[0]) > 0:
        value = value[1 : value.rfind(value[0])]
        offset += 1
    elif entry:
        value = _COMMENT.split(value, maxsplit=1)[0].rstrip(" \t,")
    if not value.endswith(":") and not _HEADER.fullmatch(value) and value not in _BRACES and not is_open(value):
        yield Span(offset, offset + len(value))

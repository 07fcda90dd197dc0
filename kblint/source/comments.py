"""The comments in which users speak to kblint."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import yaml
from msgspec import Struct

from kblint.source.regex import regex
from kblint.source.stream import MAX_DEPTH
from kblint.source.text import Place, Source, Span

MARK = "kblint:"


class Comment(Struct, frozen=True):
    """A comment: `text` is what follows its `#` or `//`; `own_line` when nothing stands before it on its line."""

    place: Place
    text: str
    own_line: bool


_HEREDOC = r"(?<!<)<<[-~]?(?P<quote>[\"']?)(?P<word>[A-Za-z_]\w*)(?P=quote)[^\n]*\n(?:.*?^[ \t]*(?P=word)[ \t]*\r?$|.*)"
_BRACES = regex(
    rf'"(?:\\.|[^"\\\n])*"?|/\*(?:.*?\*/|.*)|{_HEREDOC}|(?P<comment>(?:\#|//)[^\r\n]*)',
    re.DOTALL | re.MULTILINE,
)
_SHELL = regex(
    rf"'[^']*'?|\"(?:\\.|[^\"\\])*\"?|\\.|{_HEREDOC}|(?P<comment>(?<![^\s;|&()])\#[^\r\n]*)",
    re.DOTALL | re.MULTILINE,
)
_LINES = regex(r"(?P<comment>(?<!\S)\#[^\r\n]*)")
_HASH = regex(r"(?<!\S)#")
_REST = regex(r"[^\r\n]*")
_PATTERNS = {
    **dict.fromkeys((".tf", ".hcl", ".json", ".jsonl"), _BRACES),
    **dict.fromkeys((".sh", ".bash"), _SHELL),
    **dict.fromkeys((".rules", ".conf", ".txt", ".cfg"), _LINES),
}


def directives(source: Source) -> tuple[Comment, ...]:
    """The comments that contain `kblint:`, in order. The language is told by the path; without a suffix it is YAML.

    Only comments count: the same words in a string, a block scalar or a here-document are content.
    """
    if MARK not in source.text:
        return ()
    suffix = PurePath(source.path).suffix.lower()
    pattern = _PATTERNS.get(suffix)
    if pattern is None:
        spans = _yaml_comments(source.text)
    else:
        spans = (Span(*match.span()) for match in pattern.finditer(source.text) if match["comment"] is not None)
    return tuple(_comment(source, span) for span in spans if source.text.find(MARK, span.start, span.end) >= 0)


def _yaml_comments(text: str) -> Iterator[Span]:
    """Comments that stand in no scalar."""
    scalars = list(_content(text))
    blocked = 0
    for match in _HASH.finditer(text):
        start = match.start()
        index = bisect.bisect_right(scalars, (start, len(text))) - 1
        if start >= blocked and (index < 0 or start >= scalars[index][1]):
            line = _REST.match(text, start)
            blocked = line.end() if line else start
            yield Span(start, blocked)


def _content(text: str) -> Iterator[tuple[int, int]]:
    """Where scalars have their content, in order: of a block scalar the lines below its header.

    What follows a syntax error is not known, nor what is nested deeper than `parse_yaml` allows: all of its comments
    count. libyaml's time grows with the square of the depth.
    """
    depth = 0
    try:
        loader: Any = yaml.CSafeLoader(text)
        while depth <= MAX_DEPTH and (event := loader.get_event()) is not None:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                start, end = event.start_mark.index, event.end_mark.index
                if event.style in ("|", ">"):
                    header = text.find("\n", start, end)
                    start = header if header >= 0 else end
                yield start, end
    except (yaml.YAMLError, UnicodeEncodeError):
        return  # the reader of the text reports it


def _comment(source: Source, span: Span) -> Comment:
    whole = source.text
    text = whole[span.start : span.end].rstrip()
    line_start = max(whole.rfind("\n", 0, span.start), whole.rfind("\r", 0, span.start)) + 1
    body = text[2:] if text.startswith("//") else text[1:]
    own_line = not whole[line_start : span.start].strip()
    return Comment(Place(source, Span(span.start, span.start + len(text))), body.strip(), own_line)

"""The marks in the examples of rules: `# <- primary` and `# <- related` on the lines that must be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kblint.own_file import MistakeError
from kblint.source.regex import regex
from kblint.source.spelling import did_you_mean

_MARK = regex(r"[ \t]*(?:#|//)[ \t]*<-[ \t]*(?P<kinds>\w+(?:,[ \t]*\w+)*)[ \t]*$", re.MULTILINE)
_KINDS = {"primary": "reported", "related": "shown with it"}
"""What a mark calls for, and how a reader is told."""


class Mark(NamedTuple):
    """A line, counted from 1, that must be shown as `primary` or `related`."""

    line: int
    kind: str


def marks(text: str) -> Iterator[Mark]:
    """The marks in a text, by line; one line may carry both: `# <- primary, related`.

    Raises:
        MistakeError: a mark is of no known kind.
    """
    for match in _MARK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        for kind in re.split(r",[ \t]*", match["kinds"]):
            if kind not in _KINDS:
                raise MistakeError(
                    f"unknown mark `{kind}`",
                    match.start("kinds") + match["kinds"].index(kind),
                    did_you_mean(kind, _KINDS),
                )
            yield Mark(line, kind)


def unmarked(line: str) -> str:
    """A line without its mark."""
    return _MARK.sub("", line)


def underlined(text: str) -> str:
    """A text for readers: instead of a mark, a comment below its line that underlines what stands there."""
    return "\n".join(_underlined(line) for line in text.split("\n"))


def _underlined(line: str) -> str:
    match = _MARK.search(line)
    if match is None:
        return line
    told = " and ".join(_KINDS[kind] for kind in re.split(r",[ \t]*", match["kinds"]))
    content = line[: match.start()]
    indent = len(content) - len(content.lstrip(" -"))
    # the comment sign takes the first column, also where the line is not indented
    return f"{content}\n#{' ' * (indent - 1)}{'^' * (len(content) - max(indent, 1))} {told}"

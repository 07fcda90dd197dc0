"""Text from strangers in HTML: shown as it is, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from kblint.report.paint import Style
from kblint.report.printable import printable
from kblint.source.regex import regex

_SGR = regex(r"\x1b\[([0-9;]*)m")
_CLASSES = {style.value: style.name.lower() for style in Style if style.value}


def text(said: str) -> str:
    """`said` for an element or a quoted attribute."""
    return escape(printable(said))


def prose(said: str) -> str:
    """`said` with what stands in backticks as code; backticks that do not pair are shown as they are."""
    parts = printable(said).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return "".join(f"<code>{escape(part)}</code>" if index % 2 else escape(part) for index, part in enumerate(parts))


def paragraphs(said: str) -> Iterator[str]:
    """`said` as paragraphs, parted where it has empty lines."""
    for part in re.split(r"\n\s*\n", said.strip()):
        yield f"<p>{prose(' '.join(part.split()))}</p>"


def painted(lines: Iterable[str]) -> str:
    """Lines for a terminal, coloured by `Pen`, for a `pre`; everything else in them is fit to print already."""
    return "\n".join("".join(_spans(line)) for line in lines)


def _spans(line: str) -> Iterator[str]:
    style = ""
    for index, part in enumerate(_SGR.split(line)):
        if index % 2:
            style = _CLASSES.get(part, "")
        elif part:
            yield f'<span class="{style}">{escape(part)}</span>' if style else escape(part)

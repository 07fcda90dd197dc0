"""Text from strangers in GitHub flavoured Markdown: shown as it is, never obeyed."""

from __future__ import annotations

import re

from kblint.report.printable import printable
from kblint.source.regex import regex

_SPECIAL = regex(r"[\\`*_\[\]#|~<>&]|:(?=//)")


def code(text: str) -> str:
    """`text` as a code span, whatever backticks it holds (https://github.github.com/gfm/#code-spans)."""
    text = printable(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    padding = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def prose(text: str) -> str:
    """`text` with its code in backticks as code, and nothing else in it as markup, HTML, a link or a mention.

    Backticks that do not pair are shown as they are.
    """
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:
        return _plain("`".join(parts))
    return "".join(
        code(part) if index % 2 and part.strip() else _plain("`" * 2) if index % 2 else _plain(part)
        for index, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    """`text` with a backslash before every sign of Markdown; an at sign mentions nobody."""
    escaped = _SPECIAL.sub(lambda sign: f"\\{sign.group()}", text)
    return escaped.replace("@", "@<!-- -->").replace("www.", "www<!-- -->.")

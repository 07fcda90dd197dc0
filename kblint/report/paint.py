"""Colours: the few SGR codes kblint speaks to a terminal."""

from __future__ import annotations

import enum

from kblint.finding import Severity


class Style(enum.Enum):
    """What is painted, and how (ECMA-48 select graphic rendition)."""

    PLAIN = ""
    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;34"
    RELATED = "36"
    GUTTER = "2"
    STRONG = "1"
    GOOD = "32"


def severity_style(severity: Severity) -> Style:
    """The colour a severity has wherever it is named."""
    return {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.INFO}[severity]


def paint(text: str, style: Style, *, color: bool) -> str:
    """`text` in `style`, or as it is where colours are off or there is nothing to paint."""
    return f"\x1b[{style.value}m{text}\x1b[0m" if color and style.value and text.strip() else text

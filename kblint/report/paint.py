"""What a terminal is told: the few SGR codes kblint speaks, as much of them as the reader wants."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from msgspec import Struct

from kblint.finding import Severity
from kblint.report.options import RenderOptions
from kblint.report.printable import printable, wrap

MIN_WIDTH = 40
"""Narrower terminals get lines of this width."""


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
    return Style[severity.name]


class Pen(Struct, frozen=True):
    """Writes for one reader: in the characters, colours and the width that the options allow."""

    options: RenderOptions

    @property
    def width(self) -> int:
        """Cells of a line at most."""
        return max(self.options.width, MIN_WIDTH)

    def printable(self, text: str) -> str:
        """`text`, fit to print as the options say."""
        return printable(text, unicode=self.options.unicode)

    def paint(self, text: str, style: Style) -> str:
        """`text` in `style`, or as it is where colours are off or there is nothing to paint."""
        return f"\x1b[{style.value}m{text}\x1b[0m" if self.options.color and style.value and text.strip() else text

    def folded(self, text: str, style: Style = Style.PLAIN, indent: int = 0) -> Iterator[str]:
        """`text` in lines, each behind `indent` cells."""
        for line in wrap(self.printable(text), self.width - indent):
            yield " " * indent + self.paint(line, style)

    def heading(self, variant: str, folder: str) -> Iterator[str]:
        """What sets a variant apart, and where its files are, where either is to be said."""
        if variant and variant != folder.rstrip("/"):
            yield self.paint(self.printable(variant), Style.STRONG)
        if folder:
            yield self.paint(f"files are below {self.printable(folder)}", Style.GUTTER)

"""A place in a text in HCL that moves forward: blanks, marks and names."""

from __future__ import annotations

import re

MAX_DEPTH = 50
"""Levels of nested blocks and expressions that are read."""

_BLANK = re.compile(r"(?:[ \t\r\ufeff]+|#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/)*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n\ufeff]+|#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/)*")
NAME = re.compile(r"[^\W\d][\w-]*")


class HclSyntaxError(Exception):
    """The text is not HCL; `offset` is where that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Cursor:
    """`spans_lines` says whether a line break is only a blank; `depth` how many expressions are around."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.spans_lines = False
        self.depth = 0

    def skip(self, *, lines: bool = False) -> None:
        """Pass blanks and comments; line breaks too where `lines` or the cursor says so."""
        pattern = _BLANK_LINES if lines or self.spans_lines else _BLANK
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position

    def sees(self, mark: str) -> bool:
        """Whether `mark` stands right here."""
        return self.text.startswith(mark, self.position)

    def takes(self, mark: str) -> bool:
        """Whether `mark` comes next, behind blanks; it is passed then."""
        self.skip()
        if not self.sees(mark):
            return False
        self.position += len(mark)
        return True

    def needs(self, mark: str) -> None:
        """Pass `mark`, which comes next behind blanks. Raises HclSyntaxError."""
        if not self.takes(mark):
            raise HclSyntaxError(f"expected `{mark}`", self.position)

    def name(self) -> str:
        """Pass the name that stands right here. Raises HclSyntaxError."""
        match = NAME.match(self.text, self.position)
        if not match:
            raise HclSyntaxError("expected a name", self.position)
        self.position = match.end()
        return match[0]

    def deeper(self, start: int) -> None:
        """Count one more expression around. Raises HclSyntaxError where it is one too many."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise HclSyntaxError(f"nested deeper than {MAX_DEPTH} levels", start)

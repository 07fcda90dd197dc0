"""Text from strangers made fit to print: nothing invisible stays invisible, and every width is known.

Names, paths and lines come from files that anyone may have written. What would steer a terminal (escape sequences,
C1 controls), hide (zero-width characters) or reorder (bidirectional controls, https://trojansource.codes) is shown as
a visible replacement instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

TAB_WIDTH = 4

_EMOJI_SELECTORS = frozenset("\ufe0e\ufe0f")


def printable(text: str, *, unicode: bool = True) -> str:
    r"""`text` with a visible replacement for every character that is not plainly visible, line ends and tabs included.

    Controls become their pictures (`␛`), others escapes (`\x9b`, `\u202e`). Without `unicode` the outcome is ASCII.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_replacements(text, unicode=unicode))


def cells(text: str, *, unicode: bool = True) -> list[tuple[str, int]]:
    """What each character of a source line is shown as, and in how many terminal cells; a tab is four spaces."""
    replacements = zip(text, _replacements(text, unicode=unicode), strict=True)
    shown = (" " * TAB_WIDTH if character == "\t" else replacement for character, replacement in replacements)
    return [(replacement, cell_width(replacement)) for replacement in shown]


def cell_width(text: str) -> int:
    """Terminal cells that printable `text` takes: two for East Asian wide characters and emoji, none for marks."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def wrap(text: str, width: int, *, taken: int = 0) -> list[str]:
    """Printable `text` in lines of at most `width` cells, broken at spaces only; a longer word stays whole.

    `taken` cells of the first line are not free.
    """
    lines: list[str] = []
    line = ""
    for spaces, word in re.findall(r"( *)([^ ]+)", text):
        longer = f"{line}{spaces}{word}" if line else word
        if line and cell_width(longer) > width - (0 if lines else taken):
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _replacements(text: str, *, unicode: bool) -> Iterator[str]:
    """What each character is shown as.

    An emoji's presentation selector becomes nothing: terminals disagree on its width. After an ASCII character it is
    no emoji's, and shown.
    """
    previous = ""
    for character in text:
        if character.isascii() and character.isprintable():
            yield character
        elif not unicode:
            yield _escaped(character)
        elif character in _EMOJI_SELECTORS:
            yield _escaped(character) if previous.isascii() else ""
        elif character < " ":
            yield chr(0x2400 + ord(character))
        elif character == "\x7f":
            yield "␡"
        else:
            yield character if character.isprintable() else _escaped(character)
        previous = character


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _character_width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return 0  # marks, and the vowels and final consonants of Hangul syllables written in parts
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1

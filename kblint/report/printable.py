"""Text from strangers made fit to print: nothing invisible stays invisible, and every width is known.

Names, paths and lines come from files that anyone may have written. What would steer a terminal (escape sequences,
C1 controls), hide (zero-width characters) or reorder (bidirectional controls, https://trojansource.codes) is shown as
a visible replacement instead.
"""

from __future__ import annotations

import re
import unicodedata

TAB_WIDTH = 4

_SELECTORS = ("\ufe0e", "\ufe0f")
_EMOJI_SELECTOR = re.compile("(?<=[^\x00-\x7f])[\ufe0e\ufe0f]")


def printable(text: str, *, unicode: bool = True) -> str:
    """`text` with a visible replacement for every character that is not plainly visible, line ends and tabs included.

    Controls become their pictures (`␛`), others escapes (`\\x9b`, `\\u202e`). Without `unicode` the outcome is ASCII.
    """
    if text.isascii() and text.isprintable():
        return text
    if unicode:
        # an emoji's presentation selector is dropped: terminals disagree on its width, and it says nothing
        text = _EMOJI_SELECTOR.sub("", text)
    return "".join(_shown(character, unicode=unicode) for character in text)


def cells(text: str, *, unicode: bool = True) -> list[tuple[str, int]]:
    """What each character of a source line is shown as, and in how many terminal cells; a tab is four spaces."""
    shown: list[tuple[str, int]] = []
    previous = ""
    for character in text:
        if character == "\t":
            shown.append((" " * TAB_WIDTH, TAB_WIDTH))
        elif unicode and character in _SELECTORS and not previous.isascii():
            shown.append(("", 0))
        else:
            replacement = _shown(character, unicode=unicode)
            shown.append((replacement, cell_width(replacement)))
        previous = character
    return shown


def cell_width(text: str) -> int:
    """Terminal cells that printable `text` takes: two for East Asian wide characters and emoji, none for marks."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def wrap(text: str, width: int) -> list[str]:
    """Printable `text` in lines of at most `width` cells, broken at spaces only; a longer word stays whole."""
    lines: list[str] = []
    line = ""
    for spaces, word in re.findall(r"( *)([^ ]+)", text):
        longer = f"{line}{spaces}{word}" if line else word
        if line and cell_width(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _shown(character: str, *, unicode: bool) -> str:
    if character.isprintable() and (character.isascii() or (unicode and character not in _SELECTORS)):
        return character
    code = ord(character)
    if unicode and code < 0x20:
        return chr(0x2400 + code)
    if unicode and code == 0x7F:
        return "␡"
    return character.encode("unicode_escape").decode("ascii")


def _character_width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return 0  # marks, and the vowels and final consonants of Hangul syllables written in parts
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1

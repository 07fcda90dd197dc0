"""Words of a shell script: quotes, escapes and variables.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kblint.wire.listening.passage import UNKNOWN, Passage

LONGEST = 1 << 15
"""Characters; a longer script is not read."""

Lookup = Callable[[str], str | None]
"""The value of a variable, holding UNKNOWN where it cannot be known; None where it is not set."""

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?:(:?[-=])([^{}$`\"'\\]*))?\}|([A-Za-z_]\w*))", re.ASCII)
_PARAMETERS = frozenset("@*#?$!-0123456789")
_ENDS_WORD = frozenset(" \t\r\n;|&<>()")


class ShellSyntaxError(ValueError):
    """The script is broken, too long, or beyond what is read here."""


class GrowingText:
    """A word or here-document while it grows."""

    def __init__(self, script: Passage) -> None:
        self.script = script
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """Take the script's characters as they are."""
        self.pieces.append(self.script.text[start:end])
        self.starts.extend(self.script.starts[start:end])
        self.ends.extend(self.script.ends[start:end])

    def put(self, text: str, start: int, end: int) -> None:
        """Put `text` in place of the script's characters from `start` to `end`."""
        if len(self.starts) + len(text) > LONGEST:
            raise ShellSyntaxError("variables that make it too long")
        self.pieces.append(text)
        self.starts.extend([self.script.starts[start]] * len(text))
        self.ends.extend([self.script.ends[end - 1]] * len(text))

    def passage(self) -> Passage:
        """What has grown."""
        return Passage("".join(self.pieces), self.script.holder, self.starts, self.ends)


class WordReader:
    """Reads words at a position of a script. `own` are the variables that the script itself has set so far."""

    def __init__(self, script: Passage, lookup: Lookup) -> None:
        if len(script.text) > LONGEST:
            raise ShellSyntaxError("too long")
        self.script = script
        self.text = script.text
        self.lookup = lookup
        self.own: dict[str, Passage] = {}
        self.position = 0

    def word(self) -> Passage:
        """The word at the position; empty, without a step, where none begins."""
        word = GrowingText(self.script)
        text = self.text
        while self.position < len(text) and text[self.position] not in _ENDS_WORD:
            character = text[self.position]
            if character == "'":
                end = text.find("'", self.position + 1)
                if end < 0:
                    raise ShellSyntaxError("an open quote")
                word.add(self.position + 1, end)
                self.position = end + 1
            elif character == '"':
                self._double_quoted(word)
            elif character == "\\":
                if text[self.position + 1 : self.position + 2] != "\n":
                    word.add(self.position + 1, self.position + 2)
                self.position += 2
            else:
                self.expandable(word, "", "")
        self.position = min(self.position, len(text))
        return word.passage()

    def _double_quoted(self, word: GrowingText) -> None:
        self.position += 1
        while self.text[self.position : self.position + 1] != '"':
            if self.position >= len(self.text):
                raise ShellSyntaxError("an open quote")
            self.expandable(word, '"', '"$`\\\n')
        self.position += 1

    def expandable(self, word: GrowingText, quote: str, escapable: str) -> None:
        """Take one character or one expansion."""
        at, text = self.position, self.text
        character = text[at]
        if character == "\\" and quote:
            following = text[at + 1 : at + 2]
            if following and following in escapable:
                if following != "\n":
                    word.add(at + 1, at + 2)
                self.position = at + 2
            else:
                word.add(at, at + 1)
                self.position = at + 1
        elif character == "`" or text.startswith("$(", at):
            self.position = self._end_of_substitution(at)
            word.put(UNKNOWN, at, self.position)
        elif character == "$" and (match := _VARIABLE.match(text, at)):
            self.position = match.end()
            value = self._value(match)
            if not quote and any(c.isspace() for c in value):
                value = UNKNOWN
            word.put(value, at, self.position)
        elif text.startswith("${", at) or (not quote and text.startswith("$'", at)):
            raise ShellSyntaxError("an expansion that is not followed")
        elif character == "$" and text[at + 1 : at + 2] in _PARAMETERS:
            self.position = at + 2
            word.put(UNKNOWN, at, self.position)
        else:
            word.add(at, at + 1)
            self.position = at + 1

    def _value(self, match: re.Match[str]) -> str:
        name = match.group(1) or match.group(4)
        value = self.own[name].text if name in self.own else self.lookup(name)
        operator, default = match.group(2), match.group(3)
        if value is None:
            # the image may set it
            return UNKNOWN
        if operator and operator.startswith(":") and not value:
            return str(default)
        return value

    def _end_of_substitution(self, at: int) -> int:
        text = self.text
        if text[at] == "`":
            end = text.find("`", at + 1)
            if end < 0:
                raise ShellSyntaxError("an open quote")
            return end + 1
        depth = 0
        for index in range(at + 1, len(text)):
            if text[index] == "(":
                depth += 1
            elif text[index] == ")":
                depth -= 1
                if not depth:
                    return index + 1
        raise ShellSyntaxError("an open parenthesis")

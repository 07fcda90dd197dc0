"""Plain substitutions of `sed`, such as `s/listen *80;/listen 8080;/`.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sed.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from kblint.source.regex import regex
from kblint.syntax.passage import Passage

MOST_REPEATS = 2
"""Repeated parts that a pattern may have: each one multiplies what matching costs."""
LONGEST_LINE = 120
LONGEST_COMMAND = 500
LONGEST_TEXT = 1024
"""Characters of a text that is edited."""


class Substitution(Struct, frozen=True, eq=False):
    """What to look for, and what to put there."""

    pattern: re.Pattern[str]
    replacement: Passage
    is_global: bool

    def applied(self, text: Passage) -> Passage | None:
        """The text after it, line by line as `sed` goes; None where what it changes is not in the text."""
        edits = []
        start = 0
        lines = text.text.splitlines(keepends=True)
        if is_too_long(text.text):
            return None
        for line in lines:
            matches = self.pattern.finditer(line.rstrip("\n"))
            for index, match in enumerate(matches):
                if (index and not self.is_global) or match.start() == match.end():
                    break
                edits.append((start + match.start(), start + match.end(), self.replacement))
            start += len(line)
        if edits:
            return text.patched(edits)
        # it may be about ports, in a part of the file that is not known
        return None if _MATTERS.search(self.pattern.pattern + self.replacement.text) else text


def is_too_long(text: str) -> bool:
    """Whether a text is not edited because of its length, or that of a line."""
    return len(text) > LONGEST_TEXT or any(len(line) > LONGEST_LINE for line in text.splitlines(keepends=True))


_MATTERS = regex(r"[0-9]{2}|listen|include", re.IGNORECASE)


_TOKEN = regex(
    r"(?P<blank>\\s|\[\[:(?:space|blank):\]\])|(?P<digit>\\d|\[0-9\]|\[\[:digit:\]\])|(?P<any>\.)"
    r"|\\(?P<escaped>[.*\[\]^$/|#,;:{}+?()&-])|(?P<anchor>[\^$])|(?P<plain>[^\\\[\]*])"
)


class InPlaceEdit(NamedTuple):
    """A `sed -i`: what it does, None for what is beyond plain substitutions, and to which files."""

    substitutions: list[Substitution | None]
    targets: list[Passage]
    is_beyond: bool
    """Whether a command is left out because of a limit."""


def edit_in_place(words: Sequence[Passage]) -> InPlaceEdit | None:
    """What a `sed` command line does to files; None where it only writes to its output."""
    is_in_place = is_extended = False
    expressions: list[Passage] = []
    operands: list[Passage] = []
    position = 1
    while position < len(words):
        word = words[position]
        if word.text in ("-e", "--expression") and position + 1 < len(words):
            position += 1
            expressions.append(words[position])
        elif word.text.startswith("--"):
            is_in_place = is_in_place or word.text.startswith("--in-place")
            is_extended = is_extended or word.text == "--regexp-extended"
        elif match := re.match(r"-([a-zA-Z]*)", word.text):
            is_in_place = is_in_place or "i" in match[1]
            is_extended = is_extended or bool({"E", "r"} & set(match[1]))
            if match[1].endswith("e") and position + 1 < len(words):
                position += 1
                expressions.append(words[position])
        else:
            operands.append(word)
        position += 1
    if not is_in_place:
        return None
    if not expressions:
        expressions, operands = operands[:1], operands[1:]
    found = [substitution(expression, is_extended=is_extended) for expression in expressions]
    is_beyond = any(_is_beyond(one.text, is_extended=is_extended) for one in expressions if one.is_known)
    return InPlaceEdit(found, operands, is_beyond)


def _is_beyond(expression: str, *, is_extended: bool) -> bool:
    """Whether a limit is why a command is not followed."""
    if len(expression) > LONGEST_COMMAND:
        return True
    command = _COMMAND.fullmatch(expression)
    made = _pattern(_searched(command), is_extended=is_extended) if command else None
    return made is not None and made[1] > MOST_REPEATS


def _searched(command: re.Match[str]) -> str:
    mark, searched, _, _ = command.groups()
    return searched.replace("\\" + mark, mark)


def substitution(expression: Passage, *, is_extended: bool) -> Substitution | None:
    """A substitution; None for any other command of `sed`, and for patterns beyond plain ones."""
    command = _COMMAND.fullmatch(expression.text)
    if command is None or len(expression.text) > LONGEST_COMMAND or not expression.is_known:
        return None
    flags = command[4]
    replacement = expression.cut(*command.span(3))
    if re.search(r"\\[^/|#,;:.&]|(?<!\\)&", replacement.text):
        return None
    made = _pattern(_searched(command), is_extended=is_extended)
    if made is None or made[1] > MOST_REPEATS:
        return None
    escapes = ((*match.span(), match.group(1)) for match in re.finditer(r"\\(.)", replacement.text))
    compiled = re.compile(made[0], re.IGNORECASE if "I" in flags else 0)
    return Substitution(compiled, replacement.replaced(escapes), "g" in flags)


_PART = r"((?:\\.|(?!\1)[^\\])*)"
_COMMAND = regex(rf"s(?![^\W_])([^\\\n]){_PART}\1{_PART}\1([gI]*)", re.DOTALL)


def _pattern(text: str, *, is_extended: bool) -> tuple[str, int] | None:
    """The same pattern for `re`, and how many repeats it has; None where it has more than characters and classes."""
    made = ""
    position = repeats = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or (match["escaped"] and match["escaped"] in "{}+?()|"):
            return None
        if match["plain"] and is_extended and match["plain"] in "(){}|+?":
            return None
        piece = _PIECES.get(match.lastgroup or "") or re.escape(match["escaped"] or match["plain"] or "")
        made += match.group() if match["anchor"] else piece
        position = match.end()
        repeat = re.compile(r"[*+?]" if is_extended else r"\*|\\[+?]").match(text, position)
        if repeat and not match["anchor"]:
            made += repeat.group()[-1]
            position = repeat.end()
            repeats += 1
    return (made, repeats) if made else None


_PIECES = {"blank": r"\s", "digit": "[0-9]", "any": "."}

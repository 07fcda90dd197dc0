"""Plain substitutions of `sed`, such as `s/listen *80;/listen 8080;/`.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sed.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kblint.syntax.passage import Passage

MOST_REPEATS = 2
"""Repeated parts that a pattern may have: each one multiplies what matching costs."""
LONGEST_LINE = 120
LONGEST_COMMAND = 500
LONGEST_TEXT = 1024
"""Characters of a text that is edited."""


@dataclass(frozen=True, slots=True, eq=False)
class Substitution:
    """What to look for, and what to put there."""

    pattern: re.Pattern[str]
    replacement: Passage
    is_global: bool

    def applied(self, text: Passage) -> Passage | None:
        """The text after it, line by line as `sed` goes; None where what it changes is not in the text."""
        edits = []
        start = 0
        lines = text.text.splitlines(keepends=True)
        if len(text.text) > LONGEST_TEXT or any(len(line) > LONGEST_LINE for line in lines):
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


_MATTERS = re.compile(r"[0-9]{2}|listen|include", re.IGNORECASE)


_TOKEN = re.compile(
    r"(?P<blank>\\s|\[\[:(?:space|blank):\]\])|(?P<digit>\\d|\[0-9\]|\[\[:digit:\]\])|(?P<any>\.)"
    r"|\\(?P<escaped>[.*\[\]^$/|#,;:{}+?()&-])|(?P<anchor>[\^$])|(?P<plain>[^\\\[\]*])"
)


class InPlaceEdit(NamedTuple):
    """A `sed -i`: what it does, None for what is beyond plain substitutions, and to which files."""

    substitutions: list[Substitution | None]
    targets: list[Passage]


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
    return InPlaceEdit([substitution(expression, is_extended=is_extended) for expression in expressions], operands)


def substitution(expression: Passage, *, is_extended: bool) -> Substitution | None:
    """A substitution; None for any other command of `sed`, and for patterns beyond plain ones."""
    command = _COMMAND.fullmatch(expression.text)
    if command is None or len(expression.text) > LONGEST_COMMAND or not expression.is_known:
        return None
    mark, searched, _, flags = command.groups()
    replacement = expression.cut(*command.span(3))
    if re.search(r"\\[^/|#,;:.&]|(?<!\\)&", replacement.text):
        return None
    pattern = _pattern(searched.replace("\\" + mark, mark), is_extended=is_extended)
    if pattern is None:
        return None
    escapes = ((*match.span(), match.group(1)) for match in re.finditer(r"\\(.)", replacement.text))
    compiled = re.compile(pattern, re.IGNORECASE if "I" in flags else 0)
    return Substitution(compiled, replacement.replaced(escapes), "g" in flags)


_PART = r"((?:\\.|(?!\1)[^\\])*)"
_COMMAND = re.compile(rf"s(?![^\W_])([^\\\n]){_PART}\1{_PART}\1([gI]*)", re.DOTALL)


def _pattern(text: str, *, is_extended: bool) -> str | None:
    """The same pattern for `re`; None where it is more than characters, blanks, digits and repeats."""
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
    return made if repeats <= MOST_REPEATS and made else None


_PIECES = {"blank": r"\s", "digit": "[0-9]", "any": "."}

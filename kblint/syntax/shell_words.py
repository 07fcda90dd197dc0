"""Words of a shell script: quotes, escapes and variables taken away, as far as they are known.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kblint.syntax.grammar import Node
from kblint.syntax.passage import UNKNOWN, Passage

LONGEST_WORD = 1 << 15
"""Characters that variables may make of a word or here-document; a longer one is unknown."""

Lookup = Callable[[str], str | None]
"""The value of a variable, holding UNKNOWN where it cannot be known; None where it is not set."""


@dataclass(slots=True, eq=False)
class Words:
    """Makes words of a script's nodes. `own` are the variables that the script itself has set so far."""

    script: Passage
    lookup: Lookup
    own: dict[str, Passage] = field(default_factory=dict)
    is_blind: bool = False
    """Whether no variable is known, as in a function that is called who knows when."""

    def of(self, node: Node) -> Passage:
        """The word that a node is."""
        start, end = node.start_byte, node.end_byte
        if node.type == "raw_string":
            return self.script.cut(start + 1, end - 1)
        if node.type in _PLAIN and "\\" not in self.script.text[start:end]:
            return self.script.cut(start, end)
        word = _Growing(self.script)
        self._take(word, node, is_quoted=False)
        return word.passage()

    def document(self, start: int, end: int, parts: Sequence[Node]) -> Passage:
        """A here-document in which variables are replaced."""
        document = _Growing(self.script)
        self._between(document, start, end, parts, '$`\\\n"')
        text = document.passage()
        # the grammar leaves these in a here-document's text
        return text.replaced((*match.span(), UNKNOWN) for match in _BACKTICKS.finditer(text.text))

    def _take(self, word: _Growing, node: Node, *, is_quoted: bool) -> None:
        start, end = node.start_byte, node.end_byte
        match node.type:
            case "raw_string":
                word.add(start + 1, end - 1)
            case "string":
                self._between(word, start + 1, end - 1, node.children[1:-1], '"$`\\\n')
            case "simple_expansion" | "expansion":
                value = UNKNOWN if self.is_blind else self._value(node)
                # an unquoted value falls into several words
                is_split = not is_quoted and any(character.isspace() for character in value)
                word.put(UNKNOWN if is_split else value, start, end)
            case kind if kind in _UNKNOWN:
                word.put(UNKNOWN, start, end)
            case _:
                self._between(word, start, end, node.children, None)

    def _between(self, word: _Growing, start: int, end: int, parts: Sequence[Node], escapable: str | None) -> None:
        """The parts, and what stands between them, in which a backslash escapes `escapable`; None for everything."""
        for part in parts:
            if part.type in _EXPANDED or (escapable is None and part.children):
                word.literal(start, part.start_byte, escapable)
                self._take(word, part, is_quoted=escapable is not None)
                start = part.end_byte
        word.literal(start, end, escapable)

    def _value(self, node: Node) -> str:
        match = _VARIABLE.fullmatch(self.script.text, node.start_byte, node.end_byte)
        if match is None:
            return UNKNOWN
        name = match[1] or match[4]
        value = self.own[name].text if name in self.own else self.lookup(name)
        if value is None:
            # the surroundings may set it
            return UNKNOWN
        return match[3] if match[2] and match[2].startswith(":") and not value else value


_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?:(:?[-=])([^{}$`\"'\\]*))?\}|([A-Za-z_]\w*))", re.ASCII)
_BACKTICKS = re.compile(r"`[^`]*`")
_UNKNOWN = frozenset(("command_substitution", "process_substitution", "arithmetic_expansion", "ansi_c_string", "array"))
_PLAIN = frozenset(("word", "variable_name"))
_EXPANDED = frozenset(("raw_string", "string", "simple_expansion", "expansion", *_UNKNOWN))
_ESCAPED = re.compile(r"\\(\r?\n|[\s\S])")


class _Growing:
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

    def literal(self, start: int, end: int, escapable: str | None) -> None:
        """Take the script's characters without the backslashes that escape something, and without escaped line ends."""
        for match in _ESCAPED.finditer(self.script.text, start, end):
            if escapable is None or match[1][-1] in escapable:
                self.add(start, match.start())
                start = match.end() if match[1][-1] == "\n" else match.start(1)
        self.add(start, end)

    def put(self, text: str, start: int, end: int) -> None:
        """Put `text` in place of the script's characters from `start` to `end`."""
        if len(self.starts) + len(text) > LONGEST_WORD:
            text = UNKNOWN
        self.pieces.append(text)
        self.starts.extend([self.script.starts[start]] * len(text))
        self.ends.extend([self.script.ends[end - 1]] * len(text))

    def passage(self) -> Passage:
        """What has grown."""
        return Passage("".join(self.pieces), self.script.holder, self.starts, self.ends)

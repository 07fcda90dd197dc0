"""What a shell script is made of: simple commands, and their words without quotes, escapes and variables.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Place, Span
from kblint.syntax.grammar import Node
from kblint.syntax.passage import UNKNOWN, Passage

LONGEST_WORD = 1 << 15
"""Characters that variables may make of a word or here-document; a longer one is unknown."""
_TIMES = 16
"""How many characters variables may put into a script for each of its own; what they would put in then is unknown."""

Edit = tuple[int, int, str]
"""From where to where something else stands in the script, and what."""

Lookup = Callable[[str], str | None]
"""The value of a variable, holding UNKNOWN where it cannot be known; None where it is not set."""


class Words(Struct, eq=False):
    """Makes words of a script's nodes. `own` are the variables that the script itself has set so far."""

    script: Passage
    lookup: Lookup
    own: dict[str, Passage] = field(default_factory=dict)
    is_blind: bool = False
    """Whether no variable is known, as in a function that is called who knows when."""
    cut: SyntaxFault | None = None
    """What became too long to be followed, the first of it."""
    left: int = 0
    """Characters that variables may still put in."""

    def __post_init__(self) -> None:
        self.left = max(LONGEST_WORD, _TIMES * len(self.script.text))

    def of(self, node: Node) -> Passage:
        """The word that a node is."""
        start, end = node.start_byte, node.end_byte
        if node.type == "raw_string":
            return self.script.cut(start + 1, end - 1)
        if node.type in _PLAIN and "\\" not in self.script.text[start:end]:
            return self.script.cut(start, end)
        return self._edited(start, end, self._edits(node, is_quoted=False))

    def document(self, start: int, end: int, parts: Sequence[Node]) -> Passage:
        """A here-document in which variables are replaced."""
        text = self._edited(start, end, self._between(start, end, parts, '$`\\\n"'))
        # the grammar leaves these in a here-document's text
        return text.replaced((*match.span(), UNKNOWN) for match in _BACKTICKS.finditer(text.text))

    def _edited(self, start: int, end: int, edits: Iterator[Edit]) -> Passage:
        """What the edits make of the script from `start` to `end`."""
        made: list[Edit] = []
        size = end - start
        for first, last, text in edits:
            size += len(text)
            self.left -= len(text)
            made.append((first - start, last - start, text if size <= LONGEST_WORD and self.left >= 0 else UNKNOWN))
        if made and not self.cut and (size > LONGEST_WORD or self.left < 0):
            message = f"variables make this longer than {LONGEST_WORD:,} characters; what it holds is not followed"
            if size <= LONGEST_WORD:
                message = f"variables make this script over {_TIMES} times as long; from here on none of them is known"
            self.cut = not_followed(self.script.place(start, end), message)
        return self.script.cut(start, end).replaced(made)

    def _edits(self, node: Node, *, is_quoted: bool) -> Iterator[Edit]:
        """What takes quotes and escapes out of a word, and puts values in."""
        start, end = node.start_byte, node.end_byte
        match node.type:
            case "raw_string":
                yield start, start + 1, ""
                yield end - 1, end, ""
            case "string":
                yield start, start + 1, ""
                yield from self._between(start + 1, end - 1, node.children[1:-1], '"$`\\\n')
                yield end - 1, end, ""
            case "simple_expansion" | "expansion":
                value = UNKNOWN if self.is_blind else self._value(node)
                # an unquoted value falls into several words
                is_split = not is_quoted and _SPACE.search(value) is not None
                yield start, end, UNKNOWN if is_split else value
            case kind if kind in _UNKNOWN:
                yield start, end, UNKNOWN
            case _:
                yield from self._between(start, end, node.children, None)

    def _between(self, start: int, end: int, parts: Sequence[Node], escapable: str | None) -> Iterator[Edit]:
        """The parts, and what stands between them, in which a backslash escapes `escapable`; None for everything."""
        for part in parts:
            if part.type in _EXPANDED or (escapable is None and part.children):
                yield from self._escapes(start, part.start_byte, escapable)
                yield from self._edits(part, is_quoted=escapable is not None)
                start = part.end_byte
        yield from self._escapes(start, end, escapable)

    def _escapes(self, start: int, end: int, escapable: str | None) -> Iterator[Edit]:
        """The backslashes that escape something, and escaped line ends."""
        for match in _ESCAPED.finditer(self.script.text, start, end):
            if escapable is None or match[1][-1] in escapable:
                yield match.start(), match.end() if match[1][-1] == "\n" else match.start(1), ""

    def _value(self, node: Node) -> str:
        match = _VARIABLE.fullmatch(self.script.text, node.start_byte, node.end_byte)
        if match is None or self.left < 0:
            return UNKNOWN
        name = match[1] or match[4]
        value = self.own[name].text if name in self.own else self.lookup(name)
        if value is None:
            # the surroundings may set it
            return UNKNOWN
        return match[3] if match[2] and match[2].startswith(":") and not value else value


_VARIABLE = regex(r"\$(?:\{([A-Za-z_]\w*)(?:(:?[-=])([^{}$`\"'\\]*))?\}|([A-Za-z_]\w*))", re.ASCII)
_BACKTICKS = regex(r"`[^`]*`")
_UNKNOWN = frozenset(("command_substitution", "process_substitution", "arithmetic_expansion", "ansi_c_string", "array"))
_PLAIN = frozenset(("word", "variable_name"))
_EXPANDED = frozenset(("raw_string", "string", "simple_expansion", "expansion", *_UNKNOWN))
_SPACE = regex(r"\s")
_ESCAPED = regex(r"\\(\r?\n|[\s\S])")


class Redirection(Struct, frozen=True, eq=False):
    """`operator` and the file's name; for a here-document, `<<` and its text. Of output, only the standard one's."""

    operator: str
    target: Passage


class Assignment(Struct, frozen=True, eq=False):
    """`name=value`, and where all of it stands."""

    name: str
    value: Passage
    place: Place

    @classmethod
    def in_word(cls, word: Passage) -> Assignment | None:
        """What a word sets that is given to a program such as `env`; None where it is none of this form."""
        match = _SET.match(word.text)
        return cls(match[1], word.cut(match.end()), word.place()) if match else None


_SET = regex(r"([A-Za-z_]\w*)=", re.ASCII)


class SimpleCommand(Struct, eq=False):
    """One command. `before` and `after` are the operators around it: `&&`, `|`, `;`, `&`, empty at the ends.

    `variables` holds what the script itself has put into its environment. `is_conditional` says that it may not run:
    it stands in a branch or a loop (`is_branch`), or in the function of that name. `end` is where its last word ends,
    its quotes included.
    """

    words: tuple[Passage, ...]
    assignments: tuple[Assignment, ...]
    end: Place
    variables: Mapping[str, Passage]
    is_conditional: bool
    before: str = ""
    after: str = ""
    redirections: list[Redirection] = field(default_factory=list)
    is_branch: bool = False
    function: str = ""

    def place_from(self, word: Passage) -> Place:
        """From one of its words to its end."""
        first = word.place()
        if first.source is self.end.source and first.span.start <= self.end.span.end:
            return Place(first.source, Span(first.span.start, self.end.span.end))
        return first


class Script(Struct, frozen=True, eq=False):
    """The commands of a script in the order they stand; `gap` is what cannot be followed, if there is anything.

    `cut` is what a limit of kblint's own keeps from being followed.
    """

    commands: tuple[SimpleCommand, ...]
    gap: str | None
    cut: SyntaxFault | None = None

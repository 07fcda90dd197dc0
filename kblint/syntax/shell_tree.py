"""What a shell script is made of, for who wants to know what it runs: simple commands, in the order they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kblint.source.text import Place, Span
from kblint.syntax.passage import Passage


@dataclass(frozen=True, slots=True, eq=False)
class Redirection:
    """`operator` and the file's name; for a here-document, `<<` and its text. Of output, only the standard one's."""

    operator: str
    target: Passage


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """`name=value`, and where all of it stands."""

    name: str
    value: Passage
    place: Place

    @classmethod
    def in_word(cls, word: Passage) -> Assignment | None:
        """What a word sets that is given to a program such as `env`; None where it is none of this form."""
        match = _SET.match(word.text)
        return cls(match[1], word.cut(match.end()), word.place()) if match else None


_SET = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)


@dataclass(slots=True, eq=False)
class SimpleCommand:
    """One command. `before` and `after` are the operators around it: `&&`, `|`, `;`, `&`, empty at the ends.

    `variables` holds what the script itself has put into its environment. `is_conditional` says that it may not run.
    `end` is where its last word ends, its quotes included.
    """

    words: tuple[Passage, ...]
    assignments: tuple[Assignment, ...]
    end: Place
    variables: Mapping[str, Passage]
    is_conditional: bool
    before: str = ""
    after: str = ""
    redirections: list[Redirection] = field(default_factory=list)

    def place_from(self, word: Passage) -> Place:
        """From one of its words to its end."""
        first = word.place()
        if first.source is self.end.source and first.span.start <= self.end.span.end:
            return Place(first.source, Span(first.span.start, self.end.span.end))
        return first


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """The commands of a script in the order they stand; `gap` is what cannot be followed, if there is anything."""

    commands: tuple[SimpleCommand, ...]
    gap: str | None

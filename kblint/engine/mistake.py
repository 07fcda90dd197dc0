"""What is wrong inside a text of a rule file, before anybody knows which file that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MistakeError(Exception):
    """Private to the engine: something is wrong at `offset` of a text; `rule_file` turns it into a RuleError."""

    def __init__(self, message: str, offset: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.help = help


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A help line for a word that is none of `known`: the nearest of them, else all when they are few."""
    names = sorted(set(known))
    nearest = difflib.get_close_matches(word, names, n=1)
    if nearest:
        return f"did you mean `{nearest[0]}`?"
    return f"there are {', '.join(f'`{name}`' for name in names)}" if 0 < len(names) <= 30 else None

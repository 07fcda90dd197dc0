"""Which known word was probably meant by one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cached_property

from kblint.source.grouping import grouped

SAME_WORD = 0.85
"""As alike as two words of which one has a letter too many or two exchanged: what findings may rest on."""
RESEMBLES = 0.66
"""Enough for a hint that a person reads and judges."""
_LONGEST = 100
"""Characters of a word that is compared; comparing takes the square of its length, and no name is that long."""
_SHORTEST = 5
"""Letters of a word that one slip of the hand still leaves recognisable; `app` and `api` are two words."""
_FEW = 30
_MANY = 100
"""Words of which each is compared; comparing n with n would cost n²."""


def nearest(word: str, known: Iterable[str], likeness: float = SAME_WORD) -> str | None:
    """The most similar of `known`, upper and lower case alike; None where none is as similar as `likeness`.

    A single slip of the hand in a word of some letters is always similar enough.
    """
    if len(word) > _LONGEST:
        return None
    word = word.lower()
    lowered = {name.lower(): name for name in sorted(known, reverse=True)}
    found = difflib.get_close_matches(word, lowered, n=1, cutoff=likeness)
    if not found and len(word) >= _SHORTEST:
        found = [name for name in lowered if is_typo(word, name)][:1]
    return lowered[found[0]] if found else None


class Spellings:
    """Words of which the nearest is asked for again and again: `nearest` itself looks at all of them each time."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted(set(known))

    def nearest(self, word: str) -> str | None:
        """As `nearest`; where there are very many, only those a single slip of the hand away are looked at."""
        if len(self._known) <= _MANY or len(word) > _LONGEST:
            return nearest(word, self._known)
        forms = [form for one in _forms(word.lower()) for form in self._by_form.get(one, ())[:_FEW]]
        return nearest(word, dict.fromkeys(forms))

    @cached_property
    def _by_form(self) -> dict[str, tuple[str, ...]]:
        return grouped((form, name) for name in self._known for form in _forms(name[:_LONGEST].lower()))


def _forms(word: str) -> list[str]:
    """The word, and what is left of it without each one of its letters: near words have one of these in common."""
    return list(dict.fromkeys([word, *(word[:index] + word[index + 1 :] for index in range(len(word)))]))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A help line for a word that is none of `known`: the nearest of them, else all when they are few."""
    names = sorted(set(known))
    near = nearest(word, names, RESEMBLES)
    if near:
        return f"did you mean `{near}`?"
    return f"there are {', '.join(f'`{name}`' for name in names)}" if 0 < len(names) <= _FEW else None


def is_abbreviated(one: str, other: str) -> bool:
    """Whether two names say the same words, of which one shortens some: `db-prod` and `db-production`."""
    words = [name.lower().replace("_", "-").replace(".", "-").split("-") for name in (one, other)]
    if one == other or len(words[0]) != len(words[1]):
        return False
    return all(
        long.startswith(short) and (short == long or len(short) >= 3)
        for short, long in (sorted(pair, key=len) for pair in zip(*words, strict=True))
    )


def is_typo(one: str, other: str) -> bool:
    """Whether two words differ by one slip of the hand: numbers that differ (`web-1`, `web-2`) are none."""
    if one == other or min(len(one), len(other)) < 3 or abs(len(one) - len(other)) > 1:
        return False
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) == len(other):
        if any(first.isdigit() or second.isdigit() for first, second in differing):
            return False
        return len(differing) == 1 or (len(differing) == 2 and sorted(differing[0]) == sorted(differing[1]))
    longer, shorter = sorted((one, other), key=len, reverse=True)
    added = (letter for index, letter in enumerate(longer) if longer[:index] + longer[index + 1 :] == shorter)
    return not next(added, "0").isdigit()

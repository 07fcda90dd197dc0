"""Texts in small letters, in which words are looked for quickly: reading a long text word by word costs far more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def folded(text: str) -> bytes:
    """A text in small letters, a byte a character: what is no ASCII is `?`."""
    return text.encode("ascii", "replace").lower()


def occurrences(small: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands in a text that is folded."""
    position = small.find(word)
    while position >= 0:
        yield position
        position = small.find(word, position + 1)


def lines_with(small: bytes, words: Iterable[bytes]) -> tuple[int, ...]:
    """Where the lines begin that hold one of the words; only LF ends a line here."""
    found: set[int] = set()
    for word in words:
        position = small.find(word)
        while position >= 0:
            found.add(small.rfind(b"\n", 0, position) + 1)
            end = small.find(b"\n", position)
            position = small.find(word, end) if end >= 0 else -1
    return tuple(sorted(found))

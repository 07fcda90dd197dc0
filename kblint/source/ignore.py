"""Patterns as in `.gitignore`: what they leave out, asked name by name on the way down a tree.

A walk knows where it is, so a pattern is never matched against a whole path again: what is kept of it on the way down
is how far into it one is. That costs as much for a name at depth 1,000 as for one at the top, whatever a stranger
writes. https://git-scm.com/docs/gitignore
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_PATTERNS = 10_000
"""In one file; each may have to be asked for each name."""
_KEPT = 1000
"""Names of which is kept what a file of patterns says."""
_ANY_DEPTH = "**"
_SPECIAL = re.compile(r"\\(.)|\[\^|\*+", re.DOTALL)


class _Decision(NamedTuple):
    """What a pattern says; the greater one counts."""

    level: int
    number: int
    is_negated: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line: what each name on the way must be, `_ANY_DEPTH` for any number of folders; `number` is its place."""

    number: int
    parts: tuple[str | re.Pattern[str], ...]
    is_negated: bool
    folders_only: bool

    @property
    def is_anywhere(self) -> bool:
        """Whether it is one name, at any depth."""
        return len(self.parts) == 2 and self.parts[0] == _ANY_DEPTH

    def starts(self) -> frozenset[int]:
        return self._reached(0)

    def _reached(self, part: int) -> frozenset[int]:
        return frozenset((part, part + 1)) if self.parts[part] == _ANY_DEPTH else frozenset((part,))

    def ends(self, reached: Iterable[int], name: str, *, is_dir: bool) -> bool:
        """Whether the whole pattern is matched once `name` follows."""
        last = len(self.parts) - 1
        return (is_dir or not self.folders_only) and last in reached and _fits(self.parts[last], name)

    def after(self, reached: Iterable[int], name: str) -> frozenset[int]:
        """How far one is in the folder `name`; empty where nothing below it can match."""
        found: set[int] = set()
        for part in reached:
            if self.parts[part] == _ANY_DEPTH:
                found |= self._reached(part)
            elif part + 1 < len(self.parts) and _fits(self.parts[part], name):
                found |= self._reached(part + 1)
        return frozenset(found)


class _Names:
    """The patterns of one name at any depth, of one file and of those outside of it; what they said is kept.

    Folders far down have the same files above them, and often the same names in them, as those before.
    """

    def __init__(self, outer: _Names | None, level: int, patterns: Sequence[_Pattern]) -> None:
        self.outer = outer
        self.level = level
        self.patterns = tuple(reversed(patterns))
        # matches every name that any of them does
        self.first_look = re.compile("|".join(_text(pattern.parts[1]) for pattern in patterns))
        self.said: dict[tuple[str, bool], _Decision | None] = {}

    def decision(self, name: str, *, is_dir: bool) -> _Decision | None:
        key = (name, is_dir)
        asked: list[_Names] = []
        at: _Names | None = self
        found: _Decision | None = None
        while at is not None and found is None:
            if key in at.said:
                found = at.said[key]
                break
            asked.append(at)
            found = at.own(name, is_dir=is_dir)
            at = at.outer
        for names in asked:
            if len(names.said) < _KEPT:
                names.said[key] = found
        return found

    def own(self, name: str, *, is_dir: bool) -> _Decision | None:
        if not self.first_look.match(name):
            return None
        ending = (one for one in self.patterns if one.ends((1,), name, is_dir=is_dir))
        return next((_Decision(self.level, one.number, one.is_negated) for one in ending), None)


@dataclass(frozen=True, slots=True)
class Ignores:
    """The patterns that hold in one folder, from files in it and outside of it.

    The innermost file with a pattern that matches decides, in it the last one. `ways` are the patterns of more than one
    name that can still match here or below, each with the `level` of its file and how far one is into it.
    """

    level: int = 0
    names: _Names | None = None
    ways: tuple[tuple[int, _Pattern, frozenset[int]], ...] = ()

    def leaves_out(self, name: str, *, is_dir: bool) -> bool | None:
        """True to leave out what is called `name` in this folder, False to keep it, None where no pattern matches."""
        found = [
            _Decision(level, pattern.number, pattern.is_negated)
            for level, pattern, reached in self.ways
            if pattern.ends(reached, name, is_dir=is_dir)
        ]
        said = self.names.decision(name, is_dir=is_dir) if self.names else None
        if said:
            found.append(said)
        return not max(found).is_negated if found else None

    def inside(self, name: str) -> Ignores:
        """What holds in the folder `name`."""
        if not self.ways:
            return self
        ways = ((level, pattern, pattern.after(reached, name)) for level, pattern, reached in self.ways)
        return Ignores(self.level, self.names, tuple(way for way in ways if way[2]))

    def with_lines(self, lines: Sequence[str]) -> Ignores:
        """What holds where this folder has a file of patterns of its own."""
        level = self.level + 1
        every = tuple(_patterns(lines))
        anywhere = tuple(pattern for pattern in every if pattern.is_anywhere)
        ways = ((level, pattern, pattern.starts()) for pattern in every if not pattern.is_anywhere)
        names = _Names(self.names, level, anywhere) if anywhere else self.names
        return Ignores(level, names, (*self.ways, *ways))


def _patterns(lines: Sequence[str]) -> Iterator[_Pattern]:
    for number, line in enumerate(lines):
        text = _without_spaces(line.removesuffix("\r"))
        if not text or text.startswith("#"):
            continue
        is_negated = text.startswith("!")
        text = text[1:] if is_negated else text
        folders_only = text.endswith("/")
        text = text[:-1] if folders_only else text
        is_way = "/" in text
        names = [_ANY_DEPTH, *_one_name(text)] if not is_way else text.removeprefix("/").split("/")
        parts = tuple(_parts(names))
        if parts and "" not in parts:
            yield _Pattern(number, parts, is_negated, folders_only)


def _without_spaces(line: str) -> str:
    """Spaces at the end count only behind a backslash."""
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and bare != line else bare


def _one_name(text: str) -> Iterator[str]:
    yield "*" if text == _ANY_DEPTH else text


def _parts(names: Sequence[str]) -> Iterator[str | re.Pattern[str]]:
    """What each name must be; two stars at the end stand for all that is inside."""
    for number, name in enumerate(names):
        is_last = number == len(names) - 1
        if name != _ANY_DEPTH:
            yield _compiled(name)
        else:
            if number == 0 or names[number - 1] != _ANY_DEPTH:
                yield _ANY_DEPTH
            if is_last:
                yield _compiled("*")


def _compiled(name: str) -> str | re.Pattern[str]:
    if not any(sign in name for sign in "*?[\\"):
        return name
    return re.compile(fnmatch.translate(_SPECIAL.sub(_as_fnmatch, name)))


def _as_fnmatch(found: re.Match[str]) -> str:
    """What git writes with a backslash, `[^` and several stars, as Python's module does."""
    if found[1]:
        return f"[{found[1]}]" if found[1] in "*?[" else found[1]
    return "[!" if found[0] == "[^" else "*"


def _text(part: str | re.Pattern[str]) -> str:
    return rf"{re.escape(part)}\Z" if isinstance(part, str) else part.pattern


def _fits(part: str | re.Pattern[str], name: str) -> bool:
    return part == name if isinstance(part, str) else part.match(name) is not None

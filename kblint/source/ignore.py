"""Patterns as in `.gitignore`: what they leave out, asked name by name on the way down a tree.

A walk knows where it is, so a pattern is never matched against a whole path again: what is kept of it on the way down
is how far into it one is. That costs as much for a name at depth 1,000 as for one at the top, whatever a stranger
writes. https://git-scm.com/docs/gitignore
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from msgspec import Struct, field

from kblint.source.grouping import grouped
from kblint.source.regex import regex

MAX_PATTERNS = 10_000
"""In one file."""
MAX_WILDCARDS = 2000
"""`*`, `?` and `[` in one file and those of the folders around it: all have to be asked for each name."""
MAX_LINE = 4096
"""Characters: the longest path that Linux opens."""
_KEPT = 1000
"""Names of which is kept what a file of patterns says."""
_ANY_DEPTH = "**"
_WILDCARD = regex(r"\*+|[?\[]")
_ESCAPED = regex(r"\\(.)", re.DOTALL)
_SPECIAL = regex(r"\\(.)|\[\^|\*+", re.DOTALL)


class _Decision(NamedTuple):
    """What a pattern says; the greater one counts."""

    level: int
    number: int
    is_negated: bool


class _Part(NamedTuple):
    """What one name on the way must be; where it `is_deep`, any number of folders may come before it."""

    name: str | re.Pattern[str]
    is_deep: bool

    def fits(self, name: str) -> bool:
        return self.name == name if isinstance(self.name, str) else self.name.match(name) is not None


class _Pattern(Struct, frozen=True):
    """One line: its parts, the `level` of its file and its `number` in it."""

    level: int
    number: int
    parts: tuple[_Part, ...]
    is_negated: bool
    folders_only: bool

    def decision(self) -> _Decision:
        return _Decision(self.level, self.number, self.is_negated)


class _Way(NamedTuple):
    """How far one is into a pattern: the next name is compared to its part `at`."""

    pattern: _Pattern
    at: int

    @property
    def part(self) -> _Part:
        return self.pattern.parts[self.at]

    @property
    def is_last(self) -> bool:
        return self.at == len(self.pattern.parts) - 1

    @property
    def key(self) -> tuple[int, int]:
        """What tells its pattern from others."""
        return self.pattern.level, self.pattern.number


class _ByName:
    """Ways, found by the name that comes next."""

    def __init__(self, ways: Sequence[_Way]) -> None:
        plain = ((way.part.name, way) for way in ways if isinstance(way.part.name, str))
        self._plain: Mapping[object, Sequence[_Way]] = grouped(plain)
        self._wild = [way for way in ways if not isinstance(way.part.name, str)]
        texts = (way.part.name.pattern for way in self._wild if not isinstance(way.part.name, str))
        self._first_look = re.compile("|".join(texts))
        """Matches every name that any of them does."""

    def fitting(self, name: str) -> Iterator[_Way]:
        yield from self._plain.get(name, ())
        if self._wild and self._first_look.match(name):
            yield from (way for way in self._wild if way.part.fits(name))


class _Deep:
    """Ways whose next name may come at any depth below a folder, and those from further out.

    Folders far down have the same files above them, and often the same names in them, as those before: what the last
    parts of patterns say of a name is kept.
    """

    def __init__(self, outer: _Deep | None, ways: Sequence[_Way]) -> None:
        self.outer = outer
        self.ends = _ByName([way for way in ways if way.is_last])
        self.others = _ByName([way for way in ways if not way.is_last])
        self.said: dict[tuple[str, bool], _Decision | None] = {}

    def decision(self, name: str, *, is_dir: bool) -> _Decision | None:
        """What the patterns say that end with `name`."""
        key = (name, is_dir)
        asked: list[_Deep] = []
        at: _Deep | None = self
        while at is not None and key not in at.said:
            asked.append(at)
            at = at.outer
        found = at.said[key] if at is not None else None
        for deep in reversed(asked):
            found = _decision((found,), deep.ends.fitting(name), is_dir=is_dir)
            if len(deep.said) < _KEPT:
                deep.said[key] = found
        return found

    def onward(self, name: str) -> Iterator[_Way]:
        """The ways that lead into the folder `name`, and on."""
        at: _Deep | None = self
        while at is not None:
            yield from at.others.fitting(name)
            at = at.outer


def _decision(said: Iterable[_Decision | None], ways: Iterable[_Way], *, is_dir: bool) -> _Decision | None:
    """The greatest of what was said, and of what ways say that end here."""
    ended = (way.pattern for way in ways if way.is_last and (is_dir or not way.pattern.folders_only))
    found = [*(one for one in said if one), *(pattern.decision() for pattern in ended)]
    return max(found, default=None)


class Ignores(Struct, frozen=True):
    """The patterns that hold in one folder, from files in it and outside of it.

    The innermost file with a pattern that matches decides, in it the last one. `_here` are the ways whose next name
    must stand in this very folder; `_reached` is how far into a pattern one is at any depth, once that is not its
    start: what one was before leads to nothing that this does not lead to. `wildcards` are those in force here.
    """

    level: int = 0
    wildcards: int = 0
    _deep: _Deep | None = None
    _here: tuple[_Way, ...] = ()
    _reached: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def leaves_out(self, name: str, *, is_dir: bool) -> bool | None:
        """True to leave out what is called `name` in this folder, False to keep it, None where no pattern matches."""
        deep = self._deep.decision(name, is_dir=is_dir) if self._deep else None
        found = _decision((deep,), (way for way in self._here if way.part.fits(name)), is_dir=is_dir)
        return not found.is_negated if found else None

    def leaves_out_file(self, path: str) -> bool:
        """Whether a file is left out, itself or with a folder on its way; `path` starts where the patterns do."""
        *folders, file = (name for name in PurePath(path).parts if name not in ("..", "/"))
        at = self
        for folder in folders:
            if at.leaves_out(folder, is_dir=True):
                return True
            at = at.inside(folder)
        return bool(at.leaves_out(file, is_dir=False))

    def inside(self, name: str) -> Ignores:
        """What holds in the folder `name`."""
        if not self._here and not self._deep:
            return self
        leading = [way for way in self._here if not way.is_last and way.part.fits(name)]
        leading += self._deep.onward(name) if self._deep else ()
        on = {_Way(way.pattern, way.at + 1) for way in leading if way.at >= self._reached.get(way.key, 0)}
        return self._with(on, self.level, self.wildcards)

    def with_lines(self, lines: Sequence[str]) -> Ignores:
        """What holds where this folder has a file of patterns of its own."""
        level = self.level + 1
        starts = [_Way(pattern, 0) for pattern in _patterns(lines, level)]
        return self._with((*self._here, *starts), level, self.wildcards + _wildcards(lines))

    def _with(self, ways: Iterable[_Way], level: int, wildcards: int) -> Ignores:
        here: list[_Way] = []
        deep: dict[tuple[int, int], _Way] = {}
        for way in ways:
            if not way.part.is_deep:
                here.append(way)
            elif way.at >= max(self._reached.get(way.key, -1) + 1, deep[way.key].at if way.key in deep else 0):
                deep[way.key] = way
        reached = {key: way.at for key, way in deep.items() if way.at}
        return Ignores(
            level,
            wildcards,
            _Deep(self._deep, list(deep.values())) if deep else self._deep,
            tuple(here),
            {**self._reached, **reached} if reached else self._reached,
        )


def too_much(lines: Sequence[str], outer: Ignores) -> str | None:
    """Why lines are not taken as patterns inside of what holds already; None for those that are."""
    if len(lines) > MAX_PATTERNS:
        return f"has more than {MAX_PATTERNS:,} lines"
    if any(len(line) > MAX_LINE for line in lines):
        return f"has a line of more than {MAX_LINE:,} characters"
    if outer.wildcards + _wildcards(lines) > MAX_WILDCARDS:
        around = ", with those of the folders around it," if outer.wildcards else ""
        return f"has{around} more than {MAX_WILDCARDS:,} of the signs `*`, `?` and `[`"
    return None


def _wildcards(lines: Iterable[str]) -> int:
    """How many there are in all lines; stars next to each other are one."""
    return sum(len(_WILDCARD.findall(line)) for line in lines)


def _patterns(lines: Sequence[str], level: int) -> Iterator[_Pattern]:
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
        if names and "" not in names:
            yield _Pattern(level, number, tuple(_parts(names)), is_negated, folders_only)


def _without_spaces(line: str) -> str:
    """Spaces at the end count only behind a backslash."""
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and bare != line else bare


def _one_name(text: str) -> Iterator[str]:
    yield "*" if text == _ANY_DEPTH else text


def _parts(names: Sequence[str]) -> Iterator[_Part]:
    """What each name must be; two stars at the end stand for all that is inside."""
    is_deep = False
    for name in names:
        if name != _ANY_DEPTH:
            yield _Part(_compiled(name), is_deep)
        is_deep = name == _ANY_DEPTH
    if is_deep:
        yield _Part(_compiled("*"), is_deep)


def _compiled(name: str) -> str | re.Pattern[str]:
    if not _WILDCARD.search(name):
        return _ESCAPED.sub(r"\1", name)
    return re.compile(fnmatch.translate(_SPECIAL.sub(_as_fnmatch, name)))


def _as_fnmatch(found: re.Match[str]) -> str:
    """What git writes with a backslash, `[^` and several stars, as Python's module does."""
    if found[1]:
        return f"[{found[1]}]" if found[1] in "*?[" else found[1]
    return "[!" if found[0] == "[^" else "*"

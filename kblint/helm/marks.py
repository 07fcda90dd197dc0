"""Templates with marks in them, so that what helm makes of them says where each character comes from.

Marks stand before the first character of each line of text, around each action that prints, and around loops and each
of their rounds. They change nothing else: where a dash trims blanks, the mark takes the dash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from kblint.source.regex import regex
from kblint.source.text import Span
from kblint.syntax.go_template import OPENING, NoTemplateError, TemplateAction, actions

_FIRST, _LAST = "\ua9c1", "\ua9c2"
"""Two ornaments of Javanese, which nobody writes, and which count as letters that are printed as they are."""
_MARK = regex(f"{_FIRST}([0-6])([0-9]*){_LAST}")
_TEXT, _ACTION, _CLOSE, _LOOP, _ROUND, _LOOP_END, _FILE = "0123456"
_LINE = regex(r"[^\s][^\n]*")


def can_be_marked(texts: Iterable[bytes]) -> bool:
    """Whether nobody wrote such marks already, as they are or as JSON escapes them."""
    signs = [form for sign in (_FIRST, _LAST) for form in (sign.encode(), json.dumps(sign)[1:-1].encode())]
    return not any(sign in text for text in texts for sign in signs)


class PrintingAction(Struct, frozen=True):
    """An action that prints: its number, the template by its path in the chart, and itself."""

    number: int
    file: str
    action: TemplateAction


class Marks(Struct):
    """What stands for each number."""

    files: list[str] = field(default_factory=list)
    texts: list[tuple[str, int]] = field(default_factory=list)
    """The template, and the offset in it."""
    printed: list[PrintingAction] = field(default_factory=list)
    loops: list[tuple[str, int]] = field(default_factory=list)
    """The template, and the offset of the action that begins the loop."""


def marked(templates: Mapping[str, str], *, is_deep: bool) -> tuple[dict[str, str], Marks]:
    """The templates with marks, and what these mean. Where `is_deep`, named templates have some too."""
    marks = Marks()
    return {file: _Marker(file, text, marks, is_deep=is_deep).all() for file, text in templates.items()}, marks


class _Marker:
    def __init__(self, file: str, text: str, marks: Marks, *, is_deep: bool) -> None:
        self._file = file
        self._text = text
        self._marks = marks
        self._is_deep = is_deep
        self._open: list[tuple[str, int | None]] = []
        """The keywords of the blocks that are open, with the number of a loop."""

    def all(self) -> str:
        """The whole template; as it is where it is none."""
        try:
            found = list(actions(self._text))
        except NoTemplateError:
            return self._text
        parts: list[str] = []
        if not self._file.rpartition("/")[2].startswith("_"):
            parts.append(_mark(_FILE, len(self._marks.files)))
            self._marks.files.append(self._file)
        position = 0
        for action in found:
            parts.append(self._lines(position, action.span.start))
            parts.append(self._action(action))
            position = action.span.end
        parts.append(self._lines(position, len(self._text)))
        return "".join(parts)

    @property
    def _is_quiet(self) -> bool:
        return not self._is_deep and any(keyword in ("define", "block") for keyword, _ in self._open)

    def _lines(self, start: int, end: int) -> str:
        text = self._text[start:end]
        if self._is_quiet:
            return text

        def one(match: re.Match[str]) -> str:
            self._marks.texts.append((self._file, start + match.start()))
            return _mark(_TEXT, len(self._marks.texts) - 1) + match[0]

        return _LINE.sub(one, text)

    def _action(self, action: TemplateAction) -> str:
        written = self._text[action.span.start : action.span.end]
        keyword = action.keyword
        if keyword in OPENING:
            return self._opened(action, written)
        if keyword == "end":
            opened, loop = self._open.pop() if self._open else ("", None)
            if opened == "range" and loop is not None:
                return (
                    written[: -3 if action.trims_after else -2]
                    + "}}"
                    + _printing(_mark(_LOOP_END, loop), trims_after=action.trims_after)
                )
            return written
        if keyword not in ("", "template") or self._is_quiet:
            return written
        number = len(self._marks.printed)
        self._marks.printed.append(PrintingAction(number, self._file, action))
        inner = self._text[action.inner.start : action.inner.end]
        before = _printing(_mark(_ACTION, number), trims_before=action.trims_before)
        return f"{before}{{{{ {inner} }}}}{_printing(_mark(_CLOSE, number), trims_after=action.trims_after)}"

    def _opened(self, action: TemplateAction, written: str) -> str:
        if action.keyword != "range" or self._is_quiet:
            self._open.append((action.keyword, None))
            return written
        loop = len(self._marks.loops)
        self._marks.loops.append((self._file, action.span.start))
        self._open.append(("range", loop))
        inner = self._text[action.inner.start : action.inner.end]
        before = _printing(_mark(_LOOP, loop), trims_before=action.trims_before)
        return f"{before}{{{{ {inner} }}}}{_printing(_mark(_ROUND, loop), trims_after=action.trims_after)}"


def _mark(kind: str, number: int) -> str:
    return f"{_FIRST}{kind}{number}{_LAST}"


def _printing(mark: str, *, trims_before: bool = False, trims_after: bool = False) -> str:
    return f'{{{{{"- " if trims_before else ""}"{mark}"{" -" if trims_after else ""}}}}}'


class AtWork(NamedTuple):
    """An action at work: its number, and in which round each loop was, by the loop's number, when it printed."""

    printed: int
    rounds: tuple[tuple[int, int], ...]


class Stretch(NamedTuple):
    """Characters that come from one place: `frames` are the actions that print them, the outermost first.

    `written` is the template and offset of text that stands there as it is; `rounds` as in a frame.
    """

    start: int
    end: int
    frames: tuple[AtWork, ...]
    written: tuple[str, int] | None
    rounds: tuple[tuple[int, int], ...]


class Unmarked(Struct, frozen=True):
    """What one template made, without the marks, and its characters in runs, in order."""

    file: str
    name: str
    text: str
    runs: tuple[Stretch, ...]


_HEAD = regex(rf"^---\n# Source: ([^\n]+)\n(?={_FIRST}{_FILE}[0-9]+{_LAST})", re.MULTILINE)


def unmarked(out: str, marks: Marks) -> Iterator[Unmarked]:
    """What helm printed of each template, one after the other."""
    heads = list(_HEAD.finditer(out))
    ends = [*(head.start() for head in heads[1:]), len(out)][: len(heads)]
    for head, end in zip(heads, ends, strict=True):
        number = _MARK.match(out, head.end())
        if number and int(number[2]) < len(marks.files):
            yield _Reader(marks).read(marks.files[int(number[2])], head[1], out[number.end() : end])


class _Reader:
    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._frames: list[AtWork] = []
        self._rounds: dict[int, int] = {}
        self._loops: list[tuple[int, int | None]] = []
        self._parts: list[str] = []
        self._runs: list[Stretch] = []
        self._length = 0

    def read(self, file: str, name: str, out: str) -> Unmarked:
        """One template's output."""
        position = 0
        written: tuple[str, int] | None = None
        for match in _MARK.finditer(out):
            written = self._take(out[position : match.start()], written)
            position = match.end()
            written = self._mark(match[1], int(match[2] or 0))
        self._take(out[position:], written)
        return Unmarked(file, name, "".join(self._parts), tuple(self._runs))

    def _take(self, text: str, written: tuple[str, int] | None) -> tuple[str, int] | None:
        """Characters up to the next mark; `written` is where the first of them stands."""
        rounds = tuple(self._rounds.items())
        for line in text.splitlines(keepends=True):
            start, end = self._length, self._length + len(line)
            self._parts.append(line)
            self._length = end
            frames = tuple(self._frames)
            if written is not None or frames:
                self._runs.append(Stretch(start, end, frames, written, rounds))
            # each further line has a mark of its own, unless an action prints it
            written = None
        return written

    def _mark(self, kind: str, number: int) -> tuple[str, int] | None:
        if kind == _TEXT and number < len(self._marks.texts):
            return self._marks.texts[number]
        # a template may make up marks of its own, which then mean nothing
        if kind == _ACTION and number < len(self._marks.printed):
            self._frames.append(AtWork(number, tuple(self._rounds.items())))
        elif kind == _CLOSE:
            while self._frames and self._frames.pop().printed != number:
                pass
        elif kind == _LOOP:
            self._loops.append((number, self._rounds.pop(number, None)))
        elif kind == _ROUND:
            self._rounds[number] = self._rounds.get(number, -1) + 1
        elif kind == _LOOP_END:
            self._rounds.pop(number, None)
            while self._loops:
                loop, before = self._loops.pop()
                if before is not None:
                    self._rounds[loop] = before
                if loop == number:
                    break
        return None


def span_of(run: Stretch, start: int, end: int) -> Span | None:
    """Where the characters from `start` to `end` of what was made stand, if a run is text as it is written."""
    if run.written is None:
        return None
    offset = run.written[1] - run.start
    return Span(max(start, run.start) + offset, min(end, run.end) + offset)

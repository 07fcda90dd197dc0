r"""Changes as a unified diff: a patch that `git apply` and `patch` take, and text that steers nobody who only sees it.

A patch cannot escape what stands in its lines, so a line that would steer a terminal, hide, or be a command in a CI log
(see `printable` and `commands`) never becomes one: fewer lines are shown around a change, and a change that cannot be
shown without such a line makes no patch. So it is with a line that holds a secret: with a mask in it, no tool would
find it. Only `::` at the beginning of a line can be disarmed: the line is taken out
and put back, as `-` and `+` stand before it then. Names are quoted as Git quotes them (`"a/new\nline.yaml"`).
https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
"""

from __future__ import annotations

import difflib
import itertools
import operator
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kblint.report.commands import COMMAND
from kblint.secrets.found import Secrets
from kblint.source.regex import regex
from kblint.source.text import Source

_CONTEXT = 3
"""Lines shown around a change: what both tools take as usual."""
_FEW = 8
"""One line in so many is few."""
_BYTE_ORDER_MARK = "\ufeff"
_LINE = regex(r"[^\n]*\n|[^\n]+")
"""Only LF ends a line of a patch, whatever else ends one in an editor."""
_LINE_COMMAND = regex(r"\s*::")
_NAMED = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


class NoPatch(Struct, frozen=True):
    """A change that cannot be shown: the line (from 1) of the text before it that would steer whoever sees it.

    With `is_secret` it would give a secret away.
    """

    line: int
    is_secret: bool = False


class _Row(Struct, frozen=True):
    """A line of a patch: ` `, `-` or `+`, the text, and how many lines of each side stand before it."""

    sign: str
    text: str
    old: int
    new: int
    is_secret: bool = False

    @property
    def is_fit(self) -> bool:
        if self.is_secret:
            return False
        text = self.text.removesuffix("\n").removesuffix("\r").replace("\t", "")
        text = text if self.old and self.new else text.removeprefix(_BYTE_ORDER_MARK)
        return COMMAND.search(text) is None and (text.isprintable() or all(map(_is_visible, text)))

    @property
    def is_command(self) -> bool:
        """Whether it would be one if a space stood before it."""
        return _LINE_COMMAND.match(self.text) is not None


def patch(path: str, before: str, after: str) -> str | NoPatch:
    """The change of one file; empty where there is none. `path` is relative, with `/`."""
    rows = list(_disarmed(_rows(_lines(path, before), _lines(path, after))))
    lines: list[str] = []
    for start, end in _hunks(rows):
        hunk = rows[start:end]
        bad = next((row for row in hunk if not row.is_fit), None) or _bare_edge(rows, start, end)
        if bad:
            return NoPatch(bad.old + 1, bad.is_secret)
        lines += _hunk(hunk)
    if not lines:
        return ""
    return "".join([f"--- {_name(f'a/{path}')}\n", f"+++ {_name(f'b/{path}')}\n", *lines])


def _lines(path: str, text: str) -> list[tuple[str, bool]]:
    """The lines of a text, and whether each holds a secret."""
    masked = Secrets(Source(path, text)).masked.text
    return [(line, line != shown) for line, shown in zip(_LINE.findall(text), _LINE.findall(masked), strict=True)]


def _rows(before: Sequence[tuple[str, bool]], after: Sequence[tuple[str, bool]]) -> Iterator[_Row]:
    """Every line of both texts, changed or not."""
    blocks = _blocks([line for line, _ in before], [line for line, _ in after])
    for is_equal, old, old_end, new, new_end in blocks:
        if is_equal:
            for index in range(old_end - old):
                line, is_secret = before[old + index]
                yield _Row(" ", line, old + index, new + index, is_secret or after[new + index][1])
        else:
            for index in range(old, old_end):
                line, is_secret = before[index]
                yield _Row("-", line, index, new, is_secret)
            for index in range(new, new_end):
                line, is_secret = after[index]
                yield _Row("+", line, old_end, index, is_secret)


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Whether lines are the same, where they begin and end before, and where after."""
    differing = sum(map(operator.ne, before, after))
    if len(before) == len(after) and differing * _FEW <= len(before):
        # almost every fix changes a few lines in their places; the search below is quadratic where many lines are alike
        start = 0
        for is_equal, group in itertools.groupby(map(operator.eq, before, after)):
            end = start + sum(1 for _ in group)
            yield is_equal, start, end, start, end
            start = end
        return
    for tag, old, old_end, new, new_end in difflib.SequenceMatcher(None, before, after).get_opcodes():
        yield tag == "equal", old, old_end, new, new_end


def _disarmed(rows: Iterator[_Row]) -> Iterator[_Row]:
    """The same, where commands beside a change are taken out and put back."""
    known = list(rows)
    changed = {index for index, row in enumerate(known) if row.sign != " "}
    for order in (range(len(known)), range(len(known) - 1, -1, -1)):
        step = order.step
        for index in order:
            if index - step in changed and known[index].is_command:
                changed.add(index)
    for index, row in enumerate(known):
        if index in changed and row.sign == " ":
            yield _Row("-", row.text, row.old, row.new, row.is_secret)
            yield _Row("+", row.text, row.old + 1, row.new, row.is_secret)
        else:
            yield row


def _hunks(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Where hunks begin and end: changes with as many fit lines around them as there are, three at most."""
    for first, last in _runs(rows):
        start = _reach(rows, first, -1)
        end = _reach(rows, last - 1, 1) + 1
        # a tool takes the side with fewer lines for an end of the file
        if first - start < end - last and start > 0:
            end = last + (first - start)
        elif end - last < first - start and end < len(rows):
            start = first - (end - last)
        yield start, end


def _runs(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Where changes begin and end; those with nothing but few fit lines between them are one."""
    first = last = -1
    for index, row in enumerate(rows):
        if row.sign == " ":
            continue
        between = rows[last:index]
        if first >= 0 and len(between) <= 2 * _CONTEXT and all(_is_shown(row) for row in between):
            last = index + 1
            continue
        if first >= 0:
            yield first, last
        first, last = index, index + 1
    if first >= 0:
        yield first, last


def _is_shown(row: _Row) -> bool:
    return row.sign != " " or (row.is_fit and not row.is_command)


def _reach(rows: Sequence[_Row], index: int, step: int) -> int:
    """The index of the last row that can be shown before or behind a change."""
    for _ in range(_CONTEXT):
        if not 0 <= index + step < len(rows) or not _is_shown(rows[index + step]):
            break
        index += step
    return index


def _bare_edge(rows: Sequence[_Row], start: int, end: int) -> _Row | None:
    """The unfit row that keeps a hunk without any context on one side; `git apply` would look at an end of the file."""
    is_bare = (start > 0 and rows[start].sign != " ") or (end < len(rows) and rows[end - 1].sign != " ")
    beside = (*rows[max(0, start - 1) : start], *rows[end : end + 1])
    return next((row for row in beside if is_bare and not row.is_fit), None)


def _hunk(rows: Sequence[_Row]) -> Iterator[str]:
    old = sum(row.sign != "+" for row in rows)
    new = sum(row.sign != "-" for row in rows)
    # where a side has no lines, the line before is named
    yield f"@@ -{rows[0].old + bool(old)},{old} +{rows[0].new + bool(new)},{new} @@\n"
    for row in rows:
        yield f"{row.sign}{row.text}"
        if not row.text.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def _name(path: str) -> str:
    """A name as both tools read it; a tab ends one with spaces, which would end at the first of them."""
    if not path.isprintable() or '"' in path or "\\" in path or COMMAND.search(path):
        path = "".join(map(_quoted, path.encode("utf-8", errors="surrogateescape")))
        path = COMMAND.sub(r"#\\043", path)
        path = f'"{path}"'
    return f"{path}\t" if " " in path else path


def _quoted(byte: int) -> str:
    if byte in _NAMED:
        return f"\\{_NAMED[byte]}"
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _is_visible(character: str) -> bool:
    """Spaces of other scripts stand in comments, and hide nothing."""
    return character.isprintable() or unicodedata.category(character) == "Zs"

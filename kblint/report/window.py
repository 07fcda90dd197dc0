"""What part of a source line is shown: all of it, or what is pointed at and as much around it as fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

from msgspec import Struct

from kblint.report.printable import cells

_Cells = list[tuple[str, int]]


class Window(Struct, frozen=True):
    """A shown part of a line.

    `text` is ready to print; `ranges` are the indexes of the ranges it was made for; `offsets[i]` is the cell, from
    the left edge, at which character `first + i` of the line stands, the last one where the shown part ends.
    """

    text: str
    ranges: tuple[int, ...]
    first: int
    offsets: tuple[int, ...]

    def column(self, character: int) -> int:
        """The cell at which `character` (counted from 0 in the line) stands; the nearest edge for one not shown."""
        return self.offsets[max(0, min(character - self.first, len(self.offsets) - 1))]


def windows(line: str, ranges: Sequence[tuple[int, int]], room: int, *, unicode: bool) -> Iterator[Window]:
    """Windows on `line` that together show every one of `ranges`, each in less than `room` cells.

    A range is a pair of character indexes from 0, the end exclusive, both the same where nothing but a place is meant.
    Ranges too far apart to be seen at once get a window each, from left to right; of a range wider than a window the
    beginning is shown. No more of a line is looked at than can be shown.
    """
    room -= 1  # an empty range at the end of the line is underlined in the cell after it
    ellipsis = _ellipsis(unicode=unicode)
    whole = cells(line[: room + 1], unicode=unicode)
    if len(line) <= room and _width(whole) <= room:
        yield _window(whole, 0, tuple(range(len(ranges))), "", "")
        return
    waiting = sorted(range(len(ranges)), key=lambda index: ranges[index])
    if not waiting:
        yield _around(line, (0, 0), (), room, unicode=unicode)
    while waiting:
        start = ranges[waiting[0]][0]
        core = cells(line[start : start + room], unicode=unicode)
        reach = start + _fitting(core, room - 2 * len(ellipsis))
        together = [waiting[0], *(index for index in waiting[1:] if ranges[index][1] <= reach)]
        waiting = [index for index in waiting if index not in together]
        end = min(reach, max(ranges[index][1] for index in together))
        yield _around(line, (start, end), tuple(together), room, unicode=unicode)


def _around(line: str, held: tuple[int, int], ranges: tuple[int, ...], room: int, *, unicode: bool) -> Window:
    """The window of `room` cells that holds characters `held`, with about as much before as after them."""
    start, end = held
    ellipsis = _ellipsis(unicode=unicode)
    before = cells(line[max(0, start - room) : start], unicode=unicode)
    core = cells(line[start:end], unicode=unicode)
    after = cells(line[end : end + room], unicode=unicode)
    spare = room - _width(core)
    all_after = _width(after) if end + room >= len(line) else room
    share = max((spare - 2 * len(ellipsis)) // 2, spare - len(ellipsis) - all_after)
    left = before[len(before) - _fitting(before[::-1], share) :]
    is_cut_left = len(left) < start
    spare -= _width(left) + is_cut_left * len(ellipsis)
    is_cut_right = all_after > spare
    right = after[: _fitting(after, spare - is_cut_right * len(ellipsis))]
    shown = left + core + right
    return _window(shown, start - len(left), ranges, ellipsis * is_cut_left, ellipsis * is_cut_right)


def _window(shown: _Cells, first: int, ranges: tuple[int, ...], before: str, after: str) -> Window:
    text = before + "".join(text for text, _ in shown) + after
    offsets = accumulate((width for _, width in shown), initial=len(before))
    return Window(text, ranges, first, tuple(offsets))


def _ellipsis(*, unicode: bool) -> str:
    return "…" if unicode else "..."


def _width(shown: _Cells) -> int:
    return sum(width for _, width in shown)


def _fitting(shown: _Cells, room: int) -> int:
    """How many characters from the beginning fit into `room` cells."""
    ends = accumulate(width for _, width in shown)
    return sum(1 for _ in takewhile(lambda end: end <= room, ends))

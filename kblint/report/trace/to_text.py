"""Journeys for people at a terminal: a tree of hops, marked, each with its file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from kblint.report.commands import without_commands
from kblint.report.detected import with_profile
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style
from kblint.report.places import path_and_lines
from kblint.report.printable import cell_width, wrap
from kblint.report.trace.tree import Branch, Step, tree
from kblint.report.trace.twins import with_twins
from kblint.report.trace.wording import ROOTS, counted, folder_of, outcome_word, reason_of, said_of, tally
from kblint.report.wording import not_followed, without_root
from kblint.source.grouping import grouped
from kblint.tracing import HopState, Trace, TraceJourney

MAX_WIDTH = 80
"""Wider terminals get trees of this width: an eye must find from a label to its file."""

_LEAST_ROOM = 12
"""Cells that the text of a hop has at least, however many branches stand beside it."""

_NAMED = 3
"""Ways that are named of those that are not shown."""

_STYLES = {HopState.OK: Style.GOOD, HopState.BROKEN: Style.ERROR, HopState.UNKNOWN: Style.WARNING}


def render(trace: Trace, options: RenderOptions) -> str:
    """The tree, what was not read, and a summary; ends with a line end.

    Lines are at most `options.width` cells wide.
    """
    pen = Pen(options)
    variants = groupby(with_twins(trace.journeys), key=lambda journey: journey.variant)
    blocks = [_Text(trace, tuple(journeys), pen).lines() for _, journeys in variants]
    blocks.append(_left_out(trace, pen))
    if not options.quiet:
        blocks += [_unread(trace, pen), _summary(trace, pen)]
    return without_commands("\n\n".join("\n".join(lines) for block in blocks if (lines := list(block))) + "\n")


class _Signs(Struct, frozen=True):
    """What the tree is drawn with."""

    states: dict[HopState, str]
    unreached: str
    fork: str
    last: str
    trunk: str
    ellipsis: str


_UNICODE = _Signs(
    {HopState.OK: "✓", HopState.BROKEN: "✗", HopState.UNKNOWN: "?"}, "·", "├─ ", "└─ ", "│  ", "…"
)  # fmt: skip
_ASCII = _Signs(
    {HopState.OK: "+", HopState.BROKEN: "x", HopState.UNKNOWN: "?"}, ".", "|- ", "`- ", "|  ", "..."
)  # fmt: skip


class _Text:
    """The tree of journeys of one variant, line by line."""

    def __init__(self, trace: Trace, journeys: Sequence[TraceJourney], pen: Pen) -> None:
        self.trace = trace
        self.journeys = journeys
        self.printable, self.paint = pen.printable, pen.paint
        self.signs = _UNICODE if pen.options.unicode else _ASCII
        self.width = min(pen.width, MAX_WIDTH)
        self.folder = folder_of(journeys)

    def lines(self) -> Iterator[str]:
        root = ROOTS[self.trace.start]
        variant = self.journeys[0].variant
        if self.folder:
            folder = self._shortened(self.printable(self.folder), self.width - len("files are below "))
            yield self.paint(f"files are below {folder}", Style.GUTTER)
            yield ""
        if variant and variant != self.folder.rstrip("/"):
            shown = self._shortened(self.printable(variant), self.width - len(f"{root} in "))
            yield f"{self.paint(root, Style.STRONG)} {self.paint(f'in {shown}', Style.GUTTER)}"
        else:
            yield self.paint(root, Style.STRONG)
        yield from self._branches(tree(self.journeys), "", is_named=False)

    def _branches(self, branch: Branch, trunk: str, *, is_named: bool) -> Iterator[str]:
        for index, part in enumerate(branch.branches):
            is_last = index == len(branch.branches) - 1
            yield from self._branch(part, trunk, is_last=is_last, is_named=is_named)
            if not is_last and not is_named:
                yield (trunk + self.signs.trunk).rstrip()

    def _branch(self, branch: Branch, trunk: str, *, is_last: bool, is_named: bool) -> Iterator[str]:
        """A branch behind its fork: what a journey is called stands where it parts from the others."""
        inner = trunk + (" " * len(self.signs.trunk) if is_last else self.signs.trunk)
        is_naming = branch.is_settled and not is_named
        lines = self._inside(branch, inner, is_named=is_named, is_naming=is_naming)
        first = next(lines)
        yield trunk + (self.signs.last if is_last else self.signs.fork) + first.removeprefix(inner)
        yield from lines

    def _inside(self, branch: Branch, trunk: str, *, is_named: bool, is_naming: bool) -> Iterator[str]:
        if is_naming:
            for journey in branch.journeys:
                yield from self._fold(trunk, self.printable(without_root(journey.name)), Style.STRONG)
        for step in branch.steps:
            yield from self._step(step, trunk)
        yield from self._branches(branch, trunk, is_named=is_named or is_naming)
        if is_naming:
            yield from self._outcomes(branch.journeys, trunk)

    def _step(self, step: Step, trunk: str) -> Iterator[str]:
        hop = step.hop
        is_plain = hop.state is HopState.OK
        mark = self.signs.states[hop.state] if step.is_reached or not is_plain else self.signs.unreached
        style = _STYLES[hop.state] if step.is_reached else Style.GUTTER
        label_style = Style.PLAIN if step.is_reached and is_plain else style
        hang = trunk + "  "
        room = max(self.width - cell_width(hang), _LEAST_ROOM)
        label = _pieces(self.printable(said_of(hop)), room)
        place = self._shortened(self.printable(path_and_lines((hop.place, hop.also), self.folder)), room)
        rows = [self.paint(text, label_style) for text in label]
        gap = room - cell_width(label[-1]) - cell_width(place)
        if place and gap >= 2:
            rows[-1] += " " * gap + self.paint(place, Style.GUTTER)
        elif place:
            rows.append(" " * (room - cell_width(place)) + self.paint(place, Style.GUTTER))
        yield f"{trunk}{self.paint(mark, style)} {rows[0]}"
        yield from (hang + row for row in rows[1:])
        if hop.reason:
            yield from self._fold(hang, self.printable(reason_of(hop)), style)

    def _outcomes(self, journeys: tuple[TraceJourney, ...], trunk: str) -> Iterator[str]:
        """The outcomes: each once, where several journeys have the same."""
        for outcome, state in dict.fromkeys((journey.ending, journey.state) for journey in journeys):
            lead = f"{outcome_word(self.trace)}: "
            first, *others = _pieces(self.printable(outcome), self.width - cell_width(trunk), taken=len(lead))
            yield f"{trunk}{lead}{self.paint(first, _STYLES[state])}"
            yield from (trunk + self.paint(other, _STYLES[state]) for other in others)

    def _fold(self, trunk: str, text: str, style: Style) -> Iterator[str]:
        for line in _pieces(text, self.width - cell_width(trunk)):
            yield trunk + self.paint(line, style)

    def _shortened(self, text: str, room: int) -> str:
        """The end of `text`, where not all of it fits: a file's name says more than its folders."""
        if cell_width(text) <= room:
            return text
        ellipsis = self.signs.ellipsis
        return ellipsis + _cut(text[::-1], room - len(ellipsis), room)[0][::-1]


def _pieces(text: str, room: int, *, taken: int = 0) -> list[str]:
    """`text` in lines of `room` cells, the first of `taken` less: broken at spaces, and elsewhere only if need be."""
    pieces: list[str] = []
    for line in wrap(text, room, taken=taken) or [""]:
        pieces += _cut(line, room if pieces else room - taken, room)
    return pieces


def _cut(text: str, first: int, room: int) -> list[str]:
    """`text` cut into pieces of at most `room` cells, the first of at most `first`; no piece but the last is empty."""
    pieces = []
    start = used = 0
    for index, character in enumerate(text):
        width = cell_width(character)
        if used + width > first and index > start:
            pieces.append(text[start:index])
            start, used, first = index, 0, room
        used += width
    return [*pieces, text[start:]]


def _left_out(trace: Trace, pen: Pen) -> Iterator[str]:
    """The ways that are not shown, a line for those that stand alike."""
    for state, word in ((HopState.OK, "arrive"), (HopState.UNKNOWN, "unknown")):
        alike = with_twins([journey for journey in trace.left_out if journey.state is state])
        names = list(dict.fromkeys(without_root(journey.name) for journey in alike))
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            said = f"{word}, not shown: {', '.join(names[:_NAMED])}{more}"
            yield from pen.folded(said, _STYLES[state])


def _unread(trace: Trace, pen: Pen) -> Iterator[str]:
    """What was not followed, a line a reason."""
    for reason, paths in grouped((unread.reason, unread.path) for unread in trace.unread).items():
        subject = paths[0] if len(paths) == 1 else f"{len(paths)} inputs"
        first, *others = wrap(pen.printable(f"not followed: {subject}: {reason}"), pen.width - 2)
        yield first
        yield from (f"  {other}" for other in others)


def _summary(trace: Trace, pen: Pen) -> Iterator[str]:
    worst = next((state for state in (HopState.BROKEN, HopState.UNKNOWN) if trace.count(state)), HopState.OK)
    style = _STYLES[worst] if trace.followed else Style.WARNING
    lost = not_followed(
        Counter(one.lost_at for one in (*trace.journeys, *trace.left_out) if one.lost_at).items(), trace.not_read
    )
    said = f"Followed {counted(trace)} with {with_profile(trace.profile, trace.detection)}"
    yield from pen.folded(f"{said}: {'; '.join(filter(None, (tally(trace), lost)))}.", style)

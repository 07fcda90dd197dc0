"""Which characters of a rendered document are which of what a template made."""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, field

from kblint.helm.functions import NotTracedError, Valued
from kblint.helm.leaves import Leaves
from kblint.helm.marks import Stretch, Unmarked, span_of
from kblint.source.text import Span

_MOST_COMPARED = 4_000_000
"""Lines times lines."""


class WrittenAt(NamedTuple):
    """Where something is written: a span of a template, by its path in the chart, or of the values (None)."""

    file: str | None
    span: Span


class Traced(Struct, frozen=True):
    """What one template made, with how to find what its actions print."""

    made: Unmarked
    leaves: Leaves
    prefix: tuple[str, ...]


class Aligned(Struct):
    """Which characters of a document are which of what a template made."""

    traced: Traced
    starts: list[int]
    ends: list[int]
    shifts: list[int]
    _first: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, traced: Traced) -> Aligned:
        """As a whole, where it is the same, else line by line."""
        whole = traced.made.text
        at = whole.find(text.strip())
        if at >= 0:
            lead = len(text) - len(text.lstrip())
            return cls(traced, [0], [len(text)], [at - lead])
        ours, theirs = text.splitlines(keepends=True), whole.splitlines(keepends=True)
        aligned = cls(traced, [], [], [])
        our_starts, their_starts = _offsets(ours), _offsets(theirs)
        if len(ours) * len(theirs) > _MOST_COMPARED:
            return aligned
        for match in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
            if match.size:
                aligned.starts.append(our_starts[match.a])
                aligned.ends.append(our_starts[match.a + match.size])
                aligned.shifts.append(their_starts[match.b] - our_starts[match.a])
        return aligned

    def runs(self, span: Span) -> list[Stretch]:
        """The runs of characters at a span of the document; none where it is not known what they are."""
        index = bisect.bisect_right(self.starts, span.start) - 1
        if index < 0 or span.end > self.ends[index]:
            return []
        start, end = span.start + self.shifts[index], span.end + self.shifts[index]
        runs = self.traced.made.runs
        if not self._first:
            self._first = [run.start for run in runs]
        found: list[Stretch] = []
        at = max(0, bisect.bisect_right(self._first, start) - 1)
        while at < len(runs) and runs[at].start < end:
            run = runs[at]
            start_inside, end_inside = max(run.start, start), min(run.end, end)
            if start_inside < end_inside and self.traced.made.text[start_inside:end_inside].strip():
                found.append(run._replace(start=start_inside, end=end_inside, written=_moved(run, start_inside)))
            at += 1
        return found

    def template(self, runs: Sequence[Stretch]) -> WrittenAt | None:
        """Where the template says what these runs are: the text, or the outermost action."""
        spans: list[WrittenAt] = []
        for run in runs:
            span = span_of(run, run.start, run.end)
            if run.frames:
                printed = self.traced.leaves.marks.printed[run.frames[0].printed]
                spans.append(WrittenAt(printed.file, printed.action.span))
            elif run.written is not None and span is not None:
                spans.append(WrittenAt(run.written[0], span))
        inner = self._inside(runs)
        if inner is not None:
            return inner
        if not spans or any(one.file != spans[0].file for one in spans):
            return spans[0] if spans else None
        return WrittenAt(spans[0].file, Span(spans[0].span.start, max(one.span.end for one in spans)))

    def _inside(self, runs: Sequence[Stretch]) -> WrittenAt | None:
        """The text of a named template, where all of these runs are that."""
        files = {run.written[0] if run.written and run.frames else None for run in runs}
        file = next(iter(files)) if len(files) == 1 else None
        spans = [span for run in runs if (span := span_of(run, run.start, run.end))]
        if file is None or not spans or spans[0].start > spans[-1].end:
            return None
        return WrittenAt(file, Span(spans[0].start, spans[-1].end))

    def printed(self, run: Stretch) -> Valued | None:
        """What the innermost action of a run stands for."""
        if not run.frames:
            return None
        try:
            return self.traced.leaves.printed(run.frames, run.rounds, self.traced.prefix)
        except NotTracedError:
            return None


def _moved(run: Stretch, start: int) -> tuple[str, int] | None:
    return (run.written[0], run.written[1] + start - run.start) if run.written else None


def _offsets(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts

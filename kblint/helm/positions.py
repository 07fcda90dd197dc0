"""Where each value of a rendered document is written: in the template, or in the values that it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from kblint.helm.alignment import Aligned, Traced, WrittenAt
from kblint.helm.functions import Valued
from kblint.helm.marks import AtWork, Stretch
from kblint.source.text import Span
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList, Unknown

_ENTRY = "^[ ]*(?:-[ ]+)*{key}[ ]*:"


class Use(NamedTuple):
    """Something that is printed: where it is written, where the template says it, and whether that is sure."""

    written: WrittenAt
    template: WrittenAt
    is_sure: bool


class _Block(NamedTuple):
    """What an action prints that spans several lines: its frames, and what it stands for here."""

    frames: tuple[AtWork, ...]
    found: Valued | None


class Tracer(Struct):
    """Gives the values of one document of `text` their places; `traced` are several ways to know, the best first.

    `uses` collects what was found, `template` is the file by its path in the chart with its text.
    """

    text: str
    traced: Sequence[Traced]
    values: Origin
    template: tuple[str, str]
    templates: Mapping[str, str]
    uses: list[Use] = field(default_factory=list)
    _aligned: list[Aligned] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the document in what the templates made."""
        self._aligned = [Aligned.of(self.text, one) for one in self.traced]

    def scalar(self, span: Span, value: object, block: _Block | None, key: str) -> WrittenAt:
        """Where a scalar or key is written that stands at `span` of the document."""
        use = self._use(span, value, block, key)
        self.uses.append(use)
        return use.written

    def block(self, span: Span, around: _Block | None, part: PathPart, first: int) -> _Block | None:
        """What prints the entry at `span` of a container; None for what a template writes itself.

        `part` is its key or index, `first` the index of the first item that the same action prints.
        """
        for aligned in self._aligned:
            runs = aligned.runs(Span(span.start, span.start + 1))
            if not runs:
                continue
            run = runs[0]
            if run.written is not None or not run.frames:
                return None
            found = None
            if around is not None and around.frames == run.frames:
                found = around.found.child(part) if around.found else None
            else:
                whole = aligned.printed(run)
                if whole is not None and not whole.is_container:
                    # a key or a value of its own, not what is below it
                    return None
                found = whole.child(part - first if isinstance(part, int) else part) if whole else None
            return _Block(run.frames, found)
        return None

    def frames(self, span: Span) -> tuple[AtWork, ...] | None:
        """The actions that print what begins at `span`."""
        for aligned in self._aligned:
            if runs := aligned.runs(Span(span.start, span.start + 1)):
                return runs[0].frames if runs[0].written is None else None
        return None

    def _use(self, span: Span, value: object, block: _Block | None, key: str) -> Use:
        for aligned in self._aligned:
            runs = aligned.runs(_inside(self.text, span))
            if not runs:
                continue
            template = aligned.template(runs)
            if template is None:
                continue
            if all(run.written is None for run in runs) and len({run.frames for run in runs}) == 1:
                leaf = self._leaf(aligned, runs[0], value, block)
                if leaf is not None:
                    return Use(WrittenAt(None, leaf), template, is_sure=True)
            return Use(template, template, is_sure=True)
        file, text = self.template
        guessed = WrittenAt(file, _guess(text, key))
        return Use(guessed, guessed, is_sure=False)

    def _leaf(self, aligned: Aligned, run: Stretch, value: object, block: _Block | None) -> Span | None:
        """Where the values say what an action prints, if it prints just that."""
        found = block.found if block and block.frames == run.frames else aligned.printed(run)
        if found is None or found.path is None or not found.path or not _is_same(found.value, value):
            return None
        return self.values.key_span(*found.path) if found.is_key else self.values.span(*found.path)


def _inside(text: str, span: Span) -> Span:
    """A scalar without its quotes: those may be the template's."""
    written = text[span.start : span.end]
    if len(written) > 2 and written[0] in "'\"" and written[-1] == written[0]:
        return Span(span.start + 1, span.end - 1)
    return span


def _is_same(value: object, made: object) -> bool:
    """Whether a value of the values comes out as what was made."""
    if isinstance(value, dict | list):
        return isinstance(made, dict | list) and bool(value) == bool(made)
    one, other = _plain(value), _plain(made)
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return one.strip() == other.strip()


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Unknown):
        return value.text
    return "" if value is None else str(value)


def _guess(text: str, key: str) -> Span:
    """The line of a template that is likely to be meant: the only one with a key, else the first."""
    found = list(re.finditer(_ENTRY.format(key=re.escape(key)), text, re.MULTILINE)) if key else []
    if len(found) == 1:
        return Span(found[0].start() + len(found[0][0]) - len(found[0][0].lstrip(" -")), found[0].end() - 1)
    return Span(0, 0)


def place_all(
    root: object, tracer: Tracer, depth: int | None = None
) -> Iterator[tuple[object, PathPart, WrittenAt, WrittenAt]]:
    """Each entry of each container below `root`, once: the container, the key or index, and where both are written.

    What lies deeper than `depth` stands where the entry does that it is in.
    """
    pending: list[tuple[object, _Block | None, str]] = [(root, None, "")]
    levels = {id(root): 0}
    seen: set[int] = set()
    while pending:
        node, around, name = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        level = levels.pop(id(node), 0)
        if isinstance(node, PositionedDict):
            for key, value in node.items():
                key_span, value_span = node.key_spans[key], node.value_spans[key]
                block = tracer.block(key_span, around, key, 0)
                key_block = _Block(block.frames, _as_key(block.found, key)) if block else None
                at_key = tracer.scalar(key_span, key, key_block, key)
                is_container = isinstance(value, PositionedDict | PositionedList) and bool(value)
                is_empty = value_span.start >= value_span.end
                at_value = at_key if is_container or is_empty else tracer.scalar(value_span, value, block, key)
                yield node, key, at_key, at_value
                if is_container and level + 1 == depth:
                    yield from _all_at(value, at_key, seen)
                elif is_container:
                    levels[id(value)] = level + 1
                    pending.append((value, block, key))
        elif isinstance(node, PositionedList):
            first: dict[tuple[AtWork, ...] | None, int] = {}
            for index, value in enumerate(node):
                span = node.item_spans[index]
                start = first.setdefault(tracer.frames(span), index)
                block = tracer.block(span, around, index, start)
                at = tracer.scalar(span, value, block, name) if not _is_container(value) else None
                if at is None:
                    at = tracer.scalar(_head(value, span), _first_key(value), _key_block(block, value), name)
                yield node, index, at, at
                if _is_container(value):
                    pending.append((value, block, name))


def _all_at(root: object, at: WrittenAt, seen: set[int]) -> Iterator[tuple[object, PathPart, WrittenAt, WrittenAt]]:
    """Every entry below `root`, all at one place."""
    pending = [root]
    while pending:
        node = pending.pop()
        if id(node) not in seen and isinstance(node, PositionedDict | PositionedList):
            seen.add(id(node))
            keys: list[PathPart] = list(node) if isinstance(node, PositionedDict) else list(range(len(node)))
            yield from ((node, key, at, at) for key in keys)
            pending.extend(node.values() if isinstance(node, PositionedDict) else node)


def _is_container(value: object) -> bool:
    return isinstance(value, PositionedDict | PositionedList) and bool(value)


def _head(value: object, span: Span) -> Span:
    return value.key_spans[next(iter(value))] if isinstance(value, PositionedDict) and value else span


def _first_key(value: object) -> object:
    return next(iter(value)) if isinstance(value, PositionedDict) and value else value


def _key_block(block: _Block | None, value: object) -> _Block | None:
    """What prints the first key of an item."""
    if block is None or block.found is None or not isinstance(value, PositionedDict):
        return block
    key = next(iter(value))
    return _Block(block.frames, _as_key(block.found.child(key), key))


def _as_key(found: Valued | None, key: str) -> Valued | None:
    return Valued(key, found.path, is_key=True) if found and found.path else None

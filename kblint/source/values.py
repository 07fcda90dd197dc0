"""Positioned values: what a parsed text holds, and how to point into it.

Scalars are plain Python values (`str`, `int`, `float`, `bool`, `None`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as AbstractSequence

from msgspec import Struct

from kblint.source.positioned import NOWHERE, PositionedDict, PositionedList
from kblint.source.text import Place, Source, Span

__all__ = [
    "NOWHERE",
    "Document",
    "Origin",
    "PathPart",
    "PositionedDict",
    "PositionedList",
    "Unknown",
    "head_of",
    "is_container",
    "origins",
    "shown",
    "strings",
    "texts",
    "value_at",
    "with_texts",
]

PathPart = str | int
"""A mapping's key or a sequence's index."""

_NOTHING = object()


class Unknown(Struct, frozen=True):
    """A value that is written but cannot be known from the files, such as `${PORT}` or `{{ .Values.port }}`.

    `text` is what is written. Nothing is ever reported from an unknown.
    """

    text: str = ""


def shown(value: object) -> str:
    """A value as people read it: as it is written, where it cannot be known."""
    return value.text if isinstance(value, Unknown) else str(value)


class Document(Struct, frozen=True):
    """One parsed document of a source: `index` counts from 0; `root` is a positioned container or a scalar."""

    source: Source
    index: int
    root: object
    span: Span

    @property
    def origin(self) -> Origin:
        """The root as something to point into; a document whose root is no mapping gives an empty mapping there."""
        root = self.root if isinstance(self.root, PositionedDict) else PositionedDict(self.span)
        return Origin(self.source, root, self.span)


class Origin(Struct, frozen=True, eq=False):
    """Where a declared thing was read from: a mapping, its source, and where to point when a key is not written."""

    source: Source
    node: PositionedDict
    head: Span
    """Shown when nothing more precise exists: the enclosing key, or the first entry of a sequence's item."""

    def is_written(self, *path: PathPart) -> bool:
        """Whether `path` exists below the mapping."""
        return value_at(self.node, path, _NOTHING) is not _NOTHING

    def place(self, *path: PathPart) -> Place:
        """Where the value at `path` stands: a scalar's own span, a container's key.

        Falls back to the nearest enclosing key that exists, and at last to `head`, so that a rule can point at
        `hostPort` whether or not it is written.
        """
        return Place(self.source, self.span(*path))

    def span(self, *path: PathPart) -> Span:
        """As `place`: the span of it in the origin's own source."""
        container: object = self.node
        span = self.head
        for part in path:
            if isinstance(container, PositionedDict) and isinstance(part, str) and part in container:
                value = container[part]
                span = container.key_span(part) if is_container(value) else container.value_span(part)
                container = value
            elif isinstance(container, PositionedList) and isinstance(part, int) and 0 <= part < len(container):
                value = container[part]
                span = head_of(value, container.item_span(part))
                container = value
            else:
                break
        return span

    def key_place(self, *path: PathPart) -> Place:
        """Where the last key of `path` stands, or what `place` falls back to."""
        return Place(self.source, self.key_span(*path))

    def key_span(self, *path: PathPart) -> Span:
        """As `key_place`: the span of it in the origin's own source."""
        *parents, last = path
        holder = self.get(*parents)
        if isinstance(holder, PositionedDict) and isinstance(last, str) and last in holder:
            return holder.key_span(last)
        return self.span(*path)

    def get(self, *path: PathPart) -> object:
        """The value at `path`, or None where it does not exist."""
        return value_at(self.node, path)

    def child(self, *path: PathPart) -> Origin:
        """The mapping at `path` as an origin of its own; an empty one where it does not exist."""
        value = self.get(*path)
        span = self.span(*path)
        return Origin(self.source, value if isinstance(value, PositionedDict) else PositionedDict(span), span)

    def children(self, *path: PathPart) -> tuple[Origin, ...]:
        """The mappings in the sequence at `path`, each as an origin; other items are left out."""
        return origins(self.source, self.get(*path))


def value_at(node: object, path: AbstractSequence[PathPart], default: object = None) -> object:
    """The value at `path` below `node`, mappings and lists of plain values; `default` where there is none."""
    for part in path:
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int) and 0 <= part < len(node):
            node = node[part]
        else:
            return default
    return node


def origins(source: Source, sequence: object) -> tuple[Origin, ...]:
    """The mappings in a sequence, each as an origin; other items are left out. Nothing for anything else."""
    if not isinstance(sequence, PositionedList):
        return ()
    return tuple(
        Origin(source, item, head_of(item, sequence.item_span(index)))
        for index, item in enumerate(sequence)
        if isinstance(item, PositionedDict)
    )


def is_container(value: object) -> bool:
    """Whether `value` is a positioned mapping or sequence that holds something."""
    return isinstance(value, PositionedDict | PositionedList) and bool(value)


def head_of(value: object, span: Span) -> Span:
    """What to underline for an item of a sequence: a mapping's first entry when it is short, else the item itself."""
    if isinstance(value, PositionedDict) and value:
        first = next(iter(value))
        if is_container(value[first]):
            return value.key_span(first)
        key = value.key_span(first)
        end = value.value_span(first).end
        return Span(key.start, end) if key.start < end else key
    return span


def strings(value: object) -> AbstractSequence[str]:
    """The strings of a sequence, others left out; nothing for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def with_texts(node: object, change: Callable[[str], str], made: dict[int, object] | None = None) -> object:
    """A value with every text in it changed, each where it stood; the same one where no text becomes another.

    What anchors stand for in several places is changed once: `made` is what became of what, by its `id`.
    """
    if isinstance(node, str):
        changed = change(node)
        return node if changed == node else changed
    if not isinstance(node, PositionedDict | PositionedList):
        return node
    made = {} if made is None else made
    if id(node) not in made:
        made[id(node)] = _with_texts(node, change, made)
    return made[id(node)]


def _with_texts(
    node: PositionedDict | PositionedList, change: Callable[[str], str], made: dict[int, object]
) -> PositionedDict | PositionedList:
    if isinstance(node, PositionedDict):
        values = {key: with_texts(value, change, made) for key, value in node.items()}
        if all(value is node[key] for key, value in values.items()):
            return node
        mapping = PositionedDict(node.span)
        for key, value in values.items():
            mapping.put(key, value, node.key_spans[key], node.value_spans[key])
        return mapping
    items = [with_texts(value, change, made) for value in node]
    if all(new is old for new, old in zip(items, node, strict=True)):
        return node
    sequence = PositionedList(node.span)
    for value, span in zip(items, node.item_spans, strict=True):
        sequence.put(value, span)
    return sequence


def texts(node: object, *, with_keys: bool = False) -> Iterator[str]:
    """Every text in a value, however deep, and every key too where asked for.

    What anchors stand for in several places is looked into once.
    """
    pending, seen = [node], set[int]()
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict | list) and id(node) not in seen:
            seen.add(id(node))
            if with_keys and isinstance(node, dict):
                yield from node
            pending.extend(node.values() if isinstance(node, dict) else node)

"""YAML written as a string inside YAML, as in `valuesContent: |-`, with positions in the outer text."""

from __future__ import annotations

from msgspec.structs import replace

from kblint.source.embedded import embedded
from kblint.source.moved import Move, move_all
from kblint.source.stream import SyntaxFault
from kblint.source.templates import unknown
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, Origin, PositionedDict, PositionedList, Unknown
from kblint.source.yaml_stream import parse_yaml
from kblint.syntax.passage import UNKNOWN, Passage


def inner_yaml(holder: Origin, key: str, written: str) -> tuple[object, tuple[SyntaxFault, ...]]:
    """What the string `written` at `key` holds (None where it cannot be read to its end), and what is wrong with it.

    Positions are as exact as `embedded` makes them. Only the first document counts, as for Helm. A templated text that
    cannot be parsed is nobody's fault yet.
    """
    outer = embedded(holder.source, holder.node.value_spans[key], written)

    def move(span: Span) -> Span:
        return outer.span_of(span.start, span.end)

    stream = parse_yaml(Source(holder.source.path, written))
    is_whole = all(fault.code != "unreadable" for fault in stream.faults)
    root = stream.documents[0].root if stream.documents and is_whole else None
    move_all(root, move)
    faults = () if unknown(written) else tuple(_moved(fault, holder.source, move) for fault in stream.faults)
    return root, faults


def placed_yaml(source: Source, written: str, move: Move) -> PositionedDict | None:
    """The mapping that a text somewhere in `source` holds; `move` says where its parts stand. None for anything else.

    What a template or a shell puts in is unknown.
    """
    stream = parse_yaml(Source(source.path, written.replace(UNKNOWN, _BLANK)))
    is_whole = all(fault.code != "unreadable" for fault in stream.faults)
    root = stream.documents[0].root if stream.documents and is_whole else None
    if not isinstance(root, PositionedDict):
        return None
    move_all(root, move)
    return root


def manifests_in(written: Passage) -> tuple[Document, ...]:
    """The objects of Kubernetes, a document each, in a text somewhere in a source; none of one that cannot be read.

    What a shell or a template puts in is unknown.
    """
    at = (index for index, character in enumerate(written.text) if character == UNKNOWN)
    text = written.replaced((index, index + 1, _NOTHING) for index in at)
    source = text.place().source
    stream = parse_yaml(Source(source.path, text.text))
    if any(fault.code == "unreadable" for fault in stream.faults):
        return ()
    roots = [(one.index, one.root) for one in stream.documents if isinstance(one.root, PositionedDict)]
    for _, root in roots:
        move_all(root, lambda span: text.place(*span).span)
    return tuple(Document(source, index, root, root.span) for index, root in roots if "apiVersion" in root)


def as_manifest(value: object) -> object:
    """A value in which what is not known is written as manifests write it; null says that nothing is written."""
    if isinstance(value, Unknown):
        return placeholder(value)
    if isinstance(value, PositionedDict):
        found = PositionedDict(value.span)
        for key, inner in value.items():
            if inner is not None:
                found.put(key, as_manifest(inner), value.key_spans[key], value.value_spans[key])
        return found
    if isinstance(value, PositionedList):
        items = PositionedList(value.span)
        for inner, span in zip(value, value.item_spans, strict=True):
            items.put(as_manifest(inner), span)
        return items
    return value


def placeholder(value: Unknown) -> str:
    """How a manifest writes what is not known, so that everybody takes it for that."""
    written = value.text.strip('"')
    return written if unknown(written) else f"${{{written.replace('}', '')}}}"


_NOTHING = "<no value>"
"""What stands for something unknown, so that nobody takes it for a value: braces would end a mapping around it."""
_BLANK = "${?}"
"""What stands for something unknown: as templates write it, so that nobody takes it for a value."""


def _moved(fault: SyntaxFault, source: Source, move: Move) -> SyntaxFault:
    related = tuple((Place(source, move(place.span)), label) for place, label in fault.related)
    return replace(fault, place=Place(source, move(fault.place.span)), related=related)

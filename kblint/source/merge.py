"""Values laid over each other, each standing where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kblint.source.text import Place, Source, Span, joined
from kblint.source.values import Origin, PositionedDict, PositionedList


def merged(layers: Sequence[Origin], head: Place) -> Origin:
    """All mappings as one: a later layer wins, mappings are merged key by key, anything else is replaced.

    A null stays: it takes the default away that the chart has (https://helm.sh/docs/chart_template_guide/values_files/).
    `head` is where the whole stands.
    """
    sources = tuple(dict.fromkeys((head.source, *(layer.source for layer in layers))))
    if len(sources) == 1:
        return Origin(head.source, _laid(layer.node for layer in layers), head.span)
    whole = joined(head.source.path, sources)
    starts = dict(zip(sources, whole.starts, strict=True))
    moved = (_moved(layer.node, starts[layer.source], {}) for layer in layers)
    return Origin(whole, _laid(one for one in moved if isinstance(one, PositionedDict)), head.span)


def length(layers: Iterable[Origin], head: Source) -> int:
    """The characters that are copied to merge them."""
    sources = {head, *(layer.source for layer in layers)}
    return sum(len(source.text) for source in sources) if len(sources) > 1 else 0


def _laid(nodes: Iterable[PositionedDict]) -> PositionedDict:
    found = PositionedDict()
    for node in nodes:
        found = _over(found, node, {})
    return found


def _over(below: PositionedDict, above: PositionedDict, done: dict[tuple[int, int], PositionedDict]) -> PositionedDict:
    """`above` over `below`; aliases may lead to the same two any number of times, so `done` holds what came of them."""
    if found := done.get((id(below), id(above))):
        return found
    found = done[id(below), id(above)] = PositionedDict(above.span)
    for key in dict.fromkeys((*below, *above)):
        node = above if key in above else below
        value, under = node[key], below.get(key)
        if node is above and isinstance(value, PositionedDict) and isinstance(under, PositionedDict):
            value = _over(under, value, done)
        found.put(key, value, node.key_spans[key], node.value_spans[key])
    return found


def _moved(value: object, start: int, done: dict[int, object]) -> object:
    """A copy of a value whose text begins at `start`; each container once, however often it is an alias."""
    if not isinstance(value, PositionedDict | PositionedList):
        return value
    if id(value) in done:
        return done[id(value)]
    if isinstance(value, PositionedDict):
        mapping = done[id(value)] = PositionedDict(_shifted(value.span, start))
        for key, inner in value.items():
            spans = _shifted(value.key_spans[key], start), _shifted(value.value_spans[key], start)
            mapping.put(key, _moved(inner, start, done), *spans)
        return mapping
    sequence = done[id(value)] = PositionedList(_shifted(value.span, start))
    for inner, span in zip(value, value.item_spans, strict=True):
        sequence.put(_moved(inner, start, done), _shifted(span, start))
    return sequence


def _shifted(span: Span, start: int) -> Span:
    return Span(span.start + start, span.end + start)

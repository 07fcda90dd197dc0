"""Values laid over each other, each standing where it was written."""

from __future__ import annotations

from collections.abc import Iterable

from kblint.source.text import Place, Source, Span
from kblint.source.values import Origin, PositionedDict, SpanElsewhere, place_of


def merged(layers: Iterable[Origin], head: Place) -> Origin:
    """All mappings as one: a later layer wins, mappings are merged key by key, anything else is replaced.

    A null stays: it takes the default away that the chart has (https://helm.sh/docs/chart_template_guide/values_files/).
    `head` is where the whole stands.
    """
    found = PositionedDict(head.span)
    for layer in layers:
        found = _over(head.source, found, layer.source, layer.node, {})
    return Origin(head.source, found, head.span)


_Done = dict[tuple[int, int], PositionedDict]


def _over(lower: Source, below: PositionedDict, upper: Source, above: PositionedDict, done: _Done) -> PositionedDict:
    """`above`, which stands in `upper`, over `below`; spans in the result say their source.

    Aliases may lead to the same two mappings any number of times: `done` holds what was made of them.
    """
    if found := done.get((id(below), id(above))):
        return found
    found = done[id(below), id(above)] = PositionedDict(below.span)
    for key in dict.fromkeys((*below, *above)):
        source, node = (upper, above) if key in above else (lower, below)
        value, at = node[key], place_of(source, node.value_spans[key])
        under = below.get(key)
        if key in above and isinstance(value, PositionedDict) and isinstance(under, PositionedDict):
            value = _over(place_of(lower, below.value_spans[key]).source, under, at.source, value, done)
        found.put(key, value, _marked(place_of(source, node.key_spans[key])), _marked(at))
    return found


def _marked(place: Place) -> Span:
    return SpanElsewhere(place)

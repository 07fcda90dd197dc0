"""The values that a chart is rendered with: its own, those of the charts in it, and what a release says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kblint.helm.chart import ChartFolder, aliases
from kblint.source.merge import merged
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin, PositionedDict, PositionedList, Unknown
from kblint.source.yaml_stream import parse_yaml

_DEEPEST = 8
"""Charts in each other."""
_MOST = 100_000
"""Values that are handed to helm."""
GLOBAL = "global"


class TooManyValuesError(Exception):
    """There are more values than kblint hands on."""


def effective(chart: ChartFolder, given: Origin | None, head: Place) -> Origin:
    """All values that the templates of a chart see, those of the charts in it below their names.

    `given` are those of a release, `head` is where the whole stands.
    """
    layers = [*reversed(list(_defaults(chart, "", (), 0))), *([given] if given else [])]
    whole = merged(layers, head) if layers else Origin(head.source, PositionedDict(head.span), head.span)
    _share(chart, whole.node, "", 0)
    return whole


def _defaults(chart: ChartFolder, folder: str, prefix: tuple[str, ...], depth: int) -> Iterator[Origin]:
    """The values files of a chart and of those in it; what comes first wins."""
    source = chart.source(f"{folder}values.yaml")
    documents = parse_yaml(source).documents if source else ()
    if source and documents and isinstance(documents[0].root, PositionedDict):
        node = documents[0].root
        for key in reversed(prefix):
            above = PositionedDict(node.span)
            above.put(key, node, node.span, node.span)
            node = above
        yield Origin(source, node, node.span)
    if depth < _DEEPEST:
        for alias, inner in aliases(chart, folder):
            yield from _defaults(chart, inner, (*prefix, alias), depth + 1)


def _share(chart: ChartFolder, values: PositionedDict, folder: str, depth: int) -> None:
    """Let the charts in a chart see its global values; `values` are a copy that nobody else holds."""
    shared = values.get(GLOBAL)
    for alias, inner in aliases(chart, folder) if depth < _DEEPEST else ():
        own = values.get(alias)
        if not isinstance(own, PositionedDict):
            continue
        if isinstance(shared, PositionedDict):
            held = own.get(GLOBAL)
            seen = _over(held, shared) if isinstance(held, PositionedDict) else shared
            own.put(GLOBAL, seen, values.key_spans[GLOBAL], values.value_spans[GLOBAL])
        _share(chart, own, inner, depth + 1)


def _over(below: PositionedDict, above: PositionedDict) -> PositionedDict:
    found = PositionedDict(above.span)
    for key in dict.fromkeys((*below, *above)):
        node = above if key in above else below
        value, under = node[key], below.get(key)
        if node is above and isinstance(value, PositionedDict) and isinstance(under, PositionedDict):
            value = _over(under, value)
        found.put(key, value, node.key_spans[key], node.value_spans[key])
    return found


def unknown_paths(values: Mapping[str, object]) -> tuple[str, ...]:
    """Where values stand that are still to be filled in, with dots between the keys; indexes are left out."""
    found: dict[str, None] = {}
    pending: list[tuple[object, str]] = [(values, "")]
    left = _MOST
    while pending and left:
        left -= 1
        value, path = pending.pop()
        if isinstance(value, dict):
            pending.extend((inner, f"{path}.{key}" if path else str(key)) for key, inner in value.items())
        elif isinstance(value, list):
            pending.extend((inner, path) for inner in value)
        elif _is_unknown(value):
            found[path] = None
    return tuple(sorted(found))


def as_file(values: Mapping[str, object], stand_in: str | None = None) -> bytes:
    """The values as a file for helm; what is still to be filled in stays as it is written, or is a `stand_in`.

    Raises:
        TooManyValuesError: there are too many.
    """
    left = [_MOST]

    def plain(value: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise TooManyValuesError
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, PositionedList):
            return [plain(inner) for inner in value]
        if _is_unknown(value) and stand_in is not None:
            return stand_in
        if isinstance(value, Unknown):
            # what templates print of it must not look like something known
            return value.text if unknown(value.text) else _BLANK
        return value

    return json.dumps(plain(values), ensure_ascii=True, allow_nan=False).encode()


_BLANK = "${?}"


def _is_unknown(value: object) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, str) and unknown(value))

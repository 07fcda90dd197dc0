"""Files of values for Helm charts that nothing names: by their keys, or by keys and the file's name.

Values of other charts that tell ports of nodes are kept as well: what they make is not known, but that it may be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.charts.catalog import Head, heads
from kblint.model.input_format import InputFormat
from kblint.model.release import ON_NODES, ChartRelease, Form, port_numbers
from kblint.read.reading import Reading
from kblint.source.text import Place
from kblint.source.values import Document, Origin, PositionedDict

FORMAT = InputFormat(
    "values of charts",
    "files of values that nothing names, known by their keys or by their name",
    "values of charts that are not known",
)


def read_document(document: Document) -> Reading | None:
    """The releases that a file of values may be for; None where it is not one that is known, or tells nothing."""
    root = document.origin
    if not isinstance(document.root, PositionedDict) or "apiVersion" in root.node or "kind" in root.node:
        return None
    found = tuple(_known(root))
    text, span = document.source.text, document.span
    if not found and any(text.find(key, *span) >= 0 for key in ON_NODES) and port_numbers(root.node):
        found = (_release("", root),)
    return Reading(found) if found else None


def _known(root: Origin) -> Iterator[ChartRelease]:
    """Values in a file of their own, or those of a chart that another one depends on."""
    for name, head in heads().items():
        if name == head.name:
            for values in (root, *(root.child(alias) for alias in head.names if alias in root.node)):
                if is_for(head, values):
                    yield _release(head.name, values)


def is_for(head: Head, values: Origin) -> bool:
    """Whether values can be for no other chart: by their keys, or the path of their file with some of its keys."""
    if any(_holds(values, sign) for sign in head.signs):
        return True
    words = values.source.path.lower()
    return any(name in words for name in head.names) and any(_holds(values, mark) for mark in head.marks)


def _holds(values: Origin, sign: tuple[str, ...]) -> bool:
    *parents, last = sign
    key, _, value = last.partition("=")
    found = values.get(*parents, key)
    return found == value if value else found is not None and found not in ({}, [])


def _release(chart: str, values: Origin) -> ChartRelease:
    return ChartRelease(
        form=Form.FILE,
        name=chart,
        namespace=None,
        chart=chart,
        repository=None,
        version=None,
        layers=(values,),
        values=values,
        place=Place(values.source, values.head),
        meta=None,
    )

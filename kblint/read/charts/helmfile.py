"""Releases in a helmfile.

https://helmfile.readthedocs.io/en/latest/#configuration
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.input_format import InputFormat
from kblint.model.release import ChartRelease, Form, ValuesIn, ValuesReference, no_values
from kblint.read.kubernetes.charts import named_chart
from kblint.read.reading import Reading
from kblint.read.set_values import given
from kblint.read.values import known_word, mappings, word
from kblint.source.merge import merged
from kblint.source.text import Place
from kblint.source.values import Document, Origin, PositionedDict, PositionedList, head_of

FORMAT = InputFormat(
    "helmfile",
    "its releases with their values",
    "templates in it, `helmDefaults`",
)


def read_document(document: Document) -> Reading | None:
    """The releases of a helmfile; None for anything else."""
    root = document.origin
    if "apiVersion" in root.node or not isinstance(root.node.get("releases"), PositionedList):
        return None
    repositories = {word(one, "name"): word(one, "url") for one in mappings(root.node, "repositories")}
    releases = (
        one for one in root.children("releases") if word(one.node, "chart") and one.get("installed") is not False
    )
    found = tuple(_release(one, repositories) for one in releases)
    return Reading(found) if found else None


def _release(entry: Origin, repositories: dict[str, str]) -> ChartRelease:
    node = entry.node
    layers = [*_layers(entry, "values"), *_layers(entry, "secrets")]
    unknown: list[str] = []
    if entry.children("set"):
        pairs = tuple(
            (f"{word(one.node, 'name')}={word(one.node, 'value')}", one.span("value")) for one in entry.children("set")
        )
        layers.append(given(pairs, entry.source, entry.key_span("set"), unknown))
    own = [layer for layer in layers if isinstance(layer, Origin)]
    place = Place(own[-1].source, own[-1].head) if own else entry.place("name")
    chart = named_chart(word(node, "chart"), None, known_word(node, "version"))
    chart = chart._replace(repository=repositories.get(chart.repository or "", chart.repository))
    return ChartRelease(
        form=Form.HELMFILE,
        name=word(node, "name") or chart.name,
        namespace=known_word(node, "namespace"),
        chart=chart.name,
        repository=chart.repository,
        version=chart.version,
        layers=tuple(layers),
        unknown=tuple(unknown),
        values=own[0] if len(own) == 1 else merged(own, place) if own else no_values(place),
        place=place,
        meta=None,
        written=chart.written,
        is_folder=chart.is_folder,
    )


def _layers(entry: Origin, key: str) -> Iterator[Origin | ValuesReference]:
    """Files by their name, and mappings; what a template makes of either is not known."""
    listed = entry.get(key)
    if not isinstance(listed, PositionedList):
        return
    for index, (item, span) in enumerate(zip(listed, listed.item_spans, strict=True)):
        if isinstance(item, PositionedDict):
            yield Origin(entry.source, item, head_of(item, span))
        elif isinstance(item, str):
            place = entry.place(key, index)
            yield ValuesReference(ValuesIn.FILE, item, None, "", (), is_optional=False, place=place)

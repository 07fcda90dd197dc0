"""Known charts that another chart depends on: their values stand under their name in its `values.yaml`.

https://helm.sh/docs/topics/charts/#scope-dependencies-and-values
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.charts.catalog import known_chart
from kblint.model.input_format import InputFormat
from kblint.model.release import ChartRelease, Form
from kblint.read.kubernetes.charts import named_chart
from kblint.read.reading import Reading
from kblint.read.values import known_word, word
from kblint.source.text import Place, Source
from kblint.source.values import Origin, PositionedDict, value_at
from kblint.source.yaml_stream import parse_yaml

FORMAT = InputFormat(
    "charts that charts depend on",
    "`dependencies` of a `Chart.yaml`, with what `values.yaml` beside it says under their name or alias",
    "what else the chart makes (`--helm` renders it); what it is released as; charts that are not known",
)

_CHART, _VALUES = "Chart.yaml", "values.yaml"
_RELEASED = "${release}"
"""What the chart is released as is not known; names begin with it."""


def read_folder(sources: Sequence[Source]) -> Reading | None:
    """The releases of known charts that the chart in a folder brings; None where it brings none."""
    named = {source.path.rpartition("/")[2]: source for source in sources}
    if _CHART not in named or _VALUES not in named or "dependencies:" not in named[_CHART].text:
        return None
    chart, values = _root(named[_CHART]), _root(named[_VALUES])
    found = tuple(_releases(chart, values)) if chart and values else ()
    return Reading(found) if found else None


def _root(source: Source) -> Origin | None:
    """The first document of a file, where it is a mapping and nothing in the file is broken."""
    stream = parse_yaml(source)
    document = stream.documents[0] if stream.documents and not stream.faults else None
    return document.origin if document and isinstance(document.root, PositionedDict) else None


def _releases(chart: Origin, values: Origin) -> Iterator[ChartRelease]:
    for dependency in chart.children("dependencies"):
        name = word(dependency.node, "name")
        key = word(dependency.node, "alias") or name
        own = values.child(key)
        if not own.node or known_chart(name) is None or not _is_wanted(dependency, values):
            continue
        called = named_chart(name, known_word(dependency.node, "repository"), known_word(dependency.node, "version"))
        yield ChartRelease(
            form=Form.DEPENDENCY,
            name=_RELEASED,
            namespace=None,
            chart=called.name,
            repository=called.repository,
            version=called.version,
            layers=(own,),
            values=own,
            place=Place(values.source, values.key_span(key)),
            meta=None,
            written=called.written,
            is_folder=called.is_folder,
        )


def _is_wanted(dependency: Origin, values: Origin) -> bool:
    """Whether the values ask for it: the first of its conditions that is written decides, tags are not followed."""
    for condition in word(dependency.node, "condition").split(","):
        written = value_at(values.node, condition.strip().split("."))
        if isinstance(written, bool):
            return written
    return not dependency.get("tags")

"""What charts of the input make, as helm renders them: objects like any other, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.finding import ObjectRef, Skipped
from kblint.helm.archives import Archives
from kblint.helm.chart import CHART, ChartFolder, is_packed
from kblint.helm.failures import NotRendered
from kblint.helm.orders import Shelf
from kblint.helm.rendered import Charted, Order, PlacedUse, Renderer, is_template, with_namespace
from kblint.model.bundle import Declaration, meta_of, path_of
from kblint.model.release import ChartRelease, Form
from kblint.render.identity import CLUSTER_SCOPED, parse_api_version
from kblint.render.problems import Problem
from kblint.source.stream import SyntaxFault
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, PositionedDict

ReadDocument = Callable[[Document], tuple[Sequence[Declaration], Sequence[SyntaxFault]]]


class Charts(Struct, frozen=True):
    """The charts of a run, and what renders them."""

    charts: tuple[ChartFolder, ...]
    renderer: Renderer
    archives: Archives


class PrintedBy(Struct, frozen=True):
    """Where a chart's template prints something of an object, and whether that line is sure."""

    object: ObjectRef
    template: Place
    is_sure: bool


class Provenance(Struct, frozen=True):
    """Where charts that were rendered say what is written elsewhere.

    `printed` is by the place where something is written, `templates` are the paths of their templates, `assumed` those
    of all files of the charts that nobody releases.
    """

    printed: Mapping[Place, tuple[PrintedBy, ...]] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    assumed: Mapping[str, str] = field(default_factory=dict)
    """To the name of the chart."""
    released: Mapping[ObjectRef, Place] = field(default_factory=dict)
    """Where each object of a packed chart is released."""


NO_CHARTS = Provenance()


class ChartReading:
    """Renders the charts of one run, and collects what comes of it."""

    def __init__(self, charts: Charts, sources: Sequence[Source], read: ReadDocument) -> None:
        by_path = {source.path: source for source in sources}
        # a fix may have changed them since they were loaded
        self._shelf = Shelf([replace(chart, texts=by_path) for chart in charts.charts])
        self._renderer = charts.renderer
        self._archives = charts.archives
        self._read = read
        self._named: set[str] = set()
        self._whole: dict[str, ChartFolder] = {}
        """By its folder, each chart of which something was rendered."""
        self._printed: dict[Place, dict[PrintedBy, None]] = {}
        self._assumed: dict[str, str] = {}
        self._released: dict[ObjectRef, Place] = {}
        self.faults: list[SyntaxFault] = []
        self.problems: list[Problem] = []
        self._reasons: dict[str, dict[str, None]] = {}

    def of(self, release: ChartRelease) -> Sequence[Declaration]:
        """A release and what it makes; nothing where it is of no chart of the input, or that cannot be told."""
        is_named = release.form not in (Form.FILE, Form.DEPENDENCY)
        chart = (self._shelf.of(release) or self._archives.of(release)) if is_named else None
        if chart is None:
            return ()
        self._named.add(chart.folder)
        if release.unknown:
            self._say(chart, f"not all values of {release} are known: {release.unknown[0]}")
            return ()
        charted = self._renderer.render(Order(chart, release.name, release.namespace, release.values, release.place))
        if charted.failure:
            self._failed(chart, charted.failure, release)
            return ()
        whole = replace(release, is_known=True, has_all_ways=True, is_rendered=True)
        return (whole, *self._declared(chart, charted, release.namespace, release.place))

    def alone(self) -> Iterator[Declaration]:
        """What the charts make that nobody releases, with the values that they come with."""
        for chart in self._shelf.roots():
            about = chart.source(CHART)
            if chart.folder in self._named or chart.is_library or about is None:
                continue
            head = Place(about, _name_span(chart))
            charted = self._renderer.render(Order(chart, chart.name, None, None, head))
            if charted.failure:
                self._failed(chart, charted.failure, None)
                continue
            self._assumed |= dict.fromkeys((file.path for file in chart.files.values()), chart.name)
            yield from self._declared(chart, charted, None, head)

    def replaces(self, declarations: Sequence[Declaration]) -> tuple[Declaration, ...]:
        """What is left of what was read of the files, where rendered charts stand for some of them."""
        paths = self._paths()
        # one that nobody releases here may be released under another name
        paths -= {path for path in self._assumed if path.rpartition("/")[2] == CHART}
        return tuple(one for one in declarations if path_of(one) not in paths)

    def left(self, skipped: Sequence[Skipped]) -> Iterator[Skipped]:
        """What still is not read, and why charts are not rendered."""
        paths = self._paths()
        yield from (one for one in skipped if one.path not in paths)
        for folder, reasons in self._reasons.items():
            path = f"{folder}/{CHART}" if folder and not folder.endswith(".tgz") else folder or CHART
            yield from (Skipped(path, f"chart not rendered: {reason}") for reason in reasons)

    def holds(self, path: str) -> bool:
        """Whether a file is part of a chart that is rendered, and so not read for itself."""
        return path in self._paths()

    def provenance(self) -> Provenance:
        """Where the charts say what is written elsewhere."""
        templates = frozenset(
            file.path for chart in self._whole.values() for name, file in chart.files.items() if is_template(name)
        )
        printed = {place: tuple(found) for place, found in self._printed.items()}
        return Provenance(printed, templates, self._assumed, self._released)

    def _paths(self) -> frozenset[str]:
        return frozenset(
            file.path
            for chart in self._whole.values()
            for name, file in chart.files.items()
            if "templates" in name.split("/")[:-1] or name.rpartition("/")[2] in (CHART, "values.yaml")
        )

    def _declared(self, chart: ChartFolder, charted: Charted, namespace: str | None, head: Place) -> list[Declaration]:
        self._whole[chart.folder] = chart
        self.faults += charted.faults
        found: list[Declaration] = []
        for document in charted.documents:
            if namespace and not _is_of_cluster(document.root):
                document = with_namespace(document, namespace, head.span)  # noqa: PLW2901 - the same, where it stands
            declarations, faults = self._read(document)
            self.faults += faults
            for declaration in declarations:
                meta = meta_of(declaration)
                if meta is not None:
                    # each of these has a `meta`, which the union of their types does not say
                    changed = replace(cast(Any, declaration), meta=replace(meta, is_rendered=True))
                    found.append(cast(Declaration, changed))
                    about = ObjectRef(meta.kind, meta.namespace, meta.name)
                    if is_packed(f"{chart.folder}/"):
                        self._released.setdefault(about, head)
                    self._remember(about, charted.uses.get(document.index, {}))
                else:
                    found.append(declaration)
        return found

    def _remember(self, about: ObjectRef, uses: Mapping[Place, Sequence[PlacedUse]]) -> None:
        for place, here in uses.items():
            held = self._printed.setdefault(place, {})
            held.update(dict.fromkeys(PrintedBy(about, use.template, use.is_sure) for use in here))

    def _failed(self, chart: ChartFolder, failure: NotRendered, release: ChartRelease | None) -> None:
        """A mistake of the chart and its values, or something that is not here."""
        is_mistake = failure.place is not None and (failure.is_always or release is not None)
        if failure.place is None or not is_mistake:
            self._say(chart, failure.reason)
            return
        related = ((release.place, f"released here, as {release}"),) if release else ()
        place = failure.place
        if release and is_packed(place.source.path):
            # whoever gives it values cannot change the chart
            place, related = release.place, ()
        message = f"chart `{chart.name}` cannot be rendered: {failure.reason}"
        self.problems.append(Problem(place, message, "make `helm template` succeed", related))
        self._say(chart, "it cannot be rendered")

    def _say(self, chart: ChartFolder, reason: str) -> None:
        self._reasons.setdefault(chart.folder, {})[reason] = None


def _name_span(chart: ChartFolder) -> Span:
    about = chart.about
    return about.value_spans["name"] if "name" in about else about.span


def _is_of_cluster(root: object) -> bool:
    """Whether an object stands in no namespace, as far as its kind says it."""
    if not isinstance(root, PositionedDict):
        return True
    kind, written = root.get("kind"), root.get("apiVersion")
    group, version = parse_api_version(written if isinstance(written, str) else "")
    known = CLUSTER_SCOPED.get(group, {}).get(version, frozenset())
    return kind in known or str(kind).startswith("Cluster") or str(kind).endswith(("Class", "CustomResourceDefinition"))

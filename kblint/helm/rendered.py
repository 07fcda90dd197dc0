"""Charts to documents, of which every value knows where it was written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.helm.alignment import Traced, WrittenAt
from kblint.helm.chart import ChartFolder, missing
from kblint.helm.doubt import STAND_INS, blur, chooses, is_random
from kblint.helm.failures import NotRendered, failure
from kblint.helm.leaves import Leaves
from kblint.helm.marks import can_be_marked, marked, unmarked
from kblint.helm.positions import Tracer, place_all
from kblint.helm.process import Helm, Ran
from kblint.helm.scopes import standings
from kblint.helm.values import TooManyValuesError, as_file, effective, unknown_paths
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault
from kblint.source.text import Joined, Place, Source, Span, joined
from kblint.source.values import Document, Origin, PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml

_FOLDER = "chart"
_VALUES = "values.json"
_DEFINITION = "CustomResourceDefinition"
_STOP = "templates/kblint-stops-here.yaml"
"""No YAML: helm then prints what templates make as it is, marks and all, before it looks into it."""
_NAME = regex(r"[a-z0-9](?:[-a-z0-9.]{0,51}[a-z0-9])?")
_SOURCE = regex(r"^---\n# Source: ([^\n]+)\n", re.MULTILINE)


class Order(Struct, frozen=True):
    """What is to be rendered: a chart as `name` in `namespace`, with the values that are `given` besides its own.

    `head` is where the release is written: what its chart makes and nobody wrote stands there.
    """

    chart: ChartFolder
    name: str
    namespace: str | None
    given: Origin | None
    head: Place


class PlacedUse(Struct, frozen=True):
    """As `Use`, in files."""

    template: Place
    is_sure: bool


class Charted(Struct, frozen=True):
    """What came of an order: documents in helm's order, or why there are none.

    `uses` tell for each document, by its index, where the template prints what is written at a place.
    """

    documents: tuple[Document, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    failure: NotRendered | None = None
    uses: Mapping[int, Mapping[Place, tuple[PlacedUse, ...]]] = field(default_factory=dict)


class Renderer:
    """Renders charts with a helm, each with the same values once; `version` is the release of Kubernetes."""

    def __init__(self, helm: Helm, version: str) -> None:
        self._helm = helm
        self._version = version
        self._ran: dict[bytes, Ran] = {}

    def render(self, order: Order) -> Charted:
        """What helm makes of an order."""
        if order.chart.reason:
            return Charted(failure=NotRendered(order.chart.reason))
        if not _NAME.fullmatch(order.name):
            return Charted(failure=NotRendered("its name is not known"))
        lacking = missing(order.chart)
        if lacking:
            names = ", ".join(f"`{name}`" for name in lacking)
            return Charted(failure=NotRendered(f"not in its `charts`: {names}"))
        try:
            values = as_file(order.given.node) if order.given else b"{}"
        except (TooManyValuesError, ValueError):
            return Charted(failure=NotRendered("its values cannot be handed to helm"))
        files = order.chart.data()
        plain = self._run(order, files, values)
        others: list[str] = []
        open_paths = unknown_paths(order.given.node) if order.given else ()
        if plain.stopped or plain.code:
            why = failure(plain, order.chart)
            is_settled = why.is_always or not open_paths
            return Charted(failure=why if is_settled else NotRendered(f"{why.reason}; not all values are known"))
        if order.given and open_paths:
            if asked := chooses(order.chart, open_paths):
                return Charted(
                    failure=NotRendered(f"what it makes depends on `{asked}`, which is still to be filled in")
                )
            # what comes out otherwise with other values is not known
            ran = [self._run(order, files, as_file(order.given.node, one)) for one in STAND_INS]
            others = [one.out for one in ran if not one.code and not one.stopped]
        if is_random(order.chart):
            others.append(self._helm.run(*self._asked(order, files, values)).out)
        return _Placing(order, self._traced(order, files, values)).all(plain.out, others)

    def _traced(self, order: Order, files: Mapping[str, bytes], values: bytes) -> Mapping[str, list[Traced]]:
        """What each template makes with marks in it, by the name that helm gives it; the deeper marks first."""
        sources = order.chart.sources
        texts = {name: source.text for name, source in sources.items() if is_template(name)}
        found: dict[str, list[Traced]] = {}
        if not can_be_marked((*files.values(), values)):
            return found
        whole = effective(order.chart, order.given, order.head)
        scopes = {name: standings(name, text) for name, text in texts.items()}
        for is_deep in (True, False):
            templates, marks = marked(texts, is_deep=is_deep)
            changed = {name: text.encode("utf-8", "surrogatepass") for name, text in templates.items()}
            ran = self._run(order, {**files, **changed, _STOP: b"}"}, values, "--debug")
            leaves = Leaves(whole.node, marks, scopes)
            for one in unmarked(ran.out, marks):
                found.setdefault(one.name, []).append(Traced(one, leaves, _prefix(one.name)))
        return found

    def _run(self, order: Order, files: Mapping[str, bytes], values: bytes, *options: str) -> Ran:
        handed, words = self._asked(order, files, values, *options)
        key = _digest(words, handed)
        if key not in self._ran:
            self._ran[key] = self._helm.run(handed, words)
        return self._ran[key]

    def _asked(
        self, order: Order, files: Mapping[str, bytes], values: bytes, *options: str
    ) -> tuple[Mapping[str, bytes], list[str]]:
        """The files for helm, and its command line."""
        words = ["template", order.name, _FOLDER, "--values", _VALUES, "--skip-tests", *options]
        words += ["--kube-version", self._version]
        if order.namespace and _NAME.fullmatch(order.namespace):
            words += ["--namespace", order.namespace]
        return {**{f"{_FOLDER}/{name}": data for name, data in files.items()}, _VALUES: values}, words


def is_template(name: str) -> bool:
    """Whether a file of a chart is a template, by its path inside."""
    return "templates" in name.split("/")[:-1] and not name.endswith("/NOTES.txt")


def _digest(words: list[str], files: Mapping[str, bytes]) -> bytes:
    found = hashlib.sha256()
    for part in (*(word.encode() for word in words), *(part for one in sorted(files.items()) for part in one)):
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.digest()


def _prefix(name: str) -> tuple[str, ...]:
    """Where the values of the chart stand that helm calls a template of: `app/charts/cache/templates/x.yaml`."""
    parts = name.split("/")
    found: list[str] = []
    at = 1
    while parts[at : at + 1] == ["charts"] and at + 1 < len(parts):
        found.append(parts[at + 1])
        at += 2
    return tuple(found)


class _Placing:
    """Places of what came of one order, all in one text that is made of the files it is made of."""

    def __init__(self, order: Order, traced: Mapping[str, list[Traced]]) -> None:
        self._traced = traced
        self._values = effective(order.chart, order.given, order.head)
        chart = order.chart
        self._templates = {name: chart.sources[name] for name in chart.sources if is_template(name)}
        parts = (order.head.source, self._values.source, *self._templates.values())
        self._whole: Joined = joined(order.head.source.path, parts)
        starts = self._whole.starts
        self._starts = dict(zip((None, *self._templates), starts[1:], strict=True))
        self._head = order.head.span
        self._names = _names(chart, self._templates)
        self._faults: list[SyntaxFault] = []
        self._uses: dict[int, Mapping[Place, tuple[PlacedUse, ...]]] = {}

    def all(self, out: str, others: Sequence[str] = ()) -> Charted:
        """The documents that helm printed; where it printed `others` with other values, what differs is unknown."""
        documents: list[Document] = []
        for name, text in _parts(out):
            documents.extend(self._document(name, text, len(documents)))
        for other in others:
            roots = [one.root for name, text in _parts(other) for one in _mappings(name, text)]
            if not blur([one.root for one in documents], roots):
                return Charted(failure=NotRendered("what it makes depends on values that are still to be filled in"))
        return Charted(tuple(documents), tuple(self._faults), None, self._uses)

    def _document(self, name: str, text: str, index: int) -> Iterator[Document]:
        traced = self._traced.get(name, [])
        file = traced[0].made.file if traced else self._names.get(name, "")
        template = (file, self._templates[file].text) if file in self._templates else ("", "")
        texts = {file: source.text for file, source in self._templates.items()}
        tracer = Tracer(text, traced, self._values, template, texts)
        for document in _mappings(name, text):
            root = document.root
            if not isinstance(root, PositionedDict):
                continue
            # definitions are long, and nothing that is found stands deep in one
            depth = 2 if root.get("kind") == _DEFINITION else None
            placed = list(place_all(root, tracer, depth))
            for container, key, at_key, at_value in placed:
                _put(container, key, self._span(at_key), self._span(at_value))
            for container in {id(one): one for one, _, _, _ in placed}.values():
                _settle(container)
            _settle(root)
            self._uses[index] = grouped(
                (self._place(use.written), PlacedUse(self._place(use.template), use.is_sure))
                for use in dict.fromkeys(tracer.uses)
                if use.written != use.template or not use.is_sure
            )
            tracer.uses.clear()
            yield Document(self._whole, index, root, root.span)
            index += 1

    def _span(self, written: WrittenAt) -> Span:
        if written.file not in self._starts:
            return self._head
        start = self._starts[written.file]
        return Span(written.span.start + start, written.span.end + start)

    def _place(self, written: WrittenAt) -> Place:
        return Place(self._whole, self._span(written))


def _parts(out: str) -> Iterator[tuple[str, str]]:
    """What helm printed: the name of each template, with a text that it made."""
    heads = list(_SOURCE.finditer(out))
    ends = [*(head.start() for head in heads[1:]), len(out)][: len(heads)]
    for head, end in zip(heads, ends, strict=True):
        yield head[1], out[head.end() : end]


def _mappings(name: str, text: str) -> Iterator[Document]:
    for document in parse_yaml(Source(name, text)).documents:
        if isinstance(document.root, PositionedDict) and document.root:
            yield document


def _names(chart: ChartFolder, templates: Mapping[str, Source]) -> Mapping[str, str]:
    """The files by the names that helm gives to templates, of the chart itself."""
    return {f"{chart.name}/{name}": name for name in templates}


def _put(container: object, key: object, key_span: Span, span: Span) -> None:
    if isinstance(container, PositionedDict) and isinstance(key, str):
        container.key_spans[key], container.value_spans[key] = key_span, span
    elif isinstance(container, PositionedList) and isinstance(key, int):
        container.item_spans[key] = span


def _settle(container: object) -> None:
    """A container stands where its first entry does."""
    if isinstance(container, PositionedDict) and container:
        container.span = next(iter(container.key_spans.values()))
    elif isinstance(container, PositionedList) and container:
        container.span = container.item_spans[0]


def with_namespace(document: Document, namespace: str, head: Span) -> Document:
    """The document in the namespace of its release, where it says none."""
    root = document.root
    metadata = root.get("metadata") if isinstance(root, PositionedDict) else None
    if isinstance(metadata, PositionedDict) and not metadata.get("namespace"):
        metadata.put("namespace", namespace, head, head)
    return replace(document)

"""Releases put together, once all is read: values from wherever they stand, and what known charts make of them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.charts.catalog import Head, KnownChart, known_chart
from kblint.charts.template import MadeParts, TooMuchError
from kblint.model.bundle import Declaration, Other
from kblint.model.policy import ConfigMap
from kblint.model.release import ChartRelease, Form, ValuesIn, ValuesReference
from kblint.read.inner_yaml import inner_yaml
from kblint.releases.make import dead_values, objects
from kblint.releases.several import Several
from kblint.source.grouping import grouped
from kblint.source.merge import length, merged
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.templates import unknown
from kblint.source.text import Source
from kblint.source.values import Origin, PositionedDict
from kblint.source.yaml_stream import parse_yaml

_SOURCES = "source.toolkit.fluxcd.io"
Rendering = Callable[[ChartRelease], Sequence[Declaration]]
_FOLDERS = 3
"""Parts at the end of a path by which a file is known."""
_MOST_COPIED = 100_000_000
"""Characters of texts that are put together for releases, in one run."""


MOST_PARTS = 200_000
"""Parts of templates that all releases of a run make together in any case."""
_LEAST_CHARACTERS = 5
"""Of an input for each further one."""


class Composed(NamedTuple):
    """Declarations, and what is not among them because a limit was met."""

    declarations: tuple[Declaration, ...]
    cuts: tuple[SyntaxFault, ...] = ()


def with_releases(
    declarations: Sequence[Declaration], sources: Sequence[Source], rendered: Rendering = lambda _: ()
) -> Composed:
    """`declarations` with their releases put together, each followed by what its chart makes, as far as it is known.

    `sources` are all texts of the input, in which releases name files. What is `rendered` stands for a release.
    """
    found = [one for one in declarations if isinstance(one, ChartRelease)]
    if not found:
        return Composed(tuple(declarations))
    around = _Around(declarations, sources)
    amendments = grouped((_key(one), one) for one in found if one.form is Form.HELM_CHART_CONFIG)
    charts = {_key(one) for one in found if one.form is Form.HELM_CHART}
    composed: list[ChartRelease] = []
    for one in found:
        key = _key(one)
        if one.form is Form.HELM_CHART:
            one = _amended(one, amendments.get(key, ()))  # noqa: PLW2901 - the same release, with all its values
        elif one.form is Form.HELM_CHART_CONFIG and key in charts:
            continue
        composed.append(_composed(one, around))
    layers = (layer for one in composed if one.form is not Form.FILE for layer in one.layers)
    named = {layer.source.path for layer in layers if isinstance(layer, Origin)}
    rest: list[Declaration] = [one for one in declarations if not isinstance(one, ChartRelease)]
    # a file that a release names is a part of that one
    composed = [
        _by_one_name(one) for one in composed if one.form is not Form.FILE or one.place.source.path not in named
    ]
    several = Several(composed)
    made: list[tuple[ChartRelease, list[Declaration]]] = []
    parts = MadeParts(max(MOST_PARTS, sum(len(source.text) for source in sources) // _LEAST_CHARACTERS))
    cuts: list[SyntaxFault] = []
    for release in composed:
        if by_helm := rendered(release):
            rest += by_helm
            continue
        chart = chart_of(release)
        if chart is None:
            made.append((release, []))
            continue
        release = replace(  # noqa: PLW2901 - the same, judged
            release,
            dead=tuple(dead_values(release, chart)),
            is_known=True,
            has_all_ways=chart.has_all_ways and not release.unknown,
        )
        is_there = (release.form is not Form.FILE or chart.head.stands_alone) and not several.is_overruled(release)
        is_only, was_over = several.is_only(release), parts.is_over
        try:
            own = list(objects(release, chart, parts, is_only=is_only)) if is_there else []
        except TooMuchError as error:
            own, release = [], replace(release, is_known=False, has_all_ways=False)  # noqa: PLW2901 - as above
            if not was_over:
                cuts.append(not_followed(release.place, str(error)))
        made.append((release, own))
        several.see(*made[-1])
    for release, own in made:
        rest += (release, *(several.once(release, own) if own else ()))
    return Composed(tuple(rest), tuple(cuts))


_PARTS = regex(r"[:/.]+(?!git\Z)")


def chart_of(release: ChartRelease) -> KnownChart | None:
    """The chart of a release, where it is one that is known and not another vendor's, or one's own, of that name."""
    chart = known_chart(release.chart)
    repository = release.repository or ""
    if chart is None or any(other in repository for other in chart.head.others):
        return None
    return None if release.is_folder and not _is_at_home(chart.head, repository) else chart


def _is_at_home(head: Head, repository: str) -> bool:
    """Whether a repository of files is one of those who make the chart."""
    owner = _PARTS.split(repository)[-2:-1]
    return any(word in _PARTS.split(home) for word in owner for home in head.repositories)


def _by_one_name(release: ChartRelease) -> ChartRelease:
    """The release, its chart by the first of its names: two files may say different ones."""
    chart = chart_of(release)
    return replace(release, chart=chart.head.name) if chart else release


def _key(release: ChartRelease) -> tuple[str, str | None]:
    """What a HelmChart and the HelmChartConfig that amends it have in common."""
    return release.name, release.meta.namespace if release.meta else None


def _amended(chart: ChartRelease, amendments: Sequence[ChartRelease]) -> ChartRelease:
    """A HelmChart with what the HelmChartConfigs of its name say."""
    return replace(chart, layers=(*chart.layers, *(layer for one in amendments for layer in one.layers)))


class _Around(Struct, frozen=True, dict=True):
    """What releases name: objects and files of the input."""

    declarations: Sequence[Declaration]
    sources: Iterable[Source]
    copied: list[int] = field(default_factory=lambda: [0])
    """The characters that were copied so far."""

    @cached_property
    def config_maps(self) -> Mapping[tuple[str | None, str], Sequence[ConfigMap]]:
        """ConfigMaps by namespace and name."""
        found = (one for one in self.declarations if isinstance(one, ConfigMap))
        return grouped(((one.meta.namespace, one.meta.name), one) for one in found)

    @cached_property
    def secrets(self) -> Mapping[tuple[str | None, str], Other]:
        """Secrets by namespace and name."""
        found = (one for one in self.declarations if isinstance(one, Other) and one.meta.kind == "Secret")
        return {(one.meta.namespace, one.meta.name): one for one in found}

    @cached_property
    def others(self) -> Mapping[tuple[str, str], Sequence[Other]]:
        """Objects that are not looked into, by kind and name."""
        return grouped(((one.meta.kind, one.meta.name), one) for one in self.declarations if isinstance(one, Other))

    @cached_property
    def files(self) -> Mapping[str, Source]:
        """Texts by their path."""
        return {posixpath.normpath(one.path): one for one in self.sources}

    @cached_property
    def endings(self) -> Mapping[str, Sequence[Source]]:
        """Texts by the ends of their path: the file's name, and it with one or two folders before it."""
        parts = ((one.path.split("/"), one) for one in self.sources)
        return grouped(
            ("/".join(path[-count:]), one) for path, one in parts for count in (1, 2, 3) if count <= len(path)
        )

    def affords(self, layers: Sequence[Origin], head: Source) -> bool:
        """Whether values may still be copied to be merged: files that everybody names would be copied for each."""
        self.copied[0] += length(layers, head)
        return self.copied[0] <= _MOST_COPIED

    def file(self, written: str, beside: str) -> Source | None:
        """The file that a release in the file `beside` names: from its own folder, or from any above."""
        exact = self.files.get(posixpath.normpath(posixpath.join(posixpath.dirname(beside), written)))
        if exact:
            return exact
        parts = [part for part in posixpath.normpath(written).split("/") if part not in ("", "..")]
        near = self.endings.get("/".join(parts[-_FOLDERS:]), ())
        return near[0] if len(near) == 1 else None


def _composed(release: ChartRelease, around: _Around) -> ChartRelease:
    """A release with all its values."""
    release = _sourced(release, around)
    if not any(release.references) and len(release.layers) == 1:
        return release
    layers: list[Origin] = []
    doubts = list(release.unknown)
    for layer in release.layers:
        if isinstance(layer, Origin):
            layers.append(layer)
            continue
        known, is_all = _looked_up(layer, release, around)
        if known:
            layers.append(known)
        if not is_all:
            doubts.append(f"{layer.found.value} `{layer.name}` with more values is not in the input")
    if len(layers) == 1 and layers[0] in release.layers:
        values = layers[0]
    elif around.affords(layers, release.place.source):
        values = merged(layers, release.place)
    else:
        values, doubts = release.values, [*doubts, "there is too much to put together"]
    return replace(release, layers=tuple(layers), values=values, unknown=tuple(dict.fromkeys(doubts)))


def _looked_up(reference: ValuesReference, release: ChartRelease, around: _Around) -> tuple[Origin | None, bool]:
    """What a reference leads to, and whether that is all."""
    if unknown(reference.name):
        return None, False
    if reference.found is ValuesIn.FILE:
        file = around.file(reference.name, release.place.source.path)
        document = next(iter(parse_yaml(file).documents), None) if file else None
        if document is None or not isinstance(document.root, PositionedDict):
            return None, file is not None or reference.is_optional
        return document.origin, True
    holder = _holder(reference, around)
    if holder is None or not isinstance(holder.get(reference.key), str):
        return None, reference.is_optional or (reference.found is ValuesIn.SECRET and bool(reference.target))
    text = holder.get(reference.key)
    if reference.target:
        root = PositionedDict(holder.head)
        inner = root
        place = holder.span(reference.key)
        for key in reference.target[:-1]:
            below = PositionedDict(place)
            inner.put(key, below, place, place)
            inner = below
        inner.put(reference.target[-1], text, place, place)
        return Origin(holder.source, root, holder.head), True
    found, _ = inner_yaml(holder, reference.key, str(text))
    if not isinstance(found, PositionedDict):
        return None, found is None and not str(text).strip()
    return Origin(holder.source, found, holder.key_span(reference.key)), True


def _holder(reference: ValuesReference, around: _Around) -> Origin | None:
    """The mapping of texts that an object of the input holds."""
    if reference.found is ValuesIn.CONFIG_MAP:
        own = around.config_maps.get((reference.namespace, reference.name), ())
        found = own or around.config_maps.get((None, reference.name), ())
        return found[0].origin if found else None
    secrets = around.secrets
    secret = secrets.get((reference.namespace, reference.name)) or secrets.get((None, reference.name))
    return secret.meta.origin.child("stringData") if secret else None


def _sourced(release: ChartRelease, around: _Around) -> ChartRelease:
    """A HelmRelease with where its chart comes from: another object says it."""
    if release.form is not Form.HELM_RELEASE or release.meta is None:
        return release
    spec = release.meta.origin.child("spec")
    reference = spec.child("chartRef")
    if reference.node:
        oci = _source("OCIRepository", reference.get("name"), around)
        url, tag = (oci.get("spec", "url"), oci.get("spec", "ref", "tag")) if oci else (None, None)
        if not isinstance(url, str):
            return release
        return replace(
            release,
            chart=url.rstrip("/").rpartition("/")[2],
            repository=url,
            version=tag if isinstance(tag, str) else None,
        )
    source = spec.child("chart", "spec", "sourceRef")
    found = _source("HelmRepository", source.get("name"), around)
    url = found.get("spec", "url") if found else None
    return replace(release, repository=url) if isinstance(url, str) else release


def _source(kind: str, name: object, around: _Around) -> Origin | None:
    found = around.others.get((kind, name), ()) if isinstance(name, str) else ()
    return next((one.meta.origin for one in found if one.meta.group == _SOURCES), None)

"""Releases of charts as objects: K3s's HelmChart and HelmChartConfig, Flux's HelmRelease, Argo's Application.

Each object is there as an `Other`, followed by its releases.
https://docs.k3s.io/helm , https://fluxcd.io/flux/components/helm/helmreleases/ ,
https://argo-cd.readthedocs.io/en/stable/user-guide/helm/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from kblint.model.bundle import Other
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease, Form, ValuesIn, ValuesReference, no_values
from kblint.read.inner_yaml import inner_yaml
from kblint.read.reading import Reading
from kblint.read.set_values import given
from kblint.read.values import flag, known_word, mapping, word
from kblint.source.merge import merged
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin, PositionedDict, strings


class Chart(NamedTuple):
    """A chart as it is named: its own name, where it comes from, its version; and the name as it is written.

    `is_folder` says that it is named by its place in a repository of files, or on the machine that installs it.
    """

    name: str
    repository: str | None
    version: str | None
    written: str
    is_folder: bool


_LONGEST_NAME = 255
"""Bytes of the name of a file."""
_HERE = (".", "/", "${path.")
_ARCHIVE = regex(r"(.+?)(?:-v?(\d+\.\d[\w.+-]*))?\.tgz", re.ASCII)


def named_chart(reference: str, repository: str | None, version: str | None) -> Chart:
    """The chart `traefik` of `oci://example.org/charts/traefik`, `https://example.org/traefik-27.0.0.tgz`.

    An address or folder before the name says where it comes from, where nothing else does.
    """
    folder, _, name = reference.rstrip("/").rpartition("/")
    archive = _ARCHIVE.fullmatch(name) if len(name) <= _LONGEST_NAME else None
    if archive:
        name, version = archive[1], version or archive[2]
    is_folder = not archive and (reference.startswith(_HERE) or (repository or "").startswith("file:"))
    return Chart(name, repository or folder or None, version, reference, is_folder)


class _Values(Struct):
    """What an object hands to a chart, in helm's order."""

    layers: list[Origin | ValuesReference] = field(default_factory=list)
    faults: list[SyntaxFault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def take(self, holder: Origin, key: str) -> None:
        """The values at `key`: a mapping, or a text that holds one."""
        written = holder.node.get(key)
        if isinstance(written, PositionedDict):
            self.layers.append(Origin(holder.source, written, holder.span(key)))
        elif isinstance(written, str):
            root, faults = inner_yaml(holder, key, written)
            self.faults.extend(faults)
            if isinstance(root, PositionedDict):
                self.layers.append(Origin(holder.source, root, holder.key_span(key)))
            elif written.strip():
                self.unknown.append(f"what `{key}` holds cannot be read")

    def release(self, form: Form, meta: Meta, chart: Chart, name: str, namespace: str | None) -> ChartRelease:
        """The release; it stands where its own values do, else where it is named."""
        written = [layer for layer in self.layers if isinstance(layer, Origin)]
        named = meta.origin.place("metadata", "name")
        place = Place(written[-1].source, written[-1].head) if written else named
        values = written[0] if len(written) == 1 else merged(written, place) if written else no_values(place)
        if unknown(name) or (namespace and unknown(namespace)):
            self.unknown.append("its name is still to be filled in")
        return ChartRelease(
            form=form,
            name=name,
            namespace=namespace,
            chart=chart.name,
            repository=chart.repository,
            version=chart.version,
            layers=tuple(self.layers),
            values=values,
            place=place,
            meta=meta,
            written=chart.written,
            is_folder=chart.is_folder,
            unknown=tuple(self.unknown),
        )


def read_k3s_chart(meta: Meta, origin: Origin) -> Reading:
    """A HelmChart, or a HelmChartConfig that amends the HelmChart of its own name."""
    spec = origin.child("spec")
    node = spec.node
    values = _Values()
    values.take(spec, "valuesContent")
    if isinstance(node.get("set"), PositionedDict):
        holder = spec.child("set")
        pairs = ((f"{key}={text}", holder.span(key)) for key, text in holder.node.items())
        values.layers.append(given(tuple(pairs), holder.source, holder.head, values.unknown))
    for entry in spec.children("valuesSecrets"):
        name, place = word(entry.node, "name"), entry.place("name")
        values.layers.extend(
            ValuesReference(ValuesIn.SECRET, name, meta.namespace, key, (), is_optional=False, place=place)
            for key in strings(entry.get("keys"))
        )
    chart = named_chart(word(node, "chart") or meta.name, known_word(node, "repo"), known_word(node, "version"))
    form = Form.HELM_CHART if meta.kind == "HelmChart" else Form.HELM_CHART_CONFIG
    namespace = word(node, "targetNamespace") or meta.namespace
    return _reading(meta, values.faults, [values.release(form, meta, chart, meta.name, namespace)])


def read_helm_release(meta: Meta, origin: Origin) -> Reading:
    """A HelmRelease; `chartRef` names the chart in its later form, as the name of the source that holds it."""
    spec = origin.child("spec")
    own = mapping(mapping(spec.node, "chart"), "spec")
    reference = mapping(spec.node, "chartRef")
    chart = word(own, "chart") or word(reference, "name")
    repository = word(mapping(own, "sourceRef"), "name") or None
    values = _Values()
    for entry in spec.children("valuesFrom"):
        values.layers.append(
            ValuesReference(
                found=ValuesIn.SECRET if word(entry.node, "kind") == "Secret" else ValuesIn.CONFIG_MAP,
                name=word(entry.node, "name"),
                namespace=meta.namespace,
                key=word(entry.node, "valuesKey", "values.yaml"),
                target=tuple(_keys(word(entry.node, "targetPath"))),
                is_optional=flag(entry.node, "optional", default=False),
                place=entry.place("name"),
            )
        )
    values.take(spec, "values")
    if spec.node.get("postRenderers"):
        values.unknown.append("`postRenderers` change what the chart makes")
    target = word(spec.node, "targetNamespace") or None
    # a release that is installed elsewhere bears that name in front: https://fluxcd.io/flux/components/helm/helmreleases/
    name = word(spec.node, "releaseName") or (f"{target}-{meta.name}" if target else meta.name)
    named = named_chart(chart or meta.name, repository, known_word(own, "version"))
    is_folder = named.is_folder or word(mapping(own, "sourceRef"), "kind") in {"GitRepository", "Bucket"}
    named = named._replace(is_folder=is_folder)
    return _reading(
        meta, values.faults, [values.release(Form.HELM_RELEASE, meta, named, name, target or meta.namespace)]
    )


_REF = regex(r"\$[\w-]+/")
"""The source of an Application that a file of values lies in, at the beginning of its path."""


def read_argo_application(meta: Meta, origin: Origin) -> Reading:
    """An Application, with one source or several."""
    return _argo(meta, origin.child("spec"))


def read_argo_set(meta: Meta, origin: Origin) -> Reading:
    """An ApplicationSet: what its generators fill in is unknown."""
    return _argo(
        meta,
        origin.child("spec", "template", "spec"),
        name=word(origin.child("spec", "template", "metadata").node, "name"),
    )


def _argo(meta: Meta, spec: Origin, name: str = "") -> Reading:
    namespace = word(mapping(spec.node, "destination"), "namespace") or None
    found, faults = [], []
    for source in (spec.child("source"), *spec.children("sources")):
        chart = word(source.node, "chart") or word(source.node, "path")
        helm = source.child("helm")
        if not chart or (not word(source.node, "chart") and not helm.node):
            continue
        values = _Values()
        values.layers.extend(_files(source, helm))
        # the object wins where both are written
        values.take(helm, "valuesObject" if "valuesObject" in helm.node else "values")
        parameters = helm.children("parameters")
        pairs = ((f"{word(one.node, 'name')}={word(one.node, 'value')}", one.span("value")) for one in parameters)
        if parameters:
            values.layers.append(given(tuple(pairs), helm.source, helm.key_span("parameters"), values.unknown))
        if helm.node.get("fileParameters"):
            values.unknown.append("`fileParameters` are not read")
        faults.extend(values.faults)
        named = named_chart(chart, known_word(source.node, "repoURL"), known_word(source.node, "targetRevision"))
        has_index = bool(word(source.node, "chart"))
        named = named._replace(written="" if has_index else chart, is_folder=not has_index)
        release = word(helm.node, "releaseName") or name or meta.name
        found.append(values.release(Form.APPLICATION, meta, named, release, namespace))
    return _reading(meta, faults, found)


def _files(source: Origin, helm: Origin) -> Iterator[ValuesReference]:
    """Files of values: beside the chart, or in another source (`$values/…`)."""
    folder = word(source.node, "path")
    for index, file in enumerate(strings(helm.get("valueFiles"))):
        is_elsewhere = _REF.match(file) or file.startswith("/") or not folder
        path = _REF.sub("", file, count=1) if is_elsewhere else f"{folder}/{file}"
        ignores = flag(helm.node, "ignoreMissingValueFiles", default=False)
        yield ValuesReference(ValuesIn.FILE, path, None, "", (), ignores, helm.place("valueFiles", index))


def _keys(path: str) -> list[str]:
    return [part for part in path.split(".") if part]


def _reading(meta: Meta, faults: Sequence[SyntaxFault], releases: Sequence[ChartRelease]) -> Reading:
    return Reading((Other(meta), *releases), tuple(faults))


CHARTS: Mapping[tuple[str, str], Callable[[Meta, Origin], Reading]] = {
    ("argoproj.io", "Application"): read_argo_application,
    ("argoproj.io", "ApplicationSet"): read_argo_set,
    ("helm.cattle.io", "HelmChart"): read_k3s_chart,
    ("helm.cattle.io", "HelmChartConfig"): read_k3s_chart,
    ("helm.toolkit.fluxcd.io", "HelmRelease"): read_helm_release,
}
"""Group and kind to reader."""

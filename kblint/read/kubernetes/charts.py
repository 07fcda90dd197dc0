"""Values that objects hand to Helm charts: K3s's HelmChart and HelmChartConfig, Flux's HelmRelease, Argo's Application.

Each object is there as an `Other`, followed by its values.
https://docs.k3s.io/helm , https://fluxcd.io/flux/components/helm/helmreleases/ ,
https://argo-cd.readthedocs.io/en/stable/user-guide/helm/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kblint.model.bundle import Other
from kblint.model.cluster import ChartValues
from kblint.model.meta import Meta
from kblint.read.inner_yaml import inner_yaml
from kblint.read.reading import Reading
from kblint.read.values import mapping, word
from kblint.source.values import Origin, PositionedDict


def read_k3s_chart(meta: Meta, origin: Origin) -> Reading:
    """A HelmChart, or a HelmChartConfig that amends the HelmChart of its own name."""
    spec = origin.child("spec")
    chart = _last_part(word(spec.node, "chart")) or meta.name
    return _reading(meta, _values(meta, chart, spec, "valuesContent"))


def read_helm_release(meta: Meta, origin: Origin) -> Reading:
    """A HelmRelease; `chartRef` names the chart in its later form."""
    spec = origin.child("spec")
    chart = word(mapping(mapping(spec.node, "chart"), "spec"), "chart") or word(mapping(spec.node, "chartRef"), "name")
    return _reading(meta, _values(meta, _last_part(chart) or meta.name, spec, "values"))


def read_argo_application(meta: Meta, origin: Origin) -> Reading:
    """An Application, with one source or several."""
    spec = origin.child("spec")
    found: list[Reading] = []
    for source in (spec.child("source"), *spec.children("sources")):
        chart = word(source.node, "chart") or _last_part(word(source.node, "path")) or meta.name
        helm = source.child("helm")
        # the object wins where both are written
        found.append(_values(meta, chart, helm, "valuesObject" if "valuesObject" in helm.node else "values"))
    return _reading(meta, *found)


def _reading(meta: Meta, *found: Reading) -> Reading:
    return Reading(
        (Other(meta), *(declaration for reading in found for declaration in reading.declarations)),
        tuple(fault for reading in found for fault in reading.faults),
    )


def _values(meta: Meta, chart: str, holder: Origin, key: str) -> Reading:
    """The values at `key`: a mapping, or a text that holds one."""
    written = holder.node.get(key)
    if isinstance(written, PositionedDict):
        return Reading((ChartValues(chart, meta, written, holder.place(key)),))
    if not isinstance(written, str):
        return Reading()
    root, faults = inner_yaml(holder, key, written)
    if not isinstance(root, PositionedDict):
        return Reading(faults=faults)
    return Reading((ChartValues(chart, meta, root, holder.key_place(key)),), faults)


def _last_part(reference: str) -> str:
    """The chart's own name: `traefik` of `oci://example.org/charts/traefik`."""
    return reference.rstrip("/").rpartition("/")[2]


CHARTS: Mapping[tuple[str, str], Callable[[Meta, Origin], Reading]] = {
    ("argoproj.io", "Application"): read_argo_application,
    ("helm.cattle.io", "HelmChart"): read_k3s_chart,
    ("helm.cattle.io", "HelmChartConfig"): read_k3s_chart,
    ("helm.toolkit.fluxcd.io", "HelmRelease"): read_helm_release,
}
"""Group and kind to reader."""

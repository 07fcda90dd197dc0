"""What surely does not exist: only where the user says that the input holds everything (`world: closed`).

Even then an object may be made out of something that is in the input: a chart, an operator's own object, a generator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import CHART_GROUP, ChartValues
from kblint.model.kustomization import is_kustomization
from kblint.model.meta import Meta
from kblint.source.values import PositionedDict, PositionedList, strings

Elsewhere = Callable[[str, str | None, str], bool]
"""Whether an object (kind, namespace, name) exists outside the scope, as far as the user or other scopes tell."""
Absent = Callable[[str, str | None, str], bool]
"""Whether an object (kind, namespace, name) that is not in the scope surely does not exist."""

_INSTALLERS = {
    ("helm.cattle.io", "HelmChart"): (("spec", "targetNamespace"), ("metadata", "namespace")),
    ("helm.cattle.io", "HelmChartConfig"): (),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): (("spec", "targetNamespace"), ("metadata", "namespace")),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): (),
    ("argoproj.io", "Application"): (("spec", "destination", "namespace"),),
    ("argoproj.io", "ApplicationSet"): (),
}
"""What installs whole applications, and where it says into which namespace; anywhere where nothing says it.

https://fluxcd.io/flux/components/helm/helmreleases/ ,
https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""
_MAKES_NO_PODS = frozenset(
    {
        "bitnami.com",
        "cert-manager.io",
        "cilium.io",
        "crd.projectcalico.org",
        "external-secrets.io",
        "generators.external-secrets.io",
        "k3s.cattle.io",
        "kustomize.config.k8s.io",
        "metallb.io",
        "projectcalico.org",
        "traefik.containo.us",
        "traefik.io",
        "upgrade.cattle.io",
    }
)
"""Groups of operators whose objects become no Services and no pods that serve."""
_SETTINGS = frozenset({"ConfigMap", "Secret"})


def absence(bundle: Bundle, elsewhere: Elsewhere, *, is_closed: bool) -> Absent:
    """What surely does not exist, though something names it; nothing in an open world."""
    if not is_closed:
        return lambda _kind, _namespace, _name: False
    others = [one.meta for one in bundle.all(Other)]
    anywhere = any(one.meta is None for one in bundle.all(ChartValues)) or any(map(_is_remote, others))
    installed = {namespace for meta in others for namespace in _installed_into(meta)}
    operated = {meta.namespace for meta in others if _may_run_pods(meta)}
    named = {text for meta in others if _is_foreign(meta) for text in _texts(meta)}

    def is_made(kind: str, namespace: str | None, name: str) -> bool:
        if anywhere or not installed.isdisjoint({namespace, None}) or (namespace is None and installed):
            return True
        if kind in _SETTINGS:
            # an operator's Secret bears the name of its object, or a name that begins with that
            return name in named or any(name.startswith(f"{meta.name}-") for meta in others if _is_foreign(meta))
        return kind in ("Pod", "Service") and bool(operated if namespace is None else operated & {namespace, None})

    return lambda kind, namespace, name: not elsewhere(kind, namespace, name) and not is_made(kind, namespace, name)


def _installed_into(meta: Meta) -> Iterator[str | None]:
    """The namespaces into which an object installs what nobody sees here; None for any."""
    if meta.group == CHART_GROUP:
        yield None
    paths = _INSTALLERS.get((meta.group, meta.kind))
    if paths is not None:
        found = [value for path in paths if isinstance(value := meta.origin.get(*path), str)]
        yield from found
        if not found:
            yield None


def _is_remote(meta: Meta) -> bool:
    """Whether a kustomization takes in what is not in the input."""
    if not is_kustomization(meta):
        return False
    listed = [*strings(meta.origin.get("resources")), *strings(meta.origin.get("bases"))]
    charts = any(meta.origin.is_written(key) for key in ("helmCharts", "helmChartInflationGenerator", "generators"))
    return charts or any("://" in text or "?ref=" in text or text.startswith("github.com/") for text in listed)


def _is_foreign(meta: Meta) -> bool:
    """Whether an object is of an operator's own kind, or generates others."""
    return is_kustomization(meta) or ("." in meta.group and not meta.group.endswith(".k8s.io"))


def _may_run_pods(meta: Meta) -> bool:
    is_installer = (meta.group, meta.kind) in _INSTALLERS
    return _is_foreign(meta) and not is_installer and meta.group not in _MAKES_NO_PODS


def _texts(meta: Meta) -> Iterator[str]:
    """The object's name, and every text in it."""
    yield meta.name
    pending: list[object] = [meta.origin.node]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, PositionedDict | PositionedList) and id(node) not in seen:
            seen.add(id(node))
            pending.extend(node.values() if isinstance(node, PositionedDict) else node)

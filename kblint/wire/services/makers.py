"""What may make Services that no file of the input shows: releases of charts, remote manifests, operators.

A name that leads nowhere here is no mistake where one of them may make what it names.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from kblint.model.bundle import Declaration, Other, path_of
from kblint.model.cluster import CHART_GROUP, ClusterSign, SignOf
from kblint.model.kustomization import is_kustomization, remote_parts
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease, Form
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin
from kblint.wire.services.together import Together, together

_OF_CHARTS = frozenset({"HelmRelease", "HelmChart"})
_OF_ARGO = frozenset({"Application", "ApplicationSet"})
_FLUX = "kustomize.toolkit.fluxcd.io"
_WITHOUT_SERVICES = frozenset(
    {
        "acme.cert-manager.io",
        "apps.kruise.io",
        "argoproj.io",
        "bitnami.com",
        "cert-manager.io",
        "cilium.io",
        "configuration.konghq.com",
        "crd.projectcalico.org",
        "external-secrets.io",
        "generators.external-secrets.io",
        "helm.cattle.io",
        "keda.sh",
        "kyverno.io",
        "longhorn.io",
        "metallb.io",
        "metallb.universe.tf",
        "networking.istio.io",
        "projectcalico.org",
        "security.istio.io",
        "telemetry.istio.io",
        "traefik.containo.us",
        "traefik.io",
        "trust.cert-manager.io",
        "upgrade.cattle.io",
        "velero.io",
        "volsync.backube",
    }
)
"""API groups whose objects make no Service that a route would name."""
_WITHOUT_SERVICES_KINDS = frozenset(
    {"GrafanaDashboard", "GrafanaDatasource", "PodMonitor", "Probe", "PrometheusRule", "ScrapeConfig", "ServiceMonitor"}
)


class Makes(enum.Enum):
    """What somebody makes."""

    RELEASE = "a release of a chart"
    REMOTE = "manifests from elsewhere, or of Terraform"
    OTHER = "what an operator, or a chart that is here, makes"


class Maker(Struct, frozen=True):
    """Something that makes more than the input shows; in any namespace where `namespace` is None."""

    name: str
    namespace: str | None
    makes: Makes
    place: Place
    own_name: str = ""
    """What it is called itself; empty where nothing tells, as for a script."""


class Makers(Struct, frozen=True):
    """All of them, by their namespace; the first of each counts.

    `by_name` are those that have a name, by it and by their namespace.
    """

    by_namespace: Mapping[str | None, Maker] = field(default_factory=dict)
    has_more_classes: bool = False
    """Whether one of them may bring an ingress controller, and so a class."""
    every: tuple[Maker, ...] = ()
    by_name: Mapping[tuple[str, str | None], Maker] = field(default_factory=dict)
    charts: Mapping[str, str] = field(default_factory=dict)
    """Charts that are released to what releases them, as users read it."""
    labels: frozenset[tuple[str, str | None]] = frozenset()
    """What pods bear in a label that a chart makes of its own name, or of its release's, by their namespace.

    https://helm.sh/docs/chart_best_practices/labels/
    """

    has_more_ways: bool = False
    """Whether one of them may open ports that the input does not show."""

    def may_label(self, value: str, namespace: str | None) -> bool:
        """Whether pods of a release that the input does not show may bear a name."""
        return (value, namespace) in self.labels or (value, None) in self.labels

    def likeliest(self, name: str, namespace: str | None) -> Maker | None:
        """Whoever most likely makes an object of this name: releases put their own name before it.

        None where all that is made in `namespace` is in the input.
        """
        parts = name.split("-")
        for end in range(len(parts), 0, -1):
            own_name = "-".join(parts[:end])
            for space in (namespace, None):
                if found := self.by_name.get((own_name, space)):
                    return found
        return self.of(namespace)

    def of(self, namespace: str | None) -> Maker | None:
        """Whoever may make an object in `namespace`; None where all that is made there is in the input."""
        found = self.by_namespace.get(namespace) or self.by_namespace.get(None)
        if found is None and namespace is None:
            return next(iter(self.by_namespace.values()), None)
        return found


class Outside(Struct, frozen=True):
    """What a scope is told of the rest of the input: the namespaces and names of all Services, and who makes more."""

    services: frozenset[tuple[str | None, str]]
    makers: Makers
    together: Together
    """Which files belong together."""
    in_variants: frozenset[tuple[str, str, str | None, str]] = frozenset()
    """Workloads that stand in the input more than once, as variants of each other."""


def outside(declarations: Iterable[Declaration]) -> Outside:
    """What the whole input, `declarations`, tells each scope."""
    declarations = tuple(declarations)
    services = frozenset((one.meta.namespace, one.meta.name) for one in declarations if isinstance(one, Service))
    workloads = Counter(one.meta.key for one in declarations if isinstance(one, Workload))
    in_variants = frozenset(key for key, count in workloads.items() if count > 1)
    return Outside(services, _makers(declarations), together(declarations), in_variants)


def _makers(declarations: tuple[Declaration, ...]) -> Makers:
    """Whatever makes more than `declarations`, the whole input, show."""
    folders = _Folders(path_of(one) for one in declarations)
    # what a release makes that helm rendered is all here
    here = known_places(declarations, lambda one: one.is_rendered)
    every = tuple(maker for one in declarations for maker in _made_by(one, folders) if maker.place not in here)
    found: dict[str | None, Maker] = {}
    by_name: dict[tuple[str, str | None], Maker] = {}
    known, has_more_classes = known_places(declarations, lambda one: one.is_known), False
    # of whom more is not known than of others that one reads of first
    for maker in sorted(every, key=lambda one: one.place in known):
        found.setdefault(maker.namespace, maker)
        by_name.setdefault((maker.own_name, maker.namespace), maker)
        has_more_classes = has_more_classes or maker.place not in known
    by_name.pop(("", None), None)
    named = (one for one in declarations if isinstance(one, ChartRelease) and one.form is not Form.FILE)
    unseen = (one for one in declarations if isinstance(one, ChartRelease) and not (one.is_rendered or one.is_known))
    labels = frozenset((name, one.namespace) for one in unseen for name in (one.name, one.chart) if name)
    followed = known_places(declarations, lambda one: one.has_all_ways)
    has_more_ways = any(maker.place not in followed for maker in every)
    charts = {one.chart: str(one) for one in named}
    return Makers(found, has_more_classes, every, by_name, charts, labels, has_more_ways)


_INSTALLS = regex(r"^[^#\n]*\b(?:helm|cilium)[ \t]+(?:upgrade|install)\b", re.MULTILINE)


def known_places(declarations: Sequence[Declaration], test: Callable[[ChartRelease], bool]) -> frozenset[Place]:
    """Where makers stand of whom all that they release passes a test.

    A script is one maker, whatever it installs; so it counts where every one of its commands could be read.
    """
    releases = [one for one in declarations if isinstance(one, ChartRelease)]
    by_meta = grouped((name_place(one.meta), one) for one in releases if one.meta is not None)
    found = {place for place, own in by_meta.items() if all(map(test, own))}
    written = grouped((one.place.source.path, one) for one in releases if one.form in (Form.COMMAND, Form.TERRAFORM))
    signs = (one for one in declarations if isinstance(one, ClusterSign) and one.of is SignOf.RELEASE)
    for path, places in grouped((sign.place.source.path, sign.place) for sign in signs).items():
        own, text = written.get(path, ()), places[0].source.text
        asked = len(_INSTALLS.findall(text)) or text.count('"helm_release"')
        if own and len(own) == asked and all(map(test, own)):
            found.update(places)
    return frozenset(found)


class _Folders:
    """The folders of the input, whatever stands before them: a repository may be checked out anywhere."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_name: dict[str, set[str]] = {}
        for folder in {path.rpartition("/")[0] for path in paths}:
            for end, parent in enumerate(parts := folder.split("/"), 1):
                self._by_name.setdefault(parent, set()).add(f"/{'/'.join(parts[:end])}")

    def hold(self, written: str) -> bool:
        """Whether the folder that somebody names is here; a name that ends in a placeholder, if its beginning is."""
        parts = [part for part in written.split("/") if part not in ("", ".")]
        known = next((index for index, part in enumerate(parts) if unknown(part)), len(parts))
        if known == 0:
            return True
        named = f"/{'/'.join(parts[:known])}"
        return any(folder.endswith(named) for folder in self._by_name.get(parts[known - 1], ()))


def _made_by(declaration: Declaration, folders: _Folders) -> Iterator[Maker]:
    if isinstance(declaration, ClusterSign):
        if declaration.of is SignOf.RELEASE:
            name = declaration.name
            is_chart = name == "a release of a chart" or name.startswith("`helm_release.")
            yield Maker(name, None, Makes.RELEASE if is_chart else Makes.REMOTE, declaration.place)
    elif isinstance(declaration, Other | Workload) and (made := _made_by_object(declaration.meta, folders)):
        own_name = _word(declaration.meta.origin, "spec", "releaseName") or declaration.meta.name
        yield Maker(*made, name_place(declaration.meta), own_name)


def _made_by_object(meta: Meta, folders: _Folders) -> tuple[str, str | None, Makes] | None:
    """Name, namespace and what is made there; None where an object makes nothing more."""
    name = f"{meta.kind} `{meta.name}`"
    if is_kustomization(meta):
        remote = next(remote_parts(meta), None)
        return (f"`{remote}`", _word(meta.origin, "namespace"), Makes.REMOTE) if remote else None
    if meta.group == CHART_GROUP:
        makes = Makes.RELEASE if meta.origin.get("dependencies") else Makes.OTHER
        return f"chart `{_word(meta.origin, 'name') or meta.path}`", None, makes
    if meta.kind in _OF_CHARTS:
        return name, _word(meta.origin, "spec", "targetNamespace") or meta.namespace, Makes.RELEASE
    if meta.kind in _OF_ARGO:
        spec = meta.origin.child("spec", *(("template", "spec") if meta.kind == "ApplicationSet" else ()))
        sources = [source for source in (spec.child("source"), *spec.children("sources")) if source.node]
        if sources and all(_is_here(source, folders) for source in sources):
            return None
        makes = Makes.RELEASE if any(source.get("chart") for source in sources) else Makes.REMOTE
        return name, _word(spec, "destination", "namespace"), makes
    if meta.group == _FLUX:
        is_here = folders.hold(_word(meta.origin, "spec", "path") or "")
        return None if is_here else (name, _word(meta.origin, "spec", "targetNamespace"), Makes.REMOTE)
    return (name, meta.namespace, Makes.OTHER) if _is_of_an_operator(meta) else None


def name_place(meta: Meta) -> Place:
    """Where an object says what it is called."""
    return meta.origin.place("metadata", "name") if meta.origin.is_written("metadata") else meta.origin.place()


def _word(origin: Origin, *path: str) -> str | None:
    """A text that is written at `path`, None for anything else, or where it is still to be filled in."""
    written = origin.get(*path)
    return written if isinstance(written, str) and written and not unknown(written) else None


def _is_here(source: Origin, folders: _Folders) -> bool:
    """Whether what an Application deploys lies in the input: a folder, or the values for a chart of another source."""
    path = source.get("path")
    if source.node.get("chart"):
        return False
    return folders.hold(path) if isinstance(path, str) else bool(source.node.get("ref"))


def _is_of_an_operator(meta: Meta) -> bool:
    """Whether an object is a resource of somebody's own API, who may make anything of it."""
    if "." not in meta.group or meta.group.endswith(".toolkit.fluxcd.io"):
        return False
    if meta.group.endswith(".k8s.io") and not meta.group.endswith(".x-k8s.io"):
        return False
    return meta.group not in _WITHOUT_SERVICES and meta.kind not in _WITHOUT_SERVICES_KINDS

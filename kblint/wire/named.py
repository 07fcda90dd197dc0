"""What objects name that is not there, or out of their reach, where something else must be meant.

Sources of Flux (https://fluxcd.io/flux/components/helm/helmreleases/#chart-template), charts of K3s that are amended
(https://docs.k3s.io/helm#customizing-packaged-components-with-helmchartconfig), Secrets that ingress-nginx asks for
passwords (https://kubernetes.github.io/ingress-nginx/examples/auth/basic/), certificates of Gateways
(https://gateway-api.sigs.k8s.io/guides/tls/#cross-namespace-certificate-references) and aliases behind Traefik
(https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease
from kblint.model.route import Dialect, Gateway, ReferenceGrant, Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.spelling import Spellings, is_typo
from kblint.source.templates import unknown
from kblint.source.values import Origin, Unknown, texts
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence
from kblint.wire.routes.hosts import Takers
from kblint.wire.services.controllers import controller_of_container

KIND = "named"
_FLUX = "source.toolkit.fluxcd.io"
_SOURCE_REFS = (("spec", "chart", "spec", "sourceRef"), ("spec", "chartRef"), ("spec", "sourceRef"))
_CHARTS = "helm.cattle.io"
_PACKAGED = regex(r"(traefik)(?:-(?:conf|config|custom|customization|helm|overrides?|patch|settings|values))?")
"""The chart of K3s that people amend, and names that somebody gives to what shall amend it."""
_HOME = "kube-system"
_AUTH = "nginx.ingress.kubernetes.io/auth-secret"
_GATEWAYS = "gateway.networking.k8s.io"
_ALLOWS = "allowexternalname"
_CERTIFICATES = ("tls", "certificateRefs")

Name = TypeVar("Name", bound=Hashable)
Secrets = Mapping[str, Mapping[str | None, Meta]]


def named_conflicts(bundle: Bundle, takers: Takers) -> Iterator[Conflict]:
    """What the objects of a bundle name in vain."""
    others = [one.meta for one in bundle.all(Other)]
    yield from _aliases(bundle, takers)
    yield from _sources(bundle, others)
    yield from _amended(others)
    secrets = _secrets(others)
    if secrets:
        yield from _passwords(bundle, secrets)
        yield from _certificates(bundle, secrets)


def _conflict(about: Meta, case: str, origin: Origin, key: str, what: str, meant: Meta | None, name: str) -> Conflict:
    shown = (Evidence(meant.origin.place("metadata", "name"), f"{meant} is here"),) if meant else ()
    value = str(origin.get(key))
    return Conflict(KIND, about, origin.place(key), str(about), value, what, case, suggestion=name, shown=shown)


def _sources(bundle: Bundle, others: list[Meta]) -> Iterator[Conflict]:
    """Sources of Flux that are called otherwise, or stand in another namespace."""
    here = _by_name(((meta.kind, meta.name), meta) for meta in others if meta.group == _FLUX)
    names = grouped(((kind, namespace), name) for (kind, name), found in here.items() for namespace in found)
    spellings = {place: Spellings(found) for place, found in names.items()}
    releases = (one.meta for one in bundle.all(ChartRelease) if one.meta)
    for meta in dict.fromkeys((*releases, *others)) if here else ():
        asked = next((meta.origin.child(*path) for path in _SOURCE_REFS if meta.origin.is_written(*path)), None)
        if asked is None or not meta.group.endswith(".toolkit.fluxcd.io"):
            continue
        name, kind, given = asked.get("name"), asked.get("kind"), asked.get("namespace")
        namespace = given if isinstance(given, str) else meta.namespace
        if not isinstance(name, str) or not isinstance(kind, str) or namespace is None or unknown(name):
            continue
        found = here.get((kind, name), {})
        if None in found or namespace in found:
            continue
        beside = spellings.get((kind, namespace))
        near = beside.nearest(name) if beside else None
        if near and is_typo(near, name):
            yield _conflict(meta, "source", asked, "name", kind, here[kind, near][namespace], near)
        elif len(found) == 1 and given is None:
            (only,) = found.values()
            yield _conflict(meta, "source elsewhere", asked, "name", kind, only, str(only.namespace))


def _by_name(named: Iterable[tuple[Name, Meta]]) -> dict[Name, dict[str | None, Meta]]:
    """Objects by what they are called by, and by their namespace."""
    found: dict[Name, dict[str | None, Meta]] = {}
    for name, meta in named:
        found.setdefault(name, {}).setdefault(meta.namespace, meta)
    return found


def _amended(others: list[Meta]) -> Iterator[Conflict]:
    """HelmChartConfigs for the Traefik of K3s that have another name, or stand in another namespace."""
    own = [meta for meta in others if meta.group == _CHARTS]
    charts = {(meta.namespace, meta.name) for meta in own if meta.kind == "HelmChart"}
    for meta in own:
        known = _PACKAGED.fullmatch(meta.name)
        if meta.kind != "HelmChartConfig" or known is None or (meta.namespace, meta.name) in charts:
            continue
        head, packaged = meta.origin.child("metadata"), known[1]
        if meta.name != packaged:
            yield _conflict(meta, "amended", head, "name", packaged, None, packaged)
        elif meta.namespace not in (None, _HOME):
            yield _conflict(meta, "amended elsewhere", head, "namespace", packaged, None, _HOME)


def _aliases(bundle: Bundle, takers: Takers) -> Iterator[Conflict]:
    """Services that are an alias, which Traefik sends nothing to unless it is told to."""
    aliases = _by_name((one.meta.name, one.meta) for one in bundle.all(Service) if one.is_external_name)
    if not aliases or not _knows_no_aliases(bundle, takers):
        return
    for route in bundle.all(Route):
        is_taken = route.dialect is Dialect.TRAEFIK or takers.of(route).controller == "traefik"
        for backend in (one for rule in route.rules for one in rule.backends) if is_taken else ():
            namespace = backend.namespace or route.meta.namespace
            found = aliases.get(backend.name, {}) if isinstance(backend.name, str) and backend.kind == "Service" else {}
            meant = found.get(namespace)
            if meant:
                yield _conflict(route.meta, "alias", backend.origin, "name", "ExternalName", meant, meant.name)


def _knows_no_aliases(bundle: Bundle, takers: Takers) -> bool:
    """Whether the files show all that Traefik is told, and nothing of it lets it send to aliases."""
    containers = [one for workload in bundle.all(Workload) for one in workload.pod.running_containers]
    running = [one for one in containers if controller_of_container(one) == "traefik"]
    words = [word for one in running for word in one.words]
    charts = [one for one in bundle.all(ChartRelease) if one.chart == "traefik"]
    told = [
        *(word for word in words if isinstance(word, str)),
        *(text for one in charts for text in texts(one.values.node, with_keys=True)),
    ]
    is_open = any(isinstance(word, Unknown) or "configfile" in word.lower() for word in words)
    is_open = is_open or any(one.unknown for one in charts) or any(one.env_from for one in running)
    is_told = any(_ALLOWS in text.lower() for text in told)
    is_told = is_told or any(_ALLOWS in env.name.lower().replace("_", "") for one in running for env in one.env)
    is_seen = bool(charts or takers.own) or any(".providers." in f".{text.lstrip('-').lower()}" for text in told)
    return is_seen and not is_open and not is_told


def _secrets(others: list[Meta]) -> Secrets:
    """By name and namespace: the Secrets that are here, and the certificates that cert-manager writes into one."""
    secrets = ((meta.name, meta) for meta in others if (meta.group, meta.kind) == ("", "Secret"))
    certified = ((meta.origin.get("spec", "secretName"), meta) for meta in others if meta.group == "cert-manager.io")
    return _by_name((name, meta) for name, meta in chain(secrets, certified) if isinstance(name, str))


def _passwords(bundle: Bundle, secrets: Secrets) -> Iterator[Conflict]:
    """Secrets with passwords, which ingress-nginx looks for beside the Ingress unless a namespace stands before."""
    for route in bundle.all(Route):
        meta, name = route.meta, route.meta.annotations.get(_AUTH)
        found = secrets.get(name, {}) if isinstance(name, str) and meta.namespace is not None else {}
        if found and None not in found and meta.namespace not in found:
            annotations, first = meta.origin.child("metadata", "annotations"), next(iter(found.values()))
            yield _conflict(meta, "password", annotations, _AUTH, "Secret", first, f"{first.namespace}/{name}")


def _certificates(bundle: Bundle, secrets: Secrets) -> Iterator[Conflict]:
    """Certificates of other namespaces, which have to let a Gateway refer to them."""
    granted = {
        (asking, grant.meta.namespace, name)
        for grant in bundle.all(ReferenceGrant)
        for asking in grant.from_
        for group, kind, name in grant.to
        if (group, kind) == ("", "Secret")
    }
    for gateway in bundle.all(Gateway):
        asking = (_GATEWAYS, "Gateway", gateway.meta.namespace or "")
        for asked in (one for listener in gateway.listeners for one in listener.origin.children(*_CERTIFICATES)):
            name, namespace = asked.get("name"), asked.get("namespace")
            found = secrets.get(name, {}).get(str(namespace)) if isinstance(name, str) else None
            if found is None or gateway.meta.namespace in (None, namespace):
                continue
            if not granted.intersection((asking, to, which) for to in (None, namespace) for which in (None, name)):
                yield _conflict(gateway.meta, "certificate", asked, "name", "Secret", found, str(namespace))

"""Who issues certificates: what names an issuer of cert-manager that is not there, and secrets that it does not write.

https://cert-manager.io/docs/usage/ingress/ and https://cert-manager.io/docs/usage/certificate/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta
from kblint.model.route import Gateway, Route
from kblint.source.spelling import is_abbreviated, nearest
from kblint.source.text import Place
from kblint.source.values import strings
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence
from kblint.wire.services.absence import Absent

_GROUP = "cert-manager.io"
_KEYS = {"cert-manager.io/cluster-issuer": "ClusterIssuer", "cert-manager.io/issuer": "Issuer"}
_OTHER = {"ClusterIssuer": "Issuer", "Issuer": "ClusterIssuer"}


class _Asked(NamedTuple):
    """An issuer that something names."""

    about: Meta
    kind: str
    name: str
    place: Place


def issuer_conflicts(bundle: Bundle, absent: Absent) -> Iterator[Conflict]:
    """What does not go together about certificates."""
    own = [one.meta for one in bundle.all(Other) if one.meta.group == _GROUP]
    issuers = [meta for meta in own if meta.kind in _OTHER]
    certificates = [meta for meta in own if meta.kind == "Certificate"]
    for asked in _asked(bundle, certificates):
        conflict = _missing(asked, issuers) or _not_here(asked, issuers, absent)
        if conflict:
            yield conflict
    if certificates:
        yield from _unwritten(bundle, certificates)


def _asked(bundle: Bundle, certificates: list[Meta]) -> Iterator[_Asked]:
    for meta in chain((one.meta for one in bundle.all(Route)), (one.meta for one in bundle.all(Gateway))):
        for key, kind in _KEYS.items():
            name = meta.annotations.get(key)
            if isinstance(name, str) and "cert-manager.io/issuer-group" not in meta.annotations:
                yield _Asked(meta, kind, name, meta.origin.place("metadata", "annotations", key))
    for meta in certificates:
        named = meta.origin.child("spec", "issuerRef")
        asked, kind_of = named.get("name"), named.get("kind") or "Issuer"
        if isinstance(asked, str) and kind_of in _OTHER and named.get("group") in (None, _GROUP):
            yield _Asked(meta, str(kind_of), asked, named.place("name"))


def _missing(asked: _Asked, issuers: list[Meta]) -> Conflict | None:
    """An issuer that is not there, where another one is meant; an Issuer is looked for in the own namespace."""
    about, kind, name, place = asked
    reachable = [one for one in issuers if one.kind == "ClusterIssuer" or one.namespace == about.namespace]
    fitting = {one.name: one for one in reachable if one.kind == kind}
    if name in fitting:
        return None
    other = next((one for one in reachable if one.kind == _OTHER[kind] and one.name == name), None)
    near = _meant(name, fitting) if other is None else None
    away = next((one for one in issuers if one.kind == kind == "Issuer" and one.name == name), None)
    meant = other or (fitting[near] if near else away)
    if meant is None or (meant is away and (about.namespace is None or meant.namespace is None)):
        return None
    case = "kind" if other else "name" if near else "namespace"
    shown = (Evidence(meant.origin.place("metadata", "name"), f"{meant} is here"),)
    return Conflict("issuer", about, place, str(about), name, kind, case, suggestion=meant.name, shown=shown)


def _meant(name: str, known: Iterable[str]) -> str | None:
    """The one issuer that is meant: by a slip of the hand, or by a word that one of the two names shortens."""
    near = nearest(name, known)
    short = [one for one in known if is_abbreviated(name, one)]
    return near or (short[0] if len(short) == 1 else None)


def _not_here(asked: _Asked, issuers: list[Meta], absent: Absent) -> Conflict | None:
    """An issuer of which only that is known: in a world that the input holds as a whole."""
    about, kind, name, place = asked
    namespace = about.namespace if kind == "Issuer" else None
    if any((one.kind, one.name, one.namespace) == (kind, name, namespace) for one in issuers):
        return None
    if not absent(kind, namespace, name):
        return None
    return Conflict("issuer", about, place, str(about), name, kind, "absent")


def _unwritten(bundle: Bundle, certificates: list[Meta]) -> Iterator[Conflict]:
    """A TLS secret that no Certificate writes, where one for the same host writes another one beside it."""
    secrets = {(one.meta.namespace, one.meta.name) for one in bundle.all(Other) if one.meta.kind == "Secret"}
    written = {(meta.namespace, meta.origin.get("spec", "secretName")): meta for meta in certificates}
    for route in bundle.all(Route):
        if any(key.startswith("cert-manager.io/") or key == "kubernetes.io/tls-acme" for key in route.meta.annotations):
            # an Ingress with such an annotation has a Certificate made for it
            continue
        for tls in route.tls:
            key = (route.meta.namespace, tls.secret)
            if not isinstance(tls.secret, str) or not tls.hosts or key in written or key in secrets:
                continue
            for (namespace, name), meta in written.items():
                hosts = strings(meta.origin.get("spec", "dnsNames"))
                if namespace == route.meta.namespace and isinstance(name, str) and set(tls.hosts) <= set(hosts):
                    shown = (Evidence(meta.origin.place("spec", "secretName"), f"{meta} writes this one"),)
                    yield Conflict(
                        "certificate-secret", route.meta, tls.origin.place("secretName"), str(route.meta), tls.secret,
                        name, suggestion=name, shown=shown,
                    )  # fmt: skip
                    break

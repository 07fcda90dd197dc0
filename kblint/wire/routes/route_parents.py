"""What a route hangs on: its class, its Gateways and its TLS secret.

https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class and
https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta, Text
from kblint.model.policy import Namespace
from kblint.model.route import ISTIO_GROUP, Dialect, Gateway, GatewayListener, ParentRef, Route, RouteClass, RouteTls
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.spelling import Spellings
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.routes.istio_gateways import IstioGateway, istio_gateways, refusal
from kblint.wire.services.absence import Absent
from kblint.wire.services.controllers import takes_no_classless
from kblint.wire.services.makers import Makers
from kblint.wire.services.selection import same_namespace, selector_matches

MOST_LISTENERS = 64
"""Listeners of a Gateway, as the API takes them; which of more takes a route is not looked at.

https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec
"""
_PROTOCOL_KINDS = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
"""https://gateway-api.sigs.k8s.io/reference/spec/#routegroupkind"""


class WiredParent(Struct, frozen=True, eq=False):
    """A route's parent with what keeps the route from attaching; `problem` None for nothing that is known.

    `near` is what is probably meant, or what refuses; `listeners` are those of the Gateway that take the route.
    """

    route: Route
    parent: ParentRef
    gateway: Gateway | None = None
    problem: str | None = None
    near: Meta | None = None
    is_proved: bool = False
    listeners: tuple[GatewayListener, ...] = ()

    @property
    def place(self) -> Place:
        """Where it is named."""
        if self.parent.at:
            return self.parent.origin.place(*self.parent.at)
        is_section = self.parent.section is not None and self.gateway
        return self.parent.origin.place("sectionName" if is_section else "name")


class MisplacedSecret(NamedTuple):
    """A TLS entry whose secret stands in another namespace only, and that secret."""

    tls: RouteTls
    found: Meta


class WiredRoute(Struct, frozen=True, eq=False):
    """A route with what it hangs on.

    `class_problem` is `unknown` (no such class here), `no-default` (none is named, and none is the default), `ignored`
    (none is named, and the controller that is here takes none without one) or None.
    """

    route: Route
    parents: tuple[WiredParent, ...]
    class_problem: str | None
    classes: tuple[Meta, ...]
    similar_class: Meta | None
    secret: MisplacedSecret | None


def wire_attachments(bundle: Bundle, absent: Absent, own_class: str | None, makers: Makers) -> tuple[WiredRoute, ...]:
    """Every route of the bundle.

    `own_class` is the class that the cluster brings along, `makers` are who may make more of them.
    """
    workloads = bundle.all(Workload)
    secrets = (one.meta for one in bundle.all(Other) if one.meta.kind == "Secret" and not one.meta.group)
    index = _Index(
        gateways=_Named(grouped((one.meta.name, one) for one in bundle.all(Gateway))),
        istio=_Named(grouped((one.meta.name, one) for one in istio_gateways(bundle))),
        namespaces={one.meta.name: one.meta for one in bundle.all(Namespace)},
        secrets=grouped(chain(((meta.name, meta) for meta in secrets), _certified(bundle))),
        classes=tuple(one for one in bundle.all(RouteClass) if one.meta.kind == "IngressClass"),
        absent=absent,
        own_class=own_class,
        has_more_classes=makers.has_more_classes,
        ignores_classless=takes_no_classless(workloads),
    )
    return tuple(_wire(route, index) for route in bundle.all(Route))


def _certified(bundle: Bundle) -> Iterator[tuple[str, Meta]]:
    """The secrets that certificates of cert-manager are written into, and are not copied from."""
    for meta in (one.meta for one in bundle.all(Other) if one.meta.group == "cert-manager.io"):
        name = meta.origin.get("spec", "secretName")
        if meta.kind == "Certificate" and isinstance(name, str) and not meta.origin.get("spec", "secretTemplate"):
            yield name, meta


class _Named(Struct, frozen=True, eq=False, dict=True):
    """Gateways of one kind by their names."""

    found: Mapping[str, Sequence[Gateway | IstioGateway]]

    @cached_property
    def spellings(self) -> Spellings:
        """Their names."""
        return Spellings(self.found)


class _Index(Struct, frozen=True, eq=False, dict=True):
    gateways: _Named
    istio: _Named
    namespaces: dict[str, Meta]
    secrets: dict[str, tuple[Meta, ...]]
    classes: tuple[RouteClass, ...]
    absent: Absent
    own_class: str | None
    has_more_classes: bool
    """Whether something may make classes that are not in the input."""
    ignores_classless: bool
    """Whether every controller that is here takes no Ingress without a class."""

    @cached_property
    def class_metas(self) -> tuple[Meta, ...]:
        """The classes."""
        return tuple(one.meta for one in self.classes)

    @cached_property
    def has_default(self) -> bool:
        """Whether one of the classes is the default."""
        return any(one.is_default for one in self.classes)

    @cached_property
    def by_class(self) -> dict[str, Meta]:
        """The classes by their names."""
        return {meta.name: meta for meta in self.class_metas}

    @cached_property
    def class_spellings(self) -> Spellings:
        """The names of the classes."""
        return Spellings(self.by_class)


def _wire(route: Route, index: _Index) -> WiredRoute:
    parents = tuple(_parent(route, parent, index) for parent in route.parents)
    problem, similar = _class_problem(route, index)
    return WiredRoute(route, parents, problem, index.class_metas, similar, _secret(route, index))


def _class_problem(route: Route, index: _Index) -> tuple[str | None, Meta | None]:
    classes = index.classes
    if route.dialect is not Dialect.INGRESS or isinstance(route.class_name, Unknown):
        return None, None
    if route.class_name is None:
        # K3s's Traefik takes those without a class too
        is_taken = index.own_class or index.has_more_classes or index.has_default
        problem = "ignored" if index.ignores_classless else "no-default" if classes else None
        return (None, None) if is_taken else (problem, None)
    if not classes:
        return None, None
    if route.class_name in index.by_class or route.class_name == index.own_class:
        return None, None
    near = index.class_spellings.nearest(route.class_name)
    return (None, None) if index.has_more_classes and not near else ("unknown", index.by_class[near] if near else None)


def _secret(route: Route, index: _Index) -> MisplacedSecret | None:
    for entry in route.tls:
        if not isinstance(entry.secret, str):
            continue
        found = index.secrets.get(entry.secret, ())
        here = [meta for meta in found if same_namespace(route.meta.namespace, meta.namespace)]
        if found and not here:
            return MisplacedSecret(entry, found[0])
    return None


def _parent(route: Route, parent: ParentRef, index: _Index) -> WiredParent:
    if parent.kind != "Gateway" or isinstance(parent.name, Unknown):
        return WiredParent(route, parent)
    namespace = parent.namespace or route.meta.namespace
    gateways = index.istio if parent.group == ISTIO_GROUP else index.gateways
    candidates = gateways.found.get(parent.name, ())
    best = max(candidates, key=lambda one: same_namespace(namespace, one.meta.namespace), default=None)
    if best is not None and same_namespace(namespace, best.meta.namespace):
        if isinstance(best, Gateway):
            return _listener_problem(route, parent, best, index)
        problem = refusal(route, best)
        return WiredParent(route, parent, problem=problem, near=best.meta if problem else None, is_proved=True)
    if candidates and parent.namespace is None:
        where = candidates[0].meta
        text = f"Gateway `{parent.name}` is in namespace `{where.namespace}`, and the route names none"
        return WiredParent(route, parent, problem=text, near=where, is_proved=True)
    near = gateways.spellings.nearest(parent.name)
    meant = gateways.found[near][0].meta if near else None
    if meant and same_namespace(namespace, meant.namespace):
        text = f"there is no Gateway `{parent.name}`"
        return WiredParent(route, parent, problem=text, near=meant, is_proved=True)
    if index.absent("Gateway", namespace, parent.name):
        return WiredParent(route, parent, problem=f"there is no Gateway `{parent.name}`", is_proved=True)
    return WiredParent(route, parent)


def _listener_problem(route: Route, parent: ParentRef, gateway: Gateway, index: _Index) -> WiredParent:
    def refused(text: str) -> WiredParent:
        return WiredParent(route, parent, gateway, text, gateway.meta, is_proved=True)

    def taken(by: tuple[GatewayListener, ...]) -> WiredParent:
        return WiredParent(route, parent, gateway, is_proved=True, listeners=by)

    listeners = gateway.listeners
    if len(listeners) > MOST_LISTENERS:
        return taken(listeners)
    if not listeners or any(isinstance(one.port, Unknown) for one in listeners):
        return taken(())
    if parent.section is not None:
        listeners = tuple(one for one in listeners if one.name == parent.section)
        if not listeners:
            names = "`, `".join(one.name for one in gateway.listeners)
            return refused(f"Gateway `{gateway.meta.name}` has no listener `{parent.section}`, it has `{names}`")
    if isinstance(parent.port, int):
        listeners = tuple(one for one in listeners if one.port == parent.port)
        if not listeners:
            return refused(f"Gateway `{gateway.meta.name}` has no listener on port `{parent.port}`")
    fitting = [
        one
        for one in listeners
        if one.protocol not in _PROTOCOL_KINDS
        or route.meta.kind in (one.allowed_kinds or _PROTOCOL_KINDS[one.protocol])
    ]
    if not fitting:
        return refused(f"no listener of Gateway `{gateway.meta.name}` takes a {route.meta.kind}")
    if all(_keeps_out(one.from_namespaces, route, gateway) for one in fitting):
        return refused(f"Gateway `{gateway.meta.name}` takes routes of its own namespace only")
    namespace = index.namespaces.get(route.meta.namespace or "")
    if namespace and all(_selects_others(one, namespace) for one in fitting):
        return refused(f"Gateway `{gateway.meta.name}` does not select namespace `{namespace.name}`")
    open_to = tuple(one for one in fitting if not _keeps_out(one.from_namespaces, route, gateway))
    hosts = {rule.host for rule in route.rules}
    if open_to and not any(_meet(one.hostname, host) for one in open_to for host in hosts):
        names = "`, `".join(dict.fromkeys(str(one.hostname) for one in open_to))
        return refused(f"Gateway `{gateway.meta.name}` listens for `{names}`, and none of its hosts is among these")
    return taken(open_to)


def _meet(listener: Text | None, host: Text | None) -> bool:
    """Whether some host is one of a listener's and of a route's; what cannot be known may be.

    https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec : `*.` stands for one label or more.
    """
    if not isinstance(listener, str) or not isinstance(host, str):
        return True
    one, other = listener.lower(), host.lower()
    if one == other:
        return True
    if one.startswith("*.") and other.startswith("*."):
        return one.endswith(other[1:]) or other.endswith(one[1:])
    pattern, plain = (one, other) if one.startswith("*.") else (other, one)
    return pattern.startswith("*.") and plain.endswith(pattern[1:])


def _selects_others(listener: GatewayListener, namespace: Meta) -> bool:
    selector = listener.namespace_selector if listener.from_namespaces == "Selector" else None
    return selector is not None and selector_matches(selector, namespace.labels) is False


def _keeps_out(from_: str, route: Route, gateway: Gateway) -> bool:
    return from_ == "Same" and same_namespace(route.meta.namespace, gateway.meta.namespace) is Certainty.UNKNOWN

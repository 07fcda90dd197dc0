"""The Gateway API: gateways, their classes and routes, and grants between namespaces.

Fields and defaults: https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kblint.model.meta import Meta, Text
from kblint.model.route import (
    MAX_HOSTNAMES,
    MAX_MATCHES,
    Backend,
    Dialect,
    Gateway,
    GatewayListener,
    ParentRef,
    ReferenceGrant,
    Route,
    RouteClass,
    RouteRule,
)
from kblint.read.kubernetes.selectors import selector
from kblint.read.values import (
    Fields,
    as_number,
    as_text,
    known_word,
    mapping,
    mappings,
    number,
    positive,
    sequence,
    text,
    word,
)
from kblint.source.values import Origin

GROUP = "gateway.networking.k8s.io"
ROUTES = ("GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute")


PathMatch = tuple[Text | None, str | None]
"""A path and its type."""


def read_gateway(meta: Meta, origin: Origin) -> Gateway:
    """A Gateway with its listeners."""
    spec = origin.child("spec")
    class_name = as_text(spec.node.get("gatewayClassName"))
    return Gateway(meta, class_name, tuple(map(_listener, spec.children("listeners"))), spec)


def _listener(origin: Origin) -> GatewayListener:
    node = origin.node
    allowed = mapping(node, "allowedRoutes")
    return GatewayListener(
        name=word(node, "name"),
        port=as_number(node.get("port")),
        protocol=word(node, "protocol"),
        hostname=text(node, "hostname"),
        from_namespaces=word(mapping(allowed, "namespaces"), "from", "Same"),
        namespace_selector=selector(origin, "allowedRoutes", "namespaces", "selector"),
        allowed_kinds=tuple(word(item, "kind") for item in mappings(allowed, "kinds")),
        origin=origin,
    )


def read_gateway_class(meta: Meta, origin: Origin) -> RouteClass:
    """A GatewayClass; none is ever the default."""
    controller = as_text(mapping(origin.node, "spec").get("controllerName"))
    return RouteClass(meta, controller, is_default=False)


def read_route(meta: Meta, origin: Origin) -> Route:
    """A route of the Gateway API: one rule for each of its hostnames, rules and matched paths."""
    spec = origin.child("spec")
    hosts: list[Text | None] = [as_text(host) for host in sequence(spec.node, "hostnames")[:MAX_HOSTNAMES]]
    hosts = hosts or [None]
    return Route(
        meta=meta,
        dialect=Dialect.GATEWAY,
        class_name=None,
        rules=tuple(
            rule for item in spec.children("rules") for rule in _rules(item, hosts, _paths(meta.kind, item.node))
        ),
        parents=tuple(map(_parent, spec.children("parentRefs"))),
        origin=spec,
    )


def _rules(origin: Origin, hosts: list[Text | None], paths: list[PathMatch]) -> Iterator[RouteRule]:
    backends = tuple(map(backend, origin.children("backendRefs")))
    for host in hosts:
        for path, path_type in paths:
            yield RouteRule(host, path, path_type, backends, origin)


def _paths(kind: str, rule: Fields) -> list[PathMatch]:
    """The different paths of a rule's matches; kinds that are not about HTTP know none."""
    if kind not in PATHS:
        return [(None, None)]
    key, path_of = PATHS[kind]
    matches = [mapping(match, key) for match in mappings(rule, "matches")[:MAX_MATCHES]] or [{}]
    return list(dict.fromkeys(map(path_of, matches)))


def _grpc_path(method: Fields) -> PathMatch:
    """The path of a method: gRPC asks for `/service/method`."""
    service, name = word(method, "service"), word(method, "method")
    if not service or word(method, "type", "Exact") != "Exact":
        return (None, None)
    return (as_text(f"/{service}/{name}"), "Exact" if name else "PathPrefix")


PATHS: Mapping[str, tuple[str, Callable[[Fields], PathMatch]]] = {
    "HTTPRoute": ("path", lambda path: (text(path, "value") or "/", word(path, "type", "PathPrefix"))),
    "GRPCRoute": ("method", _grpc_path),
}
"""Kind to what a match of its rules says about the path, and how that is read."""


def backend(origin: Origin) -> Backend:
    """A backend that is named by kind, name, namespace and port."""
    node = origin.node
    return Backend(
        kind=word(node, "kind", "Service"),
        group=word(node, "group"),
        name=as_text(node.get("name")),
        namespace=known_word(node, "namespace"),
        port=positive(node, "port"),
        origin=origin,
    )


def _parent(origin: Origin) -> ParentRef:
    node = origin.node
    return ParentRef(
        kind=word(node, "kind", "Gateway"),
        # an empty group is written to name the core group, where Services are
        group=word(node, "group") if "group" in node else GROUP,
        name=as_text(node.get("name")),
        namespace=known_word(node, "namespace"),
        section=known_word(node, "sectionName"),
        port=number(node, "port"),
        origin=origin,
    )


def read_reference_grant(meta: Meta, origin: Origin) -> ReferenceGrant:
    """A ReferenceGrant."""
    spec = mapping(origin.node, "spec")
    return ReferenceGrant(
        meta,
        tuple((word(item, "group"), word(item, "kind"), word(item, "namespace")) for item in mappings(spec, "from")),
        tuple((word(item, "group"), word(item, "kind"), known_word(item, "name")) for item in mappings(spec, "to")),
    )

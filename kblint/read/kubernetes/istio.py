"""Istio's VirtualService, as far as it takes requests from outside to Services.

https://istio.io/latest/docs/reference/config/networking/virtual-service/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.meta import Meta, Text
from kblint.model.route import ISTIO_GROUP, Backend, Dialect, ParentRef, Route, RouteRule
from kblint.read.values import as_text, known_word, mapping, number, sequence, text, words
from kblint.source.values import Origin, Unknown

_INSIDE = ("svc", "svc.cluster.local")
_PATHS = {"exact": "Exact", "prefix": "Prefix"}
_MESH = "mesh"
"""The gateway of calls between pods, which is meant where none is named."""


def read_virtual_service(meta: Meta, origin: Origin) -> Route | None:
    """A VirtualService behind a gateway; None for one that only pods ask, or that passes connections on."""
    spec = origin.child("spec")
    gateways = [name for name in words(spec.node, "gateways") if name != _MESH]
    routes = spec.children("http")
    if not gateways or not routes:
        return None
    hosts = [None if host == "*" else as_text(host) for host in words(spec.node, "hosts")] or [None]
    return Route(
        meta=meta,
        dialect=Dialect.ISTIO,
        class_name=None,
        rules=tuple(rule for host in hosts for route in routes for rule in _rules(host, route)),
        origin=spec,
        parents=tuple(_parents(spec)),
    )


def _parents(spec: Origin) -> Iterator[ParentRef]:
    """The Gateways it is bound to, `name` or `namespace/name`; the old `name.namespace.svc` is unknown."""
    for index, written in enumerate(sequence(spec.node, "gateways")):
        if written != _MESH:
            namespace, _, name = written.rpartition("/") if isinstance(written, str) else ("", "", written)
            named = Unknown(name) if isinstance(name, str) and "." in name else as_text(name)
            yield ParentRef("Gateway", ISTIO_GROUP, named, namespace or None, None, None, spec, ("gateways", index))


def _rules(host: Text | None, route: Origin) -> Iterator[RouteRule]:
    backends = tuple(_backend(one.child("destination")) for one in route.children("route"))
    if not backends:
        # it redirects, answers itself, or delegates
        return
    matches = route.children("match")
    if not matches:
        yield RouteRule(host, None, None, backends, route)
    for match in matches:
        asked = mapping(match.node, "uri")
        kind = next((kind for kind in _PATHS if kind in asked), None)
        path = text(asked, kind) if kind else Unknown(str(dict(asked))) if asked else None
        yield RouteRule(host, path, _PATHS.get(kind or ""), backends, route)


def _backend(destination: Origin) -> Backend:
    """A name without dots is a Service beside the route, `name.namespace.svc` one elsewhere; others are none."""
    written = known_word(destination.node, "host") or ""
    name, _, rest = written.partition(".")
    namespace, _, domain = rest.partition(".")
    is_service = not rest or domain in _INSIDE
    return Backend(
        kind="Service" if is_service else "ServiceEntry",
        group="" if is_service else ISTIO_GROUP,
        name=as_text(name if is_service else written),
        namespace=namespace or None if is_service else None,
        port=number(mapping(destination.node, "port"), "number"),
        origin=destination,
    )

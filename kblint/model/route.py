"""Routes: what an ingress controller or gateway sends where.

Ingress, the Gateway API's routes, Traefik's IngressRoute and Istio's VirtualService become one shape: a route holds
rules, a rule holds backends. https://kubernetes.io/docs/concepts/services-networking/ingress/ and
https://gateway-api.sigs.k8s.io/
"""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.model.meta import Meta, Number, Text
from kblint.model.workload import Selector
from kblint.source.values import Origin, Unknown


class Dialect(enum.Enum):
    """Whose language a route is written in."""

    INGRESS = "ingress"
    GATEWAY = "gateway"
    TRAEFIK = "traefik"
    ISTIO = "istio"


ISTIO_GROUP = "networking.istio.io"
"""The API group of Istio's routes and gateways."""
MAX_HOSTNAMES = 16
MAX_MATCHES = 64
"""What the Gateway API accepts in one route; more is not read, as hostnames and matches multiply."""
_PASSED_ON = {
    "IngressRouteTCP": "TCP",
    "IngressRouteUDP": "UDP",
    "TCPRoute": "TCP",
    "TLSRoute": "TCP",
    "UDPRoute": "UDP",
}


class Backend(Struct, frozen=True, eq=False):
    """Where a rule sends requests.

    `kind` is `Service` unless the route names another; `namespace` is None where the route's own is meant. `port` is a
    number, a name, None where none is written.
    """

    kind: str
    group: str
    name: Text
    namespace: str | None
    port: int | str | Unknown | None
    origin: Origin


class RouteRule(Struct, frozen=True, eq=False):
    """Requests for `host` (None: any) and `path` go to `backends`."""

    host: Text | None
    path: Text | None
    path_type: str | None
    backends: tuple[Backend, ...]
    origin: Origin


class RouteTls(Struct, frozen=True, eq=False):
    """One `tls` entry: for these hosts the controller ends TLS with this secret."""

    hosts: tuple[str, ...]
    secret: Text | None
    origin: Origin


class ParentRef(Struct, frozen=True, eq=False):
    """The Gateway (or Service) a route attaches to."""

    kind: str
    group: str
    name: Text
    namespace: str | None
    section: str | None
    port: Number | None
    origin: Origin
    at: tuple[str | int, ...] = ()
    """Where in `origin` it is named, if not by keys of its own."""


class Route(Struct, frozen=True, eq=False):
    """An Ingress, HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute, IngressRoute or VirtualService."""

    meta: Meta
    dialect: Dialect
    class_name: Text | None
    rules: tuple[RouteRule, ...]
    origin: Origin
    tls: tuple[RouteTls, ...] = ()
    parents: tuple[ParentRef, ...] = ()
    entry_points: tuple[str, ...] = ()

    @property
    def protocol(self) -> str | None:
        """`TCP` or `UDP` for a route that passes connections or packets on as they are; None for one of requests."""
        return _PASSED_ON.get(self.meta.kind)


class GatewayListener(Struct, frozen=True, eq=False):
    """One listener of a Gateway. `from_namespaces` is Same, All or Selector."""

    name: str
    port: Number
    protocol: str
    hostname: Text | None
    from_namespaces: str
    namespace_selector: Selector | None
    allowed_kinds: tuple[str, ...]
    origin: Origin


class Gateway(Struct, frozen=True, eq=False):
    """A gateway.networking.k8s.io Gateway."""

    meta: Meta
    class_name: Text
    listeners: tuple[GatewayListener, ...]
    origin: Origin


class RouteClass(Struct, frozen=True, eq=False):
    """An IngressClass or GatewayClass."""

    meta: Meta
    controller: Text
    is_default: bool


class ReferenceGrant(Struct, frozen=True, eq=False):
    """Lets objects of `from_` (group, kind, namespace) refer to `to` (group, kind, name or None for all) here."""

    meta: Meta
    from_: tuple[tuple[str, str, str], ...]
    to: tuple[tuple[str, str, str | None], ...]

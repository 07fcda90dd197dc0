"""Route backends to Services and their ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.route import Backend, Route, RouteRule
from kblint.model.service import ServicePort
from kblint.source.spelling import nearest
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort, WiredService

Elsewhere = Callable[[str, str | None, str], bool]
"""Whether an object (kind, namespace, name) exists outside the scope, as far as the user or other scopes tell."""


@dataclass(frozen=True, slots=True, eq=False)
class WiredBackend:
    """A backend of a route rule with the Service and port it names.

    `service_missing` and `port_missing` are None where it cannot be told. `similar` are names of Services of that
    namespace that look like a slip of the hand. `mistaken` is the Service port whose targetPort or nodePort is named
    as if it were the port; `mistaken_for` says which.
    """

    route: Route
    rule: RouteRule
    backend: Backend
    service: WiredService | None
    port: WiredPort | None
    service_missing: bool | None
    port_missing: bool | None
    certainty: Certainty
    similar: tuple[WiredService, ...]
    in_other_namespaces: tuple[WiredService, ...]
    mistaken: ServicePort | None
    mistaken_for: str | None
    is_ungranted: bool = False
    """Whether it reaches into a namespace without its leave."""
    conflict: WiredBackend | None = None
    """A backend of another Ingress before it that claims the same host and path in the same class."""

    @property
    def key(self) -> Backend:
        """The declared backend."""
        return self.backend

    @property
    def namespace(self) -> str | None:
        """Where the Service is looked for."""
        return self.backend.namespace or self.route.meta.namespace


def wire_routes(bundle: Bundle, services: ServiceIndex, elsewhere: Elsewhere) -> tuple[WiredBackend, ...]:
    """Every backend of every route. `elsewhere` tells whether an object is known to exist outside this scope."""
    return tuple(
        _wire(route, rule, backend, services, elsewhere)
        for route in bundle.all(Route)
        for rule in route.rules
        for backend in rule.backends
        if backend.kind == "Service" and backend.group in ("", "core")
    )


def _wire(
    route: Route, rule: RouteRule, backend: Backend, services: ServiceIndex, elsewhere: Elsewhere
) -> WiredBackend:
    namespace = backend.namespace or route.meta.namespace
    found = services.find(backend.name, namespace)
    if found.service is None:
        similar: tuple[WiredService, ...] = ()
        if isinstance(backend.name, str):
            here = {wired.service.meta.name: wired for wired in services.in_namespace(namespace)}
            near = nearest(backend.name, here)
            similar = (here[near],) if near else ()
        unknown = isinstance(backend.name, Unknown) or elsewhere("Service", namespace, backend.name)
        missing = None if unknown else True
        return WiredBackend(
            route, rule, backend, None, None, missing, None, found.certainty, similar, found.elsewhere, None, None
        )
    port = _port(found.service, backend.port)
    undecided = isinstance(backend.port, Unknown) or any(
        isinstance(one.port.port, Unknown) or isinstance(one.port.name, Unknown) for one in found.service.ports
    )
    # an ExternalName Service forwards whatever port is asked for; a route may leave the port out where there is one
    service = found.service.service
    lenient = backend.port is None or service.is_external_name or service.is_from_chart
    port_missing = None if (undecided and not port) or lenient else port is None
    mistaken, mistaken_for = _mistaken(found.service, backend) if port_missing else (None, None)
    return WiredBackend(
        route,
        rule,
        backend,
        found.service,
        port,
        False,
        port_missing,
        found.certainty,
        (),
        (),
        mistaken,
        mistaken_for,
    )


def _port(wired: WiredService, asked: int | str | Unknown | None) -> WiredPort | None:
    if asked is None:
        return wired.ports[0] if len(wired.ports) == 1 else None
    for port in wired.ports:
        if asked in (port.port.port, port.port.name):
            return port
    return None


def _mistaken(wired: WiredService, backend: Backend) -> tuple[ServicePort | None, str | None]:
    for one in wired.ports:
        if backend.port == one.port.target_port:
            return one.port, "targetPort"
        if backend.port == one.port.node_port:
            return one.port, "nodePort"
    return None, None

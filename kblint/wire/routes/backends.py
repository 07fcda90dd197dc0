"""Route backends to Services and their ports, to grants between namespaces, and to each other.

https://gateway-api.sigs.k8s.io/api-types/referencegrant/
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.bundle import Bundle, Declaration
from kblint.model.route import Backend, Dialect, ReferenceGrant, Route, RouteRule
from kblint.model.service import ServicePort
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.routes.hosts import NOBODY, Taker, Takers
from kblint.wire.routes.upstream import Asked, asked_protocol
from kblint.wire.services.absence import Elsewhere
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.makers import Maker, Makers
from kblint.wire.services.ports import WiredPort, WiredService
from kblint.wire.services.selection import same_namespace
from kblint.wire.services.together import Together, is_sample

_CANARY = "nginx.ingress.kubernetes.io/canary"


class WiredBackend(Struct, frozen=True, eq=False):
    """A backend of a route rule with the Service and port it names.

    `service_missing` and `port_missing` are None where it cannot be told. `similar` are names of Services of that
    namespace that look like a slip of the hand. `mistaken` is the Service port whose targetPort or nodePort is named
    as if it were the port; `mistaken_for` says which. `certainty` is how sure it is that the Service is the one meant,
    and where its port is missing, that it is missed: ingress-nginx takes a targetPort for the port.
    """

    route: Route
    rule: RouteRule
    backend: Backend
    certainty: Certainty
    service: WiredService | None = None
    port: WiredPort | None = None
    service_missing: bool | None = None
    port_missing: bool | None = None
    similar: tuple[WiredService, ...] = ()
    in_other_namespaces: tuple[WiredService, ...] = ()
    mistaken: ServicePort | None = None
    mistaken_for: str | None = None
    is_ungranted: bool = False
    """Whether it reaches into a namespace without its leave."""
    port_by_target: Certainty | None = None
    """How sure it is that ingress-nginx takes it, which knows the port by its targetPort; None where it is named."""
    maker: Maker | None = None
    """Who may make the Service that is not here."""
    taker: Taker = NOBODY
    """The controller of the route."""
    asked: Asked | None = None
    """What that speaks to it; None where that cannot be known."""
    conflict: WiredBackend | None = None
    """A backend of another Ingress before it that claims the same host and path in the same class."""

    @property
    def namespace(self) -> str | None:
        """Where the Service is looked for."""
        return self.backend.namespace or self.route.meta.namespace


class Around(Struct, frozen=True, eq=False):
    """What routes are wired in: Services, the files that belong together, and who takes routes.

    `elsewhere` tells whether an object is known to exist outside this scope, `makers` who may make one;
    `not_there` is what the API refuses.
    """

    services: ServiceIndex
    elsewhere: Elsewhere
    makers: Makers
    together: Together
    takers: Takers
    not_there: frozenset[Declaration]


def wire_routes(bundle: Bundle, around: Around) -> tuple[WiredBackend, ...]:
    """Every backend of every route."""
    grants = bundle.all(ReferenceGrant)
    first: dict[tuple[object, ...], WiredBackend] = {}
    found = []
    for route in bundle.all(Route):
        for rule in route.rules:
            for backend in rule.backends:
                if backend.kind == "Service" and backend.group in ("", "core"):
                    wired = _wire(route, rule, backend, around)
                    conflict, is_ungranted = _conflict(wired, first, around), _is_ungranted(wired, grants)
                    if is_ungranted or conflict:
                        wired = replace(wired, is_ungranted=is_ungranted, conflict=conflict)
                    found.append(wired)
    return tuple(found)


def _wire(route: Route, rule: RouteRule, backend: Backend, around: Around) -> WiredBackend:
    services, namespace = around.services, backend.namespace or route.meta.namespace
    found, taker = services.find(backend.name, namespace), around.takers.of(route)
    wired = WiredBackend(route, rule, backend, found.certainty, found.service, taker=taker)
    if found.service is None:
        near = services.similar(backend.name, namespace) if isinstance(backend.name, str) else None
        unknown = isinstance(backend.name, Unknown) or around.elsewhere("Service", namespace, backend.name)
        maker = around.makers.of(namespace)
        # a slip of the hand is one whoever else makes Services; a name that means nothing here may mean something there
        is_theirs = maker is not None and not near and (not found.elsewhere or maker.namespace == namespace)
        missing, similar = None if unknown or is_theirs else True, (near,) if near else ()
        certainty = Certainty.LIKELY if maker and maker.namespace == namespace else found.certainty
        wired = replace(wired, certainty=certainty, maker=maker)
        return replace(wired, service_missing=missing, similar=similar, in_other_namespaces=found.elsewhere)
    port = _port(found.service, backend.port)
    undecided = isinstance(backend.port, Unknown) or any(
        isinstance(one.port.port, Unknown) or isinstance(one.port.name, Unknown) for one in found.service.ports
    )
    # an ExternalName Service forwards whatever port is asked for; a route may leave the port out where there is one
    service = found.service.service
    lenient = backend.port is None or service.is_external_name or service.is_from_chart
    missing = None if (undecided and not port) or lenient else port is None
    asked = asked_protocol(route, backend, port, taker.controller)
    wired = replace(wired, port=port, service_missing=False, port_missing=missing, asked=asked)
    if service.meta.made and not service.meta.made.is_sure:
        wired = replace(wired, certainty=min(wired.certainty, Certainty.LIKELY))
    mistaken, kind = _mistaken(found.service, backend) if missing else (None, None)
    if mistaken is None:
        return wired
    by_target = _by_target(wired, mistaken) if kind == "targetPort" else None
    return by_target or replace(wired, mistaken=mistaken.port, mistaken_for=kind)


def _by_target(wired: WiredBackend, mistaken: WiredPort) -> WiredBackend | None:
    """A backend that names a targetPort, as far as a controller may take it; None where nobody does.

    ingress-nginx compares what is named with port, targetPort and name:
    https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/controller.go (`serviceEndpoints`)
    """
    if wired.route.dialect is not Dialect.INGRESS:
        return None
    found = wired.taker
    if found.controller == "ingress-nginx":
        asked = asked_protocol(wired.route, wired.backend, mistaken, found.controller)
        return replace(wired, port=mistaken, port_missing=False, port_by_target=found.certainty, asked=asked)
    if found.controller is None:
        certainty = min(wired.certainty, Certainty.LIKELY)
        return replace(wired, mistaken=mistaken.port, mistaken_for="targetPort", certainty=certainty)
    return None


def _port(wired: WiredService, asked: int | str | Unknown | None) -> WiredPort | None:
    if asked is None:
        return wired.ports[0] if len(wired.ports) == 1 else None
    for port in wired.ports:
        if asked in (port.port.port, port.port.name):
            return port
    return None


def _mistaken(wired: WiredService, backend: Backend) -> tuple[WiredPort | None, str | None]:
    for one in wired.ports:
        if backend.port == one.port.target_port:
            return one, "targetPort"
        if backend.port == one.port.node_port:
            return one, "nodePort"
    return None, None


def _is_ungranted(wired: WiredBackend, grants: tuple[ReferenceGrant, ...]) -> bool:
    """Whether a backend reaches into a namespace, known to hold its Service, that grants it to nobody."""
    target, home = wired.backend.namespace, wired.route.meta.namespace
    if wired.route.dialect is not Dialect.GATEWAY or not target or home is None or target == home:
        return False
    return wired.service is not None and not any(_grants(grant, wired) for grant in grants)


def _grants(grant: ReferenceGrant, wired: WiredBackend) -> bool:
    meta = wired.route.meta
    if not same_namespace(grant.meta.namespace, wired.backend.namespace):
        return False
    from_ = any(
        (group, kind) == (meta.group, meta.kind) and same_namespace(namespace, meta.namespace)
        for group, kind, namespace in grant.from_
    )
    return from_ and any(
        group in ("", "core") and kind == "Service" and name in (None, wired.backend.name)
        for group, kind, name in grant.to
    )


def _target(wired: WiredBackend) -> tuple[object, ...]:
    """Where a backend sends, whether or not that is here."""
    return (wired.namespace, wired.backend.name, wired.port.port if wired.port else wired.backend.port)


def _conflict(
    wired: WiredBackend, first: dict[tuple[object, ...], WiredBackend], around: Around
) -> WiredBackend | None:
    """The backend of another Ingress before it that claims the same host and path in the same class.

    Where both send to the same port of a Service it is all one; and where nothing tells that both are deployed
    together, in files that know nothing of each other, there is no conflict.
    """
    route, rule = wired.route, wired.rule
    is_canary = route.meta.annotations.get(_CANARY) == "true"
    if route.dialect is not Dialect.INGRESS or is_canary or route in around.not_there:
        return None
    if rule.host is None or any(isinstance(value, Unknown) for value in (route.class_name, rule.host, rule.path)):
        return None
    earlier = first.setdefault((route.class_name, rule.host, rule.path, rule.path_type), wired)
    if earlier.route is route or _target(earlier) == _target(wired):
        return None
    one, other = earlier.route.meta, route.meta
    is_placed = one.namespace is not None and other.namespace is not None
    is_placed = is_placed and not (is_sample(one.path) or is_sample(other.path))
    return earlier if is_placed or around.together.surely(one.path, other.path) else None

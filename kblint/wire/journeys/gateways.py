"""Ways in through Gateways: what people ask for, what keeps a route out, and which balancers lead to a Gateway.

https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.model.route import Dialect, Gateway, GatewayListener, Route, RouteClass, RouteRule
from kblint.source.values import Unknown, shown
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.backend import parent_fault
from kblint.wire.faults.fault import Reporter
from kblint.wire.faults.gateway import gateway_classes, is_traefiks
from kblint.wire.faults.index import Faults
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.route_parents import MOST_LISTENERS, WiredParent, WiredRoute
from kblint.wire.services.selection import same_namespace

GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name"
"""On the Service that a controller makes for a Gateway: https://gateway-api.sigs.k8s.io/geps/gep-1762/"""
_SCHEMES = {"HTTP": ("http", 80), "HTTPS": ("https", 443), "TLS": ("https", 443)}
_ROLES = {"HTTP": "http", "HTTPS": "tls", "TLS": "tls"}


class Door(Struct, frozen=True):
    """What people ask for, and the Gateway's own hop: broken where the route does not attach, None if none is known.

    `gateway` and `protocol` are those of the listener that takes the route, None where none does.
    """

    name: str
    hop: Hop | None
    gateway: Gateway | None = None
    protocol: str = ""


class Gateways(Struct, frozen=True, eq=False):
    """Routes with what they hang on, and the classes that tell whose a Gateway is."""

    routes: dict[Route, WiredRoute]
    classes: dict[str, str]
    faults: Faults

    def has_doors(self, wired: WiredBackend) -> bool:
        """Whether requests come to a route by what it hangs on, or by nothing: no Gateway of Istio takes it.

        How they come to those of Istio otherwise is not followed.
        """
        if wired.route.dialect is not Dialect.ISTIO:
            return wired.route.dialect is Dialect.GATEWAY
        return all(parent.problem for parent in self.routes[wired.route].parents)

    def doors(self, wired: WiredBackend) -> Iterator[Door]:
        """How requests come to a route of the Gateway API, once for each listener that takes it."""
        found: dict[str, Door] = {}
        for parent in self._parents(wired):
            for door in self._through(parent, wired):
                found.setdefault(door.name, door)
        yield from found.values() or (Door(f"http://{host_of(wired.rule)}{path_of(wired.rule)}", None),)

    def _parents(self, wired: WiredBackend) -> tuple[WiredParent, ...]:
        parents = self.routes[wired.route].parents if self.has_doors(wired) else ()
        # a parent that takes the route comes first: what people reach one way, they reach
        return tuple(sorted(parents, key=lambda parent: parent.problem is not None))

    def _through(self, parent: WiredParent, wired: WiredBackend) -> Iterator[Door]:
        gateway = parent.gateway
        fault = parent_fault(parent)
        if fault:
            listeners = gateway.listeners if gateway else ()
            name = next((self._name(gateway, one, wired) for one in listeners if gateway), None)
            label = f"{wired.route.meta.kind} {wired.route.meta.name}"
            hop = Hop.stopped(Stage.ROUTE, label, fault, Reporter.CLIENT, wired.backend)
            yield Door(name or f"http://{host_of(wired.rule)}{path_of(wired.rule)}", hop)
        elif gateway and len(parent.listeners) > MOST_LISTENERS:
            name = f"http://{host_of(wired.rule)}{path_of(wired.rule)}"
            reason = f"it has more listeners than the {MOST_LISTENERS} that the API takes"
            label = f"Gateway {gateway.meta.name}"
            yield Door(
                name, Hop(Stage.CONTROLLER, label, gateway.origin.place("listeners"), HopVerdict.UNKNOWN, reason)
            )
        elif gateway:
            for listener in parent.listeners:
                if _is_for(listener, wired):
                    label = f"Gateway {gateway.meta.name} {listener.name}"
                    hop = Hop(Stage.CONTROLLER, label, listener.origin.place("port"), thing=listener)
                    if closed := self.faults.first(listener):
                        hop = Hop.stopped(Stage.CONTROLLER, label, closed, Reporter.CLIENT, listener)
                    yield Door(self._name(gateway, listener, wired), hop, gateway, listener.protocol)

    def _name(self, gateway: Gateway | None, listener: GatewayListener, wired: WiredBackend) -> str:
        if listener.protocol not in _SCHEMES or (wired.rule.host is None and listener.protocol == "TLS"):
            named = gateway.meta.name if gateway else ""
            scheme = "udp" if listener.protocol == "UDP" else "tcp"
            return f"{scheme}://{named}:{shown(listener.port)}"
        scheme, usual = _SCHEMES[listener.protocol]
        # the ports of Traefik's listeners are those of its entry points, and its Service has others
        is_usual = listener.port == usual or isinstance(listener.port, Unknown) or self._is_traefiks(gateway)
        suffix = "" if is_usual else f":{shown(listener.port)}"
        return f"{scheme}://{host_of(wired.rule, listener)}{suffix}{path_of(wired.rule)}"

    def _is_traefiks(self, gateway: Gateway | None) -> bool:
        return gateway is not None and is_traefiks(gateway, self.classes)

    @staticmethod
    def is_behind(listener: WiredListener) -> bool:
        """Whether a balancer's listener may lead to a Gateway at all."""
        labels = listener.port.service.meta.labels if listener.port else {}
        return listener.controller == "traefik" or GATEWAY_LABEL in labels

    def leads_to(self, listener: WiredListener, wired: WiredBackend) -> bool:
        """Whether a balancer's listener leads to a listener of a Gateway that takes this route."""
        if wired.route.dialect is not Dialect.GATEWAY:
            return False
        return any(
            self._leads(listener, parent.gateway, one)
            for parent in self._parents(wired)
            if parent.gateway and not parent.problem
            for one in parent.listeners[:MOST_LISTENERS]
            if _is_for(one, wired) and not self.faults.of(one)
        )

    def _leads(self, listener: WiredListener, gateway: Gateway, one: GatewayListener) -> bool:
        service = listener.port.service.meta if listener.port else None
        if service and service.labels.get(GATEWAY_LABEL) == gateway.meta.name:
            is_here = bool(same_namespace(service.namespace, gateway.meta.namespace))
            return is_here and listener.port is not None and listener.port.port.port == one.port
        role = _ROLES.get(one.protocol)
        return listener.controller == "traefik" and self._is_traefiks(gateway) and role == listener.app_protocol.role


def gateways(routes: tuple[WiredRoute, ...], classes: tuple[RouteClass, ...], faults: Faults) -> Gateways:
    """What finds the ways in through Gateways."""
    return Gateways({wired.route: wired for wired in routes}, gateway_classes(classes), faults)


def _is_for(listener: GatewayListener, wired: WiredBackend) -> bool:
    """Whether a listener's host and the route's have something in common."""
    own, asked = listener.hostname, wired.rule.host
    if not isinstance(own, str) or not isinstance(asked, str) or own == asked:
        return True
    return _covers(own, asked) or _covers(asked, own)


def _covers(pattern: str, host: str) -> bool:
    return pattern.startswith("*.") and host.endswith(pattern[1:])


def host_of(rule: RouteRule, listener: GatewayListener | None = None) -> str:
    """The host that people ask for: a rule's own, else that of the Gateway's listener."""
    host = (rule.host or listener.hostname) if listener else rule.host
    return "<any host>" if host is None else shown(host)


def path_of(rule: RouteRule) -> str:
    """The path that people ask for."""
    # a match that cannot be told apart is shown once, where the host would stand
    is_told = isinstance(rule.path, Unknown) and isinstance(rule.host, Unknown) and rule.path.text == rule.host.text
    path = "/" if rule.path is None or is_told else shown(rule.path)
    return path if path.startswith("/") else f"/{path}"

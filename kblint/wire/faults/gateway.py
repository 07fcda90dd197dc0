"""What is wrong at a listener of a Gateway.

Traefik serves a listener on the port of one of its entry points, which is that of its pods, not of its Service.
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/gateway-api/ , and `entryPointName` in
https://github.com/traefik/traefik/blob/master/pkg/provider/kubernetes/gateway/kubernetes.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.bundle import Bundle
from kblint.model.route import Gateway, GatewayListener, RouteClass
from kblint.wire.faults.fault import Fault, Kind, Outcome
from kblint.wire.services.entry_points import EntryPorts

TRAEFIK = "traefik.io/gateway-controller"
_MAY_DIFFER = "its entry points may be told elsewhere"


def gateway_classes(classes: Iterable[RouteClass]) -> dict[str, str]:
    """The controllers of GatewayClasses by their name."""
    own = ((one.meta.name, one.controller) for one in classes if one.meta.kind == "GatewayClass")
    return {name: controller for name, controller in own if isinstance(controller, str)}


def is_traefiks(gateway: Gateway, classes: dict[str, str]) -> bool:
    """Whether Traefik serves a Gateway: by its class, or by the name of one that is not in the input."""
    name = gateway.class_name
    return isinstance(name, str) and classes.get(name, TRAEFIK if name == "traefik" else "") == TRAEFIK


def closed_listeners(bundle: Bundle, ports: EntryPorts | None) -> Iterator[Fault]:
    """Listeners of Traefik's Gateways on ports where it has no entry point."""
    gateways = bundle.all(Gateway) if ports else ()
    classes = gateway_classes(bundle.all(RouteClass)) if gateways else {}
    for gateway in gateways:
        if is_traefiks(gateway, classes):
            for listener in gateway.listeners:
                if ports and isinstance(listener.port, int) and listener.port not in ports.numbers:
                    yield _closed(listener, ports)


def _closed(listener: GatewayListener, ports: EntryPorts) -> Fault:
    listed = ", ".join(map(str, ports.numbers))
    reason = f"Traefik has no entry point on port {listener.port}, but on {listed}"
    place = listener.origin.place("port")
    return Fault(
        Kind.ENTRY_POINT, listener, place, reason, Outcome.NOT_FOUND, ports.certainty, other=ports, doubt=_MAY_DIFFER
    )

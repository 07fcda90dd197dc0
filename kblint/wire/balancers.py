"""Balancer listeners to what answers on their destination port."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kblint.model.balancer import Form, Listener, LoadBalancer
from kblint.model.bundle import Bundle
from kblint.wire.claims import HostClaim
from kblint.wire.controllers import Speech, controller_of_service, controller_of_workload, speech
from kblint.wire.link import Certainty, Evidence
from kblint.wire.ports import ListeningOf, PodPort, WiredPort, pod_port
from kblint.wire.services import ServiceIndex


class Arrival(enum.Enum):
    """What stands at a destination port."""

    NODE_PORT = "node port"
    HOST_PORT = "host port"
    NOWHERE = "nowhere"
    """Nothing in the input has that port on a node."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class WiredListener:
    """A listener with what its destination port leads to.

    `port` is the Service port behind the node port; `pods` is who holds a host port of that number. `plain` and `tls`
    are the other Service ports of the same Service with a node port that speak plain HTTP and TLS. `mistaken` is a
    Service port with a node port whose target port or own port was taken for it. `siblings` are the balancer's other
    listeners; `same_port` an earlier one on the same listen port.
    """

    balancer: LoadBalancer
    listener: Listener
    arrival: Arrival
    port: WiredPort | None
    pods: tuple[PodPort, ...]
    controller: str | None
    speech: Speech
    plain: WiredPort | None
    tls: WiredPort | None
    mistaken: WiredPort | None
    siblings: tuple[Listener, ...]
    same_port: Listener | None

    @property
    def key(self) -> tuple[str, int]:
        """Names this hop."""
        return ("listener", id(self.listener))

    @property
    def http_sibling(self) -> Listener | None:
        """The plain HTTP listener of the same balancer."""
        return next((one for one in self.siblings if one.protocol == "http"), None)


def wire_balancers(
    bundle: Bundle, services: ServiceIndex, claims: tuple[HostClaim, ...], listening_of: ListeningOf
) -> tuple[WiredListener, ...]:
    """Every listener of every balancer."""
    by_port: dict[int, list[HostClaim]] = {}
    for claim in claims:
        if claim.protocol == "TCP":
            by_port.setdefault(claim.port, []).append(claim)
    by_target: dict[int, WiredPort] = {}
    for wired in services.services:
        if wired.service.has_node_ports:
            for one in wired.ports:
                for number in (one.port.port, one.port.target_port):
                    if isinstance(number, int) and isinstance(one.port.node_port, int):
                        by_target.setdefault(number, one)
    index = _Index(services, by_port, by_target, listening_of)
    return tuple(
        _wire(balancer, listener, index) for balancer in bundle.all(LoadBalancer) for listener in balancer.listeners
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    services: ServiceIndex
    claims: dict[int, list[HostClaim]]
    targets: dict[int, WiredPort]
    listening_of: ListeningOf


def _wire(balancer: LoadBalancer, listener: Listener, index: _Index) -> WiredListener:
    earlier = balancer.listeners[: balancer.listeners.index(listener)]
    same_port = next(
        (one for one in earlier if isinstance(one.listen_port, int) and one.listen_port == listener.listen_port), None
    )
    siblings = tuple(one for one in balancer.listeners if one is not listener)
    port = _service_port(balancer, listener, index)
    if port:
        wired = index.services.find(port.service.meta.name, port.service.meta.namespace).service
        controller = controller_of_service(wired) if wired else None
        plain, tls = _by_speech(wired.ports if wired else (), controller)
        spoken = speech(port, controller)
        return WiredListener(
            balancer,
            listener,
            Arrival.NODE_PORT,
            port,
            port.behind,
            controller,
            spoken,
            plain,
            tls,
            None,
            siblings,
            same_port,
        )
    number = listener.destination_port
    silent = Speech(None, Certainty.UNKNOWN, None)
    if not isinstance(number, int):
        return WiredListener(
            balancer, listener, Arrival.UNKNOWN, None, (), None, silent, None, None, None, siblings, same_port
        )
    held = index.claims.get(number, [])
    if held:
        pods = tuple(pod_port(claim.workload, number, "TCP", index.listening_of) for claim in held)
        controller = next((name for claim in held if (name := controller_of_workload(claim.workload))), None)
        return WiredListener(
            balancer,
            listener,
            Arrival.HOST_PORT,
            None,
            pods,
            controller,
            _host_speech(held, pods),
            None,
            None,
            None,
            siblings,
            same_port,
        )
    return WiredListener(
        balancer,
        listener,
        Arrival.NOWHERE,
        None,
        (),
        None,
        silent,
        None,
        None,
        index.targets.get(number),
        siblings,
        same_port,
    )


def _service_port(balancer: LoadBalancer, listener: Listener, index: _Index) -> WiredPort | None:
    if balancer.form is Form.CCM and balancer.meta is not None:
        wired = index.services.find(balancer.meta.name, balancer.meta.namespace).service
        for port in wired.ports if wired else ():
            if port.port.port == listener.listen_port and port.port.protocol == "TCP":
                return port
        return None
    if isinstance(listener.destination_port, int):
        ports = index.services.by_node_port.get(listener.destination_port, ())
        return next((port for port in ports if port.port.protocol == "TCP"), None)
    return None


def _by_speech(ports: tuple[WiredPort, ...], controller: str | None) -> tuple[WiredPort | None, WiredPort | None]:
    found: dict[str, WiredPort] = {}
    for port in ports:
        role = speech(port, controller).role
        if role and isinstance(port.port.node_port, int):
            found.setdefault(role, port)
    return found.get("http"), found.get("tls")


def _host_speech(claims: list[HostClaim], pods: tuple[PodPort, ...]) -> Speech:
    for pod in pods:
        for socket in pod.sockets:
            if socket.speaks in ("http", "tls"):
                return Speech(socket.speaks, socket.certainty, socket.evidence)
    for claim in claims:
        name = claim.declared.name if claim.declared else None
        if name in ("http", "web"):
            return Speech("http", Certainty.LIKELY, Evidence(claim.place, ""))
        if name in ("https", "websecure"):
            return Speech("tls", Certainty.LIKELY, Evidence(claim.place, ""))
    return Speech(None, Certainty.UNKNOWN, None)

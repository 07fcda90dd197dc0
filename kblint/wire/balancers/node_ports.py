"""Node ports that are answered only where a pod runs, and node ports that nobody wrote.

With `externalTrafficPolicy: Local` a node without a ready pod of the Service drops what comes to its node port:
https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy . Where none is written the API
picks one when the Service is made, and another when it is made anew:
https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from kblint.model.balancer import DeclaredBy
from kblint.model.environment import Environment
from kblint.model.firewall import PortRange
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.services.controllers import app_protocol, controller_of_service
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort, WiredService


class LocalTrafficGap(Struct, frozen=True, eq=False):
    """A Service whose node ports are dead on nodes without one of a workload's pods.

    `listener` is one that sends to all nodes, None where none is known; `is_noticed`: its health check asks the node
    port itself, and so leaves those nodes out. `is_spread`: the pods are kept on different nodes.
    """

    service: WiredService
    workload: Workload
    listener: WiredListener | None
    is_noticed: bool
    is_spread: bool


def local_gaps(
    services: ServiceIndex, listeners: Iterable[WiredListener], environment: Environment
) -> tuple[LocalTrafficGap, ...]:
    """Every such Service with each of its workloads."""
    if environment.nodes == 1:
        return ()
    asking: dict[Service, WiredListener] = {}
    for listener in listeners:
        if listener.port and listener.balancer.form is not DeclaredBy.CCM:
            asking.setdefault(listener.port.service, listener)
    gaps: list[LocalTrafficGap] = []
    for wired in services.services:
        service = wired.service
        found = asking.get(service)
        # whoever makes the balancer of a `LoadBalancer` Service asks its nodes for `healthCheckNodePort`
        is_exposed = service.type == "NodePort" or (found is not None and service.has_node_ports)
        if service.external_traffic_policy != "Local" or not is_exposed or wired.is_open:
            continue
        workloads = [one.workload for one in wired.selected]
        if any(_is_everywhere(workload, environment) for workload in workloads):
            continue
        noticed = _is_noticed(found)
        gaps += (LocalTrafficGap(wired, workload, found, noticed, _is_spread(workload)) for workload in workloads)
    return tuple(gaps)


def _is_everywhere(workload: Workload, environment: Environment) -> bool:
    """Whether a pod runs on every node that gets traffic, as far as anybody can tell."""
    if workload.one_per_node or workload.pod.is_pinned:
        return True
    nodes, replicas = environment.nodes, workload.replicas
    return _is_spread(workload) and nodes is not None and (not isinstance(replicas, int) or replicas >= nodes)


def _is_spread(workload: Workload) -> bool:
    return workload.pod.has_anti_affinity or workload.pod.origin.is_written("topologySpreadConstraints")


def _is_noticed(listener: WiredListener | None) -> bool:
    if listener is None:
        return False
    check = listener.listener.health_check
    return check is None or check.port is None or check.port == listener.listener.destination_port


_LEAST, _MOST, _SHARE = 16, 128, 32


def static_band(ports: PortRange) -> PortRange | None:
    """The part of a node port range from which the API picks only when the rest is used up; None for a small range.

    https://kubernetes.io/docs/concepts/services-networking/service/#avoid-nodeport-collisions
    """
    size = ports.last - ports.first + 1
    if size <= _LEAST:
        return None
    return PortRange(ports.first, ports.first + min(max(_LEAST, size // _SHARE), _MOST) - 1)


class _Allocated(NamedTuple):
    port: WiredPort
    is_controller: bool
    role: str | None


class AllocatedNodePorts(Struct, frozen=True, eq=False):
    """The Service ports of a scope that get a node port of the API's choice: `first` is one of any kind.

    `_asked` are those that somebody may ask for by number: TCP ports of `NodePort` Services.
    """

    first: WiredPort | None
    _asked: tuple[_Allocated, ...]

    def meant_by(self, wired: WiredListener, ports: PortRange) -> WiredPort | None:
        """The one whose node port a listener seems to send to, though nobody wrote it down; None where none is."""
        number = wired.listener.destination_port
        is_lost = wired.destination_kind is DestinationKind.NOWHERE and not wired.destination.mistaken
        if not is_lost or wired.balancer.form is DeclaredBy.CCM or not isinstance(number, int) or number not in ports:
            return None
        role = _role(wired)
        fitting = [one for one in self._asked if role is None or one.role in (None, role)]
        for group in (
            [one for one in fitting if one.is_controller and one.role is not None],
            [one for one in fitting if one.port.port.port == wired.listener.listen_port],
            fitting,
        ):
            if group:
                return group[0].port if len(group) == 1 else None
        return None


def _role(wired: WiredListener) -> str | None:
    """What a listener sends on: `http` or `tls`; None where nothing tells."""
    listener = wired.listener
    if listener.protocol in ("http", "https"):
        return "http"
    usual = {80: "http", 443: "tls"}
    return usual.get(listener.listen_port) if isinstance(listener.listen_port, int) else None


def allocated_node_ports(services: ServiceIndex) -> AllocatedNodePorts:
    """The Service ports for which the API picks a node port."""
    first: WiredPort | None = None
    asked = []
    for wired in services.services:
        if not wired.service.has_node_ports or wired.service.is_from_chart:
            continue
        controller = controller_of_service(wired)
        for port in wired.ports:
            if port.port.node_port is not None:
                continue
            first = first or port
            if wired.service.type == "NodePort" and port.port.protocol == "TCP":
                asked.append(_Allocated(port, controller is not None, app_protocol(port, controller).role))
    return AllocatedNodePorts(first, tuple(asked))

"""Node ports that nobody wrote: the API picks them when the Service is made, and picks others when it is made anew.

https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kblint.model.balancer import DeclaredBy
from kblint.model.firewall import PortRange
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.services.controllers import app_protocol, controller_of_service
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort

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


@dataclass(frozen=True, slots=True, eq=False)
class AllocatedNodePorts:
    """The Service ports of a scope that get a node port of the API's choice: `first` is one of any kind.

    `_asked` are those that somebody may ask for by number: TCP ports of `NodePort` Services.
    """

    first: WiredPort | None
    _asked: tuple[_Allocated, ...]

    def meant_by(self, wired: WiredListener, ports: PortRange) -> WiredPort | None:
        """The one whose node port a listener seems to send to, though nobody wrote it down; None where none is."""
        number = wired.listener.destination_port
        is_lost = wired.destination_kind is DestinationKind.NOWHERE and not wired.mistaken
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

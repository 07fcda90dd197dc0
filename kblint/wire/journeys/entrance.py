"""How requests come to an ingress controller to which no balancer of the input leads: over the nodes, as a rule.

K3s opens the ports of its own Traefik on every node with pods of ServiceLB, which a host firewall does not see: they
are of the pod network. https://docs.k3s.io/networking/networking-services#service-load-balancer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kblint.source.grouping import grouped
from kblint.source.values import shown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.service_balancers import BalancerMaker, ServiceBalancer
from kblint.wire.faults.fault import Reporter
from kblint.wire.journeys.approach import Traffic, callers_of, through_node_port
from kblint.wire.journeys.delivery import pod_hops, service_hops
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.journeys.missing import controller_unknown
from kblint.wire.journeys.port_ways import cloud_firewall_before, own_balancer_hops
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.policies.callers import Caller
from kblint.wire.services.controllers import controller_of_service
from kblint.wire.services.ports import WiredPort

_OWN = Caller("K3s's Traefik", {"app.kubernetes.io/name": "traefik"}, "kube-system", is_whole=False)
"""https://github.com/k3s-io/k3s/blob/master/manifests/traefik.yaml"""


class Entrance(Struct, frozen=True):
    """The hops up to a controller's process; `callers` are its pods, which send requests on."""

    hops: tuple[Hop, ...]
    callers: tuple[Caller, ...] = ()


class Entrances:
    """Finds how requests come to a port of a controller, each once."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._found: dict[tuple[str, int | None], Entrance] = {}
        self._balancers = {one.port.port: one for one in wiring.service_balancers if one.controller}
        ports = (
            ((name, port.port.port), port)
            for wired in wiring.services.services
            if (name := controller_of_service(wired))
            for port in wired.ports
            if port.port.protocol == "TCP"
        )
        self._ports: Mapping[tuple[str, object], tuple[WiredPort, ...]] = grouped(ports)

    def port_of(self, controller: str | None, points: Sequence[str]) -> int | None:
        """The TCP port that a controller's Service has for the only entry point of a route; None where none is known.

        The chart of Traefik calls each port of its Service after the entry point.
        """
        for (name, number), ports in self._ports.items() if len(points) == 1 else ():
            if name == controller and isinstance(number, int) and any(one.port.name == points[0] for one in ports):
                return number
        return None

    def sends_to_https(self, controller: str | None) -> bool:
        """Whether the entry point of plain HTTP answers every request with a redirect to https."""
        ports = self._ports.get((controller, 80), ()) if controller else ()
        points = (self._wiring.nodes.behind(one).entry_point for one in ports)
        return any(point is not None and point.redirect is not None for point in points)

    def to(self, controller: str | None, port: int | None) -> Entrance:
        """The way to `port` of a controller, None where the port cannot be told."""
        if controller is None:
            # one of those that are here takes it, or none does
            is_here = bool(self._wiring.takers.here)
            reason = "none is in the input, and the route names no class"
            hop = Hop(Stage.CONTROLLER, "ingress controller", None, HopVerdict.UNKNOWN, reason)
            return Entrance(() if is_here else (hop,))
        if controller not in self._wiring.takers.here:
            reason = controller_unknown(controller, self._wiring.network.makers)
            return Entrance((Hop(Stage.CONTROLLER, controller, None, HopVerdict.UNKNOWN, reason),))
        key = (controller, port)
        if key not in self._found:
            self._found[key] = Entrance(()) if port is None else self._at(controller, port)
        return self._found[key]

    def _at(self, controller: str, port: int) -> Entrance:
        asked = self._ports.get((controller, port), ())
        balancers = [found for one in asked if (found := self._balancers.get(one.port))]
        opened = next((one for one in balancers if one.maker is BalancerMaker.SERVICE_LB), None)
        if opened:
            return self._over(opened)
        if entrance := self._at_host_port(controller, port):
            return entrance
        if node_port := next((one for one in asked if isinstance(one.port.node_port, int)), None):
            return self._at_node_port(node_port)
        if balancers:
            return self._over(balancers[0])
        reason = f"no node port, host port or balancer of its port {port} is in the input"
        return Entrance((Hop(Stage.CONTROLLER, controller, None, HopVerdict.UNKNOWN, reason),))

    def _over(self, balancer: ServiceBalancer) -> Entrance:
        hops = own_balancer_hops(balancer, self._wiring)
        if balancer.controller and not balancer.doubt:
            hops = up_to_process(hops, balancer.controller, self._wiring)
        is_own = balancer.controller in self._wiring.takers.own
        return Entrance(hops, callers_of(balancer.port.endpoints) or ((_OWN,) if is_own else ()))

    def _at_host_port(self, controller: str, port: int) -> Entrance | None:
        """Where the controller's own pods take the port on their nodes, or K3s does for its Traefik."""
        destination = self._wiring.nodes.at(port)
        if destination.kind is not DestinationKind.HOST_PORT or destination.controller != controller:
            return None
        before = cloud_firewall_before(port, "TCP", self._wiring)
        if destination.pods:
            approach = Traffic(Reporter.CLIENT, local_only=True, is_direct=True)
            node = Hop(Stage.NODE, f"host port {port}", None)
            hops = (*before, node, *pod_hops(destination.pods, approach, self._wiring.network))
            return Entrance(hops, callers_of(destination.pods))
        node = Hop(Stage.NODE, f"host port {port}", None, HopVerdict.OK, "K3s's ServiceLB")
        return Entrance((*before, node, *own_controller_hops(controller, self._wiring)), (_OWN,))

    def _at_node_port(self, port: WiredPort) -> Entrance:
        number = port.port.node_port
        node = Hop(Stage.NODE, f"node port {shown(number)}", port.port.origin.place("nodePort"), thing=port.port)
        service, network = self._wiring.services.of(port), self._wiring.network
        behind = service_hops(service, port, through_node_port(port, Reporter.CLIENT), network) if service else ()
        before = cloud_firewall_before(number, "TCP", self._wiring)
        return Entrance((*before, node, *behind), callers_of(port.endpoints))


def up_to_process(hops: tuple[Hop, ...], controller: str, wiring: Wiring) -> tuple[Hop, ...]:
    """Hops that lead to a controller, up to its process: K3s's own is there, of another one the pods may be."""
    if any(hop.stage is Stage.POD for hop in hops):
        return hops
    # one question is enough: the controller's pods are made by a chart more often than not
    known = tuple(hop for hop in hops if hop.state is not HopVerdict.UNKNOWN)
    if controller in wiring.takers.own:
        return (*known, *own_controller_hops(controller, wiring))
    lost = next((hop.reason for hop in hops if hop.stage is Stage.SERVICE and hop.state is HopVerdict.UNKNOWN), "")
    reason = lost or "its pods are not in the input"
    return (*known, Hop(Stage.CONTROLLER, controller, None, HopVerdict.UNKNOWN, reason))


def own_controller_hops(controller: str, wiring: Wiring) -> tuple[Hop, ...]:
    """To the controller that K3s brings, which has one pod: requests to another node cross the overlay."""
    own = Hop(Stage.CONTROLLER, controller, None, HopVerdict.OK, "K3s's own")
    overlay = wiring.network.overlay
    if overlay.works:
        return (own,)
    reason = f"{overlay.reason}, and the only pod of {controller} is on one node"
    return (Hop(Stage.OVERLAY, "VXLAN between nodes", None, HopVerdict.UNKNOWN, reason), own)

"""Ways in that begin at a port of a Service itself: its node port, or the balancer that its type asks for."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.source.values import shown
from kblint.wire.balancers.service_balancers import BalancerMaker, ServiceBalancer
from kblint.wire.faults.fault import Kind, Reporter
from kblint.wire.faults.service import cloud_firewall_fault, node_port_protocol_fault
from kblint.wire.journeys.approach import through_node_port, through_service_balancer
from kblint.wire.journeys.delivery import service_hops
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.nodes.closed_ports import OpenPort
from kblint.wire.services.controllers import app_protocol, named_app_protocol
from kblint.wire.services.ports import WiredPort

_SCHEMES = {"http": "http", "tls": "https"}
_BY_NUMBER = {80: "http", 443: "https"}


def through_node(port: WiredPort, wiring: Wiring) -> Journey:
    """The way in through a node port."""
    number = shown(port.port.node_port)
    node = Hop(Stage.NODE, f"node port {number}", port.port.origin.place("nodePort"), thing=port.port)
    hops: tuple[Hop, ...] = (Hop(Stage.INTERNET, "internet", None), node)
    service = wiring.services.of(port)
    if service is not None:
        hops += service_hops(service, port, through_node_port(port, Reporter.CLIENT), wiring.network)
    return Journey(f"{_scheme(port)}://<node>:{number}", (*hops, *_misspoken(port)))


def through_own_balancer(balancer: ServiceBalancer, wiring: Wiring) -> Journey:
    """The way in through what ServiceLB opens, or through a balancer that is made for the Service."""
    port = balancer.port
    number, name = shown(port.port.port), port.service.meta.name
    usual = _BY_NUMBER.get(port.port.port) if isinstance(port.port.port, int) and port.port.protocol == "TCP" else None
    is_on_nodes = balancer.maker is BalancerMaker.SERVICE_LB
    hops = (Hop(Stage.INTERNET, "internet", None), *own_balancer_hops(balancer, wiring), *_misspoken(port))
    return Journey(f"{_scheme(port, usual)}://{'<node>' if is_on_nodes else name}:{number}", hops)


def own_balancer_hops(balancer: ServiceBalancer, wiring: Wiring) -> tuple[Hop, ...]:
    """From the Internet through it to the processes behind the Service."""
    port = balancer.port
    number, name = shown(port.port.port), port.service.meta.name
    is_on_nodes = balancer.maker is BalancerMaker.SERVICE_LB
    place = port.port.origin.place("port")
    state, reason = (HopVerdict.UNKNOWN, balancer.doubt) if balancer.doubt else (HopVerdict.OK, balancer.maker.value)
    start: tuple[Hop, ...]
    if is_on_nodes:
        opened = Hop(Stage.NODE, f"host port {number}", place, state, reason, thing=port.port)
        start = (*cloud_firewall_before(port.port.port, port.port.protocol, wiring), opened)
    else:
        label = f"{name} {port.port.protocol.lower()} {number}"
        if not_made := wiring.network.faults.first(port.port, Kind.LOCATION):
            return (Hop.stopped(Stage.BALANCER, label, not_made, Reporter.BALANCER_TCP, port.port),)
        start = (Hop(Stage.BALANCER, label, place, state, reason, thing=port.port),)
    service = wiring.services.of(port)
    approach = through_service_balancer(port, is_on_nodes=is_on_nodes)
    return (*start, *(service_hops(service, port, approach, wiring.network) if service else ()))


def cloud_firewall_before(port: object, protocol: str, wiring: Wiring) -> tuple[Hop, ...]:
    """The cloud firewall before the nodes' public addresses; nothing where there is none.

    It is on the way of everybody only where requests come to the address of the only node, and is known to be applied.
    """
    filters = wiring.network.filters
    seen = filters.cloud(port, protocol, None, None) if isinstance(port, int) else None
    if seen is None:
        return ()
    label, firewall = f"cloud firewall {port}/{protocol.lower()}", seen.firewall
    if isinstance(seen, OpenPort):
        state = HopVerdict.UNKNOWN if seen.doubt else HopVerdict.OK
        return (Hop(Stage.CLOUD_FIREWALL, label, seen.place, state, seen.doubt, thing=firewall),)
    if any(one.is_applied for one in filters.cloud_firewalls) and wiring.is_entered_at_node:
        fault = cloud_firewall_fault(seen)
        return (Hop.stopped(Stage.CLOUD_FIREWALL, label, fault, Reporter.CLIENT, firewall),)
    reason = f"no rule opens port {port} of the nodes"
    return (Hop(Stage.CLOUD_FIREWALL, label, firewall.place, HopVerdict.UNKNOWN, reason, thing=firewall),)


def _scheme(port: WiredPort, usual: str | None = None) -> str:
    """What people type before the address: `usual` where nothing tells what the port speaks."""
    if port.port.protocol != "TCP":
        return port.port.protocol.lower()
    spoken = app_protocol(port, None).role
    role = spoken if port.port.app_protocol is not None else named_app_protocol(port) or spoken
    return _SCHEMES.get(role or "") or usual or port.port.protocol.lower()


def _misspoken(port: WiredPort) -> Iterator[Hop]:
    """A port that is called plain HTTP where TLS is spoken."""
    if protocol := node_port_protocol_fault(port):
        yield Hop.stopped(Stage.SERVICE, "speaks TLS", protocol, Reporter.CLIENT, port.port)

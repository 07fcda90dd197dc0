"""The hops at a load balancer and at the cloud firewall behind it."""

from __future__ import annotations

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.firewall import PortRange
from kblint.source.values import Unknown, shown
from kblint.wire.balancers.cloud_manager import CloudManager
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.health import refusal
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.faults.service import cloud_firewall_fault
from kblint.wire.journeys.approach import front_of
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.nodes.closed_ports import OpenPort

_SUPERVISOR = 9345
"""https://docs.rke2.io/install/requirements#inbound-network-rules"""
_USES_PRIVATE_IP = ("metadata", "annotations", "load-balancer.hetzner.cloud/use-private-ip")
_TRUE = frozenset({"1", "t", "true"})


def cloud_firewall_hops(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    """The cloud firewall filters what comes to the nodes' public addresses, by the port that is asked for."""
    number, filters = wired.destination_port, wiring.network.filters
    is_public = asks_publicly(wired.balancer, wiring.managers.of(wired.balancer))
    asked = wiring.node_port_range if number is None and wired.port else number
    is_known = wired.destination.is_found or asked in wiring.api_servers
    if is_public is False or not isinstance(asked, int | PortRange) or not is_known:
        return ()
    workload = wired.pods[0].workload if wired.pods else None
    seen = filters.cloud(asked, "TCP", wired.balancer, workload)
    if seen is None:
        return ()
    label = f"cloud firewall {f'{asked.first}-{asked.last}' if isinstance(asked, PortRange) else asked}/tcp"
    if isinstance(seen, OpenPort):
        state = HopVerdict.UNKNOWN if seen.doubt else HopVerdict.OK
        return (Hop(Stage.CLOUD_FIREWALL, label, seen.place, state, seen.doubt, thing=seen.firewall),)
    if is_public is None:
        reason = "closed, if the balancer reaches its targets at their public addresses: nothing here tells"
        return (Hop(Stage.CLOUD_FIREWALL, label, seen.place, HopVerdict.UNKNOWN, reason, thing=seen.firewall),)
    front = front_of(wired.listener)
    return (Hop.stopped(Stage.CLOUD_FIREWALL, label, cloud_firewall_fault(seen), front, seen.firewall),)


def asks_publicly(balancer: LoadBalancer, manager: CloudManager | None) -> bool | None:
    """Whether a balancer asks some target at its public address; None where nobody knows.

    A Service that does not say is reached as the manager's variable says, at public addresses without it.
    """
    ways = {target.use_private_ip for target in balancer.targets}
    if False in ways:
        return True
    if balancer.form is DeclaredBy.CCM and manager and not balancer.origin.is_written(*_USES_PRIVATE_IP):
        default = manager.default("USE_PRIVATE_IP").value
        return default is None or (None if isinstance(default, Unknown) else default.lower() not in _TRUE)
    return False if ways == {True} or not ways else None


def listener_hop(wired: WiredListener, wiring: Wiring) -> Hop:
    """The hop at a listener: whether the balancer can hand a request on, and the outcome if not."""
    listener = wired.listener
    label = f"{wired.balancer.name} {shown(listener.protocol)} {shown(listener.listen_port)}"
    place = destination_place(wired.balancer, listener)
    faults = wiring.network.faults
    found = (faults.stopping.get(wired.balancer), *faults.of(listener), faults.noted.get(wired.balancer))
    # what is sure before what may be
    fault = max((one for one in found if one), key=lambda one: bool(one.certainty), default=None)
    if fault:
        return Hop.stopped(Stage.BALANCER, label, fault, front_of(listener), listener, place)
    reason = _destination_unknown(wired, wiring)
    reason = reason or (refusal(wired.check) if wired.check else "")
    if not reason and not wired.balancer.targets and wired.balancer.origin.is_written("targets"):
        reason = "which targets it has cannot be known"
    if not reason and listener.proxy_protocol is True and wired.proxy_protocol is None:
        reason = "it sends a PROXY protocol header, and nothing here tells whether what answers takes one"
    return Hop(Stage.BALANCER, label, place, HopVerdict.UNKNOWN if reason else HopVerdict.OK, reason, thing=listener)


def _destination_unknown(wired: WiredListener, wiring: Wiring) -> str:
    """Why nobody knows what stands behind a listener; empty where it is known."""
    number, found = wired.destination_port, wired.destination
    if wired.destination_kind is DestinationKind.NOWHERE:
        if number == _SUPERVISOR and wiring.api_servers:
            servers = ", ".join(map(str, wiring.api_servers))
            return f"no RKE2, whose servers have {number}, is in the input: those of K3s listen on {servers} only"
        return f"nothing in the input has port {shown(number)} on the nodes{_not_opened(number, wiring)}"
    if wired.destination_kind is not DestinationKind.UNKNOWN or number in wiring.api_servers:
        return ""
    if not isinstance(number, int):
        return f"its destination port `{shown(number)}` cannot be known"
    if found.holder:
        return f"{found.holder} has port {number} of the nodes, and nothing in the input sets it up"
    if found.is_in_values:
        return f"a chart that is not rendered has port {number} in its values"
    return f"what has port {number} of the nodes cannot be known"


def api_server_hops(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    """The hops from a listener to the API server of the nodes; nothing where it leads elsewhere."""
    number = wired.destination_port
    program = wiring.api_servers.get(number) if isinstance(number, int) else None
    if program is None or wired.destination_kind is not DestinationKind.UNKNOWN:
        return ()
    label = f"port {number} of the servers"
    return (*cloud_firewall_hops(wired, wiring), Hop(Stage.NODE, label, program.place, HopVerdict.OK, program.name))


def _not_opened(port: object, wiring: Wiring) -> str:
    """Who would open a port of the nodes that is no node port, and does not."""
    is_no_node_port = isinstance(port, int) and port not in wiring.node_port_range
    if not is_no_node_port or not wiring.is_without_service_lb:
        return ""
    return ", and K3s's ServiceLB, which opens such ports, is switched off"

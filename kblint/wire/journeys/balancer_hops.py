"""The hops at a load balancer and at the cloud firewall behind it."""

from __future__ import annotations

from kblint.source.values import shown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.faults.pod import cloud_firewall_fault
from kblint.wire.journeys.approach import front_of
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.journeys.wiring import Wiring


def cloud_firewall_hops(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    """The cloud firewall filters what comes to the nodes' public addresses, by the port that is asked for."""
    number, filters = wired.destination_port, wiring.network.filters
    is_public = any(target.use_private_ip is False for target in wired.balancer.targets)
    if not filters.cloud_firewalls or not is_public or not isinstance(number, int) or not wired.destination.is_found:
        return ()
    label = f"cloud firewall {number}/tcp"
    workload = wired.pods[0].workload if wired.pods else None
    closed = filters.cloud(number, "TCP", wired.balancer.addresses, workload)
    if closed is None:
        return (Hop(Stage.CLOUD_FIREWALL, label, filters.cloud_firewalls[0].place, thing=filters.cloud_firewalls[0]),)
    front = front_of(wired.listener)
    return (Hop.stopped(Stage.CLOUD_FIREWALL, label, cloud_firewall_fault(closed), front, closed.firewall),)


def listener_hop(wired: WiredListener, wiring: Wiring) -> Hop:
    """The hop at a listener: whether the balancer can hand a request on, and what people see if not."""
    listener = wired.listener
    label = f"{wired.balancer.name} {shown(listener.protocol)} {shown(listener.listen_port)}"
    place = destination_place(wired.balancer, listener)
    faults = wiring.network.faults
    found = (faults.stopping.get(wired.balancer), *faults.of(listener), faults.noted.get(wired.balancer))
    # what is sure before what may be
    fault = max((one for one in found if one), key=lambda one: bool(one.certainty), default=None)
    if fault:
        return Hop.stopped(Stage.BALANCER, label, fault, front_of(listener), listener, place)
    reason = {
        DestinationKind.UNKNOWN: "its destination cannot be known",
        DestinationKind.NOWHERE: "its destination is not in the input",
    }.get(wired.destination_kind, "")
    return Hop(Stage.BALANCER, label, place, HopVerdict.UNKNOWN if reason else HopVerdict.OK, reason, thing=listener)

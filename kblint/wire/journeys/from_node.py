"""A journey as a test on a node sees it.

A request made on a node passes no balancer and no cloud firewall, and goes over loopback to the node's own sockets,
which a host firewall lets through (UFW's `before.rules` accept everything on `lo`). What fails before an ingress
controller has the request is seen as it is: no balancer turns it into 503.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kblint.wire.faults.fault import Reporter
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage

_OUTSIDE = frozenset({Stage.INTERNET, Stage.BALANCER, Stage.CLOUD_FIREWALL})


def from_node(journey: Journey) -> Journey | None:
    """The part of a journey that begins on a node; None where it never reaches one.

    Where the request is handed to an ingress controller, the controller reports what fails behind it, as ever.
    """
    hops = tuple(_hops(journey))
    return Journey(journey.name, hops) if hops else None


def _hops(journey: Journey) -> Iterator[Hop]:
    is_controlled = False
    for hop in journey.hops:
        is_controlled = is_controlled or hop.stage in (Stage.ROUTE, Stage.CONTROLLER)
        if hop.stage in _OUTSIDE:
            continue
        yield hop if is_controlled or hop.state is HopVerdict.OK else _seen_directly(hop)


def _seen_directly(hop: Hop) -> Hop:
    if hop.stage is Stage.HOST_FIREWALL:
        return Hop(hop.stage, hop.label, hop.place, HopVerdict.OK, "a request to the node itself goes over loopback")
    return replace(hop, outcome=hop.fault.seen_by(Reporter.CLIENT)) if hop.fault and hop.fault.certainty else hop

"""The subject NodePort: a node port written in a Service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, integer, maybe_integer, maybe_one, one
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import NODE_PORT_REF, SERVICE_PORT_REF, PortOfService, faults
from kblint.model.firewall import PortRange
from kblint.model.service import Service, ServicePort
from kblint.source.text import Place
from kblint.wire.balancers.allocated_node_ports import allocated_node_ports, static_band
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.index import Faults
from kblint.wire.faults.rejected import NodePortHolder
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology


class _NodePort(NamedTuple):
    """A node port; the numbers that the API picks last; a Service port for which it picks one."""

    wired: WiredPort
    number: int
    band: PortRange | None
    picked: WiredPort | None
    faults: Faults


def _node_ports(topology: Topology) -> Iterator[_NodePort]:
    written = [
        (wired, wired.port.node_port)
        for service in topology.services.services
        for wired in service.ports
        if isinstance(wired.port.node_port, int)
    ]
    band = static_band(topology.environment.node_port_range) if written else None
    picked = allocated_node_ports(topology.services).first if written else None
    return (_NodePort(wired, number, band, picked, topology.network.faults) for wired, number in written)


class _Holder(NamedTuple):
    service: Service
    port: ServicePort
    place: Place


def _first(node_port: _NodePort) -> _Holder | None:
    """Who has the number: a port of a Service, or the health check of one, shown by its first port."""
    taken = node_port.faults.first(node_port.wired.port, Kind.NODE_PORT_TAKEN)
    holder = taken.other if taken else None
    if not isinstance(holder, NodePortHolder):
        return None
    if holder.port:
        return _Holder(holder.service, holder.port, holder.port.origin.place("nodePort"))
    check = holder.service.origin.place("healthCheckNodePort")
    return next((_Holder(holder.service, port, check) for port in holder.service.ports[:1]), None)


def _holder_place(holder: PortOfService) -> Place:
    return holder.place if isinstance(holder, _Holder) else holder.port.origin.place("nodePort")


# fmt: off
NODE_PORT = Table[_NodePort](
    "NodePort", "a node port written in a Service", lambda n: n.wired.port.origin.place("nodePort"), (
    integer("number", "the node port", lambda n: n.number),
    faults(lambda n: n.faults.of(n.wired.port)),
    one("port", "the Service port", lambda n: n.wired, NODE_PORT_REF),
    maybe_one("first", "a Service before it that asks for the same number", _first,
        SERVICE_PORT_REF.standing(_holder_place)),
    boolean("isInStaticBand", "whether the API picks this number only when all others are used up",
        lambda n: n.band is not None and n.number in n.band),
    maybe_integer("staticLast", "the last number of which that is true, null where there is none",
        lambda n: n.band.last if n.band else None),
    maybe_one("picked", "a Service port for which the API picks a number", lambda n: n.picked, NODE_PORT_REF),
))
SUBJECTS = (
    SubjectKind("nodePort", "a node port of a Service", NODE_PORT, _node_ports, lambda n: n.wired.service.meta,
        lambda n: (n.wired.port,)),
)

"""The subjects NodePort, PickedPort and LocalGap: node ports, written, picked by the API, or dead on some nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, boolean, integer, maybe_integer, maybe_one, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import NODE_PORT_REF, SERVICE_PORT_REF, SERVICE_REF, WORKLOAD_REF, faults
from kblint.model.firewall import PortRange
from kblint.model.service import Service, ServicePort
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.node_ports import LocalTrafficGap, allocated_node_ports, local_gaps, static_band
from kblint.wire.balancers.settings import destination_place
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
    holder = node_port.faults.other(node_port.wired.port, Kind.NODE_PORT_TAKEN, NodePortHolder)
    if holder is None:
        return None
    if holder.port:
        return _Holder(holder.service, holder.port, holder.port.origin.place("nodePort"))
    check = holder.service.origin.place("healthCheckNodePort")
    return next((_Holder(holder.service, port, check) for port in holder.service.ports[:1]), None)


class _Allocated(NamedTuple):
    port: WiredPort
    wired: WiredListener


def _picked(topology: Topology) -> Iterator[_Allocated]:
    """Every listener outside the cluster whose node port is the API's choice."""
    picked = allocated_node_ports(topology.services)
    for wired in topology.listeners:
        port = picked.meant_by(wired, topology.environment.node_port_range)
        if port:
            yield _Allocated(port, wired)


class _Sender(NamedTuple):
    wired: WiredListener
    is_noticed: bool


def _gaps(topology: Topology) -> Iterator[LocalTrafficGap]:
    """The first gap of each workload."""
    gaps: dict[Workload, LocalTrafficGap] = {}
    for gap in local_gaps(topology.services, topology.listeners, topology.environment):
        gaps.setdefault(gap.workload, gap)
    return (gaps[workload] for workload in topology.bundle.all(Workload) if workload in gaps)


# fmt: off
NODE_PORT = Table[_NodePort](
    "NodePort", "a node port written in a Service", lambda n: n.wired.port.origin.place("nodePort"), (
    integer("number", "the node port", lambda n: n.number),
    faults(lambda n: n.faults.of(n.wired.port)),
    one("port", "the Service port", lambda n: n.wired, NODE_PORT_REF),
    maybe_one("first", "a Service before it that asks for the same number", _first,
        SERVICE_PORT_REF.standing(lambda h: h.place if isinstance(h, _Holder) else h.port.origin.place("nodePort"))),
    boolean("isInStaticBand", "whether the API picks this number only when all others are used up",
        lambda n: n.band is not None and n.number in n.band),
    maybe_integer("staticLast", "the last number of which that is true, null where there is none",
        lambda n: n.band.last if n.band else None),
    maybe_one("picked", "a Service port for which the API picks a number", lambda n: n.picked, NODE_PORT_REF),
))
NAMING = Table[WiredListener](
    "NamingListener", "a listener that names a node port by its number",
    lambda w: destination_place(w.balancer, w.listener), (
    text("balancer", "the balancer's name", lambda w: w.balancer.name),
    text("protocol", "http, https or tcp", lambda w: w.listener.protocol),
    anything("listenPort", "the port it listens on", lambda w: w.listener.listen_port),
    anything("destinationPort", "the node port it sends to", lambda w: w.listener.destination_port),
))
ALLOCATED_NODE_PORT = Table[_Allocated](
    "PickedPort", "a Service port whose node port nobody wrote, though a listener seems to send to it", "port", (
    one("port", "the Service port", lambda p: p.port, SERVICE_PORT_REF),
    one("listener", "the listener", lambda p: p.wired, NAMING),
), lambda p: p.port.port.origin)
SENDER = Table[_Sender](
    "SendingListener", "a listener that sends to all nodes",
    lambda s: destination_place(s.wired.balancer, s.wired.listener), (
    boolean("isNoticed", "whether its health check asks the node port itself, and so leaves dead nodes out",
        lambda s: s.is_noticed),
))
LOCAL_GAP = Table[LocalTrafficGap](
    "LocalGap",
    "a Service with `externalTrafficPolicy: Local` whose node ports are dead where no pod of a workload runs",
    "externalTrafficPolicy", (
    one("service", "the Service", lambda g: g.service.service, SERVICE_REF),
    one("workload", "the workload", lambda g: g.workload, WORKLOAD_REF),
    maybe_one("listener", "a listener that sends to its node ports, null where none is known",
        lambda g: _Sender(g.listener, g.is_noticed) if g.listener else None, SENDER),
    boolean("isSpread", "whether the workload's pods are kept on different nodes", lambda g: g.is_spread),
), lambda g: g.service.service.origin)
SUBJECTS = (
    SubjectKind("nodePort", "a node port of a Service", NODE_PORT, _node_ports, lambda n: n.wired.service.meta,
        lambda n: (n.wired.port,)),
    SubjectKind("picked", "a node port of the API's choice that a listener names", ALLOCATED_NODE_PORT, _picked,
        lambda p: p.port.service.meta, lambda p: (p.wired.listener, p.port.port)),
    SubjectKind("gap", "node ports that are dead on some nodes", LOCAL_GAP, _gaps, lambda g: g.service.service.meta,
        lambda g: (g.workload, g.service.service)),
)

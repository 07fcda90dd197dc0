"""The subject PickedPort: a node port of the API's choice that somebody names by number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import SERVICE_PORT_REF
from kblint.wire.balancers.allocated_node_ports import allocated_node_ports
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology


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


# fmt: off
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
SUBJECTS = (
    SubjectKind("picked", "a node port of the API's choice that a listener names", ALLOCATED_NODE_PORT, _picked,
        lambda p: p.port.service.meta, lambda p: (p.wired.key, p.port.key)),
)

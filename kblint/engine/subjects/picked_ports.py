"""The subject PickedPort: a node port of the API's choice that somebody names by number."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import anything, build, one, row_type, subject, text
from kblint.engine.subjects.services import service_port_ref
from kblint.wire.balancers.allocated_node_ports import allocated_node_ports
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology

NAMING = row_type(
    "NamingListener",
    "a listener that names a node port by its number",
    {
        "balancer": text("the balancer's name"),
        "protocol": text("http, https or tcp"),
        "listenPort": anything("the port it listens on"),
        "destinationPort": anything("the node port it sends to"),
    },
)
ALLOCATED_NODE_PORT = row_type(
    "PickedPort",
    "a Service port whose node port nobody wrote, though a listener seems to send to it",
    {
        "port": one("ServicePortRef", "the Service port"),
        "listener": one("NamingListener", "the listener"),
    },
)


def named_allocated_node_ports(topology: Topology) -> Iterator[Subject]:
    """Every listener outside the cluster whose node port is the API's choice."""
    picked = allocated_node_ports(topology.services)
    for wired in topology.listeners:
        port = picked.meant_by(wired, topology.environment.node_port_range)
        if port:
            yield subject(topology, _picked_port(wired, port), port.service.meta, wired.key, port.key)


def _picked_port(wired: WiredListener, port: WiredPort) -> Row:
    listener = wired.listener
    return build(
        ALLOCATED_NODE_PORT,
        port.port.origin.place("port"),
        {
            "port": service_port_ref(port.service, port.port, "port"),
            "listener": build(
                NAMING,
                destination_place(wired.balancer, listener),
                {
                    "balancer": wired.balancer.name,
                    "protocol": listener.protocol,
                    "listenPort": listener.listen_port,
                    "destinationPort": listener.destination_port,
                },
            ),
        },
    )


TYPES = (NAMING, ALLOCATED_NODE_PORT)

"""Subjects of the node area: HostSocket, NodePort."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    boolean,
    build,
    integer,
    maybe_one,
    maybe_text,
    one,
    row_type,
    subject,
    text,
)
from kblint.engine.subjects.services import service_port_ref
from kblint.engine.subjects.workloads import workload_ref
from kblint.wire.claims import HostClaim, NodePortClaim, WiredClaim
from kblint.wire.ports import WiredPort
from kblint.wire.topology import Topology

CLAIM_REF = row_type(
    "ClaimRef",
    "another claim on a port of a node",
    {"port": integer("the port"), "container": text("the container"), "workload": one("WorkloadRef", "the workload")},
)
HOST_SOCKET = row_type(
    "HostSocket",
    "a port that a workload's pods take on their node",
    {
        "port": integer("the port"),
        "protocol": text("TCP, UDP or SCTP"),
        "hostIP": text("the address, empty for all"),
        "isDeclared": boolean("whether it is declared; else a process is known to listen there"),
        "container": text("the container"),
        "workload": one("WorkloadRef", "the workload"),
        "certainty": text("how sure the claim is"),
        "rival": maybe_one("ClaimRef", "another workload's claim on the same port that may come onto the same node"),
        "rivalCertainty": text("`known` when both surely run on the same nodes"),
        "reservedBy": maybe_text("what on a K3s node or of a known add-on owns the port"),
        "reservedWeakly": boolean(
            "whether that owner is on some nodes only, on the loopback address only, or there by default only"
        ),
        "nodePort": maybe_one("ServicePortRef", "a Service port whose node port has the same number"),
        "nodePortIsOwn": boolean("whether that Service selects this very workload"),
    },
)
NODE_PORT = row_type(
    "NodePort",
    "a node port written in a Service",
    {
        "number": integer("the node port"),
        "port": one("ServicePortRef", "the Service port"),
        "first": maybe_one("ServicePortRef", "a Service before it that asks for the same number"),
    },
)


def _port(wired: WiredPort | None) -> Row | None:
    return service_port_ref(wired.service, wired.port, "nodePort") if wired else None


def host_sockets(topology: Topology) -> Iterator[Subject]:
    """Every host port of every workload."""
    for wired in topology.claims:
        yield subject(topology, _host_socket(wired, topology), wired.claim.workload.meta, wired.claim.key)


def _host_socket(wired: WiredClaim, topology: Topology) -> Row:
    claim = wired.claim
    port = wired.node_port
    own = topology.services.by_workload.get(id(claim.workload), ())
    return build(
        HOST_SOCKET,
        claim.place,
        {
            "port": claim.port,
            "protocol": claim.protocol,
            "hostIP": claim.host_ip,
            "isDeclared": claim.declared is not None,
            "container": claim.container.name,
            "workload": workload_ref(claim.workload),
            "certainty": claim.certainty.label,
            "rival": _claim(wired.rival) if wired.rival else None,
            "rivalCertainty": wired.rival_certainty.label,
            "reservedBy": wired.reserved.holder if wired.reserved else None,
            "reservedWeakly": wired.reserved is not None
            and (wired.reserved.servers_only or wired.reserved.loopback or wired.reserved.is_default),
            "nodePort": _port(port),
            "nodePortIsOwn": port is not None and any(service.service is port.service for service in own),
        },
    )


def _claim(claim: HostClaim) -> Row:
    return build(
        CLAIM_REF,
        claim.place,
        {"port": claim.port, "container": claim.container.name, "workload": workload_ref(claim.workload)},
    )


def node_ports(topology: Topology) -> Iterator[Subject]:
    """Every written node port."""
    for claim in topology.node_ports:
        yield subject(topology, _node_port(claim), claim.wired.service.meta, claim.wired.key)


def _node_port(claim: NodePortClaim) -> Row:
    return build(
        NODE_PORT,
        claim.place,
        {
            "number": claim.number,
            "port": service_port_ref(claim.wired.service, claim.wired.port, "nodePort"),
            "first": _port(claim.first),
        },
    )


TYPES = (CLAIM_REF, HOST_SOCKET, NODE_PORT)

"""Subjects of the node area: HostSocket, NodePort."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    boolean,
    build,
    integer,
    maybe_integer,
    maybe_one,
    maybe_text,
    one,
    row_type,
    subject,
    text,
)
from kblint.engine.subjects.services import service_port_ref
from kblint.engine.subjects.workloads import socket_row, workload_ref
from kblint.model.firewall import PortRange
from kblint.wire.balancers.allocated_node_ports import allocated_node_ports, static_band
from kblint.wire.nodes.claims import HostClaim, NodePortClaim, WiredClaim
from kblint.wire.nodes.privileges import BindRefusal, bind_refusal, lowers_port_start
from kblint.wire.services.ports import WiredPort
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
        "bindRefusal": maybe_one("BindRefusal", "why the kernel refuses the process this port"),
    },
)
BIND_REFUSAL = row_type(
    "BindRefusal",
    "why the kernel refuses a process a port below 1024 of its node",
    {
        "reason": text("the reason"),
        "evidence": text("what shows it"),
        "certainty": text("how sure it is"),
        "socket": one("Socket", "what shows that the process wants the port"),
    },
)
NODE_PORT = row_type(
    "NodePort",
    "a node port written in a Service",
    {
        "number": integer("the node port"),
        "port": one("ServicePortRef", "the Service port"),
        "first": maybe_one("ServicePortRef", "a Service before it that asks for the same number"),
        "isInStaticBand": boolean("whether the API picks this number only when all others are used up"),
        "staticLast": maybe_integer("the last number of which that is true, null where there is none"),
        "picked": maybe_one("ServicePortRef", "a Service port for which the API picks a number"),
    },
)


def _port(wired: WiredPort | None) -> Row | None:
    return service_port_ref(wired.service, wired.port, "nodePort") if wired else None


def host_sockets(topology: Topology) -> Iterator[Subject]:
    """Every host port of every workload."""
    is_lowered = lowers_port_start(topology.bundle)
    for wired in topology.claims:
        refusal = None if is_lowered else bind_refusal(wired.claim, topology.listening_of)
        yield subject(topology, _host_socket(wired, topology, refusal), wired.claim.workload.meta, wired.claim.key)


def _host_socket(wired: WiredClaim, topology: Topology, refusal: BindRefusal | None) -> Row:
    claim = wired.claim
    port = wired.node_port
    own = topology.services.by_workload.get(claim.workload, ())
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
            "bindRefusal": _refusal(refusal) if refusal else None,
        },
    )


def _refusal(refusal: BindRefusal) -> Row:
    return build(
        BIND_REFUSAL,
        refusal.evidence.place,
        {
            "reason": refusal.reason,
            "evidence": refusal.evidence.label,
            "certainty": refusal.certainty.label,
            "socket": socket_row(refusal.socket),
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
    band = static_band(topology.environment.node_port_range)
    picked = _port(allocated_node_ports(topology.services).first)
    for claim in topology.node_ports:
        row = _node_port(claim, band, picked)
        yield subject(topology, row, claim.wired.service.meta, claim.wired.key)


def _node_port(claim: NodePortClaim, band: PortRange | None, picked: Row | None) -> Row:
    return build(
        NODE_PORT,
        claim.place,
        {
            "number": claim.number,
            "port": service_port_ref(claim.wired.service, claim.wired.port, "nodePort"),
            "first": _port(claim.first),
            "isInStaticBand": band is not None and claim.number in band,
            "staticLast": band.last if band else None,
            "picked": picked,
        },
    )


TYPES = (CLAIM_REF, BIND_REFUSAL, HOST_SOCKET, NODE_PORT)

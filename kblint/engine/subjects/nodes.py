"""Subjects of the node and balancer areas: Listener, HostSocket, NodePort."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    anything,
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
from kblint.finding import ObjectRef
from kblint.model.balancer import Listener
from kblint.wire.balancers import Arrival, WiredListener
from kblint.wire.claims import HostClaim, NodePortClaim, WiredClaim
from kblint.wire.ports import WiredPort
from kblint.wire.topology import Topology

LISTENER_REF = row_type(
    "ListenerRef",
    "another listener of the same balancer",
    {
        "protocol": text("http, https or tcp"),
        "listenPort": anything("the port it listens on"),
        "destinationPort": anything("the port it sends to"),
    },
)
LISTENER = row_type(
    "Listener",
    "one listener (a service, in Hetzner's words) of a load balancer",
    {
        "balancer": text("the balancer's name"),
        "form": text("hcloud, annotations, terraform, ansible or kblint.yaml"),
        "protocol": text("http, https or tcp"),
        "listenPort": anything("the port it listens on"),
        "destinationPort": anything("the port of the targets it sends to"),
        "arrival": text("what that port is: `node port`, `host port`, `nowhere` (in the input) or `unknown`"),
        "role": maybe_text("what is spoken there: `http` or `tls`, null where nothing tells"),
        "roleCertainty": text("how sure that is"),
        "roleEvidence": text("what shows it"),
        "controller": maybe_text("the ingress controller it leads to"),
        "servicePort": maybe_one("ServicePortRef", "the Service port behind it"),
        "plain": maybe_one("ServicePortRef", "the port of the same Service that speaks plain HTTP"),
        "tls": maybe_one("ServicePortRef", "the port of the same Service that speaks TLS"),
        "httpSibling": maybe_one("ListenerRef", "the balancer's plain HTTP listener"),
        "port80Sibling": maybe_one("ListenerRef", "another listener of the balancer on port 80"),
        "samePort": maybe_one("ListenerRef", "an earlier listener of the balancer on the same port"),
        "mistaken": maybe_one("ServicePortRef", "the Service port with a node port whose port or targetPort it names"),
        "hasCertificates": boolean("whether it has a certificate; left out where it cannot be told"),
        "redirectHttp": boolean("whether it redirects port 80 to itself; left out where it cannot be told"),
        "nodePortsKnown": boolean("whether the input holds node ports or host ports at all"),
    },
)
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


def listeners(topology: Topology) -> Iterator[Subject]:
    """Every listener of every balancer."""
    known = bool(topology.services.by_node_port or topology.claims)
    for wired in topology.listeners:
        keys = [wired.key]
        if wired.port:
            keys.append(wired.port.key)
        made = subject(topology, _listener(wired, node_ports_known=known), wired.balancer.meta, *keys)
        if wired.balancer.meta is None:
            made = Subject(made.row, ObjectRef("LoadBalancer", None, wired.balancer.name), made.hops, made.breaks)
        yield made


def _listener(wired: WiredListener, *, node_ports_known: bool) -> Row:
    listener = wired.listener
    origin = listener.origin
    port80 = next((one for one in wired.siblings if one.listen_port == 80), None)
    return build(
        LISTENER,
        origin.place("listen_port"),
        {
            "balancer": wired.balancer.name,
            "form": wired.balancer.form.value,
            "protocol": listener.protocol,
            "listenPort": listener.listen_port,
            "destinationPort": listener.destination_port,
            "arrival": wired.arrival.value,
            "role": wired.speech.role,
            "roleCertainty": wired.speech.certainty.label,
            "roleEvidence": wired.speech.evidence.label if wired.speech.evidence else "",
            "controller": wired.controller,
            "servicePort": _port(wired.port),
            "plain": _port(wired.plain),
            "tls": _port(wired.tls),
            "httpSibling": _sibling(wired.http_sibling),
            "port80Sibling": _sibling(port80),
            "samePort": _sibling(wired.same_port, "listen_port"),
            "mistaken": _mistaken(wired),
            "hasCertificates": listener.has_certificates,
            "redirectHttp": listener.redirect_http,
            "nodePortsKnown": node_ports_known or wired.arrival is not Arrival.NOWHERE,
        },
        {
            "protocol": origin.place("protocol"),
            "destinationPort": origin.place("destination_port"),
            "redirectHttp": origin.place("http", "redirect_http"),
            "hasCertificates": origin.place("protocol"),
        },
    )


def _port(wired: WiredPort | None) -> Row | None:
    return service_port_ref(wired.service, wired.port, "nodePort") if wired else None


def _sibling(listener: Listener | None, at: str = "destination_port") -> Row | None:
    if listener is None:
        return None
    return build(
        LISTENER_REF,
        listener.origin.place(at),
        {
            "protocol": listener.protocol,
            "listenPort": listener.listen_port,
            "destinationPort": listener.destination_port,
        },
    )


def _mistaken(wired: WiredListener) -> Row | None:
    if wired.mistaken is None:
        return None
    return service_port_ref(wired.mistaken.service, wired.mistaken.port, "nodePort")


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


TYPES = (LISTENER_REF, LISTENER, CLAIM_REF, HOST_SOCKET, NODE_PORT)

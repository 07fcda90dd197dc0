"""The subject HostSocket: a port that a workload's pods take on their node."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from kblint.engine.facts import Table, boolean, integer, maybe_one, maybe_text, one, text
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import NODE_PORT_REF, SOCKET, WORKLOAD_REF
from kblint.wire.faults.fault import Kind
from kblint.wire.nodes.claims import BindRefusal, HostClaim, WiredClaim


def _hops(socket: Among[WiredClaim]) -> Iterator[Hashable]:
    yield socket.wired.claim
    if socket.wired.rival:
        yield socket.wired.rival


def _selects_it(socket: Among[WiredClaim]) -> bool:
    """Whether the Service whose node port has the number selects this very workload."""
    port = socket.wired.node_port
    own = socket.topology.services.by_workload.get(socket.wired.claim.workload, ())
    return port is not None and any(service.service is port.service for service in own)


# fmt: off
CLAIM_REF = Table[HostClaim]("ClaimRef", "another claim on a port of a node", lambda c: c.place, (
    integer("port", "the port", lambda c: c.port),
    text("container", "the container", lambda c: c.container.name),
    one("workload", "the workload", lambda c: c.workload, WORKLOAD_REF),
))
BIND_REFUSAL = Table[BindRefusal](
    "BindRefusal", "why the kernel refuses a process a port below 1024 of its node", lambda r: r.evidence.place, (
    text("reason", "the reason", lambda r: r.reason),
    text("evidence", "what shows it", lambda r: r.evidence.label),
    text("certainty", "how sure it is", lambda r: r.certainty.label),
    one("socket", "what shows that the process wants the port", lambda r: r.socket, SOCKET),
))
HOST_SOCKET = Table[Among[WiredClaim]](
    "HostSocket", "a port that a workload's pods take on their node", lambda s: s.wired.claim.place, (
    integer("port", "the port", lambda s: s.wired.claim.port),
    text("protocol", "TCP, UDP or SCTP", lambda s: s.wired.claim.protocol),
    boolean("isDeclared", "whether it is declared; else a process is known to listen there",
        lambda s: s.wired.claim.declared is not None),
    text("container", "the container", lambda s: s.wired.claim.container.name),
    one("workload", "the workload", lambda s: s.wired.claim.workload, WORKLOAD_REF),
    text("certainty", "how sure the claim is", lambda s: s.wired.claim.certainty.label),
    maybe_one("rival", "another workload's claim on the same port that may come onto the same node",
        lambda s: s.wired.rival, CLAIM_REF),
    text("rivalCertainty", "`known` when both surely run on the same nodes", lambda s: s.wired.rival_certainty.label),
    maybe_text("reservedBy", "what on a K3s node or of a known add-on owns the port",
        lambda s: s.wired.reserved.holder if s.wired.reserved else None),
    boolean("reservedByServiceLb", "whether that is K3s's own load balancer, whose pods declare the port",
        lambda s: s.wired.reserved is not None and s.wired.reserved.is_declared),
    boolean("reservedWeakly",
        "whether that owner is on some nodes only, on the loopback address only, or there by default only",
        lambda s: s.wired.reserved is not None and not s.wired.reserved.is_everywhere),
    maybe_one("nodePort", "a Service port whose node port has the same number", lambda s: s.wired.node_port,
        NODE_PORT_REF),
    boolean("nodePortIsOwn", "whether that Service selects this very workload", _selects_it),
    maybe_one("bindRefusal", "why the kernel refuses the process this port",
        lambda s: s.topology.network.faults.other(s.wired.claim, Kind.BIND_REFUSED, BindRefusal), BIND_REFUSAL),
))
SUBJECTS = (
    SubjectKind("socket", "a port taken on a node", HOST_SOCKET,
        among(lambda topology: topology.claims), lambda s: s.wired.claim.workload.meta, _hops),
)

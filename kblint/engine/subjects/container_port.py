"""The subject ContainerPort: a port of a workload's pods that somebody names."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, boolean, integer, many, maybe_integer, maybe_one, maybe_text, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import SOCKET, WORKLOAD_REF, faults
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.index import Faults
from kblint.wire.faults.rejected import DeclaredPort
from kblint.wire.services.pod_ports import NamedPort
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology


class _Port(NamedTuple):
    """A port that somebody names, and what is wrong with it."""

    named: NamedPort
    faults: Faults


def _owner(named: NamedPort) -> Meta:
    return named.workload.meta if named.declared else named.services[0].service.meta


def _place(named: NamedPort) -> Place:
    if named.declared:
        return named.declared.origin.place("containerPort")
    return named.services[0].port.origin.place("targetPort")


def _declared_place(named: NamedPort, key: str) -> Place | None:
    return named.declared.origin.place(key) if named.declared else None


def _ports(topology: Topology) -> Iterator[_Port]:
    return (_Port(named, topology.network.faults) for named in topology.named_ports)


def _hops(port: _Port) -> Iterator[Hashable]:
    yield port.named.pod.key
    if port.named.declared:
        yield port.named.declared
    for service in port.named.services:
        yield service.key


def _container(named: NamedPort) -> str | None:
    holder = named.container or named.pod.holder
    return holder.name if holder else None


def _answer_certainty(named: NamedPort) -> str:
    links = [named.pod.certainty]
    if not named.declared:
        links += [port.certainty for port in named.services]
    return min(links).label


def _same_port(port: _Port) -> DeclaredPort | None:
    """The last entry of the pod before this one, in another container, with the same port and protocol."""
    found, named = None, port.named
    for container in named.workload.pod.running_containers if named.declared else ():
        for other in container.ports:
            if named.declared is None or other is named.declared:
                return found
            is_same = (other.container_port, other.protocol) == (named.declared.container_port, named.declared.protocol)
            if is_same and container is not named.container:
                found = DeclaredPort(container, other, named.workload)
    return found


def _entry_table(key: str) -> Table[DeclaredPort]:
    """Entries that stand at their `key`, where that is written."""
    return Table[DeclaredPort](
        "PortRef",
        "another entry of a pod's ports",
        lambda e: e.port.origin.place(key if e.port.origin.is_written(key) else "containerPort"),
        (
            integer("number", "containerPort", lambda e: e.port.container_port),
            maybe_text("name", "its name", lambda e: e.port.name),
            text("container", "its container's name", lambda e: e.container.name),
        ),
    )


# fmt: off
TARGETING_PORT = Table[WiredPort](
    "TargetingPort", "a Service port that sends traffic to a container port", "targetPort", (
    text("serviceName", "the Service's name", lambda p: p.service.meta.name),
    anything("port", "the Service port's number", lambda p: p.port.port, "port"),
    anything("targetPort", "what is written or defaulted as targetPort", lambda p: p.port.target_port, "targetPort"),
    boolean("targetPortWritten", "whether targetPort is written", lambda p: p.port.origin.is_written("targetPort")),
), lambda p: p.port.origin)
CONTAINER_PORT = Table[_Port](
    "ContainerPort", "a port of a workload's pods that a container declares or a Service sends to",
    lambda p: _place(p.named), (
    integer("number", "the port", lambda p: p.named.pod.number),
    text("protocol", "TCP, UDP or SCTP", lambda p: p.named.pod.protocol),
    maybe_text("name", "the declared name", lambda p: p.named.declared.name if p.named.declared else None,
        lambda p: _declared_place(p.named, "name")),
    faults(lambda p: p.faults.of(p.named.declared)),
    boolean("isDeclared", "whether a container declares it", lambda p: p.named.declared is not None),
    maybe_integer("hostPort", "the written host port, null where none is written",
        lambda p: p.named.declared.host_port if p.named.declared else None,
        lambda p: _declared_place(p.named, "hostPort")),
    maybe_text("container", "the container that declares it or listens there", lambda p: _container(p.named)),
    one("workload", "the workload it belongs to", lambda p: p.named.workload, WORKLOAD_REF),
    boolean("answers", "whether a process listens there; left out where nothing tells", lambda p: p.named.pod.answers),
    text("answerCertainty", "how sure that is", lambda p: _answer_certainty(p.named)),
    many("listensInstead", "what the pod listens on instead, when nothing listens there",
        lambda p: p.named.pod.listens_on, SOCKET),
    many("loopback", "sockets on this port that only the pod itself can reach", lambda p: p.named.pod.loopback,
        SOCKET.standing(lambda s: s.bound or s.evidence.place)),
    many("services", "the Service ports that send traffic there", lambda p: p.named.services, TARGETING_PORT),
    boolean("isProbed", "whether a probe of its container asks there", lambda p: bool(p.named.probes)),
    maybe_one("sameHostPort", "an earlier entry of the pod with the same protocol, hostIP and host port",
        lambda p: p.faults.other(p.named.declared, Kind.HOST_PORT_TWICE, DeclaredPort), _entry_table("hostPort")),
    maybe_one("samePort", "an entry of an earlier container of the pod with the same port and protocol", _same_port,
        _entry_table("containerPort")),
    maybe_one("sameName", "an earlier entry of the same container with the same name",
        lambda p: p.faults.other(p.named.declared, Kind.PORT_NAME, DeclaredPort), _entry_table("name")),
))
SUBJECTS = (
    SubjectKind("port", "a port of a workload's pods", CONTAINER_PORT, _ports, lambda p: _owner(p.named), _hops),
)

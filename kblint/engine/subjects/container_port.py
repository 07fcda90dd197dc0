"""The subject ContainerPort: a port of a workload's pods that somebody names."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from kblint.engine.facts import Table, anything, boolean, integer, many, maybe_integer, maybe_one, maybe_text, one, text
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import SOCKET, WORKLOAD_REF, faults
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.rejected_pods import DeclaredPort
from kblint.wire.services.pod_ports import NamedPort, PortClash
from kblint.wire.services.ports import WiredPort


def _owner(named: NamedPort) -> Meta:
    return named.workload.meta if named.declared else named.services[0].service.meta


def _place(named: NamedPort) -> Place:
    if named.declared:
        return named.declared.origin.place("containerPort")
    return named.services[0].port.origin.place("targetPort")


def _declared_place(named: NamedPort, key: str) -> Place | None:
    return named.declared.origin.place(key) if named.declared else None


def _hops(port: Among[NamedPort]) -> Iterator[Hashable]:
    yield port.wired.pod.key
    if port.wired.declared:
        yield port.wired.declared
    for service in port.wired.services:
        yield service.port


def _container(named: NamedPort) -> str | None:
    holder = named.container or named.pod.holder
    return holder.name if holder else None


def _answer_certainty(named: NamedPort) -> str:
    links = [named.pod.certainty]
    if not named.declared:
        links += [port.certainty for port in named.services]
    return min(links).label


def _is_asked(port: Among[NamedPort]) -> bool:
    named, broken = port.wired, port.topology.by_fault.of(port.wired.pod.key, Kind.LISTENING)
    has_host_port = named.declared is not None and named.declared.host_port is not None
    if named.services or named.probes or has_host_port or broken:
        return True
    # whoever asks may not be in the input: then it is the only port that there is to ask
    container = named.container
    is_selected = bool(port.topology.services.by_workload.get(named.workload))
    heard = port.topology.listening_of(container) if container else None
    beside = (one.container_port for one in container.ports if isinstance(one.container_port, int)) if container else ()
    return not is_selected and not any(heard.on(number) for number in beside if heard)


def _is_one_image(clash: PortClash) -> bool:
    one, other = clash.container, clash.other
    return one.image == other.image and (one.command, one.args) != (other.command, other.args)


def _refusing(port: Among[NamedPort], kind: Kind) -> DeclaredPort | None:
    """The entry because of which the API server refuses this one."""
    return port.topology.network.faults.other(port.wired.declared, kind, DeclaredPort)


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
PORT_CLASH = Table[PortClash](
    "PortClash", "a container that has a port which another one of its pod has too", lambda c: c.other_shown.place, (
    text("container", "its name", lambda c: c.other.name),
    text("evidence", "what shows it", lambda c: c.other_shown.label),
    boolean("isOneImage", "whether both run one image, which is told to run something else in each", _is_one_image),
    text("certainty", "how sure it is that both listen there; `unknown` where both only declare it",
        lambda c: c.certainty.label),
))
CONTAINER_PORT = Table[Among[NamedPort]](
    "ContainerPort", "a port of a workload's pods that a container declares or a Service sends to",
    lambda p: _place(p.wired), (
    integer("number", "the port", lambda p: p.wired.pod.number),
    text("protocol", "TCP, UDP or SCTP", lambda p: p.wired.pod.protocol),
    maybe_text("name", "the declared name", lambda p: p.wired.declared.name if p.wired.declared else None,
        lambda p: _declared_place(p.wired, "name")),
    faults(lambda p: p.topology.network.faults.of(p.wired.declared)),
    boolean("isDeclared", "whether a container declares it", lambda p: p.wired.declared is not None),
    maybe_integer("hostPort", "the written host port, null where none is written",
        lambda p: p.wired.declared.host_port if p.wired.declared else None,
        lambda p: _declared_place(p.wired, "hostPort")),
    maybe_text("container", "the container that declares it or listens there", lambda p: _container(p.wired)),
    one("workload", "the workload it belongs to", lambda p: p.wired.workload, WORKLOAD_REF),
    boolean("answers", "whether a process listens there; left out where nothing tells", lambda p: p.wired.pod.answers),
    text("answerCertainty", "how sure that is", lambda p: _answer_certainty(p.wired)),
    many("listensInstead", "what the pod listens on instead, when nothing listens there",
        lambda p: p.wired.pod.listens_on, SOCKET),
    many("loopback", "sockets on this port that only the pod itself can reach", lambda p: p.wired.pod.loopback,
        SOCKET.standing(lambda s: s.bound or s.evidence.place)),
    many("onlyIpv6", "sockets on this port that hear nobody who asks over IPv4, where there are no others",
        lambda p: p.wired.pod.unheard, SOCKET),
    many("services", "the Service ports that send traffic there", lambda p: p.wired.services, TARGETING_PORT),
    boolean("isAsked", "whether somebody asks there: a Service, a probe, a host port, a way in; or may ask",
        _is_asked),
    boolean("endsWays", "whether a way ends there because of what listens",
        lambda p: bool(p.topology.by_fault.of(p.wired.pod.key, Kind.LOOPBACK))),
    boolean("isProbed", "whether a probe of its container asks there", lambda p: bool(p.wired.probes)),
    maybe_one("sameHostPort", "an earlier entry of the pod with the same protocol, hostIP and host port",
        lambda p: _refusing(p, Kind.HOST_PORT_TWICE), _entry_table("hostPort")),
    maybe_one("samePort", "another container of the pod that has the same port and protocol", lambda p: p.wired.clash,
        PORT_CLASH),
    maybe_one("sameName", "an earlier entry of the same container with the same name",
        lambda p: _refusing(p, Kind.PORT_NAME), _entry_table("name")),
))
SUBJECTS = (
    SubjectKind("port", "a port of a workload's pods", CONTAINER_PORT, among(lambda topology: topology.named_ports),
        lambda p: _owner(p.wired), _hops),
)

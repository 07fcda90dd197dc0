"""The subjects Container and Probe: a container that runs while its pod serves, and what asks it whether it lives."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, boolean, integers, many, maybe_one, maybe_text, one, text
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import SERVICE_PORT_REF, SERVICE_REF, SOCKET, WORKLOAD_REF, faults
from kblint.model.owned import is_ready
from kblint.model.service import Service
from kblint.model.workload import Container, Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.pod_ports import WiredProbe
from kblint.wire.topology import Topology


class _Container(NamedTuple):
    of: Container
    workload: Workload
    topology: Topology

    @property
    def undeclared(self) -> Iterator[Socket]:
        """Sockets that it is told to listen on."""
        declared = [port.container_port for port in self.of.ports]
        for socket in self.topology.listening_of(self.of).sockets:
            is_written = socket.certainty is Certainty.KNOWN and not socket.is_default
            if socket.port not in declared and is_written and not socket.is_loopback:
                yield socket


def _containers(topology: Topology) -> Iterator[_Container]:
    for workload in topology.bundle.all(Workload):
        for container in workload.pod.running_containers:
            yield _Container(container, workload, topology)


def _probe_hops(probe: Among[WiredProbe]) -> Iterator[Hashable]:
    yield probe.wired.probe
    if probe.wired.pod:
        yield probe.wired.pod.key


def _is_declared(probe: Among[WiredProbe]) -> bool | None:
    if probe.wired.declared is None and any(isinstance(port.name, Unknown) for port in probe.wired.container.ports):
        return None
    return probe.wired.declared is not None


# fmt: off
CONTAINER = Table[_Container]("Container", "a container that runs while its pod serves", "name", (
    text("name", "its name", lambda c: c.of.name),
    maybe_text("image", "its image", lambda c: c.of.image, "image"),
    one("workload", "the workload it belongs to", lambda c: c.workload, WORKLOAD_REF),
    integers("declaredPorts", "the ports it declares", lambda c: [port.container_port for port in c.of.ports], "ports"),
    many("undeclared", "sockets it is known to listen on and does not declare", lambda c: c.undeclared, SOCKET),
    faults(lambda c: c.topology.network.faults.of(c.of)),
    maybe_one("linkService", "the Service whose name sets the variable that its image reads its port from",
        lambda c: c.topology.network.faults.other(c.of, Kind.SERVICE_LINK, Service), SERVICE_REF),
), lambda c: c.of.origin)
PROBE = Table[Among[WiredProbe]](
    "Probe", "a probe that asks a port", lambda p: p.wired.probe.origin.place(p.wired.probe.handler.value, "port"), (
    text("purpose", "livenessProbe, readinessProbe or startupProbe", lambda p: p.wired.probe.purpose),
    anything("port", "the port's number or name",
        lambda p: Unknown() if p.wired.probe.port_unknown else p.wired.probe.port),
    text("container", "its container's name", lambda p: p.wired.container.name),
    one("workload", "the workload it belongs to", lambda p: p.wired.workload, WORKLOAD_REF),
    boolean("isDeclared", "whether its container declares the port", _is_declared),
    boolean("isDeclaredInPod", "whether any container of the pod declares the port",
        lambda p: any(port.is_named(p.wired.probe.port) for port in p.wired.workload.pod.ports)),
    boolean("declaresPorts", "whether its container declares any port", lambda p: bool(p.wired.container.ports),
        lambda p: p.wired.container.origin.place("ports")),
    boolean("answers", "whether a process listens there; left out where nothing tells",
        lambda p: p.wired.pod.answers if p.wired.pod else None),
    boolean("isPassed", "whether the dump of a running cluster shows ready pods of that workload, which pass it",
        lambda p: is_ready(p.wired.workload)),
    many("listensInstead", "what the pod listens on instead", lambda p: p.wired.pod.listens_on if p.wired.pod else (),
        SOCKET),
    boolean("isMentioned", "whether the container's command, environment or configuration names the port",
        lambda p: isinstance(port := p.wired.probe.port, int) and p.topology.has_to_do_with(p.wired.workload, port)),
    text("scheme", "HTTP or HTTPS, for a probe that asks so", lambda p: p.wired.probe.scheme,
        lambda p: p.wired.probe.origin.place(p.wired.probe.handler.value, "scheme")),
    maybe_text("spoken", "what is surely spoken there where the probe speaks the other, `http` or `tls`; null else",
        lambda p: p.wired.spoken),
    many("sockets", "what is known to listen there", lambda p: p.wired.pod.sockets if p.wired.pod else (), SOCKET),
    maybe_text("host", "the host that it asks instead of the pod, null where none is written",
        lambda p: p.wired.probe.host, lambda p: p.wired.probe.origin.place(p.wired.probe.handler.value, "host")),
    boolean("asksNode", "whether that is the node and not the pod", lambda p: p.wired.asks_node),
    maybe_one("servicePort", "a Service port of this number, which sends to another port of the container",
        lambda p: p.wired.asked_of_service, SERVICE_PORT_REF),
    maybe_one("told", "where flags say that health checks are answered, if not there", lambda p: p.wired.told, SOCKET),
))
SUBJECTS = (
    SubjectKind("container", "a container of a workload", CONTAINER, _containers, lambda c: c.workload.meta,
        lambda c: (c.of,)),
    SubjectKind("probe", "a probe that asks a port", PROBE,
        among(lambda topology: topology.probes), lambda p: p.wired.workload.meta,
        _probe_hops),
)

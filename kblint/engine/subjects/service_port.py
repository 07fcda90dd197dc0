"""The subject ServicePort: a port of a Service."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from kblint.engine.facts import (
    MANY,
    Table,
    anything,
    boolean,
    integer,
    integers,
    many,
    maybe_one,
    maybe_text,
    one,
    text,
    texts,
)
from kblint.engine.subject import Among, SubjectKind
from kblint.engine.subjects.references import NAME_USE, SERVICE_PORT_REF, SOCKET, WORKLOAD_REF, faults
from kblint.engine.subjects.service import SERVICE
from kblint.model.service import EndpointPort, ServicePort
from kblint.model.workload import ContainerPort, Workload
from kblint.source.values import Unknown
from kblint.wire.clients.dns_names import NameUse
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.rejected_pods import DeclaredPort
from kblint.wire.faults.service import named_twice, protocol_clash
from kblint.wire.listening.sockets import Socket
from kblint.wire.not_followed import MOST_PORTS
from kblint.wire.services.hand_made import EndpointMismatch
from kblint.wire.services.ports import INJECTED_NUMBERS, PodPort, WiredPort, WiredService, misfit
from kblint.wire.topology import Topology


class _Ports(Struct, frozen=True, eq=False, dict=True):
    """All ports of a Service, and what they have in common."""

    of: WiredService

    @cached_property
    def declaring(self) -> frozenset[Workload]:
        """The workloads that declare one of them."""
        return frozenset(pod.workload for port in self.of.ports for pod in port.endpoints if pod.declared)

    @cached_property
    def _declared(self) -> list[ContainerPort]:
        """The ports that the selected workloads declare."""
        pods = self.of.ports[0].endpoints if self.of.ports else ()
        return [declared for pod in pods for declared in pod.workload.pod.ports[:MOST_PORTS]]

    @cached_property
    def names(self) -> list[str]:
        """Their names."""
        return list(dict.fromkeys(one.name for one in self._declared if isinstance(one.name, str)))[:MANY]

    @cached_property
    def numbers(self) -> list[int]:
        """Their numbers."""
        found = (one.container_port for one in self._declared)
        return list(dict.fromkeys(number for number in found if isinstance(number, int)))[:MANY]

    @cached_property
    def by_port(self) -> dict[ServicePort, WiredPort]:
        """What is wired to a port as it is declared."""
        return {one.port: one for one in reversed(self.of.ports)}


class _Port(Struct, frozen=True, eq=False, dict=True):
    """A port of a Service, and what else is known about it."""

    among: _Ports
    wired: WiredPort
    topology: Topology

    @property
    def of(self) -> WiredService:
        """The Service."""
        return self.among.of

    @property
    def port(self) -> ServicePort:
        """As it is declared."""
        return self.wired.port

    @cached_property
    def undeclared(self) -> list[PodPort]:
        """What does not declare the number asked for, and is not known to listen on it."""
        return [pod for pod in self.wired.endpoints if _is_undeclared(pod, self.topology)]


class _Remap(NamedTuple):
    port: _Port
    number: int


def _ports(topology: Topology) -> Iterator[_Port]:
    for wired in topology.services.services:
        among = _Ports(wired)
        yield from (_Port(among, port, topology) for port in wired.ports if not isinstance(port.port.port, Unknown))


def _twin(port: _Port) -> WiredPort | None:
    other = port.topology.network.faults.other(port.port, Kind.SERVICE_PORT, ServicePort)
    return port.among.by_port.get(other) if other else None


def _hops(port: _Port) -> Iterator[Hashable]:
    yield port.wired.port
    for pod in port.wired.endpoints:
        if pod.number is not None:
            yield pod.key


def _is_undeclared(pod: PodPort, topology: Topology) -> bool:
    if not isinstance(pod.requested, int) or pod.declared or pod.answers or pod.requested in INJECTED_NUMBERS:
        return False
    return pod.answers is False or not topology.has_to_do_with(pod.workload, pod.requested)


def _is_meant(asked: PodPort, port: _Port) -> bool:
    """Whether a workload is the one that is meant: it has another port of the Service, or a probe asks this one too."""
    return asked.requested in asked.workload.pod.probed_ports or asked.workload in port.among.declaring


def _unasked(port: _Port) -> tuple[Socket, ...]:
    """What pods that declare nothing are known to listen on, where no Service asks any of that."""
    for pod in port.undeclared:
        if pod.workload.pod.ports or pod.workload.meta.made is not None or not pod.listens_on:
            continue
        heard = [port.topology.listening_of(container) for container in pod.workload.pod.running_containers]
        services = port.topology.services.by_workload.get(pod.workload, ())
        asked = {one.number for wired in services for other in wired.ports for one in other.endpoints}
        is_known = all(one.is_open or one.is_complete for one in heard)
        if is_known and not any(socket.port in asked for socket in pod.listens_on):
            return pod.listens_on
    return ()


def _remap(port: _Port) -> _Remap | Unknown | None:
    service = port.wired.service
    if not service.is_headless or service.is_external_name:
        return None
    number = _number_of_pods(port.wired)
    if not isinstance(number, int):
        return Unknown()
    return None if number == port.port.port else _Remap(port, number)


def _number_of_pods(port: WiredPort) -> int | Unknown | None:
    """The port of the pods, where all of them agree."""
    if isinstance(port.port.target_port, int):
        return port.port.target_port
    numbers = {pod.number for pod in port.endpoints}
    return numbers.pop() if len(numbers) == 1 else None


def _client(remap: _Remap) -> NameUse | None:
    wired = remap.port.wired
    uses = remap.port.topology.name_uses.get(wired.service, ())
    return next((use for use in uses if use.port == wired.port.port), None)


# fmt: off
PROTOCOL_CLASH = Table[DeclaredPort](
    "ProtocolClash", "a container port with the number or name asked for, but another protocol",
    lambda c: c.port.origin.place("protocol" if c.port.origin.is_written("protocol") else "containerPort"), (
    integer("number", "containerPort", lambda c: c.port.container_port),
    text("protocol", "its protocol", lambda c: c.port.protocol),
    text("container", "its container", lambda c: c.container.name),
))
REMAP = Table[_Remap](
    "Remap", "a port of a headless Service that is another one than its pods', though nobody translates it",
    lambda r: r.port.port.origin.place("targetPort"), (
    integer("number", "the port of its pods", lambda r: r.number),
    maybe_one("client", "a container that asks for the Service by its name and this port", _client, NAME_USE),
))
ENDPOINT_PORT = Table[EndpointPort](
    "EndpointPort", "a port of endpoints made by hand", lambda p: p.origin.place("name"), (
    maybe_text("name", "its name, null where none is written", lambda p: p.name),
    anything("port", "its number", lambda p: p.port),
    text("protocol", "TCP, UDP or SCTP", lambda p: p.protocol),
))
ENDPOINTS_MISFIT = Table[EndpointMismatch](
    "EndpointsMisfit", "endpoints made by hand that do not serve a Service's port", lambda m: m.place, (
    text("kind", "Endpoints or EndpointSlice", lambda m: m.endpoints.meta.kind),
    text("name", "their name", lambda m: m.endpoints.meta.name),
    maybe_one("nearest", "the port among them that comes nearest; null where they are overwritten", lambda m: m.port,
        ENDPOINT_PORT),
))
SERVICE_PORT = Table[_Port]("ServicePort", "one port of a Service", "port", (
    maybe_text("name", "its name", lambda p: p.port.name, "name"),
    integer("port", "its number", lambda p: p.port.port),
    anything("targetPort", "what is written or defaulted as targetPort", lambda p: p.port.target_port, "targetPort"),
    boolean("targetPortWritten", "whether targetPort is written", lambda p: p.port.origin.is_written("targetPort")),
    text("protocol", "TCP, UDP or SCTP", lambda p: p.port.protocol, "protocol"),
    faults(lambda p: p.topology.network.faults.of(p.port)),
    one("service", "the Service it belongs to", lambda p: Among(p.of, p.topology), SERVICE),
    many("unresolvedIn", "selected workloads that declare no port of the name asked for",
        lambda p: (pod.workload for pod in p.wired.endpoints if pod.number is None), WORKLOAD_REF),
    many("resolvedIn", "selected workloads that declare the port asked for",
        lambda p: (pod.workload for pod in p.wired.endpoints if pod.declared or isinstance(pod.number, Unknown)),
        WORKLOAD_REF),
    many("undeclaredIn",
        "selected workloads that do not declare the number asked for, and are not known to listen on it",
        lambda p: (pod.workload for pod in p.undeclared), WORKLOAD_REF),
    boolean("undeclaredByOthers",
        "whether one of those declares other ports, none that the Service sends to, and no probe of it asks this one",
        lambda p: any(pod.workload.pod.ports and not _is_meant(pod, p) for pod in p.undeclared)),
    many("unasked", "what a program of those is known to listen on, where they declare nothing and no Service asks it",
        _unasked, SOCKET),
    texts("portNames", "the names of all ports that the selected workloads declare", lambda p: p.among.names),
    integers("declaredPorts", "the numbers of all ports that the selected workloads declare",
        lambda p: p.among.numbers),
    maybe_one("protocolClash", "the port asked for, declared with another protocol only",
        lambda p: protocol_clash(p.wired), PROTOCOL_CLASH),
    maybe_one("namedTwice", "another port of the pods with the name asked for, in a container further down",
        lambda p: named_twice(p.wired), PROTOCOL_CLASH.standing(lambda c: c.port.origin.place("name"))),
    maybe_one("twin", "an earlier port of the Service with the same number and protocol, or name", _twin,
        SERVICE_PORT_REF),
    maybe_one("remap", "the pods' port where it differs and the Service is headless", _remap, REMAP),
    maybe_one("endpointsMisfit", "endpoints made by hand that do not serve this port", lambda p: misfit(p.of, p.wired),
        ENDPOINTS_MISFIT),
), lambda p: p.port.origin)
SUBJECTS = (
    SubjectKind("port", "a port of a Service", SERVICE_PORT, _ports, lambda p: p.wired.service.meta, _hops),
)

"""The ports of pods that somebody names, and the probes that ask them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.workload import Container, ContainerPort, Handler, Probe, Workload
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.health_flags import health_socket, management_socket
from kblint.wire.listening.sockets import EVERYWHERE, Socket, is_loopback
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import ListeningOf, PodPort, WiredPort, pod_port


class NamedPort(Struct, frozen=True, eq=False):
    """A port of a workload's pods that somebody names: a container declares it, or a Service sends traffic there."""

    workload: Workload
    container: Container | None
    declared: ContainerPort | None
    pod: PodPort
    services: tuple[WiredPort, ...]
    probes: tuple[Probe, ...]
    clash: PortClash | None = None


class PortClash(Struct, frozen=True, eq=False):
    """A port that another container of the pod has too: both listen there, as far as is known, or both declare it.

    `certainty` is unknown where only the declarations say so.
    """

    container: Container
    shown: Evidence
    other: Container
    other_shown: Evidence
    certainty: Certainty


class WiredProbe(Struct, frozen=True, eq=False):
    """A probe with what answers it; `declared` is the TCP port of its own container that it names.

    `asked_of_service` is a Service port with the number that it asks, which is none of the pod's. `told` is where flags
    say that health checks are answered, if not there.
    """

    workload: Workload
    container: Container
    probe: Probe
    pod: PodPort | None
    declared: ContainerPort | None
    asked_of_service: WiredPort | None = None
    told: Socket | None = None

    @property
    def asks_node(self) -> bool:
        """Whether it asks the node that the pod is on, and not the pod: the kubelet sends it, from there."""
        host = self.probe.host
        return isinstance(host, str) and is_loopback(host) and not self.workload.pod.host_network

    @property
    def spoken(self) -> str | None:
        """What is surely spoken there, `http` or `tls`, where the probe speaks the other; None where it does not."""
        if self.probe.handler is not Handler.HTTP or self.probe.host is not None or self.pod is None:
            return None
        asked = {"HTTP": "http", "HTTPS": "tls"}.get(self.probe.scheme)
        sure = [socket.speaks for socket in self.pod.sockets if socket.certainty is Certainty.KNOWN]
        is_other = bool(sure) and all(one in ("http", "tls") and one != asked for one in sure)
        return sure[0] if asked and is_other else None


class _Asked(NamedTuple):
    """A port of pods as it is judged behind the Services that ask it."""

    pod: PodPort
    by: list[WiredPort]


def named_ports(bundle: Bundle, services: ServiceIndex, listening_of: ListeningOf) -> tuple[NamedPort, ...]:
    """Every port of every pod that is declared or asked for by a Service, once each."""
    asked: dict[Workload, dict[tuple[int, str], _Asked]] = {}
    ports = (port for service in services.services for port in service.ports)
    for port, pod in ((one, pod) for one in ports for pod in one.endpoints):
        if isinstance(pod.number, int):
            asked.setdefault(pod.workload, {}).setdefault((pod.number, pod.protocol), _Asked(pod, [])).by.append(port)
    return tuple(
        named for workload in bundle.all(Workload) for named in _named(workload, asked.get(workload, {}), listening_of)
    )


def _named(workload: Workload, asked: dict[tuple[int, str], _Asked], listening_of: ListeningOf) -> Iterator[NamedPort]:
    seen: set[tuple[int, str]] = set()
    clashes = dict(listening_clashes(workload, listening_of))
    declared_by: dict[tuple[int, str], tuple[Container, ContainerPort]] = {}
    for container in workload.pod.running_containers:
        for declared in container.ports:
            if not isinstance(declared.container_port, int):
                continue
            key = (declared.container_port, declared.protocol)
            pod = pod_port(workload, declared.container_port, declared.protocol, listening_of)
            services = asked[key].by if key in asked and key not in seen else ()
            seen.add(key)
            probes = tuple(probe for probe in container.probes if declared.is_named(probe.port))
            clash = _seen_from(container, clashes.pop(key, None)) or _declared_clash(
                container, declared, declared_by.get(key)
            )
            declared_by[key] = container, declared
            yield NamedPort(workload, container, declared, pod, tuple(services), probes, clash)
    for (number, protocol), (pod, ports) in asked.items():
        if (number, protocol) not in seen:
            clash = _seen_from(pod.holder, clashes.get((number, protocol)))
            yield NamedPort(workload, pod.holder, None, pod, tuple(ports), (), clash)


def _declared_clash(
    container: Container, declared: ContainerPort, earlier: tuple[Container, ContainerPort] | None
) -> PortClash | None:
    if earlier is None or earlier[0] is container:
        return None
    own, label = Evidence(declared.origin.place("containerPort"), "declared here"), "declares it first"
    first = Evidence(earlier[1].origin.place("containerPort"), f"container `{earlier[0].name}` {label}")
    return PortClash(container, own, earlier[0], first, Certainty.UNKNOWN)


def _seen_from(container: Container | None, clash: PortClash | None) -> PortClash | None:
    """The same clash with `container` as the first of the two."""
    if clash is None or clash.other is not container:
        return clash
    return PortClash(clash.other, clash.other_shown, clash.container, clash.shown, clash.certainty)


def listening_clashes(workload: Workload, listening_of: ListeningOf) -> Iterator[tuple[tuple[int, str], PortClash]]:
    """The ports on which two containers of a pod listen, the later of both first; each once."""
    containers, seen = workload.pod.running_containers, set[tuple[int, str]]()
    heard: dict[tuple[int, str], list[tuple[Container, Socket]]] = {}
    for container in containers if len(containers) > 1 else ():
        for socket in listening_of(container).sockets:
            key = (socket.port, socket.protocol)
            for other, taken in heard.get(key, ()):
                if other is not container and key not in seen and _overlap(socket.address, taken.address):
                    seen.add(key)
                    certainty = min(socket.certainty, taken.certainty)
                    yield key, PortClash(container, socket.evidence, other, taken.evidence, certainty)
            heard.setdefault(key, []).append((container, socket))


def _overlap(one: str, other: str) -> bool:
    """Whether two sockets on one port exclude each other; an address that nobody knows excludes none."""
    return bool(one and other) and (one == other or EVERYWHERE in (one, other)) and "::" not in (one, other)


def wire_probes(
    workloads: Iterable[Workload], services: ServiceIndex, listening_of: ListeningOf
) -> tuple[WiredProbe, ...]:
    """Every probe that asks a port."""
    return tuple(
        _probe(workload, container, probe, services, listening_of)
        for workload in workloads
        for container in workload.pod.running_containers
        for probe in container.probes
        if probe.port is not None
    )


def _probe(
    workload: Workload, container: Container, probe: Probe, services: ServiceIndex, listening_of: ListeningOf
) -> WiredProbe:
    named = (port for port in container.ports if port.is_named(probe.port) and port.protocol == "TCP")
    declared = next(named, None)
    asked = declared.container_port if declared else probe.port
    pod = pod_port(workload, asked, "TCP", listening_of) if isinstance(asked, int) else None
    of_service, told = None, None
    if isinstance(asked, int) and probe.host is None:
        path = probe.origin.get("httpGet", "path")
        told = health_socket(container, asked) or management_socket(container, path, asked)
        if pod and not declared and not pod.declared and not pod.answers and container.ports:
            of_service = _service_port(workload, container, asked, services)
    return WiredProbe(workload, container, probe, pod, declared, of_service, told)


def _service_port(workload: Workload, container: Container, asked: int, services: ServiceIndex) -> WiredPort | None:
    """The port of a Service that has this number, and sends to another one that the container declares."""
    declared = {port.container_port for port in container.ports}
    for wired in services.by_workload.get(workload, ()):
        for port in wired.ports:
            sent_to = {pod.number for pod in port.endpoints if pod.workload is workload}
            if port.port.port == asked and sent_to <= declared and asked not in sent_to:
                return port
    return None

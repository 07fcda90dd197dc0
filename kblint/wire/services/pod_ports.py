"""The ports of pods that somebody names, and the probes that ask them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.workload import Container, ContainerPort, Handler, Probe, Workload
from kblint.wire.evidence import Certainty
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import ListeningOf, PodPort, WiredPort, pod_port


@dataclass(frozen=True, slots=True, eq=False)
class NamedPort:
    """A port of a workload's pods that somebody names: a container declares it, or a Service sends traffic there."""

    workload: Workload
    container: Container | None
    declared: ContainerPort | None
    pod: PodPort
    services: tuple[WiredPort, ...]
    probes: tuple[Probe, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WiredProbe:
    """A probe with what answers it; `declared` is the TCP port of its own container that it names."""

    workload: Workload
    container: Container
    probe: Probe
    pod: PodPort | None
    declared: ContainerPort | None

    @property
    def spoken(self) -> str | None:
        """What is surely spoken there, `http` or `tls`, where the probe speaks the other; None where it does not."""
        if self.probe.handler is not Handler.HTTP or self.probe.host is not None or self.pod is None:
            return None
        asked = {"HTTP": "http", "HTTPS": "tls"}.get(self.probe.scheme)
        sure = [socket.speaks for socket in self.pod.sockets if socket.certainty is Certainty.KNOWN]
        is_other = bool(sure) and all(one in ("http", "tls") and one != asked for one in sure)
        return sure[0] if asked and is_other else None


def named_ports(bundle: Bundle, services: ServiceIndex, listening_of: ListeningOf) -> tuple[NamedPort, ...]:
    """Every port of every pod that is declared or asked for by a Service, once each."""
    asked: dict[Workload, dict[tuple[int, str], list[WiredPort]]] = {}
    ports = (port for service in services.services for port in service.ports)
    for port, pod in ((one, pod) for one in ports for pod in one.endpoints):
        if isinstance(pod.number, int):
            asked.setdefault(pod.workload, {}).setdefault((pod.number, pod.protocol), []).append(port)
    return tuple(
        named for workload in bundle.all(Workload) for named in _named(workload, asked.get(workload, {}), listening_of)
    )


def _named(
    workload: Workload, asked: dict[tuple[int, str], list[WiredPort]], listening_of: ListeningOf
) -> Iterator[NamedPort]:
    seen: set[tuple[int, str]] = set()
    for container in workload.pod.running_containers:
        for declared in container.ports:
            if not isinstance(declared.container_port, int):
                continue
            key = (declared.container_port, declared.protocol)
            pod = pod_port(workload, declared.container_port, declared.protocol, listening_of)
            services = asked.get(key, []) if key not in seen else []
            seen.add(key)
            probes = tuple(probe for probe in container.probes if declared.is_named(probe.port))
            yield NamedPort(workload, container, declared, pod, tuple(services), probes)
    for (number, protocol), ports in asked.items():
        if (number, protocol) not in seen:
            pod = pod_port(workload, number, protocol, listening_of)
            yield NamedPort(workload, pod.holder, None, pod, tuple(ports), ())


def wire_probes(workloads: Iterable[Workload], listening_of: ListeningOf) -> tuple[WiredProbe, ...]:
    """Every probe that asks a port."""
    return tuple(
        _probe(workload, container, probe, listening_of)
        for workload in workloads
        for container in workload.pod.running_containers
        for probe in container.probes
        if probe.port is not None
    )


def _probe(workload: Workload, container: Container, probe: Probe, listening_of: ListeningOf) -> WiredProbe:
    named = (port for port in container.ports if port.is_named(probe.port) and port.protocol == "TCP")
    declared = next(named, None)
    asked = declared.container_port if declared else probe.port
    pod = pod_port(workload, asked, "TCP", listening_of) if isinstance(asked, int) else None
    return WiredProbe(workload, container, probe, pod, declared)

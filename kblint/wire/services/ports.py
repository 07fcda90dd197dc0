"""Service ports to the ports of the pods behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kblint.model.service import EndpointPort, Endpoints, Service, ServicePort
from kblint.model.workload import Container, ContainerPort, Pod, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Listening, Socket
from kblint.wire.services.selection import NearMiss, Selected

_LAST = 65535


_INJECTED_NAMES = frozenset(
    {"http-envoy-prom", "linkerd-admin", "linkerd-proxy", "dapr-http", "dapr-grpc", "dapr-metrics"}
)
INJECTED_NUMBERS = frozenset({15000, 15006, 15008, 15020, 15021, 15053, 15090, 4140, 4143, 4190, 4191, 3500, 50001})
"""Ports of sidecars that a mesh injects: https://istio.io/latest/docs/ops/deployment/application-requirements/ and
https://linkerd.io/2/reference/proxy-configuration/ ; what is injected no file shows.
"""


@dataclass(frozen=True, slots=True, eq=False)
class PodPort:
    """A port number (or name) asked of a workload's pods, and what answers there.

    `number` is None when a name is asked for that no container declares. `answers` is True when a process is known
    to listen there for everyone, False when it is proved (or, by `certainty`, likely) that none does, None when
    nothing tells. `holder` is the container that declares the port or listens on it.
    """

    workload: Workload
    requested: int | str | Unknown
    number: int | Unknown | None
    protocol: str
    declared: ContainerPort | None
    holder: Container | None
    sockets: tuple[Socket, ...] = ()
    loopback: tuple[Socket, ...] = ()
    listens_on: tuple[Socket, ...] = ()
    """What the pod listens on instead, when nobody answers."""
    answers: bool | None = None
    certainty: Certainty = Certainty.UNKNOWN
    """How sure `answers` is; the certainty of the selection is not part of it."""

    @property
    def key(self) -> PortOfPods:
        """Names this port."""
        return PortOfPods(self.workload, self.number)


@dataclass(frozen=True, slots=True)
class Answers:
    """What answers on ports of pods: worked out once for all scopes in which the pods listen on the same."""

    _known: dict[tuple[Workload, object, str], list[tuple[list[Listening], PodPort]]] = field(default_factory=dict)

    def at(self, workload: Workload, requested: int | str | Unknown, protocol: str, heard: list[Listening]) -> PodPort:
        """What answers there; `heard` is what each container listens on that runs while the pod serves."""
        known = self._known.setdefault((workload, requested, protocol), [])
        for listenings, pod in known:
            if all(one is other for one, other in zip(listenings, heard, strict=True)):
                return pod
        known.append((heard, _pod_port(workload, requested, protocol, heard)))
        return known[-1][1]


@dataclass(frozen=True, slots=True)
class ListeningOf:
    """What each container of a scope listens on, and with that, what answers on the ports of its pods."""

    by_container: Mapping[Container, Listening]
    answers: Answers

    def __call__(self, container: Container) -> Listening:
        """What a container listens on."""
        return self.by_container[container]


def pod_port(workload: Workload, requested: int | str | Unknown, protocol: str, listening_of: ListeningOf) -> PodPort:
    """What answers when a pod of `workload` is asked on port `requested`."""
    heard = [listening_of.by_container[container] for container in workload.pod.running_containers]
    return listening_of.answers.at(workload, requested, protocol, heard)


def _pod_port(workload: Workload, requested: int | str | Unknown, protocol: str, heard: list[Listening]) -> PodPort:
    named = (found for found in workload.pod.ports_named(requested) if found[0].protocol == protocol)
    declared, holder = next(named, (None, None))
    number: int | Unknown | None = requested if not isinstance(requested, str) else None
    if isinstance(requested, str):
        number = declared.container_port if declared else _unless_templated(requested, workload.pod)
    pod = PodPort(workload, requested, number, protocol, declared, holder)
    # a number that is no port is refused, and nothing else is said of it
    return _answered(pod, number, heard) if isinstance(number, int) and 0 < number <= _LAST else pod


def _unless_templated(requested: str, pod: Pod) -> Unknown | None:
    """No port has the name: known, unless a port's own name is a placeholder, or a sidecar is injected later."""
    return Unknown(requested) if requested in _INJECTED_NAMES else pod.unknown_port_name


def _answered(pod: PodPort, number: int, heard: list[Listening]) -> PodPort:
    """A port of a known number with what answers there."""
    pictures = list(zip(pod.workload.pod.running_containers, heard, strict=True))
    sockets: list[Socket] = []
    loopback: list[Socket] = []
    holder = pod.holder
    for container, listening in pictures:
        for socket in listening.on(number, pod.protocol):
            (loopback if socket.is_loopback else sockets).append(socket)
            holder = holder or container
    if sockets or loopback:
        # whoever binds it on the loopback address keeps others from binding it
        certainty, answers = max(socket.certainty for socket in sockets or loopback), bool(sockets)
        pod = replace(pod, holder=holder, sockets=tuple(sockets), loopback=tuple(loopback))
        return replace(pod, answers=answers, certainty=certainty)
    # a declared port is its own container's promise; an undeclared one could be anybody's
    asked_of = [(container, listening) for container, listening in pictures if container is holder] or pictures
    is_made = pod.workload.meta.made is not None
    is_closed = bool(asked_of) and all(_is_closed(*one, is_made=is_made) for one in asked_of)
    listens_on = tuple(
        socket
        for _, listening in asked_of
        for socket in listening.sockets
        if socket.protocol == pod.protocol and not socket.is_loopback
    )
    if not is_closed:
        return replace(pod, listens_on=listens_on)
    return replace(
        pod, listens_on=listens_on, answers=False, certainty=min(listening.certainty for _, listening in asked_of)
    )


def _is_closed(container: Container, listening: Listening, *, is_made: bool) -> bool:
    """Whether what is known to listen is all that does.

    What an image likely does by default says nothing about further ports: where one of its defaults is declared as
    well, the others are its author's business. So are all of them where a chart makes the container, and declares none.
    A program that may listen on more than is known hardly does so on the only ports that are declared.
    """
    if listening.is_complete and listening.certainty is Certainty.KNOWN:
        return True
    is_told = listening.is_complete or (listening.is_open and bool(container.ports) and not is_made)
    if not is_told or (is_made and not container.ports):
        return False
    ports = {socket.port for socket in listening.sockets}
    return not any(port.container_port in ports for port in container.ports)


@dataclass(frozen=True, slots=True)
class PortOfPods:
    """Names a port of a workload's pods, whether or not anybody declares it."""

    workload: Workload
    number: int | Unknown | None


@dataclass(frozen=True, slots=True, eq=False)
class WiredPort:
    """A Service's port with what stands behind it in every selected workload."""

    service: Service
    port: ServicePort
    endpoints: tuple[PodPort, ...]
    certainty: Certainty
    """How sure the selection is."""


@dataclass(frozen=True, slots=True, eq=False)
class WiredService:
    """A Service with the workloads it selects.

    `is_open`: more than the input shows may be behind it; `is_cut`: it selects more than are looked at.
    """

    service: Service
    selected: tuple[Selected, ...]
    near: tuple[NearMiss, ...]
    ports: tuple[WiredPort, ...]
    endpoints: tuple[Endpoints, ...]
    is_open: bool
    is_cut: bool = False

    @property
    def certainty(self) -> Certainty:
        """How sure the selection is: known only when every selected workload surely stands in its namespace."""
        return min((one.certainty for one in self.selected), default=Certainty.UNKNOWN)


_MADE_BY = "endpointslice.kubernetes.io/managed-by"
_CHANGED_AT = "endpoints.kubernetes.io/last-change-trigger-time"


@dataclass(frozen=True, slots=True, eq=False)
class EndpointMismatch:
    """Hand-made endpoints that do not serve a Service's port. `port` is the entry that comes nearest, None for none.

    `is_overwritten`: the Service has a selector, and its controller writes over them.
    """

    endpoints: Endpoints
    port: EndpointPort | None
    is_overwritten: bool

    @property
    def place(self) -> Place:
        """Where to look."""
        if self.port is None or self.is_overwritten:
            return self.endpoints.meta.origin.place("metadata", "name")
        return self.port.origin.place("name" if self.port.origin.is_written("name") else "port")


def misfit(wired: WiredService, port: WiredPort) -> EndpointMismatch | None:
    """Why a Service's port has nobody behind it though endpoints are written; None where it has, or nobody knows."""
    made = tuple(one for one in wired.endpoints if not _is_exported(one))
    if not made or wired.service.is_external_name or wired.service.is_headless:
        return None
    if wired.service.selector:
        overwritten = next((one for one in made if one.meta.kind == "Endpoints"), None)
        return EndpointMismatch(overwritten, None, is_overwritten=True) if overwritten else None
    if isinstance(port.port.name, Unknown) or any(not one.ports for one in made):
        return None
    entries = [(one, entry) for one in made for entry in one.ports]
    for name, protocol in ((entry.name or "", entry.protocol) for _, entry in entries):
        # kube-proxy joins them by name and protocol, whatever the numbers; a placeholder may become any name
        if "{{" in name or "${" in name or (name, protocol) == (port.port.name or "", port.port.protocol):
            return None
    wanted = (port.port.target_port, port.port.port)
    endpoints, entry = max(entries, key=lambda it: (it[1].port in wanted, it[1].protocol == port.port.protocol))
    return EndpointMismatch(endpoints, entry, is_overwritten=False)


def _is_exported(endpoints: Endpoints) -> bool:
    """Whether a controller made them, and somebody wrote down what it made."""
    meta = endpoints.meta
    return _MADE_BY in meta.labels or _CHANGED_AT in meta.annotations or meta.origin.is_written("metadata", "uid")

"""Service ports to the ports of the pods behind them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.service import Endpoints, Service, ServicePort
from kblint.model.workload import Container, ContainerPort, Pod, Workload
from kblint.source.grouping import grouped
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Listening, Socket
from kblint.wire.services.hand_made import EndpointEntries, EndpointMismatch, is_exported
from kblint.wire.services.selection import NearMiss, Selected

_LAST = 65535


_INJECTED_NAMES = frozenset(
    {"http-envoy-prom", "linkerd-admin", "linkerd-proxy", "dapr-http", "dapr-grpc", "dapr-metrics"}
)
INJECTED_NUMBERS = frozenset({15000, 15006, 15008, 15020, 15021, 15053, 15090, 4140, 4143, 4190, 4191, 3500, 50001})
"""Ports of sidecars that a mesh injects: https://istio.io/latest/docs/ops/deployment/application-requirements/ and
https://linkerd.io/2/reference/proxy-configuration/ ; what is injected no file shows.
"""


class PodPort(Struct, frozen=True, eq=False):
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
        return PortOfPods(self.workload, self.number, self.protocol)


class Answers(Struct, frozen=True):
    """What answers on ports of pods: worked out once for all scopes in which the pods listen on the same."""

    _known: dict[Workload, list[_Heard]] = field(default_factory=dict)

    def of(self, workload: Workload, heard: list[Listening]) -> _Heard:
        """What answers on its ports; `heard` is what each container listens on that runs while the pod serves."""
        known = self._known.setdefault(workload, [])
        for pictures in known:
            if all(one is other for one, other in zip(pictures.listenings, heard, strict=True)):
                return pictures
        known.append(_Heard(workload, heard))
        return known[-1]


class ListeningOf(Struct, frozen=True):
    """What each container of a scope listens on, and with that, what answers on the ports of its pods."""

    by_container: Mapping[Container, Listening]
    answers: Answers
    _heard: dict[Workload, _Heard] = field(default_factory=dict)

    def __call__(self, container: Container) -> Listening:
        """What a container listens on."""
        return self.by_container[container]

    def at(self, workload: Workload, requested: int | str | Unknown, protocol: str) -> PodPort:
        """What answers when a pod of `workload` is asked on a port."""
        heard = self._heard.get(workload)
        if heard is None:
            listenings = [self.by_container[container] for container in workload.pod.running_containers]
            heard = self._heard[workload] = self.answers.of(workload, listenings)
        return heard.at(requested, protocol)


def pod_port(workload: Workload, requested: int | str | Unknown, protocol: str, listening_of: ListeningOf) -> PodPort:
    """What answers when a pod of `workload` is asked on port `requested`."""
    return listening_of.at(workload, requested, protocol)


def _pod_port(heard: _Heard, requested: int | str | Unknown, protocol: str) -> PodPort:
    workload = heard.workload
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


def _answered(pod: PodPort, number: int, heard: _Heard) -> PodPort:
    """A port of a known number with what answers there."""
    sockets: list[Socket] = []
    loopback: list[Socket] = []
    holder = pod.holder
    for container, socket in heard.on(number, pod.protocol):
        (loopback if socket.is_loopback else sockets).append(socket)
        holder = holder or container
    if sockets or loopback:
        # whoever binds it on the loopback address keeps others from binding it
        certainty, answers = max(socket.certainty for socket in sockets or loopback), bool(sockets)
        pod = replace(pod, holder=holder, sockets=tuple(sockets), loopback=tuple(loopback))
        return replace(pod, answers=answers, certainty=certainty)
    # a declared port is its own container's promise; an undeclared one could be anybody's
    asked_of = heard.of(holder)
    listens_on = asked_of.listens_on(pod.protocol)
    if not asked_of.is_closed:
        return replace(pod, listens_on=listens_on)
    return replace(pod, listens_on=listens_on, answers=False, certainty=asked_of.certainty)


class _Heard:
    """What the containers of a workload's pods listen on that run while the pod serves; each port is looked at once."""

    def __init__(self, workload: Workload, listenings: list[Listening]) -> None:
        self.workload, self.listenings = workload, listenings
        self._is_made = workload.meta.made is not None
        self._known: dict[tuple[int | str | Unknown, str], PodPort] = {}
        self._of: dict[Container | None, _Listeners] = {}

    def at(self, requested: int | str | Unknown, protocol: str) -> PodPort:
        """What answers there."""
        key = (requested, protocol)
        if key not in self._known:
            self._known[key] = _pod_port(self, requested, protocol)
        return self._known[key]

    def on(self, number: int, protocol: str) -> tuple[tuple[Container, Socket], ...]:
        """The sockets on a port, each with its container."""
        return self._sockets.get((number, protocol), ())

    def of(self, holder: Container | None) -> _Listeners:
        """The container alone that is known to hold a port, else all."""
        if holder not in self._of:
            held = [one for one in self._pictures if one[0] is holder] if holder else []
            self._of[holder] = _Listeners(held or self._pictures, self._is_made)
        return self._of[holder]

    @cached_property
    def _pictures(self) -> list[tuple[Container, Listening]]:
        return list(zip(self.workload.pod.running_containers, self.listenings, strict=True))

    @cached_property
    def _sockets(self) -> Mapping[tuple[int, str], tuple[tuple[Container, Socket], ...]]:
        return grouped(
            ((socket.port, socket.protocol), (container, socket))
            for container, listening in self._pictures
            for socket in listening.sockets
        )


class _Listeners:
    """Containers that may be meant by a port, and what they listen on."""

    def __init__(self, pictures: list[tuple[Container, Listening]], is_made: bool) -> None:
        self._pictures = pictures
        self._by_protocol: dict[str, tuple[Socket, ...]] = {}
        self.is_closed = bool(pictures) and all(_is_closed(*one, is_made=is_made) for one in pictures)

    def listens_on(self, protocol: str) -> tuple[Socket, ...]:
        """What listens for everybody."""
        if protocol not in self._by_protocol:
            found = (socket for _, listening in self._pictures for socket in listening.sockets)
            self._by_protocol[protocol] = tuple(
                socket for socket in found if socket.protocol == protocol and not socket.is_loopback
            )
        return self._by_protocol[protocol]

    @cached_property
    def certainty(self) -> Certainty:
        """How sure it is that nothing else does."""
        return min(listening.certainty for _, listening in self._pictures)


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


class PortOfPods(Struct, frozen=True):
    """Names a port of a workload's pods, whether or not anybody declares it."""

    workload: Workload
    number: int | Unknown | None
    protocol: str = "TCP"


class WiredPort(Struct, frozen=True, eq=False):
    """A Service's port with what stands behind it in every selected workload."""

    service: Service
    port: ServicePort
    endpoints: tuple[PodPort, ...]
    certainty: Certainty
    """How sure the selection is."""


class WiredService(Struct, frozen=True, eq=False, dict=True):
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
        """How sure the selection is: known only when all of it is looked at, and surely stands in its namespace."""
        return (
            Certainty.UNKNOWN
            if self.is_cut
            else min((one.certainty for one in self.selected), default=Certainty.UNKNOWN)
        )

    @cached_property
    def made(self) -> tuple[Endpoints, ...]:
        """The endpoints that somebody made by hand."""
        return tuple(one for one in self.endpoints if not is_exported(one))

    @cached_property
    def entries(self) -> EndpointEntries | None:
        """What endpoints made by hand serve; None where there are none, or it cannot be told."""
        return None if not self.made or any(not one.ports for one in self.made) else EndpointEntries(self.made)


def misfit(wired: WiredService, port: WiredPort) -> EndpointMismatch | None:
    """Why a Service's port has nobody behind it though endpoints are written; None where it has, or nobody knows."""
    made = wired.made
    if not made or wired.service.is_external_name or wired.service.is_headless:
        return None
    if wired.service.selector:
        overwritten = next((one for one in made if one.meta.kind == "Endpoints"), None)
        return EndpointMismatch(overwritten, None, is_overwritten=True) if overwritten else None
    entries = wired.entries
    if isinstance(port.port.name, Unknown) or entries is None or entries.is_templated:
        return None
    # kube-proxy joins them by name and protocol, whatever the numbers
    if (port.port.name or "", port.port.protocol) in entries.served:
        return None
    endpoints, entry = entries.nearest(port.port)
    return EndpointMismatch(endpoints, entry, is_overwritten=False)

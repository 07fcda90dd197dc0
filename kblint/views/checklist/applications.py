"""The applications of a scope: workloads that requests from outside reach, with everything that leads to them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kblint.model.balancer import Listener, LoadBalancer
from kblint.model.route import Backend
from kblint.model.service import Service
from kblint.model.workload import Probe, Workload
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.journey import Hop, Journey
from kblint.wire.nodes.claims import WiredClaim
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.controllers import app_protocol, controller_of_service, controller_of_workload
from kblint.wire.services.ports import PodPort, WiredPort, WiredService, pod_port
from kblint.wire.topology import Topology


@dataclass(frozen=True, eq=False)
class App:
    """A workload with what leads to it.

    `ports` pairs each Service port with what it asks of this workload's pods. `direct` are the listeners that send to
    the workload itself, `through` those that send to the ingress controller which serves its routes, `beside` the
    other listeners of the same balancers, `journeys` the names of the ways in through any of these, `hops` those of the
    first way through a listener. `doors` are the node ports or host ports where a controller of the scope speaks plain
    HTTP.
    """

    topology: Topology
    workload: Workload
    services: tuple[WiredService, ...]
    ports: tuple[tuple[WiredPort, PodPort], ...]
    backends: tuple[WiredBackend, ...]
    direct: tuple[WiredListener, ...]
    through: tuple[WiredListener, ...]
    beside: tuple[WiredListener, ...]
    journeys: tuple[str, ...]
    hops: Mapping[Listener, tuple[Hop, ...]]
    claims: tuple[WiredClaim, ...]
    doors: tuple[int, ...]

    @cached_property
    def controller(self) -> str | None:
        """The ingress controller it is, if it is one."""
        return controller_of_workload(self.workload)

    @property
    def listeners(self) -> tuple[WiredListener, ...]:
        """Every listener that leads to it, by listen port."""
        found = {wired.listener: wired for wired in (*self.direct, *self.through)}
        return tuple(sorted(found.values(), key=_by_listen_port))

    @property
    def is_reached(self) -> bool:
        """Whether requests from outside the cluster reach it, or would if all were right."""
        return bool(
            self.backends
            or self.direct
            or any(service.service.has_node_ports for service in self.services)
            or any(wired.claim.declared for wired in self.claims)
        )

    @cached_property
    def reached(self) -> tuple[PodPort, ...]:
        """The ports of its pods that matter: those asked for and declared, else all declared, else all asked for."""
        asked = [pod for _, pod in self.ports]
        asked += [pod for wired in self.direct for pod in wired.pods if pod.workload is self.workload]
        numbered = {(pod.number, pod.protocol): pod for pod in asked if isinstance(pod.number, int)}
        promised = {key: pod for key, pod in numbered.items() if pod.declared}
        return tuple((promised or self._declared() or numbered).values())

    def _declared(self) -> dict[tuple[object, str], PodPort]:
        return {
            (port.container_port, port.protocol): pod_port(
                self.workload, port.container_port, port.protocol, self.topology.listening_of
            )
            for container in self.workload.pod.running_containers
            for port in container.ports
            if isinstance(port.container_port, int)
        }

    def probes(self, pod: PodPort) -> tuple[Probe, ...]:
        """The probes that ask a port, readiness first."""
        names = {pod.number, pod.declared.name if pod.declared else None} - {None}
        found = [
            probe
            for container in self.workload.pod.running_containers
            for probe in container.probes
            if probe.port in names
        ]
        return tuple(sorted(found, key=lambda probe: not probe.purpose.startswith("readiness")))

    def speaks(self, pod: PodPort) -> str | None:
        """What is spoken on a port: `http`, `tls`, None where nothing tells."""
        for socket in pod.sockets:
            if socket.speaks:
                return socket.speaks
        for wired, behind in self.ports:
            if behind.number == pod.number and (role := app_protocol(wired, self.controller).role):
                return role
        for probe in self.probes(pod):
            if probe.handler.value == "httpGet":
                return "tls" if probe.scheme == "HTTPS" else "http"
        return "http" if self.backends else None


def applications(topology: Topology) -> tuple[App, ...]:
    """Every workload that stays, controllers first, then by namespace and name."""
    ports: dict[Workload, list[tuple[WiredPort, PodPort]]] = {}
    for service in topology.services.services:
        for wired in service.ports:
            for pod in wired.endpoints:
                ports.setdefault(pod.workload, []).append((wired, pod))
    backends: dict[Service, list[WiredBackend]] = {}
    for backend in topology.backends:
        meant = [backend.service] if backend.service else list(backend.similar)
        for service in meant:
            backends.setdefault(service.service, []).append(backend)
    direct: dict[Workload, dict[Listener, WiredListener]] = {}
    for listener in topology.listeners:
        for pod in listener.pods:
            direct.setdefault(pod.workload, {})[listener.listener] = listener
    claims: dict[Workload, list[WiredClaim]] = {}
    for claim in topology.claims:
        claims.setdefault(claim.claim.workload, []).append(claim)
    by_balancer: dict[LoadBalancer, list[WiredListener]] = {}
    for listener in topology.listeners:
        by_balancer.setdefault(listener.balancer, []).append(listener)
    passages = _passages(topology)
    doors = _doors(topology)
    found = []
    for workload in topology.bundle.all(Workload):
        if workload.is_batch:
            continue
        services = topology.services.by_workload.get(workload, ())
        routed = [backend for service in services for backend in backends.get(service.service, ())]
        own = direct.get(workload, {})
        passed = {key: one for wired in routed for key, one in passages.listeners.get(wired.backend, {}).items()}
        names: dict[str, None] = {}
        for thing in (*(wired.backend for wired in routed), *own):
            names.update(dict.fromkeys(journey.name for journey in passages.journeys.get(thing, ())))
        balancers = dict.fromkeys(one.balancer for one in (*own.values(), *passed.values()))
        siblings = [one for balancer in balancers for one in by_balancer[balancer]]
        found.append(
            App(
                topology=topology,
                workload=workload,
                services=services,
                ports=tuple(ports.get(workload, ())),
                backends=tuple(routed),
                direct=tuple(own.values()),
                through=tuple(passed.values()),
                beside=tuple(one for one in siblings if one.listener not in own and one.listener not in passed),
                journeys=tuple(names),
                hops={key: passages.journeys[key][0].hops for key in (*own, *passed) if key in passages.journeys},
                claims=tuple(claims.get(workload, ())),
                doors=doors,
            )
        )
    return tuple(sorted(found, key=_order))


@dataclass(frozen=True, slots=True, eq=False)
class _Passages:
    """The listeners that journeys through a route's backend pass, and the journeys through either."""

    listeners: Mapping[Backend, Mapping[Listener, WiredListener]]
    journeys: Mapping[Hashable, Sequence[Journey]]


def _passages(topology: Topology) -> _Passages:
    """What every journey passes."""
    wired = {one.listener: one for one in topology.listeners}
    listeners: dict[Backend, dict[Listener, WiredListener]] = {}
    journeys: dict[Hashable, list[Journey]] = {}
    for journey in topology.journeys:
        declarations = dict.fromkeys(hop.thing for hop in journey.hops)
        passed = {thing: wired[thing] for thing in declarations if isinstance(thing, Listener)}
        for thing in declarations:
            if isinstance(thing, Backend):
                listeners.setdefault(thing, {}).update(passed)
            if isinstance(thing, Backend | Listener):
                journeys.setdefault(thing, []).append(journey)
    return _Passages(listeners, journeys)


def _doors(topology: Topology) -> tuple[int, ...]:
    """Where on a node an ingress controller speaks plain HTTP: its node ports, else what a balancer sends to."""
    ports = [
        port.port.node_port
        for wired in topology.services.services
        if (controller := controller_of_service(wired))
        for port in wired.ports
        if app_protocol(port, controller).role == "http"
    ]
    ports += [
        wired.listener.destination_port
        for wired in topology.listeners
        if wired.controller and wired.destination_kind is DestinationKind.HOST_PORT and wired.app_protocol.role != "tls"
    ]
    return tuple(dict.fromkeys(port for port in ports if isinstance(port, int)))


def _by_listen_port(wired: WiredListener) -> tuple[int, str]:
    port = wired.listener.listen_port
    return (port if isinstance(port, int) else 0, wired.balancer.name)


def _order(app: App) -> tuple[object, ...]:
    meta = app.workload.meta
    return (app.controller is None, meta.namespace or "", meta.name, meta.kind, meta.path)

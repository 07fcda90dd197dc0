"""The applications of a scope: workloads that requests from outside reach, with everything that leads to them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property

from msgspec import Struct

from kblint.model.balancer import Listener
from kblint.model.route import Backend
from kblint.model.service import Service, ServicePort
from kblint.model.workload import Probe, Workload
from kblint.register import Entry, PortKind
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.views.register import entries
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.clients.dns_names import name_uses
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from kblint.wire.listening.inside import METRICS, InsidePorts
from kblint.wire.nodes.claims import WiredClaim
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.controllers import app_protocol, controller_of_service, controller_of_workload
from kblint.wire.services.ports import PodPort, PortOfPods, WiredPort, WiredService, pod_port
from kblint.wire.topology import Topology

_JUDGED = frozenset({Stage.BALANCER, Stage.ROUTE, Stage.SERVICE, Stage.PROCESS})
_WORST = (HopVerdict.BROKEN, HopVerdict.UNKNOWN, HopVerdict.OK)


class App(Struct, frozen=True, eq=False, dict=True):
    """A workload with what leads to it.

    `ports` pairs each Service port with what it asks of this workload's pods. `direct` are the listeners that send to
    the workload itself, `through` those that send to the ingress controller which serves its routes, `beside` the
    other listeners of the same balancers, `ways` the journeys through any of these or to its pods, `hops` those of the
    first way through a listener. `askers` are the workloads that name its Services, `doors` the node ports or host
    ports where a controller of the scope speaks plain HTTP, `held` the ports of nodes that anything in the scope holds,
    by where that is written.
    """

    topology: Topology
    workload: Workload
    services: tuple[WiredService, ...]
    ports: tuple[tuple[WiredPort, PodPort], ...]
    backends: tuple[WiredBackend, ...]
    direct: tuple[WiredListener, ...]
    through: tuple[WiredListener, ...]
    beside: tuple[WiredListener, ...]
    ways: tuple[Journey, ...]
    askers: tuple[str, ...]
    hops: Mapping[Listener, tuple[Hop, ...]]
    claims: tuple[WiredClaim, ...]
    doors: tuple[int, ...]
    held: Mapping[Place, Entry]

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

    @property
    def is_listed(self) -> bool:
        """Whether the checklist is about it: it is reached, or must not be."""
        told = {self.inside(pod) for pod in self.reached} - {METRICS}
        return self.is_reached or bool(self.services and self.is_inside and told)

    @cached_property
    def is_inside(self) -> bool:
        """Whether all that its pods answer with is nothing for people outside."""
        return not self.backends and bool(self.reached) and all(map(self.inside, self.reached))

    def inside(self, pod: PodPort) -> str | None:
        """What answers on a port of its pods, if that is nothing for people outside."""
        return self._inside.program(pod.number)

    @cached_property
    def _inside(self) -> InsidePorts:
        return InsidePorts(self.workload)

    @cached_property
    def host_firewall(self) -> Mapping[PodPort, Hop]:
        """What the host firewall makes of its ports that are asked: of several ways, the worst."""
        ports = {pod.key: pod for pod in self.reached}
        seen: dict[PodPort, list[Hop]] = {}
        for journey in self.ways:
            firewall: Hop | None = None
            for hop in journey.hops:
                if hop.stage is Stage.HOST_FIREWALL:
                    firewall = hop
                elif hop.stage is Stage.PROCESS:
                    pod = ports.get(hop.thing) if isinstance(hop.thing, PortOfPods) else None
                    if firewall and pod:
                        seen.setdefault(pod, []).append(firewall)
                    firewall = None
        return {pod: min(hops, key=lambda hop: _WORST.index(hop.state)) for pod, hops in seen.items()}

    def doubt(self, thing: Hashable) -> Hop | None:
        """A hop at a listener, a backend, or the port of a Service or of pods, where nobody knows whether to go on."""
        return self._doubts.get(thing)

    @cached_property
    def _doubts(self) -> Mapping[Hashable, Hop]:
        doubts: dict[Hashable, Hop] = {}
        for hop in (hop for journey in self.ways for hop in journey.hops):
            if hop.state is HopVerdict.UNKNOWN and hop.stage in _JUDGED:
                doubts.setdefault(hop.thing, hop)
        return doubts

    def own_part(self, journey: Journey) -> tuple[Hop, ...]:
        """The hops of one of its ways up to its own process: what comes after is another application's."""
        inner = [index for index, hop in enumerate(journey.hops) if hop.thing in self._inner]
        # a redirect leads through listeners again
        outer = [index for index, hop in enumerate(journey.hops) if hop.thing in self._outer]
        last = inner[-1] if inner else outer[0] if outer else len(journey.hops)
        return journey.hops[: last + 2]

    @cached_property
    def _inner(self) -> frozenset[Hashable]:
        backends = (wired.backend for wired in self.backends)
        return frozenset((self.workload, *(wired.port for wired, _ in self.ports), *backends))

    @cached_property
    def _outer(self) -> frozenset[Hashable]:
        return frozenset(wired.listener for wired in self.direct)

    @cached_property
    def node_places(self) -> tuple[Place, ...]:
        """Where it says which ports of nodes it takes, and its Services which node ports."""
        places = [wired.claim.place for wired in self.claims]
        return tuple(dict.fromkeys([*places, *(wired.port.origin.place("nodePort") for wired, _ in self.ports)]))

    @cached_property
    def reached(self) -> tuple[PodPort, ...]:
        """The ports of its pods that matter: those asked for and declared, else all declared, else all asked for."""
        asked = [pod for _, pod in self.ports]
        asked += [pod for wired in self.direct for pod in wired.pods if pod.workload is self.workload]
        numbered = {(pod.number, pod.protocol): pod for pod in asked if isinstance(pod.number, int)}
        promised = {key: pod for key, pod in numbered.items() if pod.declared}
        return tuple((promised or self._declared() or numbered).values())

    def _declared(self) -> dict[tuple[object, str], PodPort]:
        listening_of = self.topology.listening_of
        return {
            (port.container_port, port.protocol): pod_port(
                self.workload, port.container_port, port.protocol, listening_of
            )
            for container in self.workload.pod.running_containers
            for port in container.ports
            if isinstance(port.container_port, int)
        }

    def probes(self, pod: PodPort) -> tuple[Probe, ...]:
        """The probes that ask a port, readiness first."""
        names = {pod.number, pod.declared.name if pod.declared else None} - {None}
        probes = (probe for container in self.workload.pod.running_containers for probe in container.probes)
        found = [probe for probe in probes if probe.port in names]
        return tuple(sorted(found, key=lambda probe: not probe.purpose.startswith("readiness")))

    @cached_property
    def _roles(self) -> Mapping[object, str]:
        """What its Services say is spoken, by the ports of its pods."""
        spoken = ((behind.number, app_protocol(wired, self.controller).role) for wired, behind in reversed(self.ports))
        return {number: role for number, role in spoken if role}

    def speaks(self, pod: PodPort) -> str | None:
        """What is spoken on a port: `http`, `tls`, None for anything else and where nothing tells."""
        for socket in pod.sockets:
            if socket.speaks:
                return socket.speaks if socket.speaks in ("http", "tls") else None
        if role := self._roles.get(pod.number):
            return role
        for probe in self.probes(pod):
            if probe.handler.value == "httpGet":
                return "tls" if probe.scheme == "HTTPS" else "http"
        return "http" if self.backends else None


def applications(topology: Topology) -> tuple[App, ...]:
    """Every workload that stays, controllers first, then by namespace and name."""
    wired_ports = [port for service in topology.services.services for port in service.ports]
    ports = grouped((pod.workload, (wired, pod)) for wired in wired_ports for pod in wired.endpoints)
    backends = grouped(
        (service.service, backend)
        for backend in topology.backends
        for service in ([backend.service] if backend.service else backend.similar)
    )
    listeners = {wired.listener: wired for wired in topology.listeners}
    direct = grouped((pod.workload, wired.listener) for wired in topology.listeners for pod in wired.pods)
    siblings = grouped((wired.balancer, wired.listener) for wired in topology.listeners)
    claims = grouped((wired.claim.workload, wired) for wired in topology.claims)
    journeys: Mapping[Hashable, tuple[Journey, ...]] = grouped(
        (thing, journey)
        for journey in topology.journeys
        for thing in dict.fromkeys(hop.thing for hop in journey.hops)
        if isinstance(thing, Backend | Listener | ServicePort | Workload)
    )
    askers = _askers(topology)
    doors = _doors(topology)
    kinds = (PortKind.NODE, PortKind.HOST)
    held = {entry.place: entry for entry in entries(topology) if entry.place and entry.kind in kinds}
    found = []
    for workload in topology.bundle.all(Workload):
        if workload.is_batch:
            continue
        services = topology.services.by_workload.get(workload, ())
        routed = [backend for service in services for backend in backends.get(service.service, ())]
        own = dict.fromkeys(direct.get(workload, ()))
        asked = dict.fromkeys(wired.backend for wired in routed)
        ways = [journey for backend in asked for journey in journeys.get(backend, ())]
        hops = (hop.thing for journey in ways for hop in journey.hops)
        passed = dict.fromkeys(thing for thing in hops if isinstance(thing, Listener))
        things = (*own, workload, *(wired.port for wired, _ in ports.get(workload, ())))
        ways += [journey for thing in things for journey in journeys.get(thing, ())]
        balancers = dict.fromkeys(listeners[one].balancer for one in (*own, *passed))
        beside = [one for balancer in balancers for one in siblings[balancer] if one not in own and one not in passed]
        found.append(
            App(
                topology=topology,
                workload=workload,
                services=services,
                ports=tuple(ports.get(workload, ())),
                backends=tuple(routed),
                direct=tuple(listeners[one] for one in own),
                through=tuple(listeners[one] for one in passed),
                beside=tuple(listeners[one] for one in beside),
                ways=tuple({id(journey): journey for journey in ways}.values()),
                askers=tuple(dict.fromkeys(name for one in services for name in askers.get(one.service, ()))),
                hops={one: journeys[one][0].hops for one in (*own, *passed) if one in journeys},
                claims=tuple(claims.get(workload, ())),
                doors=doors,
                held=held,
            )
        )
    return tuple(sorted(found, key=_order))


def _askers(topology: Topology) -> dict[Service, tuple[str, ...]]:
    """The workloads that name each Service in their commands, variables and configuration."""
    return grouped(
        (use.service.service, str(workload.meta))
        for workload in topology.bundle.all(Workload)
        for use in name_uses(workload, topology.services, topology.config_map_of)
        if use.service
    )


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

"""Everything wired: what the rules look at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, partial

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.policy import ConfigMap
from kblint.model.route import Route, RouteClass
from kblint.model.workload import Container, ContainerPort, Probe, Workload
from kblint.wire.balancers.cloud_manager import CloudManager, cloud_manager
from kblint.wire.balancers.destinations import Destinations
from kblint.wire.balancers.health import Checks
from kblint.wire.balancers.listeners import WiredListener, wire_balancers
from kblint.wire.balancers.proxy_protocol import proxy_protocol_links
from kblint.wire.balancers.tcp_services import StreamPort, stream_ports
from kblint.wire.faults.refusals import refusals
from kblint.wire.journeys.delivery import Network
from kblint.wire.journeys.gateways import gateways
from kblint.wire.journeys.journey import Cause, HopVerdict, Journey
from kblint.wire.journeys.ways_in import journeys
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.listening.container import listening
from kblint.wire.listening.mentions import mentions
from kblint.wire.listening.sockets import Listening
from kblint.wire.nodes.claims import NodePortClaim, WiredClaim, host_claims, node_port_claims, wire_claims
from kblint.wire.nodes.filtering import BlockedPort, filters
from kblint.wire.nodes.overlay import Overlay, overlay
from kblint.wire.nodes.resolve_environment import resolve_environment
from kblint.wire.policies.applied import wire_policies
from kblint.wire.references import WiredReference, wire_references
from kblint.wire.routes.backends import WiredBackend, wire_routes
from kblint.wire.routes.hosts import hosts_by_controller
from kblint.wire.routes.route_parents import WiredRoute, missing_grants, rivals, wire_attachments
from kblint.wire.services.entry_points import EntryPoints
from kblint.wire.services.index import ServiceIndex, wire_services
from kblint.wire.services.opened_ports import opened_ports
from kblint.wire.services.ports import ListeningOf, PodPort, WiredPort, pod_port
from kblint.wire.services.selection import PodIndex, same_namespace


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
    """A probe with what answers it."""

    workload: Workload
    container: Container
    probe: Probe
    pod: PodPort | None
    declared: ContainerPort | None


@dataclass(frozen=True, eq=False)
class Topology:
    """All links of one bundle."""

    bundle: Bundle
    environment: Environment
    pods: PodIndex
    services: ServiceIndex
    backends: tuple[WiredBackend, ...]
    listeners: tuple[WiredListener, ...]
    routes: tuple[WiredRoute, ...]
    ungranted: frozenset[int]
    rivals: Mapping[int, WiredBackend]
    references: tuple[WiredReference, ...]
    stream_ports: tuple[StreamPort, ...]
    claims: tuple[WiredClaim, ...]
    node_ports: tuple[NodePortClaim, ...]
    network: Network
    journeys: tuple[Journey, ...]
    listening_of: ListeningOf
    config_map_of: Callable[[str | None, str], ConfigMap | None]
    cloud_manager: CloudManager | None

    @property
    def overlay(self) -> Overlay:
        """Whether pods of different nodes reach each other."""
        return self.network.overlay

    def has_to_do_with(self, workload: Workload, number: int) -> bool:
        """Whether a serving container's command, environment or configuration names a port."""
        find = partial(self.config_map_of, workload.meta.namespace)
        return any(mentions(workload.pod, container, number, find) for container in workload.pod.running_containers)

    @cached_property
    def workload_namespaces(self) -> frozenset[str | None]:
        """The namespaces that hold workloads."""
        return frozenset(workload.meta.namespace for workload in self.bundle.all(Workload))

    @cached_property
    def broken(self) -> dict[Cause, tuple[Journey, ...]]:
        """The journeys that each cause breaks, in their order."""
        found: dict[Cause, dict[int, Journey]] = {}
        for journey in self.journeys:
            for hop in journey.hops:
                if hop.state is HopVerdict.BROKEN and hop.cause:
                    found.setdefault(hop.cause, {})[id(journey)] = journey
        return {cause: tuple(wiring.values()) for cause, wiring in found.items()}

    @cached_property
    def blocked_ports(self) -> tuple[BlockedPort, ...]:
        """What journeys need open in a firewall and is closed, in the order of the journeys."""
        found = {
            hop.cause.key: None
            for journey in self.journeys
            for hop in journey.hops
            if hop.cause and isinstance(hop.cause.key, BlockedPort)
        }
        return tuple(key for key in found if isinstance(key, BlockedPort))

    @cached_property
    def outcomes(self) -> dict[Cause, tuple[str, ...]]:
        """What people see for each cause, were it the only one."""
        found: dict[Cause, dict[str, None]] = {}
        for journey in self.journeys:
            for hop in journey.hops:
                if hop.state is HopVerdict.BROKEN and hop.cause:
                    found.setdefault(hop.cause, {})[hop.outcome.value] = None
        return {cause: tuple(values) for cause, values in found.items()}

    @cached_property
    def causes_by_key(self) -> dict[Hashable, tuple[Cause, ...]]:
        """The causes at each thing."""
        found: dict[Hashable, list[Cause]] = {}
        for cause in self.broken:
            found.setdefault(cause.key, []).append(cause)
        return {key: tuple(causes) for key, causes in found.items()}

    @cached_property
    def named_ports(self) -> tuple[NamedPort, ...]:
        """Every port of every pod that is declared or asked for by a Service, once each."""
        asked: dict[int, dict[tuple[int, str], list[WiredPort]]] = {}
        for service in self.services.services:
            for port in service.ports:
                for pod in port.endpoints:
                    if isinstance(pod.number, int):
                        of_workload = asked.setdefault(id(pod.workload), {})
                        of_workload.setdefault((pod.number, pod.protocol), []).append(port)
        return tuple(
            named
            for workload in self.bundle.all(Workload)
            for named in self._named(workload, asked.get(id(workload), {}))
        )

    def _named(self, workload: Workload, asked: dict[tuple[int, str], list[WiredPort]]) -> list[NamedPort]:
        found: list[NamedPort] = []
        seen: set[tuple[int, str]] = set()
        for container in workload.pod.running_containers:
            for declared in container.ports:
                if not isinstance(declared.container_port, int):
                    continue
                key = (declared.container_port, declared.protocol)
                pod = pod_port(workload, declared.container_port, declared.protocol, self.listening_of)
                services = asked.get(key, []) if key not in seen else []
                seen.add(key)
                found.append(
                    NamedPort(workload, container, declared, pod, tuple(services), _probes(container, declared))
                )
        for (number, protocol), ports in asked.items():
            if (number, protocol) not in seen:
                pod = pod_port(workload, number, protocol, self.listening_of)
                found.append(NamedPort(workload, pod.holder, None, pod, tuple(ports), ()))
        return found

    @cached_property
    def probes(self) -> tuple[WiredProbe, ...]:
        """Every probe that asks a port."""
        return tuple(
            self._probe(workload, container, probe)
            for workload in self.bundle.all(Workload)
            for container in workload.pod.running_containers
            for probe in container.probes
            if probe.port is not None
        )

    def _probe(self, workload: Workload, container: Container, probe: Probe) -> WiredProbe:
        protocol = "TCP"
        declared = next(
            (
                port
                for port in container.ports
                if probe.port in (port.name, port.container_port) and port.protocol == protocol
            ),
            None,
        )
        asked = declared.container_port if declared else probe.port
        pod = pod_port(workload, asked, protocol, self.listening_of) if isinstance(asked, int) else None
        return WiredProbe(workload, container, probe, pod, declared)


def _probes(container: Container, declared: ContainerPort) -> tuple[Probe, ...]:
    return tuple(
        probe
        for probe in container.probes
        if probe.port is not None and probe.port in (declared.name, declared.container_port)
    )


def wire(bundle: Bundle, environment: Environment, other_services: frozenset[tuple[str | None, str]]) -> Topology:
    """Join everything in a bundle. About linear in the number of things.

    `other_services` are the namespaces and names of the Services in the other scopes of the input.
    """
    environment = resolve_environment(environment, bundle)

    def elsewhere(kind: str, namespace: str | None, name: str) -> bool:
        if kind == "Service" and any((space, name) in other_services for space in (namespace, None)):
            return True
        return any(
            one.kind == kind and fnmatchcase(name, one.name) and one.namespace in (None, namespace)
            for one in environment.elsewhere
        )

    config_map_of = _config_maps(bundle)
    listening_of = _listening(bundle, config_map_of)
    pods = PodIndex(bundle.all(Workload))
    services = wire_services(bundle, pods, listening_of)
    backends = wire_routes(bundle, services, elsewhere)
    claims = host_claims(bundle, listening_of)
    manager = cloud_manager(bundle, config_map_of)
    opened = opened_ports(bundle, environment, services)
    destinations = Destinations(services, claims, listening_of, EntryPoints(bundle), opened, environment)
    hosts = hosts_by_controller(bundle.all(Route), bundle.all(RouteClass))
    checks = Checks(destinations, hosts, manager, environment)
    listeners = wire_balancers(bundle, destinations, checks, proxy_protocol_links(bundle, config_map_of, manager))
    claimed = wire_claims(claims, services, environment)
    firewalls = filters(bundle)
    network = Network(
        overlay=overlay(bundle, environment, firewalls),
        filters=firewalls,
        policies=wire_policies(bundle, environment, pods),
        refusals=refusals(bundle, services, claimed, environment, listening_of),
        nodes=environment.nodes,
    )
    routes = wire_attachments(bundle)
    problems = {id(one.route): one.class_problem for one in routes if one.class_problem}
    classes = bundle.all(RouteClass)
    hung, ungranted = gateways(routes, classes), missing_grants(bundle, backends)
    wiring = Wiring(services, listeners, backends, classes, network, config_map_of, hung, ungranted, problems)
    return Topology(
        bundle=bundle,
        environment=environment,
        pods=pods,
        services=services,
        backends=backends,
        routes=routes,
        ungranted=ungranted,
        rivals=rivals(backends),
        references=wire_references(bundle, pods, services, elsewhere),
        listeners=listeners,
        stream_ports=stream_ports(bundle, services, listeners, elsewhere),
        claims=claimed,
        node_ports=node_port_claims(services),
        network=network,
        journeys=journeys(wiring),
        listening_of=listening_of,
        config_map_of=config_map_of,
        cloud_manager=manager,
    )


def _listening(bundle: Bundle, config_map_of: Callable[[str | None, str], ConfigMap | None]) -> ListeningOf:
    """What each container listens on, worked out once."""
    pictures: dict[int, Listening] = {}
    for workload in bundle.all(Workload):
        find = partial(config_map_of, workload.meta.namespace)
        for container in workload.pod.containers:
            pictures[id(container)] = listening(workload.pod, container, find)

    def listening_of(container: Container) -> Listening:
        return pictures[id(container)]

    return listening_of


def _config_maps(bundle: Bundle) -> Callable[[str | None, str], ConfigMap | None]:
    by_name: dict[str, list[ConfigMap]] = {}
    for one in bundle.all(ConfigMap):
        by_name.setdefault(one.meta.name, []).append(one)

    def find(namespace: str | None, name: str) -> ConfigMap | None:
        return next((one for one in by_name.get(name, ()) if same_namespace(namespace, one.meta.namespace)), None)

    return find

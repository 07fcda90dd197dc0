"""Everything wired: what the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, partial

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.policy import ConfigMap
from kblint.model.route import Route, RouteClass
from kblint.model.workload import Container, Workload
from kblint.wire.balancers.cloud_manager import CloudManager, cloud_manager
from kblint.wire.balancers.destinations import Destinations
from kblint.wire.balancers.health import Checks
from kblint.wire.balancers.listeners import WiredListener, wire_balancers
from kblint.wire.balancers.proxy_protocol import proxy_protocol_links
from kblint.wire.balancers.tcp_services import StreamPort, stream_ports
from kblint.wire.faults.find import Refused, Wired, find_faults
from kblint.wire.journeys.by_fault import ByFault, by_fault
from kblint.wire.journeys.delivery import Network
from kblint.wire.journeys.gateways import gateways
from kblint.wire.journeys.journey import Journey
from kblint.wire.journeys.ways_in import journeys
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.listening.container import listening
from kblint.wire.listening.mentions import mentions
from kblint.wire.listening.sockets import Listening
from kblint.wire.nodes.claims import WiredClaim, host_claims, wire_claims
from kblint.wire.nodes.filtering import filters
from kblint.wire.nodes.overlay import Overlay, overlay
from kblint.wire.nodes.resolve_environment import resolve_environment
from kblint.wire.policies.applied import wire_policies
from kblint.wire.references import WiredReference, wire_references
from kblint.wire.routes.backends import Elsewhere, WiredBackend, wire_routes
from kblint.wire.routes.hosts import hosts_by_controller
from kblint.wire.routes.route_parents import WiredRoute, wire_attachments, with_grants_and_conflicts
from kblint.wire.services.controller_settings import ConfigMapOf
from kblint.wire.services.controllers import controller_of_workload
from kblint.wire.services.entry_points import EntryPoints
from kblint.wire.services.index import ServiceIndex, wire_services
from kblint.wire.services.opened_ports import opened_ports
from kblint.wire.services.pod_ports import NamedPort, WiredProbe, named_ports, wire_probes
from kblint.wire.services.ports import ListeningOf
from kblint.wire.services.selection import PodIndex, same_namespace


@dataclass(frozen=True, slots=True, eq=False)
class Lookups:
    """What answers questions about single things of a bundle."""

    pods: PodIndex
    listening_of: ListeningOf
    config_map_of: ConfigMapOf
    elsewhere: Elsewhere
    cloud_manager: CloudManager | None


@dataclass(frozen=True, eq=False)
class Topology:
    """All links of one bundle, what is wrong with them, and every way in."""

    bundle: Bundle
    environment: Environment
    services: ServiceIndex
    backends: tuple[WiredBackend, ...]
    routes: tuple[WiredRoute, ...]
    listeners: tuple[WiredListener, ...]
    claims: tuple[WiredClaim, ...]
    network: Network
    journeys: tuple[Journey, ...]
    lookups: Lookups

    @property
    def listening_of(self) -> ListeningOf:
        """What a container listens on."""
        return self.lookups.listening_of

    @property
    def config_map_of(self) -> ConfigMapOf:
        """The ConfigMap of a namespace and a name."""
        return self.lookups.config_map_of

    @property
    def cloud_manager(self) -> CloudManager | None:
        """The cloud controller manager, if it is in the input."""
        return self.lookups.cloud_manager

    @property
    def overlay(self) -> Overlay:
        """Whether pods of different nodes reach each other."""
        return self.network.overlay

    @cached_property
    def references(self) -> tuple[WiredReference, ...]:
        """What other objects refer to."""
        return wire_references(self.bundle, self.lookups.pods, self.services, self.lookups.elsewhere)

    @cached_property
    def stream_ports(self) -> tuple[StreamPort, ...]:
        """Ports that an ingress controller passes on without looking into what comes."""
        return stream_ports(self.bundle, self.services, self.listeners, self.lookups.elsewhere)

    @cached_property
    def probes(self) -> tuple[WiredProbe, ...]:
        """Every probe that asks a port."""
        return wire_probes(self.bundle.all(Workload), self.listening_of)

    def has_to_do_with(self, workload: Workload, number: int) -> bool:
        """Whether a serving container's command, environment or configuration names a port."""
        find = partial(self.config_map_of, workload.meta.namespace)
        return any(mentions(workload.pod, container, number, find) for container in workload.pod.running_containers)

    @cached_property
    def workload_namespaces(self) -> frozenset[str | None]:
        """The namespaces that hold workloads."""
        return frozenset(workload.meta.namespace for workload in self.bundle.all(Workload))

    @cached_property
    def by_fault(self) -> ByFault:
        """What journeys say of each fault."""
        return by_fault(self.journeys)

    @cached_property
    def named_ports(self) -> tuple[NamedPort, ...]:
        """Every port of every pod that is declared or asked for by a Service, once each."""
        return named_ports(self.bundle, self.services, self.listening_of)


def wire(
    bundle: Bundle,
    environment: Environment,
    other_services: frozenset[tuple[str | None, str]],
    refused: Refused,
) -> Topology:
    """Join everything in a bundle. About linear in the number of things.

    `other_services` are the namespaces and names of the Services in the other scopes of the input, `refused` what the
    API server is known to refuse before anything is wired.
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
    backends = with_grants_and_conflicts(bundle, wire_routes(bundle, services, elsewhere))
    claims = host_claims(bundle, listening_of)
    manager = cloud_manager(bundle, config_map_of)
    opened = opened_ports(bundle, environment, services)
    destinations = Destinations(services, claims, listening_of, EntryPoints(bundle), opened, environment)
    hosts = hosts_by_controller(bundle.all(Route), bundle.all(RouteClass))
    checks = Checks(destinations, hosts, manager, environment)
    listeners = wire_balancers(
        bundle, destinations, checks, proxy_protocol_links(bundle, config_map_of, manager, services)
    )
    claimed = wire_claims(claims, services, environment)
    routes, classes = wire_attachments(bundle), bundle.all(RouteClass)
    probes = wire_probes(bundle.all(Workload), listening_of)
    wired = Wired(bundle, environment, services, backends, routes, listeners, claimed, probes, listening_of)
    firewalls = filters(bundle)
    network = Network(
        overlay=overlay(bundle, environment, firewalls),
        filters=firewalls,
        policies=wire_policies(bundle, environment, pods),
        faults=find_faults(wired, refused),
    )
    own = frozenset({"traefik"} if environment.has_own_traefik or opened.has_traefik else ())
    here = {name for one in bundle.all(Workload) if (name := controller_of_workload(one))}
    wiring = Wiring(
        services, listeners, backends, classes, network, config_map_of, gateways(routes, classes), own | here, own
    )
    return Topology(
        bundle=bundle,
        environment=environment,
        services=services,
        backends=backends,
        routes=routes,
        listeners=listeners,
        claims=claimed,
        network=network,
        journeys=journeys(wiring),
        lookups=Lookups(pods, listening_of, config_map_of, elsewhere, manager),
    )


def _listening(bundle: Bundle, config_map_of: ConfigMapOf) -> ListeningOf:
    """What each container listens on, worked out once."""
    pictures: dict[Container, Listening] = {}
    for workload in bundle.all(Workload):
        find = partial(config_map_of, workload.meta.namespace)
        for container in workload.pod.containers:
            pictures[container] = listening(workload.pod, container, find)

    def listening_of(container: Container) -> Listening:
        return pictures[container]

    return listening_of


def _config_maps(bundle: Bundle) -> ConfigMapOf:
    by_name: dict[str, list[ConfigMap]] = {}
    for one in bundle.all(ConfigMap):
        by_name.setdefault(one.meta.name, []).append(one)

    def find(namespace: str | None, name: str) -> ConfigMap | None:
        return next((one for one in by_name.get(name, ()) if same_namespace(namespace, one.meta.namespace)), None)

    return find

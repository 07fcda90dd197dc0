"""Everything wired: what the rules look at."""

from __future__ import annotations

from collections.abc import Container
from fnmatch import fnmatchcase
from functools import cached_property, partial
from itertools import chain

from msgspec import Struct, field

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.policy import ConfigMap, NetworkPolicy
from kblint.model.release import ChartRelease
from kblint.model.route import Route, RouteClass
from kblint.model.service import Service
from kblint.model.workload import VolumeClaim, Workload
from kblint.source.grouping import grouped
from kblint.source.stream import SyntaxFault
from kblint.wire.balancers.cloud_manager import CloudManagers, cloud_managers
from kblint.wire.balancers.destinations import Destinations
from kblint.wire.balancers.listeners import Surroundings, wire_balancers
from kblint.wire.balancers.ownership import ownership
from kblint.wire.balancers.service_balancers import (
    Ports,
    ServiceBalancer,
    balancer_maker,
    port_conflicts,
    service_balancers,
)
from kblint.wire.balancers.stream_entries import stream_entries
from kblint.wire.balancers.targets import target_conflicts
from kblint.wire.balancers.tcp_services import StreamPort, stream_ports
from kblint.wire.clients.calls import Tellings, wire_calls
from kblint.wire.clients.dns_names import NameUse, name_uses
from kblint.wire.clients.names import Cluster
from kblint.wire.clients.secret_settings import secrets_of
from kblint.wire.clients.unexpanded import client_conflicts
from kblint.wire.conflict import Conflict
from kblint.wire.faults.index import Refused, Rejections, Wired, find_faults, surely_absent
from kblint.wire.journeys.calls import beyond, call_journeys
from kblint.wire.journeys.chart_ways import through_charts
from kblint.wire.journeys.delivery import Network
from kblint.wire.journeys.gateway_entrance import gateway_entrances
from kblint.wire.journeys.gateways import gateways
from kblint.wire.journeys.journey import ByFault, Journey, by_fault
from kblint.wire.journeys.onward import follow_redirects
from kblint.wire.journeys.ways_in import journeys
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.listening.container import Heard
from kblint.wire.listening.files import mentions
from kblint.wire.named import named_conflicts
from kblint.wire.nodes.api_servers import api_servers
from kblint.wire.nodes.claims import host_claims, wire_claims
from kblint.wire.nodes.filtering import filters
from kblint.wire.nodes.host_ports import unmapped_host_ports
from kblint.wire.nodes.k3s import k3s_conflicts
from kblint.wire.nodes.overlay import Overlay, overlay
from kblint.wire.nodes.resolve_environment import resolve_environment
from kblint.wire.nodes.signs import has_tunnel, is_only_node
from kblint.wire.policies.between import Parted
from kblint.wire.policies.blocks import PolicyBlock, policy_blocks
from kblint.wire.policies.egress import egress_mistakes
from kblint.wire.policies.resting import wire_policies
from kblint.wire.references import WiredReference, wire_references
from kblint.wire.routes.backends import Around, wire_routes
from kblint.wire.routes.certificates import certificates
from kblint.wire.routes.hosts import Takers, hosts_by_controller
from kblint.wire.routes.issuers import issuer_conflicts
from kblint.wire.routes.middlewares import middleware_conflicts
from kblint.wire.routes.not_taken import not_taken
from kblint.wire.routes.route_parents import wire_attachments
from kblint.wire.routes.solvers import solver_conflicts
from kblint.wire.services.absence import Elsewhere, absence
from kblint.wire.services.controllers import ConfigMapOf, controller_of_workload
from kblint.wire.services.index import wire_services
from kblint.wire.services.makers import Makers, Outside
from kblint.wire.services.meshes import behind_sidecar, meshed
from kblint.wire.services.pod_ports import NamedPort, named_ports, wire_probes
from kblint.wire.services.ports import Answers, ListeningOf
from kblint.wire.services.scaling import Scaled
from kblint.wire.services.selection import PodIndex, same_namespace
from kblint.wire.services.service_lb import has_server, opened_ports, own_class
from kblint.wire.services.stray import stray_endpoints


class Topology(Wired, frozen=True, eq=False, dict=True):
    """All links of one bundle, what is wrong with them, every way in and every call inside."""

    network: Network
    journeys: tuple[Journey, ...]
    calls: tuple[Journey, ...]
    pods: PodIndex
    config_map_of: ConfigMapOf
    elsewhere: Elsewhere
    managers: CloudManagers
    service_balancers: tuple[ServiceBalancer, ...]
    makers: Makers
    cuts: tuple[SyntaxFault, ...]

    @property
    def overlay(self) -> Overlay:
        """Whether pods of different nodes reach each other."""
        return self.network.overlay

    @cached_property
    def references(self) -> tuple[WiredReference, ...]:
        """What other objects refer to."""
        return wire_references(self.bundle, self.pods, self.services, self.elsewhere, self.absent)

    @cached_property
    def policy_blocks(self) -> tuple[PolicyBlock, ...]:
        """What network policies keep from Services, and from whom."""
        # a container that is known to ask there tells more of it
        met = (hop.fault.other for journey in self.calls for hop in journey.hops if hop.fault)
        called = {other.mistaken for other in met if isinstance(other, Parted)}
        found = egress_mistakes(self.bundle.all(NetworkPolicy), self.pods, self.services)
        mistakes = [one for one in found if one.entry not in called]
        return tuple(policy_blocks(self.services, self.network.policies, mistakes))

    @cached_property
    def stream_ports(self) -> tuple[StreamPort, ...]:
        """Ports that an ingress controller passes on without looking into what comes."""
        return stream_ports(self.bundle, self.services, self.listeners, self.elsewhere)

    def has_to_do_with(self, workload: Workload, number: int) -> bool:
        """Whether a serving container's command, environment or configuration names a port."""
        find = partial(self.config_map_of, workload.meta.namespace)
        return any(mentions(workload.pod, container, number, find) for container in workload.pod.running_containers)

    @cached_property
    def by_fault(self) -> ByFault:
        """What journeys say of each fault."""
        return by_fault((*self.journeys, *self.calls))

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What does not go together: what stops journeys first."""
        broken = (at.fault.other for found in self.by_fault.at.values() for at in found.values())
        on_ways = (one for one in broken if isinstance(one, Conflict))
        return tuple(dict.fromkeys((*self.declared_conflicts, *on_ways)))

    @cached_property
    def named_ports(self) -> tuple[NamedPort, ...]:
        """Every port of every pod that is declared or asked for by a Service, once each."""
        return named_ports(self.bundle, self.services, self.listening_of)

    @cached_property
    def name_uses(self) -> dict[Service, tuple[NameUse, ...]]:
        """Who asks for which Service by name."""
        every = (name_uses(one, self.services, self.config_map_of) for one in self.bundle.all(Workload))
        return grouped((use.service.service, use) for use in chain.from_iterable(every) if use.service)

    @cached_property
    def balanced_host_ports(self) -> dict[Workload, tuple[int, ...]]:
        """The host ports that a load balancer sends to directly, each once."""
        pods = (pod for wired in self.listeners if wired.port is None for pod in wired.pods)
        return grouped(dict.fromkeys((pod.workload, pod.number) for pod in pods if isinstance(pod.number, int)))

    @cached_property
    def claims_by_name(self) -> dict[str, tuple[VolumeClaim, ...]]:
        """Volume claims by their names, in any namespace."""
        return grouped((claim.meta.name, claim) for claim in self.bundle.all(VolumeClaim))


class Alike(Struct, frozen=True):
    """What is the same in all scopes of one input, or in most: worked out once."""

    heard: Heard = field(default_factory=Heard)
    answers: Answers = field(default_factory=Answers)
    rejections: Rejections = field(default_factory=Rejections)
    tellings: Tellings = field(default_factory=Tellings)


def wire(bundle: Bundle, environment: Environment, outside: Outside, refused: Refused, alike: Alike) -> Topology:
    """Join everything in a bundle. About linear in the number of things.

    `outside` is what the whole input tells of, `refused` what the API server is known to refuse before anything is
    wired; `alike` is shared by the scopes of one input.
    """
    environment = resolve_environment(environment, bundle)

    def elsewhere(kind: str, namespace: str | None, name: str) -> bool:
        if kind == "Service" and any((space, name) in outside.services for space in (namespace, None)):
            return True
        # K3s's Traefik brings its class, which no file shows
        if (kind, name) == ("IngressClass", "traefik") and "traefik" not in environment.disabled:
            return environment.is_k3s or environment.has_own_traefik
        return any(
            one.kind == kind and fnmatchcase(name, one.name) and one.namespace in (None, namespace)
            for one in environment.elsewhere
        )

    absent = absence(bundle, elsewhere, outside.makers, is_closed=environment.is_closed)
    config_map_of = _config_maps(bundle)
    in_mesh, pods = meshed(bundle), PodIndex(bundle.all(Workload), outside.makers.may_label)
    listening_of = _listening(bundle, config_map_of, alike, in_mesh)
    services = wire_services(bundle, pods, outside.together, listening_of)
    not_there = surely_absent(bundle, refused, alike.rejections)
    claims = host_claims(bundle, listening_of)
    managers = cloud_managers(bundle, config_map_of, outside)
    opened, charts = opened_ports(bundle, environment, services), {one.place: one for one in bundle.all(ChartRelease)}
    own = frozenset({"traefik"} if environment.has_own_traefik or opened.has_traefik else ())
    here = own | {name for one in bundle.all(Workload) if (name := controller_of_workload(one))}
    classes = bundle.all(RouteClass)
    takers = Takers(classes, here, own)
    routes = wire_attachments(bundle, absent, own_class(bundle, environment), outside.makers)
    backends = wire_routes(bundle, Around(services, elsewhere, outside.makers, outside.together, takers, not_there))
    servers = api_servers(bundle)
    nodes = Destinations(services, claims, not_there, listening_of, charts, opened, environment, servers)
    streams, hosts = stream_entries(bundle, services), hosts_by_controller(bundle.all(Route), classes)
    around = Surroundings(nodes, hosts, charts, streams, config_map_of, managers, environment)
    listeners = wire_balancers(bundle, around)
    own_balancers = service_balancers(bundle, environment, managers, Ports(services, listeners, claims, not_there))
    claimed = wire_claims(claims, services, environment, not_there)
    probes = wire_probes(bundle.all(Workload), services, listening_of)
    cluster = Cluster(bundle, services, outside, config_map_of, secrets_of(bundle), listening_of, elsewhere)
    called = wire_calls(cluster, alike.tellings)
    conflicts = (
        *ownership(bundle, environment, managers),
        *target_conflicts(bundle, managers),
        *k3s_conflicts(bundle, environment),
        *unmapped_host_ports(bundle, claims),
        *port_conflicts(own_balancers),
        *middleware_conflicts(bundle, takers),
        *not_taken(bundle, takers, is_k3s_own=own_class(bundle, environment) is not None),
        *issuer_conflicts(bundle, absent),
        *named_conflicts(bundle, takers),
        *client_conflicts(cluster),
        *stray_endpoints(bundle, services),
        *solver_conflicts(bundle, takers, has_more=bool(outside.makers.by_namespace)),
    )
    joined = (
        bundle,
        environment,
        services,
        backends,
        routes,
        listeners,
        claimed,
        probes,
        listening_of,
        absent,
        called, conflicts,
    )  # fmt: skip
    firewalls, scaled = filters(bundle), Scaled(bundle)
    network = Network(
        overlay=overlay(bundle, environment, firewalls),
        filters=firewalls,
        policies=wire_policies(bundle, environment, pods, frozenset(in_mesh)),
        meshed=in_mesh,
        makers=outside.makers,
        scaled=scaled,
        faults=find_faults(Wired(*joined), refused, alike.rejections, scaled),
    )
    wiring = Wiring(
        services=services,
        nodes=nodes,
        listeners=listeners,
        service_balancers=own_balancers,
        backends=backends,
        takers=takers,
        certificates=certificates(bundle, takers),
        network=network,
        config_map_of=config_map_of,
        gateways=gateways(routes, classes, network.faults),
        gateway_entrances=gateway_entrances(bundle, *balancer_maker(bundle, environment, managers)),
        node_port_range=environment.node_port_range,
        managers=managers,
        has_controllers_here="traefik" in environment.disabled and bool(here) and has_server(bundle),
        chart_ways=tuple(through_charts(bundle)),
        is_without_service_lb="servicelb" in environment.disabled,
        api_servers=servers,
        is_entered_at_node=not listeners and is_only_node(bundle, environment) and not has_tunnel(bundle),
    )
    ways, inside = follow_redirects(beyond(journeys(wiring), called, network)), call_journeys(called, network)
    rest = (pods, config_map_of, elsewhere, managers, own_balancers, outside.makers, (*alike.tellings.shared.cuts,))
    return Topology(*joined, network, ways, inside, *rest)


def _listening(bundle: Bundle, config_map_of: ConfigMapOf, alike: Alike, in_mesh: Container[Workload]) -> ListeningOf:
    """What each container listens on, worked out once."""
    found = {}
    for workload in bundle.all(Workload):
        find = partial(config_map_of, workload.meta.namespace)
        for container in workload.pod.containers:
            listening = alike.heard.listening(workload.pod, container, find)
            found[container] = behind_sidecar(listening) if workload in in_mesh else listening
    return ListeningOf(found, alike.answers)


def _config_maps(bundle: Bundle) -> ConfigMapOf:
    by_name = grouped((one.meta.name, one) for one in bundle.all(ConfigMap))

    def find(namespace: str | None, name: str) -> ConfigMap | None:
        return next((one for one in by_name.get(name, ()) if same_namespace(namespace, one.meta.namespace)), None)

    return find

"""All verdicts of one scope, each made once, by the thing each is on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.balancer import BalancerAnnotation, LoadBalancer
from kblint.model.bundle import Bundle, Declaration, meta_of
from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.environment import Environment
from kblint.model.meta import Meta
from kblint.model.policy import Namespace
from kblint.model.route import Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.node_ports import LocalTrafficGap, local_gaps
from kblint.wire.clients.calls import Call
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty
from kblint.wire.faults.backend import backend_faults, route_faults
from kblint.wire.faults.call import call_faults
from kblint.wire.faults.conflicts import conflict_faults
from kblint.wire.faults.fault import Fault, Kind, in_general
from kblint.wire.faults.gateway import closed_listeners
from kblint.wire.faults.listener import balancer_faults, listener_faults
from kblint.wire.faults.pod_security import not_admitted
from kblint.wire.faults.rejected import rejected_service, rejected_services
from kblint.wire.faults.rejected_pods import rejected_workload
from kblint.wire.faults.service import local_traffic_fault, port_faults, service_faults
from kblint.wire.faults.unconfigured import known_settings, unconfigured
from kblint.wire.faults.unready import (
    colliding,
    crashing,
    failing_probe,
    host_port_conflicts,
    misspoken_probe,
    service_links,
    unbound,
    without_pods,
)
from kblint.wire.nodes.claims import WiredClaim, lowers_port_start
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.route_parents import WiredRoute
from kblint.wire.services.absence import Absent
from kblint.wire.services.entry_points import entry_ports
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.pod_ports import WiredProbe
from kblint.wire.services.ports import ListeningOf
from kblint.wire.services.scaling import Scaled
from kblint.wire.services.service_lb import own_class

Owner = LoadBalancer | Route | Service | Workload
"""An object that the API refuses as a whole, or that serves as a whole or not at all."""

Refused = Mapping[Declaration, tuple[Fault, ...]]
"""What the API server refuses for its schema or its version, known before anything is wired."""

Other = TypeVar("Other")
_FORM = (Kind.SCHEMA, Kind.INVALID_VALUE, Kind.API_VERSION)


class Faults(Struct, frozen=True, eq=False):
    """All verdicts that do not depend on the way a request comes.

    `stopping` holds for a whole object what keeps it from serving, `noted` what may; also what keeps a route from it,
    whose Service and pods are there to see all the same.
    """

    by_thing: Mapping[Hashable, tuple[Fault, ...]]
    stopping: Mapping[Owner, Fault]
    noted: Mapping[Owner, Fault]

    @property
    def refused(self) -> Iterator[tuple[Meta, Fault]]:
        """What the API refuses for its schema or its version."""
        for owner in dict.fromkeys((*self.stopping, *self.noted)):
            found = (fault for fault in self.of(owner) if fault.kind in _FORM)
            yield from ((owner.meta, fault) for fault in found if owner.meta)

    def of(self, thing: Hashable) -> tuple[Fault, ...]:
        """What is wrong with a thing, the first being what people meet first."""
        return self.by_thing.get(thing, ())

    def first(self, thing: Hashable, *kinds: Kind) -> Fault | None:
        """The first fault of a thing, of one of `kinds` where some are named."""
        return next((fault for fault in self.of(thing) if not kinds or fault.kind in kinds), None)

    def other(self, thing: Hashable, kind: Kind, of: type[Other]) -> Other | None:
        """What the first fault of a kind conflicts with, or what was meant, if that is one `of` this type."""
        fault = self.first(thing, kind)
        return fault.other if fault and isinstance(fault.other, of) else None


class Wired(Struct, frozen=True, eq=False):
    """What is joined in a scope, and faults are found in.

    `probes` are those that ask a port, `called` what containers ask inside the cluster.
    """

    bundle: Bundle
    environment: Environment
    services: ServiceIndex
    backends: tuple[WiredBackend, ...]
    routes: tuple[WiredRoute, ...]
    listeners: tuple[WiredListener, ...]
    claims: tuple[WiredClaim, ...]
    probes: tuple[WiredProbe, ...]
    listening_of: ListeningOf
    absent: Absent
    called: tuple[Call, ...]
    declared_conflicts: tuple[Conflict, ...]
    """What does not go together, whichever way requests come."""


class Rejections(Struct, frozen=True):
    """What the API refuses objects for, whatever stands beside them: worked out once for all scopes."""

    _known: dict[Service | Workload, tuple[Fault, ...]] = field(default_factory=dict)

    def of(self, thing: Service | Workload) -> tuple[Fault, ...]:
        """Every such reason: of a workload, also those for which its pods are refused."""
        if thing not in self._known:
            found = rejected_service(thing) if isinstance(thing, Service) else rejected_workload(thing)
            self._known[thing] = tuple(found)
        return self._known[thing]


def surely_absent(bundle: Bundle, refused: Refused, rejections: Rejections) -> frozenset[Declaration]:
    """What the API refuses, whatever stands beside it, and workloads whose pods it refuses: they take nothing."""
    namespaces, changed = _namespaces(bundle), _changed_elsewhere(bundle)
    faults = chain(
        ((thing, fault) for thing, found in refused.items() for fault in found),
        ((service, fault) for service in bundle.all(Service) for fault in rejections.of(service)),
        ((workload, fault) for workload in bundle.all(Workload) for fault in rejections.of(workload)),
        (
            (workload, fault)
            for workload in bundle.all(Workload)
            for fault in not_admitted(workload, namespaces.get(workload.meta.namespace or ""))
        ),
    )
    return frozenset(
        thing for thing, fault in faults if _doubted(fault, meta_of(thing), changed).certainty is Certainty.KNOWN
    )


def find_faults(wired: Wired, refused: Refused, rejections: Rejections, scaled: Scaled) -> Faults:
    """Everything that is wrong, and what it keeps from serving."""
    by_thing: dict[Hashable, list[Fault]] = {}
    stopping: dict[Owner, Fault] = {}
    noted: dict[Owner, Fault] = {}
    changed = _changed_elsewhere(wired.bundle)
    for owner, made in _stops(wired, refused, rejections, scaled):
        fault = in_general(_doubted(made, owner.meta, changed), owner.meta)
        by_thing.setdefault(fault.thing, []).append(fault)
        if isinstance(owner, Route) or fault.certainty is not Certainty.KNOWN:
            if owner not in noted or noted[owner].certainty < fault.certainty:
                noted[owner] = fault
        else:
            stopping.setdefault(owner, fault)
    for about, made in _others(wired):
        fault = in_general(_doubted(made, about, changed), about)
        by_thing.setdefault(fault.thing, []).append(fault)
    return Faults({thing: tuple(dict.fromkeys(found)) for thing, found in by_thing.items()}, stopping, noted)


def _stops(wired: Wired, refused: Refused, rejections: Rejections, scaled: Scaled) -> Iterator[tuple[Owner, Fault]]:
    """What keeps whole objects from serving, whichever part is wrong: what the API refuses, then what never runs."""
    for thing in wired.bundle.declarations:
        if isinstance(thing, Service | Workload | Route):
            yield from ((thing, fault) for fault in refused.get(thing, ()))
    annotations = grouped(
        (annotation.owner.origin.place(), annotation)
        for annotation in wired.bundle.all(BalancerAnnotation)
        if annotation.owner and annotation.reaches == "Service"
    )
    for balancer in wired.bundle.all(LoadBalancer):
        # a balancer that a Service asks for is read from the mapping of that Service
        written = annotations.get(balancer.meta.origin.place(), ()) if balancer.meta else ()
        yield from ((balancer, fault) for fault in balancer_faults(balancer, written))
    yield from rejected_services(wired.services, wired.environment, refused, rejections.of)
    yield from _stopped_workloads(wired, rejections, scaled)


def _stopped_workloads(wired: Wired, rejections: Rejections, scaled: Scaled) -> Iterator[tuple[Workload, Fault]]:
    bound = () if lowers_port_start(wired.bundle) else (one.claim for one in wired.claims)
    refused = ((claim.workload, fault) for claim in bound for fault in unbound(claim, wired.listening_of))
    conflicts = grouped(chain(host_port_conflicts(wired.claims), refused))
    unready = grouped(
        (probe.workload, fault) for probe in wired.probes for fault in (*failing_probe(probe), *misspoken_probe(probe))
    )
    namespaces = _namespaces(wired.bundle)
    links = service_links(wired.services)
    settings = known_settings(wired.bundle)
    for workload in wired.bundle.all(Workload):
        faults: Iterable[Fault] = (
            *rejections.of(workload),
            *not_admitted(workload, namespaces.get(workload.meta.namespace or "")),
            *conflicts.get(workload, ()),
            *crashing(workload, links),
            *colliding(workload, wired.listening_of),
            *unconfigured(workload, settings, wired.absent),
            *unready.get(workload, ()),
            *without_pods(workload, scaled),
        )
        yield from ((workload, fault) for fault in faults)


def _changed_elsewhere(bundle: Bundle) -> frozenset[str]:
    """What kustomizations build that changes by more than could be followed: nothing is sure of it."""
    return frozenset(one.place.source.path for one in bundle.all(ClusterSign) if one.of is SignOf.CHANGE)


def _doubted(fault: Fault, about: Meta | None, changed: frozenset[str]) -> Fault:
    return replace(fault, certainty=Certainty.UNKNOWN) if about and about.path in changed else fault


def _namespaces(bundle: Bundle) -> dict[str, Namespace]:
    return {one.meta.name: one for one in bundle.all(Namespace)}


def _others(wired: Wired) -> Iterator[tuple[Meta | None, Fault]]:
    """What is wrong at single listeners, routes, backends and ports, with the object that says so, if one does."""
    # a pod takes its ports whether or not a Service leads to it
    knows_nodes = bool(wired.services.by_node_port or wired.claims)
    is_whole = _knows_all_node_ports(wired)
    for conflict in wired.declared_conflicts:
        about = conflict.about if isinstance(conflict.about, Meta) else None
        yield from ((about, fault) for fault in conflict_faults(conflict))
    for listener in wired.listeners:
        found = listener_faults(
            listener,
            knows_nodes=knows_nodes or is_whole,
            is_whole=is_whole,
            ends_tls=wired.environment.balancer_ends_tls,
            has_service_lb="servicelb" not in wired.environment.disabled,
        )
        yield from ((listener.balancer.meta, fault) for fault in found)
    is_k3s_own = own_class(wired.bundle, wired.environment) is not None
    closed = closed_listeners(wired.bundle, entry_ports(wired.bundle, is_k3s_own=is_k3s_own))
    yield from ((None, fault) for fault in closed)
    for route in wired.routes:
        yield from ((route.route.meta, fault) for fault in route_faults(route, wired.absent))
    resolved = frozenset(backend.route for backend in wired.backends if backend.service)
    for backend in wired.backends:
        found = backend_faults(backend, wired.absent, is_at_home=backend.route in resolved)
        yield from ((backend.route.meta, fault) for fault in found)
    for call in wired.called:
        yield from ((call.workload.meta, fault) for fault in call_faults(call, wired.absent))
    gaps: dict[Service, LocalTrafficGap] = {}
    for gap in local_gaps(wired.services, wired.listeners, wired.environment):
        gaps.setdefault(gap.service.service, gap)
    for service in wired.services.services:
        about = service.service.meta
        yield from ((about, fault) for fault in service_faults(service, wired.absent))
        for port in service.ports:
            yield from ((about, fault) for fault in port_faults(service, port))
        is_local = service.service.external_traffic_policy == "Local" and wired.environment.nodes != 1
        if is_local and any(not one.workload.one_per_node for one in service.selected):
            yield about, local_traffic_fault(service, gaps.get(service.service))


def _knows_all_node_ports(wired: Wired) -> bool:
    """Whether a node port that is not in the input surely does not exist: the API picks none, and no chart asks."""
    asked = wired.services.services
    is_picked = any(
        one.service.has_node_ports and any(port.port.node_port is None for port in one.ports) for one in asked
    )
    return not is_picked and wired.absent("Service", None, "")

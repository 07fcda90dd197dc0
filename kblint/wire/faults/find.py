"""All verdicts of a scope, each made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kblint.model.balancer import BalancerAnnotation, LoadBalancer
from kblint.model.bundle import Bundle, Declaration
from kblint.model.environment import Environment
from kblint.model.policy import Namespace
from kblint.model.route import Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.local_traffic import LocalTrafficGap, local_gaps
from kblint.wire.faults.backend import backend_faults, route_faults
from kblint.wire.faults.fault import Fault
from kblint.wire.faults.index import Faults, Owner, indexed
from kblint.wire.faults.listener import balancer_faults, listener_faults
from kblint.wire.faults.pending import port_conflicts
from kblint.wire.faults.rejected import rejected_services, rejected_workload
from kblint.wire.faults.service import local_traffic_fault, port_faults, service_faults
from kblint.wire.faults.unready import Links, crashing, failing_probe, not_admitted, service_links, unbound
from kblint.wire.nodes.claims import WiredClaim
from kblint.wire.nodes.privileges import lowers_port_start
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.route_parents import WiredRoute
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.pod_ports import WiredProbe
from kblint.wire.services.ports import ListeningOf

Refused = Mapping[Declaration, tuple[Fault, ...]]
"""What the API server refuses for its schema or its version, known before anything is wired."""


@dataclass(frozen=True, slots=True, eq=False)
class Wired:
    """What faults are found in."""

    bundle: Bundle
    environment: Environment
    services: ServiceIndex
    backends: tuple[WiredBackend, ...]
    routes: tuple[WiredRoute, ...]
    listeners: tuple[WiredListener, ...]
    claims: tuple[WiredClaim, ...]
    probes: tuple[WiredProbe, ...]
    listening_of: ListeningOf


def find_faults(wired: Wired, refused: Refused) -> Faults:
    """Everything that is wrong, and what it keeps from serving."""
    return indexed(_stops(wired, refused), _others(wired))


def _stops(wired: Wired, refused: Refused) -> Iterator[tuple[Owner, Fault]]:
    """What keeps whole objects from serving: what the API refuses first, then what never runs."""
    for thing in wired.bundle.declarations:
        if isinstance(thing, Service | Workload | Route):
            yield from ((thing, fault) for fault in refused.get(thing, ()))
    annotations: dict[int, list[BalancerAnnotation]] = {}
    for annotation in wired.bundle.all(BalancerAnnotation):
        if annotation.owner and annotation.reaches == "Service":
            annotations.setdefault(id(annotation.owner.origin.node), []).append(annotation)
    for balancer in wired.bundle.all(LoadBalancer):
        # a balancer that a Service asks for is read from the mapping of that Service
        written = annotations.get(id(balancer.meta.origin.node), ()) if balancer.meta else ()
        yield from ((balancer, fault) for fault in balancer_faults(balancer, written))
    yield from rejected_services(wired.services, wired.environment)
    conflicts: dict[Workload, list[Fault]] = {}
    for workload, fault in port_conflicts(wired.claims):
        conflicts.setdefault(workload, []).append(fault)
    for claim in () if lowers_port_start(wired.bundle) else wired.claims:
        conflicts.setdefault(claim.claim.workload, []).extend(unbound(claim.claim, wired.listening_of))
    probes: dict[Workload, list[WiredProbe]] = {}
    for probe in wired.probes:
        probes.setdefault(probe.workload, []).append(probe)
    namespaces = {one.meta.name: one for one in wired.bundle.all(Namespace)}
    links = service_links(wired.services)
    for workload in wired.bundle.all(Workload):
        namespace = namespaces.get(workload.meta.namespace or "")
        found = _of_workload(workload, namespace, links, conflicts.get(workload, []), probes.get(workload, []))
        yield from ((workload, fault) for fault in found)


def _of_workload(
    workload: Workload,
    namespace: Namespace | None,
    links: Links,
    conflicts: list[Fault],
    probes: list[WiredProbe],
) -> Iterator[Fault]:
    yield from rejected_workload(workload)
    yield from not_admitted(workload, namespace)
    yield from conflicts
    yield from crashing(workload, links)
    for probe in probes:
        yield from failing_probe(probe)


def _others(wired: Wired) -> Iterator[Fault]:
    """What is wrong at single listeners, routes, backends and ports."""
    # a pod takes its ports whether or not a Service leads to it
    knows_nodes = bool(wired.services.by_node_port or wired.claims)
    for listener in wired.listeners:
        yield from listener_faults(listener, knows_nodes=knows_nodes)
    for route in wired.routes:
        yield from route_faults(route)
    for backend in wired.backends:
        yield from backend_faults(backend)
    gaps: dict[Service, LocalTrafficGap] = {}
    for gap in local_gaps(wired.services, wired.listeners, wired.environment):
        gaps.setdefault(gap.service.service, gap)
    for service in wired.services.services:
        yield from service_faults(service)
        for port in service.ports:
            yield from port_faults(service, port)
        is_local = service.service.external_traffic_policy == "Local" and wired.environment.nodes != 1
        if is_local and any(not one.workload.one_per_node for one in service.selected):
            yield local_traffic_fault(service, gaps.get(service.service))

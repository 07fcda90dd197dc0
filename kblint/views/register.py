"""Every port that is spoken for, out of what is wired."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from kblint.model.balancer import Listener
from kblint.model.meta import Number
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.register import Entry, PortKind, Register, RegisterVariant
from kblint.source.text import Place
from kblint.source.values import Unknown, shown
from kblint.views.variants import in_order, told_once, variant_names
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.service_balancers import BalancerMaker
from kblint.wire.balancers.settings import Setting, listen_place, place_of
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.rejected import NodePortHolder
from kblint.wire.nodes.claims import HostClaim, WiredClaim
from kblint.wire.topology import Topology

_ORDER = {kind: number for number, kind in enumerate(PortKind)}
REDIRECTED = 80
_CONFLICTS = (Kind.LISTEN_PORT, Kind.REDIRECT_CONFLICT)
_LINUX = ("kubernetes.io/os", "linux")
"""A node label that every node of such a cluster has."""


def register(topologies: Sequence[Topology], profile: str) -> Register:
    """The register of all scopes that hold ports; conflicts are only looked for inside a scope."""
    names = variant_names([topology.bundle for topology in topologies])
    found = told_once(names, [entries(topology) for topology in topologies])
    held = in_order({name: tuple(sorted(entries, key=_order)) for name, entries in found.items() if entries})
    variants = [RegisterVariant(name, entries) for name, entries in held]
    reserved: dict[tuple[object, ...], Entry] = {}
    for entry in (entry for topology in topologies for entry in _reserved_entries(topology)):
        key = (entry.port, entry.protocol, entry.address, entry.where, entry.holder)
        if key not in reserved or (entry.conflict and not reserved[key].conflict):
            reserved[key] = entry
    return Register(profile, tuple(variants), tuple(sorted(reserved.values(), key=_order)))


def entries(topology: Topology) -> tuple[Entry, ...]:
    """The ports that the objects of one scope hold, sorted."""
    found = [*_balancer_entries(topology), *_node_entries(topology), *_host_entries(topology)]
    return tuple(sorted(found, key=_order))


def _order(entry: Entry) -> tuple[object, ...]:
    place = (entry.place.source.path, entry.place.span.start) if entry.place else ("", 0)
    where = entry.where if entry.kind is PortKind.BALANCER else ""
    number = 65536 if entry.port is None else entry.port
    return (_ORDER[entry.kind], where, number, entry.protocol, entry.address, entry.holder, place, entry.use)


def _balancer_entries(topology: Topology) -> Iterator[Entry]:
    """The ports of balancers; who has one that another is refused for is told as well."""
    found: dict[Hashable, Entry] = {}
    for wired in topology.listeners:
        found[wired.listener, False] = entry = _listener(wired)
        if wired.listener.redirect_http is True and entry.port != REDIRECTED:
            found[wired.listener, True] = _redirect(wired)
    conflicts: dict[Hashable, str] = {}
    for wired in topology.listeners:
        for fault in topology.network.faults.of(wired.listener):
            if isinstance(fault.other, Listener) and fault.certainty and fault.kind in _CONFLICTS:
                redirects = fault.kind is Kind.REDIRECT_CONFLICT
                own, rival = (wired.listener, redirects), (fault.other, redirects and (fault.other, True) in found)
                for one, other in ((own, found[rival]), (rival, found[own])):
                    conflicts.setdefault(one, f"also claimed by {other.holder} ({other.use})")
    yield from _with_conflicts(found, conflicts)


def _with_conflicts(found: Mapping[Hashable, Entry], conflicts: Mapping[Hashable, str]) -> Iterator[Entry]:
    return (replace(entry, conflict=conflicts.get(thing, "")) for thing, entry in found.items())


def _redirect(wired: WiredListener) -> Entry:
    """`redirect_http` makes the balancer itself answer on 80: https://docs.hetzner.cloud/reference/cloud."""
    use = f"redirect to https {shown(wired.listener.listen_port)}"
    place = place_of(wired.balancer, wired.listener, Setting.REDIRECT)
    return Entry(PortKind.BALANCER, REDIRECTED, "TCP", "", wired.balancer.name, wired.balancer.name, use, place)


def _listener(wired: WiredListener) -> Entry:
    port = wired.listener.listen_port
    name = wired.balancer.name
    unknown = f"listen port {port.text}, " if isinstance(port, Unknown) else ""
    use = f"{unknown}{shown(wired.listener.protocol)} to {_destination(wired)}"
    place = listen_place(wired.balancer, wired.listener)
    return Entry(PortKind.BALANCER, port if isinstance(port, int) else None, "TCP", "", name, name, use, place)


def _destination(wired: WiredListener) -> str:
    number = wired.listener.destination_port
    if wired.port:
        return f"node port {shown(number)}" if number is not None else f"the node port of {wired.port.service.meta}"
    if wired.destination_kind is DestinationKind.HOST_PORT:
        return f"host port {shown(number)}"
    if wired.destination_kind is DestinationKind.NOWHERE:
        return f"port {shown(number)}, which nothing here has"
    return "a port nobody knows" if number is None else f"port {shown(number)}"


def _node_entries(topology: Topology) -> Iterator[Entry]:
    """Node ports, also those that a Service's health check asks; who has one that another asks for is told as well."""
    found: dict[Hashable, Entry] = {}
    conflicts: dict[Hashable, str] = {}
    for wired in topology.services.services:
        service = wired.service
        check = service.health_check_node_port
        if isinstance(check, int):
            place = service.origin.place("healthCheckNodePort")
            found[service] = _node_port(service, check, "TCP", "its health check", place)
        for one in wired.ports:
            port = one.port
            if port.node_port is not None or service.has_node_ports:
                use = f"port {shown(port.port)} to target port {shown(port.target_port)}"
                place = port.origin.place("nodePort")
                found[port] = _node_port(service, port.node_port, port.protocol, use, place)
            taken = topology.network.faults.first(port, Kind.NODE_PORT_TAKEN)
            if taken and isinstance(taken.other, NodePortHolder):
                conflicts[port] = f"also claimed by {taken.other.service.meta}"
                conflicts.setdefault(taken.other.port or taken.other.service, f"also claimed by {service.meta}")
    yield from _with_conflicts(found, conflicts)


def _node_port(service: Service, number: Number | None, protocol: str, use: str, place: Place) -> Entry:
    if number is None:
        use += ", a number the API server picks"
    elif isinstance(number, Unknown):
        use += f", a number nobody knows: {number.text}"
    port = number if isinstance(number, int) else None
    return Entry(PortKind.NODE, port, protocol, "", "every node", str(service.meta), use, place)


def _host_entries(topology: Topology) -> Iterator[Entry]:
    rivals = _rivals(topology.claims)
    own = topology.services.by_workload
    for wired in topology.claims:
        claim = wired.claim
        address = "" if claim.host_ip == "0.0.0.0" else claim.host_ip  # noqa: S104 - nothing is bound here
        holder, nodes, use = str(claim.workload.meta), _nodes(claim.workload), _use(claim)
        of_others = wired.node_port is not None and all(
            service.service is not wired.node_port.service for service in own.get(claim.workload, ())
        )
        conflict, certain = "", True
        if claim in rivals:
            conflict, certain = rivals[claim]
        elif wired.twin:
            conflict = f"also claimed by container {wired.twin.container.name} of the same pod"
        elif wired.reserved:
            conflict, certain = f"reserved for {wired.reserved.holder}", wired.reserved.is_everywhere
        elif wired.node_port and of_others:
            conflict = f"also the node port of {wired.node_port.service.meta}, which comes first"
        number, protocol = claim.port, claim.protocol
        yield Entry(PortKind.HOST, number, protocol, address, nodes, holder, use, claim.place, conflict, certain)
    for made in topology.service_balancers:
        port = made.port.port
        if made.maker is BalancerMaker.SERVICE_LB and isinstance(port.port, int):
            holder, use, place = str(made.port.service.meta), "opened by K3s's ServiceLB", port.origin.place("port")
            yield Entry(PortKind.HOST, port.port, port.protocol, "", "every node", holder, use, place)


def _rivals(claims: Iterable[WiredClaim]) -> dict[HostClaim, tuple[str, bool]]:
    """For each claim that meets another one: with whom, and whether surely. Each pair is told at both ends."""
    found: dict[HostClaim, tuple[str, bool]] = {}
    for wired in claims:
        rival = wired.rival
        if rival is None:
            continue
        certain = wired.rival_certainty is Certainty.KNOWN
        may = "also claimed by" if certain else "may meet"
        for one, other in ((wired.claim, rival), (rival, wired.claim)):
            if one not in found or (certain and not found[one][1]):
                found[one] = (f"{may} {other.workload.meta}", certain)
    return found


def _use(claim: HostClaim) -> str:
    container = f"container {claim.container.name}"
    if claim.declared is None:
        sure = "listens" if claim.certainty is Certainty.KNOWN else "listens by default"
        return f"{container} {sure}, undeclared"
    if not claim.workload.pod.host_network:
        return f"{container}, its port {shown(claim.declared.container_port)}"
    return container


def _nodes(workload: Workload) -> str:
    """On which nodes a workload's pods stand, in words."""
    pod = workload.pod
    if isinstance(pod.node_name, str):
        return f"node {pod.node_name}"
    nodes = "every node" if workload.one_per_node else "some nodes"
    labels = sorted(f"{key}={shown(value)}" for key, value in pod.node_selector.items() if (key, value) != _LINUX)
    if labels:
        return f"{nodes} with {', '.join(labels)}"
    return f"{nodes} that its affinity allows" if pod.node_affinity else nodes


def _reserved_entries(topology: Topology) -> Iterator[Entry]:
    claimed: dict[tuple[int, str], object] = {}
    for wired in topology.claims:
        if wired.reserved:
            claimed.setdefault((wired.reserved.port, wired.reserved.protocol), wired.claim.workload.meta)
    servers = "K3s servers" if topology.environment.is_k3s else "control plane nodes"
    for one in topology.environment.reserved:
        claim = claimed.get((one.port, one.protocol))
        yield Entry(
            PortKind.RESERVED,
            one.port,
            one.protocol,
            "127.0.0.1" if one.loopback else "",
            servers if one.servers_only else "every node",
            one.holder,
            "unless it is disabled" if one.is_default else "",
            None,
            f"also claimed by {claim}" if claim else "",
            is_certain=claim is None or one.is_everywhere,
        )

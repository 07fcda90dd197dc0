"""Every port that is spoken for, out of what is wired."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from kblint.model.environment import ReservedPort
from kblint.model.workload import Workload
from kblint.register import Entry, Kind, Register, RegisterVariant
from kblint.source.values import Unknown
from kblint.views.variants import variant_names
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.evidence import Certainty
from kblint.wire.nodes.claims import HostClaim, WiredClaim
from kblint.wire.services.ports import WiredPort, WiredService
from kblint.wire.topology import Topology

_ORDER = {kind: number for number, kind in enumerate(Kind)}
_LINUX = ("kubernetes.io/os", "linux")
"""A node label that every node of such a cluster has."""


def register(topologies: Sequence[Topology], profile: str) -> Register:
    """The register of all scopes that hold ports; conflicts are only looked for inside a scope."""
    names = variant_names([topology.bundle for topology in topologies])
    found = [RegisterVariant(name, entries(topology)) for name, topology in zip(names, topologies, strict=True)]
    variants = sorted((one for one in found if one.entries), key=attrgetter("name"))
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
    where = entry.where if entry.kind is Kind.BALANCER else ""
    number = 65536 if entry.port is None else entry.port
    return (_ORDER[entry.kind], where, number, entry.protocol, entry.address, entry.holder, place, entry.use)


@dataclass(frozen=True, slots=True, eq=False)
class _Claim:
    """An entry that is alone on its port unless another owner has one of the same `key`."""

    key: Hashable
    owner: Hashable
    entry: Entry


def _contested(claims: Sequence[_Claim]) -> Iterator[Entry]:
    """The entries, each with the first other owner of its key as its conflict."""
    owners: dict[Hashable, dict[Hashable, Entry]] = {}
    for claim in claims:
        of_key = owners.setdefault(claim.key, {})
        # two owners are enough: every claim has another one among them
        if len(of_key) < 2:
            of_key.setdefault(claim.owner, claim.entry)
    for claim in claims:
        others = [entry for owner, entry in owners[claim.key].items() if owner != claim.owner]
        yield replace(claim.entry, conflict=_also(others[0])) if others else claim.entry


def _also(rival: Entry) -> str:
    use = f" ({rival.use})" if rival.kind is Kind.BALANCER else ""
    return f"also claimed by {rival.holder}{use}"


def _balancer_entries(topology: Topology) -> Iterator[Entry]:
    claims = []
    for wired in topology.listeners:
        listener = wired.listener
        balancer = id(wired.balancer)
        entry = _listener(wired)
        claims.append(_Claim((balancer, entry.port or id(listener)), id(listener), entry))
        if listener.redirect_http is True and entry.port != 80:
            # `redirect_http` makes the balancer itself answer on 80: https://docs.hetzner.cloud/reference/cloud
            redirect = replace(entry, port=80, use=f"redirect to https {_shown(listener.listen_port)}")
            claims.append(_Claim((balancer, 80), ("redirect", id(listener)), redirect))
    return _contested(claims)


def _listener(wired: WiredListener) -> Entry:
    port = wired.listener.listen_port
    name = wired.balancer.name
    use = f"{_shown(wired.listener.protocol)} to {_destination(wired)}"
    if isinstance(port, Unknown):
        use = f"listen port {port.text}, {use}"
    place = wired.listener.origin.place("listen_port")
    return Entry(Kind.BALANCER, port if isinstance(port, int) else None, "TCP", "", name, name, use, place)


def _destination(wired: WiredListener) -> str:
    number = wired.listener.destination_port
    if wired.port:
        return f"node port {_shown(number)}" if number is not None else f"the node port of {wired.port.service.meta}"
    if wired.destination_kind is DestinationKind.HOST_PORT:
        return f"host port {_shown(number)}"
    if wired.destination_kind is DestinationKind.NOWHERE:
        return f"port {_shown(number)}, which nothing here has"
    return "a port nobody knows" if number is None else f"port {_shown(number)}"


def _node_entries(topology: Topology) -> Iterator[Entry]:
    claims = []
    for wired in topology.services.services:
        for port in wired.ports:
            entry = _node_port(wired, port)
            if entry:
                claims.append(_Claim(entry.port or id(port), id(wired), entry))
        check = wired.service.health_check_node_port
        if isinstance(check, int):
            place = wired.service.origin.place("healthCheckNodePort")
            entry = Entry(Kind.NODE, check, "TCP", "", "every node", str(wired.service.meta), "its health check", place)
            claims.append(_Claim(check, ("check", id(wired)), entry))
    # the API's allocator knows numbers only: neither protocols nor namespaces tell two claims apart
    return _contested(claims)


def _node_port(wired: WiredService, port: WiredPort) -> Entry | None:
    number = port.port.node_port
    if number is None and not wired.service.has_node_ports:
        return None
    use = f"port {_shown(port.port.port)} to target port {_shown(port.port.target_port)}"
    if number is None:
        use += ", a number the API server picks"
    elif isinstance(number, Unknown):
        use += f", a number nobody knows: {number.text}"
    return Entry(
        Kind.NODE,
        number if isinstance(number, int) else None,
        port.port.protocol,
        "",
        "every node",
        str(wired.service.meta),
        use,
        port.port.origin.place("nodePort"),
    )


def _host_entries(topology: Topology) -> Iterator[Entry]:
    rivals = _rivals(topology.claims)
    twice = _twice_in_a_pod(topology.claims)
    own = topology.services.by_workload
    for wired in topology.claims:
        claim = wired.claim
        address = claim.host_ip
        entry = Entry(
            Kind.HOST,
            claim.port,
            claim.protocol,
            "" if address == "0.0.0.0" else address,  # noqa: S104 - what a manifest says, nothing is bound here
            _nodes(claim.workload),
            str(claim.workload.meta),
            _use(claim),
            claim.place,
        )
        of_others = wired.node_port is not None and all(
            service.service is not wired.node_port.service for service in own.get(claim.workload, ())
        )
        if id(claim) in rivals:
            conflict, certain = rivals[id(claim)]
            yield replace(entry, conflict=conflict, is_certain=certain)
        elif id(claim) in twice:
            yield replace(entry, conflict=f"also claimed by container {twice[id(claim)]} of the same pod")
        elif wired.reserved:
            certain = _is_everywhere(wired.reserved)
            yield replace(entry, conflict=f"reserved for {wired.reserved.holder}", is_certain=certain)
        elif wired.node_port and of_others:
            yield replace(entry, conflict=f"also the node port of {wired.node_port.service.meta}, which comes first")
        else:
            yield entry


def _rivals(claims: Iterable[WiredClaim]) -> dict[int, tuple[str, bool]]:
    """For each claim that meets another one: with whom, and whether surely. Each pair is told at both ends."""
    found: dict[int, tuple[str, bool]] = {}
    for wired in claims:
        rival = wired.rival
        if rival is None:
            continue
        certain = wired.rival_certainty is Certainty.KNOWN
        may = "also claimed by" if certain else "may meet"
        for one, other in ((wired.claim, rival), (rival, wired.claim)):
            if id(one) not in found or (certain and not found[id(one)][1]):
                found[id(one)] = (f"{may} {other.workload.meta}", certain)
    return found


def _twice_in_a_pod(claims: Iterable[WiredClaim]) -> dict[int, str]:
    """For each claim that another container of the same pod makes as well: that container."""
    grouped: dict[tuple[int, str, str, int], list[HostClaim]] = {}
    for wired in claims:
        claim = wired.claim
        grouped.setdefault((id(claim.workload), claim.protocol, claim.host_ip, claim.port), []).append(claim)
    return {
        id(claim): (same[1] if claim is same[0] else same[0]).container.name
        for same in grouped.values()
        if len(same) > 1
        for claim in same
    }


def _use(claim: HostClaim) -> str:
    container = f"container {claim.container.name}"
    if claim.declared is None:
        sure = "listens" if claim.certainty is Certainty.KNOWN else "listens by default"
        return f"{container} {sure}, undeclared"
    if not claim.workload.pod.host_network:
        return f"{container}, its port {_shown(claim.declared.container_port)}"
    return container


def _nodes(workload: Workload) -> str:
    """On which nodes a workload's pods stand, in words."""
    pod = workload.pod
    if isinstance(pod.node_name, str):
        return f"node {pod.node_name}"
    nodes = "every node" if workload.one_per_node else "some nodes"
    labels = sorted(f"{key}={_shown(value)}" for key, value in pod.node_selector.items() if (key, value) != _LINUX)
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
            Kind.RESERVED,
            one.port,
            one.protocol,
            "127.0.0.1" if one.loopback else "",
            servers if one.servers_only else "every node",
            one.holder,
            "unless it is disabled" if one.is_default else "",
            None,
            f"also claimed by {claim}" if claim else "",
            is_certain=claim is None or _is_everywhere(one),
        )


def _is_everywhere(reserved: ReservedPort) -> bool:
    """Whether it is surely held on every node and address."""
    return not (reserved.loopback or reserved.servers_only or reserved.is_default)


def _shown(value: object) -> str:
    return value.text if isinstance(value, Unknown) else str(value)

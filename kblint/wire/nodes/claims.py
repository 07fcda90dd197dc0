"""Who claims which port of a node.

https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/ : the scheduler compares declared host ports
by protocol and address; what is not declared it cannot see, and the second process fails to bind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment, ReservedPort
from kblint.model.meta import Number
from kblint.model.workload import Container, ContainerPort, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import ListeningOf, WiredPort
from kblint.wire.services.selection import grouped

_ANY = ("", "0.0.0.0", "::")  # noqa: S104 - the wildcard as manifests write it, nothing is bound here


@dataclass(frozen=True, slots=True)
class HostClaim:
    """One port that a workload's pods take on their node. Two are one if they say the same, in whichever scope.

    `declared` is the container port entry, None where a process under `hostNetwork` is known to listen without one.
    """

    workload: Workload
    container: Container
    port: int
    protocol: str
    host_ip: str
    declared: ContainerPort | None
    certainty: Certainty
    place: Place

    @property
    def container_port(self) -> Number:
        """The port of the pod that answers there."""
        return self.declared.container_port if self.declared else self.port


@dataclass(frozen=True, slots=True, eq=False)
class WiredClaim:
    """A claim with what it may meet on a node: another claim, a reserved port, a node port of some Service.

    `twin` is another claim of the very same pods.
    """

    claim: HostClaim
    rival: HostClaim | None
    rival_certainty: Certainty
    reserved: ReservedPort | None
    node_port: WiredPort | None
    twin: HostClaim | None


def host_claims(bundle: Bundle, listening_of: ListeningOf) -> tuple[HostClaim, ...]:
    """Every host port of every workload that stays: finished pods hold no ports."""
    return tuple(
        claim
        for workload in bundle.all(Workload)
        if not workload.is_batch
        for container in workload.pod.running_containers
        for claim in (*_declared(workload, container), *_undeclared(workload, container, listening_of))
    )


def _declared(workload: Workload, container: Container) -> Iterator[HostClaim]:
    for port in container.ports:
        number, host_ip = workload.pod.host_port_of(port), port.host_ip
        if isinstance(number, int) and not isinstance(host_ip, Unknown):
            place = port.origin.place("hostPort" if port.host_port is not None else "containerPort")
            yield HostClaim(workload, container, number, port.protocol, host_ip or "", port, Certainty.KNOWN, place)


def _undeclared(workload: Workload, container: Container, listening_of: ListeningOf) -> Iterator[HostClaim]:
    """What a process under `hostNetwork` listens on without saying so."""
    declared = {(port.container_port, port.protocol) for port in container.ports}
    for socket in listening_of(container).sockets if workload.pod.host_network else ():
        if (socket.port, socket.protocol) not in declared:
            address, place = socket.address if socket.is_loopback else "", socket.evidence.place
            port, protocol, certainty = socket.port, socket.protocol, socket.certainty
            yield HostClaim(workload, container, port, protocol, address, None, certainty, place)


def wire_claims(
    claims: tuple[HostClaim, ...], services: ServiceIndex, environment: Environment
) -> tuple[WiredClaim, ...]:
    """Each claim with what it meets. A pair of claims is told once, at the later one."""
    earlier: dict[tuple[str, int], list[HostClaim]] = {}
    same_pods = grouped(((claim.workload, claim.protocol, claim.host_ip, claim.port), claim) for claim in claims)
    reserved = {(one.protocol, one.port): one for one in environment.reserved}
    wired = []
    for claim in claims:
        group = earlier.setdefault((claim.protocol, claim.port), [])
        rival, certainty = _rival(claim, group)
        group.append(claim)
        ports = services.by_node_port.get(claim.port, ()) if claim.protocol == "TCP" else ()
        same = same_pods[claim.workload, claim.protocol, claim.host_ip, claim.port]
        twin = next((one for one in same[:2] if one is not claim), None)
        held = reserved.get((claim.protocol, claim.port))
        wired.append(WiredClaim(claim, rival, certainty, held, next(iter(ports), None), twin))
    return tuple(wired)


def _rival(claim: HostClaim, others: list[HostClaim]) -> tuple[HostClaim | None, Certainty]:
    likely: HostClaim | None = None
    for other in others:
        if other.workload is claim.workload or not _addresses_meet(claim.host_ip, other.host_ip):
            continue
        certainty = may_meet(claim.workload, other.workload)
        if certainty is Certainty.KNOWN and min(claim.certainty, other.certainty) is Certainty.KNOWN:
            return other, Certainty.KNOWN
        if certainty:
            likely = likely or other
    return likely, Certainty.LIKELY if likely else Certainty.UNKNOWN


def _addresses_meet(one: str, other: str) -> bool:
    return one in _ANY or other in _ANY or one == other


def may_meet(one: Workload, other: Workload) -> Certainty:
    """Whether pods of two workloads come onto one node: surely, when both run on every node they may; else maybe."""
    constraints = [node_constraints(one), node_constraints(other)]
    for key in constraints[0].keys() & constraints[1].keys():
        if not constraints[0][key] & constraints[1][key]:
            return Certainty.UNKNOWN
    if _excluded(one, other) or _excluded(other, one):
        return Certainty.UNKNOWN
    both_everywhere = constraints[0] == constraints[1] and one.one_per_node and other.one_per_node
    return Certainty.KNOWN if both_everywhere else Certainty.LIKELY


def node_constraints(workload: Workload) -> dict[str, frozenset[str]]:
    """For each node label the values a pod's node must have one of."""
    allowed: dict[str, frozenset[str]] = {}
    for key, value in workload.pod.node_selector.items():
        if isinstance(value, str):
            allowed[key] = frozenset({value})
    if isinstance(workload.pod.node_name, str):
        allowed["kubernetes.io/hostname"] = frozenset({workload.pod.node_name})
    if len(workload.pod.node_affinity) == 1:
        for requirement in workload.pod.node_affinity[0].requirements:
            if requirement.operator == "In":
                values = frozenset(requirement.values)
                allowed[requirement.key] = allowed.get(requirement.key, values) & values
    return allowed


def _excluded(one: Workload, other: Workload) -> bool:
    """Whether `one` must not run where the node selector of `other` puts it."""
    pinned = node_constraints(other)
    for term in one.pod.node_affinity if len(one.pod.node_affinity) == 1 else ():
        for requirement in term.requirements:
            values = pinned.get(requirement.key)
            if requirement.operator == "DoesNotExist" and values is not None:
                return True
            if requirement.operator == "NotIn" and values is not None and values <= set(requirement.values):
                return True
    return False

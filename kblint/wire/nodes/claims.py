"""Who claims which port of a node, and who may bind it.

https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/ : the scheduler compares declared host ports
by protocol and address; what is not declared it cannot see, and the second process fails to bind.

The container runtime lets every process bind any port of a pod's own network, but below 1024 not of its node's: there
the process needs `NET_BIND_SERVICE`, as a root process has it by default.
https://github.com/containerd/containerd/blob/main/docs/cri/config.md (`enable_unprivileged_ports`)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.model.bundle import Bundle, Declaration
from kblint.model.environment import Environment, ReservedPort
from kblint.model.meta import Number
from kblint.model.workload import Container, ContainerPort, Pod, Role, Workload
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.container import image_program
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import ListeningOf, WiredPort

_ANY = ("", "0.0.0.0", "::")  # noqa: S104 - the wildcard as manifests write it, nothing is bound here
FIRST_UNPRIVILEGED = 1024
_SYSCTL = "net.ipv4.ip_unprivileged_port_start"
_GRANTS = frozenset({"ALL", "NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"})
_WITH_FILE_CAPABILITIES = frozenset({"caddy", "coredns", "ingress-nginx", "nginx-ingress"})
"""Programs whose images give their file the capability, so that any user may bind."""


class HostClaim(Struct, frozen=True):
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


class WiredClaim(Struct, frozen=True, eq=False):
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
    claims: tuple[HostClaim, ...], services: ServiceIndex, environment: Environment, not_there: frozenset[Declaration]
) -> tuple[WiredClaim, ...]:
    """Each claim with what it meets. A pair of claims is told once, at the later one.

    What is `not_there` meets none.
    """
    earlier: dict[tuple[str, int], list[HostClaim]] = {}
    same_pods = grouped((_within_pods(claim), claim) for claim in claims)
    reserved = {(one.protocol, one.port): one for one in environment.reserved}
    wired = []
    for claim in claims:
        group = earlier.setdefault((claim.protocol, claim.port), [])
        rival, certainty = _rival(claim, group) if claim.workload not in not_there else (None, Certainty.UNKNOWN)
        if claim.workload not in not_there:
            group.append(claim)
        ports = services.by_node_port.get(claim.port, ()) if claim.protocol == "TCP" else ()
        same = same_pods[_within_pods(claim)]
        twin = next((one for one in same[:2] if one is not claim), None)
        held = reserved.get((claim.protocol, claim.port))
        wired.append(WiredClaim(claim, rival, certainty, held, next(iter(ports), None), twin))
    return tuple(wired)


def _within_pods(claim: HostClaim) -> tuple[object, ...]:
    """What two claims of the same pods share that the API refuses; it does not compare sidecars with others."""
    is_sidecar = claim.container.role is Role.SIDECAR
    return (claim.workload, claim.protocol, claim.host_ip, claim.port, claim.container if is_sidecar else None)


def _rival(claim: HostClaim, others: list[HostClaim]) -> tuple[HostClaim | None, Certainty]:
    likely: HostClaim | None = None
    for other in others:
        is_same_address = claim.host_ip in _ANY or other.host_ip in _ANY or claim.host_ip == other.host_ip
        if other.workload is claim.workload or not is_same_address:
            continue
        certainty = may_meet(claim.workload, other.workload)
        if certainty is Certainty.KNOWN and min(claim.certainty, other.certainty) is Certainty.KNOWN:
            return other, Certainty.KNOWN
        if certainty:
            likely = likely or other
    return likely, Certainty.LIKELY if likely else Certainty.UNKNOWN


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
        for requirement in workload.pod.node_affinity[0]:
            if requirement.operator == "In":
                values = frozenset(requirement.values)
                allowed[requirement.key] = allowed.get(requirement.key, values) & values
    return allowed


def stays_on_one_node(workload: Workload) -> bool:
    """Whether all pods of a workload are on one node: there is one pod, or one node that they may run on."""
    is_alone = workload.replicas == 1 or workload.meta.kind == "Pod"
    return is_alone or len(node_constraints(workload).get("kubernetes.io/hostname", ())) == 1


def _excluded(one: Workload, other: Workload) -> bool:
    """Whether `one` must not run where the node selector of `other` puts it."""
    pinned = node_constraints(other)
    for term in one.pod.node_affinity if len(one.pod.node_affinity) == 1 else ():
        for requirement in term:
            values = pinned.get(requirement.key)
            if requirement.operator == "DoesNotExist" and values is not None:
                return True
            if requirement.operator == "NotIn" and values is not None and values <= set(requirement.values):
                return True
    return False


class BindRefusal(Struct, frozen=True, eq=False):
    """Why the kernel refuses a process its port. `socket` proves that it wants it."""

    reason: str
    certainty: Certainty
    evidence: Evidence
    socket: Socket


def lowers_port_start(bundle: Bundle) -> bool:
    """Whether something in the input lets everyone bind low ports of the nodes."""
    name = _SYSCTL.rpartition(".")[2]
    pods = [workload.pod for workload in bundle.all(Workload)]
    words = (word for pod in pods for container in pod.containers for word in container.words)
    is_set = any(_SYSCTL in (pod.security.sysctls or ()) for pod in pods)
    return is_set or any(isinstance(word, str) and name in word for word in words)


def bind_refusal(claim: HostClaim, listening_of: ListeningOf) -> BindRefusal | None:
    """Why a process cannot bind the port it claims; None where it can, where nobody knows, or where none is proved."""
    pod, container = claim.workload.pod, claim.container
    sockets = listening_of(container).on(claim.port, claim.protocol)
    if not pod.host_network or claim.port >= FIRST_UNPRIVILEGED or not sockets or container.security.privileged:
        return None
    if _GRANTS & {name.upper() for name in container.security.added_capabilities}:
        return None
    if _GRANTS & {name.upper() for name in container.security.dropped_capabilities}:
        place = container.origin.place("securityContext", "capabilities", "drop")
        evidence = Evidence(place, "takes `NET_BIND_SERVICE` away")
        return BindRefusal("drops the capability for that", sockets[0].certainty, evidence, sockets[0])
    user = _user(pod, container)
    program = image_program(container)
    if user is None or (program and program.program in _WITH_FILE_CAPABILITIES):
        return None
    certainty = sockets[0].certainty if program else Certainty.LIKELY
    return BindRefusal(user[0], certainty, Evidence(user[1], "not root"), sockets[0])


def _user(pod: Pod, container: Container) -> tuple[str, Place] | None:
    """How it is known that a container does not run as root, and what says so."""
    user, place = _decided(pod, container, "runAsUser")
    if isinstance(user, int) and not isinstance(user, bool):
        return (f"runs as user {user}", place) if user else None
    if user is not None:
        return None
    non_root, place = _decided(pod, container, "runAsNonRoot")
    return ("must not run as root", place) if non_root is True else None


def _decided(pod: Pod, container: Container, key: str) -> tuple[object, Place]:
    """A setting of the container, else of the pod."""
    origin = container.origin if container.origin.is_written("securityContext", key) else pod.origin
    return origin.get("securityContext", key), origin.place("securityContext", key)

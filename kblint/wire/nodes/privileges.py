"""Who may bind a port below 1024 of a node.

The container runtime lets every process bind any port of a pod's own network, but not of its node's: there the process
needs `NET_BIND_SERVICE`, as a root process has it by default.
https://github.com/containerd/containerd/blob/main/docs/cri/config.md (`enable_unprivileged_ports`)
"""

from __future__ import annotations

from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.workload import Container, Pod, Workload
from kblint.source.text import Place
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.container import image_program
from kblint.wire.listening.sockets import Socket
from kblint.wire.nodes.claims import HostClaim
from kblint.wire.services.ports import ListeningOf

FIRST_UNPRIVILEGED = 1024
_SYSCTL = "net.ipv4.ip_unprivileged_port_start"
_GRANTS = frozenset({"ALL", "NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"})
_WITH_FILE_CAPABILITIES = frozenset({"caddy", "coredns", "ingress-nginx", "nginx-ingress"})
"""Programs whose images give their file the capability, so that any user may bind."""


@dataclass(frozen=True, slots=True, eq=False)
class BindRefusal:
    """Why the kernel refuses a process its port. `socket` proves that it wants it."""

    reason: str
    certainty: Certainty
    evidence: Evidence
    socket: Socket


def lowers_port_start(bundle: Bundle) -> bool:
    """Whether something in the input lets everyone bind low ports of the nodes."""
    name = _SYSCTL.rpartition(".")[2]
    pods = [workload.pod for workload in bundle.all(Workload)]
    containers = (container for pod in pods for container in pod.containers)
    words = (word for one in containers for word in (*(one.command or ()), *(one.args or ())))
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

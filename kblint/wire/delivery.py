"""The last part of every journey: from a Service to the process, and what a failure there looks like.

Who reports a failure decides what people see. A balancer takes a target that does not answer its health check out of
service and answers 503 when none is left; ingress-nginx answers 503 for a Service without endpoints, 502 for a
refused connection and 504 for one that times out
(https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/lua/balancer.lua).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.filtering import Filters, Peer
from kblint.wire.hand_made import misfit
from kblint.wire.journey import Cause, Hop, Outcome, Stage, State
from kblint.wire.link import Certainty
from kblint.wire.overlay import Overlay
from kblint.wire.policies import Policies
from kblint.wire.ports import PodPort, WiredPort, WiredService


class Front(enum.Enum):
    """Who asks, and so who reports a failure."""

    BALANCER_HTTP = "balancer, http"
    BALANCER_TCP = "balancer, tcp"
    CONTROLLER = "ingress controller"
    CLIENT = "client"


class Failure(enum.Enum):
    """What goes wrong below the one who asks."""

    NO_ENDPOINT = "no endpoint"
    REFUSED = "refused"
    TIMEOUT = "timeout"


_SEEN = {
    (Front.BALANCER_HTTP, Failure.NO_ENDPOINT): Outcome.UNAVAILABLE,
    (Front.BALANCER_HTTP, Failure.REFUSED): Outcome.UNAVAILABLE,
    (Front.BALANCER_HTTP, Failure.TIMEOUT): Outcome.UNAVAILABLE,
    (Front.BALANCER_TCP, Failure.NO_ENDPOINT): Outcome.EMPTY_REPLY,
    (Front.BALANCER_TCP, Failure.REFUSED): Outcome.EMPTY_REPLY,
    (Front.BALANCER_TCP, Failure.TIMEOUT): Outcome.EMPTY_REPLY,
    (Front.CONTROLLER, Failure.NO_ENDPOINT): Outcome.UNAVAILABLE,
    (Front.CONTROLLER, Failure.REFUSED): Outcome.BAD_GATEWAY,
    (Front.CONTROLLER, Failure.TIMEOUT): Outcome.GATEWAY_TIMEOUT,
    (Front.CLIENT, Failure.NO_ENDPOINT): Outcome.REFUSED,
    (Front.CLIENT, Failure.REFUSED): Outcome.REFUSED,
    (Front.CLIENT, Failure.TIMEOUT): Outcome.TIMEOUT,
}


def seen(front: Front, failure: Failure) -> Outcome:
    """What people see when `front` meets `failure`."""
    return _SEEN[front, failure]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """What lies between nodes and pods."""

    overlay: Overlay
    filters: Filters
    policies: Policies


@dataclass(frozen=True, slots=True)
class Approach:
    """How requests come to a Service's port.

    `local_only`: they stay on the node they reached (`externalTrafficPolicy: Local`, or a host port asked directly).
    `from_pods`: they come from a pod of the pod network. `node_port` is the node port they came through.
    """

    front: Front
    local_only: bool = False
    from_pods: bool = False
    node_port: int | None = None

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Who the pod's node sees a packet come from: another node's packets carry that node's address."""
        if self.front is Front.CONTROLLER:
            return (Peer.NODE, Peer.POD) if self.from_pods else (Peer.NODE,)
        asker = Peer.ANYONE if self.front is Front.CLIENT else Peer.BALANCER
        return (asker,) if self.local_only else (asker, Peer.NODE)


def service_hops(wired: WiredService, port: WiredPort, approach: Approach, network: Network) -> tuple[Hop, ...]:
    """The hops from a Service's port to the processes behind it."""
    front = approach.front
    service = wired.service
    label = f"Service {service.meta.name}:{_shown(port.port.port)}"
    place = port.port.origin.place("port")
    if service.is_external_name:
        return (Hop(Stage.SERVICE, label, place, State.UNKNOWN, "it is a DNS alias"),)
    if not wired.selected:
        return (_no_pods(wired, port, front, label),)
    if port.certainty is not Certainty.KNOWN and not port.behind:
        return (Hop(Stage.SERVICE, label, place, State.UNKNOWN, "its pods cannot be known"),)
    hops = [_resolved(port, front, label)]
    if hops[0].state is State.OK:
        pods = [pod for pod in port.behind if pod.number is not None]
        hops += pod_hops(tuple(pods), approach, network)
    return tuple(hops)


def _no_pods(wired: WiredService, port: WiredPort, front: Front, label: str) -> Hop:
    place = port.port.origin.place("port")
    if wired.service.selector is None:
        if wired.endpoints:
            unfit = misfit(wired, port)
            if unfit:
                reason = f"the endpoints in {unfit.endpoints.meta} do not serve it"
                outcome = seen(front, Failure.NO_ENDPOINT)
                cause = Cause("endpoints", port.key)
                return Hop(Stage.SERVICE, label, unfit.place, State.BROKEN, reason, outcome, cause)
            return Hop(Stage.SERVICE, label, place, State.UNKNOWN, "its endpoints are made by hand")
        return Hop(Stage.SERVICE, label, place, State.UNKNOWN, "it has no selector, its endpoints are made elsewhere")
    selector = wired.service.origin.place("selector")
    if wired.near and not wired.is_open:
        miss = wired.near[0]
        return Hop(
            Stage.SERVICE,
            label,
            selector,
            State.BROKEN,
            f"selects no pod: {miss.workload.meta.kind} `{miss.workload.meta.name}` differs in `{miss.key}`",
            seen(front, Failure.NO_ENDPOINT),
            Cause("selection", ("service", id(wired.service))),
        )
    return Hop(Stage.SERVICE, label, selector, State.UNKNOWN, "its pods are not in the input")


def _resolved(port: WiredPort, front: Front, label: str) -> Hop:
    place = port.port.origin.place("targetPort")
    target = port.port.target_port
    if isinstance(target, Unknown):
        return Hop(Stage.SERVICE, label, place, State.UNKNOWN, f"targetPort `{target.text}` cannot be known")
    if port.behind and all(pod.number is None for pod in port.behind):
        return Hop(
            Stage.SERVICE,
            label,
            place,
            State.BROKEN,
            f"targetPort `{target}` is declared by no container behind it",
            seen(front, Failure.NO_ENDPOINT),
            Cause("target-port", port.key),
        )
    return Hop(Stage.SERVICE, label, port.port.origin.place("port"))


def pod_hops(pods: tuple[PodPort, ...], approach: Approach, network: Network) -> list[Hop]:
    """Overlay, firewall, policies, pod and process; where several workloads stand behind, a break in any is a break."""
    front = approach.front
    hops: list[Hop] = []
    crossing = [pod for pod in pods if crosses_overlay(pod.workload, network, local_only=approach.local_only)]
    if crossing:
        workload = crossing[0].workload
        outcome = Outcome.GATEWAY_TIMEOUT if front is Front.BALANCER_HTTP else seen(front, Failure.TIMEOUT)
        hops.append(
            Hop(
                Stage.OVERLAY,
                "VXLAN between nodes",
                workload.pod.origin.place("hostNetwork"),
                State.BROKEN,
                f"{network.overlay.reason}, and {workload.meta.kind} `{workload.meta.name}` is on the pod network",
                outcome,
                Cause("overlay", ("workload", id(workload))),
            )
        )
    for pod in pods:
        workload = pod.workload
        hops.extend(_host_firewall(pod, approach, network))
        hops.extend(_policy(pod, front, network.policies))
        where = "host network" if workload.pod.host_network else "pod network"
        hops.append(
            Hop(Stage.POD, f"{workload.meta.kind} {workload.meta.name} ({where})", workload.meta.origin.place("kind"))
        )
        hops.append(_process(pod, front))
    return hops


def _host_firewall(pod: PodPort, approach: Approach, network: Network) -> list[Hop]:
    """The host firewall sees packets for pods of the host network only, with the container's port."""
    if not pod.workload.pod.host_network or not isinstance(pod.number, int) or not network.filters.hosts:
        return []
    label = f"host firewall {pod.number}/{pod.protocol.lower()}"
    closed = network.filters.host(pod.number, pod.protocol, approach.peers, pod.workload, approach.node_port)
    if closed is None:
        return [Hop(Stage.HOST_FIREWALL, label, network.filters.hosts[0].place)]
    if closed.is_bypassed:
        reason = "what it filters here is not sure"
        return [
            Hop(Stage.HOST_FIREWALL, label, closed.place, State.UNKNOWN, reason, cause=Cause("host-firewall", closed))
        ]
    who = " and ".join(peer.value for peer in closed.peers)
    reason = f"port {pod.number} is not open to {who}"
    outcome = seen(approach.front, Failure.TIMEOUT)
    return [
        Hop(Stage.HOST_FIREWALL, label, closed.place, State.BROKEN, reason, outcome, Cause("host-firewall", closed))
    ]


def _policy(pod: PodPort, front: Front, policies: Policies) -> list[Hop]:
    """Network policies, where they surely keep everybody out."""
    blocked = policies.blocked(pod)
    if blocked is None or blocked.certainty is not Certainty.KNOWN:
        return []
    policy = blocked.isolating[0]
    return [
        Hop(
            Stage.POLICY,
            f"NetworkPolicy {policy.meta.name}",
            policy.origin.place("podSelector"),
            State.BROKEN,
            f"no policy on {pod.workload.meta.kind} `{pod.workload.meta.name}` opens port {_shown(pod.number)}",
            seen(front, Failure.REFUSED if policies.rejects else Failure.TIMEOUT),
            Cause("policy", pod_port_key(pod.workload, pod.number)),
        )
    ]


def crosses_overlay(workload: Workload, network: Network, *, local_only: bool) -> bool:
    """Whether some request must cross a broken overlay to reach a pod of `workload`."""
    return not network.overlay.works and not workload.pod.host_network and not local_only


def _process(pod: PodPort, front: Front) -> Hop:
    label = f"port {_shown(pod.number)}/{pod.protocol.lower()}"
    place = pod.declared.origin.place("containerPort") if pod.declared else None
    key = pod_port_key(pod.workload, pod.number)
    if pod.answers:
        socket = pod.sockets[0]
        return Hop(Stage.PROCESS, f"{socket.program} on {socket.port}", socket.evidence.place)
    refused = seen(front, Failure.REFUSED)
    if pod.loopback:
        return Hop(
            Stage.PROCESS,
            label,
            pod.loopback[0].evidence.place,
            State.BROKEN,
            f"`{pod.loopback[0].program}` listens on `{pod.loopback[0].address}` only",
            refused,
            Cause("loopback", key),
        )
    if pod.answers is False:
        instead = ", ".join(f"{socket.port}" for socket in pod.instead)
        return Hop(
            Stage.PROCESS,
            label,
            pod.instead[0].evidence.place if pod.instead else place,
            State.BROKEN,
            f"nothing listens there{', the process listens on ' + instead if instead else ''}",
            refused,
            Cause("listening", key),
        )
    if pod.declared:
        return Hop(Stage.PROCESS, label, place, State.OK, "declared, not proved")
    if any(container.ports for container in pod.workload.pod.serving):
        return Hop(Stage.PROCESS, label, place, State.UNKNOWN, "the pod declares other ports")
    return Hop(Stage.PROCESS, label, place, State.UNKNOWN, "nothing tells what listens there")


def pod_port_key(workload: Workload, number: object) -> tuple[str, int, object]:
    """Names the port of a workload's pods."""
    return ("pod-port", id(workload), number)


def _shown(value: object) -> str:
    return value.text if isinstance(value, Unknown) else str(value)

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
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.refusals import Refusal, Refusals
from kblint.wire.journeys.journey import Cause, Failure, Hop, HopVerdict, Outcome, Stage
from kblint.wire.nodes.filtering import Filters, Peer
from kblint.wire.nodes.overlay import Overlay
from kblint.wire.policies.applied import Policies
from kblint.wire.services.endpoints import misfit
from kblint.wire.services.ports import PodPort, WiredPort, WiredService


class Reporter(enum.Enum):
    """Who asks, and so who reports a failure."""

    BALANCER_HTTP = "balancer, http"
    BALANCER_TCP = "balancer, tcp"
    CONTROLLER = "ingress controller"
    CLIENT = "client"


_SEEN = {
    (Reporter.BALANCER_HTTP, Failure.NO_ENDPOINT): Outcome.UNAVAILABLE,
    (Reporter.BALANCER_HTTP, Failure.REFUSED): Outcome.UNAVAILABLE,
    (Reporter.BALANCER_HTTP, Failure.TIMEOUT): Outcome.UNAVAILABLE,
    (Reporter.BALANCER_TCP, Failure.NO_ENDPOINT): Outcome.EMPTY_REPLY,
    (Reporter.BALANCER_TCP, Failure.REFUSED): Outcome.EMPTY_REPLY,
    (Reporter.BALANCER_TCP, Failure.TIMEOUT): Outcome.EMPTY_REPLY,
    (Reporter.CONTROLLER, Failure.NO_ENDPOINT): Outcome.UNAVAILABLE,
    (Reporter.CONTROLLER, Failure.REFUSED): Outcome.BAD_GATEWAY,
    (Reporter.CONTROLLER, Failure.TIMEOUT): Outcome.GATEWAY_TIMEOUT,
    (Reporter.CLIENT, Failure.NO_ENDPOINT): Outcome.REFUSED,
    (Reporter.CLIENT, Failure.REFUSED): Outcome.REFUSED,
    (Reporter.CLIENT, Failure.TIMEOUT): Outcome.TIMEOUT,
}


def outcome_of(front: Reporter, failure: Failure) -> Outcome:
    """What people see when `front` meets `failure`."""
    return _SEEN[front, failure]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """What lies between nodes and pods."""

    overlay: Overlay
    filters: Filters
    policies: Policies
    refusals: Refusals
    nodes: int | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """How requests come to a Service's port.

    `local_only`: they stay on the node they reached (`externalTrafficPolicy: Local`, or a host port asked directly);
    `is_everywhere`: and every node has a pod that answers them.
    `from_pods`: they come from a pod of the pod network. `node_port` is the node port they came through.
    """

    front: Reporter
    local_only: bool = False
    is_everywhere: bool = False
    is_direct: bool = False
    """The host port is asked itself, which answers whether or not the pod is ready."""
    from_pods: bool = False
    node_port: int | None = None

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Who the pod's node sees a packet come from: another node's packets carry that node's address."""
        if self.front is Reporter.CONTROLLER:
            return (Peer.NODE, Peer.POD) if self.from_pods else (Peer.NODE,)
        asker = Peer.ANYONE if self.front is Reporter.CLIENT else Peer.BALANCER
        return (asker,) if self.local_only else (asker, Peer.NODE)


def broken(
    stage: Stage, label: str, place: Place | None, reason: str, front: Reporter, failure: Failure, cause: Cause | None
) -> Hop:
    """A broken hop, seen as `front` reports its failure."""
    return Hop(stage, label, place, HopVerdict.BROKEN, reason, outcome_of(front, failure), cause, failure)


def service_hops(wired: WiredService, port: WiredPort, approach: Traffic, network: Network) -> tuple[Hop, ...]:
    """The hops from a Service's port to the processes behind it."""
    front = approach.front
    service = wired.service
    label = f"Service {service.meta.name}:{_shown(port.port.port)}"
    place = port.port.origin.place("port")
    if service.is_external_name:
        return (Hop(Stage.SERVICE, label, place, HopVerdict.UNKNOWN, "it is a DNS alias"),)
    stopped = _stopped(wired, port, approach, network)
    if stopped:
        return (stopped,)
    if not wired.selected:
        return (_no_pods(wired, port, front, label),)
    if port.certainty is not Certainty.KNOWN and not port.endpoints:
        return (Hop(Stage.SERVICE, label, place, HopVerdict.UNKNOWN, "its pods cannot be known"),)
    hops = [_resolved(port, front, label)]
    if hops[0].state is HopVerdict.OK:
        pods = [pod for pod in port.endpoints if pod.number is not None]
        hops += pod_hops(tuple(pods), approach, network)
    return tuple(hops)


def _stopped(wired: WiredService, port: WiredPort, approach: Traffic, network: Network) -> Hop | None:
    """A Service that never gets that far: the API refuses it, it speaks UDP, or its node port is closed here."""
    front = approach.front
    label = f"Service {wired.service.meta.name}:{_shown(port.port.port)}"
    refusal = network.refusals.services.get(id(wired.service))
    if refusal:
        return _refused(Stage.SERVICE, label, refusal, front)
    if port.port.protocol == "UDP" and front is not Reporter.CLIENT:
        place = port.port.origin.place("protocol")
        cause = Cause("protocol", port.key)
        return broken(Stage.SERVICE, label, place, "this port is UDP", front, Failure.NO_ENDPOINT, cause)
    drops_without_local_pod = wired.service.external_traffic_policy == "Local" and not approach.is_everywhere
    if front is Reporter.CLIENT and drops_without_local_pod and wired.selected and network.nodes != 1:
        place = wired.service.origin.place("externalTrafficPolicy")
        reason = "nodes without a pod of it drop the request (`externalTrafficPolicy: Local`)"
        cause = Cause("local-traffic", ("service", id(wired.service)))
        return broken(Stage.SERVICE, label, place, reason, front, Failure.TIMEOUT, cause)
    return None


def _refused(stage: Stage, label: str, refusal: Refusal, front: Reporter) -> Hop:
    """What the API refuses, or never runs."""
    if refusal.is_rejected:
        return Hop(stage, label, refusal.place, HopVerdict.BROKEN, refusal.reason, Outcome.REJECTED, refusal.cause)
    if refusal.is_pending:
        return Hop(stage, label, refusal.place, HopVerdict.BROKEN, refusal.reason, Outcome.PENDING, refusal.cause)
    return broken(stage, label, refusal.place, refusal.reason, front, Failure.NO_ENDPOINT, refusal.cause)


def _no_pods(wired: WiredService, port: WiredPort, front: Reporter, label: str) -> Hop:
    place = port.port.origin.place("port")
    if wired.service.selector is None:
        unfit = misfit(wired, port) if wired.endpoints else None
        if unfit:
            reason = f"the endpoints in {unfit.endpoints.meta} do not serve it"
            cause = Cause("endpoints", port.key)
            return broken(Stage.SERVICE, label, unfit.place, reason, front, Failure.NO_ENDPOINT, cause)
        how = "its endpoints are made by hand" if wired.endpoints else "its endpoints are made elsewhere"
        return Hop(Stage.SERVICE, label, place, HopVerdict.UNKNOWN, how)
    selector = wired.service.origin.place("selector")
    if wired.near and not wired.is_open:
        miss = wired.near[0]
        meta = miss.workload.meta
        differs = f"differs in `{miss.key}`" if miss.key else f"is in namespace `{meta.namespace}`"
        reason = f"selects no pod: {meta.kind} `{meta.name}` {differs}"
        cause = Cause("selection", ("service", id(wired.service)))
        return broken(Stage.SERVICE, label, selector, reason, front, Failure.NO_ENDPOINT, cause)
    return Hop(Stage.SERVICE, label, selector, HopVerdict.UNKNOWN, "its pods are not in the input")


def _resolved(port: WiredPort, front: Reporter, label: str) -> Hop:
    place = port.port.origin.place("targetPort")
    target = port.port.target_port
    if isinstance(target, Unknown):
        return Hop(Stage.SERVICE, label, place, HopVerdict.UNKNOWN, f"targetPort `{target.text}` cannot be known")
    if port.endpoints and all(pod.number is None for pod in port.endpoints):
        reason = f"targetPort `{target}` is declared by no container behind it"
        cause = Cause("target-port", port.key)
        return broken(Stage.SERVICE, label, place, reason, front, Failure.NO_ENDPOINT, cause)
    return Hop(Stage.SERVICE, label, port.port.origin.place("port"))


def pod_hops(pods: tuple[PodPort, ...], approach: Traffic, network: Network) -> list[Hop]:
    """Overlay, firewall, policies, pod and process; where several workloads stand behind, a break in any is a break."""
    front = approach.front
    hops: list[Hop] = []
    crossing = [pod for pod in pods if crosses_overlay(pod.workload, network, local_only=approach.local_only)]
    if crossing:
        meta = crossing[0].workload.meta
        place = crossing[0].workload.pod.origin.place("hostNetwork")
        reason = f"{network.overlay.reason}, and {meta.kind} `{meta.name}` is on the pod network"
        cause = Cause("overlay", ("workload", id(crossing[0].workload)))
        hops.append(broken(Stage.OVERLAY, "VXLAN between nodes", place, reason, front, Failure.TIMEOUT, cause))
    for pod in pods:
        workload = pod.workload
        where = "host network" if workload.pod.host_network else "pod network"
        label = f"{workload.meta.kind} {workload.meta.name} ({where})"
        refusal = network.refusals.workloads.get(id(workload))
        if refusal and not (approach.is_direct and refusal.is_unready):
            # without a pod there is no endpoint, and no packet that a firewall could drop
            return [_refused(Stage.POD, label, refusal, front)]
        hops.extend(_host_firewall(pod, approach, network))
        hops.extend(_policy(pod, front, network.policies))
        hops.append(Hop(Stage.POD, label, workload.meta.origin.place("kind")))
        hops.append(_process(pod, front))
    return hops


def _host_firewall(pod: PodPort, approach: Traffic, network: Network) -> list[Hop]:
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
            Hop(
                Stage.HOST_FIREWALL,
                label,
                closed.place,
                HopVerdict.UNKNOWN,
                reason,
                cause=Cause("host-firewall", closed),
            )
        ]
    who = " and ".join(peer.value for peer in closed.peers)
    reason = f"port {pod.number} is not open to {who}"
    cause = Cause("host-firewall", closed)
    return [broken(Stage.HOST_FIREWALL, label, closed.place, reason, approach.front, Failure.TIMEOUT, cause)]


def _policy(pod: PodPort, front: Reporter, policies: Policies) -> list[Hop]:
    """Network policies, where they surely keep everybody out."""
    blocked = policies.blocked(pod)
    if blocked is None or blocked.certainty is not Certainty.KNOWN:
        return []
    policy = blocked.isolating[0]
    reason = f"no policy on {pod.workload.meta.kind} `{pod.workload.meta.name}` opens port {_shown(pod.number)}"
    failure = Failure.REFUSED if policies.rejects else Failure.TIMEOUT
    cause = Cause("policy", pod_port_key(pod.workload, pod.number))
    place = policy.origin.place("podSelector")
    return [broken(Stage.POLICY, f"NetworkPolicy {policy.meta.name}", place, reason, front, failure, cause)]


def crosses_overlay(workload: Workload, network: Network, *, local_only: bool) -> bool:
    """Whether some request must cross a broken overlay to reach a pod of `workload`."""
    return not network.overlay.works and not workload.pod.host_network and not local_only


def _process(pod: PodPort, front: Reporter) -> Hop:
    label = f"port {_shown(pod.number)}/{pod.protocol.lower()}"
    place = pod.declared.origin.place("containerPort") if pod.declared else None
    key = pod_port_key(pod.workload, pod.number)
    if pod.answers:
        socket = pod.sockets[0]
        return Hop(Stage.PROCESS, f"{socket.program or 'process'} on {socket.port}", socket.evidence.place)
    if pod.loopback:
        place = pod.loopback[0].evidence.place
        reason = f"`{pod.loopback[0].program}` listens on `{pod.loopback[0].address}` only"
        return broken(Stage.PROCESS, label, place, reason, front, Failure.REFUSED, Cause("loopback", key))
    if pod.answers is False:
        instead = ", ".join(f"{socket.port}" for socket in pod.listens_on)
        reason = f"nothing listens there{', the process listens on ' + instead if instead else ''}"
        place = pod.listens_on[0].evidence.place if pod.listens_on else place
        return broken(Stage.PROCESS, label, place, reason, front, Failure.REFUSED, Cause("listening", key))
    if pod.declared:
        return Hop(Stage.PROCESS, label, place, HopVerdict.OK, "declared, not proved")
    if any(container.ports for container in pod.workload.pod.running_containers):
        return Hop(Stage.PROCESS, label, place, HopVerdict.UNKNOWN, "the pod declares other ports")
    return Hop(Stage.PROCESS, label, place, HopVerdict.UNKNOWN, "nothing tells what listens there")


def pod_port_key(workload: Workload, number: object) -> tuple[str, int, object]:
    """Names the port of a workload's pods."""
    return ("pod-port", id(workload), number)


def _shown(value: object) -> str:
    return value.text if isinstance(value, Unknown) else str(value)

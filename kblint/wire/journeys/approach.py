"""How requests come to a Service's port, or to a host port: who asks, and from where."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.balancer import Listener, LoadBalancer
from kblint.model.workload import Workload
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.fault import Reporter
from kblint.wire.nodes.senders import Peer
from kblint.wire.policies.callers import Caller, caller_of
from kblint.wire.services.ports import PodPort, WiredPort


class Traffic(Struct, frozen=True):
    """How requests come.

    `local_only`: they stay on the node they reached (`externalTrafficPolicy: Local`, or a host port asked directly);
    `is_everywhere`: and every node has a pod that answers them.
    `callers` are who sends them on, where that is known. `node_port` is the node port they came through.
    """

    front: Reporter
    local_only: bool = False
    is_everywhere: bool = False
    is_direct: bool = False
    """The host port is asked itself, which answers whether or not the pod is ready."""
    callers: tuple[Caller, ...] = ()
    node_port: int | None = None
    balancer: LoadBalancer | None = None
    """The balancer that sends them."""
    is_udp: bool = False
    is_lenient: bool = False
    """Who asks may send to the pods of a Service's port whatever protocol that port has."""
    caller: Workload | None = None
    """The workload in the cluster whose containers ask."""
    asked: int | None = None
    """The Service's port that they ask, where there is a Service."""
    is_asked_there: bool = False
    """The balancer's check asks each node at the very port that requests go to: what fails one fails the other."""

    @property
    def is_checked(self) -> bool:
        """Whether a balancer asks each node first whether it answers, and leaves out those that do not."""
        return self.front in (Reporter.BALANCER_HTTP, Reporter.BALANCER_TCP)

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Who the pod's node sees a packet come from: another node's packets carry that node's address."""
        if any(caller.labels is not None for caller in self.callers):
            return (Peer.NODE, Peer.POD)
        if self.front is Reporter.CONTROLLER or self.caller is not None:
            return (Peer.NODE,)
        asker = Peer.ANYONE if self.front is Reporter.CLIENT else Peer.BALANCER
        return (asker,) if self.local_only else (asker, Peer.NODE)


def front_of(listener: Listener) -> Reporter:
    """Who reports what fails behind a listener."""
    return Reporter.BALANCER_TCP if listener.protocol == "tcp" else Reporter.BALANCER_HTTP


def through_listener(wired: WiredListener) -> Traffic:
    """How requests come through a balancer, to a Service or to a host port itself."""
    front = front_of(wired.listener)
    if wired.port:
        asked = wired.check is not None and wired.check.question.port in (None, wired.listener.destination_port)
        return replace(through_node_port(wired.port, front), balancer=wired.balancer, is_asked_there=asked)
    is_direct = wired.destination_kind is DestinationKind.HOST_PORT
    return Traffic(front, local_only=True, is_direct=is_direct, balancer=wired.balancer)


def through_node_port(port: WiredPort, front: Reporter) -> Traffic:
    """How requests come through a node port."""
    return Traffic(
        front,
        local_only=port.service.external_traffic_policy == "Local",
        is_everywhere=all(pod.workload.one_per_node for pod in port.endpoints),
        node_port=port.port.node_port if isinstance(port.port.node_port, int) else None,
    )


def through_service_balancer(port: WiredPort, *, is_on_nodes: bool) -> Traffic:
    """How requests come through what a Service of type LoadBalancer asks for: a balancer's way, to its node port.

    `is_on_nodes`: pods of ServiceLB take them on the nodes, and send them to the Service.
    """
    is_udp = port.port.protocol == "UDP"
    if is_on_nodes:
        return replace(through_node_port(port, Reporter.CLIENT), callers=(_SERVICE_LB,), node_port=None, is_udp=is_udp)
    return replace(through_node_port(port, Reporter.BALANCER_TCP), is_udp=is_udp)


_SERVICE_LB = Caller("K3s's ServiceLB", {}, "kube-system", is_whole=False)


def inside(caller: Workload, front: Reporter, asked: int | None) -> Traffic:
    """How requests come from a container in the cluster, which no node port and no balancer sees."""
    return Traffic(front, is_everywhere=True, callers=(caller_of(caller),), caller=caller, asked=asked)


def through_controller(callers: tuple[Caller, ...], *, is_udp: bool = False, is_lenient: bool = False) -> Traffic:
    """How requests come from an ingress controller, whose pods are `callers`."""
    return Traffic(Reporter.CONTROLLER, callers=callers, is_udp=is_udp, is_lenient=is_lenient)


def callers_of(pods: tuple[PodPort, ...]) -> tuple[Caller, ...]:
    """Those who send on what comes to a controller's pods."""
    return tuple(map(caller_of, dict.fromkeys(pod.workload for pod in pods)))

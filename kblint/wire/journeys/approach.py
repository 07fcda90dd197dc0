"""How requests come to a Service's port, or to a host port: who asks, and from where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kblint.model.balancer import Listener, LoadBalancer
from kblint.model.workload import Workload
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.fault import Reporter
from kblint.wire.nodes.senders import Peer
from kblint.wire.services.ports import WiredPort


@dataclass(frozen=True, slots=True)
class Traffic:
    """How requests come.

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
    balancer: LoadBalancer | None = None
    """The balancer that sends them."""
    is_udp: bool = False
    caller: Workload | None = None
    """The workload in the cluster whose containers ask."""

    @property
    def is_checked(self) -> bool:
        """Whether a balancer asks each node first whether it answers, and leaves out those that do not."""
        return self.front in (Reporter.BALANCER_HTTP, Reporter.BALANCER_TCP)

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Who the pod's node sees a packet come from: another node's packets carry that node's address."""
        if self.from_pods:
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
        return replace(through_node_port(wired.port, front), balancer=wired.balancer)
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
        return replace(through_node_port(port, Reporter.CLIENT), from_pods=True, node_port=None, is_udp=is_udp)
    return replace(through_node_port(port, Reporter.BALANCER_TCP), is_udp=is_udp)


def through_controller(*, from_pods: bool, is_udp: bool = False) -> Traffic:
    """How requests come from an ingress controller; `from_pods`: it is on the pod network itself."""
    return Traffic(Reporter.CONTROLLER, from_pods=from_pods, is_udp=is_udp)


def inside(caller: Workload, front: Reporter) -> Traffic:
    """How requests come from a container in the cluster, which no node port and no balancer sees."""
    return Traffic(front, is_everywhere=True, from_pods=not caller.pod.host_network, caller=caller)


def is_on_pod_network(wired: WiredListener) -> bool:
    """Whether a pod of the pod network stands behind a listener, and sends requests on as such."""
    return any(not pod.workload.pod.host_network for pod in wired.pods)

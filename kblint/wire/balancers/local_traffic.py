"""Node ports that are answered only where a pod runs.

With `externalTrafficPolicy: Local` a node without a ready pod of the Service drops what comes to its node port.
https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kblint.model.balancer import DeclaredBy
from kblint.model.environment import Environment
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredService


@dataclass(frozen=True, slots=True, eq=False)
class LocalTrafficGap:
    """A Service whose node ports are dead on nodes without one of a workload's pods.

    `listener` is one that sends to all nodes, None where none is known; `is_noticed`: its health check asks the node
    port itself, and so leaves those nodes out. `is_spread`: the pods are kept on different nodes.
    """

    service: WiredService
    workload: Workload
    listener: WiredListener | None
    is_noticed: bool
    is_spread: bool


def local_gaps(
    services: ServiceIndex, listeners: Iterable[WiredListener], environment: Environment
) -> tuple[LocalTrafficGap, ...]:
    """Every such Service with each of its workloads."""
    if environment.nodes == 1:
        return ()
    asking: dict[Service, WiredListener] = {}
    for listener in listeners:
        if listener.port and listener.balancer.form is not DeclaredBy.CCM:
            asking.setdefault(listener.port.service, listener)
    gaps: list[LocalTrafficGap] = []
    for wired in services.services:
        service = wired.service
        found = asking.get(service)
        # whoever makes the balancer of a `LoadBalancer` Service asks its nodes for `healthCheckNodePort`
        is_exposed = service.type == "NodePort" or (found is not None and service.has_node_ports)
        if service.external_traffic_policy != "Local" or not is_exposed or wired.is_open:
            continue
        workloads = [one.workload for one in wired.selected]
        if any(_is_everywhere(workload, environment) for workload in workloads):
            continue
        noticed = _is_noticed(found)
        gaps += (LocalTrafficGap(wired, workload, found, noticed, _is_spread(workload)) for workload in workloads)
    return tuple(gaps)


def _is_everywhere(workload: Workload, environment: Environment) -> bool:
    """Whether a pod runs on every node that gets traffic, as far as anybody can tell."""
    pod = workload.pod
    if workload.one_per_node or pod.node_selector or pod.node_affinity or pod.node_name is not None:
        return True
    nodes, replicas = environment.nodes, workload.replicas
    return _is_spread(workload) and nodes is not None and (not isinstance(replicas, int) or replicas >= nodes)


def _is_spread(workload: Workload) -> bool:
    return workload.pod.has_anti_affinity or workload.pod.origin.is_written("topologySpreadConstraints")


def _is_noticed(listener: WiredListener | None) -> bool:
    if listener is None:
        return False
    check = listener.listener.health_check
    return check is None or check.port is None or check.port == listener.listener.destination_port

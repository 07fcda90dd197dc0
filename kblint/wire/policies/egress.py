"""Egress rules that name a Service's port: a policy sees the packet after the Service's address became a pod's.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from kblint.model.policy import NetworkPolicy, PolicyPeer, PolicyPort
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.wire.evidence import Certainty
from kblint.wire.policies.rules import EGRESS, is_whole
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import PodPort, WiredPort
from kblint.wire.services.selection import PodIndex

_NAME = "kubernetes.io/metadata.name"
_FEW = 20
"""Pods that a rule is looked at for; one for more is about no Service in particular."""


class EgressMistake(Struct, frozen=True, eq=False):
    """An entry of an egress rule that is the number of a Service's port, where the pods behind it have another."""

    policy: NetworkPolicy
    entry: PolicyPort
    port: WiredPort
    pod: PodPort


def egress_mistakes(
    policies: Iterable[NetworkPolicy], pods: PodIndex, services: ServiceIndex
) -> Iterator[EgressMistake]:
    """Every such entry, once; none where something else opens the pods' port to the same namespace's pods."""
    by_namespace = grouped((policy.meta.namespace, policy) for policy in policies if EGRESS in policy.types)
    for limiting in by_namespace.values():
        rules = [rule for policy in limiting for rule in policy.egress]
        if any(not rule.ports or not is_whole(rule.origin, "ports", rule.ports) for rule in rules):
            # some rule opens every port
            continue
        entries = [entry for rule in rules for entry in rule.ports]
        for policy in limiting:
            for rule in policy.egress:
                targets = [one for peer in rule.peers for one in _targets(peer, policy, pods)]
                if any(peer.cidr is not None for peer in rule.peers) or len(targets) > _FEW:
                    continue
                for entry in rule.ports:
                    found = next((one for target in targets for one in _asked(entry, target, services)), None)
                    if found and not any(_opens(one, found[1]) for one in entries):
                        yield EgressMistake(policy, entry, *found)


def _targets(peer: PolicyPeer, policy: NetworkPolicy, pods: PodIndex) -> list[Workload]:
    """The pods that a peer means, where it names a few."""
    if peer.pods is None or peer.pods.is_empty:
        return []
    namespace: object = policy.meta.namespace
    if peer.namespaces is not None:
        namespace = peer.namespaces.labels.get(_NAME) if not peer.namespaces.expressions else None
        if not isinstance(namespace, str) or len(peer.namespaces.labels) != 1:
            return []
    found = pods.select_by(peer.pods, namespace if isinstance(namespace, str) else None)
    return [one.workload for one in found if one.certainty is Certainty.KNOWN]


def _asked(entry: PolicyPort, target: Workload, services: ServiceIndex) -> Iterator[tuple[WiredPort, PodPort]]:
    """The Service ports of an entry's number that lead to another port of the target, which has none of that number."""
    declared = {port.container_port for port in target.pod.ports}
    for wired in services.by_workload.get(target, ()) if entry.end_port is None else ():
        for port in wired.ports:
            for pod in port.endpoints:
                is_asked = port.port.port == entry.port and port.port.protocol == entry.protocol
                is_other = isinstance(pod.number, int) and pod.number != entry.port and entry.port not in declared
                if pod.workload is target and is_asked and is_other and not wired.service.is_headless:
                    yield port, pod


def _opens(entry: PolicyPort, pod: PodPort) -> bool:
    """Whether an entry opens a port of pods, or nobody knows."""
    if entry.protocol != pod.protocol:
        return False
    if entry.port is None or isinstance(pod.number, int) is False:
        return True
    names = {port.name for port in pod.workload.pod.ports if port.container_port == pod.number}
    if not isinstance(entry.port, int):
        return not isinstance(entry.port, str) or entry.port in names
    last = entry.end_port if isinstance(entry.end_port, int) else entry.port
    return isinstance(pod.number, int) and entry.port <= pod.number <= last

"""Network policies between two workloads that are both in the input: whether one may ask the other.

What a policy sees is the pod's own port and the caller's own address:
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kblint.model.meta import Text
from kblint.model.policy import NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.policies.rules import EGRESS, INGRESS, is_whole, may_be_inside, names_of
from kblint.wire.services.ports import PodPort, PortOfPods
from kblint.wire.services.selection import same_namespace, selector_matches

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""


class PartedKey(NamedTuple):
    """Names two workloads that policies keep apart, in whichever scope they were found."""

    caller: Workload
    port: PortOfPods
    direction: str


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """Two workloads that policies keep apart: `isolating` limit who may come (`Ingress`), or what is sent (`Egress`).

    `mistaken` is an entry that opens the Service's port to the right pods, where theirs was meant.
    """

    caller: Workload
    pod: PodPort
    direction: str
    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty
    mistaken: PolicyPort | None = None

    @property
    def key(self) -> PartedKey:
        """Names it."""
        return PartedKey(self.caller, self.pod.key, self.direction)


Labels = Mapping[str, Mapping[str, Text]]
"""The labels of the namespaces that are in the input."""


def lets(
    policies: Iterable[NetworkPolicy], direction: str, caller: Workload, pod: PodPort, namespaces: Labels
) -> bool | None:
    """Whether some rule of these policies lets a caller reach a port of pods; None where nobody knows."""
    found: list[bool | None] = [False]
    for policy in policies:
        if direction not in policy.types:
            continue
        rules, key = (policy.ingress, "ingress") if direction == INGRESS else (policy.egress, "egress")
        found.append(None if not is_whole(policy.origin, key, rules) else False)
        far = caller if direction == INGRESS else pod.workload
        found += [_rule_lets(rule, direction, policy, far, pod, namespaces) for rule in rules]
    return True if True in found else None if None in found else False


def service_port_entry(
    policies: Iterable[NetworkPolicy], pod: PodPort, asked: int | Unknown | None, namespaces: Labels
) -> PolicyPort | None:
    """An entry that lets pods send to these pods on the number of their Service's port, where theirs is another."""
    for policy in policies:
        for rule in policy.egress if EGRESS in policy.types else ():
            if _peers_hold(rule, EGRESS, policy, pod.workload, namespaces):
                for entry in rule.ports:
                    if isinstance(asked, int) and entry.port == asked != pod.number and entry.end_port is None:
                        return entry
    return None


def _rule_lets(
    rule: PolicyRule, direction: str, policy: NetworkPolicy, far: Workload, pod: PodPort, namespaces: Labels
) -> bool | None:
    ports, peers = _ports_hold(rule, pod), _peers_hold(rule, direction, policy, far, namespaces)
    if ports is False or peers is False:
        return False
    return True if ports and peers else None


def _ports_hold(rule: PolicyRule, pod: PodPort) -> bool | None:
    if not is_whole(rule.origin, "ports", rule.ports):
        return None
    names = names_of(pod)
    if not rule.ports:
        return True
    found = [_port_holds(entry, pod, names) for entry in rule.ports]
    return True if True in found else None if None in found else False


def _port_holds(entry: PolicyPort, pod: PodPort, names: list[str] | None) -> bool | None:
    if entry.protocol != pod.protocol:
        return False
    if entry.port is None:
        return True
    if isinstance(entry.port, Unknown) or isinstance(entry.end_port, Unknown) or not isinstance(pod.number, int):
        return None
    if isinstance(entry.port, str):
        return None if names is None else entry.port in names
    return entry.port <= pod.number <= (entry.port if entry.end_port is None else entry.end_port)


def _peers_hold(
    rule: PolicyRule, direction: str, policy: NetworkPolicy, far: Workload, namespaces: Labels
) -> bool | None:
    key = "from" if direction == INGRESS else "to"
    if not is_whole(rule.origin, key, rule.peers):
        return None
    if not rule.peers:
        return True
    found = [_peer_holds(peer, policy, far, namespaces) for peer in rule.peers]
    return True if True in found else None if None in found else False


def _peer_holds(peer: PolicyPeer, policy: NetworkPolicy, far: Workload, namespaces: Labels) -> bool | None:
    if peer.cidr is not None:
        # an address of a pod is known to nobody; one of the Internet is none
        return None if may_be_inside(peer.cidr) else False
    if far.pod.host_network:
        # it comes with the address of its node, which no selector means, and its own node may always ask
        return None
    space = _space_holds(peer, policy, far, namespaces)
    labels = selector_matches(peer.pods, far.pod.labels) if peer.pods is not None else True
    if space is False or labels is False:
        return False
    return True if space and labels else None


def _space_holds(peer: PolicyPeer, policy: NetworkPolicy, far: Workload, namespaces: Labels) -> bool | None:
    own = far.meta.namespace
    if peer.namespaces is None:
        same = same_namespace(policy.meta.namespace, own)
        return None if same is Certainty.LIKELY else same is Certainty.KNOWN
    if peer.namespaces.is_empty:
        return True
    if own is None:
        return None
    known = namespaces.get(own)
    held = selector_matches(peer.namespaces, {**(known or {}), NAMESPACE_NAME: own})
    asked = {*peer.namespaces.labels, *(one.key for one in peer.namespaces.expressions)}
    # the labels of a namespace that is not here may be any
    return held if known is not None or asked <= {NAMESPACE_NAME} else None

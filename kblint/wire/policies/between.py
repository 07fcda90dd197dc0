"""What network policies on the pods that ask let them send to the pods that are asked.

What a policy sees is the pods' own port, as the Service's address has been translated by then:
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from kblint.model.policy import NetworkPolicy, PolicyPort, PolicyRule
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.policies.applied import MANY, Policies
from kblint.wire.policies.callers import Spaces, caller_of, lets_in
from kblint.wire.policies.rules import EGRESS, is_whole, names_of
from kblint.wire.services.ports import PodPort, PortOfPods


class PartedKey(NamedTuple):
    """Names two workloads that policies keep apart, in whichever scope they were found."""

    caller: Workload
    port: PortOfPods


class Parted(Struct, frozen=True, eq=False):
    """Pods that may not send to a port of others: `isolating` limit what they may send.

    `mistaken` is an entry that opens the Service's port to the right pods, where theirs was meant.
    """

    caller: Workload
    pod: PodPort
    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty
    mistaken: PolicyPort | None = None

    @property
    def key(self) -> PartedKey:
        """Names it."""
        return PartedKey(self.caller, self.pod.key)


class Landscape(Struct, frozen=True):
    """The labels of the namespaces that are in the input, and the network that pods have addresses of."""

    spaces: Spaces
    pods: str


def parted(policies: Policies, caller: Workload, pod: PodPort, asked: int | None) -> Parted | None:
    """Why policies on `caller` keep it from sending to a port of pods; None where they do not, or nobody knows.

    `asked` is the Service's port that is asked.
    """
    isolating, certainty = policies.limiting(caller)
    spaces = policies.by_namespace if caller.meta.namespace is None else (caller.meta.namespace, None)
    for_all = (one for space in spaces for one in policies.by_namespace.get(space, ()))
    resting = [one.policy for one in (*policies.by_workload.get(caller, ()), *for_all)] if isolating else []
    around = Landscape(policies.spaces, policies.pods)
    if not isolating or len(resting) > MANY or may_send(resting, pod, around) is not False:
        return None
    return Parted(caller, pod, isolating, certainty, service_port_entry(resting, pod, asked, around))


def may_send(policies: Iterable[NetworkPolicy], pod: PodPort, around: Landscape) -> bool | None:
    """Whether some rule of these policies lets something be sent to a port of pods; None where nobody knows."""
    found = {_lets(rule, policy, pod, around) for policy, rule in _rules(policies)}
    unread = any(not is_whole(policy.origin, "egress", policy.egress) for policy in policies)
    return True if True in found else None if None in found or unread else False


def service_port_entry(
    policies: Iterable[NetworkPolicy], pod: PodPort, asked: int | None, around: Landscape
) -> PolicyPort | None:
    """An entry that opens the number of the Service's port to the right pods, where their own is another."""
    for policy, rule in _rules(policies):
        for entry in rule.ports if _is_to(rule, policy, pod, around) else ():
            if asked is not None and entry.port == asked != pod.number and entry.end_port is None:
                return entry
    return None


def _rules(policies: Iterable[NetworkPolicy]) -> Iterator[tuple[NetworkPolicy, PolicyRule]]:
    return ((policy, rule) for policy in policies if EGRESS in policy.types for rule in policy.egress)


def _lets(rule: PolicyRule, policy: NetworkPolicy, pod: PodPort, around: Landscape) -> bool | None:
    held = {_opens(rule, pod), _is_to(rule, policy, pod, around)}
    return False if False in held else None if None in held else True


def _opens(rule: PolicyRule, pod: PodPort) -> bool | None:
    if not is_whole(rule.origin, "ports", rule.ports):
        return None
    if not rule.ports:
        return True
    names = names_of(pod)
    found = {_port_holds(entry, pod, names) for entry in rule.ports}
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


def _is_to(rule: PolicyRule, policy: NetworkPolicy, pod: PodPort, around: Landscape) -> bool | None:
    if not is_whole(rule.origin, "to", rule.peers):
        return None
    if not rule.peers:
        return True
    asked = caller_of(pod.workload)
    found = {lets_in(peer, policy.meta.namespace, asked, around.spaces, around.pods) for peer in rule.peers}
    return True if True in found else None if None in found else False

"""Network policies: which pods they rest on, and which ports they open there.

Policies add up: once one of them isolates a pod, the pod is reached only where some policy opens the port, and that is
the pod's own port, never the Service's. Pods on the host network are left alone.
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.model.policy import NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.link import Certainty
from kblint.wire.selection import PodIndex, same_namespace, selector_matches

INGRESS, EGRESS = "Ingress", "Egress"
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_DNS_PORTS = (53, 5353)
"""5353 is the pods' port of OpenShift's DNS; policies see ports after translation."""
_OTHER_LANGUAGES = frozenset(
    {"crd.projectcalico.org", "projectcalico.org", "cilium.io", "policy.networking.k8s.io", "crd.antrea.io"}
)
"""Groups whose own policies may let through what a NetworkPolicy does not."""
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7")
)


@dataclass(frozen=True, slots=True, eq=False)
class Resting:
    """A policy that rests on a workload's pods. `certainty` is unknown where only a placeholder stands between."""

    policy: NetworkPolicy
    certainty: Certainty


@dataclass(frozen=True, slots=True, eq=False)
class Blocked:
    """A port of a workload's pods that no policy opens, while `isolating` isolate them."""

    pod: PodPort
    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True, eq=False)
class DnsBlocked:
    """A workload whose outgoing traffic is limited and whose pods cannot ask for names.

    `mistaken` is an entry that opens port 53 for TCP only. `opens_any`: some other outgoing traffic is allowed.
    """

    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty
    mistaken: PolicyPort | None
    opens_any: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """What rules open, whoever may come: every port, numbers, names and ranges, each with its protocol."""

    everything: bool = False
    numbers: frozenset[tuple[str, int]] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    ranges: tuple[tuple[str, int, int], ...] = ()

    def has(self, protocol: str, number: int, names: Iterable[str]) -> bool:
        return (
            self.everything
            or (protocol, number) in self.numbers
            or any((protocol, name) in self.names for name in names)
            or any(one == protocol and first <= number <= last for one, first, last in self.ranges)
        )


@dataclass(frozen=True, eq=False)
class Policies:
    """The policies of a scope by the workloads they rest on.

    `is_enforced` is False where something else decides as well, or nothing enforces them. `rejects`: what is not let
    through is answered with a refusal, as K3s's own controller does it
    (https://github.com/cloudnativelabs/kube-router/blob/master/pkg/controllers/netpol/pod.go); others drop it.
    """

    by_workload: dict[int, tuple[Resting, ...]] = field(default_factory=dict)
    by_namespace: dict[str | None, tuple[NetworkPolicy, ...]] = field(default_factory=dict)
    """Those that select every pod of their namespace."""
    is_enforced: bool = False
    rejects: bool = False

    def resting_on(self, workload: Workload) -> tuple[Resting, ...]:
        """The policies that rest on a workload's pods, surely or perhaps, in the order of reading."""
        return self.by_workload.get(id(workload), ())

    def blocked(self, pod: PodPort) -> Blocked | None:
        """Why nobody reaches a port of a workload's pods; None where somebody may, or nobody knows."""
        isolating, certainty = self._isolating(pod.workload, INGRESS)
        names = _names(pod)
        if not isolating or names is None or not isinstance(pod.number, int):
            return None
        if self._opens(pod.workload, pod.number, pod.protocol, names):
            return None
        return Blocked(pod, isolating, certainty)

    def mistaken(self, blocked: Blocked, service_port: ServicePort) -> tuple[PolicyPort, str] | None:
        """An entry that opens something else where the pods' port was meant, and what: see `Mistake`."""
        for policy in blocked.isolating:
            for rule in policy.ingress if INGRESS in policy.types else ():
                for entry in rule.ports:
                    mistake = _mistake(entry, blocked.pod, service_port)
                    if mistake is None and id(policy) in self.lone and _is_nobodys_name(entry, blocked.pod):
                        mistake = "name"
                    if mistake:
                        return entry, mistake
        return None

    def dns_blocked(self, workload: Workload) -> DnsBlocked | None:
        """Why a workload's pods cannot ask for names; None where they may, or nobody knows."""
        isolating, certainty = self._isolating(workload, EGRESS)
        if not isolating:
            return None
        rules = [rule for policy in self._all_on(workload, EGRESS) for rule in policy.egress]
        if any(_has_unread(policy, EGRESS) for policy in self._all_on(workload, EGRESS)):
            return None
        if any(_opens_dns(rule, workload) for rule in rules):
            return None
        entries = (port for rule in rules for port in rule.ports)
        mistaken = next((port for port in entries if port.port == 53 and port.protocol == "TCP"), None)
        return DnsBlocked(isolating, certainty, mistaken, bool(rules))

    def _isolating(self, workload: Workload, direction: str) -> tuple[tuple[NetworkPolicy, ...], Certainty]:
        """The policies that isolate a workload's pods: the sure ones where there are any."""
        if not self.is_enforced or workload.pod.host_network or workload.is_batch:
            return (), Certainty.UNKNOWN
        everyone = [one for one in self.by_namespace.get(workload.meta.namespace, ()) if direction in one.types]
        resting = [one for one in self.resting_on(workload) if direction in one.policy.types]
        sure = [*(one.policy for one in resting if one.certainty is Certainty.KNOWN), *everyone]
        if sure:
            return tuple(sure), Certainty.KNOWN
        likely = tuple(one.policy for one in resting if one.certainty is Certainty.LIKELY)
        return likely, Certainty.LIKELY if likely else Certainty.UNKNOWN

    def _all_on(self, workload: Workload, direction: str) -> Iterator[NetworkPolicy]:
        """Every policy that rests on the workload or may."""
        for one in self.resting_on(workload):
            if direction in one.policy.types:
                yield one.policy
        for namespace in self._namespaces(workload):
            yield from (one for one in self.by_namespace[namespace] if direction in one.types)

    def _namespaces(self, workload: Workload) -> list[str | None]:
        return [one for one in self.by_namespace if same_namespace(one, workload.meta.namespace)]

    def _opens(self, workload: Workload, number: int, protocol: str, names: Iterable[str]) -> bool:
        own = _opened(one.policy for one in self.resting_on(workload))
        if own.has(protocol, number, names):
            return True
        return any(self._everyone[one].has(protocol, number, names) for one in self._namespaces(workload))

    @cached_property
    def _everyone(self) -> dict[str | None, _Opened]:
        """What the policies on all pods of a namespace open: asked for each of them, so it is put together once."""
        return {namespace: _opened(policies) for namespace, policies in self.by_namespace.items()}


def wire_policies(bundle: Bundle, environment: Environment, pods: PodIndex) -> Policies:
    """Every NetworkPolicy with the workloads it rests on."""
    by_workload: dict[int, list[Resting]] = {}
    by_namespace: dict[str | None, list[NetworkPolicy]] = {}
    for policy in bundle.all(NetworkPolicy):
        namespace = policy.meta.namespace
        if policy.pods.is_empty and not policy.origin.is_written("podSelector", "matchLabels"):
            by_namespace.setdefault(namespace, []).append(policy)
            continue
        for one in pods.select_by(policy.pods, namespace):
            by_workload.setdefault(id(one.workload), []).append(Resting(policy, one.certainty))
        for workload in pods.templated:
            if selector_matches(policy.pods, workload.pod.labels) is None and _may_meet(policy, workload):
                by_workload.setdefault(id(workload), []).append(Resting(policy, Certainty.UNKNOWN))
    return Policies(
        {key: tuple(found) for key, found in by_workload.items()},
        {key: tuple(found) for key, found in by_namespace.items()},
        _is_enforced(bundle),
        _rejects(bundle, environment),
    )

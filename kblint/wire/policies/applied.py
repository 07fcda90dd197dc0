"""Network policies: which pods they rest on, and which ports they open there.

Policies add up: once one of them isolates a pod, the pod is reached only where some policy opens the port, and that is
the pod's own port, never the Service's. Pods on the host network are left alone.
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from msgspec import Struct, field

from kblint.model.policy import NetworkPolicy, PolicyPort, PolicyRule
from kblint.model.service import ServicePort
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.wire.evidence import Certainty
from kblint.wire.nodes.filtering import PODS
from kblint.wire.policies.callers import Caller, Spaces, lets_in
from kblint.wire.policies.rules import (
    EGRESS,
    INGRESS,
    Mistake,
    Opened,
    Sent,
    is_whole,
    mistake_of,
    names_of,
    opened,
    opens,
    sent,
)
from kblint.wire.services.ports import PodPort

_FEW = 20
MANY = 100
"""Policies that select by one label: where more do, and many carry it, looking at all of them would cost n²."""


class AppliedPolicy(Struct, frozen=True, eq=False):
    """A policy that rests on a workload's pods; the certainty is unknown where a placeholder stands between them."""

    policy: NetworkPolicy
    certainty: Certainty


class Blocked(Struct, frozen=True, eq=False):
    """A port of a workload's pods that no policy opens to anybody, while `isolating` isolate them."""

    pod: PodPort
    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty


class ShutOut(Struct, frozen=True, eq=False):
    """Policies on pods that keep out whoever asks; the certainty is unknown where they may let them in."""

    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty


class DnsBlocked(Struct, frozen=True, eq=False):
    """A workload whose pods cannot ask for names, because `isolating` limit what they may send.

    `mistaken` is an entry that opens port 53 for TCP only; `opens_any`: they may send something else.
    """

    isolating: tuple[NetworkPolicy, ...]
    certainty: Certainty
    mistaken: PolicyPort | None
    opens_any: bool


class _Group(Struct, frozen=True, eq=False):
    """Policies that rest on the same pods: those that surely isolate them, what is opened, and what may be sent."""

    isolating: Mapping[str, tuple[NetworkPolicy, ...]]
    likely: Mapping[str, tuple[NetworkPolicy, ...]]
    opened: Opened
    rules: tuple[tuple[NetworkPolicy, PolicyRule], ...]
    sent: Sent


def _group(applied: Iterable[AppliedPolicy], namespace: str | None) -> _Group:
    applied = tuple(applied)
    policies = [one.policy for one in applied]
    return _Group(
        {direction: _isolating(applied, direction, Certainty.KNOWN) for direction in (INGRESS, EGRESS)},
        {direction: _isolating(applied, direction, Certainty.LIKELY) for direction in (INGRESS, EGRESS)},
        opened(policies),
        tuple(islice(((one, rule) for one in policies if INGRESS in one.types for rule in one.ingress), MANY + 1)),
        sent(policies, namespace),
    )


def _isolating(applied: tuple[AppliedPolicy, ...], direction: str, certainty: Certainty) -> tuple[NetworkPolicy, ...]:
    """A few of those that isolate: one would do, and the rest only shows more of the same."""
    found = (one.policy for one in applied if one.certainty is certainty and direction in one.policy.types)
    return tuple(islice(found, _FEW))


_NONE = _group((), None)


class Policies(Struct, frozen=True, eq=False, dict=True):
    """The policies of a scope by the workloads they rest on, those on all pods of a namespace by that.

    `is_enforced` is False where something else decides as well, or where nothing enforces them. `rejects`: what is not
    let through is answered with a refusal, as K3s's own controller does
    (https://github.com/cloudnativelabs/kube-router/blob/master/pkg/controllers/netpol/pod.go); others drop it.
    """

    by_workload: Mapping[Workload, tuple[AppliedPolicy, ...]] = field(default_factory=dict)
    by_namespace: Mapping[str | None, tuple[AppliedPolicy, ...]] = field(default_factory=dict)
    is_enforced: bool = False
    rejects: bool = False
    is_closed: bool = False
    """Whether there are no other policies than these."""
    spaces: Spaces = field(default_factory=dict)
    pods: str = PODS
    """The network that pods have addresses of."""
    untold: frozenset[Workload] = frozenset()
    """Workloads of which nothing is known: too many policies may rest on them, or a mesh stands before them."""
    uncounted: tuple[NetworkPolicy, ...] = ()
    """Of the policies that are not followed because too many select too many pods, the first of each label."""

    def blocked(self, pod: PodPort) -> Blocked | None:
        """Why nobody reaches a port of a workload's pods; None where somebody may, or nobody knows."""
        groups = self._groups(pod.workload)
        isolating, certainty = self._isolation(pod.workload, groups, INGRESS)
        names = names_of(pod) if isolating else None
        if names is None or not isinstance(pod.number, int):
            return None
        if any(group.opened.has(pod.protocol, pod.number, names) for group in groups):
            return None
        return Blocked(pod, isolating, certainty)

    def shut_out(self, pod: PodPort, callers: Sequence[Caller]) -> ShutOut | None:
        """The policies that keep all of `callers` from a port of pods; None where they let one of them in."""
        groups = self._groups(pod.workload)
        isolating, certainty = self._isolation(pod.workload, groups, INGRESS)
        names = names_of(pod)
        if not isolating or not callers:
            return None
        rules = [pair for group in groups for pair in group.rules]
        if sum(len(rule.peers) + len(rule.ports) for _, rule in rules) > MANY:
            # each pod would look through all of them
            return ShutOut(isolating, Certainty.UNKNOWN)
        opening = [(policy, rule) for policy, rule in rules if names is None or opens(rule, pod, names)]
        if any(not rule.peers and is_whole(rule.origin, "from", ()) for _, rule in opening):
            return None
        told = {
            lets_in(peer, policy.meta.namespace, caller, self.spaces, self.pods)
            for caller in callers
            for policy, rule in opening
            for peer in rule.peers
        }
        if True in told or not opening:
            return None
        is_read = all(is_whole(rule.origin, "from", rule.peers) for _, rule in opening) and len(rules) <= MANY
        is_known = is_read and names is not None and None not in told
        return ShutOut(isolating, certainty if is_known else Certainty.UNKNOWN)

    def limiting(self, workload: Workload) -> tuple[tuple[NetworkPolicy, ...], Certainty]:
        """The policies that limit what pods send, and how sure that is."""
        return self._isolation(workload, self._groups(workload), EGRESS)

    def mistaken(self, blocked: Blocked, asked: ServicePort) -> tuple[PolicyPort, Mistake] | None:
        """An entry of a policy that opens something else where the port behind `asked` was meant, and what."""
        entries = [
            (entry, policy in self._lone)
            for policy in blocked.isolating
            for rule in policy.ingress
            for entry in rule.ports
        ]
        found = ((entry, mistake_of(entry, blocked.pod, asked, is_lone=is_lone)) for entry, is_lone in entries)
        return next(((entry, mistake) for entry, mistake in found if mistake), None)

    def dns_blocked(self, workload: Workload) -> DnsBlocked | None:
        """Why a workload's pods cannot ask for names; None where they may, or nobody knows."""
        groups = self._groups(workload)
        isolating, certainty = self._isolation(workload, groups, EGRESS)
        if not isolating or any(group.sent.reaches_dns for group in groups):
            return None
        mistaken = next((group.sent.tcp_only for group in groups if group.sent.tcp_only), None)
        return DnsBlocked(isolating, certainty, mistaken, any(group.sent.is_any for group in groups))

    def on_host_network(self, workloads: Sequence[Workload]) -> dict[NetworkPolicy, tuple[Workload, ...]]:
        """The workloads of each policy whose pods are all on the host network; `workloads` are all there are."""
        by_namespace = grouped((workload.meta.namespace, workload) for workload in workloads)
        by_policy = grouped(
            (resting.policy, (workload, resting.certainty))
            for workload in workloads
            for resting in self.by_workload.get(workload, ())
        )
        found: dict[NetworkPolicy, tuple[Workload, ...]] = {}
        for policy, pairs in by_policy.items():
            if all(workload.pod.host_network for workload, _ in pairs):
                found[policy] = tuple(workload for workload, certainty in pairs if certainty is Certainty.KNOWN)
        for namespace, all_of_it in self.by_namespace.items():
            # pods without a namespace may be of this one
            only = by_namespace.get(namespace, ())
            if all(workload.pod.host_network for workload in (*only, *by_namespace.get(None, ()))):
                found |= {one.policy: only for one in all_of_it if one.certainty is Certainty.KNOWN}
        return found

    def _isolation(
        self, workload: Workload, groups: tuple[_Group, ...], direction: str
    ) -> tuple[tuple[NetworkPolicy, ...], Certainty]:
        """The policies that isolate a workload's pods: the sure ones where there are any."""
        if not self.is_enforced or workload.pod.host_network or workload in self.untold:
            return (), Certainty.UNKNOWN
        namespace = workload.meta.namespace
        # an unset namespace is too weak a reason to isolate all of another one
        all_of_it = [self._for_all[namespace]] if namespace in self._for_all else []
        sure = tuple(policy for group in (groups[0], *all_of_it) for policy in group.isolating[direction])
        if sure:
            return sure, Certainty.KNOWN
        likely = groups[0].likely[direction]
        return likely, Certainty.LIKELY if likely else Certainty.UNKNOWN

    def _groups(self, workload: Workload) -> tuple[_Group, ...]:
        """The policies on a workload's pods: its own, then those on all pods of its namespace; an unset one is any."""
        namespace = workload.meta.namespace
        own = self._own.get(workload, _NONE)
        if namespace is None:
            return (own, self._anywhere)
        return (own, *(self._for_all[one] for one in (namespace, None) if one in self._for_all))

    @cached_property
    def _own(self) -> dict[Workload, _Group]:
        return {workload: _group(applied, workload.meta.namespace) for workload, applied in self.by_workload.items()}

    @cached_property
    def _for_all(self) -> dict[str | None, _Group]:
        """The policies on all pods of a namespace: put together once, asked for by each of its pods."""
        return {name: _group(applied, name) for name, applied in self.by_namespace.items()}

    @cached_property
    def _anywhere(self) -> _Group:
        return _group((one for applied in self.by_namespace.values() for one in applied), None)

    @cached_property
    def _lone(self) -> frozenset[NetworkPolicy]:
        """The policies that rest on one workload only."""
        count = Counter(one.policy for applied in self.by_workload.values() for one in applied)
        return frozenset(policy for policy, number in count.items() if number == 1)

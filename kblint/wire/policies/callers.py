"""Who comes through policies: ingress controllers that are here, to the pods behind their routes.

A policy sees where a packet comes from: pods by their labels, namespaces by theirs. The labels of a namespace are known
where it is in the input, and that of its name always:
https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kblint.model.meta import Text
from kblint.model.policy import Namespace, NetworkPolicy, PolicyPeer, PolicyRule
from kblint.model.route import RouteClass
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.wire.evidence import Certainty
from kblint.wire.policies.applied import Policies
from kblint.wire.policies.rules import INGRESS, is_whole, names_of, opened
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.hosts import taker
from kblint.wire.services.controllers import controller_of_workload
from kblint.wire.services.ports import PodPort, WiredPort
from kblint.wire.services.selection import selector_matches

_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True, eq=False)
class ShutOut:
    """A port of a workload's pods that `caller` asks, and that policies open to others only.

    `place` is where the nearest of them says who may come. `certainty` is likely where the labels of a namespace
    decide: somebody may add them.
    """

    backend: WiredBackend
    port: WiredPort
    pod: PodPort
    caller: Workload
    isolating: tuple[NetworkPolicy, ...]
    place: Place
    certainty: Certainty


def shut_out(
    backends: Iterable[WiredBackend],
    policies: Policies,
    namespaces: Iterable[Namespace],
    workloads: Iterable[Workload],
    classes: tuple[RouteClass, ...],
) -> Iterator[ShutOut]:
    """Every backend of a route that the only controllers which may serve it cannot reach, once."""
    if not policies.by_workload and not policies.by_namespace:
        return
    controllers = grouped((name, one) for one in workloads if (name := controller_of_workload(one)))
    labels = {one.meta.name: one.meta.labels for one in namespaces}
    names = frozenset(controllers)
    for wired in backends:
        served = taker(wired.route, classes, names)
        callers = controllers.get(served.controller or "", ())
        if not callers or wired.port is None or wired.certainty is not Certainty.KNOWN:
            continue
        for pod in wired.port.endpoints:
            found = [_verdict(wired, wired.port, pod, caller, policies, labels) for caller in callers]
            if found and all(found):
                first = found[0]
                assert first, "all of them are"
                yield first
                break


def _verdict(
    wired: WiredBackend,
    port: WiredPort,
    pod: PodPort,
    caller: Workload,
    policies: Policies,
    labels: Mapping[str, Mapping[str, Text]],
) -> ShutOut | None:
    """Why `caller` does not reach a port; None where it does, or nobody knows."""
    isolating, names = policies.isolating(pod.workload), names_of(pod)
    # a pod on the host network comes as its node
    if not isolating or names is None or not isinstance(pod.number, int) or caller.pod.host_network:
        return None
    certainty, place = Certainty.KNOWN, isolating[0].origin.place("podSelector")
    for policy in isolating:
        if INGRESS in policy.types and not is_whole(policy.origin, "ingress", policy.ingress):
            return None
        for rule in policy.ingress:
            if not opened([policy], [rule]).has(pod.protocol, pod.number, names):
                continue
            admits, by_labels = _admits(rule, policy, caller, labels)
            if admits is not False:
                return None
            certainty = Certainty.LIKELY if by_labels else certainty
            place = rule.origin.place("from")
    return ShutOut(wired, port, pod, caller, isolating, place, certainty)


def _admits(
    rule: PolicyRule, policy: NetworkPolicy, caller: Workload, labels: Mapping[str, Mapping[str, Text]]
) -> tuple[bool | None, bool]:
    """Whether a rule lets a caller in, None where nobody knows; and whether the labels of a namespace decided."""
    if not rule.peers or not is_whole(rule.origin, "from", rule.peers):
        return (True, False) if not rule.peers else (None, False)
    verdicts = [_is_peer(peer, policy, caller, labels) for peer in rule.peers]
    if any(verdict is True for verdict, _ in verdicts):
        return True, False
    if any(verdict is None for verdict, _ in verdicts):
        return None, False
    return False, any(by_labels for _, by_labels in verdicts)


def _is_peer(
    peer: PolicyPeer, policy: NetworkPolicy, caller: Workload, labels: Mapping[str, Mapping[str, Text]]
) -> tuple[bool | None, bool]:
    if peer.cidr is not None:
        return None, False
    here, home = caller.meta.namespace, policy.meta.namespace
    by_labels = False
    is_there: bool | None = True
    if peer.namespaces is None:
        is_there = here == home if (here and home) or here == home else None
    elif not peer.namespaces.is_empty:
        if here is None:
            return None, False
        known = labels.get(here)
        asked = {*peer.namespaces.labels, *(one.key for one in peer.namespaces.expressions)}
        if known is None and asked != {_NAME}:
            return None, False
        is_there = selector_matches(peer.namespaces, {**(known or {}), _NAME: here})
        by_labels = asked != {_NAME}
    is_one = True if peer.pods is None else selector_matches(peer.pods, caller.pod.labels)
    if is_there is False or is_one is False:
        return False, by_labels and is_one is not False
    return (None if None in (is_there, is_one) else True), False

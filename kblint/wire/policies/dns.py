"""Whether what a network policy lets out reaches the cluster's DNS.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kblint.model.meta import Text
from kblint.model.networks import PRIVATE
from kblint.model.policy import NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule
from kblint.source.values import Unknown
from kblint.wire.policies.ports import is_whole
from kblint.wire.services.selection import labels_match, requirement_holds

EGRESS = "Egress"
_NAMESPACE = "kube-system"
_LABELS: Mapping[str, Text] = {"kubernetes.io/metadata.name": _NAMESPACE}
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""
_PORTS = (53, 5353)
"""Policies see the pods' port: OpenShift's DNS has 5353."""
_INSIDE = (*PRIVATE, *(ipaddress.ip_network(text) for text in ("100.64.0.0/10", "169.254.0.0/16")))
"""Where a cluster's DNS may be: some clouds give pods shared addresses, and a cache on each node has a local one."""


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """What policies let pods send.

    `reaches_dns` is False only where it is sure that they cannot ask for names over UDP, as resolvers do first.
    `tcp_only` is an entry that opens port 53 for TCP; `is_any`: they may send anything at all.
    """

    reaches_dns: bool
    tcp_only: PolicyPort | None
    is_any: bool


def sent(policies: Iterable[NetworkPolicy], namespace: str | None) -> Sent:
    """What policies on pods of a namespace let these send, all together."""
    limiting = [policy for policy in policies if EGRESS in policy.types]
    rules = [rule for policy in limiting for rule in policy.egress]
    is_read = all(is_whole(policy.origin, "egress", policy.egress) for policy in limiting)
    tcp_only = (entry for rule in rules for entry in rule.ports if entry.port == 53 and entry.protocol == "TCP")
    return Sent(not is_read or any(_opens_dns(rule, namespace) for rule in rules), next(tcp_only, None), bool(rules))


def _opens_dns(rule: PolicyRule, namespace: str | None) -> bool:
    opens_port = not rule.ports or any(map(_is_dns, rule.ports)) or not is_whole(rule.origin, "ports", rule.ports)
    return opens_port and (not rule.peers or any(_may_be_dns(peer, namespace) for peer in rule.peers))


def _is_dns(entry: PolicyPort) -> bool:
    if entry.protocol in ("TCP", "SCTP"):
        return False
    if not isinstance(entry.port, int):
        # a name is looked up in the pods of the other end, and those are not here
        return True
    last = entry.port if entry.end_port is None else entry.end_port
    return isinstance(last, Unknown) or any(entry.port <= port <= last for port in _PORTS)


def _may_be_dns(peer: PolicyPeer, namespace: str | None) -> bool:
    if peer.cidr is not None:
        return _is_private(peer.cidr)
    if peer.namespaces is None:
        # pods of the policy's own namespace
        return peer.pods is None or namespace in (None, _NAMESPACE)
    # further labels of that namespace are up to whoever runs the cluster
    named = {key: value for key, value in peer.namespaces.labels.items() if key in _LABELS}
    expressions = [one for one in peer.namespaces.expressions if one.key in _LABELS]
    return labels_match(named, _LABELS) is not False and all(
        requirement_holds(one, _LABELS) is not False for one in expressions
    )


def _is_private(cidr: str | Unknown) -> bool:
    """Whether a block may hold addresses of the cluster; what cannot be read may."""
    if isinstance(cidr, Unknown):
        return True
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return True
    return any(network.version == private.version and network.overlaps(private) for private in _INSIDE)

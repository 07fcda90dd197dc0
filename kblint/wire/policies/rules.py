"""What the rules of network policies open, what they open by mistake, and whether they let pods ask for names.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ and
https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import enum
import ipaddress
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kblint.model.meta import Text
from kblint.model.networks import PRIVATE
from kblint.model.policy import NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule
from kblint.model.service import ServicePort
from kblint.source.values import Origin, Unknown
from kblint.wire.services.ports import PodPort
from kblint.wire.services.selection import labels_match, requirement_holds

INGRESS = "Ingress"
_LAST_PORT = 65535
_PROTOCOLS = ("TCP", "UDP", "SCTP")
EGRESS = "Egress"
_NAMESPACE = "kube-system"
_PORTS = (53, 5353)
"""Policies see the pods' port: OpenShift's DNS has 5353."""
_INSIDE = (*PRIVATE, *(ipaddress.ip_network(text) for text in ("100.64.0.0/10", "169.254.0.0/16")))
"""Where a cluster's DNS may be: some clouds give pods shared addresses, and a cache on each node has a local one."""


class Mistake(enum.Enum):
    """What an entry of a policy opens where the pods' port was meant."""

    SERVICE_PORT = "the Service's port"
    PROTOCOL = "another protocol"
    NAME = "a name that no container declares"


class Opened(Struct, frozen=True, eq=False):
    """What rules open, to whomever: every port (or nobody knows), or numbers or names, and ranges, of a protocol."""

    everything: bool
    ports: frozenset[tuple[str, int | str]]
    ranges: tuple[tuple[str, int, int], ...]

    def has(self, protocol: str, number: int, names: Iterable[str]) -> bool:
        """Whether a port is among them; `names` are what the pods call it."""
        return (
            self.everything
            or any((protocol, one) in self.ports for one in (number, *names))
            or any(one == protocol and first <= number <= last for one, first, last in self.ranges)
        )


def is_whole(origin: Origin, key: str, read: tuple[object, ...]) -> bool:
    """Whether everything in the sequence at `key` could be read: what could not may open anything."""
    written = origin.get(key)
    return written is None or (isinstance(written, list) and len(written) == len(read))


def opened(policies: Iterable[NetworkPolicy]) -> Opened:
    """What policies open to incoming traffic, all together."""
    everything = False
    ports: set[tuple[str, int | str]] = set()
    ranges: list[tuple[str, int, int]] = []
    for policy in policies:
        if INGRESS not in policy.types:
            continue
        everything = everything or not is_whole(policy.origin, "ingress", policy.ingress)
        for rule in policy.ingress:
            everything = everything or not rule.ports or not is_whole(rule.origin, "ports", rule.ports)
            for entry in rule.ports:
                if entry.protocol not in _PROTOCOLS or isinstance(entry.port, Unknown):
                    everything = True
                elif entry.port is None:
                    ranges.append((entry.protocol, 1, _LAST_PORT))
                elif isinstance(entry.port, str) or entry.end_port is None:
                    ports.add((entry.protocol, entry.port))
                else:
                    last = _LAST_PORT if isinstance(entry.end_port, Unknown) else entry.end_port
                    ranges.append((entry.protocol, entry.port, last))
    return Opened(everything, frozenset(ports), tuple(ranges))


def opens(rule: PolicyRule, pod: PodPort, names: Iterable[str]) -> bool:
    """Whether a rule opens a port of pods to those whom it is about, for all that anybody knows."""
    if not rule.ports or not isinstance(pod.number, int) or not is_whole(rule.origin, "ports", rule.ports):
        return True
    return any(_opens(entry, pod.protocol, pod.number, names) for entry in rule.ports)


def _opens(entry: PolicyPort, protocol: str, number: int, names: Iterable[str]) -> bool:
    if entry.protocol not in _PROTOCOLS or isinstance(entry.port, Unknown):
        return True
    if entry.protocol != protocol or entry.port is None:
        return entry.protocol == protocol
    if isinstance(entry.port, str):
        return entry.port in names
    last = entry.port if entry.end_port is None else entry.end_port
    return entry.port <= number <= (_LAST_PORT if isinstance(last, Unknown) else last)


def names_of(pod: PodPort) -> list[str] | None:
    """The names under which a policy may open the port; None where that cannot be told."""
    found = []
    for port in pod.workload.pod.ports:
        if isinstance(port.name, Unknown) or isinstance(port.container_port, Unknown):
            return None
        if port.name and port.container_port == pod.number and port.protocol == pod.protocol:
            found.append(port.name)
    return found


def mistake_of(entry: PolicyPort, pod: PodPort, asked: ServicePort, *, is_lone: bool) -> Mistake | None:
    """What `entry` opens instead of the port; `is_lone`: its policy is about these pods only."""
    if entry.port is None or isinstance(entry.port, Unknown):
        return None
    declared = {name for port in pod.workload.pod.ports for name in (port.name, port.container_port)}
    if entry.end_port is not None:
        # a range that leaves the port out is no slip of one number
        return Mistake.PROTOCOL if _is_inside(entry, pod.number) and entry.protocol != pod.protocol else None
    if entry.port == pod.number or (isinstance(entry.port, str) and entry.port in (names_of(pod) or ())):
        return Mistake.PROTOCOL
    if entry.port in (asked.port, asked.name) and entry.protocol == pod.protocol and entry.port not in declared:
        return Mistake.SERVICE_PORT
    if is_lone and isinstance(entry.port, str) and entry.port not in declared:
        return Mistake.NAME
    return None


def _is_inside(entry: PolicyPort, number: object) -> bool:
    ends = (entry.port, number, entry.end_port)
    first, asked, last = (one if isinstance(one, int) else 0 for one in ends)
    return 0 < first <= asked <= last


_LABELS: Mapping[str, Text] = {"kubernetes.io/metadata.name": _NAMESPACE}
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""


class Sent(Struct, frozen=True, eq=False):
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

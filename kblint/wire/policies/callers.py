"""Who asks a pod, and whether a rule of a network policy is about them.

A selector of pods means pods with an address of their own: whether it lets in what comes from a node is up to the
network plugin. https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from msgspec import Struct

from kblint.model.meta import Text
from kblint.model.policy import PolicyPeer
from kblint.model.workload import Selector, Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.selection import same_namespace, selector_matches

_NAME = "kubernetes.io/metadata.name"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""


class Caller(Struct, frozen=True, eq=False):
    """Somebody who asks a pod: `name` is how users know them.

    `labels` is None for whoever comes with the address of a node, or from outside: no selector is about those.
    `is_whole`: they carry no other labels.
    """

    name: str
    labels: Mapping[str, Text] | None
    namespace: str | None
    is_whole: bool = True


OUTSIDE = Caller("people outside", None, None)


def caller_of(workload: Workload) -> Caller:
    """The pods of a workload."""
    meta, pod = workload.meta, workload.pod
    return Caller(f"{meta.kind} `{meta.name}`", None if pod.host_network else pod.labels, meta.namespace)


Spaces = Mapping[str, Mapping[str, Text]]
"""The labels of namespaces that are in the input."""


def lets_in(peer: PolicyPeer, home: str | None, caller: Caller, spaces: Spaces, pods: str) -> bool | None:
    """Whether a peer of a policy in namespace `home` is about a caller, None where nobody knows.

    `pods` is the network that pods have addresses of.
    """
    if peer.cidr is not None:
        return _holds(peer.cidr, pods, caller)
    if caller.labels is None:
        return None
    found = {_in_space(peer, home, caller, spaces), _selects(peer.pods, caller)}
    return False if False in found else None if None in found else True


def _holds(cidr: Text, pods: str, caller: Caller) -> bool | None:
    """Whether a block holds the caller's address."""
    if isinstance(cidr, Unknown):
        return None
    try:
        block, own = ipaddress.ip_network(cidr, strict=False), ipaddress.ip_network(pods)
    except ValueError:
        return None
    if block.prefixlen == 0:
        return True
    if caller.labels is None or block.version != own.version:
        return None
    return False if not block.overlaps(own) else True if block.prefixlen <= own.prefixlen else None


def _in_space(peer: PolicyPeer, home: str | None, caller: Caller, spaces: Spaces) -> bool | None:
    if peer.namespaces is None:
        is_same = same_namespace(home, caller.namespace)
        return True if is_same is Certainty.KNOWN else None if is_same else False
    if caller.namespace is None:
        return True if peer.namespaces.is_empty else None
    known = spaces.get(caller.namespace)
    labels = {_NAME: caller.namespace, **(known or {})}
    return _told(peer.namespaces, labels, is_whole=known is not None)


def _selects(selector: Selector | None, caller: Caller) -> bool | None:
    return True if selector is None else _told(selector, caller.labels or {}, is_whole=caller.is_whole)


def _told(selector: Selector, labels: Mapping[str, Text], *, is_whole: bool) -> bool | None:
    """Whether a selector matches; labels that are not written may be there all the same, unless these are all."""
    asked = {*selector.labels, *(one.key for one in selector.expressions)}
    if not is_whole and not asked <= labels.keys():
        return None
    return selector_matches(selector, labels)

"""Namespaces, ConfigMaps and NetworkPolicies.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from __future__ import annotations

from kblint.model.meta import Meta
from kblint.model.policy import ConfigMap, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule
from kblint.model.workload import Selector
from kblint.read.kubernetes.selectors import selector
from kblint.read.values import as_script, mapping, number, port, text, word, words
from kblint.source.values import Origin, Unknown


def read_config_map(meta: Meta, origin: Origin) -> ConfigMap | None:
    """A ConfigMap: its text entries; `binaryData` is left out. None for one of which nobody knows what it holds."""
    if isinstance(origin.get("data"), Unknown):
        return None
    data = {key: "" if value is None else as_script(value) for key, value in mapping(origin.node, "data").items()}
    return ConfigMap(meta, data, origin.child("data"))


def read_network_policy(meta: Meta, origin: Origin) -> NetworkPolicy:
    """A NetworkPolicy. Without `policyTypes` it is about ingress, and about egress if it has rules for it."""
    spec = origin.child("spec")
    egress = tuple(_rule(item, "to") for item in spec.children("egress"))
    return NetworkPolicy(
        meta=meta,
        pods=selector(spec, "podSelector") or Selector({}, (), spec.child("podSelector")),
        types=words(spec.node, "policyTypes") or (("Ingress", "Egress") if egress else ("Ingress",)),
        ingress=tuple(_rule(item, "from") for item in spec.children("ingress")),
        egress=egress,
        origin=spec,
    )


def _rule(origin: Origin, peers: str) -> PolicyRule:
    return PolicyRule(
        ports=tuple(map(_port, origin.children("ports"))),
        peers=tuple(map(_peer, origin.children(peers))),
        origin=origin,
    )


def _port(origin: Origin) -> PolicyPort:
    node = origin.node
    return PolicyPort(word(node, "protocol", "TCP"), port(node, "port"), number(node, "endPort"), origin)


def _peer(origin: Origin) -> PolicyPeer:
    return PolicyPeer(
        pods=selector(origin, "podSelector"),
        namespaces=selector(origin, "namespaceSelector"),
        cidr=text(mapping(origin.node, "ipBlock"), "cidr"),
    )

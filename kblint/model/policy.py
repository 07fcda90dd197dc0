"""What admits, limits and configures: namespaces, network policies, ConfigMaps, and references by name."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kblint.model.meta import Meta, Number, Text
from kblint.model.workload import Selector
from kblint.source.values import Origin, Unknown


class Namespace(Struct, frozen=True, eq=False):
    """A namespace; its labels carry the Pod Security level."""

    meta: Meta


class ConfigMap(Struct, frozen=True, eq=False):
    """A ConfigMap's text entries. `origin` is its `data`, so `origin.place(key)` is where an entry stands."""

    meta: Meta
    data: Mapping[str, Text]
    origin: Origin


class PolicyPort(Struct, frozen=True, eq=False):
    """One `ports` entry of a policy rule: a number, a name, or None for every port of the protocol."""

    protocol: str
    port: int | str | Unknown | None
    end_port: Number | None
    origin: Origin


class PolicyPeer(Struct, frozen=True, eq=False):
    """One `from` or `to` entry; a None selector is not written."""

    pods: Selector | None
    namespaces: Selector | None
    cidr: Text | None


class PolicyRule(Struct, frozen=True, eq=False):
    """One ingress or egress rule; no ports means all ports, no peers means everyone."""

    ports: tuple[PolicyPort, ...]
    peers: tuple[PolicyPeer, ...]
    origin: Origin


class NetworkPolicy(Struct, frozen=True, eq=False):
    """A networking.k8s.io NetworkPolicy. `types` are defaulted as the API does."""

    meta: Meta
    pods: Selector
    types: tuple[str, ...]
    ingress: tuple[PolicyRule, ...]
    egress: tuple[PolicyRule, ...]
    origin: Origin


class Reference(Struct, frozen=True, eq=False):
    """An object that names another: a scale target, a monitor's port, a webhook's Service.

    `purpose` says which of these; `selector` is set where the target is found by labels.
    """

    purpose: str
    meta: Meta
    kind: str
    name: Text | None
    namespace: str | None
    port: int | str | Unknown | None
    selector: Selector | None
    origin: Origin

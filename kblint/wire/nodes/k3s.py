"""What K3s itself needs and says: its ports between the nodes, and its options.

https://docs.k3s.io/installation/requirements#networking and https://docs.k3s.io/cli/server
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig, Option
from kblint.model.environment import Environment
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.source.spelling import RESEMBLES, nearest
from kblint.source.values import Unknown
from kblint.wire.nodes.filtering import Filters
from kblint.wire.nodes.senders import Peer
from kblint.wire.services.service_lb import is_k3s

_BACKENDS = ("none", "vxlan", "host-gw", "wireguard-native")
_REMOVED_BACKENDS = {"ipsec": "removed in v1.27", "wireguard": "replaced by `wireguard-native`"}
_COMPONENTS = ("coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik")
_OVERLAY_PORTS = {"vxlan": (8472, "flannel's VXLAN"), "wireguard-native": (51820, "flannel's WireGuard")}
_RANGE = re.compile(r"\d{1,5}-\d{1,5}")
_PRIVATE_PORTS = ((8472, "udp", "flannel's VXLAN"), (10250, "tcp", "the kubelet"), (2379, "tcp", "etcd"))
"""What must not be open to the world: https://docs.k3s.io/installation/requirements#networking."""


@dataclass(frozen=True, slots=True, eq=False)
class ClusterPort:
    """A port that nodes need from each other, and what a firewall makes of it.

    `is_open` is None where it cannot be told. `other_protocol` is a rule that opens the number for the other protocol.
    """

    firewall: HostFirewall | CloudFirewall
    port: int
    protocol: str
    purpose: str
    is_open: bool | None
    other_protocol: FirewallRule | None


@dataclass(frozen=True, slots=True, eq=False)
class WiredOption:
    """A K3s option with what is wrong with it; `problem` None for nothing."""

    config: K3sConfig
    option: Option
    value: str
    problem: str | None
    suggestion: str | None


def cluster_ports(bundle: Bundle, environment: Environment, filters: Filters) -> tuple[ClusterPort, ...]:
    """The ports between nodes, for each firewall that tells enough about them."""
    if not is_k3s(bundle, environment) or environment.nodes == 1:
        return ()
    needed = [(6443, "tcp", "the Kubernetes API server"), (10250, "tcp", "the kubelet")]
    backend = _flannel_backend(bundle)
    # who says that the overlay is blocked knows that its port is closed
    is_given_up = environment.overlay_is_configured and not environment.overlay_works
    if backend in _OVERLAY_PORTS and not is_given_up:
        port, purpose = _OVERLAY_PORTS[backend]
        needed.append((port, "udp", purpose))
    found = [
        ClusterPort(firewall, port, protocol, purpose, _is_open(firewall, port, protocol, filters), twin)
        for firewall in filters.hosts
        if firewall.active is not False
        for port, protocol, purpose in needed
        for twin in (_for_other_protocol(firewall.rules, port, protocol),)
    ]
    # a cloud firewall does not filter the private network that nodes mostly use: only a slip shows that it matters
    found += [
        ClusterPort(firewall, port, protocol, purpose, None, twin)
        for firewall in filters.cloud_firewalls
        for port, protocol, purpose in needed
        if (twin := _for_other_protocol(firewall.rules, port, protocol))
    ]
    return tuple(found)


def _flannel_backend(bundle: Bundle) -> str | None:
    for config in bundle.all(K3sConfig):
        value = config.value("flannel-backend")
        if isinstance(value, Unknown):
            return None
        if value is not None:
            return value
    return "vxlan"


def _is_open(firewall: HostFirewall, port: int, protocol: str, filters: Filters) -> bool | None:
    if not firewall.is_complete:
        return None
    return filters.decide(firewall, port, protocol, Peer.NODE)[0]


def _for_other_protocol(rules: tuple[FirewallRule, ...], port: int, protocol: str) -> FirewallRule | None:
    other = "tcp" if protocol == "udp" else "udp"
    opening = [rule for rule in rules if rule.action.lets_through and rule.direction == "in" and _names(rule, port)]
    if any(rule.protocol in (protocol, "any") or isinstance(rule.protocol, Unknown) for rule in opening):
        return None
    return next((rule for rule in opening if rule.protocol == other), None)


def _names(rule: FirewallRule, port: int) -> bool:
    return not isinstance(rule.ports, Unknown) and any(port in ports for ports in rule.ports)


def exposed(rule: FirewallRule) -> tuple[int, str] | None:
    """The port between nodes, and its purpose, that a rule opens to the world; None for none."""
    if not rule.action.lets_through or rule.direction != "in" or rule.interface or isinstance(rule.sources, Unknown):
        return None
    if rule.sources and not {"0.0.0.0/0", "::/0"} & set(rule.sources):
        return None
    for port, protocol, purpose in _PRIVATE_PORTS:
        if rule.protocol in (protocol, "any") and _names(rule, port):
            return port, purpose
    return None


def wired_options(bundle: Bundle, environment: Environment) -> tuple[WiredOption, ...]:
    """Every option of every K3s configuration."""
    return tuple(
        WiredOption(config, option, ",".join(map(_shown, option.values)), *_problem(option, environment))
        for config in bundle.all(K3sConfig)
        for option in config.options.values()
    )


def _problem(option: Option, environment: Environment) -> tuple[str | None, str | None]:
    values = [part.strip() for value in option.values if isinstance(value, str) for part in value.split(",")]
    if option.name == "flannel-backend":
        for value in values:
            if value.partition("=")[0] in _REMOVED_BACKENDS:
                return f"`{value}` is no flannel backend any more: {_REMOVED_BACKENDS[value]}", "wireguard-native"
            if value not in _BACKENDS:
                return f"`{value}` is no flannel backend", nearest(value, _BACKENDS, RESEMBLES)
    if option.name == "disable":
        for value in values:
            if value and value not in _COMPONENTS:
                meant = nearest(value, _COMPONENTS, RESEMBLES)
                if meant:
                    return f"`{value}` is no component of K3s", meant
    if option.name == "service-node-port-range" and values:
        ports = environment.node_port_range
        if not _RANGE.fullmatch(values[-1]):
            return f"`{values[-1]}` is no range of ports", f"{ports.first}-{ports.last}"
        written = f"{ports.first}-{ports.last}"
        if environment.node_port_range_is_configured and values[-1] != written:
            return f"`cluster.node-port-range` in kblint.yaml says `{written}`", written
    return None, None


def _shown(value: object) -> str:
    return value.text if isinstance(value, Unknown) else str(value)

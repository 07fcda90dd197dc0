"""Firewalls on the way, as they act on what arrives through node ports.

UFW filters on the node *after* kube-proxy has translated the address: for a pod on the host network it sees the
container port, and for a pod on the pod network it sees nothing at all, because kube-proxy's own chain accepts the
forwarded packet first. A Hetzner Cloud Firewall stands in front of the node's public address and sees the port that was
asked for; private networks pass it by (https://docs.hetzner.com/cloud/firewalls/faq). Both were measured with real
packets; with kube-proxy in ipvs mode, or Cilium in its place, the host firewall's part is not sure.
"""

from __future__ import annotations

import enum
import ipaddress
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.source.values import Unknown

_POD_NETWORKS = ("10.42.0.0/16", "10.43.0.0/16")
"""K3s's defaults for pods and Services: https://docs.k3s.io/cli/server#networking"""


class Peer(enum.Enum):
    """Who a packet comes from, as the host firewall sees it."""

    ANYONE = "the Internet"
    BALANCER = "the load balancer"
    NODE = "the other nodes"
    POD = "the pods"


@dataclass(frozen=True, slots=True)
class BlockedPort:
    """A port that a journey needs and a firewall keeps closed.

    `rule` is the rule that closes it, None where nothing opens it. `is_proved`: the listing is whole and kube-proxy's
    way with packets is known. `node_port` is the node port the request came through.
    """

    firewall: HostFirewall | CloudFirewall
    port: int
    protocol: str
    peers: tuple[Peer, ...]
    rule: FirewallRule | None
    is_proved: bool
    is_bypassed: bool
    workload: Workload | None
    node_port: int | None

    @property
    def place(self) -> Place:
        """Where to look: the closing rule, a rule that opens the node port instead, or the firewall."""
        if self.rule:
            return self.rule.place
        mistaken = self.mistaken
        return mistaken.place if mistaken else self.firewall.place

    @property
    def mistaken(self) -> FirewallRule | None:
        """A rule that opens the node port, which this firewall never sees."""
        if self.node_port is None or isinstance(self.firewall, CloudFirewall):
            return None
        for rule in self.firewall.rules:
            ports = () if isinstance(rule.ports, Unknown) else rule.ports
            if rule.action.lets_through and any(self.node_port in range_ and len(ports) > 0 for range_ in ports):
                return rule
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """The firewalls of a scope. `is_bypassed`: kube-proxy runs in ipvs mode, or something else took its place."""

    hosts: tuple[HostFirewall, ...]
    cloud_firewalls: tuple[CloudFirewall, ...]
    pod_networks: tuple[str, ...]
    is_bypassed: bool

    def host(
        self, port: int, protocol: str, peers: tuple[Peer, ...], workload: Workload, node_port: int | None
    ) -> BlockedPort | None:
        """What keeps `port` of a host-network pod closed to one of `peers`; None where it is open or not known."""
        for firewall in self.hosts:
            if firewall.active is False:
                continue
            closed: list[Peer] = []
            rule: FirewallRule | None = None
            for peer in peers:
                verdict, decided = self.decide(firewall, port, protocol.lower(), peer)
                if verdict is False:
                    closed.append(peer)
                    rule = rule or decided
            if closed:
                return BlockedPort(
                    firewall,
                    port,
                    protocol,
                    tuple(closed),
                    rule,
                    firewall.is_complete,
                    self.is_bypassed,
                    workload,
                    node_port,
                )
        return None

    def decide(
        self, firewall: HostFirewall, port: int, protocol: str, peer: Peer
    ) -> tuple[bool | None, FirewallRule | None]:
        """Whether a host firewall lets a packet to `port` in, and the rule that says so; None where it cannot be told.

        The first rule that matches decides, then the default: deny, unless something else is written.
        """
        for rule in firewall.rules:
            if rule.direction != "in":
                continue
            matches = self._matches(rule, port, protocol, peer)
            if matches is None:
                return None, None
            if matches:
                return rule.action.lets_through, rule
        if firewall.default_incoming is None and not firewall.is_complete:
            # commands of a script may be half the story: only one that switches UFW on tells that the rest is shut
            return (False, None) if firewall.active else (None, None)
        return firewall.default_incoming == "allow", None

    def _matches(self, rule: FirewallRule, port: int, protocol: str, peer: Peer) -> bool | None:
        if rule.interface is not None or rule.destination is not None:
            return None
        if isinstance(rule.protocol, Unknown) or isinstance(rule.ports, Unknown):
            return None
        if rule.protocol not in ("any", protocol) or (rule.ports and not any(port in ports for ports in rule.ports)):
            return False
        if isinstance(rule.sources, Unknown):
            return None
        return self._comes_from(rule.sources, peer)

    def _comes_from(self, sources: tuple[str, ...], peer: Peer) -> bool | None:
        """Whether a packet of `peer` may come from `sources`: addresses of nodes and balancers are rarely known."""
        if not sources or any(_is_everywhere(source) for source in sources):
            return True
        of_pods = [any(_within(source, network) for network in self.pod_networks) for source in sources]
        if peer is Peer.POD:
            return True if any(of_pods) else None
        if all(of_pods):
            return False
        return None if peer is Peer.ANYONE else True

    def cloud(
        self, port: int, protocol: str, addresses: tuple[str, ...], workload: Workload | None
    ) -> BlockedPort | None:
        """What keeps `port` closed at the nodes' public addresses to `addresses` (none: not known)."""
        applied = tuple(firewall for firewall in self.cloud_firewalls if firewall.is_applied is not False)
        if not applied:
            return None
        for rule in (rule for firewall in applied for rule in firewall.rules if rule.direction == "in"):
            if isinstance(rule.protocol, Unknown) or isinstance(rule.ports, Unknown):
                return None
            covers = rule.protocol == protocol.lower() and (
                not rule.ports or any(port in ports for ports in rule.ports)
            )
            if covers and (isinstance(rule.sources, Unknown) or _may_come_from(rule.sources, addresses)):
                return None
        return BlockedPort(applied[0], port, protocol, (Peer.BALANCER,), None, True, False, workload, port)

    def cloud_closes(self, port: int, protocol: str) -> bool:
        """Whether nobody at all reaches `port` at the nodes' public addresses."""
        return self.cloud(port, protocol, (), None) is not None


def filters(bundle: Bundle) -> Filters:
    """The firewalls of a bundle."""
    configs = bundle.all(K3sConfig)
    networks = [
        value for config in configs for name in ("cluster-cidr", "service-cidr") for value in config.values(name)
    ]
    modes = {argument for config in configs for argument in config.values("kube-proxy-arg")}
    replaced = any(config.is_on("disable-kube-proxy") for config in configs)
    has_cilium = any(workload.meta.name == "cilium" for workload in bundle.all(Workload))
    return Filters(
        hosts=bundle.all(HostFirewall),
        cloud_firewalls=bundle.all(CloudFirewall),
        pod_networks=tuple(networks) or _POD_NETWORKS,
        is_bypassed=replaced or has_cilium or "proxy-mode=ipvs" in modes,
    )


def _is_everywhere(source: str) -> bool:
    return source in ("0.0.0.0/0", "::/0")


def _within(source: str, network: str) -> bool:
    try:
        inner, outer = ipaddress.ip_network(source, strict=False), ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    return False


def _may_come_from(sources: tuple[str, ...], addresses: tuple[str, ...]) -> bool:
    """Whether one of `addresses` lies in `sources`; true where no address, or no source, can be read."""
    known = [address for address in addresses if ":" not in address]
    if not sources or not known:
        return True
    return any(_is_everywhere(source) or _within(f"{address}/32", source) for source in sources for address in known)

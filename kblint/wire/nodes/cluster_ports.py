"""The ports that the nodes of a cluster need from each other, and what firewalls make of them.

https://docs.k3s.io/installation/requirements#networking
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall, PortRange
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.nodes.closed_ports import ufw_line
from kblint.wire.nodes.filtering import Filters
from kblint.wire.nodes.senders import Peer
from kblint.wire.services.service_lb import is_k3s


class NodePurpose(Struct, frozen=True):
    """Ports that something on a node listens on for other nodes; `protocol` is tcp or udp."""

    ports: PortRange
    protocol: str
    purpose: str

    @property
    def written(self) -> str:
        """As one writes it: `2379-2380/tcp`."""
        last = "" if self.ports.first == self.ports.last else f"-{self.ports.last}"
        return f"{self.ports.first}{last}/{self.protocol}"


API_SERVER = NodePurpose(PortRange(6443, 6443), "tcp", "the Kubernetes API server")
KUBELET = NodePurpose(PortRange(10250, 10250), "tcp", "the kubelet")
ETCD = NodePurpose(PortRange(2379, 2380), "tcp", "etcd")
OVERLAYS = {
    "vxlan": NodePurpose(PortRange(8472, 8472), "udp", "flannel's VXLAN"),
    "wireguard-native": NodePurpose(PortRange(51820, 51820), "udp", "flannel's WireGuard"),
}
PRIVATE = (OVERLAYS["vxlan"], KUBELET, ETCD)
"""What must not be open to the world."""
_TELLING = (KUBELET, ETCD, OVERLAYS["vxlan"])
"""What only a cluster opens: WireGuard serves many, and the API server may be elsewhere."""
_MANY = 100
"""Rules for more ports than these name none of them: they open a range, and show no cluster. What they open counts."""


class ClosedBetweenNodes(Struct, frozen=True, eq=False):
    """Ports that nodes need from each other and that one firewall keeps closed to them.

    `slip` is a rule that opens one of them, `slipped`, for the other protocol only; `rule` one that closes the first.
    """

    firewall: HostFirewall | CloudFirewall
    needed: tuple[NodePurpose, ...]
    slip: FirewallRule | None
    slipped: NodePurpose | None
    rule: FirewallRule | None

    @property
    def place(self) -> Place:
        """The rule that is wrong, else the firewall."""
        rule = self.slip or self.rule
        return rule.place if rule else self.firewall.place

    @property
    def opening(self) -> str:
        """What opens them, in one line."""
        by_protocol = grouped((one.protocol, one.written.partition("/")[0]) for one in self.needed)
        lines = (ufw_line("NODE_NETWORK", ports, protocol) for protocol, ports in by_protocol.items())
        return " && ".join(lines)


def closed_between_nodes(bundle: Bundle, environment: Environment, filters: Filters) -> tuple[ClosedBetweenNodes, ...]:
    """What each firewall keeps closed that nodes need from each other; a firewall that tells too little is left out.

    A Cloud Firewall does not filter the private network that nodes mostly use: only a slip shows that it matters.
    """
    if environment.nodes == 1:
        return ()
    firewalls: tuple[HostFirewall | CloudFirewall, ...] = (*filters.hosts, *filters.cloud_firewalls)
    rules = [rule for firewall in firewalls for rule in firewall.rules]
    needed = tuple(_needed(bundle, environment, rules))
    found: list[ClosedBetweenNodes] = []
    around = _around(_telling_paths(bundle, environment) if needed and filters.hosts else ())
    for firewall in filters.hosts:
        # what is known of another tool is what it opens
        if firewall.active is False or firewall.tool != "UFW" or not _is_of_cluster(firewall, around):
            continue
        closed: list[tuple[NodePurpose, FirewallRule | None]] = []
        for one in needed:
            told = [
                filters.decide(firewall, port, one.protocol, Peer.NODE) for port in (one.ports.first, one.ports.last)
            ]
            rule = next((rule for is_open, rule in told if is_open is False), None)
            if any(is_open is False for is_open, _ in told) and not _opens_in_another(filters, firewall, one):
                closed.append((one, rule))
        if closed:
            found.append(_closed(firewall, closed, list(needed)))
    for cloud in filters.cloud_firewalls:
        slips = [one for one in needed if _slip(cloud.rules, one)]
        if slips:
            found.append(_closed(cloud, [(one, None) for one in slips], slips))
    return tuple(found)


def _closed(
    firewall: HostFirewall | CloudFirewall,
    closed: list[tuple[NodePurpose, FirewallRule | None]],
    needed: list[NodePurpose],
) -> ClosedBetweenNodes:
    slipped, slip = next(((one, rule) for one in needed if (rule := _slip(firewall.rules, one))), (None, None))
    return ClosedBetweenNodes(firewall, tuple(one for one, _ in closed), slip, slipped, closed[0][1])


def _opens_in_another(filters: Filters, firewall: HostFirewall, one: NodePurpose) -> bool:
    """Whether another script opens it: playbooks open ports role by role."""
    if firewall.is_listing:
        return False
    others = (other for other in filters.hosts if other is not firewall and not other.is_complete)
    return any(
        all(filters.decide(other, port, one.protocol, Peer.NODE)[0] for port in (one.ports.first, one.ports.last))
        for other in others
    )


def _needed(bundle: Bundle, environment: Environment, rules: list[FirewallRule]) -> Iterator[NodePurpose]:
    """What nodes need here: as K3s's configuration says, or as the rules themselves show that name such ports."""
    is_named = {one for one in _TELLING if any(_names(rule, one) for rule in rules)}
    is_cluster = is_k3s(bundle, environment)
    if not is_cluster and not is_named:
        return
    yield from (API_SERVER, KUBELET)
    configs = bundle.all(K3sConfig)
    if ETCD in is_named or any(_is_one_of_several(config) for config in configs):
        yield ETCD
    backend = _flannel_backend(configs) if is_cluster else None
    # who says that the overlay is blocked knows that its port is closed
    is_given_up = environment.overlay_is_configured and not environment.overlay_works
    for name, overlay in () if is_given_up else OVERLAYS.items():
        if name == backend or (not is_cluster and overlay in is_named):
            yield overlay


def _is_of_cluster(firewall: HostFirewall, around: _Around) -> bool:
    """Whether a host firewall is that of a cluster's node: its rules show it, or what lies around it."""
    if any(_names(rule, one) for rule in firewall.rules for one in (API_SERVER, *_TELLING)):
        return True
    return around.holds(firewall.place.source.path)


def _telling_paths(bundle: Bundle, environment: Environment) -> Iterator[str]:
    """The files that show a cluster."""
    yield from (config.place.source.path for config in bundle.all(K3sConfig))
    if environment.is_k3s:
        yield from (workload.meta.path for workload in bundle.all(Workload))


class _Around(Struct, frozen=True):
    """The folders that hold files, and all that lie `over` these, themselves too."""

    folders: frozenset[str]
    over: frozenset[str]
    is_at_top: bool
    """Whether one of them is the topmost folder, or right below it."""

    def holds(self, path: str) -> bool:
        """Whether a file is of one project with another: one's folder holds the other, or both lie at the top."""
        over = _folders_over(path)
        if self.is_at_top and len(over) <= _TOP:
            return True
        return over[-1] in self.over or not self.folders.isdisjoint(over)


def _around(paths: Iterable[str]) -> _Around:
    over = [_folders_over(path) for path in paths]
    return _Around(
        frozenset(folders[-1] for folders in over),
        frozenset(folder for folders in over for folder in folders),
        any(len(folders) <= _TOP for folders in over),
    )


_TOP = 2
"""Folders over a file that lies at the top: the topmost one, and one in it."""


def _folders_over(path: str) -> tuple[str, ...]:
    """The folders that a file lies in, the topmost one first, which has no name."""
    names = path.lstrip("/").split("/")[:-1]
    return tuple(accumulate((f"{name}/" for name in names), initial=""))


def _is_one_of_several(config: K3sConfig) -> bool:
    """Whether a server keeps its state in an etcd that it shares with others."""
    if config.role == "agent" or config.value("datastore-endpoint") is not None:
        return False
    return config.is_on("cluster-init") or (config.role == "server" and config.value("server") is not None)


def _flannel_backend(configs: Iterable[K3sConfig]) -> str | None:
    for config in configs:
        value = config.value("flannel-backend")
        if isinstance(value, Unknown):
            return None
        if value is not None:
            return value
    return "vxlan"


def _slip(rules: Iterable[FirewallRule], one: NodePurpose) -> FirewallRule | None:
    """A rule that opens the number for the other protocol, where none opens it for the right one."""
    other = "tcp" if one.protocol == "udp" else "udp"
    opening = [rule for rule in rules if rule.action.lets_through and rule.direction == "in" and _names(rule, one)]
    if any(rule.protocol in (one.protocol, "any") or isinstance(rule.protocol, Unknown) for rule in opening):
        return None
    return next((rule for rule in opening if rule.protocol == other), None)


def _names(rule: FirewallRule, one: NodePurpose) -> bool:
    if isinstance(rule.ports, Unknown):
        return False
    return any(ports.last - ports.first < _MANY and one.ports.first in ports for ports in rule.ports)


def exposed(rule: FirewallRule) -> NodePurpose | None:
    """What only nodes should reach, where a rule names its port and opens it to the world; None for nothing."""
    if not rule.action.lets_through or rule.direction != "in" or rule.interface or isinstance(rule.sources, Unknown):
        return None
    if rule.sources and not {"0.0.0.0/0", "::/0"} & set(rule.sources):
        return None
    return next((one for one in PRIVATE if rule.protocol in (one.protocol, "any") and _names(rule, one)), None)

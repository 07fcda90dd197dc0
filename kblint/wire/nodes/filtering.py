"""Firewalls on the way, as they act on what arrives through node ports.

UFW filters on the node *after* kube-proxy has translated the address: for a pod on the host network it sees the
container port, and for a pod on the pod network it sees nothing at all, because kube-proxy's own chain accepts the
forwarded packet first. A Hetzner Cloud Firewall stands in front of the node's public address and sees the port that was
asked for; private networks pass it by (https://docs.hetzner.com/cloud/firewalls/faq). Both were measured with real
packets; with kube-proxy in ipvs mode, or Cilium in its place, the host firewall's part is not sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.firewall import Action, CloudFirewall, FirewallRule, HostFirewall, PortRange
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.nodes.closed_ports import BlockedPort, OpenPort
from kblint.wire.nodes.matching import RulesByPort, comes_from, comes_over, covers, overlap, stands_apart
from kblint.wire.nodes.senders import KnownAddresses, PacketSource, Peer, balancer_sender

PODS, _SERVICES = "10.42.0.0/16", "10.43.0.0/16"
"""K3s's defaults for pods and Services: https://docs.k3s.io/cli/server#networking"""

_MOST_SOURCES = 3
"""Of a rule, that a reason lists."""
_LIMITED = "it is open to some, not to everybody"

Verdict = tuple[bool | None, FirewallRule | None]
"""Whether a packet is let in, None where that cannot be told, and the rule that says so (None: the default)."""


class Filters(Struct, frozen=True, eq=False):
    """The firewalls of a scope. `is_bypassed`: kube-proxy runs in ipvs mode, or something else took its place."""

    hosts: tuple[HostFirewall, ...]
    cloud_firewalls: tuple[CloudFirewall, ...]
    known: KnownAddresses
    is_bypassed: bool
    _by_port: dict[tuple[int, ...], RulesByPort] = field(default_factory=dict)

    @property
    def pod_networks(self) -> tuple[str, ...]:
        """The networks that pods have addresses of."""
        return self.known.pods

    def host(
        self,
        port: int,
        protocol: str,
        peers: tuple[Peer, ...],
        workload: Workload,
        node_port: int | None,
        balancer: LoadBalancer | None = None,
    ) -> BlockedPort | OpenPort | None:
        """What UFW makes of `port` of a host-network pod, asked by all of `peers`; None where there is no UFW.

        What one script or playbook closes, another one may open.
        """
        active = [firewall for firewall in self.hosts if firewall.active is not False]
        if not active:
            return OpenPort(self.hosts[0], None) if self.hosts else None
        doubts: list[OpenPort] = []
        opened: list[OpenPort] = []
        whole = [firewall for firewall in active if firewall.is_complete]
        # where all rules are here, parts of others tell no more
        for firewall in whole or active:
            told = {peer: self.decide(firewall, port, protocol.lower(), peer, balancer) for peer in peers}
            closed = [peer for peer, (is_open, _) in told.items() if is_open is False]
            elsewhere = self._opened_elsewhere(firewall, port, protocol.lower(), closed, balancer)
            limited = self._opened_to_some(firewall, port, protocol.lower()) if closed == [Peer.ANYONE] else None
            if limited:
                doubts.append(OpenPort(firewall, limited, _LIMITED))
            elif closed and elsewhere is None:
                rule = told[closed[0]][1]
                return BlockedPort(
                    firewall=firewall,
                    port=port,
                    protocol=protocol,
                    senders=tuple(self.sender(peer, balancer) for peer in closed),
                    rule=rule,
                    is_proved=firewall.is_complete and firewall.active is True,
                    is_bypassed=self.is_bypassed,
                    workload=workload,
                    node_port=node_port,
                    is_rejected=rule.action is Action.REJECT if rule else firewall.default_incoming == "reject",
                )
            if elsewhere:
                doubts.append(OpenPort(firewall, elsewhere, "another file opens it"))
            unknown = next(((peer, rule) for peer, (is_open, rule) in told.items() if is_open is None), None)
            if unknown:
                doubts.append(OpenPort(firewall, unknown[1], _doubt(*unknown)))
            opened.append(OpenPort(firewall, told[peers[0]][1]))
        return doubts[0] if doubts else opened[0]

    def _opened_to_some(self, firewall: HostFirewall, port: int, protocol: str) -> FirewallRule | None:
        """A rule that lets in nodes or a private balancer: whoever wrote it means to keep the others out."""
        some = (self.known.node(), PacketSource(Peer.BALANCER, is_private=True))
        for rule in self._about((firewall,), port):
            is_meant = any(self._matches(rule, port, protocol, sender) is not False for sender in some)
            if rule.direction == "in" and rule.action.lets_through and is_meant:
                return rule
        return None

    def _opened_elsewhere(
        self, firewall: HostFirewall, port: int, protocol: str, closed: list[Peer], balancer: LoadBalancer | None
    ) -> FirewallRule | None:
        """A rule of another script that lets in whom this one keeps out: playbooks open ports role by role."""
        if firewall.is_listing or not closed:
            return None
        for other in self.hosts:
            if other is firewall or other.is_complete:
                continue
            for peer in closed:
                rule = self._first(self._about((other,), port), port, protocol, self.sender(peer, balancer), None)
                if rule[0] and rule[1]:
                    return rule[1]
        return None

    def decide(
        self,
        firewall: HostFirewall,
        port: int,
        protocol: str,
        peer: Peer,
        balancer: LoadBalancer | None = None,
    ) -> Verdict:
        """Whether a host firewall lets a packet of `peer` (`balancer`, where it is one) to `port` in.

        The first rule that matches decides, then the default: deny, unless something else is written.
        """
        default: bool | None = firewall.default_incoming == "allow"
        if not firewall.is_complete and (firewall.active is None or not firewall.rules):
            # what a part of a script does not open, the rest may, and nobody knows that it is switched on
            default = None
        return self._first(self._about((firewall,), port), port, protocol, self.sender(peer, balancer), default)

    def _about(self, firewalls: Sequence[HostFirewall | CloudFirewall], port: int) -> Sequence[FirewallRule]:
        """The rules of firewalls, one firewall after the other, that may be about a port."""
        key = tuple(map(id, firewalls))
        if key not in self._by_port:
            self._by_port[key] = RulesByPort([rule for firewall in firewalls for rule in firewall.rules])
        return self._by_port[key].about(port)

    def sender(self, peer: Peer, balancer: LoadBalancer | None = None) -> PacketSource:
        """What is known of a peer."""
        if peer is Peer.NODE:
            return self.known.node()
        return balancer_sender(balancer) if peer is Peer.BALANCER and balancer else PacketSource(peer)

    def _first(
        self, rules: Iterable[FirewallRule], port: int, protocol: str, sender: PacketSource, default: bool | None
    ) -> Verdict:
        """What the first rule says that matches; what may match before it must say the same."""
        doubtful: list[FirewallRule] = []
        verdict: Verdict = (default, None)
        for rule in rules:
            matches = self._matches(rule, port, protocol, sender) if rule.direction == "in" else False
            if matches:
                verdict = (rule.action.lets_through, rule)
                break
            if matches is None:
                doubtful.append(rule)
        unlike = next((rule for rule in doubtful if rule.action.lets_through is not verdict[0]), None)
        return (None, unlike) if unlike else verdict

    def _matches(self, rule: FirewallRule, port: int, protocol: str, sender: PacketSource) -> bool | None:
        is_covered = covers(rule, port, protocol)
        if is_covered is False:
            return False
        found = {is_covered, comes_over(rule.interface, sender, self.known), comes_from(rule, sender, self.known)}
        if rule.destination is not None:
            found.add(None)
        return False if False in found else None if None in found else True

    def cloud(
        self, port: int | PortRange, protocol: str, balancer: LoadBalancer | None, workload: Workload | None
    ) -> BlockedPort | OpenPort | None:
        """What Cloud Firewalls make of `port` at the nodes' public addresses; None where there are none.

        It is asked by `balancer`, or by anyone; a range stands for one of its ports that nobody knows yet.
        """
        applied = tuple(
            firewall
            for firewall in self.cloud_firewalls
            if firewall.is_applied is not False and not (balancer and stands_apart(firewall, balancer))
        )
        if not applied:
            return None
        peer = Peer.BALANCER if balancer else Peer.ANYONE
        known = balancer_sender(balancer) if balancer else None
        sender = PacketSource(
            peer, is_private=False, address=known.address if known and known.is_private is False else None
        )
        picked_from = port if isinstance(port, PortRange) else None
        if picked_from:
            rules = [rule for firewall in applied for rule in firewall.rules]
            told = self._any_of(rules, picked_from, protocol.lower(), sender)
            number = picked_from.first
        else:
            number = port if isinstance(port, int) else 0
            told = self._first(self._about(applied, number), number, protocol.lower(), sender, default=False)
        if told[0] is not False:
            firewall = next((one for one in applied if told[1] in one.rules), applied[0])
            return OpenPort(firewall, told[1], "" if told[0] else _cloud_doubt(peer, told[1]))
        return BlockedPort(
            applied[0], number, protocol, (sender,), None, True, False, workload, number, picked_from=picked_from
        )

    def _any_of(self, rules: Iterable[FirewallRule], ports: PortRange, protocol: str, sender: PacketSource) -> Verdict:
        """Open where one rule opens all of `ports`, closed where none opens any."""
        touching: FirewallRule | None = None
        for rule in rules:
            if rule.direction != "in" or not rule.action.lets_through:
                continue
            inside = overlap(rule, ports, protocol)
            source = comes_from(rule, sender, self.known)
            if inside == "all" and source:
                return True, rule
            if inside != "none" and source is not False:
                touching = touching or rule
        return (None, touching) if touching else (False, None)

    def cloud_closes(self, port: int, protocol: str) -> bool:
        """Whether nobody at all reaches `port` at the nodes' public addresses."""
        return isinstance(self.cloud(port, protocol, None, None), BlockedPort)


def filters(bundle: Bundle) -> Filters:
    """The firewalls of a bundle."""
    configs = bundle.all(K3sConfig)

    def values(name: str, *default: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for config in configs for value in config.values(name))) or default

    replaced = any(config.is_on("disable-kube-proxy") for config in configs)
    has_cilium = any(workload.meta.name == "cilium" for workload in bundle.all(Workload))
    balancers = [address for balancer in bundle.all(LoadBalancer) for address in balancer.addresses]
    return Filters(
        hosts=bundle.all(HostFirewall),
        cloud_firewalls=bundle.all(CloudFirewall),
        known=KnownAddresses(
            pods=values("cluster-cidr", PODS),
            services=values("service-cidr", _SERVICES),
            nodes=values("node-ip"),
            balancers=tuple(balancers),
            node_interfaces=values("flannel-iface"),
        ),
        is_bypassed=replaced or has_cilium or "proxy-mode=ipvs" in values("kube-proxy-arg"),
    )


def _cloud_doubt(peer: Peer, rule: FirewallRule | None) -> str:
    """Why nobody can tell whether a Cloud Firewall lets somebody in."""
    if rule is None:
        return "its rules are not all in the input"
    if isinstance(rule.sources, Unknown):
        return f"whom its rule lets in, `{rule.sources.text}`, cannot be known"
    if isinstance(rule.ports, Unknown):
        return f"the ports of its rule, `{rule.ports.text}`, cannot be known"
    if not rule.sources:
        return "no rule of it is for all of these ports"
    listed = ", ".join(f"`{source}`" for source in rule.sources[:_MOST_SOURCES])
    who = _LIMITED if peer is Peer.ANYONE else f"nothing here tells whether {peer.value} is among them"
    return f"its rule lets in {listed}: {who}"


def _doubt(peer: Peer, rule: FirewallRule | None) -> str:
    """Why nobody can tell whether a host firewall lets somebody in."""
    if rule is None:
        return "nothing here opens it, but the rules are not all here"
    return _LIMITED if peer is Peer.ANYONE else f"whether this rule is about {peer.value} cannot be told"

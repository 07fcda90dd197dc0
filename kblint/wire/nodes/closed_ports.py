"""What firewalls make of the ports that journeys need: open ones, closed ones, and what would open these.

https://manpages.ubuntu.com/manpages/noble/en/man8/ufw.8.html and https://github.com/hetznercloud/cli
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall, PortRange
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.nodes.senders import EVERYWHERE, PacketSource, Peer

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class BlockedPort:
    """A port that a journey needs and a firewall keeps closed.

    `rule` is the rule that closes it, None where nothing opens it. `is_proved`: the listing is whole and kube-proxy's
    way with packets is known; `is_rejected`: whoever asks gets an answer. `node_port` is the node port the request came
    through; `picked_from` is set where the API has yet to pick it, out of ports of which none is open.
    """

    firewall: HostFirewall | CloudFirewall
    port: int
    protocol: str
    senders: tuple[PacketSource, ...]
    rule: FirewallRule | None
    is_proved: bool
    is_bypassed: bool
    workload: Workload | None
    node_port: int | None
    is_rejected: bool = False
    picked_from: PortRange | None = None

    @property
    def place(self) -> Place:
        """Where to look: the closing rule, a rule that opens the node port instead, or the firewall."""
        if self.rule:
            return self.rule.place
        mistaken = self.mistaken
        return mistaken.place if mistaken else self.firewall.place

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Who is kept out."""
        return tuple(sender.peer for sender in self.senders)

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


@dataclass(frozen=True, slots=True)
class OpenPort:
    """A port that a firewall does not surely keep closed: `rule` opens it, None for the default.

    `doubt` says why it cannot be told whether it is open, empty where it is.
    """

    firewall: HostFirewall | CloudFirewall
    rule: FirewallRule | None
    doubt: str = ""

    @property
    def place(self) -> Place:
        """Where to look: the rule, else the firewall."""
        return self.rule.place if self.rule else self.firewall.place


@dataclass(frozen=True, slots=True, eq=False)
class ClosedPorts:
    """The ports of one firewall that journeys need and that are closed, in the order of the journeys."""

    firewall: HostFirewall | CloudFirewall
    ports: tuple[BlockedPort, ...]
    pods: tuple[str, ...] = ()
    """The networks that pods have addresses of."""

    @property
    def first(self) -> BlockedPort:
        """The one to show: where a rule closes it, or one that opens the wrong port, else any."""
        return next((one for one in self.ports if one.rule or one.mistaken), self.ports[0])

    @property
    def numbers(self) -> tuple[str, ...]:
        """The ports as one writes them, each once."""
        return tuple(dict.fromkeys(number(one) for one in self.ports))

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Who has to reach them."""
        return tuple(dict.fromkeys(peer for one in self.ports for peer in one.peers))

    @property
    def is_runnable(self) -> bool:
        """Whether `opening` is made of commands for a host that told what it opens, with every address known."""
        is_known = all(source not in _UNTOLD for source, _, _ in self._asked)
        return is_known and isinstance(self.firewall, HostFirewall) and self.firewall.is_listing

    @property
    def opening(self) -> str:
        """What opens them, in one line: commands, or a rule in words where the firewall is written in Terraform."""
        asked = self._asked
        if isinstance(self.firewall, HostFirewall):
            return " && ".join(
                ufw_line(source, ports, proto, first=first) for (source, proto, first), ports in asked.items()
            )
        lines = (
            line
            for (source, protocol, _), ports in asked.items()
            for line in _cloud_lines(self.firewall, ports, protocol, source)
        )
        return (" " if _is_terraform(self.firewall) else " && ").join(lines)

    @property
    def _asked(self) -> Mapping[tuple[str | None, str, bool], Iterable[str]]:
        """The ports by who has to reach them, their protocol, and whether a rule closes them."""
        asked: dict[tuple[str | None, str, bool], dict[str, None]] = {}
        for one in self.ports:
            anyone = tuple(sender for sender in one.senders if sender.peer is Peer.ANYONE)
            for sender in anyone or one.senders:
                key = (_source(sender, self.pods), one.protocol.lower(), one.rule is not None)
                asked.setdefault(key, {})[number(one)] = None
        return asked


def closed_ports(blocked: Iterable[BlockedPort]) -> tuple[ClosedPorts, ...]:
    """Blocked ports by firewall; a Cloud Firewall's ports that the API has yet to pick stand for all it may pick."""
    found: dict[HostFirewall | CloudFirewall, list[BlockedPort]] = {}
    for one in blocked:
        found.setdefault(one.firewall, []).append(one)
    return tuple(ClosedPorts(firewall, tuple(ports)) for firewall, ports in found.items())


def number(one: BlockedPort) -> str:
    """A port as one writes it."""
    return f"{one.picked_from.first}-{one.picked_from.last}" if one.picked_from else str(one.port)


def _source(sender: PacketSource, pods: tuple[str, ...]) -> str | None:
    """The address of a sender; None for everybody, words in capitals where no file tells."""
    if sender.peer is Peer.ANYONE:
        return None
    if sender.peer is Peer.POD and pods:
        return pods[0]
    return sender.address or _UNTOLD_BY_PEER.get(sender.peer, _UNTOLD_POD)


_UNTOLD_BY_PEER = {Peer.BALANCER: "BALANCER_IP", Peer.NODE: "NODE_NETWORK"}
_UNTOLD_POD = "POD_NETWORK"
_UNTOLD = frozenset({*_UNTOLD_BY_PEER.values(), _UNTOLD_POD})
"""What stands for an address that no file tells."""


def ufw_line(source: str | None, ports: Iterable[str], protocol: str, *, first: bool = False) -> str:
    """The command of UFW that opens ports to an address or network (None: to everybody), before a rule that closes."""
    verb = ["ufw", *(["insert", "1"] if first else []), "allow"]
    listed = ",".join(port.replace("-", ":") for port in ports)
    if source is None:
        return shlex.join([*verb, f"{listed}/{protocol}"])
    return shlex.join([*verb, "from", source, "to", "any", "port", listed, "proto", protocol])


def _cloud_lines(firewall: CloudFirewall, ports: Iterable[str], protocol: str, source: str | None) -> Iterator[str]:
    network = EVERYWHERE if source is None else f"{source}/32"
    name = firewall.name if _NAME.fullmatch(firewall.name) else "FIREWALL"
    for port in ports:
        if _is_terraform(firewall):
            arguments = (
                'direction = "in"',
                f'protocol = "{protocol}"',
                f'port = "{port}"',
                f'source_ips = ["{network}"]',
            )
            yield f"rule {{ {'; '.join(arguments)} }}"
        else:
            words = ["hcloud", "firewall", "add-rule", "--direction", "in", "--protocol", protocol, "--port", port]
            yield shlex.join([*words, "--source-ips", network, name])


def _is_terraform(firewall: CloudFirewall) -> bool:
    return firewall.place.source.path.endswith((".tf", ".tf.json"))

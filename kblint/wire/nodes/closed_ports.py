"""What firewalls make of the ports that journeys need: open ones, closed ones, and what would open these.

https://manpages.ubuntu.com/manpages/noble/en/man8/ufw.8.html and https://github.com/hetznercloud/cli
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall, PortRange
from kblint.model.workload import Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.listening.inside import inside_program
from kblint.wire.nodes.senders import PacketSource, Peer

_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class BlockedPort(Struct, frozen=True):
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
    def inside(self) -> str | None:
        """What answers there, where nobody is kept out but people outside, who have no business with it."""
        is_outside = Peer.ANYONE in self.peers and self.workload is not None
        return inside_program(self.workload, self.port) if is_outside and self.workload else None

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


class OpenPort(Struct, frozen=True):
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


class ClosedPorts(Struct, frozen=True, eq=False):
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
    def inside(self) -> str | None:
        """What answers there, where they may stay closed."""
        return self.first.inside

    @property
    def opening(self) -> str:
        """What opens them, in one line: commands, or a rule in words where the firewall is written in Terraform."""
        asked = self._asked
        if isinstance(self.firewall, CloudFirewall) and _is_terraform(self.firewall):
            return "; ".join(dict.fromkeys(map(_terraform_rule, asked)))
        if isinstance(self.firewall, HostFirewall):
            lines = list(ufw_lines(asked, self.pods))
        else:
            name = self.firewall.name if _NAME.fullmatch(self.firewall.name) else "FIREWALL"
            lines = list(dict.fromkeys(hcloud_line(one, name) for one in asked))
        return f"`{' && '.join(lines)}`" if lines else ""

    @property
    def _asked(self) -> tuple[AskedPort, ...]:
        """The ports with who has to reach them; never people outside, where they have no business."""
        return tuple(
            AskedPort(number(one), one.protocol, sender, is_first=one.rule is not None)
            for one in self.ports
            for sender in one.senders
            if self.inside is None or sender.peer is not Peer.ANYONE
        )


class AskedPort(NamedTuple):
    """A port, as one writes it, that a sender must reach; `is_first`: before a rule that closes it."""

    port: str
    protocol: str
    sender: PacketSource
    is_first: bool = False


def closed_ports(blocked: Iterable[BlockedPort]) -> tuple[ClosedPorts, ...]:
    """Blocked ports by firewall, those apart that may stay so.

    A Cloud Firewall's ports that the API has yet to pick stand for all it may pick.
    """
    found: dict[tuple[HostFirewall | CloudFirewall, bool], list[BlockedPort]] = {}
    for one in blocked:
        found.setdefault((one.firewall, one.inside is not None), []).append(one)
    return tuple(ClosedPorts(firewall, tuple(ports)) for (firewall, _), ports in found.items())


def number(one: BlockedPort) -> str:
    """A port as one writes it."""
    return f"{one.picked_from.first}-{one.picked_from.last}" if one.picked_from else str(one.port)


def _source(sender: PacketSource, pods: tuple[str, ...]) -> str:
    """The address or network of a sender; words in capitals where no file tells.

    Nobody is told to open a port to the world: who may ask is for people to say.
    """
    if sender.peer is Peer.POD and pods:
        return pods[0]
    untold = {Peer.ANYONE: "CLIENT_NETWORK", Peer.BALANCER: "BALANCER_IP", Peer.NODE: "NODE_NETWORK"}
    return sender.address or untold.get(sender.peer, "POD_NETWORK")


def ufw_lines(asked: Iterable[AskedPort], pods: tuple[str, ...]) -> Iterator[str]:
    """The commands of UFW that open ports, one for each sender and protocol; `pods`: the pods' networks."""
    by_sender: dict[tuple[str, str, bool], dict[str, None]] = {}
    for one in asked:
        key = (_source(one.sender, pods), one.protocol.lower(), one.is_first)
        by_sender.setdefault(key, {})[one.port] = None
    for (source, protocol, is_first), ports in by_sender.items():
        yield ufw_line(source, ports, protocol, first=is_first)


def ufw_line(source: str, ports: Iterable[str], protocol: str, *, first: bool = False) -> str:
    """The command of UFW that opens ports to an address or network, before a rule that closes."""
    verb = ["ufw", *(["insert", "1"] if first else []), "allow"]
    listed = ",".join(port.replace("-", ":") for port in ports)
    return shlex.join([*verb, "from", source, "to", "any", "port", listed, "proto", protocol])


def hcloud_line(asked: AskedPort, firewall: str = "FIREWALL") -> str:
    """The command that opens a port in a Hetzner Cloud Firewall (https://github.com/hetznercloud/cli)."""
    words = ["hcloud", "firewall", "add-rule", "--direction", "in", "--protocol", asked.protocol.lower()]
    return shlex.join([*words, "--port", asked.port, "--source-ips", f"{_source(asked.sender, ())}/32", firewall])


def _terraform_rule(asked: AskedPort) -> str:
    """The arguments of a rule, in words around them: each stands on a line of its own in HCL."""
    source = f'source_ips = ["{_source(asked.sender, ())}/32"]'
    protocol, port = f'protocol = "{asked.protocol.lower()}"', f'port = "{asked.port}"'
    return f'add a `rule` with `direction = "in"`, `{protocol}`, `{port}` and `{source}`'


def _is_terraform(firewall: CloudFirewall) -> bool:
    return firewall.place.source.path.endswith((".tf", ".tf.json"))

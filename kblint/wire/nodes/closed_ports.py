"""What is closed in one firewall, together, and what would open it.

https://manpages.ubuntu.com/manpages/noble/en/man8/ufw.8.html and https://github.com/hetznercloud/cli
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kblint.model.firewall import CloudFirewall, HostFirewall
from kblint.wire.nodes.filtering import BlockedPort
from kblint.wire.nodes.senders import EVERYWHERE, Peer, Sender

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


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
    def opening(self) -> str:
        """What opens them, in one line: commands, or a rule in words where the firewall is written in Terraform."""
        asked: dict[tuple[str | None, str, bool], dict[str, None]] = {}
        for one in self.ports:
            for sender in one.senders:
                key = (_source(sender, self.pods), one.protocol.lower(), one.rule is not None)
                asked.setdefault(key, {})[number(one)] = None
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


def closed_ports(blocked: Iterable[BlockedPort]) -> tuple[ClosedPorts, ...]:
    """Blocked ports by firewall; a Cloud Firewall's ports that the API has yet to pick stand for all it may pick."""
    found: dict[HostFirewall | CloudFirewall, list[BlockedPort]] = {}
    for one in blocked:
        found.setdefault(one.firewall, []).append(one)
    return tuple(ClosedPorts(firewall, tuple(ports)) for firewall, ports in found.items())


def number(one: BlockedPort) -> str:
    """A port as one writes it."""
    return f"{one.picked_from.first}-{one.picked_from.last}" if one.picked_from else str(one.port)


def _source(sender: Sender, pods: tuple[str, ...]) -> str | None:
    """The address of a sender; None for everybody, words in capitals where no file tells."""
    if sender.peer is Peer.ANYONE:
        return None
    if sender.peer is Peer.POD and pods:
        return pods[0]
    unknown = {Peer.BALANCER: "BALANCER_IP", Peer.NODE: "NODE_NETWORK"}
    return sender.address or unknown.get(sender.peer, "POD_NETWORK")


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

"""What a rule of a firewall is about: which ports, who asks, over which interface.

Each answer is True, False, or None where it cannot be told.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from kblint.model.balancer import LoadBalancer
from kblint.model.firewall import CloudFirewall, FirewallRule, PortRange
from kblint.model.meta import Text
from kblint.model.networks import PRIVATE
from kblint.source.regex import regex
from kblint.source.values import Unknown
from kblint.wire.nodes.senders import EVERYWHERE, KnownAddresses, PacketSource, Peer

_POD_INTERFACE = regex(r"(cni|flannel|veth|cali|cilium|lxc|kube-|tunl|vxlan)[\w.-]*")
_TUNNEL = regex(r"(wg|tailscale|zt|tun|tap|nebula)\w*")
_OF_NO_PEER = regex(r"lo|(docker|br-|virbr|lxdbr|podman)[\w.-]*")
_PRIVATE_INTERFACE = regex(r"(enp[789]s0|ens1[0-2]|eth1)(\.\d+)?")
"""Where Hetzner's servers have their private networks: https://docs.hetzner.com/cloud/networks/server-configuration"""
_PUBLIC_INTERFACE = regex(r"eth0|enp1s0|ens3")

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class RulesByPort:
    """Rules in their order, by the ports that they name: of thousands few are about one."""

    def __init__(self, rules: Sequence[FirewallRule]) -> None:
        self._rules = rules
        self._any: list[int] = []
        self._by_port: dict[int, list[int]] = {}
        for number, rule in enumerate(rules):
            ports = () if isinstance(rule.ports, Unknown) else rule.ports
            if not ports or any(one.first != one.last for one in ports):
                self._any.append(number)
            else:
                for one in ports:
                    self._by_port.setdefault(one.first, []).append(number)

    def about(self, port: int) -> Sequence[FirewallRule]:
        """The rules that may be about a port: `covers` says no to all others."""
        return [self._rules[number] for number in sorted({*self._any, *self._by_port.get(port, ())})]


def covers(rule: FirewallRule, port: int, protocol: str) -> bool | None:
    """Whether a rule is about a port."""
    if isinstance(rule.protocol, Unknown) or isinstance(rule.ports, Unknown):
        is_other = not isinstance(rule.protocol, Unknown) and rule.protocol not in ("any", protocol)
        known = () if isinstance(rule.ports, Unknown) else rule.ports
        return False if is_other or (known and not any(port in ports for ports in known)) else None
    is_named = not rule.ports or any(port in ports for ports in rule.ports)
    return is_named and rule.protocol in ("any", protocol)


def overlap(rule: FirewallRule, ports: PortRange, protocol: str) -> str:
    """How many of `ports` a rule is about: all, some, none."""
    if isinstance(rule.protocol, Unknown) or isinstance(rule.ports, Unknown):
        return "some"
    if rule.protocol not in ("any", protocol):
        return "none"
    if not rule.ports or any(one.first <= ports.first and ports.last <= one.last for one in rule.ports):
        return "all"
    return "some" if any(one.first <= ports.last and ports.first <= one.last for one in rule.ports) else "none"


def stands_apart(firewall: CloudFirewall, balancer: LoadBalancer) -> bool:
    """Whether a Cloud Firewall surely stands before other servers than a balancer's targets."""
    guarded = [_server(value) for value in firewall.applied_to]
    asked = [_server(target.value) for target in balancer.targets]
    if not guarded or not asked or None in guarded or None in asked:
        return False
    # an identifier and a name, or labels of two keys, may mean the same server
    kinds = {one[0] for one in (*guarded, *asked) if one}
    return len(kinds) == 1 and set(guarded).isdisjoint(asked)


def _server(value: Text | None) -> tuple[str, str] | None:
    """How a server is named, and its name; None where it is not known, or told by more than one label."""
    if not isinstance(value, str) or not value:
        return None
    key, is_label, label = value.partition("=")
    if is_label:
        return (key.strip(), label.strip("= ")) if value.count("=") <= 2 and not re.search(r"[,!() ]", value) else None
    return ("id" if value.isdecimal() else "address" if value.startswith("hcloud_server.") else "name", value)


def comes_from(rule: FirewallRule, sender: PacketSource, known: KnownAddresses) -> bool | None:
    """Whether a rule's sources hold the sender; None where that cannot be told."""
    if isinstance(rule.sources, Unknown):
        return None
    if not rule.sources:
        return True
    is_unknown_node = sender.peer is Peer.NODE and sender.address is None and not known.nodes
    if is_unknown_node and not rule.action.lets_through and all(map(_is_public, rule.sources)):
        # whom somebody keeps out is a stranger, as far as anybody knows
        return False
    found = {_source_holds(source, sender, known) for source in rule.sources}
    if True in found:
        return True
    if None not in found:
        return False
    # a rule against some strangers says nothing about people in general, nor about a balancer of unknown address
    is_stranger = sender.peer is Peer.ANYONE or (sender.is_private is False and sender.address is None)
    return None if rule.action.lets_through or not is_stranger else False


def _source_holds(source: str, sender: PacketSource, known: KnownAddresses) -> bool | None:
    if source == EVERYWHERE:
        return True
    network = _network(source)
    if network is None:
        return None
    if isinstance(network, ipaddress.IPv6Network):
        # targets and nodes are asked over IPv4; of people, some have IPv6
        return None if sender.peer is Peer.ANYONE else False
    if network.is_loopback:
        return False
    if sender.peer is Peer.POD:
        return _covers_pods(network, known.pods)
    if any(_within(network, inner) for inner in (*known.pods, *known.services)):
        return False
    if sender.address is not None:
        return ipaddress.IPv4Address(sender.address) in network
    if sender.peer is Peer.ANYONE:
        return None
    return _class_holds(network, sender, known)


def _class_holds(network: ipaddress.IPv4Network, sender: PacketSource, known: KnownAddresses) -> bool | None:
    """Of a sender whose address is not known: by the kind of network it comes over, and by whose addresses are known.

    A private network that somebody opens a port to is taken for the one that nodes and balancer are in.
    """
    is_inside = any(_within(network, str(private)) for private in PRIVATE)
    if sender.is_private is not None and sender.is_private != is_inside and not _mixes(network):
        return False
    others, own = (known.balancers, known.nodes) if sender.peer is Peer.NODE else (known.nodes, known.balancers)
    is_single = network.num_addresses == 1
    if is_single and str(network.network_address) in others:
        return False
    if sender.peer is Peer.NODE:
        # single addresses: nodes are mostly listed one by one
        in_network = [ipaddress.IPv4Address(address) in network for address in own if ":" not in address]
        if not in_network and not is_single and _is_public(str(network)):
            # a public network may be anybody's
            return None
        return None if in_network and not any(in_network) and not is_single else True
    return True if sender.is_private and is_inside and not is_single else None


def _is_public(source: str) -> bool:
    """Whether a source is a network without private addresses, and not all there is."""
    network = _network(source)
    if source == EVERYWHERE or not isinstance(network, ipaddress.IPv4Network):
        return False
    return not _mixes(network) and not any(_within(network, str(private)) for private in PRIVATE)


def _mixes(network: ipaddress.IPv4Network) -> bool:
    """Whether it holds public and private addresses."""
    return any(isinstance(one, ipaddress.IPv4Network) and one != network and one.subnet_of(network) for one in PRIVATE)


def _covers_pods(network: ipaddress.IPv4Network, pods: tuple[str, ...]) -> bool | None:
    if not pods:
        return None
    covered = [_within(inner, str(network)) for inner in map(_network, pods) if inner]
    return True if any(covered) else None if any(_within(network, inner) for inner in pods) else False


def comes_over(interface: str | None, sender: PacketSource, known: KnownAddresses) -> bool | None:
    """Whether the sender's packets come in over an interface; None where that cannot be told."""
    if interface is None:
        return True
    if _OF_NO_PEER.fullmatch(interface):
        return False
    if _POD_INTERFACE.fullmatch(interface):
        return sender.peer is Peer.POD
    if sender.peer is Peer.POD:
        is_physical = _PRIVATE_INTERFACE.fullmatch(interface) or _PUBLIC_INTERFACE.fullmatch(interface)
        return False if is_physical else None
    if sender.peer is Peer.NODE:
        # who names the private interface has the nodes talk over it
        is_theirs = interface in known.node_interfaces or _PRIVATE_INTERFACE.fullmatch(interface)
        return True if is_theirs and sender.is_private is not False else None
    is_private_one = bool(_PRIVATE_INTERFACE.fullmatch(interface))
    if is_private_one or (interface in known.node_interfaces and known.node().is_private):
        return False if sender.peer is Peer.ANYONE else sender.is_private
    if _TUNNEL.fullmatch(interface):
        return False
    # where the private interface is known, another one is the public one
    is_public_one = _PUBLIC_INTERFACE.fullmatch(interface) or (known.node_interfaces and known.node().is_private)
    return True if is_public_one and (sender.peer is Peer.ANYONE or sender.is_private is False) else None


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _within(network: _Network, outer: str) -> bool:
    around = _network(outer)
    if isinstance(network, ipaddress.IPv4Network) and isinstance(around, ipaddress.IPv4Network):
        return network.subnet_of(around)
    return False

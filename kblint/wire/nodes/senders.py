"""Who sends packets to a node, and from which addresses, as far as anybody knows."""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.model.balancer import LoadBalancer
from kblint.model.networks import is_private

EVERYWHERE = "0.0.0.0/0"


class Peer(enum.Enum):
    """Who a packet comes from, as the host firewall sees it."""

    ANYONE = "the Internet"
    BALANCER = "the load balancer"
    NODE = "the other nodes"
    POD = "the pods"


class PacketSource(Struct, frozen=True):
    """A peer with what is known of it.

    `is_private`: its packets come over a private network, None where nobody knows; `address`: the one it sends from.
    """

    peer: Peer
    is_private: bool | None = None
    address: str | None = None


class KnownAddresses(Struct, frozen=True, eq=False):
    """What the input tells of addresses and interfaces.

    `pods` is the network that pods have addresses of, `services` that of Services, from which nothing is sent; `nodes`
    and `balancers` are single addresses; `node_interfaces` those that nodes are told to talk to each other over.
    """

    pods: tuple[str, ...]
    services: tuple[str, ...]
    nodes: tuple[str, ...] = ()
    balancers: tuple[str, ...] = ()
    node_interfaces: tuple[str, ...] = ()

    def node(self) -> PacketSource:
        """The other nodes, which send from the addresses they know each other by."""
        return PacketSource(Peer.NODE, all(map(is_private, self.nodes)) if self.nodes else None)


def balancer_sender(balancer: LoadBalancer) -> PacketSource:
    """A balancer as its targets see it: over the private network, or from its public address."""
    ways = {target.use_private_ip for target in balancer.targets}
    way = ways.pop() if len(ways) == 1 else None
    if not isinstance(way, bool):
        return PacketSource(Peer.BALANCER)
    known = (address for address in balancer.addresses if ":" not in address and is_private(address) == way)
    return PacketSource(Peer.BALANCER, way, next(known, None))

"""Ports that nobody holds, for the next application."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from kblint.register import FreePorts, PortKind, Register
from kblint.wire.topology import Topology

HOST_PORTS = (range(8080, 10_000), range(3000, 8080), range(10_000, 30_000))
"""Where free host ports are looked for, in this order: where applications usually listen.

All lie below 30000, where node ports begin, and below 32768, where Linux begins to take ports for outgoing connections
(`net.ipv4.ip_local_port_range`).
"""

WELL_KNOWN = frozenset(
    chain(
        # databases, queues and monitoring, often on the nodes themselves
        (3306, 5432, 5672, 6379, 9000, 9090, 9093, 9100, 9200, 9300, 11211, 15672, 27017),
        # ingress-nginx: https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/
        (8181, 8443, 10245, 10246, 10247, 10254),
        # Hetzner's cloud controller manager, MetalLB, Cilium, Calico, the K3s registry mirror
        (8233, 7472, 7946, 17472, 4240, 4244, 9962, 9963, 9964, 9091, 9099, 5001),
        # what K3s itself listens on: https://docs.k3s.io/installation/requirements#networking
        (6443, 6444, 8472, 10010, 10248, 10249, 10250, 10256, 10257, 10258, 10259),
    )
)
"""Ports that programs on a node take without any manifest of yours saying so."""


def free_ports(register: Register, topologies: Sequence[Topology], number: int) -> FreePorts:
    """`number` host ports and `number` node ports (fewer where there are no more) that no variant uses.

    Host ports: see `HOST_PORTS`, without `WELL_KNOWN` and reserved ones. Node ports: from the bottom of the range,
    where the band lies (30000 to 30085 by default) that the API server picks from last:
    https://kubernetes.io/blog/2023/05/11/nodeport-dynamic-and-static-allocation/
    """
    taken: set[object] = {
        entry.port for variant in register.variants for entry in variant.entries if entry.kind is not PortKind.BALANCER
    }
    taken.update(entry.port for entry in register.reserved)
    # what a balancer sends to is in use, though the Service that has it may not be in the input
    taken.update(wired.listener.destination_port for topology in topologies for wired in topology.listeners)
    ranges = [topology.environment.node_port_range for topology in topologies]
    host_ports = (port for port in chain(*HOST_PORTS) if not any(port in ports for ports in ranges))
    node_ports = range(max(ports.first for ports in ranges), min(ports.last for ports in ranges) + 1)
    return FreePorts(_first(host_ports, taken | WELL_KNOWN, number), _first(node_ports, taken | WELL_KNOWN, number))


def _first(candidates: Iterable[int], taken: set[object], number: int) -> tuple[int, ...]:
    return tuple(islice((port for port in candidates if port not in taken), number))

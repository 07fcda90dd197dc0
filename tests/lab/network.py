"""The laboratory's cables: a client, a balancer and four nodes as network namespaces, with bridges and a real VXLAN.

```
client 203.0.113.9 --.                          .-- node1 198.51.100.11 / 10.0.0.11, pods 10.42.1.0/24
                      public bridge, private bridge -- node2 198.51.100.12 / 10.0.0.12, pods 10.42.2.0/24
balancer 198.51.100.10 / 10.0.0.10 -'             '-- node3, node4: the same with 13 and 14
```

Everything lies inside namespaces that carry the number of this process; nothing leaves them. `Network.close` removes
them; processes die with this one, and namespaces of a run that was killed are removed by the next run.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

NODES = ("node1", "node2", "node3", "node4")
"""Four: one more than ingress-nginx tries for a request, else a retry would always find the pod on its own node."""
PODS_PER_NODE = 7
"""Pod namespaces that each node has ready; the last one is kept for the answers of what was never started."""
CLIENT = "203.0.113.9"
BALANCER_PUBLIC, BALANCER_PRIVATE = "198.51.100.10", "10.0.0.10"
VXLAN_PORT = 8472
PREFIX = "kbl"
TOOLS = ("ip", "nft", "iptables-restore", "ufw", "haproxy", "nginx", "curl", "openssl", "nsenter", "unshare", "setpriv")


_SETTINGS = (
    "net.ipv4.ip_forward=1",
    "net.ipv4.conf.all.rp_filter=0",
    # so many refusals in so short a time would otherwise pass as silence
    "net.ipv4.icmp_ratelimit=0",
    "net.ipv4.icmp_msgs_per_sec=100000",
    "net.ipv4.icmp_msgs_burst=100000",
)


class LabError(Exception):
    """The laboratory itself is broken: this is never an outcome."""


@dataclass(frozen=True)
class PodSlot:
    """A ready-made pod namespace."""

    namespace: str
    address: str


@dataclass(frozen=True)
class Node:
    """One node: its namespace, its addresses and its pod slots. The private address is the one Kubernetes knows."""

    name: str
    number: int
    namespace: str

    @property
    def public(self) -> str:
        return f"198.51.100.{10 + self.number}"

    @property
    def private(self) -> str:
        return f"10.0.0.{10 + self.number}"

    @property
    def pod_network(self) -> str:
        return f"10.42.{self.number}.0/24"

    @cached_property
    def slots(self) -> tuple[PodSlot, ...]:
        return tuple(
            PodSlot(f"{self.namespace}-p{index}", f"10.42.{self.number}.{10 + index}")
            for index in range(PODS_PER_NODE + 1)
        )

    @property
    def sentinel(self) -> PodSlot:
        """Where a process stands in for what the API refused or the scheduler could not place."""
        return self.slots[-1]


def why_not() -> str | None:
    """Why no laboratory can be built here; None where it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"the lab needs {', '.join(missing)}"
    if os.geteuid() != 0:
        return "the lab needs root to make network namespaces"
    script = (
        "ip link add name br0 type bridge && ip link add name ve0 type veth peer name ve1 && "
        "ip link add name vx0 type vxlan id 1 dstport 8472 local 127.0.0.1 dev lo && "
        "nft add table bridge t && mount -t tmpfs none /mnt && "
        "iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j ACCEPT"
    )
    done = subprocess.run(
        ["unshare", "-n", "-m", "sh", "-c", script], capture_output=True, text=True, timeout=20, check=False
    )
    if done.returncode:
        return f"network namespaces are refused here: {done.stderr.strip().splitlines()[-1:]}"
    return None


def run(argv: Sequence[str], *, stdin: str | None = None, check: bool = True, timeout: float = 30) -> str:
    """Run one command, bounded in time; its output, or LabError with what it said."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    if check and done.returncode:
        raise LabError(f"{' '.join(argv[:8])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def inside(namespace: str) -> list[str]:
    """The words that put a command into a namespace."""
    return ["nsenter", f"--net=/run/netns/{namespace}", "--"]


def answers(namespace: str, url: str) -> bool:
    """Whether somebody answers who is asked from a namespace."""
    argv = [*inside(namespace), "curl", "-s", "-m", "1", "-o", "/dev/null", "-w", "%{http_code}", url]
    return run(argv, check=False).strip() == "200"


class Network:
    """All namespaces and their cables. Use as a context manager, or call `close`."""

    def __init__(self, name: str = "lab") -> None:
        self.tag = f"{PREFIX}{os.getpid()}-{name}"
        self.fabric = f"{self.tag}-fabric"
        self.client = f"{self.tag}-client"
        self.balancer = f"{self.tag}-lb"
        self.nodes = tuple(Node(name, index, f"{self.tag}-{name}") for index, name in enumerate(NODES, 1))

    def __enter__(self) -> Self:
        atexit.register(self.close)
        _remove_leftovers()
        try:
            self._build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove every namespace of this network; its links and rules go with it."""
        atexit.unregister(self.close)
        _remove(f"{self.tag}-")

    def block_vxlan(self, *, blocked: bool) -> None:
        """Let the provider's network lose VXLAN packets, or not."""
        rules = "delete table bridge provider\n" if self._provider_filters() else ""
        if blocked:
            rules += (
                "table bridge provider { chain forward { type filter hook forward priority 0; "
                f"udp dport {VXLAN_PORT} drop; }}; }}\n"
            )
        if rules:
            run([*inside(self.fabric), "nft", "-f", "-"], stdin=rules)

    def _provider_filters(self) -> bool:
        return "table bridge provider" in run([*inside(self.fabric), "nft", "list", "tables"])

    def _build(self) -> None:
        names = [self.fabric, self.client, self.balancer, *(node.namespace for node in self.nodes)]
        names += [slot.namespace for node in self.nodes for slot in node.slots]
        run(["ip", "-batch", "-"], stdin="".join(f"netns add {name}\n" for name in names))
        links = ["link add public type bridge", "link add private type bridge", "link set public up"]
        self._ip(self.fabric, [*links, "link set private up", "link set lo up"])
        self._plug(self.client, "public", f"{CLIENT}/24", ["route add 198.51.100.0/24 dev public"])
        back = ["route add 203.0.113.0/24 dev public"]
        self._plug(self.balancer, "public", f"{BALANCER_PUBLIC}/24", back)
        self._plug(self.balancer, "private", f"{BALANCER_PRIVATE}/24", [])
        for node in self.nodes:
            # where the way out is: what no rule of kube-proxy takes is lost there
            self._plug(node.namespace, "public", f"{node.public}/24", [*back, "route add 10.43.0.0/16 dev public"])
            self._plug(node.namespace, "private", f"{node.private}/24", [])
            self._pods(node)
        for node in self.nodes:
            self._overlay(node)
            run([*inside(node.namespace), "sysctl", "-q", *_SETTINGS])

    def _ip(self, namespace: str, commands: list[str]) -> None:
        run(["ip", "-n", namespace, "-batch", "-"], stdin="\n".join(commands) + "\n")

    def _plug(self, namespace: str, bridge: str, address: str, routes: list[str]) -> None:
        """A cable from a namespace to one of the bridges; its end is called like the bridge."""
        plug = f"{bridge[:3]}-{namespace.rsplit('-', 1)[-1]}"[:15]
        self._ip(
            self.fabric,
            [f"link add {plug} type veth peer name {bridge} netns {namespace}", f"link set {plug} master {bridge} up"],
        )
        self._ip(namespace, [f"address add {address} dev {bridge}", f"link set {bridge} up", "link set lo up", *routes])

    def _pods(self, node: Node) -> None:
        gateway = f"10.42.{node.number}.1"
        self._ip(
            node.namespace, ["link add cni0 type bridge", f"address add {gateway}/24 dev cni0", "link set cni0 up"]
        )
        for index, slot in enumerate(node.slots):
            ends = f"link add veth{index} type veth peer name eth0 netns {slot.namespace}"
            self._ip(
                node.namespace,
                [ends, f"link set veth{index} master cni0 up", f"link set veth{index} type bridge_slave hairpin on"],
            )
            up = ["link set lo up", f"address add {slot.address}/24 dev eth0", "link set eth0 up"]
            self._ip(slot.namespace, [*up, f"route add default via {gateway}"])

    def _overlay(self, node: Node) -> None:
        """Flannel's VXLAN device, with its static neighbours, over the private network."""
        vxlan = f"vxlan id 1 dstport {VXLAN_PORT} nolearning local {node.private} dev private"
        commands = [f"link add flannel.1 address {_mac(node)} type {vxlan}"]
        commands += [f"address add 10.42.{node.number}.0/32 dev flannel.1", "link set flannel.1 up"]
        for other in self.nodes:
            if other is not node:
                commands += [
                    f"neighbour add 10.42.{other.number}.0 lladdr {_mac(other)} dev flannel.1 nud permanent",
                    f"route add {other.pod_network} via 10.42.{other.number}.0 dev flannel.1 onlink",
                ]
        self._ip(node.namespace, commands)
        entries = "".join(
            f"fdb append {_mac(other)} dev flannel.1 dst {other.private} self permanent\n"
            for other in self.nodes
            if other is not node
        )
        run(["bridge", "-n", node.namespace, "-batch", "-"], stdin=entries)


def _mac(node: Node) -> str:
    return f"02:42:0a:2a:00:{node.number:02x}"


def namespaces() -> list[str]:
    """The names of all network namespaces of this machine."""
    return [line.split()[0] for line in run(["ip", "netns", "list"]).splitlines() if line.strip()]


def _remove(prefix: str) -> None:
    for name in namespaces():
        if name.startswith(prefix):
            with contextlib.suppress(LabError):
                run(["ip", "netns", "delete", name])


def _remove_leftovers() -> None:
    """Remove the namespaces of runs that were killed: their process is gone."""
    for name in namespaces():
        found = re.fullmatch(rf"{PREFIX}(\d+)-.*", name)
        if found and not Path(f"/proc/{found[1]}").exists():
            _remove(f"{PREFIX}{found[1]}-")

"""What kube-proxy (iptables mode) and flannel write into a node's tables.

The shapes are those of https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-iptables :
marks for masquerading, chains per Service, per way in and per endpoint, and `KUBE-FORWARD` ahead of UFW's chains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.lab.api_server import Object
from tests.lab.interpreter import REJECTED, SENTINEL_PORTS, Cluster, Endpoint, Pod
from tests.lab.network import Node
from tests.lab.policies import on_node
from tests.lab.services import cluster_ip, in_order

POD_NETWORK = "10.42.0.0/16"
_MASQUERADE = "-m mark --mark 0x4000/0x4000"


@dataclass(frozen=True)
class Way:
    """One port of one Service. `node_port` is None where it has none."""

    chain: str
    cluster_ip: str
    port: int
    protocol: str
    node_port: int | None
    stays_local: bool
    endpoints: tuple[Endpoint, ...]


def _ways(cluster: Cluster) -> list[Way]:
    """All Service ports with where they lead. What the API refused leads to the stand-in of each node."""
    found = []
    for index, service in enumerate(in_order(cluster)):
        spec = service["spec"]
        for number, port in enumerate(spec["ports"]):
            found.append(
                Way(
                    f"{index}-{number}",
                    cluster_ip(index),
                    port["port"],
                    port.get("protocol", "TCP").lower(),
                    _node_port(service, port, index * 10 + number),
                    spec.get("externalTrafficPolicy") == "Local",
                    tuple(cluster.endpoints(service, port)),
                )
            )
    return found


def _never_bound(cluster: Cluster, node: Node) -> set[tuple[int, str]]:
    """Host ports of what the API refused: dialled straight, the stand-in answers."""
    return {
        (port["containerPort" if pod.spec.get("hostNetwork") else "hostPort"], port.get("protocol", "TCP").lower())
        for pod in cluster.pods
        if pod.node is node and pod.missing == REJECTED
        for port in pod.container.get("ports", [])
        if pod.spec.get("hostNetwork") or "hostPort" in port
    }


def _node_port(service: Object, port: Object, index: int) -> int | None:
    if "nodePort" in port:
        return int(port["nodePort"])
    return 32100 + index if service["spec"].get("type") in ("NodePort", "LoadBalancer") else None


def tables(node: Node, cluster: Cluster, host_filter: str) -> str:
    """Input for `iptables-restore`. `host_filter` is UFW's own filter table as `iptables-save` shows it, or nothing."""
    nat = _Table("nat")
    nat.chains("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ", "FLANNEL-POSTRTG")
    nat.add("PREROUTING -j KUBE-SERVICES", "OUTPUT -j KUBE-SERVICES", "POSTROUTING -j KUBE-POSTROUTING")
    nat.add("KUBE-MARK-MASQ -j MARK --or-mark 0x4000")
    nat.add("KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN")
    nat.add("KUBE-POSTROUTING -j MARK --xor-mark 0x4000", "KUBE-POSTROUTING -j MASQUERADE --random-fully")
    own, pods = node.pod_network, POD_NETWORK
    nat.add("POSTROUTING -j FLANNEL-POSTRTG", f"FLANNEL-POSTRTG -s {own} -d {pods} -j RETURN")
    nat.add(f"FLANNEL-POSTRTG -s {pods} -d {own} -j RETURN", f"FLANNEL-POSTRTG ! -s {pods} -d {own} -j RETURN")
    nat.add(f"FLANNEL-POSTRTG -s {pods} ! -d 224.0.0.0/4 -j MASQUERADE --random-fully")
    nat.add(f"FLANNEL-POSTRTG ! -s {pods} -d {pods} -j MASQUERADE --random-fully")
    kube = _Table("filter")
    kube.chains("KUBE-FORWARD", "KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-ROUTER-FORWARD", "FLANNEL-FWD")
    kube.insert("INPUT", "-m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES")
    kube.insert("FORWARD", "-m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES")
    kube.insert("FORWARD", "-m conntrack --ctstate NEW -j KUBE-SERVICES")
    kube.insert("OUTPUT", "-m conntrack --ctstate NEW -j KUBE-SERVICES")
    kube.insert("FORWARD", "-j KUBE-FORWARD")
    kube.insert("FORWARD", "-j KUBE-ROUTER-FORWARD")
    kube.add(*on_node(node, cluster))
    kube.add(
        f"KUBE-FORWARD {_MASQUERADE} -j ACCEPT", "KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    )
    kube.add(
        "FORWARD -j FLANNEL-FWD", f"FLANNEL-FWD -s {POD_NETWORK} -j ACCEPT", f"FLANNEL-FWD -d {POD_NETWORK} -j ACCEPT"
    )
    claimed: set[tuple[int, str]] = set()
    for way in _ways(cluster):
        opens = way.node_port is not None and (way.node_port, way.protocol) not in claimed
        if way.node_port is not None:
            claimed.add((way.node_port, way.protocol))
        _service(nat, kube, way, node, opens_node_port=opens)
    nat.add("KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS")
    # in nftables mode kube-proxy refuses what is no port of a Service; in iptables mode the network behind decides
    kube.insert("FORWARD", "-d 10.43.0.0/16 -j REJECT")
    kube.insert("OUTPUT", "-d 10.43.0.0/16 -j REJECT")
    nat.chains("CNI-HOSTPORT-DNAT")
    nat.add(*(f"{chain} -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT" for chain in ("PREROUTING", "OUTPUT")))
    for pod in cluster.pods:
        if pod.node is node and pod.slot and not pod.missing:
            nat.add(*_port_maps(pod))
    for port, protocol in _never_bound(cluster, node):
        to = f"{node.sentinel.address}:{SENTINEL_PORTS[REJECTED, False]}"
        nat.add(f"PREROUTING -m addrtype --dst-type LOCAL -p {protocol} --dport {port} -j DNAT --to-destination {to}")
    return kube.merged_into(host_filter or _OPEN_FILTER) + nat.text()


def _service(nat: _Table, kube: _Table, way: Way, node: Node, *, opens_node_port: bool) -> None:
    to_cluster_ip = f"-d {way.cluster_ip}/32 -p {way.protocol} --dport {way.port}"
    to_node_port = f"-p {way.protocol} --dport {way.node_port}"
    if not way.endpoints:
        kube.add(f"KUBE-SERVICES {to_cluster_ip} -j REJECT")
        if opens_node_port:
            kube.add(f"KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL {to_node_port} -j REJECT")
        return
    chain, outside, near = f"KUBE-SVC-{way.chain}", f"KUBE-EXT-{way.chain}", f"KUBE-SVL-{way.chain}"
    nat.chains(chain, outside, near)
    nat.add(f"KUBE-SERVICES {to_cluster_ip} -j {chain}")
    nat.add(f"{chain} ! -s {POD_NETWORK} {to_cluster_ip} -j KUBE-MARK-MASQ")
    _balance(nat, chain, way, list(way.endpoints), node)
    if not opens_node_port:
        return
    nat.add(f"KUBE-NODEPORTS {to_node_port} -j {outside}")
    here = [one for one in way.endpoints if one.node in (node, None)]
    if not way.stays_local:
        nat.add(f"{outside} -j KUBE-MARK-MASQ", f"{outside} -j {chain}")
        return
    nat.add(f"{outside} -s {POD_NETWORK} -j {chain}", f"{outside} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ")
    nat.add(f"{outside} -m addrtype --src-type LOCAL -j {chain}")
    if here:
        nat.add(f"{outside} -j {near}")
        _balance(nat, near, way, here, node)
    else:
        kube.add(f"KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL {to_node_port} -j DROP")


def _balance(nat: _Table, chain: str, way: Way, endpoints: list[Endpoint], node: Node) -> None:
    for index, endpoint in enumerate(endpoints):
        left = len(endpoints) - index
        luck = f"-m statistic --mode random --probability {1 / left:.10f} " if left > 1 else ""
        one = f"{chain.replace('KUBE-', 'KUBE-SEP-')}-{index}"
        nat.chains(one)
        address = endpoint.on(node)
        nat.add(f"{chain} {luck}-j {one}", f"{one} -s {address}/32 -j KUBE-MARK-MASQ")
        nat.add(f"{one} -p {way.protocol} -j DNAT --to-destination {address}:{endpoint.port}")


def _port_maps(pod: Pod) -> Iterator[str]:
    """Host ports of a pod in the pod network, as the CNI plugin `portmap` translates them.

    https://www.cni.dev/plugins/current/meta/portmap/
    """
    for container in pod.spec["containers"]:
        for port in container.get("ports", []):
            if "hostPort" in port:
                match = f"-p {port.get('protocol', 'TCP').lower()} --dport {port['hostPort']}"
                yield f"CNI-HOSTPORT-DNAT {match} -j DNAT --to-destination {pod.address}:{port['containerPort']}"


_OPEN_FILTER = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT"


class _Table:
    """The lines of one table in the making."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.declared: list[str] = []
        self.rules: list[str] = []

    def chains(self, *names: str) -> None:
        self.declared += [f":{name} - [0:0]" for name in names]

    def add(self, *rules: str) -> None:
        self.rules += [f"-A {rule}" for rule in rules]

    def insert(self, chain: str, rule: str) -> None:
        """Put a rule before all others, as kube-proxy does with its jumps."""
        self.rules.append(f"-I {chain} 1 {rule}")

    def text(self) -> str:
        heads = [f":{chain} ACCEPT [0:0]" for chain in ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")]
        return "\n".join([f"*{self.name}", *heads, *self.declared, *self.rules, "COMMIT", ""])

    def merged_into(self, saved: str) -> str:
        """These chains and rules together with those of a table that somebody else has written before."""
        lines = [line for line in saved.splitlines() if line and not line.startswith("#")]
        heads = [line for line in lines if line.startswith(":")]
        rules = [line for line in lines if line.startswith("-")]
        return "\n".join([f"*{self.name}", *heads, *self.declared, *rules, *self.rules, "COMMIT", ""])

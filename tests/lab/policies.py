"""NetworkPolicies as K3s's kube-router applies them.

https://github.com/cloudnativelabs/kube-router/tree/master/pkg/controllers/netpol : a pod that a policy isolates gets a
chain; what comes from its own node is let in, then what a rule lets in, and the rest is rejected. Pods on the host
network are left alone, both as those that are isolated and as those that a selector of pods means.

kube-router sees packets in FORWARD, before a masquerade there; those between pods of one node too, by `br_netfilter`.
The lab has none of that: packets that only cross the bridge of one node are filtered where they come in.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.lab.api_server import Object
from tests.lab.interpreter import Cluster, Pod, namespace_of
from tests.lab.network import LabError, Node

_REJECT = "-j REJECT --reject-with icmp-port-unreachable"


def on_node(node: Node, cluster: Cluster) -> list[str]:
    """The rules of the chain `KUBE-ROUTER-FORWARD` of a node, which FORWARD begins with."""
    rules = []
    for pod in cluster.pods:
        if pod.node is node and pod.slot and _isolating(pod, cluster):
            to = f"KUBE-ROUTER-FORWARD -d {pod.address}/32"
            rules.append(f"{to} -m addrtype --src-type LOCAL -j RETURN")
            rules += [f"{to} {match} -j RETURN" for match in _let_in(pod, cluster)]
            rules.append(f"{to} {_REJECT}")
    return ["KUBE-ROUTER-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN", *rules] if rules else []


def in_pod(pod: Pod | None, cluster: Cluster) -> str:
    """Input for `iptables-restore` in the namespace of a pod: about what its neighbours send over the bridge."""
    rules = []
    if pod and _isolating(pod, cluster):
        rules.append("INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        rules += [f"INPUT {match} -j ACCEPT" for match in _let_in(pod, cluster)]
        rules += [f"INPUT -s {slot.address}/32 {_REJECT}" for slot in pod.node.slots if slot != pod.slot]
    heads = [f":{chain} ACCEPT [0:0]" for chain in ("INPUT", "FORWARD", "OUTPUT")]
    return "\n".join(["*filter", *heads, *(f"-A {rule}" for rule in rules), "COMMIT", ""])


def _isolating(pod: Pod, cluster: Cluster) -> list[Object]:
    policies = (one for one in cluster.of_kind("NetworkPolicy") if namespace_of(one) == namespace_of(pod.workload))
    return [one for one in policies if _is_one(one["spec"]["podSelector"], pod) and "Ingress" in _types(one)]


def _types(policy: Object) -> list[str]:
    return list(policy["spec"].get("policyTypes", ["Ingress"]))


def _let_in(pod: Pod, cluster: Cluster) -> Iterator[str]:
    """How iptables matches what the rules on a pod let in."""
    for policy in _isolating(pod, cluster):
        for rule in policy["spec"].get("ingress", []):
            sources = [_sources(peer, policy, cluster) for peer in rule.get("from", [])]
            for source in [one for some in sources for one in some] if sources else [""]:
                for port in [_port(one, pod) for one in rule.get("ports", [])] or [""]:
                    if port is not None:
                        yield f"{source} {port}".strip()


def _sources(peer: Object, policy: Object, cluster: Cluster) -> list[str]:
    if "ipBlock" in peer:
        return [f"-s {peer['ipBlock']['cidr']}"]
    found = []
    for pod in cluster.pods:
        space = peer.get("namespaceSelector")
        here = namespace_of(pod.workload)
        is_there = _space_fits(space, here, cluster) if space is not None else here == namespace_of(policy)
        if pod.slot and is_there and _is_one(peer.get("podSelector", {}), pod):
            found.append(f"-s {pod.address}/32")
    return found


def _space_fits(selector: Object, name: str, cluster: Cluster) -> bool:
    labels = {"kubernetes.io/metadata.name": name}
    for one in cluster.of_kind("Namespace"):
        if one["metadata"]["name"] == name:
            labels |= one["metadata"].get("labels", {})
    return _fits(selector, labels)


def _is_one(selector: Object, pod: Pod) -> bool:
    return _fits(selector, pod.workload["spec"]["template"]["metadata"].get("labels", {}))


def _fits(selector: Object, labels: dict[str, str]) -> bool:
    if set(selector) - {"matchLabels"}:
        raise LabError(f"the lab does not know the selector {selector}")
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


def _port(entry: Object, pod: Pod) -> str | None:
    """The port of an entry at a pod; None where a name is of none of its ports."""
    protocol, port = entry.get("protocol", "TCP").lower(), entry.get("port")
    if isinstance(port, str):
        named = [one for container in pod.spec["containers"] for one in container.get("ports", [])]
        port = next((one["containerPort"] for one in named if one.get("name") == port), None)
        if port is None:
            return None
    return f"-p {protocol}" + (f" --dport {port}" if port is not None else "")

"""What stands around a cluster: a Hetzner load balancer, UFW on the nodes, the configuration of K3s."""

from __future__ import annotations

from tests.given.manifests import Value, container, entry, mapping, workload

PREFIX = "load-balancer.hetzner.cloud/"
NODE_RULES = ("6443,10250/tcp ALLOW 10.0.0.0/16", "8472/udp ALLOW 10.0.0.0/16")
"""What nodes need of each other."""


WORKERS = "[{type: label_selector, label_selector: {selector: role=worker}}]"
"""Targets of a balancer; one with an empty list of them reaches nobody."""


def balancer(*listeners: str, targets: Value = WORKERS, **fields: Value) -> str:
    """The balancer `lb1`, as its API describes it, with listeners of `listener`."""
    return mapping({"name": "lb1", "services": f"\n{''.join(listeners)}", "targets": targets, **fields})


def listener(protocol: str, listen_port: int, destination_port: Value, **fields: Value) -> str:
    """A listener; one for https has a certificate."""
    if protocol == "https" and "http" not in fields:
        fields["http"] = "{certificates: [1]}"
    return entry({"protocol": protocol, "listen_port": listen_port, "destination_port": destination_port, **fields})


def check(protocol: str, port: Value, **fields: Value) -> str:
    """The `health_check` of a listener."""
    return mapping({"protocol": protocol, "port": port, **fields})


def ufw(*rules: str) -> str:
    """`ufw status` with what nodes need and these rules, each `to action from`."""
    rows = [
        f"{to:<26} {action:<11} {source}" for to, action, source in (rule.split() for rule in (*NODE_RULES, *rules))
    ]
    head = f"{'To':<26} {'Action':<11} From\n{'--':<26} {'------':<11} ----"
    return f"Status: active\n\n{head}\n" + "\n".join(rows) + "\n"


def k3s(**fields: Value) -> str:
    """The configuration of a K3s server."""
    return mapping({"write-kubeconfig-mode": "'0644'", "cluster-init": True, **fields})


def cloud_manager(**fields: Value) -> str:
    """Hetzner's cloud controller manager: a Deployment `hccm` with these fields of its container."""
    image = "docker.io/hetznercloud/hcloud-cloud-controller-manager:v1.30.0"
    known: dict[str, Value] = {"image": image, **fields}
    return workload(container("hccm", **known), name="hccm", namespace="kube-system")

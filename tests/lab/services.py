"""The addresses of Services, and who finds them by name."""

from __future__ import annotations

from tests.lab.api_server import Object
from tests.lab.interpreter import Cluster, Pod, name_of, namespace_of


def in_order(cluster: Cluster) -> list[Object]:
    """All Services; of two that ask for one node port the accepted one comes first, and so has it."""
    return sorted(cluster.of_kind("Service"), key=lambda service: id(service) in cluster.refused)


def cluster_ip(index: int) -> str:
    """The address of the Service with this place in the order."""
    return f"10.43.0.{10 + index}"


def hosts(pod: Pod, cluster: Cluster) -> str:
    """What the cluster's DNS knows, as a file of hosts; nothing for pods that ask the node's resolver."""
    lines = ["127.0.0.1 localhost"]
    if pod.spec.get("hostNetwork") and pod.spec.get("dnsPolicy", "ClusterFirst") == "ClusterFirst":
        return "\n".join([*lines, ""])
    # what was refused is found too: a sign says there what became of it
    for index, service in enumerate(in_order(cluster)):
        full = f"{name_of(service)}.{namespace_of(service)}"
        names = [f"{full}.svc.cluster.local", f"{full}.svc", full]
        names += [name_of(service)] if namespace_of(service) == namespace_of(pod.workload) else []
        lines.append(f"{cluster_ip(index)} {' '.join(names)}")
    return "\n".join([*lines, ""])

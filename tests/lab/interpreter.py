"""Reads manifests, balancers and firewalls as the API server, the scheduler and the endpoints controller would.

Written on its own, from the documentation of Kubernetes and Hetzner: it shares no code with what it puts to the proof.
It knows only what the generated wirings use, and says so (LabError) where it meets more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.lab.api_server import WORKLOADS, Object, complaints
from tests.lab.network import CLIENT, LabError, Network, Node, PodSlot

REJECTED, PENDING = "rejected by the API", "pod pending"


@dataclass
class Declared:
    """What the files say."""

    objects: list[Object] = field(default_factory=list)
    balancers: list[Object] = field(default_factory=list)
    cloud_firewalls: list[Object] = field(default_factory=list)
    ufw: list[str] | None = None
    """The lines of `ufw status`, or of a script; None where no node runs UFW."""
    overlay: str | None = None


@dataclass(eq=False)
class Pod:
    """One pod. `missing` says why it never started, `waits` that it never will; `ready` is set once it runs."""

    workload: Object
    node: Node
    slot: PodSlot | None
    missing: str | None = None
    waits: bool = False
    ready: bool = False

    @property
    def spec(self) -> Object:
        return pod_spec(self.workload)

    @property
    def container(self) -> Object:
        return first_container(self.spec)

    @property
    def namespace(self) -> str:
        """The network namespace it lives in."""
        return self.slot.namespace if self.slot else self.node.namespace

    @property
    def address(self) -> str:
        return self.slot.address if self.slot else self.node.private

    @property
    def is_controller(self) -> bool:
        return "ingress-nginx/controller" in self.container["image"]


@dataclass(frozen=True)
class Endpoint:
    """Where a Service sends to. Without a node it is the stand-in that every node has of its own."""

    address: str
    port: int
    node: Node | None

    def on(self, node: Node) -> str:
        return self.address if self.node else node.sentinel.address


@dataclass
class Cluster:
    """What the API server holds and the scheduler placed."""

    declared: Declared
    accepted: list[Object]
    refused: dict[int, str]
    """By id of the object: what the API server says."""
    pods: list[Pod]

    def of_kind(self, *kinds: str) -> list[Object]:
        return [one for one in self.declared.objects if one["kind"] in kinds]

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        same = (one for one in self.of_kind(kind) if (namespace_of(one), name_of(one)) == (namespace, name))
        return next(same, None)

    def endpoints(self, service: Object, port: Object) -> list[Endpoint]:
        """The ready pods behind a Service port; where none was ever started, who stands in and says why."""
        pods = [pod for pod in self.pods if _selects(service, pod)]
        if id(service) in self.refused:
            return [_stand_in(REJECTED, port)]
        real, missing = [], []
        for pod in pods:
            number = _target_port(port, pod)
            if number is None or port.get("protocol", "TCP") != "TCP":
                continue
            if pod.missing:
                missing.append(_stand_in(pod.missing, port))
            elif pod.ready:
                real.append(Endpoint(pod.address, number, pod.node))
        return real or missing[:1]


def name_of(one: Object) -> str:
    return str(one["metadata"]["name"])


def namespace_of(one: Object) -> str:
    return str(one["metadata"].get("namespace", "default"))


def pod_spec(workload: Object) -> Object:
    spec: Object = workload["spec"]["template"]["spec"]
    return spec


def first_container(spec: Object) -> Object:
    container: Object = spec["containers"][0]
    return container


def read(folder: Path) -> Declared:
    """Everything in a folder, files by name."""
    declared = Declared()
    for path in sorted(folder.iterdir()):
        text = path.read_text()
        if path.name == "kblint.yaml":
            declared.overlay = (yaml.safe_load(text).get("cluster") or {}).get("overlay")
        elif path.suffix in (".txt", ".sh"):
            declared.ufw = text.splitlines()
        else:
            for one in [json.loads(text)] if path.suffix == ".json" else yaml.load_all(text, yaml.CSafeLoader):
                _sort_in(one, declared, path)
    return declared


def _sort_in(one: Object, declared: Declared, path: Path) -> None:
    if "apiVersion" in one:
        declared.objects.append(one)
    elif "services" in one:
        declared.balancers.append(one)
    elif "rules" in one:
        declared.cloud_firewalls.append(one)
    else:
        raise LabError(f"{path.name} holds something the lab does not know")


def build(declared: Declared, network: Network) -> Cluster:
    """Accept or refuse every object in order, then place the pods."""
    cluster = Cluster(declared, [], {}, [])
    for one in declared.objects:
        said = next(complaints(one, cluster.accepted), None)
        if said:
            cluster.refused[id(one)] = said
        else:
            cluster.accepted.append(one)
    _schedule(cluster, network)
    return cluster


def _schedule(cluster: Cluster, network: Network) -> None:
    """Place pods in the order the workloads were applied: on every node, or spread from the first node on."""
    free = {node.name: list(node.slots[:-1]) for node in network.nodes}
    taken: dict[str, set[tuple[int, str]]] = {node.name: set() for node in network.nodes}
    for workload in cluster.of_kind(*WORKLOADS):
        spec = workload["spec"]["template"]["spec"]
        refused = id(workload) in cluster.refused
        for node in _wanted_nodes(workload, network):
            ports = _host_ports(spec)
            if not refused and ports & taken[node.name]:
                cluster.pods.append(Pod(workload, node, None, PENDING))
                continue
            if not refused:
                taken[node.name] |= ports
            slot = None if spec.get("hostNetwork") or refused else free[node.name].pop(0)
            pod = Pod(workload, node, slot, REJECTED if refused else None)
            pod.waits = any(not _is_there(volume, pod, cluster) for volume in spec.get("volumes", []))
            cluster.pods.append(pod)


def _is_there(volume: Object, pod: Pod, cluster: Cluster) -> bool:
    """Whether a volume can be mounted; without its ConfigMap a pod stays in `ContainerCreating`."""
    wanted = volume.get("configMap", {}).get("name")
    return wanted is None or cluster.find("ConfigMap", namespace_of(pod.workload), wanted) is not None


def _wanted_nodes(workload: Object, network: Network) -> list[Node]:
    wanted = workload["spec"]["template"]["spec"].get("nodeSelector", {})
    if set(wanted) - {"kubernetes.io/hostname"}:
        raise LabError(f"the lab's nodes have no labels {wanted}")
    nodes = [node for node in network.nodes if wanted.get("kubernetes.io/hostname", node.name) == node.name]
    if workload["kind"] == "DaemonSet":
        return nodes
    replicas = workload["spec"].get("replicas", 1)
    return [nodes[index % len(nodes)] for index in range(replicas)] if nodes else []


def _host_ports(spec: Object) -> set[tuple[int, str]]:
    found = set()
    for container in spec["containers"]:
        for port in container.get("ports", []):
            number = port.get("hostPort") or (port["containerPort"] if spec.get("hostNetwork") else None)
            if number:
                found.add((number, port.get("protocol", "TCP")))
    return found


def _selects(service: Object, pod: Pod) -> bool:
    selector = service["spec"].get("selector")
    labels = pod.workload["spec"]["template"]["metadata"].get("labels", {})
    same = namespace_of(service) == namespace_of(pod.workload)
    return bool(selector) and same and selector.items() <= labels.items()


def _target_port(port: Object, pod: Pod) -> int | None:
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    for container in pod.spec["containers"]:
        for declared in container.get("ports", []):
            if declared.get("name") == target and declared.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(declared["containerPort"])
    return None


def _stand_in(outcome: str, port: Object) -> Endpoint:
    """The process that answers for what is not there; it speaks TLS where the target port is named so."""
    tls = port.get("targetPort") == "https"
    return Endpoint(CLIENT, SENTINEL_PORTS[outcome, tls], None)


SENTINEL_PORTS = {(REJECTED, False): 8001, (PENDING, False): 8002, (REJECTED, True): 8003, (PENDING, True): 8004}


def service_port(service: Object, asked: Object) -> Object | None:
    """The Service port that an Ingress backend names, as ingress-nginx looks for it: by number, target port or name.

    https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/controller.go (`serviceEndpoints`)
    """
    ports: list[Object] = service["spec"]["ports"]
    wanted = str(asked.get("name") or asked["number"])
    for port in ports:
        if wanted in (str(port["port"]), str(port.get("targetPort", port["port"])), port.get("name")):
            return port
    return None

"""What `kubectl get … -o yaml` prints of a cluster in which manifests were applied.

Objects with defaults, status, managed fields and owners; the pods and ReplicaSets that controllers made of workloads,
the endpoints of Services, and three nodes of Hetzner with K3s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import count
from typing import Any

import yaml

Object = dict[str, Any]

NODES = ("node-1", "node-2", "node-3")
_WHEN = "2026-03-01T10:00:00Z"
_CLUSTER_WIDE = ("IngressClass", "Namespace", "Node")
_WORKLOADS = ("DaemonSet", "Deployment", "StatefulSet")
_HASH = "5d7f9c8b6d"


def dump(*texts: str) -> str:
    """The dump of a cluster with these manifests, as one `kind: List`."""
    given = [one for text in texts for one in yaml.safe_load_all(text) if isinstance(one, dict) and "metadata" in one]
    addresses = count(10)
    items = [_node(number, name) for number, name in enumerate(NODES, 1)]
    for one in deepcopy(given):
        made = _seen(one, "kubectl-client-side-apply", applied=True)
        if one["kind"] in _WORKLOADS:
            items += _made_of(made, addresses)
        elif one["kind"] == "Service":
            _complete_service(made, next(addresses))
        elif one["kind"] == "Ingress":
            made["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}}
        items.append(made)
    pods = [one for one in items if one["kind"] == "Pod"]
    for service in [one for one in items if one["kind"] == "Service" and one["spec"].get("selector")]:
        items += _endpoints(service, pods)
    return yaml.safe_dump({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})


def _uid(one: Object) -> str:
    return hashlib.sha256(f"{one['kind']}/{one['metadata']['name']}".encode()).hexdigest()[:32]


def _seen(one: Object, manager: str, owner: Object | None = None, *, applied: bool = False) -> Object:
    """An object with what the API server adds to its metadata."""
    meta = one["metadata"]
    if one["kind"] not in _CLUSTER_WIDE:
        meta.setdefault("namespace", "default")
    if applied:
        last = json.dumps(one, default=str) + "\n"
        meta.setdefault("annotations", {})["kubectl.kubernetes.io/last-applied-configuration"] = last
    fields: Object = {"f:spec": {"f:ports": {".": {}, 'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}}}}}
    managed = {"apiVersion": one["apiVersion"], "fieldsType": "FieldsV1", "fieldsV1": fields, "manager": manager}
    meta.update(creationTimestamp=_WHEN, resourceVersion="48213", uid=_uid(one))
    meta["managedFields"] = [{**managed, "operation": "Update", "time": _WHEN}]
    if owner:
        of = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"]}
        meta["ownerReferences"] = [{**of, "blockOwnerDeletion": True, "controller": True, "uid": _uid(owner)}]
    return one


def _node(number: int, name: str) -> Object:
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "topology.kubernetes.io/region": "fsn1"}
    own = {"node-role.kubernetes.io/control-plane": "true"} if number == 1 else {}
    meta = {"name": name, "labels": {**labels, **own, "instance.hetzner.cloud/provided-by": "cloud"}}
    status = {
        "addresses": [{"address": f"10.0.0.{number}", "type": "InternalIP"}, {"address": name, "type": "Hostname"}],
        "conditions": [{"type": "Ready", "status": "True"}],
        "nodeInfo": {"kubeletVersion": "v1.33.4+k3s1", "osImage": "Ubuntu 24.04.2 LTS"},
    }
    spec = {"podCIDR": f"10.42.{number - 1}.0/24", "providerID": f"hcloud://10{number}"}
    return _seen({"apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": spec, "status": status}, "k3s")


def _made_of(one: Object, addresses: Iterator[int]) -> list[Object]:
    """What controllers make of a workload; its defaults and its status are written into it."""
    kind, spec = one["kind"], one["spec"]
    template = spec["template"]
    template["metadata"].setdefault("creationTimestamp", None)
    _complete_pods(template["spec"])
    number = len(NODES) if kind == "DaemonSet" else spec.setdefault("replicas", 1)
    ready = "numberReady" if kind == "DaemonSet" else "readyReplicas"
    one["status"] = {"observedGeneration": 1, ready: number}
    made, owner, labels = [], one, dict(template["metadata"].get("labels", {}))
    if kind == "Deployment":
        labels["pod-template-hash"] = _HASH
        meta = {"name": f"{one['metadata']['name']}-{_HASH}", "namespace": one["metadata"]["namespace"]}
        selector = {"matchLabels": {**spec["selector"]["matchLabels"], "pod-template-hash": _HASH}}
        inner = {"metadata": {"labels": labels}, "spec": deepcopy(template["spec"])}
        replicas = {"replicas": number, "selector": selector, "template": inner}
        owner = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {**meta, "labels": labels},
            "spec": replicas,
        }
        made.append(_seen(owner, "kube-controller-manager", one))
    return made + [_pod(owner, template["spec"], labels, at, next(addresses)) for at in range(number)]


def _pod(owner: Object, template: Object, labels: Object, at: int, address: int) -> Object:
    spec, node = deepcopy(template), NODES[at % len(NODES)]
    account = spec.get("serviceAccountName", "default")
    spec.update(nodeName=node, serviceAccountName=account, serviceAccount=account, enableServiceLinks=True)
    token = {"name": "kube-api-access-x7k2p", "projected": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}]}}
    spec.setdefault("volumes", []).append(token)
    ip = f"10.0.0.{at % 3 + 1}" if spec.get("hostNetwork") else f"10.42.{at % 3}.{address}"
    name = f"{owner['metadata']['name']}-{at}x{address}"
    meta = {"name": name, "generateName": f"{owner['metadata']['name']}-", "labels": labels}
    meta["namespace"] = owner["metadata"]["namespace"]
    status = {"phase": "Running", "podIP": ip, "conditions": [{"type": "Ready", "status": "True"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}
    return _seen(pod, "kube-controller-manager", owner)


def _complete_pods(spec: Object) -> None:
    for key, value in (("dnsPolicy", "ClusterFirst"), ("restartPolicy", "Always"), ("securityContext", {})):
        spec.setdefault(key, value)
    for container in spec["containers"]:
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        for port in container.get("ports", []):
            port.setdefault("protocol", "TCP")
            if spec.get("hostNetwork"):
                port["hostPort"] = port["containerPort"]
        for probe in (container[key] for key in ("livenessProbe", "readinessProbe") if key in container):
            probe.update(failureThreshold=3, periodSeconds=10, successThreshold=1, timeoutSeconds=1)
            if "httpGet" in probe:
                probe["httpGet"].setdefault("scheme", "HTTP")


def _complete_service(one: Object, address: int) -> None:
    spec = one["spec"]
    spec.setdefault("type", "ClusterIP")
    spec["clusterIPs"] = [spec.setdefault("clusterIP", f"10.43.0.{address}")]
    spec.update(internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    spec["sessionAffinity"] = "None"
    if spec["type"] != "ClusterIP":
        spec.setdefault("externalTrafficPolicy", "Cluster")
    for port in spec["ports"]:
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port["port"])
    one["status"] = {"loadBalancer": {}}


def _endpoints(service: Object, pods: Iterable[Object]) -> list[Object]:
    """The Endpoints and the EndpointSlice of a Service."""
    name, namespace, selector = (
        service["metadata"]["name"],
        service["metadata"]["namespace"],
        service["spec"]["selector"],
    )
    behind = [
        pod
        for pod in pods
        if pod["metadata"]["namespace"] == namespace and selector.items() <= pod["metadata"]["labels"].items()
    ]
    ports = [
        {"name": port.get("name", ""), "port": number, "protocol": port["protocol"]}
        for port in service["spec"]["ports"]
        for pod in behind[:1]
        if (number := _number(pod, port["targetPort"]))
    ]
    addresses = [{"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"]} for pod in behind]
    subsets = [{"addresses": addresses, "ports": ports}] if behind and ports else []
    old = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, "namespace": namespace}}
    labels = {"kubernetes.io/service-name": name}
    meta = {"name": f"{name}-k9x2z", "generateName": f"{name}-", "namespace": namespace, "labels": labels}
    new = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "metadata": meta}
    listed = [
        {"addresses": [one["ip"]], "nodeName": one["nodeName"], "conditions": {"ready": True}} for one in addresses
    ]
    return [
        _seen({**old, "subsets": subsets}, "k3s"),
        _seen({**new, "endpoints": listed, "ports": ports}, "k3s", service),
    ]


def _number(pod: Object, target: object) -> int | None:
    """The port of a pod that a Service's target names."""
    if isinstance(target, int):
        return target
    declared = [port for container in pod["spec"]["containers"] for port in container.get("ports", [])]
    return next((port["containerPort"] for port in declared if port.get("name") == target), None)

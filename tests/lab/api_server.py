"""What the API server refuses: a few rules of its own making, read from the documentation of Kubernetes.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]
WORKLOADS = ("Deployment", "DaemonSet")
NODE_PORTS = range(30000, 32768)
_PORT_NAME = re.compile(r"(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")


def complaints(one: Object, accepted: list[Object]) -> Iterator[str]:
    """What the API server answers, nothing where it accepts the object."""
    if one["kind"] in WORKLOADS:
        yield from _about_workload(one)
    elif one["kind"] == "Service":
        yield from _about_service(one, accepted)
    elif one["kind"] == "Ingress":
        for _, path in ingress_paths(one):
            port = path["backend"]["service"].get("port", {})
            if len(port) != 1:
                yield "port name or number is required, not both"
            if "pathType" not in path:
                yield "pathType must be specified"


def _about_workload(one: Object) -> Iterator[str]:
    template = one["spec"]["template"]
    labels = template["metadata"].get("labels", {})
    if not one["spec"]["selector"]["matchLabels"].items() <= labels.items():
        yield "`selector` does not match template `labels`"
    taken = set()
    for container in template["spec"]["containers"]:
        for port in container.get("ports", []):
            if (
                template["spec"].get("hostNetwork")
                and port.get("hostPort", port["containerPort"]) != port["containerPort"]
            ):
                yield "must match `containerPort` when `hostNetwork` is true"
            if "name" in port and not _PORT_NAME.fullmatch(port["name"]):
                yield "must be no more than 15 characters of a-z, 0-9 and -"
            if not 1 <= port["containerPort"] <= 65535:
                yield "must be between 1 and 65535, inclusive"
            key = (port.get("hostPort"), port.get("protocol", "TCP"))
            if key[0] and key in taken:
                yield "Duplicate value"
            taken.add(key)
    rolling = one["spec"].get("updateStrategy", {}).get("rollingUpdate", {})
    if rolling.get("maxSurge") and rolling.get("maxUnavailable"):
        yield "may not be set when maxUnavailable is non-zero"


def _about_service(one: Object, accepted: list[Object]) -> Iterator[str]:
    spec = one["spec"]
    kind = spec.get("type", "ClusterIP")
    taken = {
        port["nodePort"]
        for other in accepted
        if other["kind"] == "Service"
        for port in other["spec"]["ports"]
        if "nodePort" in port
    }
    for port in spec["ports"]:
        if len(spec["ports"]) > 1 and "name" not in port:
            yield "Required value: name"
        if "nodePort" in port:
            if kind == "ClusterIP":
                yield "may not be used when `type` is 'ClusterIP'"
            if port["nodePort"] not in NODE_PORTS:
                yield "provided port is not in the valid range"
            if port["nodePort"] in taken:
                yield "provided port is already allocated"
        target = port.get("targetPort", port["port"])
        if isinstance(target, str) and not _PORT_NAME.fullmatch(target):
            yield "must be no more than 15 characters of a-z, 0-9 and -"
    if kind == "ClusterIP" and "externalTrafficPolicy" in spec:
        yield "may only be set for externally-accessible services"


def ingress_paths(ingress: Object) -> Iterator[tuple[str, Object]]:
    """Each host with each of its paths."""
    for rule in ingress["spec"].get("rules", []):
        for path in rule["http"]["paths"]:
            yield rule.get("host", "_"), path

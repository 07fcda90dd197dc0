"""Parts of the inputs of `tests/given/growth.py`: objects of Kubernetes as plain values, and files that hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Files = Mapping[str, str]
Object = dict[str, Any]


def stream(objects: Iterable[Object]) -> Files:
    """Objects as the documents of one file."""
    return {"all.yaml": "".join(f"---\n{json.dumps(one)}\n" for one in objects)}


def an_object(api_version: str, kind: str, name: str, **parts: Any) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, **parts}


def workload(name: str, labels: Mapping[str, str], container: Mapping[str, Any] | None = None, **pod: Any) -> Object:
    web = {"name": "web", "image": "registry.example.com/web:1", **(container or {"ports": [port("http", 8080)]})}
    template = {"metadata": {"labels": dict(labels)}, "spec": {**pod, "containers": [web]}}
    return an_object(
        "apps/v1", "Deployment", name, spec={"selector": {"matchLabels": dict(labels)}, "template": template}
    )


def port(name: str, number: int) -> Object:
    return {"name": name, "containerPort": number}


def service(name: str, selector: Mapping[str, str], *ports: Object, **spec: Any) -> Object:
    listed = list(ports) or [{"name": "http", "port": 80, "targetPort": "http"}]
    return an_object("v1", "Service", name, spec={"selector": dict(selector), "ports": listed, **spec})


def ingress(name: str, rules: Sequence[Object]) -> Object:
    return an_object("networking.k8s.io/v1", "Ingress", name, spec={"ingressClassName": "nginx", "rules": list(rules)})


def rule(host: str, service: str, path: str = "/") -> Object:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    return {"host": host, "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}


def shell(lines: Iterable[str], image: str = "nginx", **pod: Any) -> Files:
    """A pod that runs a script."""
    script = "\n".join(lines)
    return stream([workload("web", {"app": "web"}, {"image": image, "command": ["sh", "-c", script]}, **pod)])


def mounted(image: str, path: str, text: str) -> Files:
    """A pod that reads a configuration from a ConfigMap."""
    mounts = [{"name": "conf", "mountPath": path, "subPath": "conf"}]
    pod = workload(
        "web",
        {"app": "web"},
        {"image": image, "volumeMounts": mounts},
        volumes=[{"name": "conf", "configMap": {"name": "conf"}}],
    )
    return stream([pod, service("web", {"app": "web"}), an_object("v1", "ConfigMap", "conf", data={"conf": text})])

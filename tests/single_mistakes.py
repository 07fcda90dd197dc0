"""A right deployment that two balancers' listeners and a node port lead to, and single mistakes in it.

The examples of a rule hold only what the rule looks at, so that few of them have a way in; here every mistake has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RIGHT = {
    "web.yaml": """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginxinc/nginx-unprivileged:1.27
          ports:
            - {name: http, containerPort: 8080}
          readinessProbe: {tcpSocket: {port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: NodePort
  selector: {app: web}
  ports:
    - {name: http, port: 80, targetPort: http, nodePort: 30080}
""",
    "lb.yaml": """\
name: lb1
location: {name: fsn1}
services:
  - protocol: http
    listen_port: 80
    destination_port: 30080
    health_check: {protocol: tcp, port: 30080, interval: 15, timeout: 10, retries: 3}
  - protocol: https
    listen_port: 443
    destination_port: 30080
    http: {certificates: [1234]}
    health_check: {protocol: tcp, port: 30080, interval: 15, timeout: 10, retries: 3}
targets:
  - {type: label_selector, label_selector: {selector: role=worker}, use_private_ip: false}
""",
    "kblint.yaml": "cluster: {overlay: working}\n",
}
PORT = "    - {name: http, port: 80, targetPort: http, nodePort: 30080}\n"
CONTAINER_PORT = "            - {name: http, containerPort: 8080}\n"


@dataclass(frozen=True)
class Mistake:
    """Texts that are replaced, each by file, old and new; every old one stands there once."""

    changes: tuple[tuple[str, str, str], ...]


def _in(file: str, old: str, new: str) -> Mistake:
    return Mistake(((file, old, new),))


MISTAKES: Mapping[str, Mistake] = {
    "right": Mistake(()),
    "balancer-certificate-missing": _in("lb.yaml", "    http: {certificates: [1234]}\n", ""),
    "balancer-listen-port-twice": _in("lb.yaml", "listen_port: 443", "listen_port: 80"),
    "balancer-location-missing": _in("lb.yaml", "location: {name: fsn1}\n", ""),
    "balancer-network-missing": _in("lb.yaml", "use_private_ip: false", "use_private_ip: true"),
    "balancer-redirect-on-http": _in(
        "lb.yaml", "    listen_port: 80\n", "    listen_port: 80\n    http: {redirect_http: true}\n"
    ),
    "balancer-redirect-takes-port-80": _in(
        "lb.yaml", "{certificates: [1234]}", "{certificates: [1234], redirect_http: true}"
    ),
    "container-port-name-too-long": Mistake(
        (
            ("web.yaml", CONTAINER_PORT, CONTAINER_PORT.replace("http", "a-name-of-21-letters-")),
            ("web.yaml", PORT, PORT.replace("targetPort: http", "targetPort: 8080")),
        )
    ),
    "container-port-name-twice": _in(
        "web.yaml", CONTAINER_PORT, CONTAINER_PORT + CONTAINER_PORT.replace("8080", "9090")
    ),
    "container-port-out-of-range": _in(
        "web.yaml", CONTAINER_PORT, CONTAINER_PORT + "            - {name: more, containerPort: 80800}\n"
    ),
    "deployment-field-of-wrong-type": _in("web.yaml", "replicas: 2", "replicas: [2]"),
    "deployment-field-unknown": _in("web.yaml", "  replicas: 2", "  replica: 2"),
    "deployment-of-removed-api": _in("web.yaml", "apiVersion: apps/v1", "apiVersion: extensions/v1beta1"),
    "deployment-required-field-missing": _in("web.yaml", "        - name: web\n          image", "        - image"),
    "deployment-unreadable": _in("web.yaml", "kind: Deployment\n", "kind: Deployment\n  kind: [\n"),
    "duplicate-key": _in("web.yaml", "  type: NodePort\n", "  type: NodePort\n  type: NodePort\n"),
    "node-port-on-cluster-ip": _in("web.yaml", "  type: NodePort\n", "  type: ClusterIP\n"),
    "node-port-out-of-range": Mistake(
        (
            ("web.yaml", PORT, PORT.replace("30080", "8080")),
            (
                "lb.yaml",
                RIGHT["lb.yaml"],
                RIGHT["lb.yaml"].replace("30080", "8080"),
            ),
        )
    ),
    "node-port-twice": _in("web.yaml", PORT, PORT + PORT.replace("http, port: 80", "more, port: 81")),
    "rollout-surge-nothing": _in(
        "web.yaml", "  replicas: 2\n", "  replicas: 2\n  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}\n"
    ),
    "selector-differs-from-template": _in("web.yaml", "{matchLabels: {app: web}}", "{matchLabels: {app: wep}}"),
    "service-port-out-of-range": _in("web.yaml", "port: 80,", "port: 80800,"),
    "service-field-of-wrong-type": _in("web.yaml", "  selector: {app: web}\n", "  selector: [app, web]\n"),
    "service-second-port-unnamed": _in("web.yaml", PORT, PORT + "    - {port: 81, targetPort: http}\n"),
    "service-both-ports-unnamed": _in(
        "web.yaml", PORT, PORT.replace("name: http, ", "") + "    - {port: 81, targetPort: http}\n"
    ),
    "service-port-name-twice": _in("web.yaml", PORT, PORT + "    - {name: http, port: 81, targetPort: http}\n"),
    "service-port-name-malformed": _in("web.yaml", PORT, PORT.replace("name: http", "name: HTTP_web")),
    "service-target-port-out-of-range": _in("web.yaml", "targetPort: http", "targetPort: 80800"),
}
"""By name: what is refused, or stops traffic before a packet is sent."""


def written(mistake: Mistake) -> dict[str, str]:
    """The files of the deployment with this mistake."""
    files = dict(RIGHT)
    for file, old, new in mistake.changes:
        if files[file].count(old) != 1:
            raise ValueError(f"stands {files[file].count(old)} times in {file}: {old}")
        files[file] = files[file].replace(old, new)
    return files

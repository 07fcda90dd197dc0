"""What UFW filters of node port traffic, row by row as it was measured: it decides after address translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.config import read_config
from kblint.intake import Loaded
from kblint.run import check, load_rules
from kblint.source.text import Source

CONFIG = read_config(Source("kblint.yaml", "cluster: {overlay: working}"), folder=Path(), root=Path())
CATALOG = load_rules(CONFIG, {})

BALANCER = """
name: lb1
services:
  - {{protocol: tcp, listen_port: 80, destination_port: {port}, health_check: {{protocol: tcp, port: {port}}}}}
targets: [{{type: server, server: {{id: 1}}, use_private_ip: true}}]
private_net: [{{network: 1, ip: 10.0.0.2}}]
"""
WEB = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      hostNetwork: {host}
      containers: [{{name: web, image: "registry.example.com/web:1", ports: [{{containerPort: 8081, name: http}}]}}]
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  type: NodePort
  externalTrafficPolicy: {policy}
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8081, nodePort: 30080}}]
"""
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  rules:
    - host: www.example.com
      http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]
---
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  type: NodePort
  selector: {app: ingress-nginx}
  ports: [{name: http, port: 80, targetPort: http, nodePort: 31695}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  selector: {matchLabels: {app: ingress-nginx}}
  template:
    metadata: {labels: {app: ingress-nginx}}
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.15.1
          args: [/nginx-ingress-controller]
          ports: [{name: http, containerPort: 80}]
"""
NODES = ["6443,10250/tcp ALLOW 10.0.0.0/16", "8472/udp ALLOW 10.0.0.0/16"]


def ufw(*rows: str) -> str:
    table = [f"{to:<26} {action:<11} {source}" for to, action, source in (row.split() for row in (*NODES, *rows))]
    head = f"{'To':<26} {'Action':<11} From\n{'--':<26} {'------':<11} ----"
    return "Status: active\n\n" + head + "\n" + "\n".join(table) + "\n"


def severity(files: dict[str, str]) -> str | None:
    """How grave the host firewall's part is, None where it keeps nothing closed."""
    result = check(Loaded(tuple(Source(name, text) for name, text in files.items()), (), ()), CONFIG, CATALOG)
    return next((one.severity.label for one in result.findings if one.rule.id == "NODE006"), None)


def node_port(*rows: str, host: str = "true", policy: str = "Local", port: int = 30080, **more: str) -> str | None:
    files = {"lb.yaml": BALANCER.format(port=port), "web.yaml": WEB.format(host=host, policy=policy)}
    return severity({**files, "ufw.txt": ufw(*rows), **{f"{name}.yaml": text for name, text in more.items()}})


def test_e1_the_node_port_is_open_and_the_container_port_is_not() -> None:
    assert node_port("30080/tcp ALLOW Anywhere") == "error"


def test_e2_the_container_port_is_open() -> None:
    assert node_port("8081/tcp ALLOW Anywhere") is None


@pytest.mark.parametrize("rows", [(), ("30080/tcp DENY Anywhere",)])
def test_e3_a_pod_on_the_pod_network_is_not_filtered(rows: tuple[str, ...]) -> None:
    assert node_port(*rows, host="false") is None


def test_e4_other_nodes_come_with_their_own_address() -> None:
    assert node_port("8081/tcp ALLOW 10.42.0.0/16", policy="Cluster") == "error"
    assert node_port("8081/tcp ALLOW 10.0.0.0/16", policy="Cluster") is None


def test_e5_a_direct_hit_on_the_host_port() -> None:
    assert node_port("30080/tcp ALLOW Anywhere", port=8081) == "error"
    assert node_port("8081/tcp ALLOW Anywhere", port=8081) is None


def test_e7_a_request_from_an_ingress_pod_comes_from_the_pod_here_and_from_the_node_elsewhere() -> None:
    assert node_port("8081/tcp ALLOW 10.42.0.0/16", port=31695, ingress=INGRESS) == "error"
    assert node_port("8081/tcp ALLOW 10.0.0.0/16", "Anywhere ALLOW 10.42.0.0/16", port=31695, ingress=INGRESS) is None


@pytest.mark.parametrize(
    "config",
    ["kube-proxy-arg: [proxy-mode=ipvs]\n", "flannel-backend: none\ndisable-kube-proxy: true\n"],
    ids=["ipvs", "replaced"],
)
def test_where_kube_proxy_does_otherwise_it_is_no_more_than_a_hint(config: str) -> None:
    assert node_port("30080/tcp ALLOW Anywhere", config=f"{config}disable: [traefik, servicelb]\n") == "info"


def test_the_first_rule_that_matches_decides() -> None:
    assert node_port("8081/tcp DENY Anywhere", "8081/tcp ALLOW Anywhere") == "error"
    assert node_port("8081/tcp ALLOW Anywhere", "8081/tcp DENY Anywhere") is None


def test_an_inactive_firewall_filters_nothing() -> None:
    files = {"lb.yaml": BALANCER.format(port=30080), "web.yaml": WEB.format(host="true", policy="Local")}
    assert severity({**files, "ufw.txt": "Status: inactive\n"}) is None

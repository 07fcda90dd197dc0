"""Checklist and register say what the ways in say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.checklist import Line, LineState
from kblint.config import read_config
from kblint.intake import read
from kblint.register import Entry
from kblint.run import judge_objects, wire_all
from kblint.source.text import Source
from kblint.views.checklist.build import checklist
from kblint.views.register import entries
from kblint.wire.topology import Topology
from tests.given.flow import deployment, service_of

CONFIG = read_config(Source("kblint.yaml", "cluster: {overlay: working}"), folder=Path(), root=Path())
CONTROLLER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.11.2
          ports: [{name: http, containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata:
  name: ingress-nginx-controller
  namespace: ingress-nginx
  annotations: {load-balancer.hetzner.cloud/location: fsn1}
spec:
  type: LoadBalancer
  selector: {app: nginx}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
HTTP = "protocol: http, destination_port: 1"
REDIRECT = "protocol: https, destination_port: 1, http: {redirect_http: true, certificates: [1]}"
SERVICE = service_of(spec="type: NodePort, ports: [{port: 80, targetPort: http, nodePort: 30080}]")


def wired(*texts: str) -> Topology:
    given = read([Source(f"{index}.yaml", text) for index, text in enumerate(texts)])
    (topology,) = wire_all(given, CONFIG, judge_objects(given, CONFIG))
    return topology


def line(found: Topology, id: str, name: str = "web") -> Line:
    (variant,) = checklist([found], (), "kubernetes").variants
    application = next(one for one in variant.applications if one.object.name == name)
    return next(one for one in application.lines if one.id == id)


def balancer(*listeners: str) -> str:
    services = ", ".join(f"{{{one}}}" for one in listeners)
    return f"{{name: lb1, location: {{name: fsn1}}, services: [{services}], targets: []}}"


def conflicts(found: Topology) -> list[tuple[int | None, str, str]]:
    return [(one.port, one.holder, one.conflict) for one in _sorted(entries(found)) if one.conflict]


def _sorted(found: tuple[Entry, ...]) -> list[Entry]:
    return sorted(found, key=lambda one: (one.port or 0, one.holder, one.use))


def test_a_balancer_that_a_service_asks_for_leads_to_the_applications_behind_it() -> None:
    found = line(wired(CONTROLLER, deployment(), SERVICE), "balancer")
    assert (found.state, found.detail) == (LineState.TICKED, "tcp 80 to a port the API server picks")


def test_a_listener_that_is_refused_crosses_the_line_of_the_balancer() -> None:
    listener = "protocol: https, listen_port: 443, destination_port: 30080, http: {certificates: []}"
    found = line(wired(deployment(), SERVICE, balancer(listener)), "balancer")
    assert (found.state, found.detail) == (
        LineState.CROSSED,
        "https 443 to 30080: the https listener has no certificate",
    )


def test_a_firewall_that_nobody_asks_anything_of_is_not_judged() -> None:
    pods = "hostNetwork: true, containers: [{name: web, image: example/web, ports: [{containerPort: 8080}]}]"
    ufw = "Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\n22/tcp ALLOW IN Anywhere\n"
    given = read([Source("0.yaml", deployment(pods)), Source("ufw.txt", ufw)])
    (topology,) = wire_all(given, CONFIG, judge_objects(given, CONFIG))
    assert line(topology, "host-firewall").state is LineState.OPEN


@pytest.mark.parametrize(
    ("listeners", "expected"),
    [
        ((f"listen_port: 80, {HTTP}",), []),
        (
            (
                f"listen_port: 80, {HTTP}",
                "listen_port: 80, protocol: tcp, destination_port: 2",
            ),
            [
                (80, "lb1", "also claimed by lb1 (tcp to port 2, which nothing here has)"),
                (80, "lb1", "also claimed by lb1 (http to port 1, which nothing here has)"),
            ],
        ),
        (
            (
                f"listen_port: 443, {REDIRECT}",
                f"listen_port: 444, {REDIRECT}",
            ),
            [
                (80, "lb1", "also claimed by lb1 (redirect to https 444)"),
                (80, "lb1", "also claimed by lb1 (redirect to https 443)"),
            ],
        ),
    ],
)
def test_a_balancers_ports_are_told_at_both_ends(
    listeners: tuple[str, ...], expected: list[tuple[int | None, str, str]]
) -> None:
    assert conflicts(wired(balancer(*listeners))) == expected


def test_a_node_port_that_is_refused_is_told_at_both_ends() -> None:
    other = SERVICE.replace("name: web", "name: zoo")
    assert conflicts(wired(SERVICE, other)) == [
        (30080, "Service shop/web", "also claimed by Service shop/zoo"),
        (30080, "Service shop/zoo", "also claimed by Service shop/web"),
    ]

"""Who gets through policies: the controller behind an Ingress, by where it comes from; and egress by the pods' port."""

from __future__ import annotations

import json

import pytest

from tests.given.runs import checked, configured

CONTROLLER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: controller, namespace: ingress}
spec:
  selector: {matchLabels: {app: ingress}}
  template:
    metadata: {labels: {app: ingress}}
    spec:
      %s
      containers: [{name: controller, image: "registry.k8s.io/ingress-nginx/controller:v1.11.2"}]
"""
SHOP = """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}]}
"""
NAMESPACE = """
---
apiVersion: v1
kind: Namespace
metadata: {name: ingress, labels: {team: edge}}
"""


def _policy(name: str, rules: list[object]) -> str:
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": rules}
    meta = {"name": name, "namespace": "shop"}
    return "\n---\n" + json.dumps(
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}
    )


def _by_label(key: str, value: str) -> dict[str, object]:
    return {"namespaceSelector": {"matchLabels": {key: value}}}


def _said(rules: list[object], *, namespace: str = NAMESPACE, pod: str = "", world: str = "open") -> list[str]:
    text = CONTROLLER % pod + SHOP + namespace + _policy("a", rules)
    found = checked({"a.yaml": text}, configured(json.dumps({"world": world}))).findings
    return [one.severity.name.lower() for one in found if one.rule.id in ("NET006", "NET003")]


OWN: dict[str, object] = {"podSelector": {}}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"from": [OWN]}], ["warning"]),
        ([{"from": [_by_label("name", "ingress")]}], ["warning"]),
        ([{"from": [_by_label("team", "edge")]}], []),
        ([{"from": [_by_label("kubernetes.io/metadata.name", "ingress")]}], []),
        ([{"from": [_by_label("kubernetes.io/metadata.name", "other")]}], ["warning"]),
        ([{"from": [OWN, {"namespaceSelector": {}}]}], []),
        ([{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "nginx"}}}]}], ["warning"]),
        ([{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}], []),
        ([{"from": [OWN]}, {"ports": [{"port": "http"}]}], []),
        ([{"from": [OWN]}, {"ports": [{"port": 8080}]}], ["warning"]),
        ([{"from": [OWN]}, {"ports": [{"port": 1, "endPort": 80}]}], []),
        ([{"from": [OWN]}, {"ports": [{"port": 1, "endPort": 79}]}], ["warning"]),
        ([{}], []),
    ],
)
def test_a_controller_is_let_in_or_not(rules: list[object], expected: list[str]) -> None:
    assert _said(rules) == expected


def test_nothing_is_said_of_labels_that_nobody_knows_and_of_pods_that_come_as_their_node() -> None:
    assert _said([{"from": [_by_label("name", "ingress")]}], namespace="") == []
    assert _said([{"from": [OWN]}], namespace="") == ["warning"]
    assert _said([{"from": [OWN]}], pod="hostNetwork: true") == []


def test_where_the_input_holds_everything_it_is_sure() -> None:
    assert _said([{"from": [OWN]}], world="closed") == ["error"]
    # a label may still be added
    assert _said([{"from": [_by_label("name", "ingress")]}], world="closed") == ["warning"]


def test_the_way_in_ends_at_the_policy() -> None:
    text = CONTROLLER % "" + SHOP + NAMESPACE + _policy("a", [{"from": [OWN]}])
    found = checked({"a.yaml": text}, configured("profile: kubernetes")).findings
    (finding,) = (one for one in found if one.rule.id == "NET006")
    assert finding.journeys
    assert finding.symptom == "504"

"""Selectors that pick nothing: which workload they are meant for, and how sure that is."""

from __future__ import annotations

import pytest

from tests.given.runs import checked


def _service(name: str, selector: str, *, namespace: str = "shop", target: str = "80") -> str:
    return f"""---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{selector: {{{selector}}}, ports: [{{port: 80, targetPort: {target}}}]}}
"""


def _workload(name: str, labels: str, *, namespace: str = "shop", kind: str = "Deployment", port: str = "80") -> str:
    ports = f", ports: [{{containerPort: {port}}}]" if port else ""
    more = "serviceName: x, " if kind == "StatefulSet" else ""
    return f"""---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  {more.rstrip(", ")}
  selector: {{matchLabels: {{{labels}}}}}
  template:
    metadata: {{labels: {{{labels}}}}}
    spec: {{containers: [{{name: a, image: "registry.example.com/a:1"{ports}}}]}}
"""


def _said(*manifests: str) -> list[str]:
    found = checked({"a.yaml": "".join(manifests)}).findings
    return [one.severity.name.lower() for one in found if one.rule.id == "SVC004"]


WEB = _workload("web", "app: web")


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        # the name says which is meant, and no pair is right
        ((_service("web", "app: website"), WEB), ["error"]),
        ((_service("public", "app: web"), _workload("web", "app.kubernetes.io/name: web")), ["error"]),
        ((_service("public", "app: web"), _workload("web", "app: frontend")), ["error"]),
        # somebody else leads there: then these may be other pods
        ((_service("web", "app: website"), _service("other", "app: web"), WEB), ["warning"]),
        # the only one that nobody leads to, with the same label and the port
        ((_service("my-service", "app: my-app"), WEB), ["warning"]),
        # a worker beside it declares no port, and nobody is to lead there
        ((_service("my-service", "app: my-app"), WEB, _workload("worker", "app: worker", port="")), ["warning"]),
        ((_service("my-service", "app: my-app", target="8080"), WEB), []),
        ((_service("my-service", "app: my-app"), _workload("web", "app: web", port="")), []),
        ((_service("my-service", "app: my-app"), _service("web", "app: web"), WEB), []),
        ((_service("my-service", "app: my-app"), WEB, _workload("api", "app: api")), []),
        ((_service("my-service", "app: my-app"), _service("db", "app: db"), WEB), []),
        ((_service("my-service", "example.com/cluster: a"), WEB), []),
        # one pair of several
        ((_service("x", "app: shop, tier: front"), _workload("web", "app: shop, tier: web")), ["warning"]),
        ((_service("x", "app: shop, tier: front"), _workload("web", "app: shop, tier: web", port="81")), []),
        ((_service("x", "app: shop, version: v2"), _workload("web", "app: shop, version: v1")), []),
        ((_service("web", "app: shop, slot: green"), _workload("web", "app: shop, slot: blue")), []),
        ((_service("x", "app: shop, role: primary"), _workload("web", "app: shop, role: replica")), []),
        ((_service("x", "app: tcp, version: v2"), _workload("details", "app: details, version: v2")), []),
        ((_service("x", "app: api, part: a"), _workload("w", "app: web, part: a")), []),
        # another namespace
        ((_service("x", "app: web", namespace="apps"), WEB), ["warning"]),
        ((_service("x", "app: web", namespace="apps"), _service("web", "app: web"), WEB), []),
        (
            (_service("x", "app: web", namespace="apps"), WEB, _workload("web2", "app: web", namespace="blog")),
            [],
        ),
        # pods of a set that an operator marks
        ((_service("db", "db-role: leader"), _workload("db", "app: db", kind="StatefulSet")), []),
    ],
)
def test_a_selector_that_picks_nothing(manifests: tuple[str, ...], expected: list[str]) -> None:
    assert _said(*manifests) == expected

"""Manifests on one line, for tests that change a word of them."""

from __future__ import annotations


def deployment(
    pod: str = "containers: [{name: web, image: example/web, ports: [{name: http, containerPort: 8080}]}]",
    *,
    name: str = "web",
    kind: str = "Deployment",
    spec: str = "",
    labels: str = "",
    namespace: str = "shop",
) -> str:
    """A workload whose pods carry the label `app` with its name; `pod` and `spec` are what else stands there."""
    return (
        f"{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: {name}, namespace: {namespace}}}, spec: {{{spec}"
        f" selector: {{matchLabels: {{app: {name}}}}},"
        f" template: {{metadata: {{labels: {{app: {name}{labels}}}}}, spec: {{{pod}}}}}}}}}"
    )


def service_of(
    name: str = "web", spec: str = "ports: [{name: web, port: 80, targetPort: http}]", namespace: str = "shop"
) -> str:
    """A Service of the workload of that name."""
    return (
        f"{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: {namespace}}},"
        f" spec: {{selector: {{app: {name}}}, {spec}}}}}"
    )

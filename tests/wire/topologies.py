"""A topology from manifests written in a test."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from kblint.config import read_config
from kblint.intake import read
from kblint.model.bundle import Bundle
from kblint.model.workload import Workload
from kblint.source.text import Source
from kblint.wire.services.ports import WiredService
from kblint.wire.topology import Topology, wire


def topology(*texts: str, profile: str = "kubernetes", **cluster: object) -> Topology:
    """Everything wired in manifests, each in a file of its own; `cluster` is as in `kblint.yaml`."""
    written = json.dumps({"profile": profile, "cluster": cluster})
    config = read_config(Source("kblint.yaml", written), folder=Path(), root=Path())
    given = read([Source(f"{index}.yaml", textwrap.dedent(text)) for index, text in enumerate(texts)])
    assert not given.faults, given.faults
    return wire(Bundle(given.declarations), config.environment, frozenset(), {})


def workload(found: Topology, name: str = "web") -> Workload:
    """The workload of a name."""
    return next(one for one in found.bundle.all(Workload) if one.meta.name == name)


def service(found: Topology, name: str = "web") -> WiredService:
    """The Service of a name."""
    return next(one for one in found.services.services if one.service.meta.name == name)


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


def policy(spec: str, *, name: str = "limits", namespace: str = "shop") -> str:
    """A NetworkPolicy."""
    meta = f"metadata: {{name: {name}, namespace: {namespace}}}"
    return f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, {meta}, spec: {{{spec}}}}}"

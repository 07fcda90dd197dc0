"""Repositories as people have them, of as many documents as one asks for: generated, and nothing is wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

APP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {group}, labels: {{app: {name}}}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: web
          image: registry.example.com/{name}:1.4.2
          ports: [{{name: http, containerPort: 8080}}]
          env:
            - {{name: PORT, value: "8080"}}
            - {{name: DATABASE_HOST, value: db.{group}.svc.cluster.local}}
          envFrom: [{{configMapRef: {{name: {name}}}}}]
          readinessProbe: {{httpGet: {{path: /healthz, port: http}}}}
          resources: {{requests: {{cpu: 50m, memory: 64Mi}}, limits: {{memory: 256Mi}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {group}}}
spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80, targetPort: http}}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: {group}}}
spec:
  ingressClassName: traefik
  rules:
    - host: {name}.example.com
      http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{name: http}}}}}}}}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: {group}}}
data: {{LOG_LEVEL: info, UPSTREAM: "http://web-0.group-0"}}
"""
"""An application: four documents."""
IN_APP = 4
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {name}s.example.com}}
spec:
  group: example.com
  names: {{kind: {kind}, plural: {name}s, singular: {name}, listKind: {kind}List}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
{properties}
"""
CUSTOM = """\
apiVersion: example.com/v1
kind: {kind}
metadata: {{name: {name}-{number}}}
spec: {{field0: {{name: a, value: 1}}, field1: {{name: b, value: 2}}}}
"""


def files(documents: int) -> Iterator[tuple[str, str]]:
    """A file for every application."""
    for number in range(documents // IN_APP):
        yield f"group-{number // 50}/web-{number}.yaml", APP.format(name=f"web-{number}", group=f"group-{number // 50}")


def streams(documents: int) -> Iterator[tuple[str, str]]:
    """A few large files, as a rendered chart or an export of a cluster is."""
    texts = [text for _, text in files(documents)]
    for start in range(0, len(texts), 250):
        yield f"all-{start // 250}.yaml", "---\n".join(texts[start : start + 250])


def definitions(documents: int) -> Iterator[tuple[str, str]]:
    """A definition of a custom resource for every ten documents, and nine objects of it."""
    field = "{type: object, properties: {name: {type: string, maxLength: 63}, value: {type: integer, minimum: 0}}}"
    properties = "\n".join(f"                field{number}: {field}" for number in range(60))
    for number in range(documents // 10):
        name, kind = f"thing{number}", f"Thing{number}"
        yield f"{name}/crd.yaml", CRD.format(name=name, kind=kind, properties=properties)
        yield f"{name}/objects.yaml", "---\n".join(CUSTOM.format(kind=kind, name=name, number=at) for at in range(9))


def overlays(documents: int) -> Iterator[tuple[str, str]]:
    """Bases of one application, each built for two environments; the documents are those that are built."""
    for number in range(documents // (2 * IN_APP)):
        name = f"web-{number}"
        yield f"{name}/base/app.yaml", APP.format(name=name, group="default")
        yield f"{name}/base/kustomization.yaml", "resources: [app.yaml]\n"
        for environment in ("staging", "production"):
            patch = f'[{{"op": "replace", "path": "/spec/replicas", "value": {len(environment)}}}]'
            text = f"namespace: {environment}\nresources: [../../base]\n"
            text += f"patches: [{{target: {{kind: Deployment}}, patch: '{patch}'}}]\n"
            yield f"{name}/overlays/{environment}/kustomization.yaml", text


def crossed(documents: int) -> Iterator[tuple[str, str]]:
    """As many Services as workloads, which carry each other's labels: each Service selects the workload of another."""
    for number in range(documents // 2):
        app = APP.format(name=f"web-{number}", group="one").split("---\n")
        yield f"{number // 500}/workload-{number}.yaml", app[0]
        other = APP.format(name=f"web-{documents // 2 - 1 - number}", group="one").split("---\n")[1]
        yield (
            f"{number // 500}/service-{number}.yaml",
            other.replace("metadata: {name: web-", "metadata: {name: to-web-"),
        )


KINDS: Mapping[str, Callable[[int], Iterator[tuple[str, str]]]] = {
    "files": files,
    "streams": streams,
    "definitions": definitions,
    "overlays": overlays,
    "crossed": crossed,
}


def written(folder: Path, texts: Iterator[tuple[str, str]]) -> Path:
    """The folder, with these files in it."""
    for path, text in texts:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder

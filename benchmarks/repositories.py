"""What a check of a whole repository costs, beside the C event scan of the same bytes and beside other linters.

    python -m benchmarks.repositories                       # 1,000 and 10,000 documents of every kind of repository
    python -m benchmarks.repositories 1000 100000 --kinds files
    python -m benchmarks.repositories --folder ../manifests # a folder that is there

A line of a table in Markdown for each: seconds of CPU time of whole processes, the least of some runs that take turns,
and the most memory that kblint held. The scan is libyaml's, through PyYAML: a limit that nothing comes below. Behind
kblint's time stands how many times that it is. `kubeconform` and `kube-linter` are asked where they are installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SCAN = """\
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.y*ml")):
    try:
        for _ in yaml.parse(path.read_bytes(), yaml.CSafeLoader):
            pass
    except yaml.YAMLError:
        pass
"""
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


class Cost(NamedTuple):
    """Seconds of CPU time of a process, and the most memory that it held, in MB."""

    seconds: float
    peak: float


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


KINDS: Mapping[str, Callable[[int], Iterator[tuple[str, str]]]] = {
    "files": files,
    "streams": streams,
    "definitions": definitions,
    "overlays": overlays,
}


def cost(words: Sequence[str], environment: Mapping[str, str], text: bytes = b"") -> Cost:
    """What a process costs that is given a text on its standard input."""
    with tempfile.TemporaryFile() as given:
        given.write(text)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - ourselves, and the linters that are compared
            words, env=dict(environment), stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measured(folder: Path, runs: int, cache: str) -> dict[str, Cost]:
    """The least that each program takes for a folder, by the program's name."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed kblint is compiled
    text = b"---\n".join(path.read_bytes() for path in sorted(folder.rglob("*.yaml")))
    programs = {
        "scan": ([sys.executable, "-c", SCAN, str(folder)], b""),
        "kblint": ([sys.executable, "-m", "kblint", "check", str(folder)], b""),
        "stdin": ([sys.executable, "-m", "kblint", "check", "-"], text),
        "kubeconform": (["kubeconform", "-ignore-missing-schemas", str(folder)], b""),
        "kube-linter": (["kube-linter", "lint", str(folder)], b""),
    }
    there = {name: given for name, given in programs.items() if shutil.which(given[0][0])}
    found: dict[str, list[Cost]] = {}
    for _ in range(runs):
        for name, (words, given) in there.items():
            found.setdefault(name, []).append(cost(words, environment, given))
    return {name: Cost(min(one.seconds for one in each), min(one.peak for one in each)) for name, each in found.items()}


def line(name: str, folder: Path, runs: int, cache: str) -> str:
    """The line of a table about a folder."""
    size = sum(path.stat().st_size for path in folder.rglob("*.y*ml")) / 1e6
    costs = measured(folder, runs, cache)
    scan, own, stdin = costs["scan"].seconds, costs["kblint"], costs["stdin"]
    others = [f"{costs[one].seconds:.2f}" if one in costs else "-" for one in ("kubeconform", "kube-linter")]
    cells = [name, f"{size:.2f}", f"{scan:.2f}", f"{own.seconds:.2f} ({own.seconds / scan:.1f})"]
    return " | ".join(("", *cells, f"{stdin.seconds:.2f}", f"{own.peak:.0f}", *others, "")).strip()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--folder", type=Path, nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    names = ("repository", "MB", "scan", "kblint", "stdin", "peak MB", "kubeconform", "kube-linter")
    print(f"| {' | '.join(names)} |\n|---{'|---:' * (len(names) - 1)}|")  # noqa: T201 - this is what a benchmark is for
    with tempfile.TemporaryDirectory() as cache:
        small = Path(cache, "one")
        small.mkdir()
        line("", _written(small, files(IN_APP)), 1, cache)  # fills the cache of compiled rules
        for folder in given.folder:
            print(line(folder.name, folder.resolve(), given.runs, cache), flush=True)  # noqa: T201 - as above
        for number in () if given.folder else given.documents:
            for kind in given.kinds:
                with tempfile.TemporaryDirectory() as made:
                    folder = _written(Path(made), KINDS[kind](number))
                    print(line(f"{kind}, {number:,}", folder, given.runs, cache), flush=True)  # noqa: T201 - as above


def _written(folder: Path, texts: Iterator[tuple[str, str]]) -> Path:
    for path, text in texts:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    main()

"""Kubernetes manifests as texts, with good defaults: an application `web` in the namespace `shop`.

Every field is given by its own name, and its value as the YAML that stands behind the key, so that a test says how
something is written and where: `service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

Value = str | int | bool
"""YAML as text, or what is the same in Python; a text of several lines stands below its key."""

WEB_PORTS = "[{name: http, containerPort: 8080}]"


def manifest(
    api_version: str,
    kind: Value,
    name: Value,
    *,
    namespace: Value = "",
    labels: Value = "",
    annotations: Value = "",
    **sections: Value,
) -> str:
    """An object; what is empty is left out."""
    known = {"name": name, "namespace": namespace, "labels": labels, "annotations": annotations}
    meta = {key: value for key, value in known.items() if value != ""}
    lines = any("\n" in str(value) for value in meta.values())
    metadata = mapping(meta) if lines else f"{{{', '.join(f'{key}: {value}' for key, value in meta.items())}}}"
    return mapping({"apiVersion": api_version, "kind": kind, "metadata": metadata, **sections})


def workload(
    *containers: str,
    name: Value = "web",
    kind: Value = "Deployment",
    namespace: Value = "shop",
    labels: Value = "",
    spec: Value = "",
    **pod: Value,
) -> str:
    """A workload of apps/v1: `spec` are lines of its own, `pod` fields of its pods, `labels` what selects them.

    Without containers it has the one that `container` makes of nothing.
    """
    labels = labels or f"{{app: {name}}}"
    listed = "".join(containers or (container(),))
    template = mapping({"metadata": f"{{labels: {labels}}}", "spec": mapping({**pod, "containers": f"\n{listed}"})})
    own = mapping({"selector": f"{{matchLabels: {labels}}}", "template": template})
    return manifest("apps/v1", kind, name, namespace=namespace, spec=f"{spec}\n{own}")


def container(name: str = "web", /, image: Value = "registry.example.com/web:1", **fields: Value) -> str:
    """An entry of `containers`; one of which nothing is said has the port `http`, 8080."""
    return entry({"name": name, "image": image, **(fields or {"ports": WEB_PORTS})})


def service(
    name: str = "web",
    /,
    *,
    namespace: Value = "shop",
    labels: Value = "",
    annotations: Value = "",
    selector: Value | None = None,
    ports: Value = "[{name: web, port: 80, targetPort: http}]",
    **spec: Value,
) -> str:
    """A Service of the workload of that name, or of what `selector` says; what is empty is left out."""
    selects = f"{{app: {name}}}" if selector is None else selector
    fields = {**spec, "selector": selects, "ports": ports}
    own = mapping({key: value for key, value in fields.items() if value != ""}) or "{}"
    return manifest("v1", "Service", name, namespace=namespace, labels=labels, annotations=annotations, spec=own)


def config_map(name: str = "web", /, *, namespace: Value = "shop", data: Value = "{}") -> str:
    return manifest("v1", "ConfigMap", name, namespace=namespace, data=data)


def ingress(*rules: str, name: Value = "web", namespace: Value = "shop", annotations: Value = "", **spec: Value) -> str:
    """An Ingress with rules of `host`; without any, one for `www.example.com`."""
    own = mapping({**spec, "rules": f"\n{''.join(rules or (host(),))}"})
    api = "networking.k8s.io/v1"
    return manifest(api, "Ingress", name, namespace=namespace, annotations=annotations, spec=own)


def host(
    name: str = "www.example.com",
    path: str = "/",
    *,
    path_type: str = "Prefix",
    service: str = "web",
    port: Value = "{number: 80}",
) -> str:
    """A rule of an Ingress: what a host's path leads to."""
    backend = f"{{service: {{name: {service}, port: {port}}}}}"
    paths = entry({"path": path, "pathType": path_type, "backend": backend})
    return entry({"host": name, "http": mapping({"paths": f"\n{paths}"})})


def policy(*, name: Value = "limits", namespace: Value = "shop", **spec: Value) -> str:
    """A NetworkPolicy."""
    return manifest("networking.k8s.io/v1", "NetworkPolicy", name, namespace=namespace, spec=mapping(spec))


NGINX_IMAGE = "registry.k8s.io/ingress-nginx/controller:v1.15.1"
NGINX_LABELS = "{app.kubernetes.io/name: ingress-nginx}"
NGINX_PORTS = """
- {name: http, port: 80, targetPort: http, nodePort: 31695}
- {name: https, port: 443, targetPort: https, nodePort: 32443}
"""


def nginx_service(
    *, type: str = "NodePort", ports: Value = NGINX_PORTS, name: str = "ingress-nginx-controller", **fields: Value
) -> str:
    """The Service of ingress-nginx: HTTP on node port 31695, TLS on 32443."""
    known: dict[str, Value] = {"namespace": "ingress-nginx", "selector": NGINX_LABELS, **fields}
    return service(name, type=type, ports=ports, **known)


def nginx(
    *arguments: str,
    ports: Value = "[{name: http, containerPort: 80}, {name: https, containerPort: 443}]",
    **pod: Value,
) -> str:
    """The DaemonSet of ingress-nginx, started with these arguments."""
    words = ", ".join(("/nginx-ingress-controller", *arguments))
    controller = container("controller", NGINX_IMAGE, args=f"[{words}]", ports=ports)
    known: dict[str, Value] = {"namespace": "ingress-nginx", "labels": NGINX_LABELS, **pod}
    return workload(controller, name="ingress-nginx-controller", kind="DaemonSet", **known)


def helm_config(values: str, name: str = "traefik") -> str:
    """What K3s adds to the values of a chart that it installs itself."""
    spec = mapping({"valuesContent": f"|-\n{textwrap.dedent(values).strip()}"})
    return manifest("helm.cattle.io/v1", "HelmChartConfig", name, namespace="kube-system", spec=spec)


def helm_chart(values: str, chart: str = "ingress-nginx", name: str = "ingress-nginx", **spec: Value) -> str:
    """A chart that K3s installs, with these values; `spec` are fields beside them."""
    own = mapping({"chart": chart, **spec, "valuesContent": f"|-\n{textwrap.dedent(values).strip()}"})
    return manifest("helm.cattle.io/v1", "HelmChart", name, namespace="kube-system", spec=own)


def stream(*texts: str) -> str:
    """Several documents in one text."""
    return "---\n".join(texts)


def marked(text: str, *shown: str, mark: str = "primary") -> str:
    """The text with a mark on each line that holds one of these, which there is one of."""
    lines = text.split("\n")
    for one in shown:
        (index,) = [index for index, line in enumerate(lines) if one in line]
        lines[index] += f" # <- {mark}"
    return "\n".join(lines)


def mapping(fields: Mapping[str, Value]) -> str:
    """Fields as block YAML, each value behind its key or, if it has several lines, below."""
    return "".join(f"{key}:{_behind(value)}\n" for key, value in fields.items())


def entry(fields: Mapping[str, Value]) -> str:
    """An entry of a block sequence."""
    return "- " + textwrap.indent(mapping(fields), "  ")[2:]


def _behind(value: Value) -> str:
    if not isinstance(value, str) or "\n" not in value:
        return f" {str(value).lower() if isinstance(value, bool) else value}"
    text = textwrap.dedent(value).strip("\n")
    if text.startswith(("|", ">")):
        head, _, scalar = text.partition("\n")
        return f" {head}\n{textwrap.indent(scalar, '  ')}"
    return "\n" + textwrap.indent(text, "  ")

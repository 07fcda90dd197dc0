"""The manifests of right deployments: applications in several manners, the ingress controller, health checks."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.api_server import Object

HTTP_NODE_PORT, HTTPS_NODE_PORT = 31695, 32443
CONTROLLER = "ingress-nginx"


@dataclass
class Site:
    """One application: what the generator chose for it. The manifests say the same in their own words."""

    name: str
    port: int
    node_port: int
    style: str
    host_network: bool
    kind: str
    replicas: int
    """Of a Deployment."""
    entry: str
    """`ingress`, or the protocol of the balancer's own listener for it: `http`, `https` or `tcp`."""
    listen_port: int
    stays_local: bool

    @property
    def host(self) -> str:
        return f"{self.name}.lab.test"

    @property
    def namespace(self) -> str:
        return f"{self.name}-ns"

    @property
    def file(self) -> str:
        return f"site-{self.name}.yaml"


def server(port: int | str, name: str) -> str:
    """An nginx server block."""
    return f"server {{\n  listen {port};\n  location / {{\n    return 200 '{name}';\n  }}\n}}\n"


def site_documents(site: Site) -> list[Object]:
    """An application with its Service, and its Ingress where it has one."""
    meta = {"name": site.name, "namespace": site.namespace}
    container: Object = {"name": "app", "image": "nginx:1.27.3"}
    container["ports"] = [{"name": "http", "containerPort": site.port}]
    spec: Object = {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"} if site.host_network else {}
    documents: list[Object] = []
    if site.style in ("conf", "subpath"):
        data = {"default.conf": server(site.port, site.name)}
        documents.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": dict(meta), "data": data})
        mount: Object = {"name": "conf", "mountPath": "/etc/nginx/conf.d"}
        if site.style == "subpath":
            mount = {"name": "conf", "mountPath": "/etc/nginx/conf.d/default.conf", "subPath": "default.conf"}
        container["volumeMounts"] = [mount]
        spec["volumes"] = [{"name": "conf", "configMap": {"name": site.name}}]
    elif site.style == "echo":
        conf = f"server {{ listen {site.port}; location / {{ return 200 {site.name}; }} }}"
        script = f"echo '{conf}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"
        container["command"] = ["/bin/sh", "-c", script]
    elif site.style == "whoami":
        container |= {"image": "traefik/whoami:v1.10.3", "args": [f"--port={site.port}"]}
    else:
        container |= {"image": "n8nio/n8n:1.70.3", "env": [{"name": "N8N_PORT", "value": str(site.port)}]}
    labels = {"app": site.name}
    template = {"metadata": {"labels": dict(labels)}, "spec": {**spec, "containers": [container]}}
    workload: Object = {"selector": {"matchLabels": dict(labels)}, "template": template}
    if site.kind == "Deployment":
        workload = {"replicas": site.replicas, **workload}
    documents.append({"apiVersion": "apps/v1", "kind": site.kind, "metadata": dict(meta), "spec": workload})
    port = {"name": "http", "port": 80, "targetPort": site.port, "nodePort": site.node_port}
    service: Object = {"type": "NodePort", "selector": dict(labels), "ports": [port]}
    if site.stays_local:
        service["externalTrafficPolicy"] = "Local"
    documents.append({"apiVersion": "v1", "kind": "Service", "metadata": dict(meta), "spec": service})
    if site.entry == "ingress":
        backend = {"service": {"name": site.name, "port": {"number": 80}}}
        rule = {"host": site.host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        ingress = {"ingressClassName": "nginx", "rules": [rule]}
        documents.append(
            {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": dict(meta), "spec": ingress}
        )
    return documents


def controller_documents(settings: dict[str, str], *, host_network: bool, stays_local: bool) -> list[Object]:
    """ingress-nginx: its settings, class, DaemonSet and NodePort Service."""
    meta = {"name": f"{CONTROLLER}-controller", "namespace": CONTROLLER}
    labels = {"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller"}
    container = {
        "name": "controller",
        "image": "registry.k8s.io/ingress-nginx/controller:v1.11.3",
        "args": ["/nginx-ingress-controller", f"--configmap=$(POD_NAMESPACE)/{CONTROLLER}-controller"],
        "ports": [{"name": "http", "containerPort": 80}, {"name": "https", "containerPort": 443}],
    }
    spec: Object = {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"} if host_network else {}
    template = {"metadata": {"labels": dict(labels)}, "spec": {**spec, "containers": [container]}}
    service: Object = {"type": "NodePort", "selector": dict(labels)}
    service["ports"] = [
        {"name": "http", "port": 80, "targetPort": "http", "nodePort": HTTP_NODE_PORT},
        {"name": "https", "port": 443, "targetPort": "https", "nodePort": HTTPS_NODE_PORT},
    ]
    if stays_local:
        service["externalTrafficPolicy"] = "Local"
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": dict(meta), "data": settings},
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "nginx"},
            "spec": {"controller": "k8s.io/ingress-nginx"},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": dict(meta),
            "spec": {"selector": {"matchLabels": dict(labels)}, "template": template},
        },
        {"apiVersion": "v1", "kind": "Service", "metadata": dict(meta), "spec": service},
    ]


def health_check(protocol: str, port: int, path: str) -> Object:
    """A health check as the API writes it, with all it asks for."""
    check: Object = {"protocol": protocol, "port": port, "interval": 15, "timeout": 10, "retries": 3}
    if protocol == "http":
        check["http"] = {"domain": "", "path": path, "status_codes": ["2??", "3??"]}
    return check

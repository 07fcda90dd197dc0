"""ingress-nginx out of a plain nginx: its configuration is written from the Ingress objects.

What it copies from the real one (https://kubernetes.github.io/ingress-nginx/): endpoints are dialled directly, not
the cluster IP; no endpoints 503; unknown host 404, but 200 for `/healthz`; three tries on errors and timeouts; 308 to
https for hosts with `tls:` unless the request came by TLS as far as it can tell; PROXY protocol; `backend-protocol`.
Timeouts are shortened: 5 s to connect there, 0.3 s here.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.lab.api_server import Object, ingress_paths
from tests.lab.interpreter import REJECTED, SENTINEL_PORTS, Cluster, Pod, namespace_of, service_port

CONNECT_MILLISECONDS = 300
_CLASS = "k8s.io/ingress-nginx"
_HEAD = """master_process off;
error_log /etc/nginx/error.log info;
pid /etc/nginx/nginx.pid;
events {{ worker_connections 512; }}
http {{
    access_log off;
    server_names_hash_bucket_size 128;
    ssl_certificate {certificates}/fake.crt;
    ssl_certificate_key {certificates}/fake.key;
    proxy_connect_timeout {connect}ms;
    proxy_read_timeout 1s;
    grpc_connect_timeout {connect}ms;
    grpc_read_timeout 1s;
    proxy_next_upstream error timeout;
    proxy_next_upstream_tries 3;
    map $proxy_protocol_server_port $scheme_by_proxy {{ 443 https; default $scheme; }}
    map $http_x_forwarded_proto $scheme_by_header {{ "" {by_proxy}; default $http_x_forwarded_proto; }}
    server {{
        listen {http} default_server{proxy};
        listen {https} ssl default_server{proxy};
        location = /healthz {{ return 200; }}
        location / {{ return 404; }}
    }}
"""


def configuration(pod: Pod, cluster: Cluster, certificates: Path) -> str:
    """The nginx.conf of one controller pod."""
    settings = _settings(pod, cluster)
    proxy = " proxy_protocol" if settings.get("use-proxy-protocol") == "true" else ""
    http, https = _flag(pod, "http-port", 80), _flag(pod, "https-port", 443)
    by_proxy = "$scheme_by_proxy" if proxy else "$scheme"
    text = _HEAD.format(
        certificates=certificates, connect=CONNECT_MILLISECONDS, http=http, https=https, proxy=proxy, by_proxy=by_proxy
    )
    seen_scheme = "$scheme_by_header" if settings.get("use-forwarded-headers") == "true" else by_proxy
    upstreams: list[str] = []
    servers: dict[str, list[str]] = {}
    for ingress in cluster.of_kind("Ingress"):
        if _is_ours(ingress, cluster):
            for host, path in ingress_paths(ingress):
                upstream, location = _location(ingress, host, path, cluster, pod, settings, seen_scheme, len(upstreams))
                upstreams.append(upstream)
                servers.setdefault(host, []).append(location)
    text += "".join(upstreams)
    for host, locations in servers.items():
        listens = f"listen {http}{proxy}; listen {https} ssl{proxy};"
        own = f"ssl_certificate {certificates}/tls.crt; ssl_certificate_key {certificates}/tls.key;"
        has_own = any(_has_certificate(one, host) for one in cluster.of_kind("Ingress") if _is_ours(one, cluster))
        text += f"server {{ server_name {host}; {listens} {own if has_own else ''}\n{''.join(locations)}}}\n"
    return text + "}\n"


def _location(
    ingress: Object, host: str, path: Object, cluster: Cluster, pod: Pod, settings: Object, scheme: str, index: int
) -> tuple[str, str]:
    notes = ingress["metadata"].get("annotations", {})
    prefix = "nginx.ingress.kubernetes.io/"
    upstream, answer = _upstream(ingress, path, cluster, pod, f"up{index}")
    # the sign that stands for what is refused speaks plain HTTP, whatever the Ingress says of its own backend
    service = cluster.find("Service", namespace_of(ingress), path["backend"]["service"]["name"])
    is_refused = id(ingress) in cluster.refused or id(service) in cluster.refused
    protocol = "http" if is_refused else notes.get(f"{prefix}backend-protocol", "HTTP").lower()
    lines = []
    has_tls = any(host in entry.get("hosts", [host]) for entry in ingress["spec"].get("tls", []))
    wants = notes.get(f"{prefix}ssl-redirect", settings.get("ssl-redirect", "true")) == "true"
    if (has_tls and wants) or notes.get(f"{prefix}force-ssl-redirect") == "true":
        lines.append(f"if ({scheme} = http) {{ return 308 https://$host$request_uri; }}")
    if answer:
        lines.append(f"return {answer};")
    else:
        word = "grpc" if protocol.startswith("grpc") else "proxy"
        heads = (("Host", "$host"), ("X-Forwarded-Proto", scheme))
        sent = " ".join(f"{word}_set_header {name} {value};" for name, value in heads)
        lines.append(f"{word}_pass {protocol}://up{index}; {sent} {word}_ssl_verify off;")
    return upstream, f"location {path.get('path', '/')} {{ {' '.join(lines)} }}\n"


def _has_certificate(ingress: Object, host: str) -> bool:
    """Whether a Secret of the host's own is named; what is in it, every host of the lab can present."""
    return any("secretName" in one and host in one.get("hosts", []) for one in ingress["spec"].get("tls", []))


def _upstream(ingress: Object, path: Object, cluster: Cluster, pod: Pod, name: str) -> tuple[str, str]:
    """The upstream block, or what is answered without one."""
    if id(ingress) in cluster.refused:
        return f"upstream {name} {{ server {pod.node.sentinel.address}:{SENTINEL_PORTS[REJECTED, False]}; }}\n", ""
    backend = path["backend"]["service"]
    service = cluster.find("Service", namespace_of(ingress), backend["name"])
    port = service_port(service, backend["port"]) if service else None
    endpoints = cluster.endpoints(service, port) if service and port else []
    if not endpoints:
        return "", "503"
    servers = " ".join(f"server {one.on(pod.node)}:{one.port} max_fails=0;" for one in endpoints)
    return f"upstream {name} {{ random; {servers} }}\n", ""


def _is_ours(ingress: Object, cluster: Cluster) -> bool:
    """Whether the Ingress names a class of this controller; without a class it is not watched."""
    notes = ingress["metadata"].get("annotations", {})
    asked = ingress["spec"].get("ingressClassName", notes.get("kubernetes.io/ingress.class"))
    return any(
        one["metadata"]["name"] == asked and one["spec"]["controller"] == _CLASS
        for one in cluster.of_kind("IngressClass")
    )


def _settings(pod: Pod, cluster: Cluster) -> Object:
    for word in pod.container.get("args", []):
        found = re.fullmatch(r"--configmap=(?:\$\(POD_NAMESPACE\)|[\w-]+)/([\w-]+)", word)
        if found:
            one = cluster.find("ConfigMap", namespace_of(pod.workload), found[1])
            return dict(one["data"]) if one and one.get("data") else {}
    return {}


def _flag(pod: Pod, name: str, default: int) -> int:
    for word in pod.container.get("args", []):
        found = re.fullmatch(rf"--{name}=(\d+)", word)
        if found:
            return int(found[1])
    return default

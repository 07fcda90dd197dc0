"""Inputs of every size, each of a shape that a stranger may write: what many things of one kind are to many of another.

A shape is a function from a size `n` to files (texts by path), about n lines long; `SHAPES` holds them by name. The
benchmark `benchmarks/growth.py` times them, and `tests/test_growth.py` counts the steps that each takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Files = Mapping[str, str]
Object = dict[str, Any]


def _stream(objects: Iterable[Object]) -> Files:
    """Objects as the documents of one file."""
    return {"all.yaml": "".join(f"---\n{json.dumps(one)}\n" for one in objects)}


def _object(api_version: str, kind: str, name: str, **parts: Any) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, **parts}


def _workload(name: str, labels: Mapping[str, str], container: Mapping[str, Any] | None = None, **pod: Any) -> Object:
    web = {"name": "web", "image": "registry.example.com/web:1", **(container or {"ports": [_port("http", 8080)]})}
    template = {"metadata": {"labels": dict(labels)}, "spec": {**pod, "containers": [web]}}
    return _object(
        "apps/v1", "Deployment", name, spec={"selector": {"matchLabels": dict(labels)}, "template": template}
    )


def _port(name: str, number: int) -> Object:
    return {"name": name, "containerPort": number}


def _service(name: str, selector: Mapping[str, str], *ports: Object, **spec: Any) -> Object:
    listed = list(ports) or [{"name": "http", "port": 80, "targetPort": "http"}]
    return _object("v1", "Service", name, spec={"selector": dict(selector), "ports": listed, **spec})


def _ingress(name: str, rules: Sequence[Object]) -> Object:
    return _object("networking.k8s.io/v1", "Ingress", name, spec={"ingressClassName": "nginx", "rules": list(rules)})


def _rule(host: str, service: str, path: str = "/") -> Object:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    return {"host": host, "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}


def _shell(lines: Iterable[str], image: str = "nginx", **pod: Any) -> Files:
    """A pod that runs a script."""
    script = "\n".join(lines)
    return _stream([_workload("web", {"app": "web"}, {"image": image, "command": ["sh", "-c", script]}, **pod)])


def _mounted(image: str, path: str, text: str) -> Files:
    """A pod that reads a configuration from a ConfigMap."""
    mounts = [{"name": "conf", "mountPath": path, "subPath": "conf"}]
    pod = _workload(
        "web",
        {"app": "web"},
        {"image": image, "volumeMounts": mounts},
        volumes=[{"name": "conf", "configMap": {"name": "conf"}}],
    )
    return _stream([pod, _service("web", {"app": "web"}), _object("v1", "ConfigMap", "conf", data={"conf": text})])


def services_and_workloads_of_one_label(n: int) -> Files:
    pods = [_workload(f"web-{i}", {"app": "web"}) for i in range(n)]
    return _stream([*pods, *(_service(f"web-{i}", {"app": "web"}) for i in range(n))])


def one_service_of_many_workloads(n: int) -> Files:
    pods = [_workload(f"web-{i}", {"app": "web", "part": str(i)}) for i in range(n)]
    return _stream([*pods, _service("web", {"app": "web"}, type="NodePort")])


def many_services_of_one_workload(n: int) -> Files:
    return _stream([_workload("web", {"app": "web"}), *(_service(f"web-{i}", {"app": "web"}) for i in range(n))])


def separate_applications(n: int) -> Files:
    """The plain case: n applications, each with its Service and its host."""
    return _stream(
        one
        for i in range(n)
        for one in (
            _workload(f"web-{i}", {"app": f"web-{i}"}),
            _service(f"web-{i}", {"app": f"web-{i}"}),
            _ingress(f"web-{i}", [_rule(f"www{i}.example.com", f"web-{i}")]),
        )
    )


def services_that_select_nothing(n: int) -> Files:
    """Labels that are nearly right: what was meant is looked for."""
    pods = [_workload(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)]
    return _stream([*pods, *(_service(f"web-{i}", {"app": f"wbe-{i}"}) for i in range(n))])


def listeners_and_routes_of_a_gateway(n: int) -> Files:
    listeners = [
        {"name": f"l{i}", "port": 8000 + i % 50000, "protocol": "HTTP", "hostname": f"h{i}.example.com"}
        for i in range(min(n, 10_000))
    ]
    gateway = _object("gateway.networking.k8s.io/v1", "Gateway", "web", spec={"gatewayClassName": "traefik"})
    gateway["spec"]["listeners"] = listeners
    route = {"parentRefs": [{"name": "web"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]}
    routes = [_object("gateway.networking.k8s.io/v1", "HTTPRoute", f"r{i}", spec=route) for i in range(n)]
    return _stream([gateway, *routes, _workload("web", {"app": "web"}), _service("web", {"app": "web"})])


def ingresses_of_one_host(n: int) -> Files:
    found = [_ingress(f"web-{i}", [_rule("www.example.com", "web", f"/p{i}")]) for i in range(n)]
    return _stream([*found, _workload("web", {"app": "web"}), _service("web", {"app": "web"})])


def ingresses_of_one_host_and_path(n: int) -> Files:
    found = [_ingress(f"web-{i}", [_rule("www.example.com", "web")]) for i in range(n)]
    return _stream([*found, _workload("web", {"app": "web"}), _service("web", {"app": "web"})])


def rules_of_one_ingress(n: int) -> Files:
    found = _ingress("web", [_rule(f"h{i}.example.com", "web") for i in range(n)])
    return _stream([found, _workload("web", {"app": "web"}), _service("web", {"app": "web"})])


def wildcards_over_hosts(n: int) -> Files:
    hosts = [f"{'x.' * (i % 30)}h{i}.example.com" for i in range(n)]
    found = [
        _ingress(f"w{i}", [_rule(f"*.h{i}.example.com", "web"), _rule(host, "web")]) for i, host in enumerate(hosts)
    ]
    return _stream([*found, _workload("web", {"app": "web"}), _service("web", {"app": "web"})])


def backends_that_are_missing(n: int) -> Files:
    """Every name is a slip of the hand away from a Service."""
    found = [_ingress(f"web-{i}", [_rule(f"h{i}.example.com", f"servise-{i}")]) for i in range(n)]
    return _stream(
        [*found, *(_service(f"service-{i}", {"app": "web"}) for i in range(n)), _workload("web", {"app": "web"})]
    )


def named_ports(n: int) -> Files:
    pod = _workload("web", {"app": "web"}, {"ports": [_port(f"p{i}", 1 + i) for i in range(n)]})
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"p{i}"} for i in range(n)]
    return _stream([pod, _service("web", {"app": "web"}, *ports)])


def named_ports_that_are_missing(n: int) -> Files:
    pod = _workload("web", {"app": "web"}, {"ports": [_port(f"p{i}", 1 + i) for i in range(n)]})
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"q{i}"} for i in range(n)]
    return _stream([pod, _service("web", {"app": "web"}, *ports)])


def node_ports_behind_ufw(n: int) -> Files:
    """UFW's rules against what listens on the nodes, and node ports against balancers."""
    rows = [f"{40_000 + i}/tcp".ljust(26) + "ALLOW       Anywhere" for i in range(n)]
    status = (
        "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
    )
    ports = [
        _workload(
            f"web-{i}",
            {"app": f"web-{i}"},
            {"ports": [{"containerPort": 10_000 + i, "hostPort": 10_000 + i}]},
            hostNetwork=True,
        )
        for i in range(n)
    ]
    return {**_stream(ports), "ufw-status.txt": status + "\n".join(rows) + "\n"}


def firewall_rules_and_node_ports(n: int) -> Files:
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": "http", "nodePort": 30_000 + i % 2767} for i in range(n)]
    rules = [
        {"direction": "in", "protocol": "tcp", "port": str(31_000 + i), "source_ips": ["0.0.0.0/0"]} for i in range(n)
    ]
    firewall = {"firewalls": [{"name": "nodes", "rules": rules, "applied_to": [{"label_selector": {"selector": "a"}}]}]}
    things = _stream([_workload("web", {"app": "web"}), _service("web", {"app": "web"}, *ports, type="NodePort")])
    return {**things, "firewall.json": json.dumps(firewall)}


def balancer_listeners(n: int) -> Files:
    services = [{"protocol": "tcp", "listen_port": 1 + i, "destination_port": 30_000 + i} for i in range(n)]
    balancer = {"load_balancers": [{"name": "lb1", "services": services, "targets": []}]}
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": "http", "nodePort": 30_000 + i} for i in range(n)]
    things = _stream([_workload("web", {"app": "web"}), _service("web", {"app": "web"}, *ports, type="NodePort")])
    return {**things, "lb.json": json.dumps(balancer)}


def policies_and_pods(n: int) -> Files:
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"]}
    allowed = [
        _object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            f"p{i}",
            spec={**spec, "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": f"c{i}"}}}]}]},
        )
        for i in range(n)
    ]
    pods = [_workload(f"web-{i}", {"app": "web", "part": f"{i}"}) for i in range(n)]
    return _stream([*allowed, *pods, *(_service(f"web-{i}", {"app": "web", "part": f"{i}"}) for i in range(n))])


def config_maps_and_mounts(n: int) -> Files:
    names = [f"conf-{i}" for i in range(n)]
    volumes = [{"name": name, "configMap": {"name": name}} for name in names]
    mounts = [{"name": name, "mountPath": f"/etc/nginx/conf.d/{name}.conf", "subPath": "a"} for name in names]
    pod = _workload("web", {"app": "web"}, {"image": "nginx", "volumeMounts": mounts}, volumes=volumes)
    text = "server { listen 81; location / { return 200; } }\n"
    return _stream(
        [pod, _service("web", {"app": "web"}), *(_object("v1", "ConfigMap", name, data={"a": text}) for name in names)]
    )


def servers_of_nginx(n: int) -> Files:
    servers = (
        f"server {{ listen {1 + i}; server_name h{i}.example.com; location / {{ return 200; }} }}\n" for i in range(n)
    )
    return _mounted("nginx", "/etc/nginx/conf.d/default.conf", "".join(servers))


def listens_of_apache(n: int) -> Files:
    return _mounted("httpd", "/usr/local/apache2/conf/httpd.conf", "".join(f"Listen {1 + i}\n" for i in range(n)))


def binds_of_haproxy(n: int) -> Files:
    text = "".join(f"frontend f{i}\n  bind :{1 + i}\n" for i in range(n))
    return _mounted("haproxy", "/usr/local/etc/haproxy/haproxy.cfg", text)


def sites_of_caddy(n: int) -> Files:
    text = "".join(f":{1 + i} {{\n  respond ok\n}}\n" for i in range(n))
    return _mounted("caddy", "/etc/caddy/Caddyfile", text)


def lines_appended_in_a_shell(n: int) -> Files:
    line = "echo 'server { listen 81; }' >> /etc/nginx/conf.d/a.conf"
    return _shell([*[line] * n, "nginx"])


def files_written_in_a_shell(n: int) -> Files:
    return _shell([*(f"echo 'server {{ listen {81 + i}; }}' > /etc/nginx/conf.d/{i}.conf" for i in range(n)), "nginx"])


def here_documents(n: int) -> Files:
    return _shell(
        [*(f"cat <<E{i} > /etc/nginx/conf.d/{i}.conf\nserver {{ listen {81 + i}; }}\nE{i}" for i in range(n)), "nginx"]
    )


def variables_of_a_shell(n: int) -> Files:
    return _shell([*(f"A{i}=$A{i - 1}x" for i in range(1, n)), "exec web --port $PORT"], "registry.example.com/web:1")


def variables_of_a_container(n: int) -> Files:
    env = [{"name": f"A{i}", "value": f"http://web-{i}.shop:80/$(A{i - 1})"} for i in range(n)]
    services = [_service(f"web-{i}", {"app": "web"}) for i in range(n)]
    return _stream([_workload("web", {"app": "web"}, {"env": env}), *services])


def urls_of_many_containers(n: int) -> Files:
    pods = [
        _workload(f"web-{i}", {"app": f"web-{i}"}, {"env": [{"name": "API", "value": f"http://web-{i + 1}:81"}]})
        for i in range(n)
    ]
    return _stream([*pods, *(_service(f"web-{i}", {"app": f"web-{i}"}) for i in range(n))])


def terraform_resources(n: int) -> Files:
    services = "".join(
        f'resource "hcloud_load_balancer_service" "s{i}" {{\n  load_balancer_id = hcloud_load_balancer.lb.id\n'
        f'  protocol = "tcp"\n  listen_port = local.p{i}\n  destination_port = {30_000 + i}\n}}\n'
        for i in range(n)
    )
    locals_ = "".join(f"  p{i} = local.p{i - 1} + 1\n" if i % 100 else f"  p{i} = {i + 1}\n" for i in range(n))
    head = 'resource "hcloud_load_balancer" "lb" {\n  name = "lb1"\n  location = "nbg1"\n}\n'
    return {"main.tf": f"{head}{services}locals {{\n{locals_}}}\n", **_stream([_service("web", {"app": "web"})])}


def kustomizations(n: int) -> Files:
    """Overlays of one base: as many variants of one object."""
    pod = json.dumps(_workload("web", {"app": "web"}))
    base = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": pod}
    for i in range(n):
        base[f"overlays/{i}/kustomization.yaml"] = "resources: [../../base, service.yaml]\n"
        base[f"overlays/{i}/service.yaml"] = json.dumps(_service("web", {"app": "web"}))
    return base


def variants_of_one_name(n: int) -> Files:
    (text,) = _stream([_workload("web", {"app": "web"}), _service("web", {"app": "web"})]).values()
    return {f"env-{i}/web.yaml": text for i in range(n)}


def suppressing_comments(n: int) -> Files:
    line = "{} # kblint: ignore[SVC001] -- known\n"
    return {"all.yaml": "".join(f"---\n{json.dumps(_service(f'a{i}', {'app': 'none'}))}{line[2:]}" for i in range(n))}


def findings_of_one_line(n: int) -> Files:
    """A file of one line, with a mistake in every part of it."""
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"q{i}"} for i in range(n)]
    pod = json.dumps(_workload("web", {"app": "web"}))
    return {"pod.yaml": pod, "service.json": json.dumps(_service("web", {"app": "web"}, *ports))}


def charts_and_routes(n: int) -> Files:
    charts = [
        _object(
            "helm.toolkit.fluxcd.io/v2",
            "HelmRelease",
            f"r{i}",
            spec={"chart": {"spec": {"chart": f"c{i}"}}, "values": {"service": {"port": 80}}},
        )
        for i in range(n)
    ]
    return _stream([*charts, *(_ingress(f"web-{i}", [_rule(f"h{i}.example.com", f"r{i}-web")]) for i in range(n))])


def aliases(n: int) -> Files:
    head = "base: &base {app: web}\nitems:\n"
    return {"all.yaml": head + "- *base\n" * n + "merged:\n" + "- {<<: *base, a: b}\n" * n}


def nested_levels(n: int) -> Files:
    """Many objects, each nested nearly as deep as may be."""
    return {"all.yaml": "".join("---\n" + "{a: " * 150 + "1" + "}" * 150 + "\n" for _ in range(max(1, n // 10)))}


def keys_of_one_object(n: int) -> Files:
    return _stream([_object("v1", "ConfigMap", "conf", data={f"key-{i}": "http://web.shop:80" for i in range(n)})])


def lines_of_one_block(n: int) -> Files:
    text = "".join(f"    upstream u{i} {{ server web:{i + 1}; }}\n" for i in range(n))
    return {"all.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf}}\ndata:\n  conf: |\n{text}"}


SHAPES: Mapping[str, Callable[[int], Files]] = {
    made.__name__: made
    for made in (
        services_and_workloads_of_one_label,
        one_service_of_many_workloads,
        many_services_of_one_workload,
        separate_applications,
        services_that_select_nothing,
        listeners_and_routes_of_a_gateway,
        ingresses_of_one_host,
        ingresses_of_one_host_and_path,
        rules_of_one_ingress,
        wildcards_over_hosts,
        backends_that_are_missing,
        named_ports,
        named_ports_that_are_missing,
        node_ports_behind_ufw,
        firewall_rules_and_node_ports,
        balancer_listeners,
        policies_and_pods,
        config_maps_and_mounts,
        servers_of_nginx,
        listens_of_apache,
        binds_of_haproxy,
        sites_of_caddy,
        lines_appended_in_a_shell,
        files_written_in_a_shell,
        here_documents,
        variables_of_a_shell,
        variables_of_a_container,
        urls_of_many_containers,
        terraform_resources,
        kustomizations,
        variants_of_one_name,
        suppressing_comments,
        findings_of_one_line,
        charts_and_routes,
        aliases,
        nested_levels,
        keys_of_one_object,
        lines_of_one_block,
    )
}

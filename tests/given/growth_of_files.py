"""Shapes of `tests/given/growth.py` that are about configurations, scripts, Terraform, variants and reports."""

from __future__ import annotations

import json

from tests.given.growth_parts import Files, an_object, ingress, mounted, rule, service, shell, stream, workload


def config_maps_and_mounts(n: int) -> Files:
    names = [f"conf-{i}" for i in range(n)]
    volumes = [{"name": name, "configMap": {"name": name}} for name in names]
    mounts = [{"name": name, "mountPath": f"/etc/nginx/conf.d/{name}.conf", "subPath": "a"} for name in names]
    pod = workload("web", {"app": "web"}, {"image": "nginx", "volumeMounts": mounts}, volumes=volumes)
    text = "server { listen 81; location / { return 200; } }\n"
    return stream(
        [pod, service("web", {"app": "web"}), *(an_object("v1", "ConfigMap", name, data={"a": text}) for name in names)]
    )


def servers_of_nginx(n: int) -> Files:
    servers = (
        f"server {{ listen {1 + i}; server_name h{i}.example.com; location / {{ return 200; }} }}\n" for i in range(n)
    )
    return mounted("nginx", "/etc/nginx/conf.d/default.conf", "".join(servers))


def listens_of_apache(n: int) -> Files:
    return mounted("httpd", "/usr/local/apache2/conf/httpd.conf", "".join(f"Listen {1 + i}\n" for i in range(n)))


def binds_of_haproxy(n: int) -> Files:
    text = "".join(f"frontend f{i}\n  bind :{1 + i}\n" for i in range(n))
    return mounted("haproxy", "/usr/local/etc/haproxy/haproxy.cfg", text)


def sites_of_caddy(n: int) -> Files:
    text = "".join(f":{1 + i} {{\n  respond ok\n}}\n" for i in range(n))
    return mounted("caddy", "/etc/caddy/Caddyfile", text)


def lines_appended_in_a_shell(n: int) -> Files:
    line = "echo 'server { listen 81; }' >> /etc/nginx/conf.d/a.conf"
    return shell([*[line] * n, "nginx"])


def files_written_in_a_shell(n: int) -> Files:
    return shell([*(f"echo 'server {{ listen {81 + i}; }}' > /etc/nginx/conf.d/{i}.conf" for i in range(n)), "nginx"])


def here_documents(n: int) -> Files:
    return shell(
        [*(f"cat <<E{i} > /etc/nginx/conf.d/{i}.conf\nserver {{ listen {81 + i}; }}\nE{i}" for i in range(n)), "nginx"]
    )


def variables_of_a_shell(n: int) -> Files:
    return shell([*(f"A{i}=$A{i - 1}x" for i in range(1, n)), "exec web --port $PORT"], "registry.example.com/web:1")


def variables_of_a_container(n: int) -> Files:
    env = [{"name": f"A{i}", "value": f"http://web-{i}.shop:80/$(A{i - 1})"} for i in range(n)]
    services = [service(f"web-{i}", {"app": "web"}) for i in range(n)]
    return stream([workload("web", {"app": "web"}, {"env": env}), *services])


def urls_of_many_containers(n: int) -> Files:
    pods = [
        workload(f"web-{i}", {"app": f"web-{i}"}, {"env": [{"name": "API", "value": f"http://web-{i + 1}:81"}]})
        for i in range(n)
    ]
    return stream([*pods, *(service(f"web-{i}", {"app": f"web-{i}"}) for i in range(n))])


def terraform_resources(n: int) -> Files:
    services = "".join(
        f'resource "hcloud_load_balancer_service" "s{i}" {{\n  load_balancer_id = hcloud_load_balancer.lb.id\n'
        f'  protocol = "tcp"\n  listen_port = local.p{i}\n  destination_port = {30_000 + i}\n}}\n'
        for i in range(n)
    )
    locals_ = "".join(f"  p{i} = local.p{i - 1} + 1\n" if i % 100 else f"  p{i} = {i + 1}\n" for i in range(n))
    head = 'resource "hcloud_load_balancer" "lb" {\n  name = "lb1"\n  location = "nbg1"\n}\n'
    return {"main.tf": f"{head}{services}locals {{\n{locals_}}}\n", **stream([service("web", {"app": "web"})])}


def kustomizations(n: int) -> Files:
    """Overlays of one base: as many variants of one object."""
    pod = json.dumps(workload("web", {"app": "web"}))
    base = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": pod}
    for i in range(n):
        base[f"overlays/{i}/kustomization.yaml"] = "resources: [../../base, service.yaml]\n"
        base[f"overlays/{i}/service.yaml"] = json.dumps(service("web", {"app": "web"}))
    return base


def variants_of_one_name(n: int) -> Files:
    (text,) = stream([workload("web", {"app": "web"}), service("web", {"app": "web"})]).values()
    return {f"env-{i}/web.yaml": text for i in range(n)}


def suppressing_comments(n: int) -> Files:
    line = "{} # kblint: ignore[SVC001] -- known\n"
    return {"all.yaml": "".join(f"---\n{json.dumps(service(f'a{i}', {'app': 'none'}))}{line[2:]}" for i in range(n))}


def findings_of_one_line(n: int) -> Files:
    """A file of one line, with a mistake in every part of it."""
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"q{i}"} for i in range(n)]
    pod = json.dumps(workload("web", {"app": "web"}))
    return {"pod.yaml": pod, "service.json": json.dumps(service("web", {"app": "web"}, *ports))}


def charts_and_routes(n: int) -> Files:
    charts = [
        an_object(
            "helm.toolkit.fluxcd.io/v2",
            "HelmRelease",
            f"r{i}",
            spec={"chart": {"spec": {"chart": f"c{i}"}}, "values": {"service": {"port": 80}}},
        )
        for i in range(n)
    ]
    return stream([*charts, *(ingress(f"web-{i}", [rule(f"h{i}.example.com", f"r{i}-web")]) for i in range(n))])


def aliases(n: int) -> Files:
    head = "base: &base {app: web}\nitems:\n"
    return {"all.yaml": head + "- *base\n" * n + "merged:\n" + "- {<<: *base, a: b}\n" * n}


def nested_levels(n: int) -> Files:
    """Many objects, each nested nearly as deep as may be."""
    return {"all.yaml": "".join("---\n" + "{a: " * 150 + "1" + "}" * 150 + "\n" for _ in range(max(1, n // 10)))}


def keys_of_one_object(n: int) -> Files:
    return stream([an_object("v1", "ConfigMap", "conf", data={f"key-{i}": "http://web.shop:80" for i in range(n)})])


def lines_of_one_block(n: int) -> Files:
    text = "".join(f"    upstream u{i} {{ server web:{i + 1}; }}\n" for i in range(n))
    return {"all.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf}}\ndata:\n  conf: |\n{text}"}

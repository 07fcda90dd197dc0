"""Shapes of `tests/given/growth.py` that are about kustomize, Terraform, Ansible, scripts, K3s and charts."""

# ruff: noqa: E501 - texts of files, each on the line it needs
from __future__ import annotations

import json

from tests.given.growth_of_names import WEB
from tests.given.growth_parts import Files, Object, an_object, ingress, rule, service, shell, stream, workload


def built(objects: list[Object], **fields: object) -> Files:
    """A kustomization of some objects."""
    (text,) = stream(objects).values()
    return {"web.yaml": text, "kustomization.yaml": json.dumps({"resources": ["web.yaml"], **fields})}


def overlays_of_a_large_base(n: int) -> Files:
    """As many overlays as objects: what is built is their product."""
    half = max(1, n // 10)
    objects = [service(f"web-{i}", {"app": "web"}) for i in range(half)]
    (text,) = stream(objects).values()
    files = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": text}
    return {
        **files,
        **{f"o/{i}/kustomization.yaml": f"resources: [../../base]\nnamespace: n{i}\n" for i in range(half)},
    }


def overlays_of_overlays(n: int) -> Files:
    """Each names the two before it."""
    files = {"o0/kustomization.yaml": "resources: [web.yaml]\n", "o0/web.yaml": json.dumps(WEB[1])}
    for i in range(1, n):
        files[f"o{i}/kustomization.yaml"] = (
            f"namePrefix: a\nresources: [../o{i - 1}{', ../o' + str(i - 2) if i > 1 else ''}]\n"
        )
    return files


def patches_of_one_object(n: int) -> Files:
    patch = "[{op: replace, path: /spec/ports/0/port, value: 81}]"
    return built(list(WEB), patches=[{"target": {"kind": "Service"}, "patch": patch} for _ in range(n)])


def patches_of_all_objects(n: int) -> Files:
    patch = "[{op: add, path: /metadata/labels, value: {a: b}}]"
    objects = [service(f"web-{i}", {"app": "web"}) for i in range(n)]
    return built(objects, patches=[{"target": {"name": f"web-{i}.*|a"}, "patch": patch} for i in range(n)])


def strategic_patches(n: int) -> Files:
    objects = [service(f"web-{i}", {"app": "web"}) for i in range(n)]
    patches = [
        {
            "patch": json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"name": f"web-{i}", "namespace": "shop"},
                    "spec": {"type": "NodePort"},
                }
            )
        }
        for i in range(n)
    ]
    return built(objects, patches=patches)


def operations_of_one_patch(n: int) -> Files:
    operations = [{"op": "add", "path": "/spec/ports/-", "value": {"name": f"p{i}", "port": i}} for i in range(n)]
    return built(list(WEB), patches=[{"target": {"kind": "Service"}, "patch": json.dumps(operations)}])


def pointers_of_one_patch(n: int) -> Files:
    operations = [{"op": "add", "path": "/metadata/annotations" + "/a" * 50, "value": "x"} for i in range(n)]
    return built(list(WEB), patches=[{"target": {"kind": "Service"}, "patch": json.dumps(operations)}])


def replacements(n: int) -> Files:
    source = {"kind": "Deployment", "name": "web", "fieldPath": "metadata.name"}
    target = {"select": {"kind": "Service"}, "fieldPaths": ["spec.selector.app"]}
    return built(list(WEB), replacements=[{"source": source, "targets": [target]} for _ in range(n)])


def replacements_in_all(n: int) -> Files:
    source = {"kind": "Deployment", "name": "web", "fieldPath": "metadata.name"}
    target = {"select": {"kind": "Service"}, "fieldPaths": ["spec.selector.app"]}
    objects = [service(f"web-{i}", {"app": "web"}) for i in range(n)]
    return built([WEB[0], *objects], replacements=[{"source": source, "targets": [target]} for _ in range(n)])


def images_and_containers(n: int) -> Files:
    objects = [workload(f"web-{i}", {"app": f"web-{i}"}, {"image": f"image-{i}"}) for i in range(n)]
    return built(objects, images=[{"name": f"image-{i}", "newTag": "2"} for i in range(n)])


def generated_config_maps(n: int) -> Files:
    made = [{"name": f"conf-{i}", "literals": [f"a={i}"]} for i in range(n)]
    env = [{"configMapRef": {"name": f"conf-{i}"}} for i in range(n)]
    return built([workload("web", {"app": "web"}, {"envFrom": env})], configMapGenerator=made)


def variables_of_kustomize(n: int) -> Files:
    made = [{"name": f"V{i}", "objref": {"kind": "Service", "name": "web", "apiVersion": "v1"}} for i in range(n)]
    env = [{"name": f"A{i}", "value": f"$(V{i})"} for i in range(n)]
    return built([workload("web", {"app": "web"}, {"env": env}), WEB[1]], vars=made)


def labels_of_all(n: int) -> Files:
    objects = [service(f"web-{i}", {"app": "web"}) for i in range(n)]
    return built(objects, labels=[{"pairs": {f"l{i}": "x"}} for i in range(n)])


def for_each_of_terraform(n: int) -> Files:
    """Resources made from a map that is made from a map, in a chain."""
    maps = "".join(f"  m{i} = {{ for k, v in local.m{i - 1} : k => v + 1 }}\n" for i in range(1, max(2, n // 100)))
    head = "locals {\n  m0 = {\n" + "".join(f"    k{i} = {30_000 + i}\n" for i in range(n)) + "  }\n" + maps + "}\n"
    return {
        "main.tf": f'{head}resource "hcloud_load_balancer" "lb" {{\n  name = "lb"\n}}\n'
        'resource "hcloud_load_balancer_service" "s" {\n  for_each = local.m0\n'
        '  load_balancer_id = hcloud_load_balancer.lb.id\n  protocol = "tcp"\n  listen_port = each.value\n'
        "  destination_port = each.value\n}\n"
    }


def counted_resources_of_terraform(n: int) -> Files:
    one = 'resource "hcloud_firewall" "f{i}" {{\n  count = {n}\n  name = "f${{count.index}}"\n  rule {{\n    direction = "in"\n    protocol = "tcp"\n    port = "80"\n    source_ips = ["0.0.0.0/0"]\n  }}\n}}\n'
    return {"main.tf": "".join(one.format(i=i, n=n) for i in range(n))}


def dynamic_blocks_of_terraform(n: int) -> Files:
    ports = ", ".join(f'"{i}"' for i in range(n))
    one = 'resource "hcloud_firewall" "f{i}" {{\n  name = "f{i}"\n  dynamic "rule" {{\n    for_each = local.ports\n    content {{\n      direction = "in"\n      protocol = "tcp"\n      port = rule.value\n      source_ips = ["0.0.0.0/0"]\n    }}\n  }}\n}}\n'
    return {"main.tf": f"locals {{\n  ports = [{ports}]\n}}\n" + "".join(one.format(i=i) for i in range(n // 5))}


def modules_of_terraform(n: int) -> Files:
    head = {"a/main.tf": 'variable "n" {}\nresource "hcloud_load_balancer" "lb" {\n  name = var.n\n}\n'}
    return {**head, "main.tf": "".join(f'module "m{i}" {{\n  source = "./a"\n  n = "lb{i}"\n}}\n' for i in range(n))}


def balancers_of_terraform(n: int) -> Files:
    one = 'resource "hcloud_load_balancer" "lb{i}" {{\n  name = "lb{i}"\n}}\nresource "hcloud_load_balancer_service" "s{i}" {{\n  load_balancer_id = hcloud_load_balancer.lb{i}.id\n  protocol = "tcp"\n  listen_port = 80\n  destination_port = {p}\n}}\n'
    return {"main.tf": "".join(one.format(i=i, p=30_000 + i) for i in range(n)), **stream(list(WEB))}


def functions_of_a_shell(n: int) -> Files:
    return shell([*(f"f{i}() {{ f{i - 1}; f{i - 1}; }}" for i in range(1, n)), f"f{n - 1}", "nginx"])


def shells_within_shells(n: int) -> Files:
    script = "nginx"
    for _ in range(min(n, 12)):
        script = f"sh -c {json.dumps(script)}"
    return shell([script] * n)


def edits_with_sed(n: int) -> Files:
    lines = [
        f"echo 'listen {i};' > /etc/nginx/conf.d/{i}.conf\nsed -i 's/listen.*;/listen 80;/' /etc/nginx/conf.d/{i}.conf"
        for i in range(n)
    ]
    return shell([*lines, "nginx"])


def loops_of_ansible(n: int) -> Files:
    tasks = [
        {"ufw": {"rule": "allow", "port": "{{ item }}"}, "loop": [str(j) for j in range(20)], "vars": {f"a{i}": i}}
        for i in range(n)
    ]
    return {"a.yaml": json.dumps([{"hosts": "all", "tasks": tasks}])}


def plays_of_ansible(n: int) -> Files:
    tasks = [{"ufw": {"rule": "allow", "port": "80"}}, {"shell": "k3s server --disable=traefik"}]
    return {"a.yaml": json.dumps([{"hosts": f"h{i}", "tasks": tasks} for i in range(n)])}


def playbooks_of_ansible(n: int) -> Files:
    tasks = [{"ufw": {"rule": "allow", "port": "80"}}]
    return {f"p{i}.yaml": json.dumps([{"hosts": f"h{i}", "tasks": tasks}]) for i in range(n)}


def servers_of_k3s(n: int) -> Files:
    text = "write-kubeconfig-mode: '0644'\ndisable: [traefik]\nnode-label: [a=b]\ncluster-cidr: 10.42.0.0/16\n"
    files = {f"n{i}/etc/rancher/k3s/config.yaml": text for i in range(n)}
    ports = {"type": "NodePort"}
    return {**files, **stream([WEB[0], service("web", {"app": "web"}, **ports)])}


def installs_of_k3s(n: int) -> Files:
    line = "curl -sfL https://get.k3s.io | INSTALL_K3S_EXEC='server --disable=traefik' sh -\n"
    return {"a.sh": "".join(line for _ in range(n)), **stream(list(WEB))}


def flags_of_k3s(n: int) -> Files:
    flags = " ".join(f"--node-label a{i}=b" for i in range(n))
    return {"a.sh": f"k3s server {flags}\n", **stream(list(WEB))}


def firewalls_and_ports(n: int) -> Files:
    """Many firewalls, each with a few rules, before many node ports."""
    rules = [{"direction": "in", "protocol": "tcp", "port": "1-100", "source_ips": ["10.0.0.0/8"]}]
    firewalls = [{"name": f"f{i}", "rules": rules, "applied_to": []} for i in range(n)]
    services = [
        service(f"web-{i}", {"app": "web"}, {"port": 80, "nodePort": 30_000 + i % 2767}, type="NodePort")
        for i in range(n)
    ]
    return {**stream([WEB[0], *services]), "f.json": json.dumps({"firewalls": firewalls})}


def balancers_of_services(n: int) -> Files:
    services = [service(f"web-{i}", {"app": "web"}, type="LoadBalancer") for i in range(n)]
    for one in services:
        one["metadata"]["annotations"] = {
            "load-balancer.hetzner.cloud/name": "lb1",
            "load-balancer.hetzner.cloud/location": "nbg1",
        }
    return stream([WEB[0], *services])


def charts_with_values(n: int) -> Files:
    chart = {"chart": "traefik", "repo": "https://traefik.github.io/charts"}
    values = json.dumps(
        {"ports": {f"p{i}": {"port": 8000 + i, "exposedPort": i, "expose": {"default": True}} for i in range(n)}}
    )
    return stream([an_object("helm.cattle.io/v1", "HelmChart", "traefik", spec={**chart, "valuesContent": values})])


def releases_of_one_chart(n: int) -> Files:
    return stream(
        an_object(
            "helm.cattle.io/v1",
            "HelmChart",
            f"t{i}",
            spec={"chart": "traefik", "repo": "https://traefik.github.io/charts"},
        )
        for i in range(n)
    )


def commands_of_helm(n: int) -> Files:
    return {
        "a.sh": "".join(
            f"helm upgrade --install t{i} traefik/traefik --set ports.web.nodePort={30_000 + i}\n" for i in range(n)
        )
    }


def values_set_one_by_one(n: int) -> Files:
    sets = ",".join(f"ports.p{i}.port={i}" for i in range(n))
    return {"a.sh": f"helm upgrade --install traefik traefik/traefik --set {sets}\n"}


def nested_ignore_files(n: int) -> Files:
    return {**stream(list(WEB)), **{f"{'/'.join('d' * (1 + i % 20))}/{i}/.gitignore": "**/a*/**\n" for i in range(n)}}


def custom_resources(n: int) -> Files:
    crds = [
        an_object(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            f"k{i}s.example.com",
            spec={
                "group": "example.com",
                "names": {"kind": f"K{i}", "plural": f"k{i}s"},
                "scope": "Namespaced",
                "versions": [{"name": "v1", "served": True, "storage": True}],
            },
        )
        for i in range(n)
    ]
    return stream([*crds, *(an_object("example.com/v1", f"K{i}", "a", spec={"a": 1}) for i in range(n))])


def suppressing_annotations(n: int) -> Files:
    found = [service(f"a{i}", {"app": "none"}) for i in range(n)]
    for one in found:
        one["metadata"]["annotations"] = {"kblint.io/ignore": "SVC001: known; SVC002: known"}
    return stream(found)


def ignored_objects(n: int) -> Files:
    found = [service(f"a{i}", {"app": "none"}) for i in range(n)]
    ignore = [{"rules": ["SVC001"], "objects": [f"Service shop/a{i}"], "reason": "known"} for i in range(n)]
    return {**stream(found), "kblint.yaml": json.dumps({"ignore": ignore})}


def fixes_that_are_refused(n: int) -> Files:
    """Each of them alone would be right, and all would move traffic."""
    found = [
        service(f"web-{i}", {"app": f"web-{i}"}, {"name": "http", "port": 80, "targetPort": "htpp"}) for i in range(n)
    ]
    return stream([*(workload(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)), *found])


def mistakes_in_one_line(n: int) -> Files:
    objects = [service(f"a{i}", {"app": "none"}) for i in range(n)]
    return {"a.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": [*objects, *WEB]})}


def hosts_and_balancers(n: int) -> Files:
    """Every host of an Ingress behind every listener of a balancer."""
    listeners = [{"protocol": "tcp", "listen_port": 80 + i, "destination_port": 30_080} for i in range(n)]
    balancer = {"load_balancers": [{"name": "lb1", "services": listeners, "targets": []}]}
    traefik = workload(
        "traefik", {"app": "traefik"}, {"image": "traefik:v3", "ports": [{"name": "web", "containerPort": 8000}]}
    )
    front = service(
        "traefik",
        {"app": "traefik"},
        {"name": "web", "port": 80, "targetPort": "web", "nodePort": 30_080},
        type="NodePort",
    )
    routes = [ingress(f"web-{i}", [rule(f"h{i}.example.com", "web")]) for i in range(n)]
    for route in routes:
        route["spec"]["ingressClassName"] = "traefik"
    return {**stream([*WEB, traefik, front, *routes]), "lb.json": json.dumps(balancer)}

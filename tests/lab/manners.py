"""Other manners of the same deployment: each changes a right wiring, and leaves it right.

A manner is a function on plain manifests that says whether it applies. Mistakes come after them, on whatever they left.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from tests.lab.api_server import Object
from tests.lab.manifests import Site, health_check
from tests.lab.programs import PROGRAMS
from tests.lab.wirings import PRIVATE_NETWORK, Wiring, ufw_row

Manner = Callable[[Wiring, random.Random], bool]
ADDRESS = "BACKEND_URL"
SIDECAR, FRONT = "sidecar", "front"
"""Styles of a site that only manners make; what its process listens on is not for every mistake to change."""


def container_of(wiring: Wiring, site: Site) -> Object:
    """The first container of a site."""
    _, one = wiring.find(site.file, site.kind)
    container: Object = one["spec"]["template"]["spec"]["containers"][0]
    return container


def run_program(wiring: Wiring, site: Site, fields: Object) -> None:
    """Have a site run another program."""
    container = container_of(wiring, site)
    told = [one for one in container.get("env", []) if one["name"] == ADDRESS]
    for key in ("image", "command", "args", "env"):
        container.pop(key, None)
    container |= fields
    if told:
        container["env"] = [*container.get("env", []), *told]


def programs(wiring: Wiring, luck: random.Random) -> bool:
    """Servers of other makers, each with its own flags and variables."""
    fitting = [site for site in wiring.sites if site.style in ("whoami", "n8n")]
    for site in fitting:
        site.style = luck.choice(sorted(PROGRAMS))
        run_program(wiring, site, PROGRAMS[site.style].told("0.0.0.0", site.port))
    return bool(fitting)


def host_port(wiring: Wiring, luck: random.Random) -> bool:
    """Pods of the pod network with a host port, which the balancer dials past their Service."""
    fitting = [
        site for site in wiring.sites if site.entry != "ingress" and not site.host_network and site.kind == "DaemonSet"
    ]
    for site in fitting:
        number = 8300 + luck.randrange(50)
        container_of(wiring, site)["ports"][0]["hostPort"] = number
        dial(wiring, site.node_port, number)
    return bool(fitting)


def dial(wiring: Wiring, old: int, new: int) -> None:
    """Have the balancer dial another port, which the Cloud Firewall opens."""
    for service in wiring.balancer["services"]:
        if service["destination_port"] == old:
            service["destination_port"] = service["health_check"]["port"] = new
            if wiring.firewall:
                wiring.firewall["rules"].append({**wiring.firewall["rules"][0], "port": str(new)})


def sidecar(wiring: Wiring, luck: random.Random) -> bool:
    """An nginx in each pod, before a program that listens on loopback."""
    fitting = [site for site in wiring.sites if site.style in ("whoami", "n8n") and not site.host_network]
    for site in fitting:
        site.style = SIDECAR
        behind = site.port + 400
        run_program(wiring, site, PROGRAMS[luck.choice(["gunicorn", "uvicorn", "php"])].told("127.0.0.1", behind))
        _, one = wiring.find(site.file, site.kind)
        spec = one["spec"]["template"]["spec"]
        container_of(wiring, site).pop("ports")
        add_nginx(wiring, site, spec, f"http://127.0.0.1:{behind}", "proxy")
    return bool(fitting)


def front(wiring: Wiring, luck: random.Random) -> bool:
    """An nginx that passes on what it is asked to a Service of another application, which it finds by name."""
    site = next((site for site in wiring.sites if site.style in ("whoami", "n8n")), None)
    if site is None or wiring.has_blocked_overlay:
        return False
    site.style = FRONT
    _, one = wiring.find(site.file, site.kind)
    spec = one["spec"]["template"]["spec"]
    spec["containers"] = []
    name = f"{site.name}-api"
    host = luck.choice([name, f"{name}.{site.namespace}", f"{name}.{site.namespace}.svc.cluster.local"])
    add_nginx(wiring, site, spec, f"http://{host}:8000", "app")
    meta, labels = {"name": name, "namespace": site.namespace}, {"app": name}
    program = {"name": "api", **PROGRAMS["http-echo"].told("0.0.0.0", 9100), "ports": [{"containerPort": 9100}]}
    template = {"metadata": {"labels": dict(labels)}, "spec": {"containers": [program]}}
    port = {"name": "http", "port": 8000, "targetPort": 9100}
    wiring.documents[site.file] += [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": dict(meta),
            "spec": {"replicas": 2, "selector": {"matchLabels": dict(labels)}, "template": template},
        },
        {"apiVersion": "v1", "kind": "Service", "metadata": dict(meta), "spec": {"selector": labels, "ports": [port]}},
    ]
    for url, asked in wiring.urls.items():
        if asked == site.name:
            wiring.urls[url] = name
    return True


def add_nginx(wiring: Wiring, site: Site, spec: Object, target: str, name: str) -> None:
    """A container with an nginx on the site's port that passes everything on."""
    text = f"server {{\n  listen {site.port};\n  location / {{\n    proxy_pass {target};\n  }}\n}}\n"
    data = {"default.conf": text}
    meta = {"name": f"{site.name}-proxy", "namespace": site.namespace}
    wiring.documents[site.file].insert(0, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data})
    spec["volumes"] = [{"name": "conf", "configMap": {"name": meta["name"]}}]
    container: Object = {"name": name, "image": "nginx:1.27.3", "ports": [{"containerPort": site.port}]}
    container["volumeMounts"] = [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}]
    spec["containers"].append(container)


def policies(wiring: Wiring, luck: random.Random) -> bool:
    """Policies that isolate the pods of each application, and let in what comes to its port."""
    for site in wiring.sites:
        port: Object = {"protocol": "TCP", "port": luck.choice([site.port, "http"])}
        if site.style in (SIDECAR, FRONT):
            port["port"] = site.port
        rule: Object = {"ports": [port]}
        blocks = [{"ipBlock": {"cidr": cidr}} for cidr in ("10.0.0.0/8", "198.51.100.0/24", "203.0.113.0/24")]
        if luck.random() < 0.4:
            rule["from"] = [*blocks, {"namespaceSelector": {}}]
        selector = {"matchLabels": {"app": site.name}}
        if luck.random() < 0.5 and site.style != FRONT:
            wiring.documents[site.file].append(_policy(site, "default-deny", {}, []))
        wiring.documents[site.file].append(_policy(site, f"{site.name}-in", selector, [rule]))
    return True


def _policy(site: Site, name: str, selector: Object, rules: list[Object]) -> Object:
    spec: Object = {"podSelector": selector, "policyTypes": ["Ingress"]}
    if rules:
        spec["ingress"] = rules
    meta = {"name": name, "namespace": site.namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def targets_by_address(wiring: Wiring, _luck: random.Random) -> bool:
    """The balancer's targets are addresses."""
    private = wiring.is_private
    network = "10.0.0" if private else "198.51.100"
    wiring.balancer["targets"] = [{"type": "ip", "ip": {"ip": f"{network}.{10 + number}"}} for number in range(1, 5)]
    return True


def one_host(wiring: Wiring, _luck: random.Random) -> bool:
    """Two applications share a host: each has a path of it."""
    routed = [site for site in wiring.sites if site.entry == "ingress"]
    if len(routed) != 2:
        return False
    first, second = routed
    _, ingress = wiring.find(second.file, "Ingress")
    rule = ingress["spec"]["rules"][0]
    rule["host"], rule["http"]["paths"][0]["path"] = first.host, f"/{second.name}"
    for entry in ingress["spec"].get("tls", []):
        entry["hosts"] = [first.host]
    for scheme in ("http", "https"):
        wiring.urls[f"{scheme}://{first.host}/{second.name}"] = wiring.urls.pop(f"{scheme}://{second.host}/")
    return True


def named_ports(wiring: Wiring, _luck: random.Random) -> bool:
    """Services name the ports of their pods, and Ingresses those of Services."""
    fitting = [site for site in wiring.sites if site.style not in (SIDECAR, FRONT)]
    for site in fitting:
        _, service = wiring.find(site.file, "Service")
        service["spec"]["ports"][0]["targetPort"] = "http"
        if site.entry == "ingress":
            _, ingress = wiring.find(site.file, "Ingress")
            ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"] = {"name": "http"}
    return bool(fitting)


def check_domain(wiring: Wiring, _luck: random.Random) -> bool:
    """Health checks over HTTP name a domain."""
    fitting = [one for one in wiring.balancer["services"] if one["health_check"].get("http")]
    for one in fitting:
        check = health_check("http", one["health_check"]["port"], one["health_check"]["http"]["path"])
        check["http"] |= {"domain": "check.lab.test", "status_codes": ["2??", "3??"]}
        one["health_check"] = check
    return bool(fitting)


def rules_of_ufw(wiring: Wiring, luck: random.Random) -> bool:
    """UFW with more than it needs: a limit, an application profile, a rule that comes too late to matter."""
    if wiring.ufw is None:
        return False
    rows = wiring.ufw
    for number, row in enumerate(rows):
        if row.startswith("22/tcp"):
            rows[number] = ufw_row("22/tcp", "Anywhere", "LIMIT")
    web = [row for row in rows if row.startswith(("80/tcp", "443/tcp"))]
    if len(web) == 2 and luck.random() < 0.6:
        rows[rows.index(web[0])] = ufw_row("WWW Full", "Anywhere")
        rows.remove(web[1])
    rows.append(ufw_row("9999/tcp", PRIVATE_NETWORK, "DENY"))
    return True


def calls(wiring: Wiring, luck: random.Random) -> bool:
    """An application is told where another one is, by a variable."""
    if len(wiring.sites) < 2:
        return False
    caller, called = luck.sample(wiring.sites, 2)
    if caller.style == SIDECAR:
        return False
    host = luck.choice([f"{called.name}.{called.namespace}", f"{called.name}.{called.namespace}.svc.cluster.local"])
    tell(wiring, caller, host, luck.choice(["", ":80", "/", ":80/api"]))
    return True


def tell(wiring: Wiring, caller: Site, host: str, rest: str) -> None:
    """Write an address into the variable that an application knows another one by."""
    variables = container_of(wiring, caller).setdefault("env", [])
    variables[:] = [one for one in variables if one["name"] != ADDRESS]
    variables.append({"name": ADDRESS, "value": f"http://{host}{rest}"})
    port = rest.partition("/")[0] or ":80"
    wiring.calls = {caller.name: f"{host}{port}"}


MANNERS: Mapping[str, Manner] = {
    one.__name__.replace("_", "-"): one
    for one in (
        programs,
        host_port,
        sidecar,
        front,
        policies,
        calls,
        targets_by_address,
        one_host,
        named_ports,
        check_domain,
        rules_of_ufw,
    )
}


def vary(wiring: Wiring, luck: random.Random, wanted: str | None = None) -> None:
    """Change a right wiring in some manners, the `wanted` one among them where it fits."""
    names = luck.sample(sorted(MANNERS), luck.choice([0, 1, 2, 3]))
    if wanted and wanted not in names:
        names.append(wanted)
    # in the order of the table: later ones are about what earlier ones made
    for name, manner in MANNERS.items():
        if name in names and manner(wiring, luck):
            wiring.manners.append(name)

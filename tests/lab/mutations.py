"""Mistakes, each a function on plain manifests that says where it made its change, or None where it does not apply.

None of them says what will be seen: that is for the network, and for kblint, to tell.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.lab.interpreter import Object
from tests.lab.wirings import HTTP_NODE_PORT, HTTPS_NODE_PORT, Place, Site, Wiring, health_check, right_wiring

FRONT = "ingress-nginx.yaml"
Mutation = Callable[[Wiring, random.Random], Place | None]


def mutated(seed: int, wanted: str | None = None) -> Wiring:
    """A right wiring with one to three mistakes; `wanted` asks for one class, alone. Other seeds are tried until it fits."""
    luck = random.Random(seed * 7919)
    for attempt in range(200):
        wiring = right_wiring(seed + 100_003 * attempt)
        names = [wanted] if wanted else luck.sample(sorted(MUTATIONS), luck.choice([1, 1, 2, 3]))
        for name in names:
            if len(names) == 1 or name not in ALONE:
                place = MUTATIONS[name](wiring, luck)
                if place:
                    wiring.mutations.append((name, place))
        if wiring.mutations:
            return wiring
    raise LookupError(f"no wiring fits {wanted}")


def _site(wiring: Wiring, luck: random.Random, fits: Callable[[Site], bool] = lambda _: True) -> Site | None:
    fitting = [site for site in wiring.sites if fits(site)]
    return luck.choice(fitting) if fitting else None


def _workload(wiring: Wiring, site: Site) -> tuple[int, Object, Object]:
    """Number in its file, pod template's spec and first container of a site's workload."""
    index, one = wiring.find(site.file, site.kind)
    spec = one["spec"]["template"]["spec"]
    return index, spec, spec["containers"][0]


def _service(wiring: Wiring, site: Site) -> tuple[int, Object]:
    index, one = wiring.find(site.file, "Service")
    return index, one["spec"]


_PORT = ("spec", "ports", 0)
_CONTAINER = ("spec", "template", "spec", "containers", 0)


def target_port_number(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["ports"][0]["targetPort"] = site.port + 100 if site.host_network else luck.choice([site.port + 100, 80])
    return Place(site.file, (index, *_PORT, "targetPort"))


def target_port_name(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["ports"][0]["targetPort"] = "web"
    return Place(site.file, (index, *_PORT, "targetPort"))


def selector(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["selector"]["app"] = f"{site.name}-web"
    return Place(site.file, (index, "spec", "selector", "app"))


def service_namespace(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, one = wiring.find(site.file, "Service")
    one["metadata"]["namespace"] = "default"
    return Place(site.file, (index, "metadata", "namespace"))


def service_protocol(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["ports"][0]["protocol"] = "UDP"
    return Place(site.file, (index, *_PORT, "protocol"))


def service_type(wiring: Wiring, luck: random.Random) -> Place | None:
    """ClusterIP, with the node port still written (refused) or taken out."""
    site = _site(wiring, luck, lambda site: not site.stays_local)
    if site is None:
        return None
    index, spec = _service(wiring, site)
    if site.entry == "ingress" or luck.random() < 0.5:
        spec["type"] = "ClusterIP"
        return Place(site.file, (index, "spec", "type"))
    spec["type"] = "ClusterIP"
    del spec["ports"][0]["nodePort"]
    return Place(site.file, (index, "spec", "type"))


def node_port_range(wiring: Wiring, luck: random.Random) -> Place | None:
    """A number outside of the range, in the Service and, where it leads there, in the balancer."""
    site = _site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    for one in wiring.balancer["services"]:
        if one["destination_port"] == site.node_port:
            one["destination_port"] = one["health_check"]["port"] = 8080
    spec["ports"][0]["nodePort"] = 8080
    return Place(site.file, (index, *_PORT, "nodePort"))


def node_port_taken(wiring: Wiring, luck: random.Random) -> Place | None:
    """The later of two Services asks for the node port of the first."""
    in_order = sorted(wiring.sites, key=lambda site: site.file)
    first, second = in_order[0], in_order[-1]
    if first is second or second.entry != "ingress":
        return None
    index, spec = _service(wiring, second)
    spec["ports"][0]["nodePort"] = first.node_port
    return Place(second.file, (index, *_PORT, "nodePort"))


def local_policy(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck, lambda site: site.kind == "Deployment")
    if site is None:
        return None
    index, spec = _service(wiring, site)
    spec["externalTrafficPolicy"] = "Local"
    return Place(site.file, (index, "spec", "externalTrafficPolicy"))


def listens_elsewhere(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    return _listen(wiring, site, str(luck.choice([site.port + 50, 8000])))


def listens_on_loopback(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck, lambda site: site.style != "whoami")
    return _listen(wiring, site, f"127.0.0.1:{site.port}") if site else None


def listens_with_tls(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck, lambda site: site.style == "conf")
    if site is None:
        return None
    index, spec, container = _workload(wiring, site)
    spec["volumes"].append({"name": "tls", "secret": {"secretName": f"{site.name}-tls"}})
    container["volumeMounts"].append({"name": "tls", "mountPath": "/etc/nginx/tls"})
    place = _listen(wiring, site, f"{site.port} ssl")
    _, config = wiring.find(site.file, "ConfigMap")
    lines = "  ssl_certificate /etc/nginx/tls/tls.crt;\n  ssl_certificate_key /etc/nginx/tls/tls.key;\n"
    config["data"]["default.conf"] = config["data"]["default.conf"].replace("  location", f"{lines}  location")
    return place


def _listen(wiring: Wiring, site: Site, listen: str) -> Place:
    """Change what the process listens on, in whatever way the site says it."""
    index, _, container = _workload(wiring, site)
    if site.style in ("conf", "subpath"):
        number, config = wiring.find(site.file, "ConfigMap")
        old = config["data"]["default.conf"]
        config["data"]["default.conf"] = old.replace(f"listen {site.port};", f"listen {listen};")
        return Place(site.file, (number, "data", "default.conf"))
    if site.style == "echo":
        container["command"][2] = container["command"][2].replace(f"listen {site.port};", f"listen {listen};")
        return Place(site.file, (index, *_CONTAINER, "command", 2))
    if site.style == "whoami":
        container["args"] = [f"--port={listen}"]
        return Place(site.file, (index, *_CONTAINER, "args", 0))
    if ":" in listen:
        container["env"].append({"name": "N8N_LISTEN_ADDRESS", "value": listen.split(":")[0]})
        return Place(site.file, (index, *_CONTAINER, "env", 1))
    container["env"][0]["value"] = listen
    return Place(site.file, (index, *_CONTAINER, "env", 0, "value"))


def host_port_differs(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck, lambda site: site.host_network)
    if site is None:
        return None
    index, _, container = _workload(wiring, site)
    container["ports"][0]["hostPort"] = site.port + 1
    return Place(site.file, (index, *_CONTAINER, "ports", 0, "hostPort"))


def template_labels(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, one = wiring.find(site.file, site.kind)
    one["spec"]["template"]["metadata"]["labels"]["app"] = f"{site.name}-pod"
    return Place(site.file, (index, "spec", "template", "metadata", "labels", "app"))


def host_port_taken(wiring: Wiring, luck: random.Random) -> Place | None:
    """A DaemonSet that was there before declares the port that a site's pods want on every node."""
    site = _site(wiring, luck, lambda site: site.host_network and not _dialled_straight(wiring, site))
    if site is None:
        return None
    return _intruder(wiring, site, declared=True)


def host_port_bound(wiring: Wiring, luck: random.Random) -> Place | None:
    """The same without declaring it: the scheduler sees nothing, the later process cannot bind."""
    site = _site(wiring, luck, lambda site: site.host_network and not _dialled_straight(wiring, site))
    if site is None:
        return None
    return _intruder(wiring, site, declared=False)


def _dialled_straight(wiring: Wiring, site: Site) -> bool:
    return any(service["destination_port"] == site.port for service in wiring.balancer["services"])


def _intruder(wiring: Wiring, site: Site, *, declared: bool) -> Place:
    name = "whoami" if declared else "probe"
    labels = {"app": name}
    container: Object = {"name": name, "image": "traefik/whoami:v1.10.3", "args": [f"--port={site.port}"]}
    if declared:
        container["ports"] = [{"name": "http", "containerPort": site.port}]
    template = {"metadata": {"labels": dict(labels)}, "spec": {"hostNetwork": True, "containers": [container]}}
    wiring.documents[f"a-{name}.yaml"] = [
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": name, "namespace": "debug"},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }
    ]
    return Place(f"a-{name}.yaml", (0, *_CONTAINER, "ports" if declared else "args", 0))


def probe_port(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck)
    assert site
    index, _, container = _workload(wiring, site)
    container["readinessProbe"] = {"httpGet": {"path": "/", "port": site.port + 7}}
    return Place(site.file, (index, *_CONTAINER, "readinessProbe", "httpGet", "port"))


def backend_port(wiring: Wiring, luck: random.Random) -> Place | None:
    """The Ingress names the target port or the node port instead of the Service's own port."""
    site = _site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, backend = _backend(wiring, site)
    backend["port"] = {"number": luck.choice([site.port, site.node_port])}
    return Place(site.file, (index, *_BACKEND, "port", "number"))


def backend_name(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, backend = _backend(wiring, site)
    backend["name"] = f"{site.name}s"
    return Place(site.file, (index, *_BACKEND, "name"))


def backend_protocol(wiring: Wiring, luck: random.Random) -> Place | None:
    """TLS towards a process that speaks plain HTTP."""
    site = _site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, one = wiring.find(site.file, "Ingress")
    key = "nginx.ingress.kubernetes.io/backend-protocol"
    one["metadata"].setdefault("annotations", {})[key] = "HTTPS"
    return Place(site.file, (index, "metadata", "annotations", key))


def ingress_class(wiring: Wiring, luck: random.Random) -> Place | None:
    site = _site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, one = wiring.find(site.file, "Ingress")
    one["spec"]["ingressClassName"] = "nginx-internal"
    return Place(site.file, (index, "spec", "ingressClassName"))


def redirect_loop(wiring: Wiring, luck: random.Random) -> Place | None:
    """TLS ends at the balancer, and the controller redirects what comes in plain."""
    site = _site(wiring, luck, lambda site: site.entry == "ingress")
    https = next((one for one in wiring.balancer["services"] if one["protocol"] == "https"), None)
    if site is None or https is None or https["listen_port"] != 443 or https.get("proxyprotocol"):
        return None
    _, config = wiring.find(FRONT, "ConfigMap")
    config["data"].pop("use-forwarded-headers", None)
    index, one = wiring.find(site.file, "Ingress")
    one["metadata"].pop("annotations", None)
    one["spec"]["tls"] = [{"hosts": [site.host], "secretName": f"{site.name}-tls"}]
    return Place(site.file, (index, "spec", "tls"))


_BACKEND = ("spec", "rules", 0, "http", "paths", 0, "backend", "service")


def _backend(wiring: Wiring, site: Site) -> tuple[int, Object]:
    index, one = wiring.find(site.file, "Ingress")
    return index, one["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]


def _listener(wiring: Wiring, luck: random.Random, fits: Callable[[Object], bool]) -> tuple[int, Object] | None:
    fitting = [(index, one) for index, one in enumerate(wiring.balancer["services"]) if fits(one)]
    return luck.choice(fitting) if fitting else None


def balancer_destination(wiring: Wiring, luck: random.Random) -> Place | None:
    """The target port or the Service's port where the node port belongs, and no process on a node has it."""
    wrong = {site.node_port: site.port for site in wiring.sites if not site.host_network}
    if FRONT in wiring.documents:
        _, controller = wiring.find(FRONT, "DaemonSet")
        if not controller["spec"]["template"]["spec"].get("hostNetwork"):
            wrong |= {HTTP_NODE_PORT: luck.choice([80, 443]), HTTPS_NODE_PORT: 443}
    found = _listener(wiring, luck, lambda one: one["destination_port"] in wrong)
    if found is None:
        return None
    index, one = found
    one["destination_port"] = one["health_check"]["port"] = wrong[one["destination_port"]]
    return Place("lb.yaml", (0, "services", index, "destination_port"))


def balancer_to_tls(wiring: Wiring, luck: random.Random) -> Place | None:
    """An https listener that leads to where the controller speaks TLS."""
    found = _listener(wiring, luck, lambda one: one["destination_port"] in (80, 31695) and one["protocol"] == "https")
    if found is None:
        return None
    index, one = found
    one["destination_port"] = one["health_check"]["port"] = 443 if one["destination_port"] == 80 else 32443
    if wiring.firewall:
        wiring.firewall["rules"].append({**wiring.firewall["rules"][0], "port": str(one["destination_port"])})
    return Place("lb.yaml", (0, "services", index, "destination_port"))


def balancer_tls_to_plain(wiring: Wiring, luck: random.Random) -> Place | None:
    """TLS is passed through to where plain HTTP is spoken."""
    found = _listener(wiring, luck, lambda one: one["listen_port"] == 443 and one["protocol"] == "https")
    if found is None:
        return None
    index, one = found
    one["protocol"] = "tcp"
    one.pop("http")
    one["health_check"] = health_check("tcp", one["destination_port"], "/")
    return Place("lb.yaml", (0, "services", index, "protocol"))


def balancer_proxy(wiring: Wiring, luck: random.Random) -> Place | None:
    """The balancer sends the PROXY protocol to those who do not expect it, or not to those who do."""
    found = _listener(wiring, luck, lambda one: True)
    assert found
    index, one = found
    one["proxyprotocol"] = not one.get("proxyprotocol")
    return Place("lb.yaml", (0, "services", index, "proxyprotocol"))


def controller_proxy(wiring: Wiring, luck: random.Random) -> Place | None:
    if FRONT not in wiring.documents:
        return None
    index, one = wiring.find(FRONT, "ConfigMap")
    old = one["data"].get("use-proxy-protocol", "false")
    one["data"]["use-proxy-protocol"] = "false" if old == "true" else "true"
    return Place(FRONT, (index, "data", "use-proxy-protocol"))


def balancer_certificate(wiring: Wiring, luck: random.Random) -> Place | None:
    found = _listener(wiring, luck, lambda one: one["protocol"] == "https")
    if found is None:
        return None
    index, one = found
    one["http"]["certificates"] = []
    return Place("lb.yaml", (0, "services", index, "http", "certificates"))


def check_path(wiring: Wiring, luck: random.Random) -> Place | None:
    """An http check of a path that only some host has."""
    found = _listener(wiring, luck, lambda one: one["destination_port"] in (80, 31695))
    if found is None:
        return None
    index, one = found
    one["health_check"] = health_check("http", one["destination_port"], "/")
    return Place("lb.yaml", (0, "services", index, "health_check", "http", "path"))


def check_port(wiring: Wiring, luck: random.Random) -> Place | None:
    found = _listener(wiring, luck, lambda one: True)
    assert found
    index, one = found
    one["health_check"]["port"] = 31998
    return Place("lb.yaml", (0, "services", index, "health_check", "port"))


def overlay_blocked(wiring: Wiring, luck: random.Random) -> Place | None:
    """The provider's network or the nodes' UFW loses VXLAN."""
    row = next((row for row in wiring.ufw or [] if row.startswith("8472/udp")), None)
    config = wiring.documents.get("kblint.yaml")
    if row and wiring.ufw and not config:
        wiring.ufw.remove(row)
        return Place("ufw.txt")
    if config and config[0]["cluster"]["overlay"] == "working":
        config[0]["cluster"]["overlay"] = "blocked"
        return Place("kblint.yaml", (0, "cluster", "overlay"))
    return None


def host_firewall_closed(wiring: Wiring, luck: random.Random) -> Place | None:
    """UFW opens the node port, which no process on the node ever sees, instead of the port after translation."""
    site = _site(wiring, luck, lambda site: site.host_network)
    rows = [row for row in wiring.ufw or [] if site and row.startswith(f"{site.port}/tcp")]
    if not rows or not site or wiring.ufw is None:
        return None
    wiring.ufw[wiring.ufw.index(rows[0])] = rows[0].replace(f"{site.port}/tcp ", f"{site.node_port}/tcp")
    return Place("ufw.txt")


def controller_firewall_closed(wiring: Wiring, luck: random.Random) -> Place | None:
    rows = [row for row in wiring.ufw or [] if row.startswith("80/tcp ")]
    if not rows or wiring.ufw is None:
        return None
    wiring.ufw.remove(rows[0])
    return Place("ufw.txt")


def cloud_firewall_closed(wiring: Wiring, luck: random.Random) -> Place | None:
    """Hetzner's firewall lacks a port that the balancer dials: before translation."""
    found = _listener(wiring, luck, lambda one: True)
    if not wiring.firewall or not found or wiring.balancer["targets"][0]["use_private_ip"]:
        return None
    port = str(found[1]["destination_port"])
    wiring.firewall["rules"] = [rule for rule in wiring.firewall["rules"] if rule["port"] != port]
    return Place("cloud-firewall.json")


MUTATIONS: dict[str, Mutation] = {
    one.__name__.replace("_", "-"): one
    for one in (
        *(target_port_number, target_port_name, selector, service_namespace, service_protocol, service_type),
        *(node_port_range, node_port_taken, local_policy, listens_elsewhere, listens_on_loopback, listens_with_tls),
        *(host_port_differs, template_labels, host_port_taken, host_port_bound, probe_port, backend_port, backend_name),
        *(backend_protocol, ingress_class, redirect_loop, balancer_destination, balancer_to_tls, balancer_tls_to_plain),
        *(balancer_proxy, controller_proxy, balancer_certificate, check_path, check_port, overlay_blocked),
        *(host_firewall_closed, controller_firewall_closed, cloud_firewall_closed),
    )
}
ALONE = frozenset({"balancer-proxy", "controller-proxy"})
"""Two of these undo each other."""

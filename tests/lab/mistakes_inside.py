"""Mistakes in applications and their Services: functions on plain manifests, as `mutations` explains."""

from __future__ import annotations

import random

from tests.lab.api_server import Object
from tests.lab.manifests import Site
from tests.lab.manners import FRONT, SIDECAR, run_program
from tests.lab.programs import PROGRAMS
from tests.lab.wirings import Place, Wiring, a_site

_PORT = ("spec", "ports", 0)
_CONTAINER = ("spec", "template", "spec", "containers", 0)


def _workload(wiring: Wiring, site: Site) -> tuple[int, Object, Object]:
    """Number in its file, pod template's spec and first container of a site's workload."""
    index, one = wiring.find(site.file, site.kind)
    spec = one["spec"]["template"]["spec"]
    return index, spec, spec["containers"][0]


def _service(wiring: Wiring, site: Site) -> tuple[int, Object]:
    index, one = wiring.find(site.file, "Service")
    return index, one["spec"]


def target_port_number(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["ports"][0]["targetPort"] = site.port + 100 if site.host_network else luck.choice([site.port + 100, 80])
    return Place(site.file, (index, *_PORT, "targetPort"))


def target_port_name(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["ports"][0]["targetPort"] = "web"
    return Place(site.file, (index, *_PORT, "targetPort"))


def selector(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    assert site
    index, spec = _service(wiring, site)
    spec["selector"]["app"] = f"{site.name}-web"
    return Place(site.file, (index, "spec", "selector", "app"))


def service_namespace(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    assert site
    index, one = wiring.find(site.file, "Service")
    one["metadata"]["namespace"] = "default"
    return Place(site.file, (index, "metadata"))


def service_protocol(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    if site is None:
        return None
    index, spec = _service(wiring, site)
    spec["ports"][0]["protocol"] = "UDP"
    return Place(site.file, (index, *_PORT, "protocol"))


def service_type(wiring: Wiring, luck: random.Random) -> Place | None:
    """ClusterIP, with the node port still written (refused) or taken out."""
    site = a_site(wiring, luck, lambda site: not site.stays_local)
    if site is None:
        return None
    index, spec = _service(wiring, site)
    ports = [one["destination_port"] for one in wiring.balancer["services"]]
    if site.entry == "ingress" or luck.random() < 0.5 or site.node_port not in ports:
        spec["type"] = "ClusterIP"
        return Place(site.file, (index, "spec", "type"))
    spec["type"] = "ClusterIP"
    del spec["ports"][0]["nodePort"]
    # a Service without a node port is as right as any; what dangles is who names it
    return Place("lb.yaml", (0, "services", ports.index(site.node_port), "destination_port"))


def node_port_range(wiring: Wiring, luck: random.Random) -> Place | None:
    """A number outside of the range, in the Service and, where it leads there, in the balancer."""
    site = a_site(wiring, luck, lambda site: not dialled_straight(wiring, site))
    if site is None:
        return None
    index, spec = _service(wiring, site)
    for one in wiring.balancer["services"]:
        if one["destination_port"] == site.node_port:
            one["destination_port"] = one["health_check"]["port"] = 8080
    spec["ports"][0]["nodePort"] = 8080
    return Place(site.file, (index, *_PORT, "nodePort"))


def node_port_taken(wiring: Wiring, _luck: random.Random) -> Place | None:
    """The later of two Services asks for the node port of the first."""
    in_order = sorted(wiring.sites, key=lambda site: site.file)
    first, second = in_order[0], in_order[-1]
    if first is second or second.entry != "ingress":
        return None
    index, spec = _service(wiring, second)
    spec["ports"][0]["nodePort"] = first.node_port
    return Place(second.file, (index, *_PORT, "nodePort"))


def local_policy(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.kind == "Deployment")
    if site is None:
        return None
    index, spec = _service(wiring, site)
    spec["externalTrafficPolicy"] = "Local"
    return Place(site.file, (index, "spec", "externalTrafficPolicy"))


def listens_elsewhere(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    assert site
    return listen(wiring, site, str(luck.choice([site.port + 50, 8000])))


def listens_on_loopback(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.style != "whoami")
    return listen(wiring, site, f"127.0.0.1:{site.port}") if site else None


def listens_with_tls(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.style == "conf")
    if site is None:
        return None
    _, spec, container = _workload(wiring, site)
    spec["volumes"].append({"name": "tls", "secret": {"secretName": f"{site.name}-tls"}})
    container["volumeMounts"].append({"name": "tls", "mountPath": "/etc/nginx/tls"})
    place = listen(wiring, site, f"{site.port} ssl")
    _, config = wiring.find(site.file, "ConfigMap")
    lines = "  ssl_certificate /etc/nginx/tls/tls.crt;\n  ssl_certificate_key /etc/nginx/tls/tls.key;\n"
    config["data"]["default.conf"] = config["data"]["default.conf"].replace("  location", f"{lines}  location")
    return place


def listen(wiring: Wiring, site: Site, listen: str) -> Place | None:
    """Change what the process listens on, in whatever way the site says it."""
    if site.style in (SIDECAR, FRONT):
        return None
    index, _, container = _workload(wiring, site)
    if site.style in PROGRAMS:
        host, _, port = listen.rpartition(":")
        run_program(wiring, site, PROGRAMS[site.style].told(host or "0.0.0.0", int(port)))
        key = next(key for key in ("args", "env", "command") if key in container)
        return Place(site.file, (index, *_CONTAINER, key))
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
        container["env"].append({"name": "N8N_LISTEN_ADDRESS", "value": listen.partition(":")[0]})
        return Place(site.file, (index, *_CONTAINER, "env", 1))
    container["env"][0]["value"] = listen
    return Place(site.file, (index, *_CONTAINER, "env", 0, "value"))


def host_port_differs(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.host_network)
    if site is None:
        return None
    index, _, container = _workload(wiring, site)
    container["ports"][0]["hostPort"] = site.port + 1
    return Place(site.file, (index, *_CONTAINER, "ports", 0, "hostPort"))


def template_labels(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck)
    assert site
    index, one = wiring.find(site.file, site.kind)
    one["spec"]["template"]["metadata"]["labels"]["app"] = f"{site.name}-pod"
    return Place(site.file, (index, "spec", "template", "metadata", "labels", "app"))


def host_port_taken(wiring: Wiring, luck: random.Random) -> Place | None:
    """A DaemonSet that was there before declares the port that a site's pods want on every node."""
    site = a_site(wiring, luck, lambda site: site.host_network and not dialled_straight(wiring, site))
    if site is None:
        return None
    return _intruder(wiring, site, declared=True)


def host_port_bound(wiring: Wiring, luck: random.Random) -> Place | None:
    """The same without declaring it: the scheduler sees nothing, the later process cannot bind."""
    site = a_site(wiring, luck, lambda site: site.host_network and not dialled_straight(wiring, site))
    if site is None:
        return None
    return _intruder(wiring, site, declared=False)


def dialled_straight(wiring: Wiring, site: Site) -> bool:
    """Whether a listener leads to a site's processes past its Service."""
    dialled = [service["destination_port"] for service in wiring.balancer["services"]]
    return site.entry != "ingress" and site.node_port not in dialled


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
            "metadata": {"name": name, "namespace": "a-debug"},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }
    ]
    return Place(f"a-{name}.yaml", (0, *_CONTAINER, "ports" if declared else "args", 0))


def probe_port(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: not dialled_straight(wiring, site))
    if site is None:
        return None
    index, _, container = _workload(wiring, site)
    container["readinessProbe"] = {"httpGet": {"path": "/", "port": site.port + 7}}
    return Place(site.file, (index, *_CONTAINER, "readinessProbe", "httpGet", "port"))

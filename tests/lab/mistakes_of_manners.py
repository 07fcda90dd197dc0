"""Mistakes that only some manners of a deployment can have, and a few that any can: as `mutations` explains."""

from __future__ import annotations

import random

from tests.lab.api_server import Object
from tests.lab.manifests import Site
from tests.lab.manners import FRONT, SIDECAR, container_of, run_program, tell
from tests.lab.mistakes_inside import listen
from tests.lab.programs import PROGRAMS
from tests.lab.wirings import Place, Wiring, a_site, ufw_row

_CONTAINER = ("spec", "template", "spec", "containers", 0)


def program_untold(wiring: Wiring, luck: random.Random) -> Place | None:
    """A server that is not told where to listen: on loopback, or on a port of its own choice."""
    site = a_site(wiring, luck, lambda site: site.style in PROGRAMS)
    if site is None:
        return None
    index, _ = wiring.find(site.file, site.kind)
    run_program(wiring, site, PROGRAMS[site.style].untold(site.port))
    return Place(site.file, (index, "spec", "template", "spec", "containers"))


def listens_on_ipv6(wiring: Wiring, luck: random.Random) -> Place | None:
    """What nginx calls `[::]:8081` is for IPv6 alone."""
    site = a_site(wiring, luck, lambda site: site.style in ("conf", "subpath"))
    return listen(wiring, site, f"[::]:{site.port}") if site else None


def sidecar_port(wiring: Wiring, luck: random.Random) -> Place | None:
    """A proxy in the pod that asks another port of it than the program listens on."""
    return _passed_on(wiring, a_site(wiring, luck, lambda site: site.style == SIDECAR), "00", "01")


def sidecar_passed_by(wiring: Wiring, luck: random.Random) -> Place | None:
    """A Service that sends past the proxy, to what listens on loopback."""
    site = a_site(wiring, luck, lambda site: site.style == SIDECAR)
    if site is None:
        return None
    index, one = wiring.find(site.file, "Service")
    one["spec"]["ports"][0]["targetPort"] = site.port + 400
    return Place(site.file, (index, "spec", "ports", 0, "targetPort"))


def front_port(wiring: Wiring, luck: random.Random) -> Place | None:
    """A proxy that asks a Service for the port of its pods."""
    return _passed_on(wiring, a_site(wiring, luck, lambda site: site.style == FRONT), ":8000", ":9100")


def front_name(wiring: Wiring, luck: random.Random) -> Place | None:
    """A proxy that asks a Service that is not there."""
    return _passed_on(wiring, a_site(wiring, luck, lambda site: site.style == FRONT), "-api", "-apis")


def front_target_port(wiring: Wiring, luck: random.Random) -> Place | None:
    return _behind(wiring, luck, "ports", 0, "targetPort", value=9101)


def front_selector(wiring: Wiring, luck: random.Random) -> Place | None:
    return _behind(wiring, luck, "selector", "app", value="api")


def _behind(wiring: Wiring, luck: random.Random, *path: str | int, value: object) -> Place | None:
    """Change the Service that a proxy asks."""
    site = a_site(wiring, luck, lambda site: site.style == FRONT)
    if site is None:
        return None
    index, one = wiring.find(site.file, "Service", f"{site.name}-api")
    inner = one["spec"]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return Place(site.file, (index, "spec", *path))


def _passed_on(wiring: Wiring, site: Site | None, old: str, new: str) -> Place | None:
    """Change where a site's proxy passes on to."""
    if site is None:
        return None
    index, config = wiring.find(site.file, "ConfigMap")
    before, _, rest = config["data"]["default.conf"].partition("proxy_pass")
    line, _, after = rest.partition("\n")
    head, _, tail = line.rpartition(old)
    if not head:
        head, tail = line[:-2], ";"
        new = str(int(line[-2]) ^ 1)
    config["data"]["default.conf"] = f"{before}proxy_pass{head}{new}{tail}\n{after}"
    return Place(site.file, (index, "data", "default.conf"))


def policy_port(wiring: Wiring, luck: random.Random) -> Place | None:
    """A policy that opens the Service's port, where packets have the pod's."""
    found = _policy(wiring, luck)
    if found is None:
        return None
    site, index, spec = found
    spec["ingress"][0]["ports"] = [{"protocol": "TCP", "port": 80}]
    return Place(site.file, (index, "spec", "ingress"))


def policy_source(wiring: Wiring, luck: random.Random) -> Place | None:
    """A policy that lets in the pods of its own namespace."""
    found = _policy(wiring, luck)
    if found is None:
        return None
    site, index, spec = found
    spec["ingress"][0]["from"] = [{"podSelector": {}}]
    return Place(site.file, (index, "spec"))


def policy_of_controller(wiring: Wiring, luck: random.Random) -> Place | None:
    """A policy that lets in the ingress controller's pods, who ask from the nodes, or by whom nobody comes."""
    found = _policy(wiring, luck)
    if found is None:
        return None
    site, index, spec = found
    space = {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}
    spec["ingress"][0]["from"] = [{"namespaceSelector": space}]
    return Place(site.file, (index, "spec"))


def policy_closed(wiring: Wiring, luck: random.Random) -> Place | None:
    """A policy that lets in nobody."""
    found = _policy(wiring, luck)
    if found is None:
        return None
    site, index, spec = found
    del spec["ingress"]
    return Place(site.file, (index, "spec"))


def _policy(wiring: Wiring, luck: random.Random) -> tuple[Site, int, Object] | None:
    site = a_site(wiring, luck, lambda site: not site.host_network)
    if site is None or "policies" not in wiring.manners:
        return None
    index, one = wiring.find(site.file, "NetworkPolicy", f"{site.name}-in")
    return site, index, one["spec"]


def no_replicas(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.kind == "Deployment")
    if site is None:
        return None
    index, one = wiring.find(site.file, site.kind)
    one["spec"]["replicas"] = 0
    return Place(site.file, (index, "spec", "replicas"))


def no_targets(wiring: Wiring, _luck: random.Random) -> Place | None:
    wiring.balancer["targets"] = []
    return Place("lb.yaml", (0, "targets"))


def check_codes(wiring: Wiring, luck: random.Random) -> Place | None:
    """A check that expects an answer that nginx does not give."""
    sites = {site.node_port for site in wiring.sites if site.style in ("conf", "subpath")}
    fitting = [
        (index, one)
        for index, one in enumerate(wiring.balancer["services"])
        if one["health_check"].get("http") and one["destination_port"] in sites
    ]
    if not fitting:
        return None
    index, one = luck.choice(fitting)
    one["health_check"]["http"]["status_codes"] = ["204"]
    return Place("lb.yaml", (0, "services", index, "health_check"))


def host_port_behind(wiring: Wiring, luck: random.Random) -> Place | None:
    """A host port that is translated to a port on which nothing listens."""
    site = a_site(wiring, luck, lambda site: not site.host_network and _host_port(wiring, site) is not None)
    if site is None:
        return None
    index, one = wiring.find(site.file, site.kind)
    one["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = site.port + 9
    return Place(site.file, (index, *_CONTAINER, "ports", 0))


def _host_port(wiring: Wiring, site: Site) -> int | None:
    _, one = wiring.find(site.file, site.kind)
    ports = one["spec"]["template"]["spec"]["containers"][0].get("ports", [])
    return next((port["hostPort"] for port in ports if "hostPort" in port), None)


def certificate_host(wiring: Wiring, luck: random.Random) -> Place | None:
    """TLS is passed through, and the Ingress has a certificate for another host."""
    passed = any(one["listen_port"] == 443 and one["protocol"] == "tcp" for one in wiring.balancer["services"])
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None or not passed or "one-host" in wiring.manners:
        return None
    index, one = wiring.find(site.file, "Ingress")
    one["spec"]["tls"] = [{"hosts": [f"www.{site.host}"], "secretName": f"{site.name}-tls"}]
    return Place(site.file, (index, "spec"))


def forces_https(wiring: Wiring, luck: random.Random) -> Place | None:
    """An application that sends everybody to https who did not come so, by what it is told."""
    site = a_site(
        wiring,
        luck,
        lambda site: site.style == "conf" and site.entry == "ingress",
    )
    if site is None:
        return None
    index, config = wiring.find(site.file, "ConfigMap")
    condition = 'if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }'
    old = config["data"]["default.conf"]
    config["data"]["default.conf"] = old.replace("    return 200", f"    {condition}\n    return 200")
    return Place(site.file, (index, "data", "default.conf"))


def host_firewall_profile(wiring: Wiring, _luck: random.Random) -> Place | None:
    """An application profile that opens one of two ports."""
    if wiring.ufw is None:
        return None
    row = ufw_row("WWW Full", "Anywhere")
    if row not in wiring.ufw:
        return None
    wiring.ufw[wiring.ufw.index(row)] = ufw_row("WWW", "Anywhere")
    return Place(wiring.ufw_file)


def call_port(wiring: Wiring, luck: random.Random) -> Place | None:
    """The address of a Service with the port of its pods."""
    return _told(wiring, luck, ":8080")


def call_namespace(wiring: Wiring, luck: random.Random) -> Place | None:
    """The short name of a Service of another namespace."""
    return _told(wiring, luck, "")


def _told(wiring: Wiring, _luck: random.Random, port: str) -> Place | None:
    """Tell the one who calls another address."""
    for caller, asked in wiring.calls.items():
        site = next(site for site in wiring.sites if site.name == caller)
        host = asked.partition(":")[0] if port else asked.partition(".")[0]
        tell(wiring, site, host, port)
        index, _ = wiring.find(site.file, site.kind)
        number = len(container_of(wiring, site)["env"]) - 1
        return Place(site.file, (index, *_CONTAINER, "env", number, "value"))
    return None


NEEDS = {
    "program-untold": "programs",
    "sidecar-port": "sidecar",
    "sidecar-passed-by": "sidecar",
    "front-port": "front",
    "front-name": "front",
    "front-target-port": "front",
    "front-selector": "front",
    "policy-port": "policies",
    "policy-source": "policies",
    "policy-of-controller": "policies",
    "policy-closed": "policies",
    "call-port": "calls",
    "call-namespace": "calls",
    "host-port-behind": "host-port",
    "host-firewall-profile": "rules-of-ufw",
}
"""The manner that each of them needs."""

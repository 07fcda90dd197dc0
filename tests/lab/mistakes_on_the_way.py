"""Mistakes in routes, balancers and firewalls: functions on plain manifests, as `mutations` explains."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.lab.api_server import Object
from tests.lab.manifests import HTTP_NODE_PORT, HTTPS_NODE_PORT, Site, health_check
from tests.lab.wirings import PRIVATE_NETWORK, Place, Wiring, a_site, ufw_row

FRONT = "ingress-nginx.yaml"


def backend_port(wiring: Wiring, luck: random.Random) -> Place | None:
    """The Ingress names the node port instead of the Service's own port."""
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, backend = _backend(wiring, site)
    backend["port"] = {"number": site.node_port}
    return Place(site.file, (index, *_BACKEND, "port", "number"))


def backend_name(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, backend = _backend(wiring, site)
    backend["name"] = f"{site.name}s"
    return Place(site.file, (index, *_BACKEND, "name"))


def backend_protocol(wiring: Wiring, luck: random.Random) -> Place | None:
    """TLS towards a process that speaks plain HTTP."""
    return _spoken(wiring, luck, luck.choice(["HTTPS", "GRPCS"]))


def backend_grpc(wiring: Wiring, luck: random.Random) -> Place | None:
    """gRPC towards a process that speaks plain HTTP."""
    return _spoken(wiring, luck, "GRPC")


def _spoken(wiring: Wiring, luck: random.Random, protocol: str) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, one = wiring.find(site.file, "Ingress")
    key = "nginx.ingress.kubernetes.io/backend-protocol"
    one["metadata"].setdefault("annotations", {})[key] = protocol
    return Place(site.file, (index, "metadata", "annotations", key))


def ingress_class(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, one = wiring.find(site.file, "Ingress")
    one["spec"]["ingressClassName"] = "nginx-internal"
    return Place(site.file, (index, "spec", "ingressClassName"))


def redirect_loop(wiring: Wiring, luck: random.Random) -> Place | None:
    """TLS ends at the balancer, and the controller redirects what comes in plain."""
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
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
    found = _listener(wiring, luck, lambda _: True)
    assert found
    index, one = found
    one["proxyprotocol"] = not one.get("proxyprotocol")
    return Place("lb.yaml", (0, "services", index, "proxyprotocol"))


def controller_proxy(wiring: Wiring, _luck: random.Random) -> Place | None:
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
    return Place("lb.yaml", (0, "services", index))


def check_path(wiring: Wiring, luck: random.Random) -> Place | None:
    """An http check of a path that only some host has."""
    found = _listener(wiring, luck, lambda one: one["destination_port"] in (80, 31695))
    if found is None:
        return None
    index, one = found
    one["health_check"] = health_check("http", one["destination_port"], "/")
    return Place("lb.yaml", (0, "services", index, "health_check", "http", "path"))


def check_port(wiring: Wiring, luck: random.Random) -> Place | None:
    found = _listener(wiring, luck, lambda _: True)
    assert found
    index, one = found
    one["health_check"]["port"] = 31998
    return Place("lb.yaml", (0, "services", index, "health_check", "port"))


def overlay_blocked(wiring: Wiring, _luck: random.Random) -> Place | None:
    """The provider's network or the nodes' UFW loses VXLAN."""
    row = next((row for row in wiring.ufw or [] if row.startswith("8472/udp")), None)
    config = wiring.documents.get("kblint.yaml")
    if row and wiring.ufw and not config:
        wiring.ufw.remove(row)
        return Place(wiring.ufw_file)
    if config and config[0]["cluster"]["overlay"] == "working":
        config[0]["cluster"]["overlay"] = "blocked"
        return Place("kblint.yaml", (0, "cluster", "overlay"))
    return None


def host_firewall_closed(wiring: Wiring, luck: random.Random) -> Place | None:
    """UFW opens the node port, which no process on the node ever sees, instead of the port after translation."""
    site = a_site(wiring, luck, lambda site: site.host_network)
    rows = [row for row in wiring.ufw or [] if site and row.startswith(f"{site.port}/tcp")]
    if not rows or not site or wiring.ufw is None:
        return None
    wiring.ufw[wiring.ufw.index(rows[0])] = rows[0].replace(f"{site.port}/tcp ", f"{site.node_port}/tcp")
    return Place(wiring.ufw_file)


def controller_firewall_closed(wiring: Wiring, _luck: random.Random) -> Place | None:
    rows = [row for row in wiring.ufw or [] if row.startswith("80/tcp ")]
    if not rows or wiring.ufw is None:
        return None
    wiring.ufw.remove(rows[0])
    return Place(wiring.ufw_file)


def cloud_firewall_closed(wiring: Wiring, luck: random.Random) -> Place | None:
    """Hetzner's firewall lacks a port that the balancer dials: before translation."""
    found = _listener(wiring, luck, lambda _: True)
    if not wiring.firewall or not found or wiring.is_private:
        return None
    port = str(found[1]["destination_port"])
    wiring.firewall["rules"] = [rule for rule in wiring.firewall["rules"] if rule["port"] != port]
    return Place("cloud-firewall.json")


def host_firewall_denied(wiring: Wiring, luck: random.Random) -> Place | None:
    """A rule that closes a port to all stands before the one that opens it to some: the first that fits decides."""
    site = a_site(wiring, luck, lambda site: site.host_network)
    rows = wiring.ufw or []
    if site is None or ufw_row(f"{site.port}/tcp", PRIVATE_NETWORK) not in rows:
        return None
    rows.insert(0, ufw_row(f"{site.port}/tcp", "Anywhere", "DENY"))
    return Place(wiring.ufw_file)


def host_firewall_source(wiring: Wiring, luck: random.Random) -> Place | None:
    """The right port is open, to pods, whose packets to other nodes come from their own node."""
    site = a_site(wiring, luck, lambda site: site.host_network)
    numbers = [number for number, row in enumerate(wiring.ufw or []) if site and row.startswith(f"{site.port}/tcp")]
    if site is None or wiring.ufw is None or not numbers:
        return None
    wiring.ufw[numbers[0]] = ufw_row(f"{site.port}/tcp", "10.42.0.0/16")
    return Place(wiring.ufw_file)

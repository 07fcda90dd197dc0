"""The generator: right deployments by seed, in the manner of a small K3s cluster at Hetzner, as plain manifests.

Nothing here knows what will be seen: a wiring is files, the URLs that lead in, and where `mutations` changed it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.lab.api_server import Object
from tests.lab.manifests import (
    HTTP_NODE_PORT,
    HTTPS_NODE_PORT,
    Site,
    controller_documents,
    health_check,
    site_documents,
)

BALANCER = "lb.lab.test"
PRIVATE_NETWORK = "10.0.0.0/16"
_LISTING = (
    "Status: active",
    "",
    "To                         Action      From",
    "--                         ------      ----",
)
_BEFORE = ("#!/bin/sh", "set -e", "ufw --force reset", "ufw default deny incoming", "ufw default allow outgoing")
_ENABLE = "ufw --force enable"
_NAMES = ("platform", "admin", "shop", "portal", "desk")


@dataclass(frozen=True)
class Place:
    """Where something was changed: a file, and the document and keys in it; only the file for a line that is gone."""

    file: str
    path: tuple[int | str, ...] = ()


@dataclass
class Wiring:
    """A folder in the making. `documents` are YAML files, `ufw` the rows of UFW, `firewall` the Cloud Firewall.

    `is_script`: UFW's rows are written as the commands that make them. `urls` are the ways in, each with the name of
    the application that answers there, `calls` what applications ask each other. `manners` is what was changed, and is
    as right as before.
    """

    seed: int
    sites: list[Site]
    documents: dict[str, list[Object]] = field(default_factory=dict)
    ufw: list[str] | None = None
    is_script: bool = False
    firewall: Object | None = None
    urls: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    manners: list[str] = field(default_factory=list)
    mutations: list[tuple[str, Place]] = field(default_factory=list)

    def find(self, file: str, kind: str, name: str | None = None) -> tuple[int, Object]:
        """An object of a file, with its number there."""
        for index, one in enumerate(self.documents.get(file, [])):
            if one["kind"] == kind and name in (None, one["metadata"]["name"]):
                return index, one
        raise KeyError(f"no {kind} in {file}")

    @property
    def ufw_file(self) -> str:
        """The name of the file that UFW's rules stand in."""
        return "firewall.sh" if self.is_script else "ufw.txt"

    @property
    def has_blocked_overlay(self) -> bool:
        """Whether pods reach those of their own node only."""
        return any(one["cluster"]["overlay"] == "blocked" for one in self.documents.get("kblint.yaml", []))

    @property
    def is_private(self) -> bool:
        """Whether the balancer asks nodes at their private addresses; where it asks none, that does not matter."""
        first: Object = next(iter(self.balancer["targets"]), {})
        by_address: str = first.get("ip", {}).get("ip", "")
        return by_address.startswith("10.") or bool(first.get("use_private_ip"))

    @property
    def balancer(self) -> Object:
        return self.documents["lb.yaml"][0]

    def texts(self) -> dict[str, str]:
        """The files by name."""
        files = {
            name: yaml.safe_dump_all(documents, sort_keys=False, width=1000)
            for name, documents in self.documents.items()
        }
        if self.ufw is not None:
            head = _BEFORE if self.is_script else _LISTING
            rows = [_command(row) for row in self.ufw] + [_ENABLE] if self.is_script else self.ufw
            files[self.ufw_file] = "\n".join([*head, *rows]) + "\n"
        if self.firewall is not None:
            files["cloud-firewall.json"] = json.dumps(self.firewall, indent=2) + "\n"
        return files

    def write(self, folder: Path) -> None:
        """Put the files into an empty folder."""
        for name, text in self.texts().items():
            (folder / name).write_text(text)


def lines_of(folder: Path, place: Place) -> range:
    """The lines a place takes in the written file; the whole file where something is gone from it."""
    if not place.path:
        return range(1, len((folder / place.file).read_text().splitlines()) + 2)
    documents = list(yaml.compose_all((folder / place.file).read_text()))
    node: yaml.Node = documents[int(place.path[0])]
    for key in place.path[1:]:
        if isinstance(node, yaml.MappingNode):
            held = [value for name, value in node.value if name.value == key]
        else:
            held = [node.value[int(key)]]
        if not held:
            break
        node = held[0]
    return range(node.start_mark.line + 1, max(node.start_mark.line + 2, node.end_mark.line + 1))


def right_wiring(seed: int) -> Wiring:
    """A deployment without a mistake; the same seed gives the same one."""
    luck = random.Random(seed)
    overlay_works = luck.random() < 0.6
    has_ufw, private = luck.random() < 0.4, luck.random() < 0.6
    names = luck.sample(_NAMES, luck.choice([1, 2, 2]))
    sites = [_site(luck, name, index, overlay_works=overlay_works) for index, name in enumerate(names)]
    wiring = Wiring(seed, sites)
    for site in sites:
        wiring.documents[site.file] = site_documents(site)
    services = []
    routed = [site for site in sites if site.entry == "ingress"]
    if routed:
        services += _front(wiring, luck, routed, overlay_works=overlay_works)
    for site in sites:
        if site.entry != "ingress":
            services.append(_own_listener(site, luck))
            wiring.urls[f"{site.entry}://{BALANCER}:{site.listen_port}"] = site.name
    wiring.documents["lb.yaml"] = [{"name": BALANCER, "services": services, "targets": _targets(luck, private=private)}]
    has_cloud = luck.random() < (0.2 if private else 0.6)
    if has_cloud:
        wiring.firewall = _cloud_firewall(services)
    if has_ufw:
        wiring.ufw = _ufw(wiring, overlay_works=overlay_works)
        wiring.is_script = luck.random() < 0.4
    if luck.random() < 0.5 or not has_ufw or not overlay_works:
        state = "working" if overlay_works else "blocked"
        wiring.documents["kblint.yaml"] = [{"cluster": {"overlay": state}}]
    if not has_ufw and not has_cloud:
        wiring.urls |= {f"http://<node>:{site.node_port}": site.name for site in routed if site.node_port}
    return wiring


def _targets(luck: random.Random, *, private: bool) -> list[Object]:
    """Every node, by a label or one by one."""
    if luck.random() < 0.7:
        return [{"type": "label_selector", "label_selector": {"selector": "role=worker"}, "use_private_ip": private}]
    return [{"type": "server", "server": {"id": 100 + number}, "use_private_ip": private} for number in range(1, 5)]


def _site(luck: random.Random, name: str, index: int, *, overlay_works: bool) -> Site:
    entry = "ingress" if index == 0 and luck.random() < 0.8 else luck.choice(["ingress", "http", "https", "tcp"])
    host_network = luck.random() < (0.5 if overlay_works else 0.8)
    stays_local = not host_network and not overlay_works
    if stays_local and entry == "ingress":
        host_network, stays_local = True, False
    kind = "DaemonSet" if host_network or stays_local else luck.choice(["Deployment", "DaemonSet"])
    return Site(
        name=name,
        port=luck.choice([8081, 8090, 3000]) + index,
        node_port=30081 + index,
        style=luck.choice(["conf", "conf", "subpath", "echo", "whoami", "n8n"]),
        host_network=host_network,
        kind=kind,
        replicas=luck.choice([1, 2, 2, 3]),
        entry=entry,
        listen_port=8443 + index,
        stays_local=stays_local,
    )


def _front(wiring: Wiring, luck: random.Random, routed: list[Site], *, overlay_works: bool) -> list[Object]:
    """The ingress controller with its Service, and the balancer's listeners that lead to it."""
    host_network = luck.random() < 0.5
    stays_local = not host_network and not overlay_works
    proxy = luck.random() < 0.2
    tls = luck.choice(["none", "none", "forwarded", "no-redirect", "passthrough"])
    settings = {"use-proxy-protocol": "true"} if proxy else {}
    if tls == "forwarded":
        settings["use-forwarded-headers"] = "true"
    wiring.documents["ingress-nginx.yaml"] = controller_documents(
        settings, host_network=host_network, stays_local=stays_local
    )
    for site in routed:
        _, ingress = wiring.find(site.file, "Ingress")
        if tls != "none":
            ingress["spec"]["tls"] = [{"hosts": [site.host], "secretName": f"{site.name}-tls"}]
        if tls == "no-redirect":
            ingress["metadata"]["annotations"] = {"nginx.ingress.kubernetes.io/ssl-redirect": "false"}
    plain, secure = HTTP_NODE_PORT, HTTPS_NODE_PORT
    if host_network and luck.random() < 0.4:
        plain, secure = 80, 443
    check = luck.choice(["tcp", "tcp", "http"])
    first = {"protocol": "http", "listen_port": 80, "destination_port": plain, "proxyprotocol": proxy}
    second: Object = {"protocol": "https", "listen_port": 443, "destination_port": plain, "proxyprotocol": proxy}
    second["http"] = {"certificates": [1234]}
    if tls == "passthrough":
        second = {"protocol": "tcp", "listen_port": 443, "destination_port": secure, "proxyprotocol": proxy}
    first["health_check"] = health_check(check, plain, "/healthz")
    second["health_check"] = health_check(
        "tcp" if tls == "passthrough" else check, second["destination_port"], "/healthz"
    )
    wiring.urls |= {f"{scheme}://{site.host}/": site.name for site in routed for scheme in ("http", "https")}
    return [first, second]


def _own_listener(site: Site, luck: random.Random) -> Object:
    """A listener that leads straight to an application's node port, or to its host port."""
    straight = site.host_network and luck.random() < 0.3
    destination = site.port if straight else site.node_port
    listener: Object = {"protocol": site.entry, "listen_port": site.listen_port, "destination_port": destination}
    if site.entry == "https":
        listener["http"] = {"certificates": [1234]}
    listener["health_check"] = health_check(luck.choice(["tcp", "http"]), destination, "/")
    return listener


def _cloud_firewall(services: list[Object]) -> Object:
    """Opens what the balancer dials on the nodes, and SSH. The nodes talk to each other over the private network."""
    ports = sorted({22, *(service["destination_port"] for service in services)})
    rules = [
        {"direction": "in", "protocol": "tcp", "port": str(port), "source_ips": ["0.0.0.0/0", "::/0"]} for port in ports
    ]
    return {
        "name": "nodes",
        "rules": rules,
        "applied_to": [{"type": "label_selector", "label_selector": {"selector": "role=worker"}}],
    }


def _ufw(wiring: Wiring, *, overlay_works: bool) -> list[str]:
    """Opens the ports that processes on the nodes themselves listen on, for who dials them."""
    rows = [("22/tcp", "Anywhere"), ("6443/tcp", PRIVATE_NETWORK), ("10250/tcp", PRIVATE_NETWORK)]
    rows += [("Anywhere", "10.42.0.0/16"), ("Anywhere", "10.43.0.0/16")]
    if overlay_works:
        rows.append(("8472/udp", PRIVATE_NETWORK))
    if "ingress-nginx.yaml" in wiring.documents:
        _, controller = wiring.find("ingress-nginx.yaml", "DaemonSet")
        if controller["spec"]["template"]["spec"].get("hostNetwork"):
            rows += [("80/tcp", "Anywhere"), ("443/tcp", "Anywhere")]
    private = wiring.is_private
    for site in wiring.sites:
        if site.host_network:
            inner = private or site.entry == "ingress"
            rows.append((f"{site.port}/tcp", PRIVATE_NETWORK if inner else "Anywhere"))
    return [ufw_row(to, source) for to, source in rows]


def ufw_row(to: str, source: str, action: str = "ALLOW") -> str:
    """One row as `ufw status` prints it."""
    return f"{to:<26} {action:<11} {source}"


def _command(row: str) -> str:
    """The command that makes a row."""
    to, action, source = re.split(r" {2,}", row)
    source = "any" if source == "Anywhere" else source
    port, _, protocol = to.partition("/")
    where = "" if to == "Anywhere" else f" to any port {port} proto {protocol}" if protocol else f" to any app '{to}'"
    return f"ufw {action.lower()} from {source}{where}"


def a_site(wiring: Wiring, luck: random.Random, fits: Callable[[Site], bool] = lambda _: True) -> Site | None:
    """One of the sites that fit; None where none does."""
    fitting = [site for site in wiring.sites if fits(site)]
    return luck.choice(fitting) if fitting else None

"""Mistakes that the API server refuses, and pods that never become ready."""

from __future__ import annotations

import random

from tests.lab.api_server import Object
from tests.lab.manifests import Site
from tests.lab.manners import SIDECAR
from tests.lab.mistakes_inside import dialled_straight
from tests.lab.wirings import Place, Wiring, a_site

_SPEC = ("spec", "template", "spec")
_CONTAINER = (*_SPEC, "containers", 0)


def _workload(wiring: Wiring, site: Site) -> tuple[int, Object, Object]:
    """Number in its file, spec and first container of a site's workload."""
    index, one = wiring.find(site.file, site.kind)
    return index, one["spec"], one["spec"]["template"]["spec"]["containers"][0]


def workload_selector(wiring: Wiring, luck: random.Random) -> Place | None:
    """A workload that does not select its own pods, whose labels the Service knows."""
    site = a_site(wiring, luck)
    assert site
    index, spec, _ = _workload(wiring, site)
    spec["selector"]["matchLabels"]["app"] = f"{site.name}-pod"
    return Place(site.file, (index, "spec", "selector", "matchLabels", "app"))


def port_name_long(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.style != SIDECAR)
    # who asks for a port by its old name would be told something else
    if site is None or "named-ports" in wiring.manners:
        return None
    index, _, container = _workload(wiring, site)
    container["ports"][0]["name"] = "http-of-this-site"
    return Place(site.file, (index, *_CONTAINER, "ports", 0, "name"))


def container_port_range(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: not site.host_network and site.style != SIDECAR)
    if site is None:
        return None
    index, _, container = _workload(wiring, site)
    container["ports"][0]["containerPort"] = 65_536 + site.port
    return Place(site.file, (index, *_CONTAINER, "ports", 0, "containerPort"))


def host_port_twice(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.host_network)
    if site is None:
        return None
    index, _, container = _workload(wiring, site)
    container["ports"] = [
        {"name": name, "containerPort": site.port, "hostPort": site.port} for name in ("http", "again")
    ]
    return Place(site.file, (index, *_CONTAINER, "ports"))


def rollout(wiring: Wiring, luck: random.Random) -> Place | None:
    """A DaemonSet that may do both: start new pods before, and end old ones after."""
    site = a_site(wiring, luck, lambda site: site.kind == "DaemonSet")
    if site is None:
        return None
    index, spec, _ = _workload(wiring, site)
    spec["updateStrategy"] = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}
    return Place(site.file, (index, "spec", "updateStrategy"))


def service_port_unnamed(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: not dialled_straight(wiring, site))
    if site is None:
        return None
    index, one = wiring.find(site.file, "Service")
    one["spec"]["ports"].append({"port": 8888, "targetPort": site.port})
    return Place(site.file, (index, "spec", "ports", 1))


def service_type_refused(wiring: Wiring, luck: random.Random) -> Place | None:
    """A node port, and a type without one."""
    site = a_site(wiring, luck, lambda site: not (site.stays_local or dialled_straight(wiring, site)))
    if site is None:
        return None
    index, one = wiring.find(site.file, "Service")
    one["spec"]["type"] = "ClusterIP"
    return Place(site.file, (index, "spec", "type"))


def path_type_missing(wiring: Wiring, luck: random.Random) -> Place | None:
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, ingress = wiring.find(site.file, "Ingress")
    del ingress["spec"]["rules"][0]["http"]["paths"][0]["pathType"]
    return Place(site.file, (index, "spec", "rules", 0, "http", "paths", 0))


def backend_port_twice(wiring: Wiring, luck: random.Random) -> Place | None:
    """A port by its number and by its name."""
    site = a_site(wiring, luck, lambda site: site.entry == "ingress")
    if site is None:
        return None
    index, ingress = wiring.find(site.file, "Ingress")
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    backend["port"] = {"number": 80, "name": "http"}
    return Place(site.file, (index, "spec", "rules", 0, "http", "paths", 0, "backend", "service", "port"))


def probe_scheme(wiring: Wiring, luck: random.Random) -> Place | None:
    """A readiness probe that speaks TLS to a process that does not."""
    site = a_site(wiring, luck, lambda site: not dialled_straight(wiring, site))
    if site is None:
        return None
    index, _, container = _workload(wiring, site)
    container["readinessProbe"] = {"httpGet": {"path": "/", "port": site.port, "scheme": "HTTPS"}}
    return Place(site.file, (index, *_CONTAINER, "readinessProbe", "httpGet", "scheme"))


def settings_name(wiring: Wiring, luck: random.Random) -> Place | None:
    """Pods that wait for a ConfigMap of almost the name of one."""
    site = a_site(wiring, luck, lambda site: site.style in ("conf", "subpath"))
    if site is None:
        return None
    index, spec, _ = _workload(wiring, site)
    spec["template"]["spec"]["volumes"][0]["configMap"]["name"] = f"{site.name}s"
    return Place(site.file, (index, *_SPEC, "volumes", 0, "configMap", "name"))

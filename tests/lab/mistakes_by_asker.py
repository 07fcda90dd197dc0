"""Mistakes of which the symptom depends on who asks: a listener of one's own, bytes passed on, a client at a node."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.lab import mistakes_inside, mistakes_on_the_way
from tests.lab.manifests import Site
from tests.lab.wirings import Place, Wiring, a_site


def listener_without_pods(wiring: Wiring, luck: random.Random) -> Place | None:
    """A Service that selects nothing, behind an http or https listener."""
    return _selects_nothing(wiring, a_site(wiring, luck, lambda site: site.entry in ("http", "https")))


def stream_without_pods(wiring: Wiring, luck: random.Random) -> Place | None:
    """The same behind a tcp listener."""
    return _selects_nothing(wiring, a_site(wiring, luck, lambda site: site.entry == "tcp"))


def stream_listens_elsewhere(wiring: Wiring, luck: random.Random) -> Place | None:
    """Pods of the pod network that listen on another port than the tcp listener ends at."""
    site = a_site(wiring, luck, lambda site: site.entry == "tcp" and not site.host_network)
    return mistakes_inside.listen(wiring, site, str(site.port + 7)) if site else None


def stream_firewall_closed(wiring: Wiring, _luck: random.Random) -> Place | None:
    """Hetzner's firewall lacks the port that a tcp listener dials."""
    ports = [str(one["destination_port"]) for one in wiring.balancer["services"] if one["protocol"] == "tcp"]
    if not ports or not wiring.firewall or wiring.is_private:
        return None
    wiring.firewall["rules"] = [rule for rule in wiring.firewall["rules"] if rule["port"] != ports[-1]]
    return Place("cloud-firewall.json")


def node_without_pods(wiring: Wiring, luck: random.Random) -> Place | None:
    """A Service that selects nothing, asked at its node port."""
    return _selects_nothing(wiring, _asked_at_nodes(wiring, luck))


def node_listens_elsewhere(wiring: Wiring, luck: random.Random) -> Place | None:
    """Pods that listen on another port than their Service's node port ends at."""
    site = _asked_at_nodes(wiring, luck)
    return mistakes_inside.listen(wiring, site, str(site.port + 7)) if site else None


def node_port_range_routed(wiring: Wiring, luck: random.Random) -> Place | None:
    """A Service that the API refuses, behind an Ingress."""
    only = all(site.entry == "ingress" for site in wiring.sites)
    return mistakes_inside.node_port_range(wiring, luck) if only else None


def overlay_blocked_from_nodes(wiring: Wiring, luck: random.Random) -> Place | None:
    """Clients ask node ports of nodes that do not reach the pods."""
    spread = _asked_at_nodes(wiring, luck, lambda site: site.kind == "Deployment")
    return mistakes_on_the_way.overlay_blocked(wiring, luck) if spread else None


def _asked_at_nodes(wiring: Wiring, luck: random.Random, fits: Callable[[Site], bool] = lambda _: True) -> Site | None:
    asked = [int(url.rpartition(":")[2]) for url in wiring.urls if "<node>" in url]
    return a_site(wiring, luck, lambda site: site.node_port in asked and fits(site))


def _selects_nothing(wiring: Wiring, site: Site | None) -> Place | None:
    if site is None or mistakes_inside.dialled_straight(wiring, site):
        return None
    index, one = wiring.find(site.file, "Service")
    one["spec"]["selector"]["app"] = f"{site.name}-web"
    return Place(site.file, (index, "spec", "selector", "app"))

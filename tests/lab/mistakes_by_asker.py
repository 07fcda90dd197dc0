"""Mistakes of which the symptom depends on who asks: a listener of one's own, bytes passed on, a client at a node."""

from __future__ import annotations

import random

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


def overlay_blocked_from_nodes(wiring: Wiring, luck: random.Random) -> Place | None:
    """Clients ask node ports of nodes that do not reach the pods."""
    asked = [int(url.rpartition(":")[2]) for url in wiring.urls if "<node>" in url]
    spread = [site for site in wiring.sites if site.node_port in asked and site.kind == "Deployment"]
    return mistakes_on_the_way.overlay_blocked(wiring, luck) if spread else None


def _selects_nothing(wiring: Wiring, site: Site | None) -> Place | None:
    if site is None or mistakes_inside.dialled_straight(wiring, site):
        return None
    index, one = wiring.find(site.file, "Service")
    one["spec"]["selector"]["app"] = f"{site.name}-web"
    return Place(site.file, (index, "spec", "selector", "app"))

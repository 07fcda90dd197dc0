"""Requests that an ingress controller sends on to https: once, or round and round."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.backend import entry_point_loop, route_loop
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.outcome import Reporter
from kblint.wire.journeys.journey import Hop, Stage
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.redirects import redirects


def redirect_hop(wired: WiredListener, host: str, backends: list[WiredBackend], wiring: Wiring) -> Hop | None:
    """A plain request that ingress-nginx sends on to https."""
    if wired.listener.protocol != "http" or wired.controller != "ingress-nginx" or wired.app_protocol.role != "http":
        return None
    settings = wiring.settings_of(wired)
    if settings is None:
        return None
    for backend in backends:
        route = backend.route
        if wiring.network.faults.first(route, Kind.CLASS):
            return None
        found = redirects(route, _known(host), settings.config_map, is_decrypted=False)
        if found:
            label = f"{route.meta.kind} {route.meta.name} sends people to https"
            return Hop(Stage.ROUTE, label, found[0], thing=backend.backend)
    return None


def redirected(wired: WiredListener, host: str, backends: list[WiredBackend], wiring: Wiring) -> Iterator[Hop]:
    """The controller sends a request that the balancer has decrypted back to https, and so on for ever."""
    if wired.listener.protocol != "https" or wired.app_protocol.role != "http":
        return
    point = wired.destination.entry_point
    loop = entry_point_loop(point)
    if point and loop:
        yield Hop.stopped(Stage.CONTROLLER, f"traefik entry point {point.name}", loop, Reporter.CLIENT, point)
    settings = wiring.settings_of(wired) if wired.controller == "ingress-nginx" else None
    if settings is None:
        return
    for route, backend in {one.route: one.backend for one in backends}.items():
        loop = route_loop(route, _known(host), settings.config_map)
        if loop:
            yield Hop.stopped(Stage.ROUTE, f"{route.meta.kind} {route.meta.name}", loop, Reporter.CLIENT, backend)


def _known(host: str) -> str | None:
    return None if host.startswith("<") else host

"""Requests that an ingress controller sends on to https: once, or round and round."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.journey import Cause, Hop, HopVerdict, Outcome, Stage
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.redirects import redirects

_BACK = "sends plain requests back to https, where the balancer decrypts them again"


def redirect_hop(wired: WiredListener, host: str, backends: list[WiredBackend], wiring: Wiring) -> Hop | None:
    """A plain request that ingress-nginx sends on to https."""
    if wired.listener.protocol != "http" or wired.controller != "ingress-nginx" or wired.app_protocol.role != "http":
        return None
    settings = wiring.settings_of(wired)
    for backend in backends if settings else ():
        if wiring.class_problems.get(id(backend.route)) == "unknown":
            return None
        config_map = settings.config_map if settings else None
        found = redirects(backend.route, None if host.startswith("<") else host, config_map, is_decrypted=False)
        if found:
            meta = backend.route.meta
            return Hop(Stage.ROUTE, f"{meta.kind} {meta.name} sends people to https", found[0])
    return None


def redirected(wired: WiredListener, host: str, backends: list[WiredBackend], wiring: Wiring) -> Iterator[Hop]:
    """The controller sends a request that the balancer has decrypted back to https, and so on for ever."""
    if wired.listener.protocol != "https" or wired.app_protocol.role != "http":
        return
    point = wired.destination.entry_point
    if point and point.redirect:
        reason = f"entry point `{point.name}` {_BACK}"
        cause = Cause("redirect-loop", point.key)
        label = f"traefik entry point {point.name}"
        yield Hop(Stage.CONTROLLER, label, point.redirect, HopVerdict.BROKEN, reason, Outcome.REDIRECT_LOOP, cause)
    if wired.controller != "ingress-nginx":
        return
    settings = wiring.settings_of(wired)
    for route in {id(one.route): one.route for one in backends}.values() if settings else ():
        found = redirects(
            route, None if host.startswith("<") else host, settings.config_map if settings else None, is_decrypted=True
        )
        if found:
            place, why = found
            reason = f"{why} {_BACK}"
            cause = Cause("redirect-loop", ("route", id(route)))
            label = f"{route.meta.kind} {route.meta.name}"
            yield Hop(Stage.ROUTE, label, place, HopVerdict.BROKEN, reason, Outcome.REDIRECT_LOOP, cause)

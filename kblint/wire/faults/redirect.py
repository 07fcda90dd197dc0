"""Requests that are sent back to https, where the balancer decrypts them again: round and round."""

from __future__ import annotations

from kblint.model.policy import ConfigMap
from kblint.model.route import Route
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.faults.outcome import Outcome
from kblint.wire.routes.redirects import redirects
from kblint.wire.services.entry_points import EntryPoint

_BACK = "sends plain requests back to https, where the balancer decrypts them again"


def entry_point_loop(point: EntryPoint | None) -> Fault | None:
    """Traefik's entry point for plain requests, told to send them all on to https."""
    if point is None or point.redirect is None:
        return None
    reason = f"entry point `{point.name}` {_BACK}"
    return Fault(Kind.REDIRECT_LOOP, point, point.redirect, reason, Outcome.REDIRECT_LOOP)


def route_loop(route: Route, host: str | None, settings: ConfigMap | None) -> Fault | None:
    """A route of ingress-nginx that sends requests which the balancer has decrypted on to https."""
    found = redirects(route, host, settings, is_decrypted=True)
    if found is None:
        return None
    place, why = found
    return Fault(Kind.REDIRECT_LOOP, route, place, f"{why} {_BACK}", Outcome.REDIRECT_LOOP)

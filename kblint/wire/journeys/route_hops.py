"""The hops inside an ingress controller: from a route to the Service it names, and on to the processes."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.wire.evidence import Certainty
from kblint.wire.journeys.delivery import Reporter, Traffic, service_hops
from kblint.wire.journeys.gateways import speaks_http
from kblint.wire.journeys.journey import Cause, Hop, HopVerdict, Outcome, Stage
from kblint.wire.journeys.wiring import Wiring, shown
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.redirects import asked_protocol
from kblint.wire.services.controllers import app_protocol


def backend_hops(backends: list[WiredBackend], wiring: Wiring, *, from_pods: bool) -> Iterator[Hop]:
    """What the controller does with a request; `from_pods` says that it is a pod of the pod network itself."""
    for wired in backends:
        yield from _to_backend(wired, wiring, from_pods=from_pods)


def _to_backend(wired: WiredBackend, wiring: Wiring, *, from_pods: bool) -> Iterator[Hop]:
    route = wired.route
    label = f"{route.meta.kind} {route.meta.name}"
    name = shown(wired.backend.name)
    if wired.service is None:
        place = wired.backend.origin.place("name")
        if wired.service_missing and (wired.similar or wired.in_other_namespaces):
            yield Hop(
                Stage.ROUTE,
                label,
                place,
                HopVerdict.BROKEN,
                f"there is no Service `{name}` in its namespace",
                Outcome.UNAVAILABLE,
                Cause("backend-service", wired.key),
            )
        else:
            yield Hop(Stage.ROUTE, label, place, HopVerdict.UNKNOWN, f"Service `{name}` is not in the input")
        return
    place = wired.backend.origin.place()
    if wired.port is None:
        if wired.port_missing:
            yield Hop(
                Stage.ROUTE,
                label,
                place,
                HopVerdict.BROKEN,
                f"Service `{name}` has no port `{shown(wired.backend.port)}`",
                Outcome.UNAVAILABLE,
                Cause("backend-port", wired.key),
            )
        else:
            yield Hop(Stage.ROUTE, label, place, HopVerdict.UNKNOWN, "its port cannot be known")
        return
    if id(wired.backend) in wiring.ungranted:
        reason = f"namespace `{shown(wired.namespace)}` has no ReferenceGrant for it"
        cause = Cause("grant", wired.key)
        place = wired.backend.origin.place("namespace")
        outcome = Outcome.SERVER_ERROR if speaks_http(route) else Outcome.REFUSED
        yield Hop(Stage.ROUTE, label, place, HopVerdict.BROKEN, reason, outcome, cause)
        return
    unclassed = _no_controller(wired, wiring)
    if unclassed:
        yield unclassed
        return
    yield Hop(Stage.ROUTE, label, place)
    approach = Traffic(Reporter.CONTROLLER, from_pods=from_pods)
    yield from service_hops(wired.service, wired.port, approach, wiring.network)
    yield from _backend_protocol_mismatch(wired)


def _backend_protocol_mismatch(wired: WiredBackend) -> Iterator[Hop]:
    """ingress-nginx speaks another protocol than the process does."""
    spoken = app_protocol(wired.port, None) if wired.port else None
    asked = asked_protocol(wired.route)
    if spoken is None or spoken.certainty is not Certainty.KNOWN or asked is None or spoken.role not in ("http", "tls"):
        return
    if (asked in ("HTTPS", "GRPCS")) is (spoken.role == "tls"):
        return
    place = spoken.evidence.place if spoken.evidence else None
    label, cause = f"speaks {'TLS' if spoken.role == 'tls' else 'plain HTTP'}", Cause("backend-protocol", wired.key)
    outcome = Outcome.PLAIN_TO_TLS if spoken.role == "tls" else Outcome.BAD_GATEWAY
    reason = f"the controller speaks {asked} to it"
    yield Hop(Stage.PROCESS, label, place, HopVerdict.BROKEN, reason, outcome, cause)


def _no_controller(wired: WiredBackend, wiring: Wiring) -> Hop | None:
    """A route whose class is nobody's: no controller takes it."""
    problem = wiring.class_problems.get(id(wired.route))
    if problem != "unknown":
        return None
    meta = wired.route.meta
    reason = f"no controller here takes class `{shown(wired.route.class_name)}`"
    cause = Cause("class", ("route", id(wired.route)))
    label = f"{meta.kind} {meta.name}"
    place = wired.route.origin.place("ingressClassName")
    return Hop(Stage.ROUTE, label, place, HopVerdict.BROKEN, reason, Outcome.NOT_FOUND, cause)

"""The hops inside an ingress controller: to the Service that a route names and its processes, or back to https."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kblint.source.values import shown
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import Setting, place_of
from kblint.wire.evidence import Certainty
from kblint.wire.faults.backend import asks_for_tcp, certificate_fault, entry_point_loop, forwarding_fault, route_loop
from kblint.wire.faults.fault import Fault, Kind, Outcome, Reporter, in_general
from kblint.wire.journeys.approach import through_controller
from kblint.wire.journeys.delivery import service_hops
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.journeys.missing import service_unknown
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.policies.callers import Caller
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.forwarding import forces_https
from kblint.wire.routes.redirects import redirects, trusts_headers
from kblint.wire.services.controllers import grpc_protocol

MOST_BACKENDS = 64
"""Backends of one host and path that are followed: as many as lead somewhere, and for each way in to them again."""


def backend_hops(
    backends: list[WiredBackend], wiring: Wiring, callers: tuple[Caller, ...], *, is_led: bool
) -> Iterator[Hop]:
    """What the controller does with a request.

    `callers` are its pods, as far as they are known; `is_led` says that something here leads to it.
    """
    for wired in backends[:MOST_BACKENDS]:
        hops = _to_backend(wired, wiring, callers, is_led=is_led)
        yield from hops if wired.route.protocol is None else map(_as_connection, hops)
    left = backends[MOST_BACKENDS:]
    if left:
        reason = f"only the first {MOST_BACKENDS} backends of one address are followed"
        yield Hop(Stage.ROUTE, f"{len(left)} more", None, HopVerdict.UNKNOWN, reason, thing=left[0].backend)


def _as_connection(hop: Hop) -> Hop:
    """A hop behind a controller that passes on what comes: nobody answers with a status where it ends."""
    is_sure = hop.fault is not None and hop.fault.certainty
    return replace(hop, outcome=hop.fault.seen_by(Reporter.BALANCER_TCP)) if hop.fault and is_sure else hop


def _to_backend(wired: WiredBackend, wiring: Wiring, callers: tuple[Caller, ...], *, is_led: bool) -> Iterator[Hop]:
    route, backend, faults = wired.route, wired.backend, wiring.network.faults
    label = f"{route.meta.kind} {route.meta.name}"
    stopped = _stopping(wired, wiring, is_led=is_led)
    # where nothing leads to the controllers that are here, another one may take the class
    is_open = stopped is not None and _may_be_taken(stopped, is_led=is_led)
    refused = faults.noted.get(route)
    if stopped and not is_open and refused and refused.certainty:
        # what is not there has neither class nor backend
        yield Hop.stopped(Stage.ROUTE, label, refused, Reporter.CONTROLLER, backend)
        return
    if stopped and not is_open:
        yield Hop.stopped(Stage.ROUTE, label, stopped, Reporter.CONTROLLER, backend)
        lost = faults.first(backend, *_LOST) if stopped.kind is Kind.CLASS else None
        if lost:
            # and were the class right, it would end there
            yield Hop.stopped(Stage.ROUTE, label, lost, Reporter.CONTROLLER, backend)
        return
    if stopped:
        reason = f"class `{shown(route.class_name)}` is not in the input"
        yield Hop(Stage.ROUTE, label, stopped.place, HopVerdict.UNKNOWN, reason, thing=backend)
    elif refused:
        yield Hop.stopped(Stage.ROUTE, label, refused, Reporter.CONTROLLER, backend)
    elif wired.service is None:
        reason = service_unknown(backend.name, wired.namespace, wiring.network.makers)
        place = backend.origin.place("name")
        yield Hop(Stage.ROUTE, label, place, HopVerdict.UNKNOWN, reason, thing=backend)
    elif wired.port is None:
        place = backend.origin.place()
        yield Hop(Stage.ROUTE, label, place, HopVerdict.UNKNOWN, "its port cannot be known", thing=backend)
    elif wired.port_by_target is Certainty.LIKELY:
        reason = f"`{shown(backend.port)}` is a targetPort, which only ingress-nginx takes"
        yield Hop(Stage.CONTROLLER, label, backend.origin.place(), HopVerdict.UNKNOWN, reason, thing=backend)
    else:
        yield Hop(Stage.ROUTE, label, backend.origin.place(), thing=backend)
    if wired.service is None or wired.port is None:
        return
    approach = through_controller(callers, is_udp=route.protocol == "UDP", is_lenient=not asks_for_tcp(wired))
    yield from service_hops(wired.service, wired.port, approach, wiring.network)
    protocol = faults.first(backend, Kind.BACKEND_PROTOCOL)
    if protocol and protocol.certainty is Certainty.KNOWN:
        spoken = f"speaks {_SPOKEN.get(protocol.case, 'plain HTTP')}"
        yield Hop.stopped(Stage.PROCESS, spoken, protocol, Reporter.CONTROLLER, backend)
    elif wired.asked and "GRPC" in wired.asked.protocol.upper() and grpc_protocol(wired.port) is None:
        reason = "the controller speaks gRPC to it, and nothing shows that it does too"
        yield Hop(Stage.PROCESS, "gRPC", backend.origin.place(), HopVerdict.UNKNOWN, reason, thing=backend)


_SPOKEN = {"tls": "TLS", "grpc": "gRPC"}
_LOST = (Kind.BACKEND_SERVICE, Kind.BACKEND_PORT, Kind.GRANT)
"""Why a route leads nowhere."""
_NOT_MADE = (
    *(Kind.UNWATCHED, Kind.TRAEFIK_GROUP, Kind.CROSS_NAMESPACE, Kind.MIDDLEWARE, Kind.ROUTE_ENTRY_POINT),
    Kind.ROUTE_RULE,
)
"""Why a controller makes nothing of a route."""


def _may_be_taken(fault: Fault, *, is_led: bool) -> bool:
    """Whether a controller that is not in the input may take a class that nobody here takes."""
    return fault.kind is Kind.CLASS and fault.certainty is not Certainty.KNOWN and not is_led


def _stopping(wired: WiredBackend, wiring: Wiring, *, is_led: bool) -> Fault | None:
    """Why a request gets no further than a route: no controller takes it, whatever is wrong behind, or it is lost."""
    faults = wiring.network.faults
    nobodys = faults.first(wired.route, Kind.CLASS)
    if nobodys and not _may_be_taken(nobodys, is_led=is_led):
        return nobodys
    lost = faults.first(wired.route, *_NOT_MADE) or faults.first(wired.backend, *_LOST)
    return lost or (nobodys if wired.port else None)


def redirect_hop(wired: WiredListener, host: str, backends: list[WiredBackend], wiring: Wiring) -> Hop | None:
    """A plain request that the controller sends on to https: ingress-nginx route by route, Traefik all of a port."""
    point = wired.destination.entry_point
    if point and point.redirect and wired.listener.protocol == "http" and wired.app_protocol.role == "http":
        return Hop(Stage.CONTROLLER, f"traefik entry point {point.name} sends people to https", point.redirect)
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
        loop = in_general(loop, wired.meta_behind)
        yield Hop.stopped(Stage.CONTROLLER, f"traefik entry point {point.name}", loop, Reporter.CLIENT, point)
    settings = wiring.settings_of(wired) if wired.controller == "ingress-nginx" else None
    if settings is None:
        return
    for route, backend in {one.route: one.backend for one in backends}.items():
        loop = route_loop(route, _known(host), settings.config_map)
        if loop:
            loop = in_general(loop, route.meta)
            yield Hop.stopped(Stage.ROUTE, f"{route.meta.kind} {route.meta.name}", loop, Reporter.CLIENT, backend)


def forwarding_hops(wired: WiredListener, backends: list[WiredBackend], wiring: Wiring) -> Iterator[Hop]:
    """Applications that send back to https what a balancer, or the controller, has decrypted."""
    settings = wiring.settings_of(wired) if wired.controller == "ingress-nginx" else None
    is_decrypted = wired.listener.protocol == "https" and wired.app_protocol.role == "http"
    # the PROXY protocol's header tells ingress-nginx the port that was asked, and 443 means https to it
    is_told = wired.listener.proxy_protocol is True and wired.listener.listen_port == 443
    is_sent_back = settings is not None and is_decrypted and not is_told
    is_sent_back = is_sent_back and settings is not None and trusts_headers(settings.config_map) is False
    if not is_decrypted and not wired.takes_tls:
        return
    for backend in backends[:MOST_BACKENDS]:
        for pod in backend.port.endpoints if backend.port else ():
            forced = forces_https(pod, wiring.config_map_of)
            is_plain = backend.asked is None or not backend.asked.is_tls
            is_unsure = forced is not None and forced.certainty is Certainty.UNKNOWN and is_plain
            if forced and (is_sent_back or is_unsure or (settings and is_decrypted and forced.is_always)):
                ends = place_of(wired.balancer, wired.listener, Setting.PROTOCOL)
                told = settings.config_map if settings else None
                fault = forwarding_fault(backend.backend, pod, forced, ends, wired.controller or "", told)
                yield Hop.stopped(Stage.PROCESS, f"{pod.workload.meta}", fault, Reporter.CLIENT, backend.backend)


def is_sent_to_https(backends: list[WiredBackend], wiring: Wiring) -> bool:
    """Whether all who answer a plain request send it on to https, for sure."""
    found = [forces_https(pod, wiring.config_map_of) for one in backends if one.port for pod in one.port.endpoints]
    return bool(found) and all(one and one.certainty is Certainty.KNOWN for one in found)


def certificate_hops(wired: WiredListener, host: str, backends: list[WiredBackend], wiring: Wiring) -> Iterator[Hop]:
    """The controller that ends TLS has no certificate for the host: people do not get as far as a route."""
    route, controller = backends[0].route, wired.controller
    if wired.listener.protocol != "tcp" or wired.app_protocol.role != "tls" or controller is None:
        return
    certainty = wiring.certificates.lacks(controller, route, _known(host) or "")
    if certainty is not Certainty.UNKNOWN:
        # a route that nobody takes brings no certificate either: one mistake, told once
        nobodys = wiring.network.faults.first(route, Kind.CLASS)
        fault = _without_certificate(nobodys) if nobodys else certificate_fault(route, host, controller, certainty)
        yield Hop.stopped(Stage.CONTROLLER, f"certificate for {host}", fault, Reporter.CLIENT, route)


def _without_certificate(nobodys: Fault) -> Fault:
    """That a route is nobody's, as it is met over TLS: before anybody looks for a route."""
    doubt = "a default certificate may be set elsewhere"
    certainty = min(nobodys.certainty, Certainty.LIKELY)
    return replace(nobodys, effect=Outcome.TLS_ERROR, certainty=certainty, doubt=doubt)


def _known(host: str) -> str | None:
    return None if host.startswith("<") else host

"""The hops inside an ingress controller: to the Service that a route names and its processes, or back to https."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kblint.source.values import shown
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.evidence import Certainty
from kblint.wire.faults.backend import entry_point_loop, route_loop
from kblint.wire.faults.fault import Fault, Kind, Reporter
from kblint.wire.faults.service import caller_fault
from kblint.wire.journeys.approach import through_controller
from kblint.wire.journeys.delivery import service_hops
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.redirects import redirects

MOST_BACKENDS = 64
"""Backends of one host and path that are followed: as many as lead somewhere, and for each way in to them again."""


def backend_hops(backends: list[WiredBackend], wiring: Wiring, *, from_pods: bool, is_led: bool) -> Iterator[Hop]:
    """What the controller does with a request.

    `from_pods` says that it is a pod of the pod network itself, `is_led` that something here leads to it.
    """
    for wired in backends[:MOST_BACKENDS]:
        hops = _to_backend(wired, wiring, from_pods=from_pods, is_led=is_led)
        yield from hops if wired.route.protocol is None else map(_as_connection, hops)
    left = backends[MOST_BACKENDS:]
    if left:
        reason = f"only the first {MOST_BACKENDS} backends of one address are followed"
        yield Hop(Stage.ROUTE, f"{len(left)} more", None, HopVerdict.UNKNOWN, reason, thing=left[0].backend)


def _as_connection(hop: Hop) -> Hop:
    """A hop behind a controller that passes on what comes: nobody answers with a status where it ends."""
    is_sure = hop.fault is not None and hop.fault.certainty
    return replace(hop, outcome=hop.fault.seen_by(Reporter.BALANCER_TCP)) if hop.fault and is_sure else hop


def _to_backend(wired: WiredBackend, wiring: Wiring, *, from_pods: bool, is_led: bool) -> Iterator[Hop]:
    route, backend, faults = wired.route, wired.backend, wiring.network.faults
    label = f"{route.meta.kind} {route.meta.name}"
    stopped = _stopping(wired, wiring, is_led=is_led)
    # where nothing leads to the controllers that are here, another one may take the class
    is_open = stopped is not None and _may_be_taken(stopped, is_led=is_led)
    if stopped and not is_open:
        yield Hop.stopped(Stage.ROUTE, label, stopped, Reporter.CONTROLLER, backend)
        lost = faults.first(backend, *_LOST) if stopped.kind is Kind.CLASS else None
        if lost:
            # and were the class right, it would end there
            yield Hop.stopped(Stage.ROUTE, label, lost, Reporter.CONTROLLER, backend)
        return
    refused = faults.noted.get(route)
    if stopped:
        reason = f"class `{shown(route.class_name)}` is not in the input"
        yield Hop(Stage.ROUTE, label, stopped.place, HopVerdict.UNKNOWN, reason, thing=backend)
    elif refused:
        yield Hop.stopped(Stage.ROUTE, label, refused, Reporter.CONTROLLER, backend)
    elif wired.service is None:
        reason, place = f"Service `{shown(backend.name)}` is not in the input", backend.origin.place("name")
        reason += f", {wired.maker.name} may make it" if wired.maker else ""
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
    approach = through_controller(from_pods=from_pods, is_udp=route.protocol == "UDP")
    hops = list(service_hops(wired.service, wired.port, approach, wiring.network))
    shut = wiring.network.shut_out.get(backend)
    if shut and len(hops) > 1:
        # what nobody reaches, nobody answers
        policies = wiring.network.policies
        fault = caller_fault(shut, rejects=policies.rejects, is_closed=policies.is_closed)
        name = f"NetworkPolicy {shut.isolating[0].meta.name}"
        hops.insert(1, Hop.stopped(Stage.POLICY, name, fault, approach.front, shut.isolating[0]))
    yield from hops
    protocol = faults.first(backend, Kind.BACKEND_PROTOCOL)
    if protocol and protocol.certainty is Certainty.KNOWN:
        spoken = f"speaks {'TLS' if protocol.case == 'tls' else 'plain HTTP'}"
        yield Hop.stopped(Stage.PROCESS, spoken, protocol, Reporter.CONTROLLER, backend)


_LOST = (Kind.BACKEND_SERVICE, Kind.BACKEND_PORT, Kind.GRANT)
"""Why a route leads nowhere."""


def _may_be_taken(fault: Fault, *, is_led: bool) -> bool:
    """Whether a controller that is not in the input may take a class that nobody here takes."""
    return fault.kind is Kind.CLASS and fault.certainty is not Certainty.KNOWN and not is_led


def _stopping(wired: WiredBackend, wiring: Wiring, *, is_led: bool) -> Fault | None:
    """Why a request gets no further than a route: no controller takes it, whatever is wrong behind, or it is lost."""
    faults = wiring.network.faults
    nobodys = faults.first(wired.route, Kind.CLASS)
    if nobodys and not _may_be_taken(nobodys, is_led=is_led):
        return nobodys
    lost = faults.first(wired.backend, *_LOST)
    return lost or (nobodys if wired.port else None)


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

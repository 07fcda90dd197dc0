"""Every way in, followed hop by hop to the process that answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kblint.model.balancer import Listener
from kblint.model.route import Backend, Dialect, Route
from kblint.model.service import ServicePort
from kblint.source.values import shown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.outcome import Outcome, Reporter
from kblint.wire.faults.service import node_port_protocol_fault
from kblint.wire.journeys.approach import is_on_pod_network, through_listener, through_node_port
from kblint.wire.journeys.balancer_hops import cloud_firewall_hops, listener_hop
from kblint.wire.journeys.delivery import pod_hops, service_hops
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from kblint.wire.journeys.redirect_hops import redirect_hop, redirected
from kblint.wire.journeys.route_hops import backend_hops
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.hosts import controller_of_route
from kblint.wire.services.controllers import app_protocol, controller_of_service, named_app_protocol
from kblint.wire.services.entry_points import EntryPoint, takes
from kblint.wire.services.ports import WiredPort, WiredService


def journeys(wiring: Wiring) -> tuple[Journey, ...]:
    """Ways in through balancers first, then node ports no balancer leads to, then routes no balancer leads to."""
    found: list[Journey] = []
    reached: set[ServicePort] = set()
    routed: set[Backend] = set()
    for wired in wiring.listeners:
        if wired.port:
            reached.add(wired.port.port)
        groups = _grouped(wired, wiring)
        routed.update(one.backend for group in groups.values() for one in group)
        found.extend(_through_balancer(wired, groups, wiring))
    for service in wiring.services.services:
        controller = controller_of_service(service)
        if controller is None:
            found.extend(
                _through_node_port(port, wiring)
                for port in service.ports
                if isinstance(port.port.node_port, int)
                and port.port not in reached
                and not _lost_node_port(service, wiring)
                and not wiring.network.filters.cloud_closes(port.port.node_port, port.port.protocol)
            )
    found.extend(_through_routes(routed, wiring))
    return tuple(_follow_redirects(found))


def _lost_node_port(service: WiredService, wiring: Wiring) -> bool:
    """Whether its node ports lead to the Service that had them first."""
    refused = wiring.network.faults.stopping.get(service.service)
    return refused is not None and refused.kind is Kind.NODE_PORT_TAKEN


def _follow_redirects(found: list[Journey]) -> Iterator[Journey]:
    """Journeys that a redirect ends, with what is broken where it leads: that is what people see in the end."""
    by_name = {journey.name: journey for journey in found}
    for journey in found:
        if journey.redirects_to is None:
            yield journey
            continue
        then = by_name.get(journey.redirects_to)
        if then is None:
            reason = f"nothing here answers {journey.redirects_to}"
            hop = Hop(Stage.INTERNET, journey.redirects_to, None, HopVerdict.BROKEN, reason, Outcome.REFUSED)
            yield replace(journey, hops=(*journey.hops, hop))
            continue
        broken_there = tuple(hop for hop in then.hops if hop.state is HopVerdict.BROKEN)
        yield replace(journey, hops=(*journey.hops, *broken_there))


def _through_balancer(
    wired: WiredListener, routed: dict[tuple[str, str], list[WiredBackend]], wiring: Wiring
) -> Iterator[Journey]:
    listener = wired.listener
    spoken = (
        "https" if wired.takes_tls else "http" if listener.protocol == "http" or listener.listen_port == 80 else "tcp"
    )
    start = (Hop(Stage.INTERNET, "internet", None), listener_hop(wired, wiring), *cloud_firewall_hops(wired, wiring))
    if (wired.controller or routed) and wired.destination_kind is not DestinationKind.UNKNOWN:
        from_pods = is_on_pod_network(wired)
        for (host, path), backends in routed.items():
            scheme = spoken if path else "tcp"
            name = f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}"
            # only requests can be answered with a redirect
            redirect = redirect_hop(wired, host, backends, wiring) if path else None
            if redirect:
                hops = (*start, *_to_controller(wired, wiring), redirect)
                yield Journey(name, hops, redirects_to=f"https://{host}{path}")
                continue
            on_way = redirected(wired, host, backends, wiring) if path else ()
            inside = (*on_way, *backend_hops(backends, wiring, from_pods=from_pods))
            yield Journey(name, (*start, *_to_controller(wired, wiring), *inside))
        if routed:
            return
        yield Journey(
            _plain_name(spoken, wired), (*start, *_to_controller(wired, wiring), *redirected(wired, "", [], wiring))
        )
        return
    is_lost = (
        wired.destination_kind is DestinationKind.NOWHERE
        and start[1].state is HopVerdict.BROKEN
        and listener.listen_port in (80, 443)
    )
    lost = _intended_routes(wired, wiring) if is_lost else {}
    for host, path in lost:
        yield Journey(f"{spoken}://{host}{_port_suffix(spoken, listener)}{path}", start)
    if not lost:
        yield Journey(_plain_name(spoken, wired), (*start, *_to_pods(wired, wiring)))


def _intended_routes(wired: WiredListener, wiring: Wiring) -> dict[tuple[str, str], list[WiredBackend]]:
    """What a listener that leads nowhere was probably for: the hosts of the only controller that others lead to."""
    led = {one.controller: one for one in wiring.listeners if one.controller}
    beside = {one.controller: one for one in led.values() if one.balancer is wired.balancer} or led
    if len(beside) == 1:
        return _grouped(next(iter(beside.values())), wiring)
    names = {name for service in wiring.services.services if (name := controller_of_service(service))}
    return _served(next(iter(names)), wiring) if len(names) == 1 and not led else {}


def _to_controller(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    """From the listener's destination to the ingress controller's process."""
    hops = _to_pods(wired, wiring)
    if any(hop.stage is Stage.POD for hop in hops):
        return hops
    controller = Hop(Stage.CONTROLLER, wired.controller or "gateway", None, HopVerdict.OK, "not in the input")
    # the controller's pods are made by a chart more often than not: its Service is proof enough that it is there
    known = tuple(hop for hop in hops if hop.state is not HopVerdict.UNKNOWN)
    return (*known, controller)


def _to_pods(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    approach = through_listener(wired)
    is_host_port = wired.destination_kind is DestinationKind.HOST_PORT
    if wired.port:
        service = wiring.services.find(wired.port.service.meta.name, wired.port.service.meta.namespace).service
        number = wired.destination_port
        which = "of the API's choice" if number is None else shown(number)
        label = f"{'host' if is_host_port else 'node'} port {which}"
        node = Hop(Stage.NODE, label, wired.port.port.origin.place("nodePort"), thing=wired.port.port)
        if service is None:
            return (node,)
        return (node, *service_hops(service, wired.port, approach, wiring.network))
    if is_host_port:
        node = Hop(Stage.NODE, f"host port {shown(wired.listener.destination_port)}", None)
        return (node, *pod_hops(wired.pods, approach, wiring.network))
    return ()


def _through_node_port(port: WiredPort, wiring: Wiring) -> Journey:
    number = shown(port.port.node_port)
    role = named_app_protocol(port) or app_protocol(port, None).role
    scheme = {"http": "http", "tls": "https"}.get(role or "", "tcp" if port.port.protocol == "TCP" else "udp")
    service = wiring.services.find(port.service.meta.name, port.service.meta.namespace).service
    node = Hop(Stage.NODE, f"node port {number}", port.port.origin.place("nodePort"), thing=port.port)
    hops: tuple[Hop, ...] = (Hop(Stage.INTERNET, "internet", None), node)
    if service is not None:
        hops += service_hops(service, port, through_node_port(port, Reporter.CLIENT), wiring.network)
    protocol = node_port_protocol_fault(port)
    if protocol:
        hops += (Hop.stopped(Stage.PROCESS, "speaks TLS", protocol, Reporter.CLIENT, port.port),)
    return Journey(f"{scheme}://<node>:{number}", hops)


def _through_routes(routed: set[Backend], wiring: Wiring) -> Iterator[Journey]:
    """Ways in that begin at a route: no balancer leads to the `routed` backends' controller."""
    others: dict[tuple[str | None, str], list[WiredBackend]] = {}
    doors: dict[str, tuple[Hop | None, list[WiredBackend]]] = {}
    for wired in wiring.backends:
        if wired.backend in routed:
            continue
        if wired.route.dialect is Dialect.GATEWAY:
            for door in wiring.gateways.doors(wired):
                doors.setdefault(door.name, (door.hop, []))[1].append(wired)
        else:
            place = "".join(_host_and_path(wired)) + _points(wired.route)
            others.setdefault((wired.route.protocol, place), []).append(wired)
    for (protocol, place), backends in others.items():
        tls = _ends_tls(backends[0].route, _host_and_path(backends[0])[0])
        scheme = protocol.lower() if protocol else "https" if tls else "http"
        hops = (Hop(Stage.INTERNET, "internet", None), *backend_hops(backends, wiring, from_pods=False))
        yield Journey(f"{scheme}://{place}", hops)
    for name, (hop, backends) in doors.items():
        start = (Hop(Stage.INTERNET, "internet", None), *((hop,) if hop else ()))
        is_refused = hop is not None and hop.state is HopVerdict.BROKEN
        yield Journey(name, start if is_refused else (*start, *backend_hops(backends, wiring, from_pods=False)))


def _grouped(wired: WiredListener, wiring: Wiring) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that the controller or Gateway behind a listener sends to, by host and path."""
    if wired.destination_kind is DestinationKind.UNKNOWN:
        return {}
    grouped = _served(wired.controller, wiring, wired.destination.entry_point) if wired.controller else {}
    for backend in wiring.backends if wiring.gateways.is_behind(wired) else ():
        if wiring.gateways.leads_to(wired, backend):
            grouped.setdefault(_host_and_path(backend), []).append(backend)
    return grouped


def _served(
    controller: str, wiring: Wiring, point: EntryPoint | None = None
) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that a controller sends to, by host and path."""
    grouped: dict[tuple[str, str], list[WiredBackend]] = {}
    for backend in wiring.backends:
        served = controller_of_route(backend.route, wiring.classes)
        is_nobodys = wiring.network.faults.first(backend.route, Kind.CLASS) is not None
        if (served in (controller, None) or is_nobodys) and takes(point, backend.route):
            grouped.setdefault(_host_and_path(backend), []).append(backend)
    return grouped


def _host_and_path(wired: WiredBackend) -> tuple[str, str]:
    """What a route is for; connections that are passed on have no path."""
    rule = wired.rule
    host = "<any host>" if rule.host is None else shown(rule.host)
    if wired.route.protocol:
        return host, ""
    path = "/" if rule.path is None else shown(rule.path)
    return host, path if path.startswith("/") else f"/{path}"


def _points(route: Route) -> str:
    """The entry points of connections that are passed on, which stand for ports; nothing for requests."""
    return f":<{', '.join(route.entry_points)}>" if route.protocol and route.entry_points else ""


def _ends_tls(route: Route, host: str) -> bool:
    return any(not entry.hosts or host in entry.hosts for entry in route.tls)


def _plain_name(scheme: str, wired: WiredListener) -> str:
    return f"{scheme}://{wired.balancer.name}:{shown(wired.listener.listen_port)}"


def _port_suffix(scheme: str, listener: Listener) -> str:
    usual = {"https": 443, "http": 80}.get(scheme)
    return "" if listener.listen_port == usual else f":{shown(listener.listen_port)}"

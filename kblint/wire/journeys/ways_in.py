"""Every way in, followed hop by hop to the process that answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kblint.model.balancer import Listener
from kblint.model.route import Dialect, Route, RouteRule
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.evidence import Certainty
from kblint.wire.journeys.balancer_hops import cloud_firewall_hops, listener_hop
from kblint.wire.journeys.delivery import Reporter, Traffic, pod_hops, service_hops
from kblint.wire.journeys.journey import Cause, Hop, HopVerdict, Journey, Outcome, Stage
from kblint.wire.journeys.redirect_hops import redirect_hop, redirected
from kblint.wire.journeys.route_hops import backend_hops
from kblint.wire.journeys.wiring import Wiring, front_of, shown
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.hosts import controller_of_route
from kblint.wire.services.controllers import app_protocol, controller_of_service, named_app_protocol
from kblint.wire.services.entry_points import EntryPoint, takes
from kblint.wire.services.ports import WiredPort, WiredService


def journeys(wiring: Wiring) -> tuple[Journey, ...]:
    """Ways in through balancers first, then node ports no balancer leads to, then routes no balancer leads to."""
    found: list[Journey] = []
    reached: set[int] = set()
    routed: set[int] = set()
    for wired in wiring.listeners:
        if wired.port:
            reached.add(id(wired.port.port))
        groups = _grouped(wired, wiring)
        routed.update(id(one.backend) for group in groups.values() for one in group)
        found.extend(_through_balancer(wired, groups, wiring))
    for service in wiring.services.services:
        controller = controller_of_service(service)
        if controller is None:
            found.extend(
                _through_node_port(port, wiring)
                for port in service.ports
                if isinstance(port.port.node_port, int)
                and id(port.port) not in reached
                and not _is_outdone(service, wiring)
                and not wiring.network.filters.cloud_closes(port.port.node_port, port.port.protocol)
            )
    found.extend(_through_routes(routed, wiring))
    return tuple(_follow_redirects(found))


def _is_outdone(service: WiredService, wiring: Wiring) -> bool:
    """Whether its node ports lead to the Service that had them first."""
    refusal = wiring.network.refusals.services.get(id(service.service))
    return refusal is not None and refusal.is_outdone


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
    tls = listener.protocol == "https" or (listener.protocol == "tcp" and listener.listen_port == 443)
    scheme = "https" if tls else "http" if listener.protocol == "http" or listener.listen_port == 80 else "tcp"
    start = (Hop(Stage.INTERNET, "internet", None), listener_hop(wired, wiring), *cloud_firewall_hops(wired, wiring))
    if (wired.controller or routed) and wired.destination_kind is not DestinationKind.UNKNOWN:
        from_pods = any(not pod.workload.pod.host_network for pod in wired.pods)
        for (host, path), backends in routed.items():
            name = f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}"
            redirect = redirect_hop(wired, host, backends, wiring)
            if redirect:
                hops = (*start, *_to_controller(wired, wiring), redirect)
                yield Journey(name, hops, redirects_to=f"https://{host}{path}")
                continue
            inside = (*redirected(wired, host, backends, wiring), *backend_hops(backends, wiring, from_pods=from_pods))
            yield Journey(name, (*start, *_to_controller(wired, wiring), *inside))
        if routed:
            return
        yield Journey(
            _plain_name(scheme, wired), (*start, *_to_controller(wired, wiring), *redirected(wired, "", [], wiring))
        )
        return
    is_lost = (
        wired.destination_kind is DestinationKind.NOWHERE
        and start[1].state is HopVerdict.BROKEN
        and listener.listen_port in (80, 443)
    )
    lost = _intended_routes(wired, wiring) if is_lost else {}
    for host, path in lost:
        yield Journey(f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}", start)
    if not lost:
        yield Journey(_plain_name(scheme, wired), (*start, *_to_pods(wired, wiring)))


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
    front = front_of(wired.listener)
    is_host_port = wired.destination_kind is DestinationKind.HOST_PORT
    if wired.port:
        service = wiring.services.find(wired.port.service.meta.name, wired.port.service.meta.namespace).service
        number = wired.listener.destination_port if is_host_port else wired.port.port.node_port
        which = "of the API's choice" if number is None else shown(number)
        label = f"{'host' if is_host_port else 'node'} port {which}"
        node = Hop(Stage.NODE, label, wired.port.port.origin.place("nodePort"))
        if service is None:
            return (node,)
        approach = _approach(front, wired.port)
        return (node, *service_hops(service, wired.port, approach, wiring.network))
    if is_host_port:
        node = Hop(Stage.NODE, f"host port {shown(wired.listener.destination_port)}", None)
        return (node, *pod_hops(wired.pods, Traffic(front, local_only=True, is_direct=True), wiring.network))
    return ()


def _approach(front: Reporter, port: WiredPort) -> Traffic:
    """How requests come through a node port."""
    return Traffic(
        front,
        local_only=port.service.external_traffic_policy == "Local",
        is_everywhere=all(pod.workload.one_per_node for pod in port.endpoints),
        node_port=_written(port),
    )


def _written(port: WiredPort) -> int | None:
    return port.port.node_port if isinstance(port.port.node_port, int) else None


def _through_node_port(port: WiredPort, wiring: Wiring) -> Journey:
    number = shown(port.port.node_port)
    spoken = app_protocol(port, None)
    role = named_app_protocol(port) or spoken.role
    scheme = {"http": "http", "tls": "https"}.get(role or "", "tcp" if port.port.protocol == "TCP" else "udp")
    service = wiring.services.find(port.service.meta.name, port.service.meta.namespace).service
    node = Hop(Stage.NODE, f"node port {number}", port.port.origin.place("nodePort"))
    hops: tuple[Hop, ...] = (Hop(Stage.INTERNET, "internet", None), node)
    if service is not None:
        approach = _approach(Reporter.CLIENT, port)
        hops += service_hops(service, port, approach, wiring.network)
    if role == "http" and spoken.role == "tls" and spoken.certainty is Certainty.KNOWN:
        place = spoken.evidence.place if spoken.evidence else None
        reason, cause = "plain HTTP is sent to it", Cause("backend-protocol", port.key)
        hops += (Hop(Stage.PROCESS, "speaks TLS", place, HopVerdict.BROKEN, reason, Outcome.PLAIN_TO_TLS, cause),)
    return Journey(f"{scheme}://<node>:{number}", hops)


def _through_routes(routed: set[int], wiring: Wiring) -> Iterator[Journey]:
    """Ways in that begin at a route: no balancer leads to the `routed` backends' controller."""
    others: dict[tuple[str, str], list[WiredBackend]] = {}
    doors: dict[str, tuple[Hop | None, list[WiredBackend]]] = {}
    for wired in wiring.backends:
        if id(wired.backend) in routed:
            continue
        if wired.route.dialect is Dialect.GATEWAY:
            for door in wiring.gateways.doors(wired):
                doors.setdefault(door.name, (door.hop, []))[1].append(wired)
        else:
            others.setdefault(_host_and_path(wired.rule), []).append(wired)
    for (host, path), backends in others.items():
        tls = _ends_tls(backends[0].route, host)
        hops = (Hop(Stage.INTERNET, "internet", None), *backend_hops(backends, wiring, from_pods=False))
        yield Journey(f"{'https' if tls else 'http'}://{host}{path}", hops)
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
            grouped.setdefault(_host_and_path(backend.rule), []).append(backend)
    return grouped


def _served(
    controller: str, wiring: Wiring, point: EntryPoint | None = None
) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that a controller sends to, by host and path."""
    grouped: dict[tuple[str, str], list[WiredBackend]] = {}
    for backend in wiring.backends:
        served = controller_of_route(backend.route, wiring.classes)
        is_nobodys = wiring.class_problems.get(id(backend.route)) == "unknown"
        if (served in (controller, None) or is_nobodys) and takes(point, backend.route):
            grouped.setdefault(_host_and_path(backend.rule), []).append(backend)
    return grouped


def _host_and_path(rule: RouteRule) -> tuple[str, str]:
    host = "<any host>" if rule.host is None else shown(rule.host)
    path = "/" if rule.path is None else shown(rule.path)
    return host, path if path.startswith("/") else f"/{path}"


def _ends_tls(route: Route, host: str) -> bool:
    return any(not entry.hosts or host in entry.hosts for entry in route.tls)


def _plain_name(scheme: str, wired: WiredListener) -> str:
    return f"{scheme}://{wired.balancer.name}:{shown(wired.listener.listen_port)}"


def _port_suffix(scheme: str, listener: Listener) -> str:
    usual = {"https": 443, "http": 80}.get(scheme)
    return "" if listener.listen_port == usual else f":{shown(listener.listen_port)}"

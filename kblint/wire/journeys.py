"""Every way in, followed hop by hop to the process that answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kblint.model.balancer import Listener
from kblint.model.route import Dialect, Route, RouteRule
from kblint.wire.balancer_hops import cloud_firewall_hops, listener_hop
from kblint.wire.balancers import WiredListener
from kblint.wire.controllers import controller_of_service, named_role, speech
from kblint.wire.delivery import Approach, Front, pod_hops, service_hops
from kblint.wire.entry_points import EntryPoint, takes
from kblint.wire.hosts import controller_of_route
from kblint.wire.journey import Cause, Hop, Journey, Outcome, Stage, State
from kblint.wire.landing import Arrival
from kblint.wire.link import Certainty
from kblint.wire.ports import WiredPort, WiredService
from kblint.wire.redirect_hops import redirected, turned
from kblint.wire.route_hops import backend_hops
from kblint.wire.routes import WiredBackend
from kblint.wire.ways import Ways, front_of, shown


def journeys(ways: Ways) -> tuple[Journey, ...]:
    """Ways in through balancers first, then node ports no balancer leads to, then routes no balancer leads to."""
    found: list[Journey] = []
    reached: set[int] = set()
    routed: set[int] = set()
    for wired in ways.listeners:
        if wired.port:
            reached.add(id(wired.port.port))
        groups = _grouped(wired, ways)
        routed.update(id(one.backend) for group in groups.values() for one in group)
        found.extend(_through_balancer(wired, groups, ways))
    for service in ways.services.services:
        controller = controller_of_service(service)
        if controller is None:
            found.extend(
                _through_node_port(port, ways)
                for port in service.ports
                if isinstance(port.port.node_port, int)
                and id(port.port) not in reached
                and not _is_outdone(service, ways)
                and not ways.network.filters.cloud_closes(port.port.node_port, port.port.protocol)
            )
    found.extend(_through_routes(routed, ways))
    return tuple(_gone_on(found))


def _is_outdone(service: WiredService, ways: Ways) -> bool:
    """Whether its node ports lead to the Service that had them first."""
    refusal = ways.network.refusals.services.get(id(service.service))
    return refusal is not None and refusal.is_outdone


def _gone_on(found: list[Journey]) -> Iterator[Journey]:
    """Journeys that a redirect ends, with what is broken where it leads: that is what people see in the end."""
    by_name = {journey.name: journey for journey in found}
    for journey in found:
        if journey.goes_on is None:
            yield journey
            continue
        then = by_name.get(journey.goes_on)
        if then is None:
            reason = f"nothing here answers {journey.goes_on}"
            hop = Hop(Stage.INTERNET, journey.goes_on, None, State.BROKEN, reason, Outcome.REFUSED)
            yield replace(journey, hops=(*journey.hops, hop))
            continue
        broken_there = tuple(hop for hop in then.hops if hop.state is State.BROKEN)
        yield replace(journey, hops=(*journey.hops, *broken_there))


def _through_balancer(
    wired: WiredListener, routed: dict[tuple[str, str], list[WiredBackend]], ways: Ways
) -> Iterator[Journey]:
    listener = wired.listener
    tls = listener.protocol == "https" or (listener.protocol == "tcp" and listener.listen_port == 443)
    scheme = "https" if tls else "http" if listener.protocol == "http" or listener.listen_port == 80 else "tcp"
    start = (Hop(Stage.INTERNET, "internet", None), listener_hop(wired, ways), *cloud_firewall_hops(wired, ways))
    if (wired.controller or routed) and wired.arrival is not Arrival.UNKNOWN:
        from_pods = any(not pod.workload.pod.host_network for pod in wired.pods)
        for (host, path), backends in routed.items():
            name = f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}"
            redirect = turned(wired, host, backends, ways)
            if redirect:
                hops = (*start, *_to_controller(wired, ways), redirect)
                yield Journey(name, hops, goes_on=f"https://{host}{path}")
                continue
            inside = (*redirected(wired, host, backends, ways), *backend_hops(backends, ways, from_pods=from_pods))
            yield Journey(name, (*start, *_to_controller(wired, ways), *inside))
        if routed:
            return
        yield Journey(
            _plain_name(scheme, wired), (*start, *_to_controller(wired, ways), *redirected(wired, "", [], ways))
        )
        return
    is_lost = wired.arrival is Arrival.NOWHERE and start[1].state is State.BROKEN and listener.listen_port in (80, 443)
    lost = _lost(wired, ways) if is_lost else {}
    for host, path in lost:
        yield Journey(f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}", start)
    if not lost:
        yield Journey(_plain_name(scheme, wired), (*start, *_to_pods(wired, ways)))


def _lost(wired: WiredListener, ways: Ways) -> dict[tuple[str, str], list[WiredBackend]]:
    """What a listener that leads nowhere was probably for: the hosts of the only controller that others lead to."""
    led = {one.controller: one for one in ways.listeners if one.controller}
    beside = {one.controller: one for one in led.values() if one.balancer is wired.balancer} or led
    if len(beside) == 1:
        return _grouped(next(iter(beside.values())), ways)
    names = {name for service in ways.services.services if (name := controller_of_service(service))}
    return _served(next(iter(names)), ways) if len(names) == 1 and not led else {}


def _to_controller(wired: WiredListener, ways: Ways) -> tuple[Hop, ...]:
    """From the listener's destination to the ingress controller's process."""
    hops = _to_pods(wired, ways)
    if any(hop.stage is Stage.POD for hop in hops):
        return hops
    controller = Hop(Stage.CONTROLLER, wired.controller or "gateway", None, State.OK, "not in the input")
    # the controller's pods are made by a chart more often than not: its Service is proof enough that it is there
    known = tuple(hop for hop in hops if hop.state is not State.UNKNOWN)
    return (*known, controller)


def _to_pods(wired: WiredListener, ways: Ways) -> tuple[Hop, ...]:
    front = front_of(wired.listener)
    is_host_port = wired.arrival is Arrival.HOST_PORT
    if wired.port:
        service = ways.services.find(wired.port.service.meta.name, wired.port.service.meta.namespace).service
        number = wired.listener.destination_port if is_host_port else wired.port.port.node_port
        which = "of the API's choice" if number is None else shown(number)
        label = f"{'host' if is_host_port else 'node'} port {which}"
        node = Hop(Stage.NODE, label, wired.port.port.origin.place("nodePort"))
        if service is None:
            return (node,)
        approach = _approach(front, wired.port)
        return (node, *service_hops(service, wired.port, approach, ways.network))
    if is_host_port:
        node = Hop(Stage.NODE, f"host port {shown(wired.listener.destination_port)}", None)
        return (node, *pod_hops(wired.pods, Approach(front, local_only=True, is_direct=True), ways.network))
    return ()


def _approach(front: Front, port: WiredPort) -> Approach:
    """How requests come through a node port."""
    return Approach(
        front,
        local_only=port.service.external_traffic_policy == "Local",
        is_everywhere=all(pod.workload.one_per_node for pod in port.behind),
        node_port=_written(port),
    )


def _written(port: WiredPort) -> int | None:
    return port.port.node_port if isinstance(port.port.node_port, int) else None


def _through_node_port(port: WiredPort, ways: Ways) -> Journey:
    number = shown(port.port.node_port)
    spoken = speech(port, None)
    role = named_role(port) or spoken.role
    scheme = {"http": "http", "tls": "https"}.get(role or "", "tcp" if port.port.protocol == "TCP" else "udp")
    service = ways.services.find(port.service.meta.name, port.service.meta.namespace).service
    node = Hop(Stage.NODE, f"node port {number}", port.port.origin.place("nodePort"))
    hops: tuple[Hop, ...] = (Hop(Stage.INTERNET, "internet", None), node)
    if service is not None:
        approach = _approach(Front.CLIENT, port)
        hops += service_hops(service, port, approach, ways.network)
    if role == "http" and spoken.role == "tls" and spoken.certainty is Certainty.KNOWN:
        place = spoken.evidence.place if spoken.evidence else None
        reason, cause = "plain HTTP is sent to it", Cause("backend-protocol", port.key)
        hops += (Hop(Stage.PROCESS, "speaks TLS", place, State.BROKEN, reason, Outcome.PLAIN_TO_TLS, cause),)
    return Journey(f"{scheme}://<node>:{number}", hops)


def _through_routes(routed: set[int], ways: Ways) -> Iterator[Journey]:
    """Ways in that begin at a route: no balancer leads to the `routed` backends' controller."""
    others: dict[tuple[str, str], list[WiredBackend]] = {}
    doors: dict[str, tuple[Hop | None, list[WiredBackend]]] = {}
    for wired in ways.backends:
        if id(wired.backend) in routed:
            continue
        if wired.route.dialect is Dialect.GATEWAY:
            for door in ways.gateways.doors(wired):
                doors.setdefault(door.name, (door.hop, []))[1].append(wired)
        else:
            others.setdefault(_host_and_path(wired.rule), []).append(wired)
    for (host, path), backends in others.items():
        tls = _ends_tls(backends[0].route, host)
        hops = (Hop(Stage.INTERNET, "internet", None), *backend_hops(backends, ways, from_pods=False))
        yield Journey(f"{'https' if tls else 'http'}://{host}{path}", hops)
    for name, (hop, backends) in doors.items():
        start = (Hop(Stage.INTERNET, "internet", None), *((hop,) if hop else ()))
        is_refused = hop is not None and hop.state is State.BROKEN
        yield Journey(name, start if is_refused else (*start, *backend_hops(backends, ways, from_pods=False)))


def _grouped(wired: WiredListener, ways: Ways) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that the controller or Gateway behind a listener sends to, by host and path."""
    if wired.arrival is Arrival.UNKNOWN:
        return {}
    grouped = _served(wired.controller, ways, wired.landing.entry_point) if wired.controller else {}
    for backend in ways.backends if ways.gateways.is_behind(wired) else ():
        if ways.gateways.leads_to(wired, backend):
            grouped.setdefault(_host_and_path(backend.rule), []).append(backend)
    return grouped


def _served(controller: str, ways: Ways, point: EntryPoint | None = None) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that a controller sends to, by host and path."""
    grouped: dict[tuple[str, str], list[WiredBackend]] = {}
    for backend in ways.backends:
        served = controller_of_route(backend.route, ways.classes)
        is_nobodys = ways.class_problems.get(id(backend.route)) == "unknown"
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

"""Every way in, followed hop by hop to the process that answers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kblint.model.balancer import Listener
from kblint.model.route import Backend, Route
from kblint.model.service import ServicePort
from kblint.source.values import shown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.service_balancers import BalancerMaker
from kblint.wire.faults.fault import Kind
from kblint.wire.journeys.approach import callers_of, through_listener
from kblint.wire.journeys.balancer_hops import api_server_hops, cloud_firewall_hops, listener_hop
from kblint.wire.journeys.delivery import pod_hops, service_hops
from kblint.wire.journeys.entrance import Entrances, up_to_process
from kblint.wire.journeys.gateways import Door, host_of, path_of
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from kblint.wire.journeys.port_ways import through_node, through_own_balancer
from kblint.wire.journeys.route_hops import (
    backend_hops,
    certificate_hops,
    forwarding_hops,
    is_sent_to_https,
    redirect_hop,
    redirected,
)
from kblint.wire.journeys.wiring import Wiring
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.hosts import controller_of_route
from kblint.wire.services.controllers import controller_of_service
from kblint.wire.services.entry_points import EntryPoint, takes

_USUAL_PORTS = {"https": 443, "http": 80}
MOST_WAYS = 5000
"""Ways in through balancers that are followed in any case: every listener may lead to every host."""
_EACH = 2
"""For each listener and each backend, so many."""


def journeys(wiring: Wiring) -> tuple[Journey, ...]:
    """Ways in through balancers first, then node ports and routes that no balancer leads to."""
    found: list[Journey] = []
    reached: set[ServicePort] = set()
    routed: set[Backend] = set()
    with_tls = frozenset(wired.balancer for wired in wiring.listeners if wired.takes_tls)
    most = max(MOST_WAYS, _EACH * (len(wiring.listeners) + len(wiring.backends)))
    served: dict[tuple[str, EntryPoint | None], dict[tuple[str, str], list[WiredBackend]]] = {}
    for wired in wiring.listeners:
        if wired.port:
            reached.add(wired.port.port)
        is_known = wired.controller is not None and (wired.controller, wired.destination.entry_point) in served
        if len(found) >= most and is_known:
            found.append(_not_followed(wired, wiring, most))
            continue  # the routes behind it are reached already
        groups = _grouped(wired, wiring, served)
        routed.update(one.backend for group in groups.values() for one in group)
        found.extend(_through_balancer(wired, groups, wiring, has_tls=wired.balancer in with_tls))
    asked = [one for one in wiring.service_balancers if one.controller is None]
    made = [one for one in asked if one.maker is not BalancerMaker.UNKNOWN]
    reached.update(one.port.port for one in made)
    found.extend(through_own_balancer(one, wiring) for one in made)
    stopping = wiring.network.faults.stopping
    had = {
        (port.port.node_port, port.port.protocol)
        for service in wiring.services.services
        if service.service not in stopping
        for port in service.ports
    }
    for service in wiring.services.services:
        refused = stopping.get(service.service)
        # node ports that another Service has lead to that one
        has_lost = refused is not None and refused.kind is Kind.NODE_PORT_TAKEN
        if controller_of_service(service) is None and not has_lost:
            at_nodes = [
                port
                for port in service.ports
                if isinstance(port.port.node_port, int)
                and port.port not in reached
                and not (refused and (port.port.node_port, port.port.protocol) in had)
                and not wiring.network.filters.cloud_closes(port.port.node_port, port.port.protocol)
            ]
            reached.update(port.port for port in at_nodes)
            found.extend(through_node(port, wiring) for port in at_nodes)
    # whoever else makes a balancer sends to a node port, which is a way in of its own where it is written
    others = (one for one in asked if one.port.port not in reached)
    found.extend(through_own_balancer(one, wiring) for one in others)
    found.extend(_through_routes(routed, wiring))
    found.extend(wiring.chart_ways)
    return tuple(found)


def _not_followed(wired: WiredListener, wiring: Wiring, most: int) -> Journey:
    """All ways in through a listener behind which stand as many hosts as were told of others already."""
    reason = f"there are over {most:,} ways in, and which hosts it leads to is not told"
    start = (Hop(Stage.INTERNET, "internet", None), listener_hop(wired, wiring))
    on = Hop(Stage.CONTROLLER, wired.controller or "gateway", None, HopVerdict.UNKNOWN, reason)
    return Journey(_own_name(wired), (*start, on))


def _own_name(wired: WiredListener) -> str:
    """What a listener is asked by, where no host is known."""
    is_plain = wired.listener.protocol == "http" or wired.listener.listen_port == 80
    spoken = "https" if wired.takes_tls else "http" if is_plain else "tcp"
    return f"{spoken}://{wired.balancer.name}:{shown(wired.listener.listen_port)}"


def _through_balancer(
    wired: WiredListener, routed: dict[tuple[str, str], list[WiredBackend]], wiring: Wiring, *, has_tls: bool
) -> Iterator[Journey]:
    """The ways in through a listener; `has_tls`: one of its balancer takes https."""
    listener = wired.listener
    is_plain = listener.protocol == "http" or listener.listen_port == 80
    spoken = "https" if wired.takes_tls else "http" if is_plain else "tcp"
    own_name = _own_name(wired)
    start = (Hop(Stage.INTERNET, "internet", None), listener_hop(wired, wiring), *cloud_firewall_hops(wired, wiring))
    if (wired.controller or routed) and wired.destination_kind is not DestinationKind.UNKNOWN:
        callers = callers_of(wired.pods)
        start += _to_controller(wired, wiring)
        for (host, path), backends in routed.items():
            name = _asked(spoken if path else "tcp", host, listener, path)
            # only requests can be answered with a redirect
            redirect = redirect_hop(wired, host, backends, wiring) if path else None
            if redirect:
                yield Journey(name, (*start, redirect), redirects_to=f"https://{host}{path}")
                continue
            on_way = (*redirected(wired, host, backends, wiring), *certificate_hops(wired, host, backends, wiring))
            on_way = on_way if path else ()
            behind = (*backend_hops(backends, wiring, callers, is_led=True), *forwarding_hops(wired, backends, wiring))
            is_sent_on = has_tls and listener.protocol == "http" and bool(path) and is_sent_to_https(backends, wiring)
            on = f"https://{host}{path}" if is_sent_on else None
            yield Journey(name, (*start, *on_way, *behind), redirects_to=on)
        if not routed:
            yield Journey(own_name, (*start, *redirected(wired, "", [], wiring)))
        return
    if api_hops := api_server_hops(wired, wiring):
        yield Journey(own_name, (*start[:2], *api_hops))
        return
    is_nowhere = wired.destination_kind is DestinationKind.NOWHERE and start[1].is_end
    lost = _intended_routes(wired, wiring) if is_nowhere and listener.listen_port in (80, 443) else {}
    for host, path in lost:
        yield Journey(_asked(spoken, host, listener, path), start)
    if not lost:
        yield Journey(own_name, (*start, *_to_pods(wired, wiring)))


def _intended_routes(wired: WiredListener, wiring: Wiring) -> dict[tuple[str, str], list[WiredBackend]]:
    """What a listener that leads nowhere was probably for: the hosts of the only controller that others lead to."""
    led = {one.controller: one for one in wiring.listeners if one.controller}
    beside = {one.controller: one for one in led.values() if one.balancer is wired.balancer} or led
    if len(beside) == 1:
        return _grouped(next(iter(beside.values())), wiring, {})
    names = {name for service in wiring.services.services if (name := controller_of_service(service))}
    return _served(next(iter(names)), wiring) if len(names) == 1 and not led else {}


def _to_controller(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    """From the listener's destination to the ingress controller's process."""
    return up_to_process(_to_pods(wired, wiring), wired.controller or "gateway", wiring)


def _to_pods(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    approach = through_listener(wired)
    is_host_port = wired.destination_kind is DestinationKind.HOST_PORT
    if wired.port:
        service = wiring.services.of(wired.port)
        number = wired.destination_port
        which = "of the API's choice" if number is None else shown(number)
        label = f"{'host' if is_host_port else 'node'} port {which}"
        node = Hop(Stage.NODE, label, wired.port.port.origin.place("nodePort"), thing=wired.port.port)
        if service is None:
            return (replace(node, state=HopVerdict.UNKNOWN, reason="what stands behind it cannot be known"),)
        return (node, *service_hops(service, wired.port, approach, wiring.network))
    if is_host_port:
        node = Hop(Stage.NODE, f"host port {shown(wired.listener.destination_port)}", None)
        return (node, *pod_hops(wired.pods, approach, wiring.network))
    return ()


def _through_routes(routed: set[Backend], wiring: Wiring) -> Iterator[Journey]:
    """Ways in that begin at a route: no balancer leads to the `routed` backends' controller."""
    entrances = Entrances(wiring)
    others: dict[tuple[str | None, str], list[WiredBackend]] = {}
    doors: dict[str, tuple[Door, list[WiredBackend]]] = {}
    for wired in wiring.backends:
        if wired.backend in routed:
            continue
        if wiring.gateways.has_doors(wired):
            for door in wiring.gateways.doors(wired):
                doors.setdefault(door.name, (door, []))[1].append(wired)
        else:
            route, place = wired.route, "".join(_host_and_path(wired))
            if route.protocol and route.entry_points:
                # of connections that are passed on: entry points stand for ports
                place += f":{_at_point(route, wiring, entrances) or '<' + ', '.join(route.entry_points) + '>'}"
            others.setdefault((route.protocol, place), []).append(wired)
    for (protocol, place), backends in others.items():
        route = backends[0].route
        host, _ = _host_and_path(backends[0])
        tls = any(not entry.hosts or host in entry.hosts for entry in route.tls)
        name = wiring.takers.of(route).controller
        # K3s's Traefik serves such a route on both of its ports: people take the one that is open
        is_own = name in wiring.takers.own
        tls = tls or (is_own and _is_closed(80, wiring) and not _is_closed(443, wiring))
        tls = tls or entrances.sends_to_https(name)
        scheme = protocol.lower() if protocol else "https" if tls else "http"
        port = _at_point(route, wiring, entrances) if protocol else 443 if tls else 80
        entrance = entrances.to(name, port)
        start = (Hop(Stage.INTERNET, "internet", None), *entrance.hops)
        # who sets up a K3s without its Traefik, and another controller, would set up the one that takes this class too
        is_led = wiring.has_controllers_here
        hops = (*start, *backend_hops(backends, wiring, entrance.callers, is_led=is_led))
        yield Journey(f"{scheme}://{place}", hops)
    for name, (door, backends) in doors.items():
        start = (Hop(Stage.INTERNET, "internet", None), *_at_gateway(door, wiring, entrances))
        is_refused = start[-1].is_end
        behind = () if is_refused else backend_hops(backends, wiring, (), is_led=False)
        yield Journey(name, (*start, *behind))


def _at_point(route: Route, wiring: Wiring, entrances: Entrances) -> int | None:
    """The port at which the controller of a route takes TCP connections for it; None where that is not known."""
    name = wiring.takers.of(route).controller
    return entrances.port_of(name, route.entry_points) if route.protocol == "TCP" else None


def _is_closed(port: int, wiring: Wiring) -> bool:
    """Whether a cloud firewall of the nodes keeps everybody from a port of theirs."""
    filters = wiring.network.filters
    return any(one.is_applied for one in filters.cloud_firewalls) and filters.cloud_closes(port, "TCP")


def _at_gateway(door: Door, wiring: Wiring, entrances: Entrances) -> tuple[Hop, ...]:
    """The hops to a Gateway that no balancer leads to: its controller opens its ports."""
    if door.hop is None:
        return (Hop(Stage.CONTROLLER, "gateway", None, HopVerdict.UNKNOWN, "its Gateway is not in the input"),)
    if door.hop.state is not HopVerdict.OK or door.gateway is None:
        return (door.hop,)
    return wiring.gateway_entrances.hops(
        door.hop, door.gateway, door.protocol, lambda port: entrances.to("traefik", port).hops
    )


def _grouped(
    wired: WiredListener,
    wiring: Wiring,
    served: dict[tuple[str, EntryPoint | None], dict[tuple[str, str], list[WiredBackend]]],
) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that the controller or Gateway behind a listener sends to, by host and path.

    `served` keeps those of a controller.
    """
    if wired.destination_kind is DestinationKind.UNKNOWN:
        return {}
    grouped: dict[tuple[str, str], list[WiredBackend]] = {}
    if wired.controller:
        key = (wired.controller, wired.destination.entry_point)
        if key not in served:
            served[key] = _served(wired.controller, wiring, wired.destination.entry_point)
        grouped = served[key]
    if not wiring.gateways.is_behind(wired):
        return grouped
    grouped = {place: list(backends) for place, backends in grouped.items()}
    for backend in wiring.backends:
        if wiring.gateways.leads_to(wired, backend):
            grouped.setdefault(_host_and_path(backend), []).append(backend)
    return grouped


def _served(
    controller: str, wiring: Wiring, point: EntryPoint | None = None
) -> dict[tuple[str, str], list[WiredBackend]]:
    """The backends that a controller sends to, by host and path."""
    grouped: dict[tuple[str, str], list[WiredBackend]] = {}
    for backend in wiring.backends:
        served = controller_of_route(backend.route, wiring.takers.classes)
        is_nobodys = wiring.network.faults.first(backend.route, Kind.CLASS) is not None
        if (served in (controller, None) or is_nobodys) and takes(point, backend.route):
            grouped.setdefault(_host_and_path(backend), []).append(backend)
    return grouped


def _asked(scheme: str, host: str, listener: Listener, path: str) -> str:
    suffix = "" if listener.listen_port == _USUAL_PORTS.get(scheme) else f":{shown(listener.listen_port)}"
    return f"{scheme}://{host}{suffix}{path}"


def _host_and_path(wired: WiredBackend) -> tuple[str, str]:
    """What a route is for; connections that are passed on have no path."""
    return host_of(wired.rule), "" if wired.route.protocol else path_of(wired.rule)

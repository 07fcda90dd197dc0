"""Every way in, followed hop by hop to the process that answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kblint.model.balancer import Listener
from kblint.model.route import Dialect, Route, RouteClass, RouteRule
from kblint.source.values import Unknown
from kblint.wire.balancers import WiredListener
from kblint.wire.controller_settings import ConfigMapOf, Settings, settings_of_container, usual_settings
from kblint.wire.controllers import controller_of_container, controller_of_service, named_role, speech
from kblint.wire.delivery import Approach, Front, Network, pod_hops, seen, service_hops
from kblint.wire.entry_points import EntryPoint, takes
from kblint.wire.gateways import Gateways, speaks_http
from kblint.wire.health import Fault
from kblint.wire.hosts import controller_of_route
from kblint.wire.journey import Cause, Failure, Hop, Journey, Outcome, Stage, State
from kblint.wire.landing import Arrival
from kblint.wire.link import Certainty
from kblint.wire.ports import WiredPort
from kblint.wire.redirects import asked_protocol, redirects
from kblint.wire.routes import WiredBackend
from kblint.wire.services import ServiceIndex
from kblint.wire.settings import destination_place

_BACK = "sends plain requests back to https, where the balancer decrypts them again"
_UNREACHED = (Arrival.NOWHERE, Arrival.UNKNOWN)


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What journeys are made of."""

    services: ServiceIndex
    listeners: tuple[WiredListener, ...]
    backends: tuple[WiredBackend, ...]
    classes: tuple[RouteClass, ...]
    network: Network
    config_map_of: ConfigMapOf
    gateways: Gateways
    ungranted: frozenset[int]
    """Identities of backends that reach into a namespace without its leave."""
    class_problems: Mapping[int, str]
    """What is wrong with the class of a route, by the route's identity."""

    def settings_of(self, wired: WiredListener) -> Settings | None:
        """What the ingress-nginx behind a listener reads; None where that cannot be known."""
        for pod in wired.pods:
            for container in pod.workload.pod.serving:
                if controller_of_container(container) == "ingress-nginx":
                    return settings_of_container(pod.workload.meta.namespace, container, self.config_map_of)
        return usual_settings(wired.port.service.meta, self.config_map_of) if wired.port else None


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
                and not ways.network.filters.cloud_closes(port.port.node_port, port.port.protocol)
            )
    found.extend(_through_routes(routed, ways))
    return tuple(_gone_on(found))


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
    start = (Hop(Stage.INTERNET, "internet", None), _listener_hop(wired, ways), *_cloud_firewall(wired, ways))
    if (wired.controller or routed) and wired.arrival is not Arrival.UNKNOWN:
        from_pods = any(not pod.workload.pod.host_network for pod in wired.pods)
        for (host, path), backends in routed.items():
            name = f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}"
            turned = _turned(wired, host, backends, ways)
            if turned:
                hops = (*start, *_to_controller(wired, ways), turned)
                yield Journey(name, hops, goes_on=f"https://{host}{path}")
                continue
            inside = (*_redirected(wired, host, backends, ways), *_to_backends(backends, ways, from_pods=from_pods))
            yield Journey(name, (*start, *_to_controller(wired, ways), *inside))
        if routed:
            return
        yield Journey(
            _plain_name(scheme, wired), (*start, *_to_controller(wired, ways), *_redirected(wired, "", [], ways))
        )
        return
    is_lost = wired.arrival is Arrival.NOWHERE and start[1].state is State.BROKEN and scheme != "tcp"
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


def _turned(wired: WiredListener, host: str, backends: list[WiredBackend], ways: Ways) -> Hop | None:
    """A plain request that ingress-nginx sends on to https."""
    if wired.listener.protocol != "http" or wired.controller != "ingress-nginx" or wired.speech.role != "http":
        return None
    settings = ways.settings_of(wired)
    for backend in backends if settings else ():
        if ways.class_problems.get(id(backend.route)) == "unknown":
            return None
        config_map = settings.config_map if settings else None
        found = redirects(backend.route, None if host.startswith("<") else host, config_map, is_decrypted=False)
        if found:
            meta = backend.route.meta
            return Hop(Stage.ROUTE, f"{meta.kind} {meta.name} sends people to https", found[0])
    return None


def _redirected(wired: WiredListener, host: str, backends: list[WiredBackend], ways: Ways) -> Iterator[Hop]:
    """The controller sends a request that the balancer has decrypted back to https, and so on for ever."""
    if wired.listener.protocol != "https" or wired.speech.role != "http":
        return
    point = wired.landing.entry_point
    if point and point.redirect:
        reason = f"entry point `{point.name}` {_BACK}"
        cause = Cause("redirect-loop", point.key)
        label = f"traefik entry point {point.name}"
        yield Hop(Stage.CONTROLLER, label, point.redirect, State.BROKEN, reason, Outcome.REDIRECT_LOOP, cause)
    if wired.controller != "ingress-nginx":
        return
    settings = ways.settings_of(wired)
    for route in {id(one.route): one.route for one in backends}.values() if settings else ():
        found = redirects(
            route, None if host.startswith("<") else host, settings.config_map if settings else None, is_decrypted=True
        )
        if found:
            place, why = found
            reason = f"{why} {_BACK}"
            cause = Cause("redirect-loop", ("route", id(route)))
            label = f"{route.meta.kind} {route.meta.name}"
            yield Hop(Stage.ROUTE, label, place, State.BROKEN, reason, Outcome.REDIRECT_LOOP, cause)


def _cloud_firewall(wired: WiredListener, ways: Ways) -> tuple[Hop, ...]:
    """The cloud firewall filters what comes to the nodes' public addresses, by the port that is asked for."""
    is_node_port = wired.port is not None and wired.arrival is Arrival.NODE_PORT
    number = wired.port.port.node_port if wired.port and is_node_port else wired.listener.destination_port
    is_public = any(target.use_private_ip is False for target in wired.balancer.targets)
    filters = ways.network.filters
    if not filters.clouds or not is_public or not isinstance(number, int) or wired.arrival in _UNREACHED:
        return ()
    label = f"cloud firewall {number}/tcp"
    workload = wired.pods[0].workload if wired.pods else None
    closed = filters.cloud(number, "TCP", wired.balancer.addresses, workload)
    if closed is None:
        return (Hop(Stage.CLOUD_FIREWALL, label, filters.clouds[0].place),)
    reason = f"port {number} is not open to the load balancer"
    outcome = seen(_front(wired.listener), Failure.TIMEOUT)
    cause = Cause("cloud-firewall", closed)
    return (Hop(Stage.CLOUD_FIREWALL, label, closed.place, State.BROKEN, reason, outcome, cause),)


def _listener_hop(wired: WiredListener, ways: Ways) -> Hop:
    listener = wired.listener
    label = f"{wired.balancer.name} {_shown(listener.protocol)} {_shown(listener.listen_port)}"
    place = destination_place(wired.balancer, listener)

    def broken(aspect: str, reason: str, outcome: Outcome) -> Hop:
        return Hop(Stage.BALANCER, label, place, State.BROKEN, reason, outcome, Cause(aspect, wired.key))

    if listener.protocol == "https" and listener.has_certificates is False:
        return broken("certificate", "the https listener has no certificate", Outcome.REJECTED)
    if wired.arrival is Arrival.UNKNOWN:
        return Hop(Stage.BALANCER, label, place, State.UNKNOWN, "its destination cannot be known")
    if wired.arrival is Arrival.NOWHERE:
        if ways.services.by_node_port or wired.mistaken or listener.destination_port == 0 or wired.http_sibling:
            reason = f"nothing here has node port {_shown(listener.destination_port)}"
            return broken("destination", reason, seen(_front(listener), Failure.REFUSED))
        return Hop(Stage.BALANCER, label, place, State.UNKNOWN, "its destination is not in the input")
    found = _misheard(wired) or _misunderstood(wired) or _taken_out(wired)
    return broken(*found) if found else Hop(Stage.BALANCER, label, place)


_Break = tuple[str, str, Outcome]
"""In which respect a hop is broken, why, and what people see."""


def _misheard(wired: WiredListener) -> _Break | None:
    """Plain HTTP where TLS is spoken, or TLS where plain HTTP is."""
    listener, role = wired.listener, wired.speech.role
    aspect = "listener-protocol"
    if role == "tls" and listener.protocol in ("http", "https"):
        outcome = Outcome.UNAVAILABLE if _checks_by(wired, "http") else Outcome.PLAIN_TO_TLS
        return aspect, "plain HTTP is sent to a port that speaks TLS", outcome
    if role == "tls" and listener.protocol == "tcp" and listener.listen_port == 80:
        return aspect, "plain HTTP is passed through to a port that speaks TLS", Outcome.PLAIN_TO_TLS
    if role == "http" and listener.protocol == "tcp" and listener.listen_port == 443:
        return aspect, "TLS is passed through to a port that speaks plain HTTP", Outcome.TLS_ERROR
    return None


def _misunderstood(wired: WiredListener) -> _Break | None:
    """A PROXY protocol header that only one side knows of.

    With a check over http the targets fail that first, if checks carry the header as requests do.
    """
    handover = wired.handover
    if handover is None or not handover.fails:
        return None
    is_tcp = wired.listener.protocol == "tcp"
    taken_out = _checks_by(wired, "http", "https")
    if handover.sender.sends:
        reason = f"the balancer sends a PROXY protocol header that {handover.receiver.program} does not expect"
        outcome = Outcome.TLS_ERROR if is_tcp and wired.speech.role == "tls" else Outcome.BAD_REQUEST
    else:
        reason = f"{handover.receiver.program} expects a PROXY protocol header that the balancer does not send"
        outcome = Outcome.EMPTY_REPLY if is_tcp else Outcome.BAD_GATEWAY
    if taken_out:
        outcome = seen(_front(wired.listener), Failure.REFUSED)
    return "proxy-protocol", reason, outcome


def _taken_out(wired: WiredListener) -> _Break | None:
    """No target passes the health check."""
    outcome = seen(_front(wired.listener), Failure.REFUSED)
    if wired.check and wired.check.is_hopeless:
        asked = wired.check.question
        reasons = {
            Fault.CLOSED: f"its health check asks port {_shown(asked.port)}, which nothing here opens",
            Fault.TLS: "its health check asks in plain HTTP where TLS is spoken",
            Fault.PLAIN: "its health check asks with TLS where plain HTTP is spoken",
            Fault.NOT_FOUND: f"its health check asks for {_shown(asked.path)}, which the controller answers with 404",
        }
        return "health-check", next(text for fault, text in reasons.items() if fault is wired.check.fault), outcome
    if wired.listener.health.is_dead:
        return "health", "the balancer says that none of its targets is healthy", outcome
    return None


def _checks_by(wired: WiredListener, *protocols: str) -> bool:
    return wired.check is not None and wired.check.question.protocol in protocols


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
    front = _front(wired.listener)
    is_host_port = wired.arrival is Arrival.HOST_PORT
    if wired.port:
        service = ways.services.find(wired.port.service.meta.name, wired.port.service.meta.namespace).service
        number = wired.listener.destination_port if is_host_port else wired.port.port.node_port
        which = "of the API's choice" if number is None else _shown(number)
        label = f"{'host' if is_host_port else 'node'} port {which}"
        node = Hop(Stage.NODE, label, wired.port.port.origin.place("nodePort"))
        if service is None:
            return (node,)
        approach = Approach(front, local_only=_stays_local(wired.port), node_port=_written(wired.port))
        return (node, *service_hops(service, wired.port, approach, ways.network))
    if is_host_port:
        node = Hop(Stage.NODE, f"host port {_shown(wired.listener.destination_port)}", None)
        return (node, *pod_hops(wired.pods, Approach(front, local_only=True), ways.network))
    return ()


def _stays_local(port: WiredPort) -> bool:
    """Whether a request stays on the node it came to, and finds a pod there."""
    return port.service.external_traffic_policy == "Local" and all(pod.workload.one_per_node for pod in port.behind)


def _written(port: WiredPort) -> int | None:
    return port.port.node_port if isinstance(port.port.node_port, int) else None


def _to_backends(backends: list[WiredBackend], ways: Ways, *, from_pods: bool) -> Iterator[Hop]:
    """What the controller does with a request; `from_pods` says that it is a pod of the pod network itself."""
    for wired in backends:
        yield from _to_backend(wired, ways, from_pods=from_pods)


def _to_backend(wired: WiredBackend, ways: Ways, *, from_pods: bool) -> Iterator[Hop]:
    route = wired.route
    label = f"{route.meta.kind} {route.meta.name}"
    name = _shown(wired.backend.name)
    if wired.service is None:
        place = wired.backend.origin.place("name")
        if wired.service_missing and (wired.similar or wired.in_other_namespaces):
            yield Hop(
                Stage.ROUTE,
                label,
                place,
                State.BROKEN,
                f"there is no Service `{name}` in its namespace",
                Outcome.UNAVAILABLE,
                Cause("backend-service", wired.key),
            )
        else:
            yield Hop(Stage.ROUTE, label, place, State.UNKNOWN, f"Service `{name}` is not in the input")
        return
    place = wired.backend.origin.place()
    if wired.port is None:
        if wired.port_missing:
            yield Hop(
                Stage.ROUTE,
                label,
                place,
                State.BROKEN,
                f"Service `{name}` has no port `{_shown(wired.backend.port)}`",
                Outcome.UNAVAILABLE,
                Cause("backend-port", wired.key),
            )
        else:
            yield Hop(Stage.ROUTE, label, place, State.UNKNOWN, "its port cannot be known")
        return
    if id(wired.backend) in ways.ungranted:
        reason = f"namespace `{_shown(wired.namespace)}` has no ReferenceGrant for it"
        cause = Cause("grant", wired.key)
        place = wired.backend.origin.place("namespace")
        outcome = Outcome.SERVER_ERROR if speaks_http(route) else Outcome.REFUSED
        yield Hop(Stage.ROUTE, label, place, State.BROKEN, reason, outcome, cause)
        return
    unclassed = _unclassed(wired, ways)
    if unclassed:
        yield unclassed
        return
    yield Hop(Stage.ROUTE, label, place)
    approach = Approach(Front.CONTROLLER, from_pods=from_pods)
    yield from service_hops(wired.service, wired.port, approach, ways.network)
    yield from _misspoken(wired)


def _misspoken(wired: WiredBackend) -> Iterator[Hop]:
    """ingress-nginx speaks another protocol than the process does."""
    spoken = speech(wired.port, None) if wired.port else None
    asked = asked_protocol(wired.route)
    if spoken is None or spoken.certainty is not Certainty.KNOWN or asked is None or spoken.role not in ("http", "tls"):
        return
    if (asked in ("HTTPS", "GRPCS")) is (spoken.role == "tls"):
        return
    place = spoken.evidence.place if spoken.evidence else None
    label, cause = f"speaks {'TLS' if spoken.role == 'tls' else 'plain HTTP'}", Cause("backend-protocol", wired.key)
    outcome = Outcome.PLAIN_TO_TLS if spoken.role == "tls" else Outcome.BAD_GATEWAY
    reason = f"the controller speaks {asked} to it"
    yield Hop(Stage.PROCESS, label, place, State.BROKEN, reason, outcome, cause)


def _unclassed(wired: WiredBackend, ways: Ways) -> Hop | None:
    """A route whose class is nobody's: no controller takes it."""
    problem = ways.class_problems.get(id(wired.route))
    if problem != "unknown":
        return None
    meta = wired.route.meta
    reason = f"no controller here takes class `{_shown(wired.route.class_name)}`"
    cause = Cause("class", ("route", id(wired.route)))
    label = f"{meta.kind} {meta.name}"
    place = wired.route.origin.place("ingressClassName")
    return Hop(Stage.ROUTE, label, place, State.BROKEN, reason, Outcome.NOT_FOUND, cause)


def _through_node_port(port: WiredPort, ways: Ways) -> Journey:
    number = _shown(port.port.node_port)
    spoken = speech(port, None)
    role = named_role(port) or spoken.role
    scheme = {"http": "http", "tls": "https"}.get(role or "", "tcp" if port.port.protocol == "TCP" else "udp")
    service = ways.services.find(port.service.meta.name, port.service.meta.namespace).service
    node = Hop(Stage.NODE, f"node port {number}", port.port.origin.place("nodePort"))
    hops: tuple[Hop, ...] = (Hop(Stage.INTERNET, "internet", None), node)
    if service is not None:
        approach = Approach(Front.CLIENT, local_only=_stays_local(port), node_port=_written(port))
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
        hops = (Hop(Stage.INTERNET, "internet", None), *_to_backends(backends, ways, from_pods=False))
        yield Journey(f"{'https' if tls else 'http'}://{host}{path}", hops)
    for name, (hop, backends) in doors.items():
        start = (Hop(Stage.INTERNET, "internet", None), *((hop,) if hop else ()))
        is_refused = hop is not None and hop.state is State.BROKEN
        yield Journey(name, start if is_refused else (*start, *_to_backends(backends, ways, from_pods=False)))


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
    host = "<any host>" if rule.host is None else _shown(rule.host)
    path = "/" if rule.path is None else _shown(rule.path)
    return host, path if path.startswith("/") else f"/{path}"


def _ends_tls(route: Route, host: str) -> bool:
    return any(not entry.hosts or host in entry.hosts for entry in route.tls)


def _front(listener: Listener) -> Front:
    return Front.BALANCER_TCP if listener.protocol == "tcp" else Front.BALANCER_HTTP


def _plain_name(scheme: str, wired: WiredListener) -> str:
    return f"{scheme}://{wired.balancer.name}:{_shown(wired.listener.listen_port)}"


def _port_suffix(scheme: str, listener: Listener) -> str:
    usual = {"https": 443, "http": 80}.get(scheme)
    return "" if listener.listen_port == usual else f":{_shown(listener.listen_port)}"


def _shown(value: object) -> str:
    return value.text if isinstance(value, Unknown) else str(value)

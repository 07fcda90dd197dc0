"""Every way in, followed hop by hop to the process that answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.balancer import Listener
from kblint.model.route import Dialect, Route, RouteClass, RouteRule
from kblint.source.values import Unknown
from kblint.wire.balancers import Arrival, WiredListener
from kblint.wire.controllers import controller_of_service, speech
from kblint.wire.delivery import Approach, Failure, Front, Network, pod_hops, seen, service_hops
from kblint.wire.journey import Cause, Hop, Journey, Outcome, Stage, State
from kblint.wire.ports import WiredPort
from kblint.wire.routes import WiredBackend
from kblint.wire.services import ServiceIndex

_CLASSES = {
    "k8s.io/ingress-nginx": "ingress-nginx",
    "nginx.org/ingress-controller": "nginx-ingress",
    "traefik.io/ingress-controller": "traefik",
}
_UNREACHED = (Arrival.NOWHERE, Arrival.UNKNOWN)
_CLASS_NAMES = {"nginx": "ingress-nginx", "traefik": "traefik"}


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What journeys are made of."""

    services: ServiceIndex
    listeners: tuple[WiredListener, ...]
    backends: tuple[WiredBackend, ...]
    classes: tuple[RouteClass, ...]
    network: Network


def journeys(ways: Ways) -> tuple[Journey, ...]:
    """Ways in through balancers first, then node ports no balancer leads to, then routes no balancer leads to."""
    found: list[Journey] = []
    reached: set[int] = set()
    controllers: set[str] = set()
    for wired in ways.listeners:
        if wired.port:
            reached.add(id(wired.port.port))
        if wired.controller:
            controllers.add(wired.controller)
        found.extend(_through_balancer(wired, ways))
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
    found.extend(_through_routes(controllers, ways))
    return tuple(found)


def _through_balancer(wired: WiredListener, ways: Ways) -> Iterator[Journey]:
    listener = wired.listener
    tls = listener.protocol == "https" or (listener.protocol == "tcp" and listener.listen_port == 443)
    scheme = "https" if tls else "http" if listener.protocol == "http" or listener.listen_port == 80 else "tcp"
    start = (Hop(Stage.INTERNET, "internet", None), _listener_hop(wired), *_cloud_firewall(wired, ways))
    if wired.controller and wired.arrival is not Arrival.UNKNOWN:
        routed = _grouped(ways, wired.controller)
        from_pods = any(not pod.workload.pod.host_network for pod in wired.pods)
        for (host, path), backends in routed.items():
            hops = (*start, *_to_controller(wired, ways), *_to_backends(backends, ways, from_pods=from_pods))
            yield Journey(f"{scheme}://{host}{_port_suffix(scheme, listener)}{path}", hops)
        if routed:
            return
        yield Journey(_plain_name(scheme, wired), (*start, *_to_controller(wired, ways)))
        return
    yield Journey(_plain_name(scheme, wired), (*start, *_to_pods(wired, ways)))


def _cloud_firewall(wired: WiredListener, ways: Ways) -> tuple[Hop, ...]:
    """The cloud firewall filters what comes to the nodes' public addresses, by the port that is asked for."""
    number = wired.port.port.node_port if wired.port else wired.listener.destination_port
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


def _listener_hop(wired: WiredListener) -> Hop:
    listener = wired.listener
    label = f"{wired.balancer.name} {_shown(listener.protocol)} {_shown(listener.listen_port)}"
    place = listener.origin.place("destination_port")
    front = _front(listener)

    def broken(aspect: str, reason: str, outcome: Outcome) -> Hop:
        return Hop(Stage.BALANCER, label, place, State.BROKEN, reason, outcome, Cause(aspect, wired.key))

    if listener.protocol == "https" and listener.has_certificates is False:
        return broken("certificate", "the https listener has no certificate", Outcome.REJECTED)
    if wired.arrival is Arrival.UNKNOWN:
        return Hop(Stage.BALANCER, label, place, State.UNKNOWN, "its destination cannot be known")
    if wired.arrival is Arrival.NOWHERE:
        if wired.mistaken or (wired.http_sibling and listener.protocol == "https"):
            return broken(
                "destination",
                f"nothing here has node port {_shown(listener.destination_port)}",
                seen(front, Failure.REFUSED),
            )
        return Hop(Stage.BALANCER, label, place, State.UNKNOWN, "its destination is not in the input")
    if wired.speech.role == "tls" and listener.protocol in ("http", "https"):
        check = listener.health_check.protocol if listener.health_check else None
        outcome = Outcome.UNAVAILABLE if check == "http" else Outcome.PLAIN_TO_TLS
        return broken("listener-protocol", "plain HTTP is sent to a port that speaks TLS", outcome)
    if wired.speech.role == "http" and listener.protocol == "tcp" and listener.listen_port == 443:
        return broken("listener-protocol", "TLS is passed through to a port that speaks plain HTTP", Outcome.TLS_ERROR)
    return Hop(Stage.BALANCER, label, place)


def _to_controller(wired: WiredListener, ways: Ways) -> tuple[Hop, ...]:
    """From the listener's destination to the ingress controller's process."""
    hops = _to_pods(wired, ways)
    if any(hop.stage is Stage.POD for hop in hops):
        return hops
    controller = Hop(Stage.CONTROLLER, wired.controller or "", None, State.OK, "not in the input")
    # the controller's pods are made by a chart more often than not: its Service is proof enough that it is there
    known = tuple(hop for hop in hops if hop.state is not State.UNKNOWN)
    return (*known, controller)


def _to_pods(wired: WiredListener, ways: Ways) -> tuple[Hop, ...]:
    front = _front(wired.listener)
    if wired.port:
        service = ways.services.find(wired.port.service.meta.name, wired.port.service.meta.namespace).service
        node = Hop(
            Stage.NODE,
            f"node port {_shown(wired.port.port.node_port)}",
            wired.port.port.origin.place("nodePort"),
        )
        if service is None:
            return (node,)
        approach = Approach(front, local_only=_stays_local(wired.port), node_port=_written(wired.port))
        return (node, *service_hops(service, wired.port, approach, ways.network))
    if wired.arrival is Arrival.HOST_PORT:
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
    yield Hop(Stage.ROUTE, label, place)
    yield from service_hops(wired.service, wired.port, Approach(Front.CONTROLLER, from_pods=from_pods), ways.network)


def _through_node_port(port: WiredPort, ways: Ways) -> Journey:
    number = _shown(port.port.node_port)
    role = speech(port, None).role
    scheme = {"http": "http", "tls": "https"}.get(role or "", "tcp" if port.port.protocol == "TCP" else "udp")
    service = ways.services.find(port.service.meta.name, port.service.meta.namespace).service
    node = Hop(Stage.NODE, f"node port {number}", port.port.origin.place("nodePort"))
    hops: tuple[Hop, ...] = (Hop(Stage.INTERNET, "internet", None), node)
    if service is not None:
        approach = Approach(Front.CLIENT, local_only=_stays_local(port), node_port=_written(port))
        hops += service_hops(service, port, approach, ways.network)
    return Journey(f"{scheme}://<node>:{number}", hops)


def _through_routes(controllers: set[str], ways: Ways) -> Iterator[Journey]:
    for (host, path), backends in _grouped(ways, None, but=controllers).items():
        tls = _ends_tls(backends[0].route, host)
        hops = (Hop(Stage.INTERNET, "internet", None), *_to_backends(backends, ways, from_pods=False))
        yield Journey(f"{'https' if tls else 'http'}://{host}{path}", hops)


def _grouped(
    ways: Ways, controller: str | None, but: set[str] | None = None
) -> dict[tuple[str, str], list[WiredBackend]]:
    """Backends by host and path: those of one controller, or all but those of some."""
    grouped: dict[tuple[str, str], list[WiredBackend]] = {}
    for wired in ways.backends:
        served = _controller_of(wired.route, ways.classes)
        if controller is not None and served not in (controller, None):
            continue
        if but and (served in but or served is None):
            continue
        grouped.setdefault(_host_and_path(wired.rule), []).append(wired)
    return grouped


def _controller_of(route: Route, classes: tuple[RouteClass, ...]) -> str | None:
    """The controller a route is for; None where nothing tells, or where a name is nobody's we know."""
    if route.dialect is Dialect.TRAEFIK:
        return "traefik"
    if route.dialect is Dialect.GATEWAY:
        return "gateway"
    name = route.class_name
    if not isinstance(name, str):
        return None
    for one in classes:
        if one.meta.name == name and isinstance(one.controller, str):
            return _CLASSES.get(one.controller, one.controller)
    return _CLASS_NAMES.get(name, name)


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

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Kind, Outcome
from kblint.wire.journeys.journey import HopVerdict, Journey
from kblint.wire.topology import Topology
from tests.given.hetzner import balancer, listener
from tests.given.manifests import Value, helm_config, manifest, mapping, service
from tests.given.runs import topology

GROUP = "gateway.networking.k8s.io"


def gateway(*listeners: str, class_name: str = "cilium", name: str = "edge") -> str:
    """A Gateway of namespace shop."""
    spec = mapping({"gatewayClassName": class_name, "listeners": f"[{', '.join(listeners)}]"})
    return manifest(f"{GROUP}/v1", "Gateway", name, namespace="shop", spec=spec)


def route(
    kind: str = "HTTPRoute",
    parents: str = "[{name: edge}]",
    hosts: str = "[a.example.com]",
    backend: str = "{name: web, port: 80}",
) -> str:
    """A route of namespace shop."""
    named: dict[str, Value] = {"hostnames": hosts} if kind in ("HTTPRoute", "TLSRoute") else {}
    spec = mapping({"parentRefs": parents, **named, "rules": f"\n- backendRefs: [{backend}]"})
    return manifest(f"{GROUP}/v1", kind, "way", namespace="shop", spec=spec)


HTTP = "{name: http, port: 80, protocol: HTTP}"
HTTPS = "{name: https, port: 443, protocol: HTTPS}"


def names(found: Topology) -> list[str]:
    """The names of all journeys."""
    return [journey.name for journey in found.journeys]


def only(found: Topology) -> Journey:
    """The one journey."""
    (journey,) = found.journeys
    return journey


@pytest.mark.parametrize(
    ("opened", "kind", "hosts", "name"),
    [
        (HTTP, "HTTPRoute", "[a.example.com]", "http://a.example.com/"),
        (HTTPS, "HTTPRoute", "[a.example.com]", "https://a.example.com/"),
        (HTTPS, "GRPCRoute", "[]", "https://<any host>/"),
        ("{name: x, port: 8080, protocol: HTTP}", "HTTPRoute", "[]", "http://<any host>:8080/"),
        ("{name: x, port: 443, protocol: HTTPS, hostname: b.example.com}", "HTTPRoute", "[]", "https://b.example.com/"),
        ("{name: x, port: 443, protocol: TLS}", "TLSRoute", "[a.example.com]", "https://a.example.com/"),
        ("{name: x, port: 5432, protocol: TCP}", "TCPRoute", "[]", "tcp://edge:5432"),
        ("{name: x, port: 53, protocol: UDP}", "UDPRoute", "[]", "udp://edge:53"),
    ],
)
def test_a_listener_tells_what_people_ask_for(opened: str, kind: str, hosts: str, name: str) -> None:
    assert names(topology(gateway(opened), route(kind, hosts=hosts), service())) == [name]


def test_a_route_has_a_way_in_for_each_listener_that_takes_it() -> None:
    other = "{name: other, port: 8443, protocol: HTTPS, hostname: '*.example.org'}"
    tcp = "{name: db, port: 5432, protocol: TCP}"
    found = topology(gateway(HTTP, HTTPS, other, tcp), route(), service())
    assert names(found) == ["http://a.example.com/", "https://a.example.com/"]


def test_a_route_of_an_unseen_gateway_begins_at_the_route() -> None:
    assert names(topology(route(), service())) == ["http://a.example.com/"]


@pytest.mark.parametrize(("kind", "outcome"), [("HTTPRoute", Outcome.NOT_FOUND), ("TCPRoute", Outcome.REFUSED)])
def test_a_route_that_does_not_attach_is_broken_there(kind: str, outcome: Outcome) -> None:
    found = topology(gateway(HTTP), route(kind, parents="[{name: edge, sectionName: htpp}]"), service())
    journey = only(found)
    (wired,) = found.routes
    assert journey.outcome is outcome
    fault = journey.hops[-1].fault
    assert fault is not None
    assert (fault.kind, fault.thing) == (Kind.ATTACHMENT, wired.route)


def test_one_parent_that_takes_a_route_is_enough() -> None:
    parents = "[{name: edge, sectionName: htpp}, {name: edge, sectionName: http}]"
    found = topology(gateway(HTTP), route(parents=parents), service())
    assert [hop.state for hop in only(found).hops if hop.state is HopVerdict.BROKEN] == []


@pytest.mark.parametrize(
    ("kind", "opened", "outcome"),
    [
        ("HTTPRoute", HTTP, Outcome.SERVER_ERROR),
        ("TCPRoute", "{name: x, port: 1, protocol: TCP}", Outcome.REFUSED),
    ],
)
def test_a_backend_without_a_grant_is_broken_there(kind: str, opened: str, outcome: Outcome) -> None:
    found = topology(
        gateway(opened), route(kind, backend="{name: web, namespace: other, port: 80}"), service(namespace="other")
    )
    journey = only(found)
    (backend,) = found.backends
    assert journey.outcome is outcome
    fault = journey.hops[-1].fault
    assert fault is not None
    assert (fault.kind, fault.thing) == (Kind.GRANT, backend.backend)


BALANCER = balancer(listener("tcp", 443, 30443))


def made_service(label: str) -> str:
    """What a controller makes for a Gateway."""
    labels = f"{{{GROUP}/gateway-name: {label}}}"
    ports = "[{name: https, port: 443, nodePort: 30443}, {name: http, port: 80, nodePort: 30080}]"
    return service("cilium-edge", labels=labels, type="LoadBalancer", selector="", ports=ports)


def test_a_balancer_leads_to_the_gateway_that_a_service_is_made_for() -> None:
    found = topology(BALANCER, made_service("edge"), gateway(HTTP, HTTPS), route(), service())
    assert names(found)[0] == "https://a.example.com/"
    assert found.journeys[0].hops[1].label == "lb1 tcp 443"


def test_a_balancer_before_another_gateway_does_not_lead_to_it() -> None:
    found = topology(BALANCER, made_service("inner"), gateway(HTTPS), route(), service())
    assert names(found)[0] == "https://lb1:443"


TRAEFIK = helm_config("service: {type: NodePort}\nports: {websecure: {nodePort: 30443}}")


@pytest.mark.parametrize(
    ("class_name", "classes", "name"),
    [
        ("traefik", "", "https://a.example.com/"),
        ("mine", "traefik.io/gateway-controller", "https://a.example.com/"),
        ("traefik", "example.org/other", "https://lb1:443"),
        ("cilium", "", "https://lb1:443"),
    ],
)
def test_a_balancer_before_traefik_leads_to_its_gateways(class_name: str, classes: str, name: str) -> None:
    secure = "{name: websecure, port: 8443, protocol: HTTPS}"
    spec = mapping({"controllerName": classes})
    texts = [manifest(f"{GROUP}/v1", "GatewayClass", class_name, spec=spec)] if classes else []
    found = topology(BALANCER, TRAEFIK, gateway(secure, class_name=class_name), route(), service(), *texts)
    assert names(found)[0] == name


@pytest.mark.parametrize(
    ("from_", "to", "is_granted"),
    [
        ("kind: HTTPRoute, namespace: shop", "kind: Service", True),
        ("kind: HTTPRoute, namespace: shop", "kind: Service, name: db", True),
        ("kind: GRPCRoute, namespace: shop", "kind: Service", False),
        ("kind: HTTPRoute, namespace: other", "kind: Service", False),
        ("kind: HTTPRoute, namespace: shop", "kind: Secret", False),
        ("kind: HTTPRoute, namespace: shop", "kind: Secret, name: db", False),
        ("kind: HTTPRoute, namespace: shop", "kind: Service, name: other", False),
    ],
)
def test_a_namespace_lets_in_whom_its_grant_names_and_nobody_else(from_: str, to: str, *, is_granted: bool) -> None:
    spec = f"{{from: [{{group: {GROUP}, {from_}}}], to: [{{group: '', {to}}}]}}"
    grant = manifest(f"{GROUP}/v1beta1", "ReferenceGrant", "in", namespace="data", spec=spec)
    way = route(backend="{name: db, namespace: data, port: 80}")
    found = topology(gateway(HTTP), way, service("db", namespace="data"), grant)
    assert [backend.is_ungranted for backend in found.backends] == [not is_granted]


def test_a_route_is_of_the_listeners_of_the_port_that_it_names() -> None:
    both = gateway(HTTP, "{name: other, port: 8080, protocol: HTTP}")
    found = topology(both, route(parents="[{name: edge, port: 8080}]"), service())
    assert names(found) == ["http://a.example.com:8080/"]


@pytest.mark.parametrize(("team", "outcome"), [("a", Outcome.UNKNOWN), ("b", Outcome.NOT_FOUND)])
def test_a_listener_takes_the_routes_of_namespaces_with_its_labels(team: str, outcome: Outcome) -> None:
    selector = "{namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}"
    namespace = manifest("v1", "Namespace", "shop", namespace="", labels=f"{{team: {team}}}")
    edge = gateway(f"{{name: http, port: 80, protocol: HTTP, allowedRoutes: {selector}}}")
    found = topology(edge, route(), service(), namespace)
    assert [journey.outcome for journey in found.journeys] == [outcome]

from __future__ import annotations

from typing import Any

import pytest

from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.fault import Outcome
from tests.given.hetzner import WORKERS, balancer, k3s, listener
from tests.given.manifests import (
    container,
    helm_config,
    host,
    ingress,
    manifest,
    mapping,
    nginx,
    nginx_service,
    service,
    workload,
)
from tests.given.runs import topology

ROUTE = ingress(host("a.example.com"))


def before(*listeners: str) -> str:
    """A balancer with listeners, each `protocol listen_port destination_port`."""
    parts = [one.split() for one in listeners]
    return balancer(*(listener(protocol, int(listen), to) for protocol, listen, to in parts))


def first(*texts: str, **cluster: Any) -> WiredListener:
    """The first listener."""
    return topology(*texts, **cluster).listeners[0]


NODE_PORTS = helm_config("service: {type: NodePort}\nports: {web: {nodePort: 30080}, websecure: {nodePort: 30443}}")


@pytest.mark.parametrize(("port", "name", "role"), [(30080, "web", "http"), (30443, "websecure", "tls")])
def test_a_listener_leads_to_the_entry_point_of_a_chart(port: int, name: str, role: str) -> None:
    found = first(before(f"tcp 443 {port}"), NODE_PORTS)
    assert (found.destination_kind, found.controller, found.app_protocol.role) == (
        DestinationKind.NODE_PORT,
        "traefik",
        role,
    )
    assert found.destination.entry_point is not None
    assert found.destination.entry_point.name == name


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ("service: {type: NodePort}\nports: {web: {hostPort: 80}}", 80),
        ("hostNetwork: true\nports: {web: {port: 8081}}", 8081),
        # ServiceLB opens the ports of the Service
        ("service: {type: LoadBalancer}", 80),
    ],
)
def test_a_listener_leads_to_a_port_that_the_chart_opens_on_nodes(values: str, port: int) -> None:
    found = first(before(f"http 80 {port}"), helm_config(values))
    assert (found.destination_kind, found.controller, found.app_protocol.role) == (
        DestinationKind.HOST_PORT,
        "traefik",
        "http",
    )


def test_where_service_lb_is_off_the_ports_of_a_service_are_not_on_the_nodes() -> None:
    server = k3s(disable="[servicelb]")
    assert first(before("http 80 80"), helm_config("service: {}"), server).destination_kind is DestinationKind.NOWHERE


@pytest.mark.parametrize(
    ("disabled", "arrival", "controller"),
    [
        ("metrics-server", DestinationKind.HOST_PORT, "traefik"),
        ("traefik", DestinationKind.NOWHERE, None),
        ("servicelb", DestinationKind.NOWHERE, None),
    ],
)
def test_k3s_has_a_traefik_of_its_own_unless_it_is_disabled(
    disabled: str, arrival: DestinationKind, controller: str | None
) -> None:
    found = first(before("http 80 80"), k3s(disable=f"[{disabled}]"))
    assert (found.destination_kind, found.controller) == (arrival, controller)


def test_routes_without_a_class_are_those_of_k3s_own_traefik() -> None:
    found = topology(before("http 80 80"), k3s(), ROUTE)
    assert [journey.name for journey in found.journeys] == ["http://a.example.com/"]


def ingress_route(points: str) -> str:
    """An IngressRoute."""
    routes = "\n- {kind: Rule, match: Host(`b.example.com`), services: [{name: web, port: 80}]}"
    spec = mapping({"entryPoints": points, "routes": routes})
    return manifest("traefik.io/v1alpha1", "IngressRoute", "web", namespace="shop", spec=spec)


@pytest.mark.parametrize(
    ("points", "names"),
    [
        ("[]", ["http://b.example.com/", "https://b.example.com/"]),
        ("[web]", ["http://b.example.com/", "https://lb1:443"]),
        ("[websecure]", ["http://lb1:80", "https://b.example.com/"]),
        ("[other]", ["http://lb1:80", "https://lb1:443", "http://b.example.com/"]),
    ],
)
def test_an_ingress_route_is_reached_through_its_own_entry_points(points: str, names: list[str]) -> None:
    found = topology(before("http 80 30080", "tcp 443 30443"), NODE_PORTS, ingress_route(points))
    assert [journey.name for journey in found.journeys] == names


def test_an_annotation_names_the_entry_points_of_an_ingress() -> None:
    annotated = ingress(
        host("a.example.com"), annotations="{traefik.ingress.kubernetes.io/router.entrypoints: websecure}"
    )
    found = topology(before("http 80 30080", "tcp 443 30443"), NODE_PORTS, annotated)
    assert [journey.name for journey in found.journeys] == ["http://lb1:80", "https://a.example.com/"]


@pytest.mark.parametrize(
    "point",
    [
        "{redirections: {entryPoint: {to: websecure}}}",
        "{http: {redirections: {entryPoint: {to: websecure}}}}",
        "{redirectTo: websecure}",
        "{redirectTo: {port: websecure}}",
    ],
)
def test_a_redirect_of_an_entry_point_meets_a_balancer_that_ends_tls(point: str) -> None:
    values = f"service: {{type: NodePort}}\nports: {{web: {{nodePort: 30080, {point[1:]}}}"
    found = topology(before("https 443 30080"), helm_config(values), ROUTE)
    assert [journey.outcome for journey in found.journeys] == [Outcome.REDIRECT_LOOP]


@pytest.mark.parametrize(
    "more",
    [
        "ports: {web: {nodePort: 30080}}",
        "ports: {web: {nodePort: 30080, redirections: {entryPoint: {to: websecure, scheme: http}}}}",
        "ports: {web: {nodePort: 30080, redirectTo: websecure, forwardedHeaders: {insecure: true}}}",
        "ports: {web: {nodePort: 30080, redirectTo: websecure, forwardedHeaders: {trustedIPs: [10.0.0.0/8]}}}",
        (
            "ports: {web: {nodePort: 30080, redirectTo: websecure}}\n"
            "additionalArguments: [--entryPoints.web.forwardedHeaders.insecure]"
        ),
        "ports: {web: {nodePort: 30080}, websecure: {redirectTo: web}}",
    ],
)
def test_no_redirect_and_no_loop(more: str) -> None:
    found = first(before("https 443 30080"), helm_config("service: {type: NodePort}\n" + more))
    assert found.destination.entry_point is not None
    assert found.destination.entry_point.redirect is None


def test_an_argument_of_the_chart_redirects_too() -> None:
    argument = "additionalArguments: [--entrypoints.web.http.redirections.entrypoint.to=:443]"
    found = first(
        before("https 443 30080"),
        helm_config("service: {type: NodePort}\nports: {web: {nodePort: 30080}}\n" + argument),
    )
    assert found.destination.entry_point is not None
    assert found.destination.entry_point.redirect is not None
    assert "to=:443" in found.destination.entry_point.redirect.text


@pytest.mark.parametrize(
    ("number", "name", "redirected"), [(8000, "web", True), (8443, "websecure", False), (9000, None, False)]
)
def test_flags_of_a_traefik_tell_its_entry_points(number: int, name: str | None, redirected: bool) -> None:
    arguments = """
        - --entryPoints.web.address=:8000/tcp
        - --entryPoints.web.http.redirections.entryPoint.to=websecure
        - --entryPoints.websecure.address=:8443
    """
    main = container("traefik", "traefik:v3.5", args=arguments, ports=f"[{{containerPort: {number}}}]")
    traefik = workload(main, name="edge", kind="DaemonSet", hostNetwork=True)
    point = first(before(f"https 443 {number}"), traefik).destination.entry_point
    assert (point.name if point else None) == name
    assert (point is not None and point.redirect is not None) is redirected


def test_a_check_that_is_redirected_is_answered() -> None:
    values = "service: {type: NodePort}\nports: {web: {nodePort: 30080, redirectTo: websecure}}"
    found = first(before("http 80 30080"), helm_config(values), ROUTE)
    assert found.check is not None
    assert found.check.fault is None


@pytest.mark.parametrize("listen_port", [80, 443])
def test_a_listener_that_leads_nowhere_was_for_the_hosts_of_the_only_controller(listen_port: int) -> None:
    protocol = {80: "http", 443: "https"}[listen_port]
    found = topology(
        *(nginx_service(), nginx(), ingress(host(), ingressClassName="nginx"), service(), workload()),
        balancer(listener(protocol, listen_port, 9443), targets=WORKERS),
    )
    assert f"{protocol}://www.example.com/" in [journey.name for journey in found.journeys]


def test_a_plain_request_is_sent_to_https_by_an_entry_point() -> None:
    ports = "ports: {web: {nodePort: 30080, redirectTo: websecure}, websecure: {nodePort: 30443}}"
    values = helm_config(f"service: {{type: NodePort}}\n{ports}")
    found = topology(before("http 80 30080", "tcp 443 30443"), values, ROUTE, service(), workload())
    (plain,) = (one for one in found.journeys if one.name.startswith("http://"))
    assert plain.redirects_to == "https://a.example.com/"
    assert "sends people to https" in " ".join(hop.label for hop in plain.hops)

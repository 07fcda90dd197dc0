"""Health checks: what is asked, and whether anybody can answer it."""

from __future__ import annotations

import pytest

from kblint.wire.balancers.health import CheckFault, WiredCheck
from kblint.wire.evidence import Certainty
from tests.given.hetzner import PREFIX, balancer, check, cloud_manager, listener
from tests.given.manifests import Value, host, ingress, nginx, nginx_service, service, workload
from tests.given.runs import last_listener, topology, way

DATABASE = service("db", namespace="db", type="NodePort", ports="[{port: 5432, nodePort: 30432}]")
HTTP, TLS = 31695, 32443


def route(*rules: str, class_name: str = "nginx", **spec: Value) -> str:
    """An Ingress for two hosts, or with other rules."""
    rules = rules or (host("shop.example.com"), host('"*.example.org"', "/app"))
    return ingress(*rules, ingressClassName=class_name, **spec)


ROUTE = route()


def fault_of(
    *manifests: str, protocol: str = "http", port: int = 80, destination: int = HTTP, **fields: Value
) -> CheckFault | None:
    """What is wrong with the check of a listener before ingress-nginx; `fields` are those of the listener."""
    before = balancer(listener(protocol, port, destination, **fields))
    return certain(last_listener(topology(nginx_service(), DATABASE, *manifests, before)).check).fault


def certain(check: WiredCheck | None) -> WiredCheck:
    assert check is not None
    return check


def annotated(*annotations: str, target: str = "http") -> str:
    """The Service of ingress-nginx, whose balancer the cloud controller manager makes."""
    lines = "".join(f"{PREFIX}{one}\n" for one in ("location: fsn1", *annotations))
    ports = f"[{{name: https, port: 443, targetPort: {target}}}]"
    return nginx_service(annotations=lines, type="LoadBalancer", ports=ports)


@pytest.mark.parametrize(
    ("protocol", "port", "fault"),
    [("tcp", 80, None), ("http", 80, CheckFault.NOT_FOUND), ("https", 443, CheckFault.NOT_FOUND)],
)
def test_the_api_checks_http_and_https_listeners_over_http(protocol: str, port: int, fault: CheckFault | None) -> None:
    assert fault is fault_of(ROUTE, protocol=protocol, port=port)


@pytest.mark.parametrize(
    ("name", "path", "fault"),
    [
        ('""', "/", None),
        ('""', "/up", CheckFault.NOT_FOUND),
        ("www.example.com", "/", CheckFault.NOT_FOUND),
    ],
)
def test_a_check_that_is_not_written_asks_for_the_root_and_names_no_host(
    name: str, path: str, fault: CheckFault | None
) -> None:
    assert fault is fault_of(route(host(name, path, path_type="Exact")))


@pytest.mark.parametrize(("destination", "fault"), [(HTTP, None), (TLS, CheckFault.TLS)])
def test_a_check_that_is_not_written_asks_where_the_listener_sends_to(
    destination: int, fault: CheckFault | None
) -> None:
    assert fault is fault_of(protocol="http", destination=destination)


ASKED = {"tcp": None, "http": CheckFault.NOT_FOUND, "https": CheckFault.PLAIN}
"""What comes of a check of plain HTTP that has no route, by its protocol."""


@pytest.mark.parametrize(
    ("annotations", "protocol"),
    [
        ([], "tcp"),
        (["protocol: http"], "tcp"),
        (["protocol: http", "health-check-http-path: /up"], "tcp"),
        (["protocol: http", "health-check-interval: 5s"], "http"),
        (["protocol: https", 'health-check-retries: "2"'], "https"),
        (["protocol: https", "health-check-protocol: http"], "http"),
    ],
)
def test_the_manager_checks_over_tcp_unless_a_general_annotation_is_set(annotations: list[str], protocol: str) -> None:
    found = last_listener(topology(annotated(*annotations), ROUTE)).check

    assert ASKED[protocol] is certain(found).fault


def test_a_default_of_the_manager_makes_it_check_in_the_listeners_protocol() -> None:
    manager = cloud_manager(env="[{name: HCLOUD_LOAD_BALANCERS_HEALTH_CHECK_INTERVAL, value: 5s}]")
    found = last_listener(topology(manager, annotated("protocol: https"))).check

    assert certain(found).fault is CheckFault.PLAIN


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("{protocol: http}", CheckFault.NOT_FOUND),
        ("{protocol: http, http: {path: /}}", CheckFault.NOT_FOUND),
        ("{protocol: http, http: {path: /healthz}}", None),
        ("{protocol: http, http: {domain: shop.example.com}}", None),
        ("{protocol: http, http: {domain: SHOP.example.com, path: /deep}}", None),
        ("{protocol: http, http: {domain: www.example.com}}", CheckFault.NOT_FOUND),
        ("{protocol: http, http: {domain: a.example.org, path: /app/x}}", None),
        ("{protocol: http, http: {domain: a.example.org, path: /}}", CheckFault.NOT_FOUND),
        ("{protocol: http, http: {domain: a.b.example.org, path: /app}}", CheckFault.NOT_FOUND),
        ('{protocol: http, http: {status_codes: ["2??", "404"]}}', None),
        ('{protocol: http, http: {status_codes: ["4??"]}}', None),
        ('{protocol: http, http: {status_codes: ["200", "${CODE}"]}}', None),
        ("{protocol: http, http: {domain: '${HOST}'}}", None),
        ("{protocol: tcp}", None),
        ("{protocol: https}", CheckFault.PLAIN),
    ],
)
def test_a_check_must_be_answered_by_a_route(asked: str, fault: CheckFault | None) -> None:
    assert fault is fault_of(ROUTE, health_check=asked)


@pytest.mark.parametrize(
    "routes",
    [
        [route(defaultBackend="{service: {name: web, port: {number: 80}}}")],
        [route(host('""'))],
        [route(host("${HOST}"))],
        [route(class_name="traefik")],
        [],
    ],
    ids=["default backend", "any host", "unknown host", "another controller's", "no routes"],
)
def test_a_route_for_any_host_or_an_unknown_one_leaves_the_check_alone(routes: list[str]) -> None:
    assert fault_of(*routes) is None


def test_a_route_of_a_class_that_is_not_here_may_be_anybodys() -> None:
    assert fault_of(ROUTE, route(host('""'), class_name="own", name="internal")) is None


@pytest.mark.parametrize(
    ("port", "fault"),
    [
        (31695, None),
        (32443, None),
        (10256, None),
        (10254, None),
        (80, CheckFault.CLOSED),
        (31998, CheckFault.CLOSED),
        (30432, CheckFault.ELSEWHERE),
        (10250, CheckFault.ELSEWHERE),
        ("'${PORT}'", None),
    ],
)
def test_a_check_asks_where_the_listener_sends_to(port: Value, fault: CheckFault | None) -> None:
    assert fault is fault_of(health_check=check("tcp", port))


def test_a_check_of_a_pod_that_is_not_on_the_host_network_finds_the_nodes_port_closed() -> None:
    faults = [fault_of(nginx(hostNetwork=on), health_check=check("tcp", 10254)) for on in (True, False)]

    assert faults == [None, CheckFault.CLOSED]


def test_a_check_where_tls_is_spoken_asks_with_tls() -> None:
    faults = [
        fault_of(protocol="tcp", port=443, destination=TLS, health_check=f"{{protocol: {asked}}}")
        for asked in ("http", "https", "tcp")
    ]

    assert faults == [CheckFault.TLS, None, None]


def test_traefik_that_is_not_in_the_input_may_redirect_everything() -> None:
    traefik = nginx_service(name="traefik")
    found = topology(traefik, route(class_name="traefik"), balancer(listener("http", 80, HTTP)))

    found_check = certain(last_listener(found).check)

    assert (found_check.fault, found_check.certainty) == (CheckFault.NOT_FOUND, Certainty.LIKELY)


@pytest.mark.parametrize(("protocol", "outcome"), [("http", "503"), ("tcp", "empty reply")])
def test_a_check_that_no_target_passes_breaks_every_way_through_the_listener(protocol: str, outcome: str) -> None:
    before = balancer(listener(protocol, 80, HTTP, health_check=check("http", HTTP)))

    assert outcome == way(topology(nginx_service(), ROUTE, before)).outcome.value


def test_a_check_of_something_else_breaks_nothing() -> None:
    before = balancer(listener("http", 80, HTTP, health_check=check("tcp", 30432)))

    assert way(topology(nginx_service(), DATABASE, before)).outcome.value == "unknown"


@pytest.mark.parametrize("is_written", [True, False])
def test_a_check_is_known_to_be_written_or_the_default(*, is_written: bool) -> None:
    fields: dict[str, Value] = {"health_check": check("tcp", 30080)} if is_written else {}
    web = service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]")
    asked = last_listener(topology(web, workload(), balancer(listener("tcp", 1, 30080, **fields)))).check
    assert asked is not None
    assert asked.question.is_written is is_written

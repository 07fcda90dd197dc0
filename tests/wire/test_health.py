"""Health checks: what is asked, and whether anybody can answer it."""

from __future__ import annotations

import pytest

from kblint.wire.balancers.health import Fault, WiredCheck
from kblint.wire.evidence import Certainty
from tests.wire.test_balancers import NGINX, balancer, last, way
from tests.wire.topologies import topology

PREFIX = "load-balancer.hetzner.cloud/"
ROUTE = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
    - host: "*.example.org"
      http: {paths: [{path: /app, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
"""
CATCH_ALL = ROUTE.replace("  rules:", "  defaultBackend: {service: {name: shop, port: {number: 80}}}\n  rules:")


def check_of(check: str, *manifests: str, service: str = "protocol: http, listen_port: 80") -> WiredCheck | None:
    written = f", health_check: {{{check}}}" if check else ""
    return last(topology(NGINX, *manifests, balancer(f"{service}, destination_port: 31695{written}"))).check


def fault_of(check: str, *manifests: str, service: str = "protocol: http, listen_port: 80") -> Fault | None:
    found = check_of(check, *manifests, service=service)
    assert found is not None
    return found.fault


def annotated(*annotations: str, target: str = "http") -> str:
    lines = "".join(f"    {PREFIX}{one}\n" for one in ("location: fsn1", *annotations))
    return f"""
apiVersion: v1
kind: Service
metadata:
  name: ingress-nginx-controller
  namespace: ingress-nginx
  annotations:
{lines}
spec:
  type: LoadBalancer
  selector: {{app.kubernetes.io/name: ingress-nginx}}
  ports: [{{name: https, port: 443, targetPort: {target}}}]
"""


@pytest.mark.parametrize(
    ("listener", "asked"),
    [
        ("protocol: tcp, listen_port: 80", "tcp"),
        ("protocol: http, listen_port: 80", "http"),
        ("protocol: https, listen_port: 443", "http"),
    ],
)
def test_the_api_checks_http_and_https_listeners_over_http(listener: str, asked: str) -> None:
    found = check_of("", service=listener)

    assert found is not None
    assert (asked, 31695, "/", "") == (
        found.question.protocol,
        found.question.port,
        found.question.path,
        found.question.domain,
    )


@pytest.mark.parametrize(
    ("annotations", "asked"),
    [
        ([], "tcp"),
        (["protocol: http"], "tcp"),
        (["protocol: http", "health-check-http-path: /up"], "tcp"),
        (["protocol: http", "health-check-interval: 5s"], "http"),
        (["protocol: https", 'health-check-retries: "2"'], "https"),
        (["protocol: https", "health-check-protocol: http"], "http"),
    ],
)
def test_the_manager_checks_over_tcp_unless_a_general_annotation_is_set(annotations: list[str], asked: str) -> None:
    found = last(topology(annotated(*annotations))).check

    assert found is not None
    assert asked == found.question.protocol


def test_a_default_of_the_manager_makes_it_check_in_the_listeners_protocol() -> None:
    manager = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: hccm}
    spec:
      selector: {matchLabels: {app: hccm}}
      template:
        metadata: {labels: {app: hccm}}
        spec:
          containers:
            - name: hccm
              image: hetznercloud/hcloud-cloud-controller-manager:v1.30.0
              env: [{name: HCLOUD_LOAD_BALANCERS_HEALTH_CHECK_INTERVAL, value: 5s}]
    """
    found = last(topology(manager, annotated("protocol: https"))).check

    assert found is not None
    assert (found.question.protocol, found.fault) == ("https", Fault.PLAIN)


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("protocol: http", Fault.NOT_FOUND),
        ("protocol: http, http: {path: /}", Fault.NOT_FOUND),
        ("protocol: http, http: {path: /healthz}", None),
        ("protocol: http, http: {domain: shop.example.com}", None),
        ("protocol: http, http: {domain: SHOP.example.com, path: /deep}", None),
        ("protocol: http, http: {domain: www.example.com}", Fault.NOT_FOUND),
        ("protocol: http, http: {domain: a.example.org, path: /app/x}", None),
        ("protocol: http, http: {domain: a.example.org, path: /}", Fault.NOT_FOUND),
        ("protocol: http, http: {domain: a.b.example.org, path: /app}", Fault.NOT_FOUND),
        ('protocol: http, http: {status_codes: ["2??", "404"]}', None),
        ('protocol: http, http: {status_codes: ["4??"]}', None),
        ('protocol: http, http: {status_codes: ["200", "${CODE}"]}', None),
        ("protocol: http, http: {domain: '${HOST}'}", None),
        ("protocol: tcp", None),
        ("protocol: https", Fault.PLAIN),
    ],
)
def test_a_check_must_be_answered_by_a_route(check: str, fault: Fault | None) -> None:
    assert fault is fault_of(check, ROUTE)


@pytest.mark.parametrize(
    "route",
    [
        CATCH_ALL,
        ROUTE.replace("host: shop.example.com", 'host: ""'),
        ROUTE.replace("host: shop.example.com", "host: ${HOST}"),
        ROUTE.replace("ingressClassName: nginx", "ingressClassName: traefik"),
        "",
    ],
    ids=["default backend", "any host", "unknown host", "another controller's", "no routes"],
)
def test_a_route_for_any_host_or_an_unknown_one_leaves_the_check_alone(route: str) -> None:
    assert fault_of("", *([route] if route else [])) is None


def test_a_route_of_a_class_that_is_not_here_may_be_anybodys() -> None:
    internal = ROUTE.replace("name: shop}", "name: internal}", 1).replace("class: nginx", "class: internal")
    anybody = internal.replace("host: shop.example.com", 'host: ""').replace(
        "ingressClassName: nginx", "ingressClassName: own"
    )

    assert fault_of("", ROUTE, anybody) is None


@pytest.mark.parametrize(
    ("port", "fault"),
    [
        (31695, None),
        (32443, None),
        (10256, None),
        (10254, None),
        (80, Fault.CLOSED),
        (31998, Fault.CLOSED),
        (30432, Fault.ELSEWHERE),
        (10250, Fault.ELSEWHERE),
        ("'${PORT}'", None),
    ],
)
def test_a_check_asks_where_the_listener_sends_to(port: object, fault: Fault | None) -> None:
    assert fault is fault_of(f"protocol: tcp, port: {port}")


def test_a_check_of_a_pod_that_is_not_on_the_host_network_finds_the_nodes_port_closed() -> None:
    controller = """
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
    spec:
      selector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
      template:
        metadata: {labels: {app.kubernetes.io/name: ingress-nginx}}
        spec:
          hostNetwork: HOST
          containers:
            - name: controller
              image: registry.k8s.io/ingress-nginx/controller:v1.15.1
              ports: [{name: http, containerPort: 80}, {name: https, containerPort: 443}]
    """
    faults = [fault_of("protocol: tcp, port: 10254", controller.replace("HOST", on)) for on in ("true", "false")]

    assert faults == [None, Fault.CLOSED]


def test_a_check_where_tls_is_spoken_asks_with_tls() -> None:
    service = "protocol: tcp, listen_port: 443, destination_port: 32443, health_check: {protocol: %s}"
    faults = [last(topology(NGINX, balancer(service % asked))).check for asked in ("http", "https", "tcp")]

    assert [check.fault for check in faults if check] == [Fault.TLS, None, None]


def test_traefik_that_is_not_in_the_input_may_redirect_everything() -> None:
    traefik = NGINX.replace("ingress-nginx-controller", "traefik")
    route = ROUTE.replace("ingressClassName: nginx", "ingressClassName: traefik")
    found = topology(traefik, route, balancer("protocol: http, listen_port: 80, destination_port: 31695"))

    check = last(found).check

    assert check is not None
    assert (check.fault, check.certainty) == (Fault.NOT_FOUND, Certainty.LIKELY)


@pytest.mark.parametrize(
    ("service", "outcome"),
    [("protocol: http, listen_port: 80", "503"), ("protocol: tcp, listen_port: 80", "empty reply")],
)
def test_a_check_that_no_target_passes_breaks_every_way_through_the_listener(service: str, outcome: str) -> None:
    check = "health_check: {protocol: http, port: 31695}"
    found = topology(NGINX, ROUTE, balancer(f"{service}, destination_port: 31695, {check}"))

    assert outcome == way(found).outcome.value


def test_a_check_of_something_else_breaks_nothing() -> None:
    check = "health_check: {protocol: tcp, port: 30432}"
    found = topology(NGINX, balancer(f"protocol: http, listen_port: 80, destination_port: 31695, {check}"))

    assert way(found).outcome.value == "ok"

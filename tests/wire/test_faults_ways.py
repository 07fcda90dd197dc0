"""What is wrong between a balancer, a route, a Service and its pods, each beside its twin that is right."""

from __future__ import annotations

import pytest

from kblint.model.balancer import Listener
from kblint.model.route import Backend
from kblint.model.service import ServicePort
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.journeys.journey import HopVerdict, Stage
from kblint.wire.topology import Topology
from tests.given.flow import deployment, service_of
from tests.given.runs import service_of as wired_service
from tests.given.runs import topology

WEB = service_of(spec="type: NodePort, ports: [{name: http, port: 80, targetPort: http, nodePort: 30080}]")


def balancer(*listeners: str) -> str:
    services = ", ".join(f"{{{one}, health_check: {{protocol: tcp, port: 30080}}}}" for one in listeners)
    return f"{{name: lb1, location: {{name: fsn1}}, services: [{services}], targets: []}}"


HTTP = "protocol: http, listen_port: 80, destination_port: 30080"
HTTPS = "protocol: https, listen_port: 443, destination_port: 30080, http: {certificates: [1]}"
REDIRECT = "protocol: https, listen_port: 443, destination_port: 30080, http: {certificates: [1], redirect_http: true}"


def of_listeners(found: Topology) -> list[list[tuple[str, str]]]:
    faults = found.network.faults
    return [[(one.kind.value, one.case) for one in faults.of(wired.listener)] for wired in found.listeners]


@pytest.mark.parametrize(
    ("listeners", "expected"),
    [
        ((HTTP, HTTPS), [[], []]),
        ((HTTPS.replace("[1]", "[]"),), [[("certificate", "")]]),
        ((HTTP, HTTP), [[], [("listen-port", "")]]),
        ((REDIRECT,), [[]]),
        ((REDIRECT.replace("https", "http"),), [[("redirect-conflict", "not https")]]),
        ((REDIRECT.replace("443", "80"),), [[("redirect-conflict", "own port 80")]]),
        ((HTTP, REDIRECT), [[("redirect-conflict", "port 80 taken")], [("redirect-conflict", "port 80 taken")]]),
        (
            (REDIRECT, REDIRECT.replace("443", "8443")),
            [[("redirect-conflict", "port 80 taken")], [("redirect-conflict", "port 80 taken")]],
        ),
        ((HTTP.replace("30080", "30081"),), [[("destination", "")]]),
        (("protocol: tcp, listen_port: 443, destination_port: 30080",), [[("listener-protocol", "plain")]]),
        (("protocol: tcp, listen_port: 8080, destination_port: 30080",), [[]]),
    ],
)
def test_a_listener_is_right_or_wrong(listeners: tuple[str, ...], expected: list[list[tuple[str, str]]]) -> None:
    assert of_listeners(_wired(*listeners)) == expected


def _wired(*listeners: str) -> Topology:
    return topology(deployment(), WEB, balancer(*listeners), overlay="working")


def test_plain_http_meets_tls() -> None:
    secure = WEB.replace("name: http,", "name: https,").replace("targetPort: http", "targetPort: https")
    pods = deployment("containers: [{name: web, image: example/web, ports: [{name: https, containerPort: 8443}]}]")
    found = topology(pods, secure, balancer(HTTPS), overlay="working")
    assert of_listeners(found) == [[("listener-protocol", "tls")]]


def test_whoever_has_port_80_when_a_redirect_is_asked_for_may_be_refused_as_well() -> None:
    found = _wired(HTTP, REDIRECT)
    plain, secure = (next(hop for hop in journey.hops if hop.stage is Stage.BALANCER) for journey in found.journeys)
    assert (plain.state, secure.state) == (HopVerdict.UNKNOWN, HopVerdict.BROKEN)
    assert secure.fault is not None
    assert secure.fault.other is plain.thing


def test_hops_stand_for_declared_things() -> None:
    found = topology(deployment(), WEB, balancer(HTTP), _ingress("web", 80), overlay="working")
    declarations = {hop.stage: hop.thing for journey in found.journeys for hop in journey.hops}
    assert isinstance(declarations[Stage.BALANCER], Listener)
    assert isinstance(declarations[Stage.NODE], ServicePort)
    assert isinstance(declarations[Stage.ROUTE], Backend)
    assert declarations[Stage.SERVICE] is wired_service(found).service.ports[0]


def _ingress(name: str, port: int, more: str = "") -> str:
    backend = f"{{service: {{name: {name}, port: {{number: {port}}}}}}}"
    path = f"{{path: /, pathType: Prefix, backend: {backend}}}"
    return (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop"
        f"{more}}}, spec: {{rules: [{{host: shop.example, http: {{paths: [{path}]}}}}]}}}}"
    )


@pytest.mark.parametrize(
    ("ingress", "expected"),
    [
        (_ingress("web", 80), []),
        (_ingress("orders", 80), []),
        (_ingress("web", 8080), [("backend-port", "")]),
        (_ingress("web", 30080), [("backend-port", "nodePort")]),
        (
            _ingress("web", 80, ", annotations: {nginx.ingress.kubernetes.io/backend-protocol: HTTPS}"),
            [("backend-protocol", "plain")],
        ),
        (_ingress("web", 80, ", annotations: {nginx.ingress.kubernetes.io/backend-protocol: FCGI}"), []),
    ],
)
def test_a_backend_is_right_or_wrong(ingress: str, expected: list[tuple[str, str]]) -> None:
    found = topology(deployment(), WEB, ingress, overlay="working")
    (wired,) = found.backends
    assert [(one.kind.value, one.case) for one in found.network.faults.of(wired.backend)] == expected


def test_a_service_of_almost_that_name_is_meant() -> None:
    found = topology(deployment(name="website"), service_of("website"), _ingress("websit", 80), overlay="working")
    (wired,) = found.backends
    fault = found.network.faults.first(wired.backend, Kind.BACKEND_SERVICE)
    assert fault is not None
    assert fault.other is wired_service(found, "website").service


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("ports: [{port: 80, targetPort: http}]", []),
        ("ports: [{port: 80, targetPort: htpp}]", ["target-port"]),
        ("ports: [{port: 80, targetPort: http, protocol: UDP}]", ["protocol"]),
        ("ports: [{port: 80, targetPort: '${PORT}'}]", []),
    ],
)
def test_a_port_has_endpoints_or_not(spec: str, expected: list[str]) -> None:
    found = topology(deployment(), service_of(spec=spec))
    faults = found.network.faults.of(wired_service(found).service.ports[0])
    assert [one.kind.value for one in faults] == expected


def test_a_selector_that_misses_by_one_label_selects_nobody() -> None:
    found = topology(deployment(), service_of().replace("selector: {app: web}", "selector: {app: wbe}"))
    missed = found.network.faults.first(wired_service(found).service, Kind.SELECTION)
    assert missed is not None
    right = topology(deployment(), service_of())
    assert right.network.faults.of(wired_service(right).service) == ()


@pytest.mark.parametrize(
    ("kind", "pod", "expected"),
    [
        ("Deployment", "", Certainty.KNOWN),
        ("DaemonSet", "", None),
        ("Deployment", "nodeSelector: {role: web}, ", Certainty.UNKNOWN),
    ],
)
def test_local_node_ports_are_dead_where_no_pod_runs(kind: str, pod: str, expected: Certainty | None) -> None:
    containers = f"{pod}containers: [{{name: web, image: example/web, ports: [{{name: http, containerPort: 8080}}]}}]"
    local = WEB.replace("type: NodePort,", "type: NodePort, externalTrafficPolicy: Local,")
    found = topology(deployment(containers, kind=kind), local, overlay="working")
    gap = found.network.faults.first(wired_service(found).service, Kind.LOCAL_TRAFFIC)
    assert (gap.certainty if gap else None) == expected
    (journey,) = found.journeys
    state = {None: HopVerdict.OK, Certainty.UNKNOWN: HopVerdict.UNKNOWN, Certainty.KNOWN: HopVerdict.BROKEN}[expected]
    assert next(hop.state for hop in journey.hops if hop.stage is Stage.SERVICE) is state


def test_a_host_port_on_the_pod_network_leads_to_the_containers_port() -> None:
    ports = "ports: [{containerPort: 8080, hostPort: 9090}]"
    pods = deployment(f"containers: [{{name: web, image: example/web, {ports}}}]", kind="DaemonSet")
    found = topology(pods, balancer("protocol: http, listen_port: 80, destination_port: 9090"), overlay="working")
    (wired,) = found.listeners
    assert [pod.number for pod in wired.pods] == [8080]

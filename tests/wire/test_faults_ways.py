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
from tests.given.hetzner import balancer, check, listener
from tests.given.manifests import Value, container, host, ingress, service, workload
from tests.given.runs import service_of, topology

NODE_PORT = {"type": "NodePort", "ports": "[{name: http, port: 80, targetPort: http, nodePort: 30080}]"}
WEB = service(**NODE_PORT)


def checked(protocol: str, listen_port: int, destination_port: int = 30080, **fields: Value) -> str:
    """A listener whose health check passes."""
    return listener(protocol, listen_port, destination_port, health_check=check("tcp", 30080), **fields)


def redirecting(protocol: str = "https", listen_port: int = 443) -> str:
    """A listener that redirects from port 80."""
    return checked(protocol, listen_port, http="{certificates: [1], redirect_http: true}")


HTTP = checked("http", 80)
HTTPS = checked("https", 443)


def of_listeners(found: Topology) -> list[list[tuple[str, str]]]:
    faults = found.network.faults
    return [[(one.kind.value, one.case) for one in faults.of(wired.listener)] for wired in found.listeners]


@pytest.mark.parametrize(
    ("listeners", "expected"),
    [
        ((HTTP, HTTPS), [[], []]),
        ((checked("https", 443, http="{certificates: []}"),), [[("certificate", "")]]),
        ((HTTP, HTTP), [[], [("listen-port", "")]]),
        ((redirecting(),), [[]]),
        ((redirecting("http"),), [[("redirect-conflict", "not https")]]),
        ((redirecting(listen_port=80),), [[("redirect-conflict", "own port 80")]]),
        ((HTTP, redirecting()), [[("redirect-conflict", "port 80 taken")], [("redirect-conflict", "port 80 taken")]]),
        (
            (redirecting(), redirecting(listen_port=8443)),
            [[("redirect-conflict", "port 80 taken")], [("redirect-conflict", "port 80 taken")]],
        ),
        ((checked("http", 80, 30081),), [[("destination", "")]]),
        ((checked("tcp", 443),), [[("listener-protocol", "plain")]]),
        ((checked("tcp", 8080),), [[]]),
    ],
)
def test_a_listener_is_right_or_wrong(listeners: tuple[str, ...], expected: list[list[tuple[str, str]]]) -> None:
    assert of_listeners(_wired(*listeners)) == expected


def _wired(*listeners: str) -> Topology:
    return topology(workload(), WEB, balancer(*listeners), overlay="working")


def test_plain_http_meets_tls() -> None:
    secure = service(type="NodePort", ports="[{name: https, port: 80, targetPort: https, nodePort: 30080}]")
    pods = workload(container(ports="[{name: https, containerPort: 8443}]"))
    found = topology(pods, secure, balancer(HTTPS), overlay="working")
    assert of_listeners(found) == [[("listener-protocol", "tls")]]


def test_whoever_has_port_80_when_a_redirect_is_asked_for_may_be_refused_as_well() -> None:
    found = _wired(HTTP, redirecting())
    plain, secure = (next(hop for hop in journey.hops if hop.stage is Stage.BALANCER) for journey in found.journeys)
    assert (plain.state, secure.state) == (HopVerdict.UNKNOWN, HopVerdict.BROKEN)
    assert secure.fault is not None
    assert secure.fault.other is plain.thing


def test_hops_stand_for_declared_things() -> None:
    found = topology(workload(), WEB, balancer(HTTP), _ingress("web", 80), overlay="working")
    declarations = {hop.stage: hop.thing for journey in found.journeys for hop in journey.hops}
    assert isinstance(declarations[Stage.BALANCER], Listener)
    assert isinstance(declarations[Stage.NODE], ServicePort)
    assert isinstance(declarations[Stage.ROUTE], Backend)
    assert declarations[Stage.SERVICE] is service_of(found).service.ports[0]


def _ingress(name: str, port: int, protocol: str = "") -> str:
    annotations = f"{{nginx.ingress.kubernetes.io/backend-protocol: {protocol}}}" if protocol else ""
    return ingress(host(service=name, port=f"{{number: {port}}}"), annotations=annotations)


@pytest.mark.parametrize(
    ("ingress", "expected"),
    [
        (_ingress("web", 80), []),
        (_ingress("orders", 80), []),
        (_ingress("web", 8080), [("backend-port", "")]),
        (_ingress("web", 30080), [("backend-port", "nodePort")]),
        (
            _ingress("web", 80, "HTTPS"),
            [("backend-protocol", "plain")],
        ),
        (_ingress("web", 80, "FCGI"), []),
    ],
)
def test_a_backend_is_right_or_wrong(ingress: str, expected: list[tuple[str, str]]) -> None:
    found = topology(workload(), WEB, ingress, overlay="working")
    (wired,) = found.backends
    assert [(one.kind.value, one.case) for one in found.network.faults.of(wired.backend)] == expected


def test_a_service_of_almost_that_name_is_meant() -> None:
    found = topology(workload(name="website"), service("website"), _ingress("websit", 80), overlay="working")
    (wired,) = found.backends
    fault = found.network.faults.first(wired.backend, Kind.BACKEND_SERVICE)
    assert fault is not None
    assert fault.other is service_of(found, "website").service


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("{port: 80, targetPort: http}", []),
        ("{port: 80, targetPort: htpp}", ["target-port"]),
        ("{port: 80, targetPort: http, protocol: UDP}", ["protocol"]),
        ("{port: 80, targetPort: '${PORT}'}", []),
    ],
)
def test_a_port_has_endpoints_or_not(port: str, expected: list[str]) -> None:
    found = topology(workload(), service(ports=f"[{port}]"))
    faults = found.network.faults.of(service_of(found).service.ports[0])
    assert [one.kind.value for one in faults] == expected


def test_a_selector_that_misses_by_one_label_selects_nobody() -> None:
    found = topology(workload(), service(selector="{app: wbe}"))
    missed = found.network.faults.first(service_of(found).service, Kind.SELECTION)
    assert missed is not None
    right = topology(workload(), service())
    assert right.network.faults.of(service_of(right).service) == ()


@pytest.mark.parametrize(
    ("kind", "pod", "expected"),
    [
        ("Deployment", {}, Certainty.LIKELY),
        ("DaemonSet", {}, None),
        ("Deployment", {"nodeSelector": "{role: web}"}, Certainty.UNKNOWN),
    ],
)
def test_local_node_ports_are_dead_where_no_pod_runs(
    kind: str, pod: dict[str, Value], expected: Certainty | None
) -> None:
    local = service(externalTrafficPolicy="Local", **NODE_PORT)
    found = topology(workload(kind=kind, **pod), local, overlay="working")
    gap = found.network.faults.first(service_of(found).service, Kind.LOCAL_TRAFFIC)
    assert (gap.certainty if gap else None) == expected
    (journey,) = found.journeys
    state = HopVerdict.OK if expected is None else HopVerdict.UNKNOWN
    assert next(hop.state for hop in journey.hops if hop.stage is Stage.SERVICE) is state


def test_a_host_port_on_the_pod_network_leads_to_the_containers_port() -> None:
    pods = workload(container(ports="[{containerPort: 8080, hostPort: 9090}]"), kind="DaemonSet")
    found = topology(pods, balancer(checked("http", 80, 9090)), overlay="working")
    (wired,) = found.listeners
    assert [pod.number for pod in wired.pods] == [8080]

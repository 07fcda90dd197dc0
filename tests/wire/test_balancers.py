"""What a listener sends against what answers: one test for each cell of the table, and what findings rest on."""

from __future__ import annotations

from typing import Any

import pytest

from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Stage
from tests.given.hetzner import PREFIX, WORKERS, balancer, check, listener
from tests.given.manifests import Value, container, helm_config, nginx, nginx_service, service, workload
from tests.given.runs import last_listener, topology, way

NGINX = nginx_service()
DATABASE = service("db", namespace="db", type="NodePort", ports="[{port: 5432, nodePort: 30432}]")
HTTP, TLS, UNKNOWN = 31695, 32443, 30432


def checked(protocol: str, port: int, destination: int, over: str = "tcp") -> str:
    """A listener that checks where it sends to."""
    return listener(protocol, port, destination, health_check=check(over, destination))


@pytest.mark.parametrize(
    ("protocol", "port", "destination", "over", "outcome", "aspect"),
    [
        ("http", 80, HTTP, "tcp", "unknown", None),
        ("http", 80, TLS, "tcp", '400 "plain HTTP request was sent to HTTPS port"', "listener-protocol"),
        ("http", 80, TLS, "http", "503", "listener-protocol"),
        ("http", 80, UNKNOWN, "tcp", "unknown", None),
        ("https", 443, HTTP, "tcp", "unknown", None),
        ("https", 443, TLS, "tcp", '400 "plain HTTP request was sent to HTTPS port"', "listener-protocol"),
        ("https", 443, TLS, "http", "503", "listener-protocol"),
        ("https", 443, UNKNOWN, "tcp", "unknown", None),
        ("tcp", 443, HTTP, "tcp", "TLS error", "listener-protocol"),
        ("tcp", 443, TLS, "tcp", "unknown", None),
        ("tcp", 443, UNKNOWN, "tcp", "unknown", None),
        ("tcp", 80, HTTP, "tcp", "unknown", None),
        ("tcp", 80, TLS, "tcp", '400 "plain HTTP request was sent to HTTPS port"', "listener-protocol"),
        ("tcp", 80, UNKNOWN, "tcp", "unknown", None),
        ("tcp", 5432, HTTP, "tcp", "unknown", None),
        ("tcp", 8443, TLS, "tcp", "unknown", None),
    ],
)
def test_what_is_sent_meets_what_is_spoken(
    protocol: str, port: int, destination: int, over: str, outcome: str, aspect: str | None
) -> None:
    found = topology(NGINX, DATABASE, balancer(checked(protocol, port, destination, over)))

    hop = next(hop for hop in way(found).hops if hop.stage is Stage.BALANCER)

    assert outcome == way(found).outcome.value
    assert aspect == (hop.fault.kind.value if hop.fault else None)


def test_without_a_check_of_its_own_an_http_listener_is_checked_over_http() -> None:
    """So that TLS behind it takes every target out of service."""
    found = topology(NGINX, balancer(listener("http", 80, TLS)))

    assert way(found).outcome.value == "503"


@pytest.mark.parametrize(
    ("destination", "arrival"),
    [
        (HTTP, DestinationKind.NODE_PORT),
        (9100, DestinationKind.HOST_PORT),
        (443, DestinationKind.NOWHERE),
        ("'${PORT}'", DestinationKind.UNKNOWN),
    ],
)
def test_a_destination_is_a_node_port_a_host_port_or_nothing(destination: Value, arrival: DestinationKind) -> None:
    exporter = workload(container(ports="[{containerPort: 9100}]"), kind="DaemonSet", hostNetwork=True)
    found = topology(NGINX, DATABASE, exporter, balancer(listener("tcp", 1, destination)))

    assert arrival is last_listener(found).destination_kind


@pytest.mark.parametrize("number", [5432, 443])
def test_a_port_of_the_service_is_a_mistake_for_its_node_port(number: int) -> None:
    found = topology(NGINX, DATABASE, balancer(listener("tcp", number, number)))

    mistaken = last_listener(found).destination.mistaken

    assert mistaken is not None
    assert mistaken.port.node_port == {5432: UNKNOWN, 443: TLS}[number]
    assert way(found).outcome.value == "empty reply"


def test_an_https_listener_is_sent_to_where_plain_http_is_spoken() -> None:
    found = topology(NGINX, balancer(listener("https", 443, 443)))

    mistaken = last_listener(found).destination.mistaken

    assert mistaken is not None
    assert mistaken.port.node_port == HTTP


@pytest.mark.parametrize(
    ("protocol", "asked", "node_port"), [("http", 80, HTTP), ("https", 443, HTTP), ("tcp", 443, TLS)]
)
def test_a_number_that_nothing_opens_is_meant_for_the_node_port_of_what_is_asked(
    protocol: str, asked: int, node_port: int
) -> None:
    meant = last_listener(topology(NGINX, balancer(listener(protocol, asked, 30999)))).destination.meant

    assert meant is not None
    assert meant.port.node_port == node_port


@pytest.mark.parametrize(("disabled", "certainty"), [([], Certainty.LIKELY), (["servicelb"], Certainty.KNOWN)])
def test_the_port_of_a_balanced_service_may_be_open_on_nodes_where_service_lb_may_run(
    disabled: list[str], certainty: Certainty
) -> None:
    ports = "[{name: http, port: 8000, targetPort: http, nodePort: 31000}]"
    web = service(type="LoadBalancer", ports=ports)
    settings = f"disable: {disabled}\n" if disabled else ""
    found = topology(
        web, *([f"cluster-init: true\n{settings}"] if disabled else []), balancer(listener("tcp", 80, 8000))
    )

    (fault,) = found.network.faults.of(last_listener(found).listener)

    assert fault.certainty is certainty


def annotated(**spec: Value) -> str:
    """A Service whose balancer the cloud controller manager makes."""
    ports = "[{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: https}]"
    return service(annotations=f"{PREFIX}location: fsn1\n", type="LoadBalancer", ports=ports, **spec)


def test_annotations_lead_to_the_services_own_node_ports() -> None:
    found = topology(annotated())

    assert [wired.destination_kind for wired in found.listeners] == [DestinationKind.NODE_PORT] * 2
    assert [wired.app_protocol.role for wired in found.listeners] == ["http", "tls"]


def test_a_service_without_node_ports_leads_nowhere() -> None:
    found = topology(annotated(allocateLoadBalancerNodePorts=False))

    assert [wired.destination_kind for wired in found.listeners] == [DestinationKind.NOWHERE] * 2
    assert way(found).outcome.value == "empty reply"


def test_an_https_listener_is_told_about_the_plain_one_beside_it() -> None:
    found = topology(NGINX, DATABASE, balancer(checked("http", 80, HTTP), checked("https", 443, UNKNOWN)))

    sibling, destination = last_listener(found).http_sibling, last_listener(found).http_destination

    assert sibling is not None
    assert sibling.listen_port == 80
    assert destination is not None
    assert destination.port is not None
    assert destination.port.port.node_port == HTTP


def test_only_a_later_listener_is_told_that_its_port_is_taken() -> None:
    found = topology(NGINX, balancer(checked("tcp", 80, HTTP), checked("tcp", 80, TLS), checked("tcp", 81, TLS)))

    assert [wired.same_port is not None for wired in found.listeners] == [False, True, False]
    assert [wired.on_port_80 is not None for wired in found.listeners] == [True, True, True]


def test_unhealthy_targets_break_the_way_only_when_there_are_no_others() -> None:
    def with_targets(*statuses: str) -> str:
        targets = [
            f"- {{type: server, server: {{id: {id}}}, health_status: [{{listen_port: 80, status: {status}}}]}}\n"
            for id, status in enumerate(statuses, start=1)
        ]
        return balancer(checked("http", 80, HTTP), targets="".join(targets))

    texts = (with_targets("unhealthy"), with_targets("unhealthy", "healthy"))

    assert [way(topology(NGINX, text)).outcome.value for text in texts] == ["503", "unknown"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ("controller: {service: {nodePorts: {http: 30123}}}", DestinationKind.UNKNOWN),
        ("proxy: {hostPort: '30123'}", DestinationKind.UNKNOWN),
        ("controller: {service: {nodePorts: {http: 30124}}}", DestinationKind.NOWHERE),
        ("controller: {service: {ports: {http: 30123}}}", DestinationKind.NOWHERE),
    ],
)
def test_a_number_in_the_values_of_an_unknown_chart_may_be_on_the_nodes(values: str, kind: DestinationKind) -> None:
    assert last_listener(topology(values, balancer(checked("http", 80, 30123)))).destination_kind is kind


def test_what_a_known_chart_does_not_open_is_nowhere() -> None:
    values = helm_config("ports: {metrics: {port: 9100, nodePort: 30123}}")
    found = topology(values, balancer(checked("http", 80, 30123)))
    assert last_listener(found).destination_kind is DestinationKind.NOWHERE


@pytest.mark.parametrize(
    ("reserved", "kind"),
    [({"protocol": "TCP"}, DestinationKind.UNKNOWN), ({"protocol": "UDP"}, DestinationKind.NOWHERE)],
)
def test_what_is_reserved_for_udp_answers_no_tcp(reserved: dict[str, str], kind: DestinationKind) -> None:
    cluster: dict[str, Any] = {"reserved-ports": [{"port": 9999, "holder": "agent", **reserved}]}
    found = topology(balancer(listener("tcp", 1, 9999), targets=WORKERS), **cluster)

    assert last_listener(found).destination_kind is kind


def test_what_a_refused_pod_was_meant_to_answer_is_refused() -> None:
    pod = workload(container(ports="[{containerPort: 3001, hostPort: 3002}]"), kind="DaemonSet", hostNetwork=True)
    for number in (3001, 3002):
        found = way(topology(pod, balancer(listener("http", 8444, number), targets=WORKERS)))
        assert found.outcome is Outcome.REJECTED


def test_a_refused_pod_answers_only_where_no_other_does() -> None:
    refused = workload(
        container(ports="[{containerPort: 3001, hostPort: 3002}]"), name="a", kind="DaemonSet", hostNetwork=True
    )
    other = workload(container(ports="[{containerPort: 3002}]"), name="b", kind="DaemonSet", hostNetwork=True)
    found = topology(refused, other, balancer(listener("http", 8444, 3002), targets=WORKERS))
    assert [pod.workload.meta.name for pod in last_listener(found).pods] == ["b"]
    assert way(found).outcome is not Outcome.REJECTED


def test_one_https_listener_is_for_where_plain_requests_go() -> None:
    controller = (nginx("--configmap=x/y"), nginx_service())
    plain, tls, other = listener("http", 80, 31695), listener("https", 443, 31695), listener("https", 8444, 3001)
    alone = topology(*controller, balancer(plain, other, targets=WORKERS))
    beside = topology(*controller, balancer(plain, tls, other, targets=WORKERS))
    assert last_listener(alone).controller == "ingress-nginx"
    assert last_listener(beside).controller is None


def test_a_node_port_for_udp_is_no_mistaken_one_for_tcp() -> None:
    ports = "[{port: 80, targetPort: 3001, nodePort: 30082, protocol: %s}]"
    for protocol, is_meant in (("TCP", True), ("UDP", False)):
        found = topology(service(type="NodePort", ports=ports % protocol), balancer(listener("http", 80, 3001)))
        assert (last_listener(found).destination.mistaken is not None) is is_meant
        names = [journey.name for journey in found.journeys]
        assert f"{'udp' if protocol == 'UDP' else 'tcp'}://<node>:30082" in names

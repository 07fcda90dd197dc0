"""What a listener sends against what answers: one test for each cell of the table, and what findings rest on."""

from __future__ import annotations

import pytest

from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.journey import Journey, Stage
from kblint.wire.topology import Topology
from tests.wire.topologies import topology

NGINX = """
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  type: NodePort
  selector: {app.kubernetes.io/name: ingress-nginx}
  ports:
    - {name: http, port: 80, targetPort: http, nodePort: 31695}
    - {name: https, port: 443, targetPort: https, nodePort: 32443}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: db}
spec: {type: NodePort, selector: {app: db}, ports: [{port: 5432, nodePort: 30432}]}
"""
HTTP, TLS, UNKNOWN = 31695, 32443, 30432


def balancer(*services: str, rest: str = "targets: []") -> str:
    lines = "".join(f"  - {{{service}}}\n" for service in services)
    return f"name: lb1\nservices:\n{lines}{rest}\n"


def listener(protocol: str, port: int, destination: int, check: str = "tcp") -> str:
    extra = ", http: {certificates: [1]}" if protocol == "https" else ""
    return (
        f"protocol: {protocol}, listen_port: {port}, destination_port: {destination},"
        f" health_check: {{protocol: {check}, port: {destination}}}{extra}"
    )


def last(found: Topology) -> WiredListener:
    return found.listeners[-1]


def way(found: Topology) -> Journey:
    """The journey through the balancer's last listener."""
    return [journey for journey in found.journeys if any(hop.stage is Stage.BALANCER for hop in journey.hops)][-1]


@pytest.mark.parametrize(
    ("protocol", "port", "destination", "check", "outcome", "aspect"),
    [
        ("http", 80, HTTP, "tcp", "ok", None),
        ("http", 80, TLS, "tcp", '400 "plain HTTP request was sent to HTTPS port"', "listener-protocol"),
        ("http", 80, TLS, "http", "503", "listener-protocol"),
        ("http", 80, UNKNOWN, "tcp", "unknown", None),
        ("https", 443, HTTP, "tcp", "ok", None),
        ("https", 443, TLS, "tcp", '400 "plain HTTP request was sent to HTTPS port"', "listener-protocol"),
        ("https", 443, TLS, "http", "503", "listener-protocol"),
        ("https", 443, UNKNOWN, "tcp", "unknown", None),
        ("tcp", 443, HTTP, "tcp", "TLS error", "listener-protocol"),
        ("tcp", 443, TLS, "tcp", "ok", None),
        ("tcp", 443, UNKNOWN, "tcp", "unknown", None),
        ("tcp", 80, HTTP, "tcp", "ok", None),
        ("tcp", 80, TLS, "tcp", '400 "plain HTTP request was sent to HTTPS port"', "listener-protocol"),
        ("tcp", 80, UNKNOWN, "tcp", "unknown", None),
        ("tcp", 5432, HTTP, "tcp", "ok", None),
        ("tcp", 8443, TLS, "tcp", "ok", None),
    ],
)
def test_what_is_sent_meets_what_is_spoken(
    protocol: str, port: int, destination: int, check: str, outcome: str, aspect: str | None
) -> None:
    found = topology(NGINX, balancer(listener(protocol, port, destination, check)))

    hop = next(hop for hop in way(found).hops if hop.stage is Stage.BALANCER)

    assert outcome == way(found).outcome.value
    assert aspect == (hop.fault.kind.value if hop.fault else None)


def test_without_a_check_of_its_own_an_http_listener_is_checked_over_http() -> None:
    """So that TLS behind it takes every target out of service."""
    found = topology(NGINX, balancer("protocol: http, listen_port: 80, destination_port: 32443"))

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
def test_a_destination_is_a_node_port_a_host_port_or_nothing(destination: object, arrival: DestinationKind) -> None:
    exporter = """
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: exporter}
    spec:
      selector: {matchLabels: {app: exporter}}
      template:
        metadata: {labels: {app: exporter}}
        spec:
          hostNetwork: true
          containers: [{name: exporter, image: example/exporter, ports: [{containerPort: 9100}]}]
    """
    found = topology(NGINX, exporter, balancer(f"protocol: tcp, listen_port: 1, destination_port: {destination}"))

    assert arrival is last(found).destination_kind


@pytest.mark.parametrize("number", [5432, 443])
def test_a_port_of_the_service_is_a_mistake_for_its_node_port(number: int) -> None:
    found = topology(NGINX, balancer(f"protocol: tcp, listen_port: {number}, destination_port: {number}"))

    mistaken = last(found).mistaken

    assert mistaken is not None
    assert mistaken.port.node_port == {5432: UNKNOWN, 443: TLS}[number]
    assert way(found).outcome.value == "empty reply"


ANNOTATED = """
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {load-balancer.hetzner.cloud/location: fsn1}
spec:
  type: LoadBalancer
  selector: {app: web}
  SETTING
  ports: [{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: https}]
"""


def test_annotations_lead_to_the_services_own_node_ports() -> None:
    found = topology(ANNOTATED.replace("SETTING", ""))

    assert [wired.destination_kind for wired in found.listeners] == [DestinationKind.NODE_PORT] * 2
    assert [wired.app_protocol.role for wired in found.listeners] == ["http", "tls"]


def test_a_service_without_node_ports_leads_nowhere() -> None:
    found = topology(ANNOTATED.replace("SETTING", "allocateLoadBalancerNodePorts: false"))

    assert [wired.destination_kind for wired in found.listeners] == [DestinationKind.NOWHERE] * 2
    assert way(found).outcome.value == "empty reply"


def test_an_https_listener_is_told_about_the_plain_one_beside_it() -> None:
    found = topology(NGINX, balancer(listener("http", 80, HTTP), listener("https", 443, UNKNOWN)))

    sibling, destination = last(found).http_sibling, last(found).http_destination

    assert sibling is not None
    assert sibling.listen_port == 80
    assert destination is not None
    assert destination.port is not None
    assert destination.port.port.node_port == HTTP


def test_only_a_later_listener_is_told_that_its_port_is_taken() -> None:
    found = topology(NGINX, balancer(listener("tcp", 80, HTTP), listener("tcp", 80, TLS), listener("tcp", 81, TLS)))

    assert [wired.same_port is not None for wired in found.listeners] == [False, True, False]
    assert [wired.on_port_80 is not None for wired in found.listeners] == [True, True, True]


def test_unhealthy_targets_break_the_way_only_when_there_are_no_others() -> None:
    status = "targets: [{type: server, server: {id: 1}, health_status: [{listen_port: 80, status: unhealthy}]}%s]"
    one = balancer(listener("http", 80, HTTP), rest=status % "")
    both = balancer(
        listener("http", 80, HTTP),
        rest=status % ", {type: server, server: {id: 2}, health_status: [{listen_port: 80, status: healthy}]}",
    )

    assert [way(topology(NGINX, text)).outcome.value for text in (one, both)] == ["503", "ok"]

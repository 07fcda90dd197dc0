from __future__ import annotations

import pytest

from kblint.model.service import Endpoints, Service
from kblint.source.values import Unknown
from tests.given.manifests import manifest
from tests.given.readings import one


def service(spec: str) -> Service:
    return one(Service, manifest("v1", "Service", "a", spec=spec))


def test_defaults_are_applied_and_remembered_as_not_written() -> None:
    found = service("{ports: [{port: 80}]}")
    (port,) = found.ports
    assert (found.type, found.external_traffic_policy) == ("ClusterIP", "Cluster")
    assert (found.selector, found.allocates_node_ports, found.cluster_ip) == (None, True, None)
    assert (port.name, port.target_port, port.protocol, port.node_port) == (None, 80, "TCP", None)
    assert not port.origin.is_written("targetPort")
    assert port.origin.place("port").text == "80"


@pytest.mark.parametrize(
    ("fields", "port", "target"),
    [
        ("port: 80, targetPort: 8080", 80, 8080),
        ("port: 80, targetPort: web", 80, "web"),
        ("port: 80, targetPort: '8080'", 80, "8080"),
        ("port: 80, targetPort: 0", 80, 80),
        ("port: 80, targetPort: ''", 80, 80),
        ("port: 80, targetPort: '${P}'", 80, Unknown("${P}")),
        ("port: 80, targetPort: [1]", 80, Unknown("")),
        ("port: '80'", Unknown("80"), Unknown("80")),
        ("port: true", Unknown("true"), Unknown("true")),
        ("name: x", Unknown(""), Unknown("")),
    ],
)
def test_ports(fields: str, port: object, target: object) -> None:
    (found,) = service(f"{{ports: [{{{fields}}}]}}").ports
    assert (found.port, found.target_port) == (port, target)


def test_what_a_service_says() -> None:
    found = service(
        """{type: LoadBalancer, selector: {app: a}, clusterIP: None, externalTrafficPolicy: Local, loadBalancerClass: c,
        allocateLoadBalancerNodePorts: false, healthCheckNodePort: 30001, internalTrafficPolicy: Local,
        ports: [{name: web, port: 80, nodePort: 30080, protocol: UDP, appProtocol: https}, {port: 81, nodePort: 0}]}"""
    )
    assert (found.type, found.selector, found.is_headless, found.external_traffic_policy) == (
        "LoadBalancer",
        {"app": "a"},
        True,
        "Local",
    )
    assert (found.load_balancer_class, found.allocates_node_ports, found.health_check_node_port) == ("c", False, 30001)
    web, other = found.ports
    assert (web.name, web.node_port, web.protocol, web.app_protocol) == ("web", 30080, "UDP", "https")
    assert other.node_port is None


def test_an_empty_selector_is_none() -> None:
    assert service("{selector: {}}").selector is None


def test_an_external_name() -> None:
    assert service("{type: ExternalName, externalName: a.example}").external_name == "a.example"


def test_endpoints_belong_to_the_service_of_their_name() -> None:
    found = one(
        Endpoints,
        """{apiVersion: v1, kind: Endpoints, metadata: {name: db},
        subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 5432, name: pg}]}]}""",
    )
    assert (found.service, found.addresses) == ("db", ("10.0.0.1",))
    assert [(port.name, port.port, port.protocol) for port in found.ports] == [("pg", 5432, "TCP")]


def test_an_endpoint_slice_belongs_to_the_service_of_its_label() -> None:
    text = """{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: db-1, labels: %s},
        ports: [{port: 5432, protocol: UDP}], endpoints: [{addresses: [10.0.0.1, 10.0.0.2]}]}"""
    found = one(Endpoints, text % "{kubernetes.io/service-name: db}")
    assert (found.service, found.addresses) == ("db", ("10.0.0.1", "10.0.0.2"))
    assert [(port.port, port.protocol) for port in found.ports] == [(5432, "UDP")]
    assert one(Endpoints, text % "{}").service is None

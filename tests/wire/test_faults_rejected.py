"""What the API refuses: each verdict on the thing that is wrong, and none on its twin that is right."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Fault, Kind, Outcome
from kblint.wire.topology import Topology
from tests.given.manifests import Value, container, service, workload
from tests.given.runs import service_of, topology, workload_of

NODE_PORT = {"type": "NodePort", "ports": "[{port: 80, targetPort: http, nodePort: 30080}]"}


def faults(found: Topology) -> list[Fault]:
    """The faults of all things, in no order."""
    return [fault for same in found.network.faults.by_thing.values() for fault in same]


def kinds(found: Topology) -> list[tuple[str, str]]:
    return sorted((fault.kind.value, fault.case) for fault in faults(found))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ports": "[{port: 80}]"}, []),
        ({"type": "NodePort", "clusterIP": "None", "ports": "[{port: 80}]"}, [("service-type", "clusterIP")]),
        ({"ports": "[{port: 80, nodePort: 30080}]"}, [("service-type", "nodePort")]),
        ({"type": "'${TYPE}'", "ports": "[{port: 80, nodePort: 30080}]", "loadBalancerClass": "a/b"}, []),
        ({"externalTrafficPolicy": "Local", "ports": "[{port: 80}]"}, [("service-type", "externalTrafficPolicy")]),
        ({"loadBalancerClass": "x", "ports": "[{port: 80}]"}, [("service-type", "loadBalancerClass")]),
        ({"type": "ExternalName", "externalName": "example.com", "ports": "[{port: 80}]"}, []),
        ({"type": "ExternalName", "ports": "[{port: 80}]"}, [("external-name", "missing")]),
        (
            {"type": "ExternalName", "externalName": "'http://a'", "ports": "[{port: 80}]"},
            [("external-name", "no host name")],
        ),
        ({"type": "NodePort", "ports": "[{port: 80, nodePort: 30080}]"}, []),
        ({"type": "NodePort", "ports": "[{port: 80, nodePort: 80}]"}, [("node-port-range", "")]),
        ({"ports": "[{name: a, port: 80}, {name: b, port: 81}]"}, []),
        ({"ports": "[{port: 80}, {name: b, port: 81}]"}, [("service-port", "no name")]),
        ({"ports": "[{name: a, port: 80}, {name: a, port: 81}]"}, [("service-port", "name twice")]),
        ({"ports": "[{name: a, port: 80}, {name: b, port: 80}]"}, [("service-port", "port twice")]),
        ({"ports": "[{name: a, port: 80}, {name: b, port: 80, protocol: UDP}]"}, []),
        ({"ports": "[{name: A_b, port: 80}]"}, [("service-port", "malformed")]),
        ({"ports": "[{name: '${NAME}', port: 80}]"}, []),
        ({"ports": "[{port: 80, targetPort: 70000}]"}, [("port-range", "")]),
        ({"ports": "[{port: 0}]"}, [("port-range", "")]),
        ({"ports": "[{port: 65535, targetPort: 1}]"}, []),
    ],
)
def test_a_service_is_refused_or_not(spec: dict[str, Value], expected: list[tuple[str, str]]) -> None:
    found = topology(service("nobody", **spec))
    assert kinds(found) == expected
    assert all(fault.effect is Outcome.REJECTED for fault in faults(found))
    assert [fault.kind.value for fault in found.network.faults.stopping.values()] == [kind for kind, _ in expected]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_services_with_one_node_port_the_second_by_name_is_refused(names: tuple[str, str]) -> None:
    found = topology(*(service(name, **NODE_PORT) for name in names))
    (fault,) = faults(found)
    refused = service_of(found, "b").service
    assert (fault.kind, fault.thing) == (Kind.NODE_PORT_TAKEN, refused.ports[0])
    assert list(found.network.faults.stopping) == [refused]


def test_two_ports_of_one_service_may_have_one_node_port() -> None:
    ports = "[{name: a, port: 53, nodePort: 30053}, {name: b, port: 53, protocol: UDP, nodePort: 30053}]"
    assert kinds(topology(service("dns", type="NodePort", ports=ports))) == []


def test_a_refused_service_takes_no_node_port_from_others() -> None:
    broken = service("a", ports="[{port: 80, nodePort: 30080}]")
    assert kinds(topology(broken, service("b", **NODE_PORT))) == [("service-type", "nodePort")]


def test_a_health_check_holds_its_node_port() -> None:
    checked = service(
        "z",
        type="LoadBalancer",
        externalTrafficPolicy="Local",
        healthCheckNodePort=30080,
        ports="[{port: 80, targetPort: http, nodePort: 30081}]",
    )
    found = topology(checked, service("a", **NODE_PORT))
    assert [fault.thing for fault in faults(found) if fault.kind is Kind.NODE_PORT_TAKEN] == [
        service_of(found, "a").service.ports[0]
    ]


@pytest.mark.parametrize(
    ("ports", "host_network", "expected"),
    [
        ("{containerPort: 80, hostPort: 80}", True, []),
        ("{containerPort: 80, hostPort: 81}", False, []),
        ("{containerPort: 80, hostPort: 81}", True, [("host-port", "")]),
        ("{containerPort: 80, hostPort: '${PORT}'}", True, []),
        ("{containerPort: '${PORT}', hostPort: 80}", True, []),
        ("{containerPort: 80, name: a}, {containerPort: 80, name: b}", False, []),
        ("{containerPort: 80, name: a}, {containerPort: 80, name: b}", True, [("host-port-twice", "template")]),
        ("{containerPort: 80, hostPort: 80}, {containerPort: 80, hostPort: 80}", True, [("host-port-twice", "")]),
        ("{containerPort: 80, name: a}, {containerPort: 80, name: b, protocol: UDP}", True, []),
        ("{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}, {containerPort: 81, hostPort: 80}", False, []),
        ("{containerPort: 65535, name: http}", False, []),
        ("{containerPort: 65536}", False, [("container-port-range", "")]),
        ("{containerPort: 80, hostPort: 80800}", False, [("container-port-range", "")]),
        ("{containerPort: 80, name: exactly15letter}", False, []),
        ("{containerPort: 80, name: sixteen-letters-}", False, [("port-name", "long")]),
        ("{containerPort: 80, name: '8080'}", False, [("port-name", "malformed")]),
        ("{containerPort: 80, name: a--b}", False, [("port-name", "malformed")]),
        ("{containerPort: 80, name: a}, {containerPort: 81, name: a}", False, [("port-name", "twice")]),
    ],
)
def test_the_ports_of_a_pod_are_refused_or_not(ports: str, host_network: bool, expected: list[tuple[str, str]]) -> None:
    found = topology(workload(container(ports=f"[{ports}]"), hostNetwork=host_network))
    assert kinds(found) == expected
    assert list(found.network.faults.stopping) == [workload_of(found)] * len(expected)


@pytest.mark.parametrize(
    ("selector", "key"),
    [
        ("matchLabels: {app: web}", None),
        ("matchLabels: {app: shop}", "app"),
        ("matchExpressions: [{key: app, operator: In, values: [web, shop]}]", None),
        ("matchExpressions: [{key: app, operator: In, values: [shop]}]", "app"),
        ("matchExpressions: [{key: tier, operator: Exists}]", "tier"),
        ("matchLabels: {app: '${APP}'}", None),
    ],
)
def test_a_selector_must_select_its_own_pods(selector: str, key: str | None) -> None:
    manifest = workload().replace("selector: {matchLabels: {app: web}}", f"selector: {{{selector}}}")
    found = topology(manifest)
    fault = found.network.faults.first(workload_of(found), Kind.WORKLOAD_SELECTOR)
    assert getattr(fault.other if fault else None, "key", None) == key
    assert (workload_of(found) in found.network.faults.stopping) is (key is not None)


@pytest.mark.parametrize(
    ("amounts", "case"),
    [
        ("maxSurge: 1, maxUnavailable: 0", None),
        ("maxSurge: 0, maxUnavailable: 0", "neither"),
    ],
)
def test_the_amounts_of_a_rollout_must_fit(amounts: str, case: str | None) -> None:
    found = topology(workload(spec=f"strategy: {{type: RollingUpdate, rollingUpdate: {{{amounts}}}}}"))
    fault = found.network.faults.first(workload_of(found), Kind.ROLLOUT)
    assert (fault.case if fault else None) == case

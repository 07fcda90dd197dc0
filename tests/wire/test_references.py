"""What names something: monitors that select Services, options of K3s that name ranges."""

from __future__ import annotations

import pytest

from tests.given.manifests import (
    Value,
    container,
    host,
    ingress,
    nginx,
    nginx_service,
    policy,
    service,
    stream,
    workload,
)
from tests.given.runs import checked, topology

MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec: {%s}
"""
WEB = stream(service(ports="[{name: http, port: 80, targetPort: 8080}]", labels="{app: web}"), workload())


def ids(*texts: str) -> list[str]:
    return [one.rule.id for one in checked({"a.yaml": stream(*texts)}).findings]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("selector: {matchLabels: {app: web}}, endpoints: [{port: http}]", []),
        ("selector: {matchLabels: {app: web}}, endpoints: [{port: metrics}]", ["REF002"]),
        ("selector: {matchLabels: {app: web}}, endpoints: [{port: '${PORT}'}]", []),
        ("endpoints: [{port: metrics}]", []),
        ("selector: '${SELECTOR}', endpoints: [{port: metrics}]", []),
    ],
)
def test_a_monitor_asks_for_a_port_of_what_it_selects(spec: str, expected: list[str]) -> None:
    assert ids(MONITOR % spec, WEB) == expected


@pytest.mark.parametrize("port", [15000, 15006, 15008, 15020, 15021, 15053, 15090, 4140, 4143, 4190, 4191, 3500, 50001])
def test_a_port_of_a_container_that_a_mesh_puts_in_is_not_missed(port: int) -> None:
    web = workload(container(ports="[{containerPort: 8080}]"))
    assert ids(service(ports=f"[{{port: 80, targetPort: {port}}}]"), web) == []
    assert ids(service(ports=f"[{{port: 80, targetPort: {port + 100}}}]"), web) == ["SVC002"]


@pytest.mark.parametrize("ranges", ["1..5", "['30000-32767', '20000-20010', '1..5']"])
def test_the_last_range_of_ports_is_the_one_that_counts(ranges: str) -> None:
    k3s = f"cluster-init: true\nservice-node-port-range: {ranges}\n"
    (finding,) = checked({"config.yaml": k3s}).findings
    assert finding.message == "K3s option `service-node-port-range`: `1..5` is no range of ports"


@pytest.mark.parametrize("written", ["https", "HTTPS"])
def test_how_a_backend_is_asked_may_be_written_in_any_case(written: str) -> None:
    annotations = f"{{nginx.ingress.kubernetes.io/backend-protocol: {written}}}"
    asked = ingress(host(), ingressClassName="nginx", annotations=annotations)
    texts = stream(nginx_service(), nginx(), asked, service(), workload())
    (finding,) = checked({"a.yaml": texts}).findings
    assert finding.message == "Ingress `web` speaks HTTPS to Service `web`, whose port speaks plain HTTP"


def test_what_can_be_done_about_a_probe_lists_the_ports_there_are() -> None:
    web = container(ports="[{name: http, containerPort: 8080}]", readinessProbe="{httpGet: {port: 9999}}")
    (finding,) = checked({"a.yaml": stream(service(), workload(web))}).findings
    assert finding.help == "ask a port that the container has: 8080 (http)"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("uses-proxyprotocol: ja", "`true` or `false`"),
        ("health-check-interval: '5'", "a number with its unit, such as `15s`"),
        ("health-check-retries: x", "a whole number"),
    ],
)
def test_a_value_that_nothing_can_parse_is_told_with_what_is_expected(annotation: str, expected: str) -> None:
    prefix = "load-balancer.hetzner.cloud/"
    annotations = f"{{{prefix}location: fsn1, {prefix}{annotation}}}"
    text = service(type="LoadBalancer", ports="[{port: 80}]", annotations=annotations)
    (message,) = [one.message for one in checked({"a.yaml": text}).findings if one.rule.id == "LB011"]
    assert message.endswith(f"the cloud controller manager takes {expected}")


@pytest.mark.parametrize(("network", "expected"), [(True, ["NET002"]), (False, [])])
def test_a_policy_does_nothing_where_all_pods_are_on_the_host_network(network: Value, expected: list[str]) -> None:
    agent = workload(container(ports="[{containerPort: 8080}]"), kind="DaemonSet", hostNetwork=network)
    assert ids(policy(podSelector="{}", ingress="[]"), agent) == expected


@pytest.mark.parametrize(
    ("more", "status", "outcome"),
    [
        ("", "", "NOT_MADE"),
        (", load-balancer.hetzner.cloud/id: '7'", "", "UNKNOWN"),
        ("", "{loadBalancer: {ingress: [{ip: 203.0.113.1}]}}", "UNKNOWN"),
    ],
)
def test_a_balancer_that_is_there_stays_whatever_its_annotations_say(more: str, status: str, outcome: str) -> None:
    prefix = "load-balancer.hetzner.cloud/"
    annotations = f"{{{prefix}location: fsn1, {prefix}uses-proxyprotocol: ja{more}}}"
    text = service(type="LoadBalancer", ports="[{port: 80, nodePort: 30080}]", annotations=annotations)
    found = topology(text + (f"status: {status}\n" if status else ""))
    assert [journey.outcome.name for journey in found.journeys] == [outcome]

from __future__ import annotations

import pytest

from kblint.wire.balancers.tcp_services import StreamFault, StreamPort
from tests.wire.topologies import service_of, topology


def controller(*args: str, pod: str = "", ports: str = "{name: queue, containerPort: 9000}") -> str:
    """An ingress-nginx with flags."""
    container = (
        f"{{name: controller, image: registry.k8s.io/ingress-nginx/controller:v1.15.1,"
        f" args: [/nginx-ingress-controller, {', '.join(args)}], ports: [{ports}]}}"
    )
    template = f"{{metadata: {{labels: {{app: door}}}}, spec: {{{pod} containers: [{container}]}}}}"
    return (
        "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: door, namespace: web},"
        f" spec: {{selector: {{matchLabels: {{app: door}}}}, template: {template}}}}}"
    )


def door(*ports: str, type_: str = "NodePort") -> str:
    """The controller's Service."""
    meta = "metadata: {name: door, namespace: web}"
    return (
        f"{{apiVersion: v1, kind: Service, {meta},"
        f" spec: {{type: {type_}, selector: {{app: door}}, ports: [{', '.join(ports)}]}}}}"
    )


def services(entry: str = "shop/web:80", name: str = "tcp-services", port: str = "9000") -> str:
    """The ConfigMap."""
    meta = f"metadata: {{name: {name}, namespace: web}}"
    return f"{{apiVersion: v1, kind: ConfigMap, {meta}, data: {{'{port}': '{entry}'}}}}"


FLAG = "--tcp-services-configmap=$(POD_NAMESPACE)/tcp-services"


def passed(*texts: str) -> tuple[StreamPort, ...]:
    """Every passed port."""
    return topology(*texts).stream_ports


def obstacle(*texts: str) -> str | None:
    """The kind of obstacle of the one passed port."""
    (found,) = passed(*texts)
    return found.fault.kind if isinstance(found.fault, StreamFault) else None


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        (FLAG, None),
        ("--tcp-services-configmap, web/tcp-services", None),
        ("--tcp-services-configmap=web/other", "flag"),
        ("--tcp-services-configmap=elsewhere/tcp-services", "flag"),
        ("--udp-services-configmap=web/udp-services", "flag"),
        ('"${MORE}"', None),
    ],
)
def test_the_controller_has_to_be_told_of_the_config_map(flag: str, expected: str | None) -> None:
    assert obstacle(controller(flag), services()) == expected


def test_without_a_controller_nobody_knows() -> None:
    assert obstacle(services()) is None


@pytest.mark.parametrize(("name", "entry"), [("tcp-settings", "some/thing"), ("settings", "shop/web:80")])
def test_other_config_maps_are_left_alone(name: str, entry: str) -> None:
    assert passed(services(entry, name=name)) == ()


def test_a_config_map_of_any_name_counts_where_a_flag_names_it() -> None:
    (found,) = passed(controller("--udp-services-configmap=web/mine"), services(name="mine"))
    assert (found.protocol, found.fault) == ("UDP", None)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("shop/web:80", None),
        ("shop/web:web", None),
        ("shop/web:80:PROXY", None),
        ("shop/web:80::PROXY", None),
        ("shop/wep:80", "service"),
        ("shop/web:8080", "service port"),
        ("unseen/web:80", None),
        ("shop/web", "value"),
    ],
)
def test_the_entry_has_to_name_a_port_of_a_service(entry: str, expected: str | None) -> None:
    assert obstacle(controller(FLAG), services(entry), service_of()) == expected


HTTP = "{name: http, port: 80, targetPort: 80, nodePort: 30080}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (door(HTTP), "controller port"),
        (door(HTTP, "{name: queue, port: 5672, targetPort: 9000}"), None),
        (door(HTTP, "{name: queue, port: 5672, targetPort: queue}"), None),
        (door(HTTP, "{name: queue, port: 9000, protocol: UDP}"), "controller port"),
        # a Service for metrics or a webhook alone tells nothing
        (door("{name: metrics, port: 10254}", type_="ClusterIP"), None),
    ],
)
def test_the_controllers_service_has_to_have_the_port(text: str, expected: str | None) -> None:
    assert obstacle(controller(FLAG), services(), text) == expected


@pytest.mark.parametrize(
    ("pod", "ports"), [("hostNetwork: true,", "{containerPort: 80}"), ("", "{containerPort: 9000, hostPort: 9000}")]
)
def test_a_port_on_the_node_needs_no_service(pod: str, ports: str) -> None:
    assert obstacle(controller(FLAG, pod=pod, ports=ports), services(), door(HTTP)) is None


@pytest.mark.parametrize(
    ("destination", "queue", "expected"),
    [
        (30080, "nodePort: 30090", "listener"),
        (30090, "nodePort: 30090", None),
        # which number it gets is up to the API
        (30080, "targetPort: 9000", None),
    ],
)
def test_a_balancer_before_the_controller_needs_a_listener(destination: int, queue: str, expected: str | None) -> None:
    balancer = (
        f"{{name: lb1, services: [{{protocol: tcp, listen_port: 1, destination_port: {destination}}}], targets: []}}"
    )
    way_in = door(HTTP, f"{{name: queue, port: 9000, {queue}}}")
    assert obstacle(controller(FLAG), services(), way_in, balancer) == expected


def test_a_missing_flag_is_told_once() -> None:
    text = services().replace("data: {", "data: {'9001': 'shop/web:80', ")
    assert [one.port for one in passed(controller(), text)] == ["9001"]


def test_a_chart_gives_the_flag_itself() -> None:
    chart = """\
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: {name: ingress-nginx, namespace: kube-system}
        spec:
          chart: ingress-nginx
          valuesContent: |-
            tcp: {9000: "shop/web:81"}
        """
    assert obstacle(chart, service_of()) == "service port"

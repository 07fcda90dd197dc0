from __future__ import annotations

import pytest

from kblint.wire.balancers.tcp_services import StreamFault, StreamPort
from tests.given.hetzner import balancer, listener
from tests.given.manifests import (
    Value,
    config_map,
    helm_chart,
    mapping,
    nginx,
    nginx_service,
    service,
)
from tests.given.runs import topology


def controller(*arguments: str, ports: str = "{name: queue, containerPort: 9000}", **pod: Value) -> str:
    """An ingress-nginx with flags."""
    return nginx(*arguments, ports=f"[{ports}]", **pod)


def door(*ports: str, type: str = "NodePort") -> str:
    """The controller's Service."""
    return nginx_service(type=type, ports=f"[{', '.join(ports)}]")


def services(*entries: str, name: str = "tcp-services") -> str:
    """The ConfigMap, with entries `port target`; without any, one for 9000."""
    data = dict(entry.split(" ", 1) for entry in entries or ("9000 shop/web:80",))
    quoted = mapping({f"'{port}'": f"'{target}'" for port, target in data.items()})
    return config_map(name, namespace="ingress-nginx", data=quoted)


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
        ("--tcp-services-configmap, ingress-nginx/tcp-services", None),
        ("--tcp-services-configmap=ingress-nginx/other", "flag"),
        ("--tcp-services-configmap=elsewhere/tcp-services", "flag"),
        ("--udp-services-configmap=ingress-nginx/udp-services", "flag"),
        ('"${MORE}"', None),
    ],
)
def test_the_controller_has_to_be_told_of_the_config_map(flag: str, expected: str | None) -> None:
    assert obstacle(controller(flag), services()) == expected


def test_without_a_controller_nobody_knows() -> None:
    assert obstacle(services()) is None


@pytest.mark.parametrize(("name", "entry"), [("tcp-settings", "some/thing"), ("settings", "shop/web:80")])
def test_other_config_maps_are_left_alone(name: str, entry: str) -> None:
    assert passed(services(f"9000 {entry}", name=name)) == ()


def test_a_config_map_of_any_name_counts_where_a_flag_names_it() -> None:
    (found,) = passed(controller("--udp-services-configmap=ingress-nginx/mine"), services(name="mine"))
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
    assert obstacle(controller(FLAG), services(f"9000 {entry}"), service()) == expected


HTTP = "{name: http, port: 80, targetPort: 80, nodePort: 30080}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (door(HTTP), "controller port"),
        (door(HTTP, "{name: queue, port: 5672, targetPort: 9000}"), None),
        (door(HTTP, "{name: queue, port: 5672, targetPort: queue}"), None),
        (door(HTTP, "{name: queue, port: 9000, protocol: UDP}"), "controller port"),
        # a Service for metrics or a webhook alone tells nothing
        (door("{name: metrics, port: 10254}", type="ClusterIP"), None),
    ],
)
def test_the_controllers_service_has_to_have_the_port(text: str, expected: str | None) -> None:
    assert obstacle(controller(FLAG), services(), text) == expected


@pytest.mark.parametrize(
    ("on_host", "ports"), [(True, "{containerPort: 80}"), (False, "{containerPort: 9000, hostPort: 9000}")]
)
def test_a_port_on_the_node_needs_no_service(on_host: bool, ports: str) -> None:
    assert obstacle(controller(FLAG, hostNetwork=on_host, ports=ports), services(), door(HTTP)) is None


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
    way_in = door(HTTP, f"{{name: queue, port: 9000, {queue}}}")
    before = balancer(listener("tcp", 1, destination))
    assert obstacle(controller(FLAG), services(), way_in, before) == expected


def test_a_missing_flag_is_told_once() -> None:
    text = services("9001 shop/web:80", "9000 shop/web:80")
    assert [one.port for one in passed(controller(), text)] == ["9001"]


def test_a_chart_gives_the_flag_itself() -> None:
    chart = helm_chart('tcp: {9000: "shop/web:81"}')
    assert obstacle(chart, service()) == "service port"

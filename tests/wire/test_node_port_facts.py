"""Node ports that the API picks, and node ports that are dead on some nodes."""

from __future__ import annotations

from typing import Any

import pytest

from kblint.model.firewall import PortRange
from kblint.wire.balancers.node_ports import LocalTrafficGap, allocated_node_ports, local_gaps, static_band
from tests.given.hetzner import balancer, check, listener
from tests.given.manifests import Value, nginx_service, service, workload
from tests.given.runs import topology


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (30000, 32767, (30000, 30085)),
        (30000, 30015, None),
        (30000, 30016, (30000, 30015)),
        (20000, 30000, (20000, 20127)),
    ],
)
def test_the_static_band(first: int, last: int, expected: tuple[int, int] | None) -> None:
    band = static_band(PortRange(first, last))
    assert (band and (band.first, band.last)) == expected


def before(protocol: str = "http", listen: int = 80, destination: int = 31695, **fields: Value) -> str:
    """A balancer with one listener."""
    return balancer(listener(protocol, listen, destination, **fields))


CONTROLLER = nginx_service(
    ports="[{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: https}]"
)


def plain(name: str, port: str, type: str = "NodePort") -> str:
    """A Service with one port."""
    return service(name, type=type, ports=f"[{port}]")


def meant(listener: str, *services: str) -> tuple[str, object] | None:
    found = topology(listener, *services)
    (wired,) = found.listeners
    port = allocated_node_ports(found.services).meant_by(wired, found.environment.node_port_range)
    return (port.service.meta.name, port.port.port) if port else None


def test_a_listener_means_the_controllers_port_that_speaks_as_it_does() -> None:
    name = "ingress-nginx-controller"
    other = plain("web", "{port: 80}")
    assert meant(before("https", 443), CONTROLLER, other) == (name, 80)
    assert meant(before("http", 80), CONTROLLER, other) == (name, 80)
    assert meant(before("tcp", 443), CONTROLLER, other) == (name, 443)
    assert meant(before("tcp", 5432), CONTROLLER) is None


def test_a_listener_means_the_port_of_its_own_number_or_the_only_one() -> None:
    assert meant(before(), plain("a", "{port: 80}"), plain("b", "{port: 81}")) == ("a", 80)
    assert meant(before(), plain("b", "{port: 81}")) == ("b", 81)
    assert meant(before(), plain("a", "{port: 81}"), plain("b", "{port: 82}")) is None
    assert meant(before(), plain("a", "{port: 80}"), plain("b", "{port: 80}")) is None


def test_what_is_written_or_no_node_port_is_not_picked() -> None:
    web = plain("web", "{port: 80}")
    assert meant(before(destination=30080), plain("web", "{port: 80, nodePort: 30080}")) is None
    assert meant(before(destination=8080), web) is None
    assert meant(before(), plain("web", "{port: 80, nodePort: 30080}")) is None
    assert meant(before(), plain("web", "{port: 80, protocol: UDP}")) is None
    assert meant(before(), plain("web", "{port: 80}", "LoadBalancer")) is None
    assert meant(before(), plain("web", "{port: 80}", "ClusterIP")) is None


def test_the_first_picked_port_is_of_any_type() -> None:
    first = allocated_node_ports(
        topology(plain("a", "{port: 1, nodePort: 30001}"), plain("b", "{port: 2}")).services
    ).first
    assert first is not None
    assert first.service.meta.name == "b"
    alias = service("b", type="LoadBalancer", allocateLoadBalancerNodePorts=False, ports="[{port: 2}]")
    assert allocated_node_ports(topology(alias).services).first is None


def local(**spec: Value) -> str:
    """A Service whose node port answers only where its pods run."""
    known: dict[str, Value] = {"type": "NodePort", "externalTrafficPolicy": "Local", **spec}
    return service(ports="[{port: 80, nodePort: 31695}]", **known)


LOCAL = local()


def gap(*manifests: str, **cluster: Any) -> LocalTrafficGap | None:
    found = topology(*manifests, **cluster)
    return next(iter(local_gaps(found.services, found.listeners, found.environment)), None)


def test_local_node_ports_are_dead_where_no_pod_runs() -> None:
    found = gap(workload(), LOCAL)
    assert found is not None
    assert (found.listener, found.is_spread) == (None, False)


def test_a_balancer_notices_unless_it_asks_elsewhere() -> None:
    found = gap(workload(), LOCAL, before())
    assert found is not None
    assert found.listener is not None
    assert found.is_noticed
    found = gap(workload(), LOCAL, before(health_check=check("tcp", 10256)))
    assert found is not None
    assert not found.is_noticed


@pytest.mark.parametrize(
    "manifests",
    [
        (workload(kind="DaemonSet"), LOCAL),
        (workload(nodeSelector="{a: b}"), LOCAL),
        (workload(), local(externalTrafficPolicy="Cluster")),
        (workload(), local(type="LoadBalancer")),
        (workload(), local(selector="{app: web, x: '${X}'}")),
    ],
)
def test_where_there_is_no_gap(manifests: tuple[str, ...]) -> None:
    assert gap(*manifests) is None


def test_pods_kept_apart_fill_as_many_nodes_as_they_are() -> None:
    web = workload(spec="replicas: 3", topologySpreadConstraints="[{maxSkew: 1}]")
    assert gap(web, LOCAL, nodes=3) is None
    found = gap(web, LOCAL, nodes=4)
    assert found is not None
    assert found.is_spread
    assert gap(workload(), LOCAL, nodes=1) is None


def test_the_range_is_that_of_a_server_of_k3s() -> None:
    k3s = "cluster-init: true\nservice-node-port-range: 20000-20010\n"
    found = topology(k3s, profile="hetzner-k3s")
    assert found.environment.node_port_range == PortRange(20000, 20010)

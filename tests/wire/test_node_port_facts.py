"""Node ports that the API picks, and node ports that are dead on some nodes."""

from __future__ import annotations

import pytest

from kblint.model.firewall import PortRange
from kblint.wire.balancers.allocated_node_ports import allocated_node_ports, static_band
from kblint.wire.balancers.local_traffic import LocalTrafficGap, local_gaps
from tests.wire.topologies import deployment, service_of, topology


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


def balancer(protocol: str = "http", listen: int = 80, destination: int = 31695) -> str:
    one = f"{{protocol: {protocol}, listen_port: {listen}, destination_port: {destination}}}"
    return f"{{name: lb1, services: [{one}], targets: []}}"


CONTROLLER = (
    "{apiVersion: v1, kind: Service, metadata: {name: ingress-nginx-controller}, spec: {type: NodePort,"
    " ports: [{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: https}]}}"
)


def plain(name: str, ports: str, type_: str = "NodePort") -> str:
    return service_of(name, f"type: {type_}, ports: [{ports}]")


def meant(listener: str, *services: str) -> tuple[str, object] | None:
    found = topology(listener, *services)
    (wired,) = found.listeners
    port = allocated_node_ports(found.services).meant_by(wired, found.environment.node_port_range)
    return (port.service.meta.name, port.port.port) if port else None


def test_a_listener_means_the_controllers_port_that_speaks_as_it_does() -> None:
    name = "ingress-nginx-controller"
    other = plain("web", "{port: 80}")
    assert meant(balancer("https", 443), CONTROLLER, other) == (name, 80)
    assert meant(balancer("http", 80), CONTROLLER, other) == (name, 80)
    assert meant(balancer("tcp", 443), CONTROLLER, other) == (name, 443)
    assert meant(balancer("tcp", 5432), CONTROLLER) is None


def test_a_listener_means_the_port_of_its_own_number_or_the_only_one() -> None:
    assert meant(balancer(), plain("a", "{port: 80}"), plain("b", "{port: 81}")) == ("a", 80)
    assert meant(balancer(), plain("b", "{port: 81}")) == ("b", 81)
    assert meant(balancer(), plain("a", "{port: 81}"), plain("b", "{port: 82}")) is None
    assert meant(balancer(), plain("a", "{port: 80}"), plain("b", "{port: 80}")) is None


def test_what_is_written_or_no_node_port_is_not_picked() -> None:
    web = plain("web", "{port: 80}")
    assert meant(balancer(destination=30080), plain("web", "{port: 80, nodePort: 30080}")) is None
    assert meant(balancer(destination=8080), web) is None
    assert meant(balancer(), plain("web", "{port: 80, nodePort: 30080}")) is None
    assert meant(balancer(), plain("web", "{port: 80, protocol: UDP}")) is None
    assert meant(balancer(), plain("web", "{port: 80}", "LoadBalancer")) is None
    assert meant(balancer(), plain("web", "{port: 80}", "ClusterIP")) is None


def test_the_first_picked_port_is_of_any_type() -> None:
    first = allocated_node_ports(
        topology(plain("a", "{port: 1, nodePort: 30001}"), plain("b", "{port: 2}")).services
    ).first
    assert first is not None
    assert first.service.meta.name == "b"
    alias = service_of("b", "type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 2}]")
    assert allocated_node_ports(topology(alias).services).first is None


LOCAL = service_of(spec="type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 31695}]")


def gap(*manifests: str, **cluster: object) -> LocalTrafficGap | None:
    found = topology(*manifests, **cluster)  # type: ignore[arg-type]
    return next(iter(local_gaps(found.services, found.listeners, found.environment)), None)


def test_local_node_ports_are_dead_where_no_pod_runs() -> None:
    found = gap(deployment(), LOCAL)
    assert found is not None
    assert (found.listener, found.is_spread) == (None, False)


def test_a_balancer_notices_unless_it_asks_elsewhere() -> None:
    found = gap(deployment(), LOCAL, balancer())
    assert found is not None
    assert found.listener is not None
    assert found.is_noticed
    check = "destination_port: 31695, health_check: {protocol: tcp, port: 10256}"
    found = gap(deployment(), LOCAL, balancer().replace("destination_port: 31695", check))
    assert found is not None
    assert not found.is_noticed


@pytest.mark.parametrize(
    "manifests",
    [
        (deployment(kind="DaemonSet"), LOCAL),
        (deployment("nodeSelector: {a: b}, containers: [{name: web, image: e}]"), LOCAL),
        (deployment(), LOCAL.replace("Local", "Cluster")),
        (deployment(), LOCAL.replace("NodePort", "LoadBalancer")),
        (deployment(), LOCAL.replace("app: web", "app: web, x: '${X}'")),
    ],
)
def test_where_there_is_no_gap(manifests: tuple[str, ...]) -> None:
    assert gap(*manifests) is None


def test_pods_kept_apart_fill_as_many_nodes_as_they_are() -> None:
    spread = "topologySpreadConstraints: [{maxSkew: 1}], containers: [{name: web, image: e}]"
    web = deployment(spread, spec="replicas: 3,")
    assert gap(web, LOCAL, nodes=3) is None
    found = gap(web, LOCAL, nodes=4)
    assert found is not None
    assert found.is_spread
    assert gap(deployment(), LOCAL, nodes=1) is None

from kblint.views.free_ports import HOST_PORTS, WELL_KNOWN, free_ports
from kblint.views.register import register
from tests.given.manifests import container, service, workload
from tests.given.runs import topology


def test_well_known_and_reserved_ports_are_never_free() -> None:
    found = topology(workload(), profile="hetzner-k3s")
    free = free_ports(register([found], "p"), [found], 30_000).host
    assert WELL_KNOWN.isdisjoint(free)
    assert {one.port for one in found.environment.reserved}.isdisjoint(free)
    assert len(free) == len(set(free))
    assert min(free) == 3000
    assert max(free) == 29_999


def test_host_ports_are_looked_for_where_applications_listen() -> None:
    assert [(ports.start, ports.stop) for ports in HOST_PORTS] == [(8080, 10_000), (3000, 8080), (10_000, 30_000)]


def test_what_any_variant_uses_is_taken() -> None:
    one = topology(service(type="NodePort", ports="[{port: 80, nodePort: 30000}]"))
    other = topology(
        service(type="NodePort", ports="[{port: 80, nodePort: 30001}]"),
        workload(container(ports="[{containerPort: 8080}]"), hostNetwork=True),
    )
    free = free_ports(register([one, other], "p"), [one, other], 2)
    assert free.node == (30_002, 30_003)
    assert free.host == (8081, 8082)


def test_a_range_without_a_free_port_gives_none() -> None:
    found = topology(
        service(type="NodePort", ports="[{port: 80, nodePort: 31000}]"), **{"node-port-range": "31000-31000"}
    )
    assert free_ports(register([found], "p"), [found], 5).node == ()


def test_free_host_ports_lie_outside_the_node_port_range() -> None:
    found = topology(workload(), **{"node-port-range": "8000-9999"})
    assert free_ports(register([found], "p"), [found], 1).host == (3000,)

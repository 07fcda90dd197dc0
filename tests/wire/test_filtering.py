"""What UFW filters of node port traffic, row by row as it was measured: it decides after address translation."""

from __future__ import annotations

import pytest

from tests.given.hetzner import balancer, check, listener, ufw
from tests.given.manifests import container, ingress, nginx, nginx_service, service, stream, workload
from tests.given.runs import checked, configured

CONFIG = configured("cluster: {overlay: working}")
INGRESS = stream(ingress(ingressClassName="nginx", namespace=""), nginx_service(), nginx())


def before_nodes(port: int) -> str:
    """A balancer that reaches the nodes over their private network."""
    return balancer(
        listener("tcp", 80, port, health_check=check("tcp", port)),
        targets="[{type: server, server: {id: 1}, use_private_ip: true}]",
        private_net="[{network: 1, ip: 10.0.0.2}]",
    )


def web(*, on_host: bool, policy: str) -> str:
    """A DaemonSet and its node port 30080, which leads to 8081; of no written namespace."""
    ports = "[{port: 80, targetPort: 8081, nodePort: 30080}]"
    main = container(ports="[{containerPort: 8081, name: http}]")
    return stream(
        workload(main, kind="DaemonSet", namespace="", hostNetwork=on_host),
        service(namespace="", type="NodePort", externalTrafficPolicy=policy, ports=ports),
    )


def severity(files: dict[str, str]) -> str | None:
    """How grave the host firewall's part is, None where it keeps nothing closed."""
    found = checked(files, CONFIG).findings
    return next((one.severity.label for one in found if one.rule.id == "NODE006"), None)


def node_port(*rules: str, on_host: bool = True, policy: str = "Local", port: int = 30080, **more: str) -> str | None:
    files = {"lb.yaml": before_nodes(port), "web.yaml": web(on_host=on_host, policy=policy), "ufw.txt": ufw(*rules)}
    return severity(files | {f"{name}.yaml": text for name, text in more.items()})


def test_e1_the_node_port_is_open_and_the_container_port_is_not() -> None:
    assert node_port("30080/tcp ALLOW Anywhere") == "error"


def test_e2_the_container_port_is_open() -> None:
    assert node_port("8081/tcp ALLOW Anywhere") is None


@pytest.mark.parametrize("rows", [(), ("30080/tcp DENY Anywhere",)])
def test_e3_a_pod_on_the_pod_network_is_not_filtered(rows: tuple[str, ...]) -> None:
    assert node_port(*rows, on_host=False) is None


def test_e4_other_nodes_come_with_their_own_address() -> None:
    assert node_port("8081/tcp ALLOW 10.42.0.0/16", policy="Cluster") == "error"
    assert node_port("8081/tcp ALLOW 10.0.0.0/16", policy="Cluster") is None


def test_e5_a_direct_hit_on_the_host_port() -> None:
    assert node_port("30080/tcp ALLOW Anywhere", port=8081) == "error"
    assert node_port("8081/tcp ALLOW Anywhere", port=8081) is None


def test_e7_a_request_from_an_ingress_pod_comes_from_the_pod_here_and_from_the_node_elsewhere() -> None:
    assert node_port("8081/tcp ALLOW 10.42.0.0/16", port=31695, ingress=INGRESS) == "error"
    assert node_port("8081/tcp ALLOW 10.0.0.0/16", "Anywhere ALLOW 10.42.0.0/16", port=31695, ingress=INGRESS) is None


@pytest.mark.parametrize(
    "config",
    ["kube-proxy-arg: [proxy-mode=ipvs]\n", "flannel-backend: none\ndisable-kube-proxy: true\n"],
    ids=["ipvs", "replaced"],
)
def test_where_kube_proxy_does_otherwise_it_is_no_more_than_a_hint(config: str) -> None:
    assert node_port("30080/tcp ALLOW Anywhere", config=f"{config}disable: [traefik, servicelb]\n") == "info"


def test_the_first_rule_that_matches_decides() -> None:
    assert node_port("8081/tcp DENY Anywhere", "8081/tcp ALLOW Anywhere") == "error"
    assert node_port("8081/tcp ALLOW Anywhere", "8081/tcp DENY Anywhere") is None


def test_an_inactive_firewall_filters_nothing() -> None:
    files = {"lb.yaml": before_nodes(30080), "web.yaml": web(on_host=True, policy="Local")}
    assert severity({**files, "ufw.txt": "Status: inactive\n"}) is None

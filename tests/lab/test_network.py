"""The laboratory itself: it shows what is known of real nodes with a real UFW, before it is held against kblint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab import network
from tests.lab.api_server import Object
from tests.lab.cluster import Lab
from tests.lab.manifests import Site, site_documents
from tests.lab.wirings import PRIVATE_NETWORK, Wiring, ufw_row

pytestmark = pytest.mark.xdist_group("lab")
"""One worker has the network."""

NODE_PORT = "http://<node>:30081"
HOST_PORT = "http://<node>:8081"
Deploy = Callable[..., None]


@pytest.fixture
def deploy(lab: Lab, tmp_path: Path) -> Deploy:
    """Deploys one application that listens on 8081, behind node port 30081."""

    def deployed(
        *,
        host_network: bool,
        rows: tuple[str, ...] | None = None,
        overlay: str = "working",
        more: tuple[Object, ...] = (),
    ) -> None:
        kind = "DaemonSet" if host_network else "Deployment"
        site = Site("web", 8081, 30081, "conf", host_network, kind, 2, "http", 80, stays_local=False)
        wiring = Wiring(0, [site], {site.file: site_documents(site)})
        wiring.documents["kblint.yaml"] = [{"cluster": {"overlay": overlay}}]
        wiring.documents["more.yaml"] = list(more)
        wiring.ufw = None if rows is None else list(rows)
        wiring.write(tmp_path)
        lab.deploy(tmp_path)

    return deployed


VXLAN = ufw_row("8472/udp", PRIVATE_NETWORK)


def test_without_a_firewall_every_way_in_works(lab: Lab, deploy: Deploy) -> None:
    deploy(host_network=True)

    assert [lab.observe(url) for url in (NODE_PORT, HOST_PORT)] == ["ok", "ok"]


def test_ufw_with_only_the_node_port_open_stops_a_host_network_pod(lab: Lab, deploy: Deploy) -> None:
    deploy(host_network=True, rows=(ufw_row("30081/tcp", "Anywhere"),))

    assert [lab.observe(url) for url in (NODE_PORT, HOST_PORT)] == ["timeout", "timeout"]


def test_ufw_with_the_container_port_open_lets_both_through(lab: Lab, deploy: Deploy) -> None:
    deploy(host_network=True, rows=(ufw_row("8081/tcp", "Anywhere"),))

    assert [lab.observe(url) for url in (NODE_PORT, HOST_PORT)] == ["ok", "ok"]


def test_ufw_that_knows_the_nodes_only_stops_who_comes_straight(lab: Lab, deploy: Deploy) -> None:
    deploy(host_network=True, rows=(ufw_row("8081/tcp", PRIVATE_NETWORK),))

    # another node's pod is reached with the first node's address, the own one with the client's; which one is chance
    met = {outcome for _ in range(4) for outcome in lab.attempts(NODE_PORT)}
    assert met == {"ok", "timeout"}
    assert lab.observe(HOST_PORT) == "timeout"


def test_ufw_does_not_filter_the_node_port_of_a_pod_network_pod(lab: Lab, deploy: Deploy) -> None:
    denied = ufw_row("30081/tcp", "Anywhere").replace("ALLOW", "DENY ")

    deploy(host_network=False, rows=(VXLAN, denied))

    assert lab.observe(NODE_PORT) == "ok"


@pytest.mark.parametrize(("rows", "overlay"), [((ufw_row("22/tcp", "Anywhere"),), "working"), (None, "blocked")])
def test_without_vxlan_only_the_own_node_reaches_a_pod(
    lab: Lab, deploy: Deploy, rows: tuple[str, ...] | None, overlay: str
) -> None:
    deploy(host_network=False, rows=rows, overlay=overlay)

    assert lab.attempts(NODE_PORT).keys() == {"ok", "timeout"}


def test_a_policy_refuses_whom_it_does_not_name_and_never_the_own_node(lab: Lab, deploy: Deploy) -> None:
    spec = {"podSelector": {}, "policyTypes": ["Ingress"]}
    meta = {"name": "closed", "namespace": "web-ns"}
    closed = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}
    deploy(host_network=False, more=(closed,))

    assert lab.attempts(NODE_PORT).keys() == {"connection refused"}
    pods = [pod for pod in lab.cluster.pods if pod.ready]
    own, other = pods[0].node, next(node for node in lab.network.nodes if node is not pods[0].node)
    asked = f"http://{pods[0].address}:8081/"
    assert [network.answers(node.namespace, asked) for node in (own, other)] == [True, False]


def test_nothing_is_left_behind() -> None:
    reason = network.why_not()
    if reason:
        pytest.skip(reason)
    with network.Network("short") as built:
        tag = built.tag
        assert any(name.startswith(tag) for name in network.namespaces())

    assert not any(name.startswith(tag) for name in network.namespaces())

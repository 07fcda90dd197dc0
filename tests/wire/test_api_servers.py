"""Balancers that lead to the API server of the nodes."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.model.bundle import Bundle
from kblint.source.text import Source
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Stage
from kblint.wire.nodes.api_servers import api_servers
from tests.given.hetzner import WORKERS, balancer, k3s, listener
from tests.given.runs import topology

KUBEADM = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {bindPort: 7443}
"""


def ending(port: int, *texts: str, profile: str = "kubernetes") -> tuple[Outcome, str]:
    """How a listener to this port of the nodes ends, and what is said there."""
    found = topology(balancer(listener("tcp", port, port), targets=WORKERS), *texts, profile=profile)
    (journey,) = found.journeys
    return journey.outcome, journey.hops[-1].reason


def test_k3s_answers_where_it_is_told_to() -> None:
    assert ending(6443, k3s()) == (Outcome.OK, "K3s's API server")
    assert ending(8443, k3s(**{"https-listen-port": "8443"})) == (Outcome.OK, "K3s's API server")
    assert ending(8443, k3s()) == (Outcome.UNKNOWN, "nothing in the input has port 8443 on the nodes")


def test_nobody_says_that_it_is_there() -> None:
    reason = "the Kubernetes API server has port 6443 of the nodes, and nothing in the input sets it up"
    assert ending(6443) == (Outcome.UNKNOWN, reason)


def test_9345_is_rke2s() -> None:
    reason = "no RKE2, whose servers have 9345, is in the input: those of K3s listen on 6443 only"
    assert ending(9345, k3s()) == (Outcome.UNKNOWN, reason)
    assert ending(9345) == (Outcome.UNKNOWN, "nothing in the input has port 9345 on the nodes")


@pytest.mark.parametrize(
    ("path", "text", "ports"),
    [
        ("a.sh", "kubeadm init --config x.yaml\n", {6443}),
        ("a.yaml", KUBEADM, {7443}),
        ("k3s/config.yaml", "https-listen-port: 8443\ncluster-init: true\n", {8443}),
        ("a.sh", "echo kubeadm\n", set()),
    ],
)
def test_who_sets_up_an_api_server_says_where(path: str, text: str, ports: set[int]) -> None:
    assert set(api_servers(Bundle(read([Source(path, text)]).declarations))) == ports


def test_the_servers_of_an_api_are_on_the_way() -> None:
    found = topology(balancer(listener("tcp", 6443, 6443), targets=WORKERS), k3s())
    assert [hop.stage for hop in found.journeys[0].hops] == [Stage.INTERNET, Stage.BALANCER, Stage.NODE]

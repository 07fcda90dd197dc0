"""Whom network policies let in: the ingress controller that asks, by its labels, its namespace and its address."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import HopVerdict, Journey, Stage
from tests.given.hetzner import WORKERS, balancer, check, listener
from tests.given.manifests import (
    NGINX_LABELS,
    container,
    host,
    ingress,
    manifest,
    nginx,
    nginx_service,
    policy,
    service,
    workload,
)
from tests.given.runs import topology

APP = (workload(container(image="nginx:1.27", ports="[{containerPort: 80}]")), service(ports="[{port: 80}]"))
ROUTE = ingress(host(), ingressClassName="nginx")
BEFORE = balancer(listener("http", 80, 31695, health_check=check("tcp", 31695)), targets=WORKERS)


def way(peer: str, *texts: str, **pod: str) -> Journey:
    """Through the balancer and ingress-nginx to the application, whose policy lets one peer in."""
    limits = policy(podSelector="{}", policyTypes="[Ingress]", ingress=f"[{{from: [{peer}]}}]")
    found = topology(*APP, ROUTE, BEFORE, nginx(**pod), nginx_service(), limits, *texts, overlay="working")
    return next(one for one in found.journeys if "www.example.com" in one.name)


@pytest.mark.parametrize(
    "peer",
    [
        "{namespaceSelector: {}}",
        f"{{namespaceSelector: {{}}, podSelector: {{matchLabels: {NGINX_LABELS}}}}}",
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}",
        "{ipBlock: {cidr: 0.0.0.0/0}}",
        "{ipBlock: {cidr: 10.42.0.0/16}}",
    ],
)
def test_a_controller_that_is_meant_gets_through(peer: str) -> None:
    assert way(peer).outcome is Outcome.OK


@pytest.mark.parametrize(
    "peer",
    [
        "{podSelector: {}}",
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}",
        "{namespaceSelector: {}, podSelector: {matchLabels: {app: other}}}",
        "{ipBlock: {cidr: 192.0.2.0/24}}",
    ],
)
def test_one_that_is_not_meant_is_shut_out(peer: str) -> None:
    assert way(peer).outcome is Outcome.GATEWAY_TIMEOUT


@pytest.mark.parametrize(
    ("peer", "pod"),
    [
        ("{namespaceSelector: {matchLabels: {team: edge}}}", {}),
        ("{ipBlock: {cidr: 10.42.3.0/24}}", {}),
        ("{podSelector: {}}", {"hostNetwork": "true"}),
    ],
)
def test_what_nobody_can_tell_is_a_question(peer: str, pod: dict[str, str]) -> None:
    found = way(peer, **pod)
    assert [hop.state for hop in found.hops if hop.stage is Stage.POLICY] == [HopVerdict.UNKNOWN]


@pytest.mark.parametrize(("label", "outcome"), [("edge", Outcome.OK), ("shop", Outcome.GATEWAY_TIMEOUT)])
def test_labels_of_a_namespace_are_those_of_its_object(label: str, outcome: Outcome) -> None:
    space = manifest("v1", "Namespace", "ingress-nginx", labels=f"{{team: {label}}}")
    assert way("{namespaceSelector: {matchLabels: {team: edge}}}", space).outcome is outcome


def test_a_second_policy_lets_in_whom_the_first_does_not() -> None:
    second = policy(name="more", podSelector="{}", policyTypes="[Ingress]", ingress="[{ports: [{port: 80}]}]")
    assert way("{podSelector: {}}", second).outcome is Outcome.OK

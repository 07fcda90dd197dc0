from __future__ import annotations

from typing import Any

import pytest

from kblint.wire.faults.fault import Outcome
from kblint.wire.nodes.rollouts import Clash, WiredRollout, eligible_nodes, wire_rollouts
from tests.given.manifests import Value, container, mapping, service, workload
from tests.given.runs import topology, workload_of

PORT = container(ports="[{containerPort: 80, hostPort: 80}]")
BRIDGED = container(ports="[{containerPort: 80}]")
Spec = dict[str, Value]


def rollout(text: str, **cluster: Any) -> WiredRollout:
    found = topology(text, **cluster)
    (wired,) = wire_rollouts(found.bundle, found.environment)
    return wired


def daemon_set(amounts: str, *containers: str, **pod: Value) -> str:
    """A DaemonSet that is rolled out with these amounts."""
    known: Spec = {"spec": f"updateStrategy: {{rollingUpdate: {amounts}}}", **pod}
    return workload(*containers, kind="DaemonSet", **known)


@pytest.mark.parametrize(
    ("spec", "needed"),
    [
        ({}, 2),
        ({"replicas": 3}, 4),
        ({"replicas": 4}, 4),
        ({"replicas": 0}, 0),
        ({"replicas": 3, "strategy": "{type: Recreate}"}, 3),
        ({"replicas": 3, "strategy": "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"}, 3),
        ({"replicas": 3, "strategy": "{rollingUpdate: {maxSurge: 0}}"}, 3),
        ({"replicas": 10, "strategy": "{rollingUpdate: {maxSurge: 5, maxUnavailable: 0}}"}, 11),
        ({"replicas": 10, "strategy": "{rollingUpdate: {maxSurge: 0%, maxUnavailable: 0%}}"}, 10),
        ({"replicas": 3, "strategy": "{rollingUpdate: {maxUnavailable: '${N}'}}"}, None),
        ({"replicas": "'${N}'"}, None),
    ],
)
def test_how_many_nodes_a_deployment_needs(spec: Spec, needed: int | None) -> None:
    assert rollout(workload(PORT, spec=mapping(spec))).needed == needed


def test_a_stateful_set_takes_the_old_pod_away_first() -> None:
    assert rollout(workload(PORT, kind="StatefulSet", spec="replicas: 3")).needed == 3


@pytest.mark.parametrize(
    ("pod", "nodes"),
    [
        ({}, None),
        ({"nodeName": "a"}, 1),
        ({"nodeName": "'${NODE}'"}, 1),
        ({"nodeSelector": "{kubernetes.io/hostname: '${NODE}'}"}, 1),
        ({"nodeSelector": "{pool: a}"}, None),
    ],
)
def test_how_many_nodes_there_are(pod: Spec, nodes: int | None) -> None:
    text = workload(PORT, **pod)
    found = topology(text)
    assert eligible_nodes(workload_of(found), found.environment) == nodes
    known = topology(text, nodes=3)
    assert eligible_nodes(workload_of(known), known.environment) == (nodes or 3)


def test_host_names_in_an_affinity_are_counted() -> None:
    affinity = """
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [a, b]}]
    """
    text = workload(PORT, affinity=affinity)
    assert rollout(text).eligible == 2
    assert rollout(text, nodes=1).eligible == 1


@pytest.mark.parametrize(
    ("amounts", "clash"),
    [
        ("{maxSurge: 1}", Clash.BOTH),
        ("{maxSurge: 1%, maxUnavailable: 1%}", Clash.BOTH),
        ("{maxSurge: 1, maxUnavailable: 0}", Clash.HOST_PORT),
        ("{maxSurge: 0%, maxUnavailable: 0}", Clash.NEITHER),
        ("{maxUnavailable: 2}", None),
        ("{maxSurge: '${N}'}", None),
        ("{maxSurge: many}", None),
    ],
)
def test_the_amounts_of_a_daemon_set(amounts: str, clash: Clash | None) -> None:
    assert rollout(daemon_set(amounts, PORT)).clash is clash


def test_a_surge_needs_no_port_of_the_pod_network() -> None:
    amounts = "{maxSurge: 1, maxUnavailable: 0}"
    assert rollout(daemon_set(amounts, BRIDGED)).clash is None
    assert rollout(daemon_set(amounts, BRIDGED, hostNetwork=True)).clash is Clash.HOST_PORT
    on_delete = workload(PORT, kind="DaemonSet", spec="updateStrategy: {type: OnDelete}")
    assert rollout(on_delete).clash is None


def test_a_daemon_set_that_is_refused_answers_nobody() -> None:
    way_in = service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")
    found = topology(daemon_set("{maxSurge: 1}"), way_in)
    assert [journey.outcome for journey in found.journeys] == [Outcome.REJECTED]


def test_a_deployment_may_have_both_amounts_but_not_neither() -> None:
    one, none = "{rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}", "{rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}"
    assert rollout(workload(PORT, spec=f"strategy: {one}")).clash is None
    assert rollout(workload(PORT, spec=f"strategy: {none}")).clash is Clash.NEITHER

from __future__ import annotations

import pytest

from kblint.wire.faults.outcome import Outcome
from kblint.wire.nodes.rollouts import Clash, WiredRollout, eligible_nodes, wire_rollouts
from tests.wire.topologies import deployment, service_of, topology, workload

PORT = "containers: [{name: web, image: e, ports: [{containerPort: 80, hostPort: 80}]}]"


def rollout(spec: str = "", *, kind: str = "Deployment", pod: str = PORT, **cluster: object) -> WiredRollout:
    found = topology(deployment(pod, spec=spec, kind=kind), **cluster)  # type: ignore[arg-type]
    (wired,) = wire_rollouts(found.bundle, found.environment)
    return wired


@pytest.mark.parametrize(
    ("spec", "needed"),
    [
        ("", 2),
        ("replicas: 3,", 4),
        ("replicas: 4,", 4),
        ("replicas: 0,", 0),
        ("replicas: 3, strategy: {type: Recreate},", 3),
        ("replicas: 3, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}},", 3),
        ("replicas: 3, strategy: {rollingUpdate: {maxSurge: 0}},", 3),
        ("replicas: 10, strategy: {rollingUpdate: {maxSurge: 5, maxUnavailable: 0}},", 11),
        ("replicas: 10, strategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 0%}},", 10),
        ("replicas: 3, strategy: {rollingUpdate: {maxUnavailable: '${N}'}},", None),
        ("replicas: '${N}',", None),
    ],
)
def test_how_many_nodes_a_deployment_needs(spec: str, needed: int | None) -> None:
    assert rollout(spec).needed == needed


def test_a_stateful_set_takes_the_old_pod_away_first() -> None:
    assert rollout("replicas: 3,", kind="StatefulSet").needed == 3


@pytest.mark.parametrize(
    ("pod", "nodes"),
    [
        ("", None),
        ("nodeName: a,", 1),
        ("nodeName: '${NODE}',", 1),
        ("nodeSelector: {kubernetes.io/hostname: '${NODE}'},", 1),
        ("nodeSelector: {pool: a},", None),
    ],
)
def test_how_many_nodes_there_are(pod: str, nodes: int | None) -> None:
    found = topology(deployment(f"{pod} {PORT}"))
    assert eligible_nodes(workload(found), found.environment) == nodes
    known = topology(deployment(f"{pod} {PORT}"), nodes=3)
    assert eligible_nodes(workload(known), known.environment) == (nodes or 3)


def test_host_names_in_an_affinity_are_counted() -> None:
    term = "{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [a, b]}]}"
    required = f"requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{term}]}}"
    pod = f"affinity: {{nodeAffinity: {{{required}}}}}, {PORT}"
    assert rollout(pod=pod).eligible == 2
    assert rollout(pod=pod, nodes=1).eligible == 1


@pytest.mark.parametrize(
    ("amounts", "clash"),
    [
        ("maxSurge: 1", Clash.BOTH),
        ("maxSurge: 1%, maxUnavailable: 1%", Clash.BOTH),
        ("maxSurge: 1, maxUnavailable: 0", Clash.HOST_PORT),
        ("maxSurge: 0%, maxUnavailable: 0", Clash.NEITHER),
        ("maxUnavailable: 2", None),
        ("maxSurge: '${N}'", None),
        ("maxSurge: many", None),
    ],
)
def test_the_amounts_of_a_daemon_set(amounts: str, clash: Clash | None) -> None:
    spec = f"updateStrategy: {{rollingUpdate: {{{amounts}}}}},"
    assert rollout(spec, kind="DaemonSet").clash is clash


def test_a_surge_needs_no_port_of_the_pod_network() -> None:
    spec = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}},"
    bridged = PORT.replace(", hostPort: 80", "")
    assert rollout(spec, kind="DaemonSet", pod=bridged).clash is None
    assert rollout(spec, kind="DaemonSet", pod=f"hostNetwork: true, {bridged}").clash is Clash.HOST_PORT
    assert rollout("updateStrategy: {type: OnDelete},", kind="DaemonSet").clash is None


def test_a_daemon_set_that_is_refused_answers_nobody() -> None:
    amounts = "updateStrategy: {rollingUpdate: {maxSurge: 1}},"
    ports = "ports: [{port: 80, nodePort: 30080}]"
    found = topology(deployment(kind="DaemonSet", spec=amounts), service_of(spec=f"type: NodePort, {ports}"))
    assert [journey.outcome for journey in found.journeys] == [Outcome.REJECTED]


def test_a_deployment_may_have_both_amounts_but_not_neither() -> None:
    assert rollout("strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}},").clash is None
    assert rollout("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}},").clash is Clash.NEITHER

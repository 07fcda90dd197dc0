"""What keeps pods from serving: each verdict on the thing that is wrong, and none on its twin that is right."""

from __future__ import annotations

import pytest

from kblint.model.workload import Workload
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome, Reporter
from kblint.wire.faults.pod_security import Enforced
from kblint.wire.topology import Topology
from tests.given.manifests import WEB_PORTS, Value, container, manifest, service, workload
from tests.given.runs import topology, workload_of


def on_host(number: int = 8080, **fields: Value) -> str:
    """A workload on the host network."""
    return workload(container(ports=f"[{{containerPort: {number}}}]"), hostNetwork=True, **fields)


def namespace(level: str) -> str:
    return manifest("v1", "Namespace", "shop", labels=f"{{pod-security.kubernetes.io/enforce: {level}}}")


def fault(found: Topology, kind: Kind) -> Fault | None:
    """The only fault of a kind."""
    same = [one for faults in found.network.faults.by_thing.values() for one in faults if one.kind is kind]
    assert len(same) <= 1
    return same[0] if same else None


@pytest.mark.parametrize(
    ("level", "pod", "words"),
    [
        ("baseline", on_host(), "the host network"),
        ("restricted", workload(container(ports="[{containerPort: 8080, hostPort: 80}]")), "host ports"),
        ("baseline", workload(hostNetwork=False), None),
        ("privileged", on_host(), None),
    ],
)
def test_pod_security_refuses_the_host_network(level: str, pod: str, words: str | None) -> None:
    found = topology(namespace(level), pod)
    refused = fault(found, Kind.POD_SECURITY)
    assert (refused.other.violation.words if refused and isinstance(refused.other, Enforced) else None) == words
    assert (workload_of(found) in found.network.faults.stopping) is (words is not None)


@pytest.mark.parametrize(
    ("kinds", "certainty"), [(("DaemonSet", "DaemonSet"), Certainty.KNOWN), (("DaemonSet", "Deployment"), None)]
)
def test_of_two_workloads_on_one_port_of_a_node_the_last_by_name_waits(
    kinds: tuple[str, str], certainty: Certainty | None
) -> None:
    found = topology(*(on_host(name=name, kind=kind) for name, kind in zip("ba", kinds, strict=True)))
    taken = fault(found, Kind.HOST_PORT_TAKEN)
    assert taken is not None
    assert taken.effect is Outcome.PENDING
    assert list(found.network.faults.stopping) == ([workload_of(found, "b")] if certainty else [])


@pytest.mark.parametrize(
    ("ports", "is_taken"),
    [
        ("[{containerPort: 8080, hostPort: 8080}]", True),
        ("[{containerPort: 8081, hostPort: 8080}]", False),
        ("[{containerPort: 8080, name: Web_Port}]", False),
    ],
)
def test_what_the_api_refuses_takes_no_port_from_others(ports: str, is_taken: bool) -> None:
    first = workload(container(ports=ports), name="a", kind="DaemonSet", hostNetwork=True)
    found = topology(first, on_host(name="b", kind="DaemonSet"))
    assert (fault(found, Kind.HOST_PORT_TAKEN) is not None) is is_taken
    assert (workload_of(found, "b") in found.network.faults.stopping) is is_taken


def test_pods_that_their_namespace_refuses_take_no_port() -> None:
    found = topology(namespace("baseline"), *(on_host(name=name, kind="DaemonSet") for name in "ab"))
    assert fault(found, Kind.HOST_PORT_TAKEN) is None


def test_the_nodes_own_ports_are_taken() -> None:
    found = topology(on_host(10250, kind="DaemonSet"), profile="hetzner-k3s")
    reserved = fault(found, Kind.RESERVED_PORT)
    assert reserved is not None
    assert reserved.thing == found.claims[0].claim
    assert list(found.network.faults.stopping) == list(found.bundle.all(Workload))
    assert fault(topology(on_host(kind="DaemonSet"), profile="hetzner-k3s"), Kind.RESERVED_PORT) is None


@pytest.mark.parametrize(
    ("fields", "pod", "is_crashing"),
    [
        ({"ports": "[{containerPort: 5678}]"}, {}, True),
        ({"ports": "[{containerPort: 5678}]"}, {"enableServiceLinks": False}, False),
        ({"env": "[{name: N8N_PORT, value: '5678'}]"}, {}, False),
    ],
)
def test_a_service_of_its_name_overwrites_the_port_of_an_application(
    fields: dict[str, Value], pod: dict[str, Value], is_crashing: bool
) -> None:
    pods = workload(container("n8n", "n8nio/n8n", **fields), name="n8n", **pod)
    found = topology(pods, service("n8n", ports="[{port: 80, targetPort: 5678}]"))
    clash = fault(found, Kind.SERVICE_LINK)
    assert (clash is not None) is is_crashing
    if clash:
        assert clash.thing is workload_of(found, "n8n").pod.containers[0]
        assert clash.other is found.services.services[0].service


@pytest.mark.parametrize(
    ("probe", "certainty"),
    [
        ({"readinessProbe": "{tcpSocket: {port: http}}"}, None),
        ({"readinessProbe": "{tcpSocket: {port: htpp}}"}, Certainty.KNOWN),
        ({"startupProbe": "{httpGet: {port: htpp}}"}, Certainty.KNOWN),
        ({"livenessProbe": "{tcpSocket: {port: htpp}}"}, Certainty.UNKNOWN),
        ({"readinessProbe": "{tcpSocket: {port: htpp, host: 10.0.0.1}}"}, None),
        ({"readinessProbe": "{tcpSocket: {port: 9999}}"}, None),
    ],
)
def test_a_probe_of_a_port_that_nobody_has_fails(probe: dict[str, Value], certainty: Certainty | None) -> None:
    found = topology(workload(container(ports=WEB_PORTS, **probe)))
    failing = fault(found, Kind.READINESS)
    assert (failing.certainty if failing else None) == certainty
    assert bool(found.network.faults.stopping) is (certainty is Certainty.KNOWN)
    assert bool(found.network.faults.noted) is (certainty is Certainty.UNKNOWN)


def test_a_probe_may_ask_a_port_whose_name_nobody_knows() -> None:
    ports, probe = "[{name: '${NAME}', containerPort: 8080}]", "{tcpSocket: {port: http}}"
    found = topology(workload(container(ports=ports, readinessProbe=probe)))
    assert fault(found, Kind.READINESS) is None


@pytest.mark.parametrize(
    ("failure", "front", "expected"),
    [
        (Failure.NO_ENDPOINT, Reporter.CONTROLLER, Outcome.UNAVAILABLE),
        (Failure.REFUSED, Reporter.CONTROLLER, Outcome.BAD_GATEWAY),
        (Failure.TIMEOUT, Reporter.BALANCER_TCP, Outcome.EMPTY_REPLY),
        (Failure.TIMEOUT, Reporter.CLIENT, Outcome.TIMEOUT),
    ],
)
def test_who_reports_a_failure_decides_the_outcome(failure: Failure, front: Reporter, expected: Outcome) -> None:
    place = workload_of(topology(workload())).meta.origin.place("kind")
    made = Fault(Kind.LISTENING, "x", place, "nobody listens", failure)
    assert made.seen_by(front) is expected
    assert Fault(Kind.SCHEMA, "x", place, "wrong", Outcome.REJECTED).seen_by(front) is Outcome.REJECTED

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.nodes.claims import BindRefusal, bind_refusal, lowers_port_start
from kblint.wire.topology import Topology
from tests.given.manifests import Value, container, workload
from tests.given.runs import topology

USER = "{runAsUser: 1000}"


def whoami(**fields: Value) -> str:
    """A container whose process is known, and listens where it is told."""
    return container(image="traefik/whoami", **fields)


def on_host(container: str, **pod: Value) -> Topology:
    return topology(workload(container, hostNetwork=True, **pod))


def refusals(found: Topology) -> list[BindRefusal]:
    claims = (wired.claim for wired in found.claims)
    return [refusal for claim in claims if (refusal := bind_refusal(claim, found.listening_of))]


@pytest.mark.parametrize(
    ("security", "reason"),
    [
        ("runAsUser: 1000", "runs as user 1000"),
        ("runAsNonRoot: true", "must not run as root"),
        ("capabilities: {drop: [ALL]}", "drops the capability for that"),
        ("capabilities: {drop: [NET_BIND_SERVICE]}", "drops the capability for that"),
        ("runAsUser: 0, capabilities: {drop: [all], add: [CHOWN]}", "drops the capability for that"),
    ],
)
def test_who_is_refused(security: str, reason: str) -> None:
    (found,) = refusals(on_host(whoami(args="[--port=81]", securityContext=f"{{{security}}}")))
    assert (found.reason, found.certainty) == (reason, Certainty.KNOWN)
    assert found.socket.port == 81


@pytest.mark.parametrize(
    "security",
    [
        "runAsUser: 0",
        "runAsUser: 0, runAsNonRoot: true",
        "runAsUser: '${USER}', runAsNonRoot: true",
        "runAsNonRoot: false",
        "privileged: true, runAsUser: 1000",
        "runAsUser: 1000, capabilities: {add: [NET_BIND_SERVICE]}",
        "capabilities: {drop: [ALL], add: [net_bind_service]}",
        "capabilities: {drop: [NET_RAW]}",
    ],
)
def test_who_is_not(security: str) -> None:
    assert refusals(on_host(whoami(args="[--port=81]", securityContext=f"{{{security}}}"))) == []


def test_a_container_decides_over_its_pod() -> None:
    assert len(refusals(on_host(whoami(ports="[]"), securityContext=USER))) == 1
    assert refusals(on_host(whoami(securityContext="{runAsUser: 0}"), securityContext=USER)) == []


def test_only_proved_low_ports_of_the_node_count() -> None:
    assert refusals(on_host(whoami(args="[--port=1024]", securityContext=USER))) == []
    assert len(refusals(on_host(whoami(args="[--port=1023]", securityContext=USER)))) == 1
    assert refusals(on_host(container(ports="[{containerPort: 80}]", securityContext=USER))) == []
    bridged = whoami(ports="[{containerPort: 80, hostPort: 80}]", securityContext=USER)
    assert refusals(topology(workload(bridged))) == []


def test_an_image_that_nobody_knows_may_carry_the_capability() -> None:
    (found,) = refusals(on_host(container(command="[whoami, --port=81]", securityContext=USER)))
    assert found.certainty is Certainty.LIKELY
    caddy = container(image="caddy", args="[caddy, file-server, --listen, ':81']", securityContext=USER)
    assert refusals(on_host(caddy)) == []


def test_what_lets_everybody_bind_low_ports() -> None:
    assert not lowers_port_start(on_host(whoami()).bundle)
    sysctl = "{sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '80'}]}"
    assert lowers_port_start(on_host(whoami(), securityContext=sysctl).bundle)
    command = "[sh, -c, 'echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start']"
    assert lowers_port_start(on_host(container(image="busybox", command=command)).bundle)

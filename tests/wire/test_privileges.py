from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.nodes.privileges import BindRefusal, bind_refusal, lowers_port_start
from kblint.wire.topology import Topology
from tests.wire.topologies import deployment, topology

WHOAMI = "image: traefik/whoami"


def pod(container: str, *, pod: str = "") -> Topology:
    return topology(deployment(f"hostNetwork: true, {pod} containers: [{{name: web, {container}}}]"))


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
    (found,) = refusals(pod(f"{WHOAMI}, args: [--port=81], securityContext: {{{security}}}"))
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
    assert refusals(pod(f"{WHOAMI}, args: [--port=81], securityContext: {{{security}}}")) == []


def test_a_container_decides_over_its_pod() -> None:
    user = "securityContext: {runAsUser: 1000},"
    assert len(refusals(pod(WHOAMI, pod=user))) == 1
    assert refusals(pod(f"{WHOAMI}, securityContext: {{runAsUser: 0}}", pod=user)) == []


def test_only_proved_low_ports_of_the_node_count() -> None:
    user = "securityContext: {runAsUser: 1000}"
    assert refusals(pod(f"{WHOAMI}, args: [--port=1024], {user}")) == []
    assert refusals(pod(f"image: example/web, ports: [{{containerPort: 80}}], {user}")) == []
    bridged = f"containers: [{{name: web, {WHOAMI}, ports: [{{containerPort: 80, hostPort: 80}}], {user}}}]"
    assert refusals(topology(deployment(bridged))) == []


def test_an_image_that_nobody_knows_may_carry_the_capability() -> None:
    user = "securityContext: {runAsUser: 1000}"
    (found,) = refusals(pod(f"image: example/web, command: [whoami, --port=81], {user}"))
    assert found.certainty is Certainty.LIKELY
    assert refusals(pod(f"image: caddy, args: [caddy, file-server, --listen, ':81'], {user}")) == []


def test_what_lets_everybody_bind_low_ports() -> None:
    assert not lowers_port_start(pod(WHOAMI).bundle)
    sysctl = "securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '80'}]},"
    assert lowers_port_start(pod(WHOAMI, pod=sysctl).bundle)
    command = "image: busybox, command: [sh, -c, 'echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start']"
    assert lowers_port_start(pod(command).bundle)

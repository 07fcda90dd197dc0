"""The subject PassedPort: a port that ingress-nginx passes through to a Service as it is."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import build, maybe_one, row_type, subject, text
from kblint.wire.balancers.tcp_services import StreamFault, StreamPort
from kblint.wire.topology import Topology

OBSTACLE = row_type(
    "Obstacle",
    "what keeps requests away from a passed port, standing at the other end of it",
    {
        "kind": text("`flag`, `value`, `service`, `service port`, `controller port` or `listener`"),
        "reason": text("what is wrong"),
        "label": text("what stands at the other end, empty where there is none to show"),
    },
)
STREAM_PORT = row_type(
    "PassedPort",
    "an entry of the tcp-services or udp-services ConfigMap of ingress-nginx",
    {
        "port": text("the port that the controller listens on for it"),
        "value": text("where it goes: `namespace/service:port`"),
        "protocol": text("TCP or UDP"),
        "configMap": text("the ConfigMap's name"),
        "obstacle": maybe_one("Obstacle", "what keeps requests away"),
    },
)


def passed_ports(topology: Topology) -> Iterator[Subject]:
    """Every entry."""
    for passed in topology.stream_ports:
        yield subject(topology, _passed_port(passed), passed.config_map.meta)


def _passed_port(passed: StreamPort) -> Row:
    return build(
        STREAM_PORT,
        passed.place,
        {
            "port": passed.port,
            "value": passed.value,
            "protocol": passed.protocol,
            "configMap": passed.config_map.meta.name,
            "obstacle": _obstacle(passed, passed.fault) if passed.fault else None,
        },
    )


def _obstacle(passed: StreamPort, obstacle: StreamFault) -> Row:
    label = obstacle.label if obstacle.shown else ""
    return build(
        OBSTACLE,
        obstacle.shown or passed.place,
        {"kind": obstacle.kind, "reason": obstacle.reason, "label": label},
    )


TYPES = (OBSTACLE, STREAM_PORT)

"""The subject PassedPort: a port that ingress-nginx passes through to a Service as it is."""

from __future__ import annotations

from typing import NamedTuple

from kblint.engine.facts import Table, maybe_one, text
from kblint.engine.subject import SubjectKind
from kblint.wire.balancers.tcp_services import StreamFault, StreamPort


class _Obstacle(NamedTuple):
    passed: StreamPort
    of: StreamFault


# fmt: off
OBSTACLE = Table[_Obstacle](
    "Obstacle", "what keeps requests away from a passed port, standing at the other end of it",
    lambda o: o.of.shown or o.passed.place, (
    text("kind", "`flag`, `value`, `service`, `service port`, `controller port` or `listener`", lambda o: o.of.kind),
    text("reason", "what is wrong", lambda o: o.of.reason),
    text("label", "what stands at the other end, empty where there is none to show",
        lambda o: o.of.label if o.of.shown else ""),
))
STREAM_PORT = Table[StreamPort](
    "PassedPort", "an entry of the tcp-services or udp-services ConfigMap of ingress-nginx", lambda p: p.place, (
    text("port", "the port that the controller listens on for it", lambda p: p.port),
    text("value", "where it goes: `namespace/service:port`", lambda p: p.value),
    text("protocol", "TCP or UDP", lambda p: p.protocol),
    text("configMap", "the ConfigMap's name", lambda p: p.config_map.meta.name),
    maybe_one("obstacle", "what keeps requests away", lambda p: _Obstacle(p, p.fault) if p.fault else None,
        OBSTACLE),
))
SUBJECTS = (
    SubjectKind("entry", "a port ingress-nginx passes through", STREAM_PORT, lambda topology: topology.stream_ports,
        lambda p: p.config_map.meta),
)

"""The subject Rollout: how a workload's pods are replaced."""

from __future__ import annotations

from typing import NamedTuple

from kblint.engine.facts import Table, anything, integer, many, maybe_integer, maybe_text, one
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import WORKLOAD_REF
from kblint.model.workload import ContainerPort, Workload
from kblint.source.text import Place
from kblint.wire.nodes.rollouts import WiredRollout, wire_rollouts


class _HostPort(NamedTuple):
    workload: Workload
    port: ContainerPort


def _replicas_place(rollout: WiredRollout) -> Place:
    return rollout.workload.meta.origin.place("spec", "replicas")


def _strategy_place(rollout: WiredRollout) -> Place:
    written = rollout.workload.rollout
    return written.origin.place("type") if written else _replicas_place(rollout)


def _amount_place(rollout: WiredRollout, key: str) -> Place | None:
    written = rollout.workload.rollout
    return written.origin.place("rollingUpdate", key) if written else None


# fmt: off
HOST_PORT = Table[_HostPort](
    "HostPort", "a port that a workload's pods take on their nodes",
    lambda p: p.port.origin.place("containerPort" if p.port.host_port is None else "hostPort"), (
    integer("number", "the port on the node", lambda p: p.workload.pod.host_port_of(p.port)),
))
ROLLOUT = Table[WiredRollout](
    "Rollout", "how a workload's pods are replaced", lambda r: r.workload.meta.origin.place("kind"), (
    one("workload", "the workload", lambda r: r.workload, WORKLOAD_REF),
    maybe_text("strategy", "RollingUpdate, Recreate, OnDelete, ...; null for a kind that replaces no pods",
        lambda r: r.workload.rollout.strategy if r.workload.rollout else None, _strategy_place),
    maybe_integer("replicas", "how many pods it wants, null where the kind has no such number",
        lambda r: r.workload.replicas, _replicas_place),
    anything("maxSurge", "how many pods more a rolling update may make, null where it makes none",
        lambda r: r.workload.rollout.max_surge if r.workload.rollout else None, lambda r: _amount_place(r, "maxSurge")),
    anything("maxUnavailable", "how many pods fewer a rolling update may leave",
        lambda r: r.workload.rollout.max_unavailable if r.workload.rollout else None,
        lambda r: _amount_place(r, "maxUnavailable")),
    many("hostPorts", "the ports that its pods take on their nodes",
        lambda r: (_HostPort(r.workload, port) for port in r.ports), HOST_PORT),
    integer("neededNodes", "how many nodes a rollout needs, one for each pod with a host port", lambda r: r.needed),
    maybe_integer("eligibleNodes", "how many nodes there are for its pods, null where nobody says",
        lambda r: r.eligible),
    maybe_text("clash", "how its two amounts do not fit: `both`, `neither`, `host port`",
        lambda r: r.clash.value if r.clash else None),
))
SUBJECTS = (
    SubjectKind("rollout", "how a workload's pods are replaced", ROLLOUT,
        lambda topology: wire_rollouts(topology.bundle, topology.environment), lambda r: r.workload.meta,
        lambda r: (r.workload,)),
)

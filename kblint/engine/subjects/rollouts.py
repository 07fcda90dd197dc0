"""The subject Rollout: how a workload's pods are replaced."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    MANY,
    anything,
    build,
    integer,
    many,
    maybe_integer,
    maybe_text,
    one,
    row_type,
    subject,
    text,
)
from kblint.engine.subjects.workloads import workload_ref
from kblint.model.workload import ContainerPort, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.nodes.rollouts import WiredRollout, wire_rollouts
from kblint.wire.topology import Topology

HOST_PORT = row_type(
    "HostPort",
    "a port that a workload's pods take on their nodes",
    {"number": integer("the port on the node"), "protocol": text("TCP, UDP or SCTP")},
)
ROLLOUT = row_type(
    "Rollout",
    "how a workload's pods are replaced",
    {
        "workload": one("WorkloadRef", "the workload"),
        "strategy": maybe_text("RollingUpdate, Recreate, OnDelete, ...; null for a kind that replaces no pods"),
        "replicas": maybe_integer("how many pods it wants, null where the kind has no such number"),
        "maxSurge": anything("how many pods more a rolling update may make, null where it makes none"),
        "maxUnavailable": anything("how many pods fewer a rolling update may leave"),
        "hostPorts": many("HostPort", "the ports that its pods take on their nodes"),
        "neededNodes": integer("how many nodes a rollout needs, one for each pod with a host port"),
        "eligibleNodes": maybe_integer("how many nodes there are for its pods, null where nobody says"),
        "clash": maybe_text("how its two amounts do not fit: `both`, `neither`, `host port`"),
    },
)


def rollouts(topology: Topology) -> Iterator[Subject]:
    """Every workload whose pods are replaced."""
    for wired in wire_rollouts(topology.bundle, topology.environment):
        yield subject(topology, _rollout(wired), wired.workload.meta, ("workload", id(wired.workload)))


def _rollout(wired: WiredRollout) -> Row:
    workload, rollout = wired.workload, wired.workload.rollout
    values: dict[str, object] = {
        "workload": workload_ref(workload),
        "strategy": rollout.strategy if rollout else None,
        "replicas": workload.replicas,
        "maxSurge": rollout.max_surge if rollout else None,
        "maxUnavailable": rollout.max_unavailable if rollout else None,
        "hostPorts": tuple(_host_port(workload, port) for port in wired.ports[:MANY]),
        "neededNodes": Unknown() if wired.needed is None else wired.needed,
        "eligibleNodes": wired.eligible,
        "clash": wired.clash.value if wired.clash else None,
    }
    return build(ROLLOUT, workload.meta.origin.place("kind"), values, _places(workload))


def _places(workload: Workload) -> dict[str, Place]:
    replicas = workload.meta.origin.place("spec", "replicas")
    if workload.rollout is None:
        return {"replicas": replicas, "strategy": replicas}
    origin = workload.rollout.origin
    return {
        "replicas": replicas,
        "strategy": origin.place("type"),
        "maxSurge": origin.place("rollingUpdate", "maxSurge"),
        "maxUnavailable": origin.place("rollingUpdate", "maxUnavailable"),
    }


def _host_port(workload: Workload, port: ContainerPort) -> Row:
    key = "hostPort" if port.host_port is not None else "containerPort"
    return build(
        HOST_PORT, port.origin.place(key), {"number": workload.pod.host_port_of(port), "protocol": port.protocol}
    )


TYPES = (HOST_PORT, ROLLOUT)

"""Whether a workload that takes host ports leaves room for them while its pods are replaced.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.workload import ContainerPort, Rollout, Workload
from kblint.wire.claims import node_constraints

HOST_NAME = "kubernetes.io/hostname"


class Clash(enum.Enum):
    """How `maxSurge` and `maxUnavailable` of a rolling update do not fit."""

    BOTH = "both"
    """A DaemonSet has one or the other."""
    NEITHER = "neither"
    """Nothing could be replaced."""
    HOST_PORT = "host port"
    """The new pod waits for a port that the old one holds."""


@dataclass(frozen=True, slots=True, eq=False)
class WiredRollout:
    """How a workload's pods are replaced.

    `ports` are the ports its pods take on their nodes. `needed` is how many nodes a rollout needs, `eligible` how many
    there are; each None where it cannot be told.
    """

    workload: Workload
    ports: tuple[ContainerPort, ...]
    needed: int | None
    eligible: int | None
    clash: Clash | None


def wire_rollouts(bundle: Bundle, environment: Environment) -> Iterator[WiredRollout]:
    """Every workload whose pods are replaced, or that wants several at once."""
    for workload in bundle.all(Workload):
        if workload.rollout is None and workload.replicas is None:
            continue
        ports = host_ports(workload)
        yield WiredRollout(
            workload, ports, _needed(workload), eligible_nodes(workload, environment), _clash(workload, has_ports=bool(ports))
        )


def host_ports(workload: Workload) -> tuple[ContainerPort, ...]:
    """The entries by which the scheduler knows that a pod takes a port of its node."""
    return tuple(
        port
        for container in workload.pod.serving
        for port in container.ports
        if isinstance(workload.pod.host_port_of(port), int)
    )


def eligible_nodes(workload: Workload, environment: Environment) -> int | None:
    """On how many nodes a workload's pods may run, as far as host names or the number of nodes tell."""
    hosts = node_constraints(workload).get(HOST_NAME)
    counts = [number for number in (len(hosts) if hosts is not None else None, environment.nodes) if number is not None]
    return min(counts, default=None)


def _needed(workload: Workload) -> int | None:
    replicas, rollout = workload.replicas, workload.rollout
    if not isinstance(replicas, int):
        return None
    if rollout is None or replicas == 0 or workload.meta.kind == "StatefulSet":
        return replicas
    if rollout.strategy == "blueGreen":
        return 2 * replicas
    if rollout.strategy not in ("RollingUpdate", "canary"):
        return replicas
    surge = _count(rollout.max_surge, replicas, math.ceil)
    missing = _count(rollout.max_unavailable, replicas, math.floor)
    if surge is None or missing is None:
        return None
    # with neither, one pod is taken away first
    return replicas if missing > 0 or surge == 0 else replicas + 1

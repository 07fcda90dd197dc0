"""Whether a workload that takes host ports leaves room for them while its pods are replaced.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterator

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.workload import ContainerPort, Workload
from kblint.wire.nodes.claims import node_constraints

HOST_NAME = "kubernetes.io/hostname"


class Clash(enum.Enum):
    """How `maxSurge` and `maxUnavailable` of a rolling update do not fit."""

    BOTH = "both"
    """A DaemonSet has one or the other."""
    NEITHER = "neither"
    """Nothing could be replaced."""
    HOST_PORT = "host port"
    """The new pod waits for a port that the old one holds."""


class WiredRollout(Struct, frozen=True, eq=False):
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
        needed, eligible = _needed(workload), eligible_nodes(workload, environment)
        yield WiredRollout(workload, host_ports(workload), needed, eligible, clash_of(workload))


def host_ports(workload: Workload) -> tuple[ContainerPort, ...]:
    """The entries by which the scheduler knows that a pod takes a port of its node."""
    return tuple(port for port in workload.pod.ports if isinstance(workload.pod.host_port_of(port), int))


def eligible_nodes(workload: Workload, environment: Environment) -> int | None:
    """On how many nodes a workload's pods may run, as far as host names or the number of nodes tell."""
    pod = workload.pod
    if pod.node_name is not None or HOST_NAME in pod.node_selector:
        return 1
    hosts = node_constraints(workload).get(HOST_NAME)
    counts = (None if hosts is None else len(hosts), environment.nodes)
    return min((count for count in counts if count is not None), default=None)


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


def _count(amount: int | str | None, replicas: int, rounded: Callable[[float], int]) -> int | None:
    """An amount as a number of pods; a percentage is of the replicas. None where it cannot be known."""
    if not isinstance(amount, str):
        return amount
    number = amount.removesuffix("%")
    return rounded(int(number) * replicas / 100) if number.isascii() and number.isdigit() else None


def clash_of(workload: Workload) -> Clash | None:
    """What is wrong with the two amounts of a rolling update; the API refuses all but a host port's.

    https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
    """
    kind, rollout = workload.meta.kind, workload.rollout
    if rollout is None or rollout.strategy != "RollingUpdate" or kind not in ("DaemonSet", "Deployment"):
        return None
    # a hundred pods, so that no percentage is rounded away
    surge, missing = _count(rollout.max_surge, 100, math.ceil), _count(rollout.max_unavailable, 100, math.floor)
    if surge is None or missing is None:
        return None
    if surge == 0 and missing == 0:
        return Clash.NEITHER
    if kind == "DaemonSet" and surge > 0:
        return Clash.BOTH if missing > 0 else Clash.HOST_PORT if host_ports(workload) else None
    return None

"""Objects of a live cluster that others made: they are their owner's, and declare nothing of their own.

https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kblint.model.bundle import Declaration
from kblint.model.meta import Meta
from kblint.model.service import Service
from kblint.model.workload import Workload

_HASH = "pod-template-hash"
"""What a Deployment adds to the names and labels of its ReplicaSets: `shop-6d4cf56db6`."""

_SERVICE_LB = "svccontroller.k3s.cattle.io/"
"""The prefix of the labels of what ServiceLB makes."""


class _Object(NamedTuple):
    kind: str
    namespace: str | None
    name: str


def without_owned(declarations: Sequence[Declaration]) -> tuple[Declaration, ...]:
    """`declarations` without the workloads whose owner is one of them, or the Service that ServiceLB made them for.

    Of those that an absent owner made, one stands for all: the one with most replicas, of several the first.
    """
    workloads = {_object(one.meta): one for one in declarations if isinstance(one, Workload)}
    made = {one: owner for one in workloads.values() if (owner := _owner(one))}
    served = [(one, service) for one in workloads.values() if (service := _service(one.meta))]
    if not made and not served:
        return tuple(declarations)
    services = {_object(one.meta) for one in declarations if isinstance(one, Service)} if served else set()
    standing: dict[_Object, Workload] = {}
    left_out = {one for one, service in served if service in services}
    for one, owner in made.items():
        if owner in workloads or _owner_of_owner(one, owner) in workloads:
            left_out.add(one)
            continue
        other = standing.get(owner)
        if other is None:
            standing[owner] = one
        else:
            more = one if _replicas(one) > _replicas(other) else other
            left_out.add(one if more is other else other)
            standing[owner] = more
    return tuple(one for one in declarations if not isinstance(one, Workload) or one not in left_out)


def _object(meta: Meta) -> _Object:
    return _Object(meta.kind, meta.namespace, meta.name)


def _owner(workload: Workload) -> _Object | None:
    """What made a workload: nothing for one that somebody wrote, and for static pods, which a node shows."""
    for entry in workload.meta.origin.child("metadata").children("ownerReferences"):
        kind, name = entry.node.get("kind"), entry.node.get("name")
        if isinstance(kind, str) and isinstance(name, str) and kind != "Node":
            return _Object(kind, workload.meta.namespace, name)
    return None


def _service(meta: Meta) -> _Object | None:
    """The Service of which K3s's ServiceLB takes the ports on nodes with these pods (`svclb-traefik-…`).

    https://docs.k3s.io/networking/networking-services#service-load-balancer
    """
    name, namespace = meta.labels.get(f"{_SERVICE_LB}svcname"), meta.labels.get(f"{_SERVICE_LB}svcnamespace")
    return _Object("Service", namespace, name) if isinstance(name, str) and isinstance(namespace, str) else None


def _owner_of_owner(workload: Workload, owner: _Object) -> _Object | None:
    """The Deployment over a pod's ReplicaSet, which may be there though the ReplicaSet is not."""
    added = workload.meta.labels.get(_HASH)
    if owner.kind != "ReplicaSet" or not isinstance(added, str) or not owner.name.endswith(f"-{added}"):
        return None
    return _Object("Deployment", owner.namespace, owner.name.removesuffix(f"-{added}"))


def _replicas(workload: Workload) -> int:
    return workload.replicas if isinstance(workload.replicas, int) else 1


def is_ready(workload: Workload) -> bool:
    """Whether what the cluster itself says of a workload, in a dump of it, counts ready pods."""
    status = workload.meta.origin.child("status").node
    return any(isinstance(number := status.get(key), int) and number > 0 for key in ("readyReplicas", "numberReady"))

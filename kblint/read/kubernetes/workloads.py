"""Pods, the objects that make them, and the volumes that these claim.

Fields and defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kblint.model.meta import Meta, Number
from kblint.model.workload import Rollout, Selector, VolumeClaim, Workload
from kblint.read.kubernetes.pods import pod
from kblint.read.kubernetes.selectors import selector
from kblint.read.values import Fields, as_port, mapping, mappings, number, text, text_map, word, words
from kblint.source.values import Origin, PositionedDict, Unknown

TEMPLATE_PATHS = (
    ("spec", "template"),
    ("spec", "jobTemplate", "spec", "template"),
    ("spec", "jobTargetRef", "template"),
)
"""Where operators' own kinds keep a pod template."""

NOT_PLAIN_PODS = frozenset({"serving.knative.dev"})
"""Groups whose `spec.template.spec` looks like a pod's but is not: Knative picks ports and adds containers."""


def read_deployment(meta: Meta, origin: Origin) -> Workload:
    """A Deployment: one replica, rolling update with a quarter more and a quarter less."""
    rollout = _rollout(origin.child("spec", "strategy"), max_surge="25%", max_unavailable="25%")
    return replace(read_replica_set(meta, origin), rollout=rollout)


def read_daemon_set(meta: Meta, origin: Origin) -> Workload:
    """A DaemonSet: rolling update, one node at a time, the old pod first."""
    rollout = _rollout(origin.child("spec", "updateStrategy"), max_surge=0, max_unavailable=1)
    found = selector(origin, "spec", "selector")
    return replace(_workload(meta, origin.child("spec", "template")), selector=found, rollout=rollout)


def read_stateful_set(meta: Meta, origin: Origin) -> Workload:
    """A StatefulSet: one replica, rolling update one pod at a time; it never surges."""
    spec = mapping(origin.node, "spec")
    claims = mappings(spec, "volumeClaimTemplates")
    return replace(
        read_replica_set(meta, origin),
        rollout=_rollout(origin.child("spec", "updateStrategy"), max_surge=None, max_unavailable=1),
        service_name=text(spec, "serviceName"),
        claims=tuple(mode for claim in claims for mode in words(mapping(claim, "spec"), "accessModes")),
    )


def read_replica_set(meta: Meta, origin: Origin) -> Workload:
    """A ReplicaSet: one replica."""
    found = selector(origin, "spec", "selector")
    return replace(_workload(meta, origin.child("spec", "template")), replicas=_replicas(origin), selector=found)


def read_replication_controller(meta: Meta, origin: Origin) -> Workload:
    """A ReplicationController: one replica; its selector is a plain map, and defaults to the template's labels."""
    made = _workload(meta, origin.child("spec", "template"))
    found = origin.child("spec", "selector")
    labels = text_map(mapping(origin.node, "spec"), "selector")
    if not labels:
        found = origin.child("spec", "template", "metadata", "labels")
        labels = dict(made.pod.labels)
    return replace(made, replicas=_replicas(origin), selector=Selector(labels, (), found))


def templated(*path: str) -> Callable[[Meta, Origin], Workload]:
    """What reads a kind of which nothing counts but its pod, whose template stands at `path`."""
    return lambda meta, origin: _workload(meta, origin.child(*path))


def read_volume_claim(meta: Meta, origin: Origin) -> VolumeClaim:
    """A PersistentVolumeClaim."""
    spec = origin.child("spec")
    return VolumeClaim(meta, words(spec.node, "accessModes"), spec)


def read_argo_rollout(meta: Meta, origin: Origin) -> Workload | None:
    """An Argo Rollout; one that takes its template from another workload (`workloadRef`) has no pods of its own.

    https://argo-rollouts.readthedocs.io/en/stable/features/specification/
    """
    spec = mapping(origin.node, "spec")
    if not isinstance(spec.get("template"), dict):
        return None
    strategy = mapping(spec, "strategy")
    if isinstance(strategy.get("blueGreen"), dict):
        rollout = Rollout("blueGreen", None, None, origin.child("spec", "strategy", "blueGreen"))
    else:
        canary = origin.child("spec", "strategy", "canary")
        surge, missing = _amount(canary.node, "maxSurge", "25%"), _amount(canary.node, "maxUnavailable", "25%")
        rollout = Rollout("canary", surge, missing, canary)
    return replace(read_replica_set(meta, origin), rollout=rollout)


def read_unknown_kind(meta: Meta, origin: Origin) -> Workload | None:
    """An object of a kind nobody knows that holds a pod template at a usual path; nothing for any other."""
    if meta.group in NOT_PLAIN_PODS:
        return None
    for path in TEMPLATE_PATHS:
        containers = origin.get(*path, "spec", "containers")
        if (
            containers
            and isinstance(containers, list)
            and all(
                isinstance(container, PositionedDict) and isinstance(container.get("image"), str)
                for container in containers
            )
        ):
            replicas = number(mapping(origin.node, "spec"), "replicas")
            found = selector(origin, "spec", "selector")
            return replace(_workload(meta, origin.child(*path)), replicas=replicas, selector=found)
    return None


def _workload(meta: Meta, template: Origin) -> Workload:
    """A workload of which nothing but the pod is known."""
    made = pod(template.child("spec"), template.child("metadata"))
    return Workload(meta, made, None, None, None, None, ())


def _replicas(origin: Origin) -> Number:
    written = number(mapping(origin.node, "spec"), "replicas")
    return 1 if written is None else written


def _rollout(strategy: Origin, *, max_surge: int | str | None, max_unavailable: int | str) -> Rollout:
    kind = word(strategy.node, "type", "RollingUpdate")
    if kind != "RollingUpdate":
        return Rollout(kind, None, None, strategy)
    rolling = mapping(strategy.node, "rollingUpdate")
    surge = None if max_surge is None else _amount(rolling, "maxSurge", max_surge)
    return Rollout(kind, surge, _amount(rolling, "maxUnavailable", max_unavailable), strategy)


def _amount(fields: Fields, key: str, default: int | str) -> int | str | None:
    """A count or percentage; None where it is written but cannot be known."""
    value = fields.get(key)
    if value is None:
        return default
    amount = as_port(value)
    return None if isinstance(amount, Unknown) else amount

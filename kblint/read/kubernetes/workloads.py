"""Pods, and the objects that make them.

Fields and defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kblint.model.bundle import Declaration
from kblint.model.meta import Meta, Number, Text
from kblint.model.workload import Pod, Rollout, Selector, Workload
from kblint.read.fields import Fields, as_port, mapping, mappings, number, text, text_map, word, words
from kblint.read.kubernetes.pods import pod
from kblint.read.kubernetes.selectors import selector
from kblint.source.values import Origin, PositionedDict, Unknown

TEMPLATE_PATHS = (
    ("spec", "template"),
    ("spec", "jobTemplate", "spec", "template"),
    ("spec", "jobTargetRef", "template"),
)
"""Where operators' own kinds keep a pod template."""

NOT_PLAIN_PODS = frozenset({"serving.knative.dev"})
"""Groups whose `spec.template.spec` looks like a pod's but is not: Knative picks ports and adds containers."""


def read_pod(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A bare Pod."""
    found = pod(origin.child("spec"), origin.child("metadata"))
    return (Workload(meta, found, None, None, None, None, ()),)


def read_deployment(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A Deployment: one replica, rolling update with a quarter more and a quarter less."""
    return (_templated(meta, origin, replicas=_replicas(origin), rollout=_deployment_rollout(origin)),)


def read_daemon_set(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A DaemonSet: rolling update, one node at a time, the old pod first."""
    rollout = _rollout(origin.child("spec", "updateStrategy"), max_surge=0, max_unavailable=1)
    return (_templated(meta, origin, rollout=rollout),)


def read_stateful_set(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A StatefulSet: one replica, rolling update one pod at a time; it never surges."""
    spec = mapping(origin.node, "spec")
    claims = mappings(spec, "volumeClaimTemplates")
    return (
        _templated(
            meta,
            origin,
            replicas=_replicas(origin),
            rollout=_rollout(origin.child("spec", "updateStrategy"), max_surge=None, max_unavailable=1),
            service_name=text(spec, "serviceName"),
            claims=tuple(mode for claim in claims for mode in words(mapping(claim, "spec"), "accessModes")),
        ),
    )


def read_replica_set(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A ReplicaSet: one replica."""
    return (_templated(meta, origin, replicas=_replicas(origin)),)


def read_replication_controller(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A ReplicationController: one replica; its selector is a plain map, and defaults to the template's labels."""
    found = origin.child("spec", "selector")
    labels = text_map(mapping(origin.node, "spec"), "selector")
    if not labels:
        found = origin.child("spec", "template", "metadata", "labels")
        labels = text_map(mapping(mapping(mapping(origin.node, "spec"), "template"), "metadata"), "labels")
    plain = Selector(labels, (), found)
    template = origin.child("spec", "template")
    return (Workload(meta, _pod(template), _replicas(origin), plain, None, None, ()),)


def read_job(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A Job; it has no replicas, and its selector is made by the API."""
    return (Workload(meta, _pod(origin.child("spec", "template")), None, None, None, None, ()),)


def read_cron_job(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A CronJob: the pod of the Jobs it makes."""
    template = origin.child("spec", "jobTemplate", "spec", "template")
    return (Workload(meta, _pod(template), None, None, None, None, ()),)


def read_argo_rollout(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """An Argo Rollout; one that takes its template from another workload (`workloadRef`) has no pods of its own.

    https://argo-rollouts.readthedocs.io/en/stable/features/specification/
    """
    spec = mapping(origin.node, "spec")
    if not isinstance(spec.get("template"), dict):
        return ()
    strategy = mapping(spec, "strategy")
    if isinstance(strategy.get("blueGreen"), dict):
        rollout = Rollout("blueGreen", None, None, origin.child("spec", "strategy", "blueGreen"))
    else:
        canary = origin.child("spec", "strategy", "canary")
        surge, missing = _amount(canary.node, "maxSurge", "25%"), _amount(canary.node, "maxUnavailable", "25%")
        rollout = Rollout("canary", surge, missing, canary)
    return (_templated(meta, origin, replicas=_replicas(origin), rollout=rollout),)


def read_unknown_kind(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """An object of a kind nobody knows that holds a pod template at a usual path; nothing for any other."""
    if meta.group in NOT_PLAIN_PODS:
        return ()
    for path in TEMPLATE_PATHS:
        containers = origin.get(*path, "spec", "containers")
        if isinstance(containers, list) and containers and all(map(_has_image, containers)):
            template = origin.child(*path)
            replicas = number(mapping(origin.node, "spec"), "replicas")
            return (Workload(meta, _pod(template), replicas, selector(origin, "spec", "selector"), None, None, ()),)
    return ()


def _has_image(container: object) -> bool:
    return isinstance(container, PositionedDict) and isinstance(container.get("image"), str)


def _pod(template: Origin) -> Pod:
    return pod(template.child("spec"), template.child("metadata"))


def _templated(
    meta: Meta,
    origin: Origin,
    *,
    replicas: Number | None = None,
    rollout: Rollout | None = None,
    service_name: Text | None = None,
    claims: tuple[str, ...] = (),
) -> Workload:
    made = _pod(origin.child("spec", "template"))
    return Workload(meta, made, replicas, selector(origin, "spec", "selector"), rollout, service_name, claims)


def _replicas(origin: Origin) -> Number:
    written = number(mapping(origin.node, "spec"), "replicas")
    return 1 if written is None else written


def _deployment_rollout(origin: Origin) -> Rollout:
    return _rollout(origin.child("spec", "strategy"), max_surge="25%", max_unavailable="25%")


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


WORKLOADS: Mapping[tuple[str, str], Callable[[Meta, Origin], tuple[Declaration, ...]]] = {
    ("", "Pod"): read_pod,
    ("", "ReplicationController"): read_replication_controller,
    ("apps", "DaemonSet"): read_daemon_set,
    ("apps", "Deployment"): read_deployment,
    ("apps", "ReplicaSet"): read_replica_set,
    ("apps", "StatefulSet"): read_stateful_set,
    ("argoproj.io", "Rollout"): read_argo_rollout,
    ("batch", "CronJob"): read_cron_job,
    ("batch", "Job"): read_job,
    ("extensions", "DaemonSet"): read_daemon_set,
    ("extensions", "Deployment"): read_deployment,
    ("extensions", "ReplicaSet"): read_replica_set,
}
"""Group and kind to reader."""

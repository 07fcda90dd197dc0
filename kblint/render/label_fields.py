"""Fields that labels, annotations, namespaces, images and replicas of a kustomization are written to.

https://github.com/kubernetes-sigs/kustomize, api/internal/konfig/builtinpluginconsts.
"""

from __future__ import annotations

from kblint.render.field_specs import FieldSpec, specs
from kblint.render.identity import Gvk


def _kind(kind: str, group: str = "", version: str = "") -> Gvk:
    return Gvk(group, version, kind)


_CONTROLLER = _kind("ReplicationController", version="v1")
_CRON_JOB = _kind("CronJob", "batch")
_JOB = _kind("Job", "batch")
_STATEFUL_SET = _kind("StatefulSet", "apps")
_POLICY = _kind("NetworkPolicy", "networking.k8s.io")
_TEMPLATED = (_CONTROLLER, _kind("Deployment"), _kind("ReplicaSet"), _kind("DaemonSet"))

METADATA_LABELS: tuple[FieldSpec, ...] = specs(["metadata/labels"], creates=True)
TEMPLATE_LABELS: tuple[FieldSpec, ...] = (
    *METADATA_LABELS,
    *specs(["spec/template/metadata/labels"], *_TEMPLATED, _STATEFUL_SET, _JOB, creates=True),
    *specs(["spec/volumeClaimTemplates[]/metadata/labels"], _STATEFUL_SET, creates=True),
    *specs(
        ["spec/jobTemplate/metadata/labels", "spec/jobTemplate/spec/template/metadata/labels"], _CRON_JOB, creates=True
    ),
)
_TERM = "DuringSchedulingIgnoredDuringExecution"
_AFFINITY = "spec/template/spec/affinity"
COMMON_LABELS: tuple[FieldSpec, ...] = (
    *specs(["spec/selector"], _kind("Service", version="v1"), _CONTROLLER, creates=True),
    *specs(
        ["spec/selector/matchLabels"],
        *(_kind("Deployment"), _kind("ReplicaSet"), _kind("DaemonSet"), _STATEFUL_SET),
        creates=True,
    ),
    *specs(
        (
            *(f"{_AFFINITY}/{one}/preferred{_TERM}/podAffinityTerm/labelSelector/matchLabels"
              for one in ("podAffinity", "podAntiAffinity")),
            *(f"{_AFFINITY}/{one}/required{_TERM}/labelSelector/matchLabels"
              for one in ("podAffinity", "podAntiAffinity")),
            "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels",
        ),
        *(_kind("Deployment", "apps"), _STATEFUL_SET),
    ),
    *specs(["spec/selector/matchLabels"], _JOB, _kind("PodDisruptionBudget", "policy")),
    *specs(["spec/jobTemplate/spec/selector/matchLabels"], _CRON_JOB),
    *specs(
        (
            "spec/podSelector/matchLabels",
            "spec/ingress/from/podSelector/matchLabels",
            "spec/egress/to/podSelector/matchLabels",
        ),
        _POLICY,
    ),
    *TEMPLATE_LABELS,
)  # fmt: skip
"""Selectors too: what `commonLabels`, and `labels` with `includeSelectors`, are written to."""
COMMON_ANNOTATIONS: tuple[FieldSpec, ...] = (
    *specs(["metadata/annotations"], creates=True),
    *specs(["spec/template/metadata/annotations"], *_TEMPLATED, _kind("StatefulSet"), _JOB, creates=True),
    *specs(
        ["spec/jobTemplate/metadata/annotations", "spec/jobTemplate/spec/template/metadata/annotations"],
        _CRON_JOB,
        creates=True,
    ),
)
NAMESPACE: tuple[FieldSpec, ...] = (
    *specs(["metadata/name"], _kind("Namespace"), creates=True),
    *specs(["spec/service/namespace"], _kind("APIService", "apiregistration.k8s.io"), creates=True),
    *specs(
        ["spec/conversion/webhook/clientConfig/service/namespace"],
        _kind("CustomResourceDefinition", "apiextensions.k8s.io"),
    ),
)
NAME: tuple[FieldSpec, ...] = specs(["metadata/name"])
IMAGES: tuple[FieldSpec, ...] = specs(

        f"{way}/{name}[]/image"
        for way in ("spec", "spec/template/spec")
        for name in ("containers", "initContainers")

)  # fmt: skip
REPLICAS: tuple[FieldSpec, ...] = specs(
    ["spec/replicas"],
    *map(_kind, ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")),
    creates=True,
)

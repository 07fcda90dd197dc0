"""The order of what is built: `api/internal/builtins/SortOrderTransformer.go` of kustomize."""

from __future__ import annotations

from collections.abc import Sequence

from kblint.render.identity import Gvk
from kblint.render.resource import BuiltObject
from kblint.source.values import Origin, strings

_FIRST = (
    *("Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy"),
    *("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service"),
    *("LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet"),
    *("CronJob", "PodDisruptionBudget"),
)
_LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def ordered(resources: Sequence[BuiltObject], kustomization: Origin) -> list[BuiltObject]:
    """The objects as `sortOptions` asks for: by kind where it says nothing."""
    options = kustomization.child("sortOptions")
    if options.node and options.get("order") != "legacy":
        return list(resources)
    legacy = options.child("legacySortOptions")
    first = strings(legacy.get("orderFirst")) if legacy.node else _FIRST
    last = strings(legacy.get("orderLast")) if legacy.node else _LAST
    rank = {kind: index - len(first) for index, kind in enumerate(first)}
    rank |= {kind: index + 1 for index, kind in enumerate(last)}
    return sorted(resources, key=lambda one: (rank.get(one.gvk.kind, 0), *_key(one)))


def _key(one: BuiltObject) -> tuple[str, str]:
    now = one.id
    return _kind(now.gvk), f"{now.namespace or '~X'}|{now.name or '~N'}"


def _kind(gvk: Gvk) -> str:
    return f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"

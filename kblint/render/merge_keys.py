"""Which lists of Kubernetes' objects a strategic merge patch merges, and by which fields of their items.

The API says so itself (`x-kubernetes-patch-strategy`, `-merge-key`, `-list-map-keys`); kustomize asks the API of
Kubernetes 1.21. A list that stands in no table is replaced as a whole, as is every list of a custom resource.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from kblint.render.identity import Gvk


class Shape(Struct, frozen=True):
    """A mapping, or the items of a list: the fields of it below which something is merged.

    `keys` tell items apart, None where the list is replaced; without any, its items are plain values.
    """

    fields: Mapping[str, Shape] = field(default_factory=dict)
    keys: tuple[str, ...] | None = None


def _list(keys: str, fields: Mapping[str, Shape] | None = None) -> Shape:
    return Shape(fields or {}, tuple(keys.split()))


_METADATA = Shape({"finalizers": _list(""), "ownerReferences": _list("uid")})
_CONDITIONS = Shape({"conditions": _list("type")})
_CLAIM = {"metadata": _METADATA, "status": _CONDITIONS}
_EPHEMERAL = {
    "env": _list("name"),
    "volumeDevices": _list("devicePath"),
    "volumeMounts": _list("mountPath"),
}
_CONTAINER = {**_EPHEMERAL, "ports": _list("containerPort protocol")}
_POD = Shape(
    {
        "containers": _list("name", _CONTAINER),
        "ephemeralContainers": _list("name", _EPHEMERAL),
        "hostAliases": _list("ip"),
        "imagePullSecrets": _list("name"),
        "initContainers": _list("name", _CONTAINER),
        "topologySpreadConstraints": _list("topologyKey whenUnsatisfiable"),
        "volumes": _list("name", {"ephemeral": Shape({"volumeClaimTemplate": Shape(_CLAIM)})}),
    }
)
_TEMPLATE = Shape({"metadata": _METADATA, "spec": _POD})
_OBJECT = {"metadata": _METADATA}
_WORKLOAD = Shape({**_OBJECT, "spec": Shape({"template": _TEMPLATE}), "status": _CONDITIONS})
_JOB = Shape({"template": _TEMPLATE})
_CRON_JOB = Shape({**_OBJECT, "spec": Shape({"jobTemplate": Shape({"metadata": _METADATA, "spec": _JOB})})})
_WEBHOOKS = Shape({**_OBJECT, "webhooks": _list("name")})
_PLAIN = Shape(_OBJECT)

_OF_CORE = {
    "Namespace": Shape({**_OBJECT, "status": _CONDITIONS}),
    "Node": Shape(
        {
            **_OBJECT,
            "spec": Shape({"podCIDRs": _list("")}),
            "status": Shape({"addresses": _list("type"), "conditions": _list("type")}),
        }
    ),
    "PersistentVolumeClaim": Shape(_CLAIM),
    "Pod": Shape({**_OBJECT, "spec": _POD, "status": Shape({"conditions": _list("type"), "podIPs": _list("ip")})}),
    "PodTemplate": Shape({**_OBJECT, "template": _TEMPLATE}),
    "ReplicationController": _WORKLOAD,
    "Service": Shape({**_OBJECT, "spec": Shape({"ports": _list("port protocol")}), "status": _CONDITIONS}),
    "ServiceAccount": Shape({**_OBJECT, "secrets": _list("name")}),
}
_BUDGET = Shape({**_OBJECT, "status": _CONDITIONS})


def _kinds(*versions: str, **kinds: Shape) -> dict[tuple[str, str], Shape]:
    return {(version, kind): shape for version in versions for kind, shape in kinds.items()}


def _plain(versions: str, kinds: str) -> dict[tuple[str, str], Shape]:
    return {(version, kind): _PLAIN for version in versions.split() for kind in kinds.split()}


SHAPES: Mapping[tuple[str, str], Shape] = {
    **_plain(
        "v1", "Binding ComponentStatus ConfigMap Endpoints Event LimitRange PersistentVolume ResourceQuota Secret"
    ),
    **_kinds("v1", **_OF_CORE),
    **_kinds("apps/v1", **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), _WORKLOAD)),
    **_plain("apps/v1", "ControllerRevision"),
    **_kinds("batch/v1", "batch/v1beta1", CronJob=_CRON_JOB),
    **_kinds("batch/v1", Job=Shape({**_OBJECT, "spec": _JOB, "status": _CONDITIONS})),
    **_kinds(
        *("admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1beta1"),
        MutatingWebhookConfiguration=_WEBHOOKS,
        ValidatingWebhookConfiguration=_WEBHOOKS,
    ),
    **_plain("apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
    **_kinds("apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1beta1", APIService=_BUDGET),
    **_plain("autoscaling/v1 autoscaling/v2beta1 autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    **_plain("coordination.k8s.io/v1 coordination.k8s.io/v1beta1", "Lease"),
    **_plain("discovery.k8s.io/v1 discovery.k8s.io/v1beta1", "EndpointSlice"),
    **_plain("extensions/v1beta1 networking.k8s.io/v1 networking.k8s.io/v1beta1", "Ingress"),
    **_plain("networking.k8s.io/v1 networking.k8s.io/v1beta1", "IngressClass"),
    **_plain("networking.k8s.io/v1", "NetworkPolicy"),
    **_kinds("policy/v1", "policy/v1beta1", PodDisruptionBudget=_BUDGET),
    **_plain("policy/v1beta1", "PodSecurityPolicy"),
    **_plain(
        "rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
    ),
    **_plain("scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1", "PriorityClass"),
    **_plain("storage.k8s.io/v1 storage.k8s.io/v1beta1", "CSIDriver StorageClass VolumeAttachment"),
    **_kinds(
        *("storage.k8s.io/v1", "storage.k8s.io/v1beta1"),
        CSINode=Shape({**_OBJECT, "spec": Shape({"drivers": _list("name")})}),
    ),
}
"""By API version and kind, as they are written."""


def shape_of(gvk: Gvk) -> Shape | None:
    """What is merged in objects of a kind; None where kustomize knows nothing of it."""
    api_version = f"{gvk.group}/{gvk.version}" if gvk.group else gvk.version
    return SHAPES.get((api_version, gvk.kind))

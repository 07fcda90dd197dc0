"""Where an object names another one, as far as kustomize knows: these names follow what they name.

`namereference.go` of https://github.com/kubernetes-sigs/kustomize (api/internal/konfig/builtinpluginconsts).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from kblint.render.field_specs import FieldSpec, specs, split
from kblint.render.identity import Gvk


class References(Struct, frozen=True):
    """The fields in which objects of other kinds name one of these."""

    target: Gvk
    fields: tuple[FieldSpec, ...]


_PODS = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"), "spec/template/spec"
    ),
}
"""Where a kind has what its pods are made of."""
_WITH_SETTINGS = ("Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob")
_WITH_OTHERS = ("Pod", "StatefulSet", "Deployment", "ReplicationController", "CronJob", "Job", "DaemonSet")
_CONFIG_MAP = (
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
)
_SECRET = (
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
)
_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_INGRESS = "nginx.ingress.kubernetes.io"
_SCALED = ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")


def _kind(kind: str, group: str = "", version: str = "") -> Gvk:
    return Gvk(group, version, kind)


def _in_pods(kinds: Iterable[str], fields: Iterable[str], pod_version: str = "") -> Iterator[FieldSpec]:
    fields = tuple(fields)
    for kind in kinds:
        gvk = _kind(kind, version=pod_version if kind == "Pod" else "")
        yield from specs((f"{_PODS[kind]}/{field}" for field in fields), gvk)


def _ingress(*annotations: str) -> tuple[FieldSpec, ...]:
    return tuple(FieldSpec(("metadata", "annotations", one), _kind("Ingress")) for one in annotations)


NAME_REFERENCES: tuple[References, ...] = (
    *(References(_kind(kind), specs(["spec/scaleTargetRef/name"], _kind("HorizontalPodAutoscaler")))
      for kind in _SCALED),
    References(
        _kind("ConfigMap", version="v1"),
        (
            *_in_pods(_WITH_SETTINGS, _CONFIG_MAP, "v1"),
            *specs(["spec/configSource/configMap"], _kind("Node")),
            *specs(["rules/resourceNames"], _kind("Role"), _kind("ClusterRole")),
            *_ingress(f"{_INGRESS}/fastcgi-params-configmap"),
        ),
    ),
    References(
        _kind("Secret", version="v1"),
        (
            *_in_pods(_WITH_SETTINGS, _SECRET, "v1"),
            *specs(["spec/tls/secretName"], _kind("Ingress")),
            *_ingress("ingress.kubernetes.io/auth-secret", f"{_INGRESS}/auth-secret", f"{_INGRESS}/auth-tls-secret"),
            *specs(["imagePullSecrets/name"], _kind("ServiceAccount")),
            *specs(
                (f"parameters/{name}" for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")),
                _kind("StorageClass"),
            ),
            *specs(["rules/resourceNames"], _kind("Role"), _kind("ClusterRole")),
            *specs(
                ["spec/template/spec/containers/env/valueFrom/secretKeyRef/name"],
                _kind("Service", "serving.knative.dev", "v1"),
            ),
            *specs(["spec/azureFile/secretName"], _kind("PersistentVolume")),
        ),
    ),
    References(
        _kind("Service", version="v1"),
        (
            *specs(["spec/serviceName"], _kind("StatefulSet", "apps")),
            *specs(
                (
                    "spec/rules/http/paths/backend/serviceName",
                    "spec/backend/serviceName",
                    "spec/rules/http/paths/backend/service/name",
                    "spec/defaultBackend/service/name",
                ),
                _kind("Ingress"),
            ),
            *specs(["spec/service/name"], _kind("APIService", "apiregistration.k8s.io")),
            *specs(
                ["webhooks/clientConfig/service"],
                _kind("ValidatingWebhookConfiguration", _ADMISSION),
                _kind("MutatingWebhookConfiguration", _ADMISSION),
            ),
        ),
    ),
    References(_kind("Role", _RBAC), specs(["roleRef/name"], _kind("RoleBinding", _RBAC))),
    References(
        _kind("ClusterRole", _RBAC),
        specs(["roleRef/name"], _kind("RoleBinding", _RBAC), _kind("ClusterRoleBinding", _RBAC)),
    ),
    References(
        _kind("ServiceAccount", version="v1"),
        (
            *specs(["subjects"], _kind("RoleBinding", _RBAC), _kind("ClusterRoleBinding", _RBAC)),
            *_in_pods(_WITH_OTHERS, ["serviceAccountName"]),
        ),
    ),
    References(
        _kind("PersistentVolumeClaim", version="v1"),
        tuple(_in_pods(_WITH_OTHERS, ["volumes/persistentVolumeClaim/claimName"])),
    ),
    References(
        _kind("PersistentVolume", version="v1"),
        (
            *specs(["spec/volumeName"], _kind("PersistentVolumeClaim")),
            *specs(["rules/resourceNames"], _kind("ClusterRole")),
        ),
    ),
    References(
        _kind("StorageClass", "storage.k8s.io", "v1"),
        (
            *specs(["spec/storageClassName"], _kind("PersistentVolume"), _kind("PersistentVolumeClaim")),
            *specs(["spec/volumeClaimTemplates/spec/storageClassName"], _kind("StatefulSet")),
        ),
    ),
    References(
        _kind("PriorityClass", "scheduling.k8s.io", "v1"), tuple(_in_pods(_WITH_OTHERS, ["priorityClassName"]))
    ),
    References(
        _kind("ValidatingAdmissionPolicy", _ADMISSION),
        (FieldSpec(split("spec/policyName"), _kind("ValidatingAdmissionPolicyBinding", _ADMISSION)),),
    ),
)  # fmt: skip
"""Of IngressClasses kustomize's table asks for a group that none has, so that nothing follows their names."""

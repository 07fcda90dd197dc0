"""What kustomize takes for one object, and which kinds it knows to stand in no namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_NO_NAMESPACE = "_non_namespaceable_"
_DEFAULT = "default"


class Gvk(NamedTuple):
    """Group, version and kind; as a selector, what is empty stands for anything."""

    group: str = ""
    version: str = ""
    kind: str = ""

    def selects(self, other: Gvk) -> bool:
        """Whether `other` is one of those that this stands for."""
        return (
            (not self.kind or self.kind == other.kind)
            and (not self.group or self.group == other.group)
            and (not self.version or self.version == other.version)
        )

    @property
    def is_cluster_scoped(self) -> bool:
        """Whether the kind is known to stand in no namespace."""
        return self.kind in CLUSTER_SCOPED.get(self.group, {}).get(self.version, frozenset())


class Id(NamedTuple):
    """An object's kind, name and namespace at one moment of a build."""

    gvk: Gvk
    name: str
    namespace: str

    @property
    def effective_namespace(self) -> str:
        """The namespace as kustomize compares it: the default one where none is written."""
        if self.gvk.is_cluster_scoped:
            return _NO_NAMESPACE
        return self.namespace or _DEFAULT

    def is_same(self, other: Id) -> bool:
        """Whether both are one object."""
        return (
            self.name == other.name and self.gvk == other.gvk and self.effective_namespace == other.effective_namespace
        )

    def is_selected_by(self, selector: Id) -> bool:
        """Whether this is one of those that `selector` stands for; what is empty there stands for anything."""
        return (
            (not selector.name or selector.name == self.name)
            and (not selector.namespace or selector.effective_namespace == self.effective_namespace)
            and selector.gvk.selects(self.gvk)
        )


def parse_api_version(written: str) -> tuple[str, str]:
    """Group and version of an `apiVersion`."""
    group, slash, version = written.partition("/")
    return (group, version) if slash else ("", written)


def _kinds(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RBAC = _kinds("ClusterRole ClusterRoleBinding")
_STORAGE = _kinds("CSIDriver CSINode StorageClass VolumeAttachment")
_WEBHOOKS = _kinds("MutatingWebhookConfiguration ValidatingWebhookConfiguration")

CLUSTER_SCOPED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "": {"v1": _kinds("ComponentStatus Namespace Node NodeProxyOptions PersistentVolume")},
    "admissionregistration.k8s.io": dict.fromkeys(("v1", "v1beta1"), _WEBHOOKS),
    "apiextensions.k8s.io": dict.fromkeys(("v1", "v1beta1"), _kinds("CustomResourceDefinition")),
    "apiregistration.k8s.io": dict.fromkeys(("v1", "v1beta1"), _kinds("APIService")),
    "certificates.k8s.io": dict.fromkeys(("v1", "v1beta1"), _kinds("CertificateSigningRequest")),
    "flowcontrol.apiserver.k8s.io": {"v1beta1": _kinds("FlowSchema PriorityLevelConfiguration")},
    "networking.k8s.io": dict.fromkeys(("v1", "v1beta1"), _kinds("IngressClass")),
    "node.k8s.io": dict.fromkeys(("v1", "v1beta1"), _kinds("RuntimeClass")),
    "policy": {"v1beta1": _kinds("PodSecurityPolicy")},
    "rbac.authorization.k8s.io": dict.fromkeys(("v1", "v1beta1"), _RBAC),
    "scheduling.k8s.io": dict.fromkeys(("v1", "v1beta1"), _kinds("PriorityClass")),
    "storage.k8s.io": dict.fromkeys(("v1", "v1beta1"), _STORAGE),
}
"""The kinds without a namespace, by group and version, that kustomize knows; of any other it takes the contrary.

`openapi.go` of https://github.com/kubernetes-sigs/kustomize (kyaml), with the API of Kubernetes 1.21 that it ships.
"""

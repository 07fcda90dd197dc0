"""Kubernetes objects: which reader each belongs to. The API group decides, never the kind alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kblint.model.bundle import Declaration, Other
from kblint.model.cluster import CHART_GROUP
from kblint.model.input_format import InputFormat
from kblint.model.kustomization import FILE_NAMES, GROUP
from kblint.model.meta import Meta
from kblint.model.policy import Namespace, Reference
from kblint.model.route import ISTIO_GROUP
from kblint.read.kubernetes import gateways, istio, policies, references, routes, services, traefik, workloads
from kblint.read.kubernetes.charts import CHARTS
from kblint.read.reading import Reading, objects_of
from kblint.read.values import mapping, text_map, word
from kblint.source.stream import SyntaxFault
from kblint.source.values import Document, Origin

FORMAT = InputFormat(
    "Kubernetes objects",
    "YAML and JSON of any name, several documents in a file, `kind: List`, dumps of a cluster (`kubectl get -o yaml`)",
    "custom resources of unknown kinds are only known to be there",
)

READERS: Mapping[tuple[str, str], Callable[[Meta, Origin], Declaration | None]] = {
    ("", "ConfigMap"): policies.read_config_map,
    ("", "Endpoints"): services.read_endpoints,
    ("", "Namespace"): lambda meta, _: Namespace(meta),
    ("", "PersistentVolumeClaim"): workloads.read_volume_claim,
    ("", "Pod"): workloads.templated(),
    ("", "ReplicationController"): workloads.read_replication_controller,
    ("", "Service"): services.read_service,
    **dict.fromkeys((("apps", "DaemonSet"), ("extensions", "DaemonSet")), workloads.read_daemon_set),
    **dict.fromkeys((("apps", "Deployment"), ("extensions", "Deployment")), workloads.read_deployment),
    **dict.fromkeys((("apps", "ReplicaSet"), ("extensions", "ReplicaSet")), workloads.read_replica_set),
    ("apps", "StatefulSet"): workloads.read_stateful_set,
    ("argoproj.io", "Rollout"): workloads.read_argo_rollout,
    ("batch", "CronJob"): workloads.templated("spec", "jobTemplate", "spec", "template"),
    ("batch", "Job"): workloads.templated("spec", "template"),
    ("discovery.k8s.io", "EndpointSlice"): services.read_endpoint_slice,
    **{(gateways.GROUP, kind): gateways.read_route for kind in gateways.ROUTES},
    (gateways.GROUP, "Gateway"): gateways.read_gateway,
    (gateways.GROUP, "GatewayClass"): gateways.read_gateway_class,
    (gateways.GROUP, "ReferenceGrant"): gateways.read_reference_grant,
    (ISTIO_GROUP, "VirtualService"): istio.read_virtual_service,
    ("networking.k8s.io", "IngressClass"): routes.read_ingress_class,
    **dict.fromkeys((("networking.k8s.io", "Ingress"), ("extensions", "Ingress")), routes.read_ingress),
    ("networking.k8s.io", "NetworkPolicy"): policies.read_network_policy,
    ("extensions", "NetworkPolicy"): policies.read_network_policy,
    **{(group, kind): traefik.read_ingress_route for group in traefik.GROUPS for kind in traefik.KINDS},
}
"""Group and kind to what reads an object of it as one thing; None where it is no such thing after all."""

REFERENCES: Mapping[tuple[str, str], Callable[[Meta, Origin], Iterator[Reference]]] = {
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): references.read_webhooks,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): references.read_webhooks,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): references.read_resource_definition,
    ("apiregistration.k8s.io", "APIService"): references.read_api_service,
    ("autoscaling", "HorizontalPodAutoscaler"): references.read_autoscaler,
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): references.read_vertical_autoscaler,
    ("keda.sh", "ScaledObject"): references.read_scaled_object,
    ("monitoring.coreos.com", "PodMonitor"): references.read_monitor,
    ("monitoring.coreos.com", "ServiceMonitor"): references.read_monitor,
    ("policy", "PodDisruptionBudget"): references.read_disruption_budget,
}
"""Group and kind to what reads the names in an object that is nothing more; those of `CHARTS` hold values besides."""

WORDS = ("apiVersion",)
BY_FILE_NAME = {
    **dict.fromkeys(FILE_NAMES, (GROUP, "v1beta1", "Kustomization")),
    "Chart.yaml": (CHART_GROUP, "v2", "Chart"),
}
"""What a file of such a name is without saying so.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ ,
https://helm.sh/docs/topics/charts/#the-chartyaml-file
"""


def read_document(document: Document) -> Reading | None:
    """The things of all objects of a document; None when it holds no Kubernetes object."""
    declarations: list[Declaration] = []
    faults: list[SyntaxFault] = []
    for origin in objects_of(document):
        reading = read_object(origin)
        declarations += reading.declarations
        faults += reading.faults
    known = None if declarations else BY_FILE_NAME.get(document.source.path.rpartition("/")[2])
    if known and document.origin.node:
        declarations.append(Other(meta_of(document.origin, *known)))
    return Reading(tuple(declarations), tuple(faults)) if declarations else None


def read_object(origin: Origin) -> Reading:
    """The things of one object with `apiVersion` and `kind`; an `Other` when nothing more is known of it."""
    group, version = group_version(word(origin.node, "apiVersion"))
    kind = word(origin.node, "kind")
    meta = meta_of(origin, group, version, kind)
    if (group, kind) in CHARTS:
        return CHARTS[group, kind](meta, origin)
    if (group, kind) in REFERENCES:
        return Reading((Other(meta), *REFERENCES[group, kind](meta, origin)))
    reader = READERS.get((group, kind), workloads.read_unknown_kind)
    return Reading((reader(meta, origin) or Other(meta),))


def group_version(written: str) -> tuple[str, str]:
    """Group and version of an `apiVersion`; the core group is empty."""
    group, slash, version = written.partition("/")
    return (group, version) if slash else ("", written)


def meta_of(origin: Origin, group: str, version: str, kind: str) -> Meta:
    """What every object carries; one that lets the API choose its name is called by its `generateName`."""
    metadata = mapping(origin.node, "metadata")
    return Meta(
        group=group,
        version=version,
        kind=kind,
        name=word(metadata, "name") or word(metadata, "generateName"),
        namespace=word(metadata, "namespace") or None,
        labels=text_map(metadata, "labels"),
        annotations=text_map(metadata, "annotations"),
        origin=origin,
    )

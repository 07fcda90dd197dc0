"""Objects that name others: scale targets, disruption budgets, monitors, webhooks, aggregated APIs.

Each is there as an `Other`, followed by one `Reference` for each thing it names. A reference's `purpose` is one of

    scale-target            HorizontalPodAutoscaler, by kind and name
    disruption-budget       PodDisruptionBudget, pods by labels
    monitor-port            ServiceMonitor or PodMonitor, a port name of what its labels select
    monitor-target-port     the same, a container port
    webhook                 an admission webhook's Service and port
    conversion-webhook      a CustomResourceDefinition's
    api-service             an APIService's

Its `namespace` is None where the object's own is meant, and `*` where it looks into several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kblint.model.bundle import Declaration, Other
from kblint.model.meta import Meta
from kblint.model.policy import Reference
from kblint.read.fields import Fields, as_text, known_word, mapping, port, word, words
from kblint.read.kubernetes.selectors import selector
from kblint.source.values import Origin

HTTPS = 443
"""The port of a webhook or APIService that names none."""


def read_autoscaler(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A HorizontalPodAutoscaler."""
    target = origin.child("spec", "scaleTargetRef")
    if not target.node:
        return (Other(meta),)
    name = as_text(target.node.get("name"))
    return (Other(meta), Reference("scale-target", meta, word(target.node, "kind"), name, None, None, None, target))


def read_disruption_budget(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A PodDisruptionBudget."""
    pods = selector(origin, "spec", "selector")
    if pods is None:
        return (Other(meta),)
    return (Other(meta), Reference("disruption-budget", meta, "Pod", None, None, None, pods, origin.child("spec")))


def read_service_monitor(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A ServiceMonitor.

    https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
    """
    return (Other(meta), *_monitored(meta, origin, "Service", "endpoints"))


def read_pod_monitor(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A PodMonitor."""
    return (Other(meta), *_monitored(meta, origin, "Pod", "podMetricsEndpoints"))


def _monitored(meta: Meta, origin: Origin, kind: str, endpoints: str) -> Iterator[Reference]:
    spec = origin.child("spec")
    namespace = _monitored_namespace(mapping(spec.node, "namespaceSelector"))
    found = selector(spec, "selector")
    for item in spec.children(endpoints):
        node = item.node
        name = port(node, "port")
        purpose = "monitor-target-port" if name is None else "monitor-port"
        asked = port(node, "targetPort") or port(node, "portNumber") if name is None else name
        yield Reference(purpose, meta, kind, None, namespace, asked, found, item)


def _monitored_namespace(fields: Fields) -> str | None:
    names = words(fields, "matchNames")
    if fields.get("any") is True or len(names) > 1:
        return "*"
    return names[0] if names else None


def read_webhooks(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A MutatingWebhookConfiguration or ValidatingWebhookConfiguration."""
    clients = (item.child("clientConfig") for item in origin.children("webhooks"))
    return (Other(meta), *(found for client in clients for found in _service("webhook", meta, client)))


def read_api_service(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """An APIService; one without `service` is served by the API server itself."""
    return (Other(meta), *_service("api-service", meta, origin.child("spec")))


def read_resource_definition(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A CustomResourceDefinition: nothing but who converts between its versions."""
    conversion = mapping(mapping(origin.node, "spec"), "conversion")
    if not conversion:
        return (Other(meta),)
    # `webhookClientConfig` is how v1beta1 writes it
    path = ("webhook", "clientConfig") if "webhook" in conversion else ("webhookClientConfig",)
    return (Other(meta), *_service("conversion-webhook", meta, origin.child("spec", "conversion", *path)))


def _service(purpose: str, meta: Meta, client: Origin) -> Iterator[Reference]:
    if not mapping(client.node, "service"):
        return
    service = client.child("service")
    node = service.node
    asked = port(node, "port")
    yield Reference(
        purpose=purpose,
        meta=meta,
        kind="Service",
        name=as_text(node.get("name")),
        namespace=known_word(node, "namespace"),
        port=HTTPS if asked is None else asked,
        selector=None,
        origin=service,
    )


REFERENCES: Mapping[tuple[str, str], Callable[[Meta, Origin], tuple[Declaration, ...]]] = {
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): read_webhooks,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): read_webhooks,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): read_resource_definition,
    ("apiregistration.k8s.io", "APIService"): read_api_service,
    ("autoscaling", "HorizontalPodAutoscaler"): read_autoscaler,
    ("monitoring.coreos.com", "PodMonitor"): read_pod_monitor,
    ("monitoring.coreos.com", "ServiceMonitor"): read_service_monitor,
    ("policy", "PodDisruptionBudget"): read_disruption_budget,
}
"""Group and kind to reader."""
